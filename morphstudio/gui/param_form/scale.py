"""Where a value stands on its slider, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.core.parameters import Param


@dataclass(frozen=True, slots=True)
class SliderScale:
    """Map between a parameter's value and the position 0 … 1 of its slider.

    Parameters
    ----------
    low, high : float
        Ends of the slider, in the parameter's unit.
    logarithmic : bool
        Equal ratios instead of equal differences take equal room.
    whole : bool
        Only whole numbers exist.
    """

    low: float
    high: float
    logarithmic: bool = False
    whole: bool = False

    @classmethod
    def of(cls, param: Param) -> SliderScale:
        """Return the scale that the parameter's table line asks for."""
        return cls(*param.slider, logarithmic=param.scale == "log", whole=param.scale in ("integer", "sign"))

    def reaching(self, *values: float | None) -> SliderScale:
        """Return the scale stretched to hold ``values``; ``None`` and what is no place on it are left out."""
        places = [value for value in values if value is not None and math.isfinite(value)
                  and (value > 0 or not self.logarithmic)]
        return replace(self, low=min([self.low, *places]), high=max([self.high, *places]))

    def position(self, value: float) -> float:
        """Return where ``value`` stands, 0 … 1; values beyond the ends stand at the ends."""
        if self.logarithmic:
            share = math.log(max(value, self.low * 1e-6) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)

    def value(self, position: float) -> float:
        """Return the value at a position, rounded to what a reader can tell apart."""
        share = min(max(position, 0.0), 1.0)
        if self.logarithmic:
            # A short range needs a figure more, or neighbouring positions would mean the same value.
            figures = 3 if self.high > 20 * self.low else 4
            return self._inside(float(f"{self.low * (self.high / self.low) ** share:.{figures}g}"))
        raw = self.low + (self.high - self.low) * share
        if self.whole:
            return self._inside(float(round(raw)))
        decimals = max(0, math.ceil(-math.log10((self.high - self.low) / 1000)))
        return self._inside(round(raw, decimals))

    def ticks(self) -> tuple[float, ...]:
        """Return positions worth a mark: quarters, or each whole number where few exist."""
        if self.whole and self.high - self.low <= 12:
            count = int(self.high - self.low)
            return tuple(i / count for i in range(count + 1)) if count else ()
        return (0.0, 0.25, 0.5, 0.75, 1.0)

    def _inside(self, value: float) -> float:
        return min(max(value, self.low), self.high)
