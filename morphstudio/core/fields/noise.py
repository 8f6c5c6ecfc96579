"""Gaussian noise in Fourier space, addressed by mode: one seed is one noise field.

Each Fourier mode's complex normal is a pure function of (seed, field, mode), by
a counter-based generator. Truncating, slicing or threading the modes changes
none of them.

Source: J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11
(Philox 2x32, ten rounds); Box and Muller 1958.
"""

from __future__ import annotations

from math import cos, log, pi, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, uint32, uint64

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MULTIPLIER = uint64(0xD256D193)
_WEYL = uint32(0x9E3779B9)
# Random words to uniforms in (0, 1): (word + ½) 2⁻³².
_UNIT = np.float32(2.0**-32)


@njit(inline="always")  # type: ignore[untyped-decorator]
def philox(c0: np.uint32, c1: np.uint32, key: np.uint32) -> tuple[np.uint32, np.uint32]:
    """Return two random words for the counter (c0, c1) under ``key``."""
    for _ in range(10):
        product = uint64(c0) * _MULTIPLIER
        c0 = uint32(product >> uint64(32)) ^ key ^ c1
        c1 = uint32(product & uint64(0xFFFFFFFF))
        key = uint32(key + _WEYL)
    return c0, c1


@njit(inline="always")  # type: ignore[untyped-decorator]
def _normal_pair(w0: np.uint32, w1: np.uint32) -> tuple[float, float]:
    """Return a complex normal with E|n|² = 1 (variance ½ in each part)."""
    radius = sqrt(-log((np.float32(w0) + np.float32(0.5)) * _UNIT + np.float32(1e-12)))
    angle = np.float32(2 * pi) * (np.float32(w1) * _UNIT)
    return radius * cos(angle), radius * sin(angle)


@njit(nogil=True, cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def add_modes(
    out: NDArray[np.complex64], kz: NDArray[np.int64], ky: NDArray[np.int64], scale: NDArray[np.float32],
    lines: NDArray[np.float32], seed: int, stream: int,
) -> None:
    """Add noise × amplitude to ``out``, the amplitude a factor for each row times a line along x.

    Parameters
    ----------
    out : ndarray of complex64, shape (Z, Y, X)
        Modes kz × ky × 0 … X−1.
    kz, ky : ndarray of int64
        Signed mode numbers of the first two axes.
    scale : ndarray of float32, shape (Z, Y)
        Factor on each row; rows with 0 are passed over.
    lines : ndarray of float32, shape (A, B, C)
        Amplitudes √S along x at |kz|, |ky|: those of the last line where there
        is none of their own. Modes from C on have none.
    seed : int
        0 … 2³²−1.
    stream : int
        Number of the field, 0 … 65535.
    """
    key = uint32(seed)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            factor = scale[i, j]
            if factor == 0:
                continue
            c0 = uint32(((kz[i] & 0xFFFF) << 16) | (ky[j] & 0xFFFF))
            line = lines[min(abs(kz[i]), lines.shape[0] - 1), min(abs(ky[j]), lines.shape[1] - 1)]
            for k in range(min(out.shape[2], lines.shape[2])):
                w0, w1 = philox(c0, uint32((stream << 16) | k), key)
                re, im = _normal_pair(w0, w1)
                amplitude = factor * line[k]
                out[i, j, k] += complex(amplitude * re, amplitude * im)


@njit(nogil=True, cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def fill_white(out: NDArray[np.float32], first: tuple[int, int, int], seed: int, stream: int) -> None:
    """Fill ``out`` with independent standard normals addressed by voxel.

    Parameters
    ----------
    out : ndarray of float32, shape (Z, Y, X)
    first : (int, int, int)
        Index of the first voxel.
    seed, stream : int
        As for :func:`add_modes`.
    """
    key = uint32(seed)
    root2 = np.float32(sqrt(2.0))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            c0 = uint32((((first[0] + i) & 0xFFFF) << 16) | ((first[1] + j) & 0xFFFF))
            for k in range(out.shape[2]):
                w0, w1 = philox(c0, uint32((stream << 16) | (first[2] + k)), key)
                re, _ = _normal_pair(w0, w1)
                out[i, j, k] = re * root2
