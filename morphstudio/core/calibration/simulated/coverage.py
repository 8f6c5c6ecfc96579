"""Two-point coverage functions of windows, differentiable, and of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.fft
import torch
from torch import Tensor

from morphstudio.core.errors import InputError
from morphstudio.core.twopoint.image import RadialTwoPoint, radial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.phases import VoxelSize

# Offsets this many bandwidths from a lag do not count, as in core.twopoint.image.
_KERNEL_REACH = 4.0


class WindowCoverage:
    r"""The estimator of C_ij at the lags 0, 1, …, h_max voxels.

    Parameters
    ----------
    size : int
        Edge N of the windows in voxels.
    spacing : (float, float)
        Voxel edges along both axes of the plane.
    h_max : int
        Longest lag in units of the smaller edge.
    bandwidth : float
        b of the Gaussian kernel in the same unit.

    Attributes
    ----------
    lags : ndarray, shape (h_max + 1,)
        In the unit of ``spacing``.

    Notes
    -----
    c_ij(t) = Σ_s ξ_i(s) ξ_j(s + t)/c(t) over the c(t) pairs inside the window, by
    zero-padded FFTs (Eq. 23), then Ĉ_ij(h) = Σ_t K((h − |t|)/b) c_ij(t)/Σ_t K((h − |t|)/b)
    (Eq. 24). Symmetric in i and j, since t and −t have one length. Source:
    "Excursion sets" paper.
    """

    def __init__(self, size: int, spacing: tuple[float, float], h_max: int, bandwidth: float) -> None:
        edge = min(spacing)
        if h_max < 1 or h_max * edge > (size - 1) * max(spacing):
            raise InputError("h_max", f"A lag of {h_max} voxels does not fit into a window of {size}.",
                             "Choose a shorter one.")
        self.lags = np.arange(h_max + 1, dtype=np.float64) * np.float64(edge)
        reach = (h_max + _KERNEL_REACH * bandwidth) * edge
        box = [min(size - 1, int(reach / s)) for s in spacing]
        self._padded = [int(scipy.fft.next_fast_len(size + b, real=True)) for b in box]
        rows, columns = np.arange(-box[0], box[0] + 1), np.arange(box[1] + 1)
        self._box = box
        pairs = (size - np.abs(rows))[:, None] * (size - columns)[None]
        length = np.hypot(rows[:, None] * spacing[0], columns[None] * spacing[1])
        # Offsets with x > 0 stand for their opposites as well.
        multiplicity = np.where(columns > 0, 2.0, 1.0)[None]
        distance = (self.lags[:, None, None] - length) / (bandwidth * edge)
        weight = np.where(np.abs(distance) <= _KERNEL_REACH, np.exp(-0.5 * distance**2), 0.0) * multiplicity
        weight /= weight.sum((1, 2), keepdims=True)
        self._weights = torch.from_numpy((weight / pairs).reshape(len(self.lags), -1)).float()

    def __call__(self, windows: Tensor) -> Tensor:
        """Return Ĉ_ij of windows.

        Parameters
        ----------
        windows : Tensor of float32, shape (B, K, N, N)
            Shares of the phases at each voxel, hard or soft.

        Returns
        -------
        Tensor of float32, shape (B, Q, h_max + 1)
            For the Q = K (K + 1)/2 pairs i ≤ j in the order of :func:`pairs`.
        """
        modes = torch.fft.rfft2(windows, s=self._padded)
        first, second = zip(*pairs(windows.shape[1]), strict=True)
        # The real part alone is the mean over t and −t.
        power = (modes[:, list(first)] * modes[:, list(second)].conj()).real
        sums = torch.fft.irfft2(torch.complex(power, torch.zeros_like(power)), s=self._padded)
        below, right = self._box
        near = sums[..., : right + 1]
        near = torch.cat([near[:, :, near.shape[2] - below:], near[:, :, : below + 1]], 2)
        return near.reshape(*near.shape[:2], -1) @ self._weights.T


def pairs(n_phases: int) -> list[tuple[int, int]]:
    """Return the pairs (i, j), i ≤ j, of the set I of Eq. 26."""
    return [(i, j) for i in range(n_phases) for j in range(i, n_phases)]


def flat_pairs(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the pairs i ≤ j of C_ij, shape (L, K, K), as rows, shape (Q, L)."""
    return np.stack([values[:, i, j] for i, j in pairs(values.shape[1])])


def section_coverage(sections: Sequence[NDArray[np.uint8]], n_phases: int, spacing: VoxelSize, h_max: int,
                     bandwidth: float) -> tuple[NDArray[np.float64], RadialTwoPoint]:
    """Return the mean two-point functions of whole sections (Eq. 25).

    Parameters
    ----------
    sections : sequence of ndarray of uint8, shape (Z, Y, X)
        Phase indices; one axis of each has length 1.
    n_phases : int
        K.
    spacing : (float, float, float)
        Voxel size (z, y, x).
    h_max : int
        Longest lag in voxels.
    bandwidth : float
        b in voxels.

    Returns
    -------
    ndarray, shape (h_max + 1, K, K)
    RadialTwoPoint
        That of the first section, which knows how it was smoothed.
    """
    found = [radial(section, n_phases, spacing, h_max, bandwidth) for section in sections]
    return np.mean([one.values for one in found], axis=0), found[0]
