"""Direction weights of the Crofton formula on a voxel grid.

The surface area per volume is S_V = 4 Σ_d w_d (ε − C(d))/|d| over the 13
directions to the 26 neighbours (4 directions to 8 neighbours in a section).
The weight of a direction is the share of the unit sphere (circle) that is
nearer to ±d than to any other of them.

Source: J. Ohser, K. Schladitz, 3D Images of Materials Structures, 2009.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import SphericalVoronoi

if TYPE_CHECKING:
    from numpy.typing import NDArray


@cache
def directions(open_axes: tuple[int, ...] = (0, 1, 2)) -> tuple[tuple[int, int, int], ...]:
    """Return one of each pair ±d of neighbour offsets (z, y, x) along ``open_axes``."""
    found: list[tuple[int, int, int]] = []
    for z, y, x in itertools.product((-1, 0, 1), repeat=3):
        d = (z, y, x)
        inside = all(d[axis] == 0 for axis in range(3) if axis not in open_axes)
        if inside and d > (0, 0, 0):
            found.append(d)
    return tuple(sorted(found, key=lambda d: sum(map(abs, d))))


@cache
def weights(spacing: tuple[float, float, float], open_axes: tuple[int, ...] = (0, 1, 2)) -> NDArray[np.float64]:
    """Return the weights of :func:`directions`; they sum to 1.

    Parameters
    ----------
    spacing : (float, float, float)
        Voxel size (z, y, x).
    open_axes : tuple of int
        The three axes of a volume or the two of a section.
    """
    vectors = np.array(directions(open_axes)) * np.array(spacing)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    if len(open_axes) == 2:
        return _circle_shares(unit[:, open_axes])
    sphere = SphericalVoronoi(np.concatenate([unit, -unit]))
    areas = sphere.calculate_areas()
    return np.asarray((areas[: len(unit)] + areas[len(unit):]) / (4 * np.pi))


def _circle_shares(unit: NDArray[np.float64]) -> NDArray[np.float64]:
    angle = np.arctan2(unit[:, 0], unit[:, 1]) % np.pi
    order = np.argsort(angle)
    sorted_angle = angle[order]
    gap = np.diff(np.append(sorted_angle, sorted_angle[0] + np.pi))
    shares = np.empty(len(unit))
    shares[order] = (gap + np.roll(gap, 1)) / (2 * np.pi)
    return shares
