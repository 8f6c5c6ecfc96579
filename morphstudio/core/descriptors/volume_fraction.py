"""Volume fractions, of the whole image and slice by slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def volume_fractions(indices: NDArray[np.uint8], n_phases: int) -> NDArray[np.float64]:
    """Return the share of the voxels that each phase fills.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices 0 … K−1.
    n_phases : int
        K.

    Returns
    -------
    ndarray of float64, shape (K,)
        ε_i = voxels of phase i / all voxels, unbiased for a stationary
        structure (Ohser & Schladitz 2009).
    """
    return np.array([np.count_nonzero(indices == phase) for phase in range(n_phases)]) / indices.size
