"""Parameters in model files: numbers by name, and arrays under one name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import GAUSSIAN, families_of, other_spelling, slots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.parameters import Param


def numbers(given: Any, where: str, *, allow_missing: bool = False) -> dict[str, Any]:
    """Return a table of names and numbers; a list stands for its elements, ``name[0]`` and so on.

    Raises
    ------
    InputError
        Not a table, or something in it is not a finite number.
    """
    if not isinstance(given, dict):
        raise InputError(f"model.{where}", f"{where!r} of the model file is not a table of names and values.",
                         f'Write "{where}": {{"name": value, ...}}.')
    out: dict[str, Any] = {}
    for name, value in given.items():
        entries = {name: value}
        if isinstance(value, list):
            entries = {f"{name}[{k}]": one for k, one in enumerate(value)}
        for key, one in entries.items():
            if one is None and allow_missing:
                continue
            if isinstance(one, bool) or not isinstance(one, (int, float)) or not _finite(one):
                raise InputError(f"{where}.{key[:60]}", f"{key[:60]} is {str(one)[:60]!r}, not a number.",
                                 "Give a finite number.")
        out.update(entries)
    return out


def check_arrays(given: Mapping[str, Any], table: tuple[Param, ...]) -> None:
    """Raise InputError where an array of the file has not as many values as the model's."""
    wanted: dict[str, int] = {}
    for param in table:
        if param.array:
            name = param.name.partition("[")[0]
            wanted[name] = wanted.get(name, 0) + 1
    for name, value in given.items():
        count = wanted.get(name, wanted.get(other_spelling(name)))
        if isinstance(value, list) and count is None:
            raise InputError(f"parameters.{name[:60]}", f"{name[:60]} is {str(value)[:60]}, not a number.",
                             "Write one number: it is no list in this model.")
        if count is not None and (not isinstance(value, list) or len(value) != count):
            said = f"has {len(value)} values" if isinstance(value, list) else "is one number"
            raise InputError(f"parameters.{name[:60]}", f"{name[:60]!r} {said}; it needs {count}.",
                             f'Write "{name[:60]}": [{count} numbers].')


def families_in(content: Mapping[str, Any], n_phases: int) -> tuple[str, ...]:
    """Return the family of each Gaussian field that a model file asks for.

    Raises
    ------
    InputError
        No such family or field.
    """
    single = content.get("covariances", {})
    if not isinstance(single, dict) or not all(isinstance(key, str) for key in single.values()):
        raise InputError("model.covariances", "'covariances' of the model file is not a table of names.",
                         'Write "covariances": {"chi_x": "matern"}.')
    return families_of(n_phases, str(content.get("parameterisation", GAUSSIAN)), single)


def families_content(families: tuple[str, ...], n_phases: int) -> dict[str, Any]:
    """Return what a model file says of its covariances: the most frequent family, and the fields of others."""
    most = max(families, key=families.count)
    single = {slot.name: key for slot, key in zip(slots(n_phases), families, strict=True) if key != most}
    return {"parameterisation": most, **({"covariances": single} if single else {})}


def values_content(values: Mapping[str, Any], table: tuple[Param, ...]) -> dict[str, Any]:
    """Return parameters as a model file holds them: whole numbers as such, the elements of an array as a list."""
    out: dict[str, Any] = {}
    for param in table:
        if param.name not in values:
            continue
        value = values[param.name]
        if param.array:
            out.setdefault(param.name.partition("[")[0], []).append(value)
        else:
            out[param.name] = int(value) if param.scale in ("integer", "sign") else value
    return out


def units_content(table: tuple[Param, ...], length_unit: str) -> dict[str, str]:
    """Return the units of a model file by pattern."""
    out: dict[str, str] = {}
    for param in table:
        if param.unit != "1" and not param.array:
            stem = _stem(param)
            out[f"{stem}_*"] = param.unit.replace("um", length_unit)
    return out


def _stem(param: Param) -> str:
    """Return a parameter's name without its field: ``"alpha_chi_x"`` gives ``"alpha"``."""
    for end in ("_chi_common", f"_chi_{param.group}", f"_{param.group}"):
        if param.name.endswith(end):
            return param.name.removesuffix(end)
    return param.name


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond the range of floats
        return False
