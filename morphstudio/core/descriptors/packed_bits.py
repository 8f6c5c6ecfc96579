"""Counting voxel configurations 64 voxels at a time.

A phase is a bit per voxel, packed along x into 64-bit words. Comparing an
image with itself shifted by one voxel is then one XOR or OR and a population
count per 64 voxels, an order of magnitude less work and memory than bytes.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

Step = tuple[int, int, int]
_SLAB = 32


def differing_pairs(indices: NDArray[np.uint8], n_phases: int, steps: Sequence[Step]) -> NDArray[np.int64]:
    """Count the voxel pairs of which exactly one lies in each phase.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices 0 … K−1.
    n_phases : int
        K.
    steps : sequence of (int, int, int)
        Offsets (dz, dy, dx) between the two voxels; dz is 0 or 1, dy and dx
        −1, 0 or 1.

    Returns
    -------
    ndarray of int64, shape (len(steps), K)
    """
    counts = np.zeros((len(steps), n_phases), np.int64)
    for phase in range(n_phases):
        for slab, own in _slabs(indices, phase):
            rows = (_pack(slab), _pack(slab[:, :, :-1]), _pack(slab[:, :, 1:]))
            for row, step in enumerate(steps):
                counts[row, phase] += _differing(rows, step, own)
    return counts


def pairs_inside(shape: tuple[int, int, int], step: Step) -> int:
    """Return how many voxel pairs at offset ``step`` an image holds."""
    sides = [max(n - abs(d), 0) for n, d in zip(shape, step, strict=True)]
    return sides[0] * sides[1] * sides[2]


def blocks_hit(mask: NDArray[np.bool_], open_axes: tuple[int, ...]) -> dict[Step, int]:
    """Count the blocks of 1 or 2 voxels along each axis that hold a phase voxel.

    Parameters
    ----------
    mask : ndarray of bool, shape (Z, Y, X)
        The phase.
    open_axes : tuple of int
        Axes along which blocks may be two voxels long.

    Returns
    -------
    dict of (int, int, int) to int
        Number of blocks inside the image that meet the phase, by the block's
        extent beyond one voxel, e.g. ``(0, 1, 1)`` for 1×2×2 blocks.
    """
    sides = [(0, 1) if axis in open_axes else (0,) for axis in range(3)]
    extents: list[Step] = list(itertools.product(sides[0], sides[1], sides[2]))
    counts = dict.fromkeys(extents, 0)
    for slab, own in _slabs(mask, True):
        rows = (_pack(slab), _pack(slab[:, :, :-1]) | _pack(slab[:, :, 1:]))
        for extent in extents:
            counts[extent] += _hit(rows[extent[2]], extent, own)
    return counts


def _slabs(array: NDArray[np.generic], value: int) -> Iterator[tuple[NDArray[np.bool_], int]]:
    """Yield (planes equal to ``value``, with one of overlap; how many of them are new)."""
    for start in range(0, array.shape[0], _SLAB):
        yield array[start : start + _SLAB + 1] == value, min(_SLAB, array.shape[0] - start)


def _pack(mask: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack along x into words; bits beyond the row are zero."""
    packed = np.packbits(mask, axis=2)
    words = -(-max(packed.shape[2], 1) // 8)
    padded = np.zeros((*packed.shape[:2], 8 * words), np.uint8)
    padded[:, :, : packed.shape[2]] = packed
    return padded.view(np.uint64)


def _ones(words: NDArray[np.uint64]) -> int:
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def _differing(rows: tuple[NDArray[np.uint64], ...], step: Step, own: int) -> int:
    whole, head, tail = rows
    dz, dy, dx = step
    first, second = {0: (whole, whole), 1: (head, tail), -1: (tail, head)}[dx]
    depth = min(own, whole.shape[0] - dz)
    height = whole.shape[1] - abs(dy)
    from_y, to_y = max(-dy, 0), max(dy, 0)
    a = first[:depth, from_y : from_y + height]
    b = second[dz : dz + depth, to_y : to_y + height]
    return _ones(a ^ b)


def _hit(rows: NDArray[np.uint64], extent: Step, own: int) -> int:
    depth = min(own, rows.shape[0] - extent[0])
    near = rows[:depth]
    if extent[0]:
        near = near | rows[1 : depth + 1]
    if extent[1]:
        near = near[:, :-1] | near[:, 1:]
    return _ones(near)
