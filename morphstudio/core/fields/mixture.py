"""Two families in one field: a weighted mean of their covariances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from morphstudio.core.fields.covariance import Family
from morphstudio.core.parameters import Param

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator


class Mixture(Family):
    """ρ = w ρ₁ + (1 − w) ρ₂; the second family's parameters carry a 2 in their names.

    Parameters
    ----------
    first, second : Family
        What is mixed.
    """

    def __init__(self, first: Family, second: Family) -> None:
        self._parts = first, second
        self._n_first = len(first.params)
        self.key = f"{first.key}+{second.key}"  # type: ignore[misc]
        self.title = f"{first.title} and {second.title}"  # type: ignore[misc]
        self.words = "Two covariances in each field, mixed by a weight."  # type: ignore[misc]
        rho = "ρ(h) = "
        theirs = second.formula.removeprefix(rho)
        for param in second.params:
            theirs = theirs.replace(param.symbol, f"{param.symbol}′")
        self.formula = f"{rho}w · [{first.formula.removeprefix(rho)}] + (1 − w) · [{theirs}]"  # type: ignore[misc]
        weight = Param("w", "share of the first part", "1", 0.5, (0.0, 1.0), (0.0, 1.0), "logit",
                       f"Higher values give the {first.title} part of {{part}} more say.", "", "", name="weight")
        self.params = (weight, *first.params,  # type: ignore[misc]
                       *(replace(p, name=f"{p.name}2", symbol=f"{p.symbol}′", title=f"{p.title}, second part")
                         for p in second.params))

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − ρ(h)."""
        first, second = self._split(values)
        return (values[0] * self._parts[0].gap(h, first, xp) + (1 - values[0]) * self._parts[1].gap(h, second, xp))

    def resembling(self, alpha: float, step: float, rng: Generator | None) -> tuple[float, ...]:
        """Return both parts alike, the second one finer."""
        first = self._parts[0].resembling(alpha / 1.2, step, rng)
        second = self._parts[1].resembling(1.7 * alpha, step, rng)
        return (0.7 if rng is None else float(rng.uniform(0.2, 0.9)), *first, *second)

    def scale(self, values: Sequence[float]) -> float:
        """Return the longer of the two."""
        first, second = self._split(values)
        return max(self._parts[0].scale(first), self._parts[1].scale(second))

    def curvature(self, values: Sequence[float]) -> float:
        """Return the mean of the two by share."""
        first, second = self._split(values)
        shares = (values[0], self._parts[0], first), (1 - values[0], self._parts[1], second)
        return float(sum(share * part.curvature(own) for share, part, own in shares if share > 0))

    def _split(self, values: Any) -> tuple[Any, Any]:
        return values[1: 1 + self._n_first], values[1 + self._n_first:]
