"""Two-point coverage probability functions of images, over all voxel pairs.

C_ij(t) = P(o in phase i, o + t in phase j), estimated without bias by the
number of such pairs inside the image divided by the number of all pairs at
offset t. C_ij(t) and C_ji(t) = C_ij(−t) are averaged throughout, so every
result is symmetric in i and j.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft, sparse

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from morphstudio.core.phases import VoxelSize

_BATCH = 1 << 21
_EXACT_BELOW = 1 << 22
_KERNEL_REACH = 4.0


def directional(indices: NDArray[np.uint8], n_phases: int, axis: int, max_lag: int) -> NDArray[np.float64]:
    """Return C_ij along one axis by exact pair counts.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices 0 … K−1.
    n_phases : int
        K.
    axis : int
        Direction, 0 … 2.
    max_lag : int
        Longest lag L in voxels, 0 … N−1.

    Returns
    -------
    ndarray of float64, shape (L + 1, K, K)
        C_ij at lags 0, 1, …, L voxels; symmetric in i and j.

    Raises
    ------
    InputError
        ``max_lag`` is negative or does not fit into the image.

    Notes
    -----
    Zero-padded FFTs count the pairs; the counts are whole numbers and are
    rounded, so the result is exact. The phases add up to the image, so the
    pairs of the last one follow from those of the others.
    """
    n = indices.shape[axis]
    if not 0 <= max_lag < n:
        raise InputError("max_lag", f"A lag of {max_lag} voxels does not fit into {n}.", f"Choose 0 … {n - 1}.")
    size = fft.next_fast_len(n + max_lag, real=True)
    lines = np.moveaxis(indices, axis, 2)
    planes = max(1, _BATCH // (lines.shape[1] * size))
    power = np.zeros((n_phases - 1, n_phases - 1, size // 2 + 1))
    for start in range(0, lines.shape[0], planes):
        _add_power(power, lines[start : start + planes], size)
    doubled = np.zeros((n_phases, n_phases, max_lag + 1))
    doubled[:-1, :-1] = np.rint(2 * fft.irfft(power, size, axis=2)[:, :, : max_lag + 1])
    to_any = _ends_of_pairs(lines, n_phases, max_lag)
    doubled[:-1, -1] = doubled[-1, :-1] = to_any[:-1] - doubled[:-1, :-1].sum(axis=1)
    doubled[-1, -1] = to_any[-1] - doubled[-1, :-1].sum(axis=0)
    pairs = (indices.size // n) * (n - np.arange(max_lag + 1))
    return np.ascontiguousarray(np.moveaxis(doubled / (2 * pairs), 2, 0))


def _ends_of_pairs(lines: NDArray[np.uint8], n_phases: int, max_lag: int) -> NDArray[np.float64]:
    """Count, for each phase and lag, the ends in it of all pairs inside the lines."""
    profile = np.stack([np.count_nonzero(lines == phase, axis=(0, 1)) for phase in range(n_phases)])
    n = profile.shape[1]
    first = np.cumsum(profile, axis=1)[:, n - 1 - np.arange(max_lag + 1)]
    last = np.cumsum(profile[:, ::-1], axis=1)[:, n - 1 - np.arange(max_lag + 1)]
    return np.asarray(first + last, np.float64)


def _add_power(power: NDArray[np.float64], lines: NDArray[np.uint8], size: int) -> None:
    """Add Re Σ conj(F_i) F_j over the lines; the real part is the mean over ±t."""
    transformed = len(power)
    spectra = [fft.rfft((lines == phase).astype(np.float64), size, axis=2) for phase in range(transformed)]
    parts = [np.ascontiguousarray(s).reshape(-1, s.shape[2]).view(np.float64) for s in spectra]
    for i in range(transformed):
        for j in range(i, transformed):
            product = np.einsum("lf,lf->f", parts[i], parts[j])
            power[i, j] += product[0::2] + product[1::2]
            power[j, i] = power[i, j]


@dataclass(frozen=True, eq=False, slots=True)
class RadialTwoPoint:
    """Isotropic two-point functions from all pairs of voxels.

    Parameters
    ----------
    lags : ndarray of float64, shape (L,)
        Distances at which the functions are given.
    values : ndarray of float64, shape (L, K, K)
        C_ij at these distances, smoothed by the kernel; symmetric in i and j.
    distances : ndarray of float64, shape (U,)
        The different lengths |t| of the offsets that entered.
    weights : scipy.sparse.csr_array, shape (L, U)
        The smoothing: rows sum to 1.
    """

    lags: NDArray[np.float64]
    values: NDArray[np.float64]
    distances: NDArray[np.float64]
    weights: sparse.csr_array

    def smooth(self, function: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> NDArray[np.float64]:
        """Apply the estimator's own smoothing to a function of distance.

        Parameters
        ----------
        function : callable
            Maps distances, shape (U,), to values, shape (U, ...).

        Returns
        -------
        ndarray of float64, shape (L, ...)
            What the estimator would show of ``function``: compare it with
            ``values``, and the bias of the smoothing cancels.
        """
        values = np.asarray(function(self.distances), np.float64)
        flat = self.weights @ values.reshape(len(self.distances), -1)
        return np.asarray(flat).reshape(len(self.lags), *values.shape[1:])


def radial(indices: NDArray[np.uint8], n_phases: int, spacing: VoxelSize, max_lag: int,
           bandwidth: float = 0.5, workers: int = 2) -> RadialTwoPoint:
    """Return C_ij over distance, from the pairs in all directions.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices 0 … K−1; one axis of length 1 makes it a section.
    n_phases : int
        K.
    spacing : (float, float, float)
        Voxel size (z, y, x).
    max_lag : int
        Longest lag in units of the smallest voxel edge among the open axes.
    bandwidth : float
        Standard deviation b of the Gaussian kernel, in the same unit.
    workers : int
        Threads of the FFT.

    Returns
    -------
    RadialTwoPoint
        At 0, 1, …, ``max_lag`` smallest voxel edges, in the unit of ``spacing``.

    Raises
    ------
    InputError
        ``max_lag`` below 1, or longer than the image.

    Notes
    -----
    c_ij(t) = pairs / c(t) with c(t) the number of voxel pairs at offset t, by
    zero-padded FFTs; then Ĉ_ij(h) = Σ_t K((h − |t|)/b) c_ij(t) / Σ_t K((h − |t|)/b)
    over all offsets t, K the Gaussian kernel. Offsets more than 4 b away are
    left out. Counts are exact up to four million padded voxels, and good to
    about 1e-6 in C_ij in single precision beyond.
    """
    open_axes = [axis for axis in range(3) if indices.shape[axis] > 1]
    edge = min(spacing[axis] for axis in open_axes)
    longest = max((indices.shape[axis] - 1) * spacing[axis] for axis in open_axes)
    if max_lag < 1 or max_lag * edge > longest:
        raise InputError("max_lag", f"A lag of {max_lag} voxels does not fit into the image.",
                         f"Choose 1 … {int(longest / edge)}.")
    reach = (max_lag + _KERNEL_REACH * bandwidth) * edge
    box = [min(n - 1, int(reach / s)) for n, s in zip(indices.shape, spacing, strict=True)]
    shares = _PairShares(indices, n_phases, box, workers).shares()
    distances, group, multiplicity = _offset_lengths(box, spacing, reach)
    means = _group_means(shares, group, multiplicity, len(distances))
    lags = np.arange(max_lag + 1, dtype=np.float64) * edge
    counts = np.bincount(group[group >= 0], multiplicity[group >= 0]).astype(np.float64)
    weights = _kernel_weights(lags, distances, counts, bandwidth * edge)
    values = np.asarray(weights @ means.reshape(len(distances), -1)).reshape(-1, n_phases, n_phases)
    return RadialTwoPoint(lags, values, distances, weights)


class _PairShares:
    """c_ij(t) for the offsets of half a box, from K − 1 transforms.

    The phases add up to the image window, whose transform is a product of
    three short ones, so the last phase needs no transform of its own.
    """

    def __init__(self, indices: NDArray[np.uint8], n_phases: int, box: list[int], workers: int) -> None:
        self.shape, self.n_phases, self.box, self.workers = indices.shape, n_phases, box, workers
        self.size = [fft.next_fast_len(n + b, real=True) for n, b in zip(indices.shape, box, strict=True)]
        real = np.float64 if np.prod(self.size) < _EXACT_BELOW else np.float32
        self.spectra = [self._forward((indices == phase).astype(real)) for phase in range(n_phases - 1)]
        self.window = [fft.rfft(np.ones(n, real), s) if axis == 2 else fft.fft(np.ones(n, real), s)
                       for axis, (n, s) in enumerate(zip(self.shape, self.size, strict=True))]

    def shares(self) -> NDArray[np.float64]:
        """Return c_ij(t), shape (K, K, 2 Lz + 1, 2 Ly + 1, Lx + 1)."""
        last = self.n_phases - 1
        total = self._all_pairs()
        counts = np.empty((self.n_phases, self.n_phases, *total.shape))
        to_any = [self._count(spectrum, None) for spectrum in self.spectra]
        for i in range(last):
            for j in range(i, last):
                counts[i, j] = counts[j, i] = self._count(self.spectra[i], self.spectra[j])
        for i in range(last):
            counts[i, last] = counts[last, i] = to_any[i] - sum(counts[i, j] for j in range(last))
        counts[last, last] = total - sum(to_any) - sum(counts[i, last] for i in range(last))
        return counts / total

    def _forward(self, mask: NDArray[np.floating]) -> NDArray[np.complexfloating]:
        return np.asarray(fft.rfftn(mask, self.size, workers=self.workers))

    def _count(self, a: NDArray[np.complexfloating], b: NDArray[np.complexfloating] | None) -> NDArray[np.float64]:
        """Return pairs (a, b) averaged over ±t; ``None`` stands for the whole window."""
        if b is None:
            z, y, x = (np.conj(w) for w in self.window)
            product = a * z[:, None, None]
            product *= y[:, None]
            product *= x
        else:
            product = a * np.conj(b)
        product.imag = 0
        correlation = fft.irfftn(product, self.size, workers=self.workers, overwrite_x=True)
        lz, ly, lx = self.box
        rows = np.arange(-lz, lz + 1)[:, None] % self.size[0], np.arange(-ly, ly + 1)[None] % self.size[1]
        crop = correlation[rows[0], rows[1], : lx + 1].astype(np.float64)
        return np.rint(2 * crop) / 2

    def _all_pairs(self) -> NDArray[np.float64]:
        sides = [n - np.abs(np.arange(-b, b + 1)) for n, b in zip(self.shape, self.box, strict=True)]
        return np.asarray(sides[0][:, None, None] * sides[1][:, None] * sides[2][self.box[2] :], np.float64)


def _offset_lengths(
    box: list[int], spacing: VoxelSize, reach: float,
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
    """Return the different lengths, each offset's index among them (−1: too long), and its multiplicity."""
    z, y = (np.arange(-b, b + 1) * s for b, s in zip(box[:2], spacing[:2], strict=True))
    x = np.arange(box[2] + 1) * spacing[2]
    squares = (z**2)[:, None, None] + (y**2)[:, None] + x**2
    multiplicity = np.broadcast_to(np.where(x > 0, 2.0, 1.0), squares.shape).ravel()
    flat = squares.ravel()
    # Rounding joins offsets whose equal lengths differ in the last digits.
    rounded = np.round(flat / (reach * reach), 12)
    near = rounded <= 1
    lengths, inverse = np.unique(rounded[near], return_inverse=True)
    group = np.full(flat.shape, -1, np.intp)
    group[near] = inverse
    return np.sqrt(lengths) * reach, group, multiplicity


