"""Distances between curves of two measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.descriptors.values import Distribution


def wasserstein(a: Distribution, b: Distribution) -> float | None:
    """Return the Wasserstein distance ∫ |F_a − F_b| dr of two distribution functions.

    Parameters
    ----------
    a, b : Distribution
        Step functions on grids that may differ; beyond its grid a function
        keeps its last value.

    Returns
    -------
    float or None
        In the unit of the grids: how far a chord has to be moved on average to
        turn one distribution into the other. ``None`` where one is empty.
    """
    if not len(a.grid) or not len(b.grid):
        return None
    grid = np.union1d(a.grid, b.grid)
    gap = np.abs(_step_values(a, grid) - _step_values(b, grid))
    return float(np.sum(gap[:-1] * np.diff(grid)))


def largest_gap(a: Distribution, b: Distribution) -> float | None:
    """Return the largest |a − b| over the lengths that both curves cover.

    Parameters
    ----------
    a, b : Distribution
        Curves that are linear between the points of grids that may differ.

    Returns
    -------
    float or None
        ``None`` where one is empty.
    """
    if not len(a.grid) or not len(b.grid):
        return None
    grid = np.union1d(a.grid, b.grid)
    grid = grid[grid <= min(a.grid[-1], b.grid[-1])]
    gap = np.interp(grid, a.grid, a.values) - np.interp(grid, b.grid, b.values)
    return float(np.max(np.abs(gap)))


def _step_values(curve: Distribution, at: NDArray[np.float64]) -> NDArray[np.float64]:
    # A grid point of one curve may lie a rounding error below the same point of the other.
    tolerance = 1e-9 * max(float(curve.grid[-1]), 1e-300)
    before = np.searchsorted(curve.grid, at + tolerance, side="right") - 1
    return np.where(before >= 0, curve.values[np.maximum(before, 0)], 0.0)
