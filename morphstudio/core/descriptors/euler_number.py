"""Euler number of each phase, and its density free of border effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.descriptors.packed_bits import blocks_hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.phases import VoxelSize


def euler_numbers(indices: NDArray[np.uint8], n_phases: int) -> NDArray[np.int64]:
    """Return the Euler number of each phase in the image.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices 0 … K−1; one axis of length 1 makes it a section.
    n_phases : int
        K.

    Returns
    -------
    ndarray of int64, shape (K,)

    Notes
    -----
    χ = vertices − edges + faces − cubes of the union of the phase's closed
    voxels (vertices − edges + faces of closed pixels in a section): pieces −
    tunnels + cavities. Neighbourhoods 26 for the phase and 6 for its
    complement (8 and 4 in a section). The phase ends at the image border.
    """
    axes = _open_axes(indices)
    pad = [(1, 1) if axis in axes else (0, 0) for axis in range(3)]
    numbers = []
    for phase in range(n_phases):
        hits = blocks_hit(np.pad(indices == phase, pad), axes)
        numbers.append(sum(_sign(extent, axes) * count for extent, count in hits.items()))
    return np.array(numbers, np.int64)


def euler_number_densities(indices: NDArray[np.uint8], n_phases: int, spacing: VoxelSize) -> NDArray[np.float64]:
    """Return the Euler number of each phase per volume (per area, in a section).

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices 0 … K−1.
    n_phases : int
        K.
    spacing : (float, float, float)
        Voxel size (z, y, x).

    Returns
    -------
    ndarray of float64, shape (K,)
        In 1/unit³ (1/unit² in a section) of ``spacing``.

    Notes
    -----
    Each lattice vertex, edge, face and cube belongs to the block of voxels
    around it, and is part of the phase's closed voxels if that block meets the
    phase. The density is the alternating sum of these probabilities, each over
    the blocks that lie wholly inside the image; it is unbiased for a
    stationary structure (Ohser & Schladitz 2009).
    """
    axes = _open_axes(indices)
    cell = np.prod([spacing[axis] for axis in axes])
    densities = []
    for phase in range(n_phases):
        total = 0.0
        for extent, count in blocks_hit(indices == phase, axes).items():
            places = np.prod([n - e for n, e in zip(indices.shape, extent, strict=True)])
            total += _sign(extent, axes) * count / places
        densities.append(total / cell)
    return np.array(densities)


def _open_axes(indices: NDArray[np.uint8]) -> tuple[int, ...]:
    return tuple(axis for axis, n in enumerate(indices.shape) if n > 1)


def _sign(extent: tuple[int, int, int], axes: tuple[int, ...]) -> int:
    return -1 if (len(axes) - sum(extent)) % 2 else 1