def _group_means(shares: NDArray[np.float64], group: NDArray[np.intp], multiplicity: NDArray[np.float64],
                 n_groups: int) -> NDArray[np.float64]:
    """Return the mean of c_ij over the offsets of each length, shape (U, K, K)."""
    used = group >= 0
    where, weight = group[used], multiplicity[used]
    total = np.bincount(where, weight, n_groups)
    n_phases = len(shares)
    means = np.empty((n_groups, n_phases, n_phases))
    for i in range(n_phases):
        for j in range(i, n_phases):
            means[:, i, j] = np.bincount(where, weight * shares[i, j].ravel()[used], n_groups) / total
            means[:, j, i] = means[:, i, j]
    return means


def _kernel_weights(lags: NDArray[np.float64], distances: NDArray[np.float64], counts: NDArray[np.float64],
                    bandwidth: float) -> sparse.csr_array:
    rows, columns, values = [], [], []
    for row, lag in enumerate(lags):
        first, last = np.searchsorted(distances, [lag - _KERNEL_REACH * bandwidth, lag + _KERNEL_REACH * bandwidth])
        near = np.arange(first, last)
        weight = counts[near] * np.exp(-0.5 * ((lag - distances[near]) / bandwidth) ** 2)
        rows.append(np.full(len(near), row))
        columns.append(near)
        values.append(weight / weight.sum())
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_array(entries, shape=(len(lags), len(distances)))
