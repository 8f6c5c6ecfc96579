"""Numbers over the steps of a long run: as many as a screen can show."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MOST = 4000  # a curve on a screen shows no more


class Series:
    """Named numbers by step; of a long run, evenly spaced ones and the latest.

    A name that comes later was NaN before, one that a step leaves out is NaN
    there.
    """

    def __init__(self) -> None:
        self.steps: list[int] = []
        self._values: dict[str, list[float]] = {}
        self._places: list[int] = []  # how many were noted before each
        self._noted, self._every = 0, 1

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def names(self) -> Sequence[str]:
        """Names seen so far."""
        return list(self._values)

    def clear(self) -> None:
        """Forget everything."""
        self.steps, self._values, self._places = [], {}, []
        self._noted, self._every = 0, 1

    def append(self, step: int, values: Mapping[str, float]) -> None:
        """Note the numbers of a step."""
        if self._places and self._places[-1] % self._every:
            self._drop_last()  # it was there as the latest
        self._places.append(self._noted)
        self._noted += 1
        self.steps.append(step)
        for name, value in values.items():
            self._values.setdefault(name, [math.nan] * (len(self.steps) - 1)).append(value)
        for name in self._values.keys() - values.keys():
            self._values[name].append(math.nan)
        if len(self.steps) > MOST:
            self._thin()

    def values(self, name: str) -> NDArray[np.float64]:
        """Return one of them at each step kept; NaN throughout where it is not known."""
        kept = self._values.get(name)
        return np.full(len(self.steps), math.nan) if kept is None else np.array(kept)

    def _drop_last(self) -> None:
        self._places.pop()
        self.steps.pop()
        for kept in self._values.values():
            kept.pop()

    def _thin(self) -> None:
        """Keep every other one, and the latest."""
        self._every *= 2
        last = len(self._places) - 1
        chosen = [at for at, place in enumerate(self._places) if at == last or place % self._every == 0]
        self._places = [self._places[at] for at in chosen]
        self.steps = [self.steps[at] for at in chosen]
        self._values = {name: [kept[at] for at in chosen] for name, kept in self._values.items()}
