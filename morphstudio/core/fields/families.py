"""Every covariance family by its key."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from morphstudio.core.errors import InputError
from morphstudio.core.fields.covariance import (
    CardinalSine,
    Cauchy,
    Covariance,
    Exponential,
    Family,
    Gaussian,
    Matern,
    PoweredExponential,
)
from morphstudio.core.fields.kernel import Kernel
from morphstudio.core.fields.low_parametric import LowParametric
from morphstudio.core.fields.mixture import Mixture

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILIES: dict[str, Family] = {one.key: one for one in (
    Gaussian(), Exponential(), PoweredExponential(), Matern(), Cauchy(), CardinalSine(), LowParametric(), Kernel())}
# What may stand on either side of a +.
MIXABLE = ("gaussian", "exponential", "powered-exponential", "matern", "cauchy", "cardinal-sine")


@cache
def family(key: str) -> Family:
    """Return a family; ``"gaussian+matern"`` mixes two.

    Raises
    ------
    InputError
        There is no such family.
    """
    if key in FAMILIES:
        return FAMILIES[key]
    first, plus, second = key.partition("+")
    if plus and first in MIXABLE and second in MIXABLE:
        return Mixture(FAMILIES[first], FAMILIES[second])
    close = get_close_matches(key, FAMILIES, n=1, cutoff=0.4)
    known = ", ".join(FAMILIES)
    hint = f"Did you mean {close[0]!r}?" if close else f"There are {known}, and two of the first six joined by +."
    raise InputError("covariance", f"There is no covariance family {key[:60]!r}.", hint)


def gaussian(alpha: float) -> Covariance:
    """Return exp(−(αh)²); α in 1/µm."""
    return Covariance("gaussian", (float(alpha),))


def covariance(key: str, values: Sequence[float]) -> Covariance:
    """Return a family with values.

    Raises
    ------
    InputError
        No such family, or an inadmissible value.
    """
    params = family(key).params
    if len(values) != len(params):
        raise InputError("covariance", f"{key} has {len(params)} parameters, not {len(values)}.", "")
    return Covariance(key, tuple(param.check(value) for param, value in zip(params, values, strict=True)))
