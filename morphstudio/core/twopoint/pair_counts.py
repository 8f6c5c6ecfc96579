"""Counting phase pairs at given offsets, block by block."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _count(
    image: NDArray[np.uint8], n_phases: int, dz: int, dy: int, dx: int,
    blocks: tuple[int, int, int], counts: NDArray[np.int64],
) -> None:
    """Add pairs (v, v + offset) to counts[block of v, phase of v, phase of v + offset]; dz ≥ 0."""
    nz, ny, nx = image.shape
    bz, by, bx = blocks
    mz, my, mx = nz // bz, ny // by, nx // bx
    x0, x1 = max(0, -dx), min(nx, nx - dx)
    for z in range(nz - dz):
        iz = min(z // mz, bz - 1)
        for y in range(max(0, -dy), min(ny, ny - dy)):
            row = (iz * by + min(y // my, by - 1)) * bx
            for block in range(bx):
                first = max(x0, block * mx)
                last = x1 if block == bx - 1 else min(x1, (block + 1) * mx)
                table = counts[row + block]
                for x in range(first, last):
                    table[image[z, y, x], image[z + dz, y + dy, x + dx]] += 1


def pair_counts(
    image: NDArray[np.uint8], n_phases: int, offsets: NDArray[np.int64], blocks: tuple[int, int, int],
    workers: int = 2,
) -> NDArray[np.int64]:
    """Count ordered phase pairs at each offset within each block.

    Parameters
    ----------
    image : ndarray of uint8, shape (Z, Y, X)
        Phase indices 0 … K−1.
    n_phases : int
        K.
    offsets : ndarray of int, shape (L, 3)
        Offsets (z, y, x) in voxels, z ≥ 0.
    blocks : (int, int, int)
        Number of blocks along z, y, x; a pair belongs to the block of its
        first voxel.
    workers : int
        Threads.

    Returns
    -------
    ndarray of int64, shape (L, B, K, K)
    """
    out = np.zeros((len(offsets), int(np.prod(blocks)), n_phases, n_phases), np.int64)

    def one(index: int) -> None:
        dz, dy, dx = (int(v) for v in offsets[index])
        _count(image, n_phases, dz, dy, dx, blocks, out[index])

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(len(offsets))))
    return out
