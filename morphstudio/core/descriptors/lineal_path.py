"""Lineal path function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.descriptors.values import Distribution

if TYPE_CHECKING:
    from morphstudio.core.descriptors.runs import RunCounts


def lineal_paths(runs: RunCounts, unit: str) -> list[Distribution]:
    """Return the lineal path function of each phase along the axis of ``runs``.

    Parameters
    ----------
    runs : RunCounts
        Runs along the axis.
    unit : str
        Unit of its ``step``.

    Returns
    -------
    list of Distribution
        One for each phase: L(kΔ) at k = 0 … N−1.

    Notes
    -----
    L(kΔ) = P(k + 1 neighbouring voxels of a line are all in the phase), over
    all such segments inside the image: a run of n voxels holds n − k of them,
    a line N − k. L(0) = ε and L(Δ) = C(Δ). Source: Lu & Torquato 1992.
    """
    n = runs.line_length
    every = runs.complete + runs.cut_once + runs.cut_twice
    longer = np.cumsum(every[:, ::-1], axis=1)[:, ::-1]
    inside = np.cumsum(longer[:, ::-1], axis=1)[:, ::-1][:, 1:]
    possible = runs.n_lines * np.arange(n, 0, -1)
    grid = np.arange(n, dtype=np.float64) * runs.step
    return [Distribution(grid, row / possible, unit) for row in inside]
