"""Compiled loop that counts runs of equal phase along one axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no type stubs
def count_runs(block: NDArray[np.uint8], counts: NDArray[np.int64]) -> None:
    """Add the runs along the middle axis of ``block`` to ``counts``.

    Parameters
    ----------
    block : ndarray of uint8, shape (A, N, B)
        Phase indices; lines run along the middle axis.
    counts : ndarray of int64, shape (3, K, N + 1)
        Runs by number of ends cut off by the border (0, 1, 2), phase and length.
    """
    n_before, n, n_after = block.shape
    start = np.zeros(n_after, np.int64)
    for a in range(n_before):
        start[:] = 0
        for i in range(1, n):
            for b in range(n_after):
                if block[a, i, b] != block[a, i - 1, b]:
                    cut = 1 if start[b] == 0 else 0
                    counts[cut, block[a, i - 1, b], i - start[b]] += 1
                    start[b] = i
        for b in range(n_after):
            cut = 2 if start[b] == 0 else 1
            counts[cut, block[a, n - 1, b], n - start[b]] += 1
