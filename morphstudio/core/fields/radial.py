"""A radial function on a grid, from a table."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def from_table(
    table: NDArray[np.float64], longest: float,
    z2: NDArray[np.float64], y2: NDArray[np.float64], x2: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Return f(√(z² + y² + x²)), linear between the values of a table.

    Parameters
    ----------
    table : ndarray of float64, shape (P,)
        f at ``longest`` · (p/(P−1))², p = 0 … P−1.
    longest : float
        Distance of the last value, above 0; none is farther.
    z2, y2, x2 : ndarray of float64
        Squared distances along each axis, in the unit of ``longest``.

    Returns
    -------
    ndarray of float32, shape (Z, Y, X)
    """
    out = np.empty((len(z2), len(y2), len(x2)), np.float32)
    last = len(table) - 1
    for i in range(len(z2)):
        for j in range(len(y2)):
            across = z2[i] + y2[j]
            for k in range(len(x2)):
                share = min(sqrt(across + x2[k]) / longest, 1.0)
                p = min(int(sqrt(share) * last), last - 1)
                # Between p² and (p + 1)², in units of longest/(P − 1)².
                beyond = (share * last * last - p * p) / (2 * p + 1)
                out[i, j, k] = table[p] + (table[p + 1] - table[p]) * beyond
    return out
