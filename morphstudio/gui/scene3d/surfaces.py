"""Boundary surfaces of the phases shown, extracted in a worker process; no Qt here.

Only walls between what is shown and what is not are drawn, and only where one
can look: a wall between two shown phases is inside the body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from morphstudio.gui.scene3d.mesh import BUDGET, averaged, mesh_of
from morphstudio.gui.scene3d.solid import Part, seen_solid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.phases import VoxelSize
    from morphstudio.gui.scene3d.mesh import Mesh


# The corner stands beside flat faces that show every voxel; of a rough phase it shows the shape, not the speckle.
CORNER_BUDGET = 60_000
# Imported where surfaces are first made: the window starts without them.
SURFACE_MODULES = ("scipy.ndimage", "vtkmodules.vtkFiltersCore", "vtkmodules.util.numpy_support")


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
class Surfaces:
    """The surfaces of a block.

    Attributes
    ----------
    parts : tuple of Surface
        One per phase, in the order asked for.
    step : float
        Grid that they were drawn on, in voxels: 1 where nothing was left out.
    """

    parts: tuple[Surface, ...]
    step: float

    @property
    def n_triangles(self) -> int:
        """Triangles of all phases."""
        return sum(len(part.triangles) for part in self.parts)


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
        Phase indices that are shown.
    part : {"corner", "whole", "rest"}
        Only the corner that the capped block cuts away, the whole block, or
        all but that corner.
    budget : int, optional
        Most triangles that all surfaces together may have; default: what the part is worth.
    """

    indices: NDArray[np.uint8]
    voxel_size_um: VoxelSize
    phases: tuple[int, ...]
    part: Part = "corner"
    budget: int | None = None

    modules: ClassVar[tuple[str, ...]] = SURFACE_MODULES

    def answer(self, cache: dict[str, Any]) -> Surfaces:
        """Return the surfaces in the order of the phases."""
        budget = self.budget or (CORNER_BUDGET if self.part == "corner" else BUDGET)
        mesh = mesh_of(seen_solid(self.indices, self.phases, self.part), self.voxel_size_um, budget)
        owner = _owners(mesh, self.indices, self.voxel_size_um, self.phases)
        parts = (mesh.select(owner == k) if len(self.phases) > 1 else mesh for k in range(len(self.phases)))
        return Surfaces(tuple(Surface(phase, part.points, part.normals, part.triangles)
                              for phase, part in zip(self.phases, parts, strict=True)), mesh.step)


def _owners(mesh: Mesh, indices: NDArray[np.uint8], spacing: Sequence[float],
            phases: Sequence[int]) -> NDArray[np.intp]:
    """Return which of the phases prevails just behind each triangle."""
    if len(phases) == 1 or not len(mesh.triangles):
        return np.zeros(len(mesh.triangles), np.intp)
    from scipy import ndimage

    behind = replace(mesh, points=mesh.points / np.array(spacing[::-1], np.float32) - 0.5 * mesh.step * mesh.normals)
    places = behind.centres()[:, ::-1].T
    shares: list[NDArray[np.float32]] = []
    for phase in phases:
        voxels = indices == phase
        share = averaged(voxels, mesh.step) if mesh.step > 1 else voxels.astype(np.float32)
        cells = np.array(share.shape)[:, None] / np.array(indices.shape)[:, None]
        # Cell k has its centre at k + ½.
        shares.append(ndimage.map_coordinates(share, places * cells - 0.5, order=1, mode="nearest"))
    phase_of_most: NDArray[np.intp] = np.argmax(np.array(shares), axis=0)
    return phase_of_most
