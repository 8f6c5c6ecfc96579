"""What of a block is to be meshed: the phases shown, without walls that nobody can see; numpy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Part = Literal["corner", "whole", "rest"]

_ALL_SIDES = ((0, 0), (0, -1), (1, 0), (1, -1), (2, 0), (2, -1))
_OUTER_SIDES = ((0, -1), (1, 0), (2, -1))  # of the corner: top, front, right


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """A body of voxels whose boundary is wanted.

    Attributes
    ----------
    voxels : ndarray of bool, shape (Z, Y, X)
        The body.
    origin : (int, int, int)
        Voxel (z, y, x) of the block that the body's array begins with.
    closed : tuple of (axis, end)
        Sides of the array where the body ends in a surface; on the others it
        is taken to go on, since a flat face closes it there.
    notch : tuple of slice or None
        Part of the array that is cut away, flat faces at its sides.
    """

    voxels: NDArray[np.bool_]
    origin: tuple[int, int, int] = (0, 0, 0)
    closed: tuple[tuple[int, int], ...] = ()
    notch: tuple[slice, ...] | None = None

    def padded(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return values of the body, on any grid, with one layer more at each side: nothing where it is closed."""
        wider = np.pad(values, 1, mode="edge")
        for axis, end in self.closed:
            np.moveaxis(wider, axis, 0)[end] = 0
        return wider


def corner_of(shape: Sequence[int]) -> tuple[slice, ...]:
    """Return the corner that is cut away of a block of this shape: high z, low y, high x."""
    nz, ny, nx = shape
    return slice(nz - nz // 2, nz), slice(0, ny // 2), slice(nx - nx // 2, nx)


def seen_solid(indices: NDArray[np.uint8], phases: Sequence[int], part: Part) -> Solid:
    """Return the body of the shown phases; hollows that light does not reach are filled.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices of the block.
    phases : sequence of int
        Phases shown.
    part : {"corner", "whole", "rest"}
        The corner that is cut away alone, the whole block, or what remains
        without that corner.

    Returns
    -------
    Solid
    """
    corner = corner_of(indices.shape)
    shown = np.zeros(256, bool)
    shown[list(phases)] = True
    if part == "corner":
        z, y, x = (s.start for s in corner)
        voxels = filled(shown[indices[corner]], _OUTER_SIDES)
        return Solid(voxels, (z, y, x), closed=_OUTER_SIDES)
    voxels = shown[indices]
    if part == "whole":
        return Solid(filled(voxels, _ALL_SIDES))
    empty = voxels.copy()
    empty[corner] = False
    kept = filled(empty, _ALL_SIDES)
    # Behind the flat faces of the cut the body goes on, so that it has no second wall there.
    kept[corner] = voxels[corner]
    return Solid(kept, notch=corner)


def filled(voxels: NDArray[np.bool_], open_sides: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Return a body without the hollows that no open side leads to."""
    from scipy import ndimage

    hollows, n = ndimage.label(~voxels)
    reached = np.zeros(n + 1, bool)
    for axis, end in open_sides:
        reached[np.moveaxis(hollows, axis, 0)[end].ravel()] = True
    reached[0] = False
    return np.logical_not(reached[hollows])


def wall_count(solid: Solid, voxels: NDArray[np.bool_] | None = None) -> int:
    """Return how many faces between two voxels the body's boundary has, on its own or another grid."""
    inside = solid.padded(solid.voxels if voxels is None else voxels)
    count = _walls(inside)
    if solid.notch is not None:
        n, whole = np.array(inside.shape) - 2, np.array(solid.voxels.shape)
        gone = tuple(slice(1 + round(s.start * m / k), 1 + round(s.stop * m / k))
                     for s, m, k in zip(solid.notch, n, whole, strict=True))
        count -= _walls(inside[gone])
    return count


def _walls(inside: NDArray[np.generic]) -> int:
    return sum(int(np.count_nonzero(np.diff(inside, axis=axis))) for axis in range(3))
