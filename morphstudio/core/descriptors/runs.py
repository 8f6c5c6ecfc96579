"""Runs of equal phase along the lines of one axis: the raw material of chords and lineal paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class RunCounts:
    """How many runs of each length each phase has along one axis.

    Parameters
    ----------
    complete, cut_once, cut_twice : ndarray of int64, shape (K, N + 1)
        Runs by phase and length in voxels: with both ends inside the image,
        with one end cut off by the border, and with both (whole lines).
    n_lines : int
        Number of lines.
    step : float
        Voxel size along the axis.
    """

    complete: NDArray[np.int64]
    cut_once: NDArray[np.int64]
    cut_twice: NDArray[np.int64]
    n_lines: int
    step: float

    @property
    def line_length(self) -> int:
        """Voxels of a line, N."""
        return int(self.complete.shape[1]) - 1

    @property
    def voxels(self) -> NDArray[np.int64]:
        """Voxels of each phase, shape (K,)."""
        lengths = np.arange(self.line_length + 1)
        return np.asarray((self.complete + self.cut_once + self.cut_twice) @ lengths)

    @property
    def ends(self) -> NDArray[np.int64]:
        """Run ends inside the image: neighbour pairs with one voxel in the phase, shape (K,)."""
        return np.asarray((2 * self.complete + self.cut_once).sum(axis=1))


def count_runs(indices: NDArray[np.uint8], n_phases: int, axis: int, step: float) -> RunCounts:
    """Count the runs of each phase along ``axis``.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices 0 … K−1.
    n_phases : int
        K.
    axis : int
        Direction of the lines, 0 … 2.
    step : float
        Voxel size along it.
    """
    from morphstudio.core.descriptors import run_kernels

    n = indices.shape[axis]
    block = np.ascontiguousarray(indices).reshape(int(np.prod(indices.shape[:axis])), n, -1)
    counts = np.zeros((3, n_phases, n + 1), np.int64)
    run_kernels.count_runs(block, counts)
    return RunCounts(counts[0], counts[1], counts[2], indices.size // n, step)
