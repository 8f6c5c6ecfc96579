"""Round tick values for axes."""

from __future__ import annotations

import math


def nice_ticks(low: float, high: float, at_most: int) -> tuple[float, ...]:
    """Return round values between ``low`` and ``high``: steps of 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    low, high : float
        The axis' ends, ``low < high``.
    at_most : int
        How many intervals there is room for.
    """
    span = high - low
    if not span > 0:
        return (low,)
    rough = span / max(at_most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.9999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(round(index * step, 12) for index in range(first, last + 1))
