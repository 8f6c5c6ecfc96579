"""Boundary surfaces of phases, extracted in a worker process; no Qt here.

``vtkSurfaceNets3D`` places the surface between the voxels of different labels
and smooths it within them. Points and triangles travel back as arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from morphstudio.app.jobs.job import StepOutcome
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import VoxelSize


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Triangles around one phase.

    Attributes
    ----------
    phase : int
        Phase index.
    points : ndarray of float32, shape (N, 3)
        Corners (x, y, z) in µm.
    triangles : ndarray of int32, shape (M, 3)
        Corner numbers.
    """

    phase: int
    points: NDArray[np.float32]
    triangles: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SurfacesJob:
    """Realise a model in a box and extract the surfaces of some phases.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    shape : (int, int, int)
        Voxels (z, y, x).
    voxel_size_um : VoxelSize
        Edge lengths (z, y, x) in µm.
    seed : int
        Seed of the noise.
    phases : tuple of int
        Phase indices to extract.
    octant : bool
        Only the part that the capped block cuts away.
    """

    model: ExcursionSet
    shape: tuple[int, int, int]
    voxel_size_um: VoxelSize
    seed: int
    phases: tuple[int, ...]
    octant: bool = True
    title: str = "Surfaces for the 3D view"
    checkpoint: None = None

    def create(self) -> SurfacesWork:
        """Return the work."""
        return SurfacesWork(self)


class SurfacesWork:
    """Two kinds of steps: the structure, then one phase after another."""

    def __init__(self, job: SurfacesJob) -> None:
        self._job = job
        self._indices: NDArray[np.uint8] | None = None
        self._surfaces: list[Surface] = []
        self._report: Callable[[float, str], None] | None = None
        self._should_stop: Callable[[], bool] | None = None

    def attach(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> None:
        """Receive the progress report and the stop flag to poll."""
        self._report, self._should_stop = report, should_stop

    def step(self) -> StepOutcome:
        """Realise the structure, or extract the next phase."""
        from morphstudio.app.jobs.job import StepOutcome
        from morphstudio.core.models.realisation import realise

        job = self._job
        total = 1 + len(job.phases)
        if self._indices is None:
            self._indices = realise(job.model, job.shape, job.voxel_size_um, job.seed, should_stop=self._should_stop)
            return StepOutcome(None, 1 / total, "structure drawn", not job.phases)
        phase = job.phases[len(self._surfaces)]
        self._surfaces.append(extract_surface(self._indices, job.voxel_size_um, phase, octant=job.octant))
        done = len(self._surfaces) == len(job.phases)
        return StepOutcome(None, (1 + len(self._surfaces)) / total, "surface extracted", done)

    def result(self) -> tuple[Surface, ...]:
        """Return the surfaces in the order asked for."""
        return tuple(self._surfaces)


def extract_surface(indices: NDArray[np.uint8], spacing: Sequence[float], phase: int, *,
                    octant: bool = False) -> Surface:
    """Return the smoothed boundary of one phase inside the volume.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices.
    spacing : (float, float, float)
        Voxel size (z, y, x) in µm.
    phase : int
        Phase to enclose. Where it meets the border of the volume the surface
        stays open.
    octant : bool
        Extract only the octant of high z, low y, high x, in place.

    Returns
    -------
    Surface
    """
    corner = np.zeros(3)
    if octant:
        nz, ny, nx = indices.shape
        indices = indices[nz - nz // 2:, :ny // 2, nx - nx // 2:]
        corner = np.array((nz - nz // 2, 0, nx - nx // 2), float)
    mask = np.ascontiguousarray(indices == phase, np.uint8)
    points, triangles = _surface_nets(mask, np.asarray(spacing, float), corner)
    return Surface(phase, points, triangles)


def _surface_nets(mask: NDArray[np.uint8], spacing: NDArray[np.float64], corner: NDArray[np.float64],
                  ) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkSurfaceNets3D

    image = vtkImageData()
    image.SetDimensions(*mask.shape[::-1])
    image.SetSpacing(*spacing[::-1])
    # Labels sit at voxel centres; the volume begins at 0.
    image.SetOrigin(*((corner + 0.5) * spacing)[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(mask.ravel(), deep=False))
    nets = vtkSurfaceNets3D()
    nets.SetInputData(image)
    nets.SetValue(0, 1)
    nets.SetBackgroundLabel(0)
    nets.SetOutputMeshTypeToTriangles()
    nets.SetNumberOfIterations(12)
    nets.Update()
    mesh = nets.GetOutput()
    if mesh.GetNumberOfPoints() == 0:
        return np.empty((0, 3), np.float32), np.empty((0, 3), np.int32)
    points = vtk_to_numpy(mesh.GetPoints().GetData()).astype(np.float32)
    cells = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int32)
    return points, cells
