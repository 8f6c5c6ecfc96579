"""One table of parameters feeds validation, sliders, files and optimisers.

A model's dataclass fields carry a :class:`Param` each (through
:func:`parameter`); everything that has to know a parameter's symbol, unit,
limits or meaning reads it from there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Scale = Literal["linear", "log", "logit", "integer", "sign"]


@dataclass(frozen=True, slots=True)
class Param:
    """Everything the product knows about one model parameter.

    Parameters
    ----------
    symbol : str
        Typeset symbol in Unicode, e.g. ``"α_X̃"``; ``_`` starts a subscript.
    title : str
        Plain name for people, e.g. ``"Threshold"``.
    unit : str
        ``"1/um"``, ``"um"`` or ``"1"`` (dimensionless).
    default : float
        Value used where a file or a call leaves the parameter out.
    domain : (float, float)
        Closed interval of admissible values, in ``unit``.
    slider : (float, float)
        Interval a slider spans; inside ``domain``.
    scale : {"linear", "log", "logit", "integer", "sign"}
        Slider scale and, for the continuous ones, the map to the free
        variable of an optimiser.
    description : str
        What turning it up does to the structure, in one sentence.
    formula : str
        Where it stands in the model, in Unicode mathematics.
    reference : str
        Short citation.
    name : str
        Key in files and on the command line; filled in by the model's table.
    group : str
        Field it belongs to (``"x"``, ``"1"``, ...) or ``""`` for the whole
        structure; filled in by the model's table.
    main : bool
        Whether a form shows it at once; the others wait behind "more" until
        they leave their default.
    hint : str
        Which way it goes, in two or three words under the name in a form;
        empty where the name says it.
    array : str
        Name of the array that it is an element of; empty for a single value.
    """

    symbol: str
    title: str
    unit: str
    default: float
    domain: tuple[float, float]
    slider: tuple[float, float]
    scale: Scale
    description: str
    formula: str
    reference: str
    name: str = ""
    group: str = ""
    main: bool = True
    hint: str = ""
    array: str = ""

    def check(self, value: float) -> float:
        """Return ``value`` as a float, or raise where it is not admissible.

        Raises
        ------
        InputError
            Not a finite number, outside ``domain``, or not whole where the
            scale is ``"integer"`` or ``"sign"``.
        """
        where = f"parameters.{self.name}"
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise InputError(where, f"{self.name} is {value!r}, not a number.", "Give a finite number.")
        low, high = self.domain
        if not low <= value <= high:
            unit = "" if self.unit == "1" else f" {self.unit}"
            raise InputError(
                where,
                f"{self.name} = {value:g}{unit} is outside {low:g} … {high:g}{unit}.",
                "Give a value inside these limits.",
            )
        if self.scale == "integer" and value != int(value):
            raise InputError(where, f"{self.name} = {value:g} is not a whole number.", "Give 1, 2, 3, …")
        if self.scale == "sign" and value not in (-1, 1):
            raise InputError(where, f"{self.name} = {value:g} is not a sign.", "Give 1 or -1.")
        return float(value)

    def clamped(self, value: float) -> float:
        """Return ``value``, or the end of ``domain`` that it lies beyond."""
        low, high = self.domain
        return min(max(value, low), high)

    def to_free(self, value: float) -> float:
        """Map an admissible value to the optimiser's unbounded variable."""
        if self.scale == "log":
            return math.log(value)
        if self.scale == "logit":
            low, high = self.domain
            share = (value - low) / (high - low)
            share = min(max(share, 1e-6), 1 - 1e-6)
            return math.log(share / (1 - share))
        return float(value)

    def from_free(self, free: float) -> float:
        """Inverse of :meth:`to_free`, kept inside ``domain``."""
        low, high = self.domain
        if self.scale == "log":
            return min(max(math.exp(min(free, 700.0)), low), high)
        if self.scale == "logit":
            share = 1 / (1 + math.exp(-free)) if free > -700 else 0.0
            return low + (high - low) * share
        return min(max(free, low), high)

    def slope(self, value: float) -> float:
        """Return d value / d free at ``value``: the chain-rule factor."""
        if self.scale == "log":
            return value
        if self.scale == "logit":
            low, high = self.domain
            share = min(max((value - low) / (high - low), 1e-6), 1 - 1e-6)
            return (high - low) * share * (1 - share)
        return 1.0


def parameter(param: Param) -> Any:
    """Declare a dataclass field that carries ``param`` and its default."""
    return field(default=param.default, metadata={"param": param})


def params_of(cls: type, group: str = "", suffix: str = "") -> tuple[Param, ...]:
    """Return the :class:`Param` of each field of ``cls``, named ``field + suffix``."""
    return tuple(
        replace(f.metadata["param"], name=f.name + suffix, group=group)
        for f in fields(cls)
        if "param" in f.metadata
    )


def check_names(given: Iterable[str], known: Iterable[str], where: str = "parameters") -> None:
    """Raise for the first name that is not known, naming the nearest right one."""
    allowed = list(known)
    for name in given:
        if name not in allowed:
            close = get_close_matches(name, allowed, n=1, cutoff=0.4)
            hint = f"Did you mean {close[0]!r}?" if close else f"Known names: {', '.join(allowed)}."
            raise InputError(f"{where}.{name}", f"{name!r} is not a known name in {where}.", hint)


def check_values(values: Mapping[str, float], table: Iterable[Param]) -> dict[str, float]:
    """Return ``values`` checked against ``table``; defaults are not filled in.

    Raises
    ------
    InputError
        Unknown name or inadmissible value.
    """
    by_name = {p.name: p for p in table}
    check_names(values, by_name)
    return {name: by_name[name].check(value) for name, value in values.items()}
