"""Boundary surfaces of phases, extracted in a worker process; no Qt here.

``vtkSurfaceNets3D`` places the surface between the voxels of different labels
and smooths it within them. Points and triangles travel back as arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
    normals : ndarray of float32, shape (N, 3)
        Outward unit normals at the corners, for smooth shading.
    triangles : ndarray of int32, shape (M, 3)
        Corner numbers.
    """

    phase: int
    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    triangles: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class SurfacesPreview:
    """Asks the preview process for the surfaces of a block that is already drawn.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices of the block.
    voxel_size_um : (float, float, float)
        Edge lengths (z, y, x) in µm.
    phases : tuple of int
        Phase indices to enclose.
    octant : bool
        Only the octant that the capped block cuts away.
    """

    indices: NDArray[np.uint8]
    voxel_size_um: VoxelSize
    phases: tuple[int, ...]
    octant: bool = True

    def answer(self, cache: dict[str, Any]) -> tuple[Surface, ...]:
        """Return the surfaces in the order asked for."""
        return tuple(extract_surface(self.indices, self.voxel_size_um, phase, octant=self.octant)
                     for phase in self.phases)


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
    return Surface(phase, *_surface_nets(mask, np.asarray(spacing, float), corner))


def _surface_nets(mask: NDArray[np.uint8], spacing: NDArray[np.float64], corner: NDArray[np.float64],
                  ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]]:
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkPolyDataNormals, vtkSurfaceNets3D

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
    if nets.GetOutput().GetNumberOfPoints() == 0:
        nothing = np.empty((0, 3), np.float32)
        return nothing, nothing, np.empty((0, 3), np.int32)
    smooth = vtkPolyDataNormals()
    smooth.SetInputData(nets.GetOutput())
    smooth.SplittingOff()
    smooth.Update()
    mesh = smooth.GetOutput()
    points = vtk_to_numpy(mesh.GetPoints().GetData()).astype(np.float32)
    normals = vtk_to_numpy(mesh.GetPointData().GetNormals()).astype(np.float32)
    triangles = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int32)
    return points, normals, triangles
