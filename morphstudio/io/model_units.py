"""Units in model files, by parameter name or pattern."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import other_spelling
from morphstudio.io.images.units import um_per_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from morphstudio.core.parameters import Param
    from morphstudio.core.phases import VoxelSize

_VOXELS = ("voxel", "px", "pixel")


def spellings(names: Iterable[str]) -> list[str]:
    """Return the names with the other spelling of their field: ``_x`` is ``_1``, ``_y`` is ``_2``."""
    out = ["correlation_sign"]
    for name in names:
        out.append(name)
        other = other_spelling(name)
        if other != name:
            out.append(other)
    return out


def unit_factors(units: Any, table: tuple[Param, ...], size: float | VoxelSize | None) -> dict[str, float]:
    """Return by parameter what its values in the file are to be multiplied with.

    Parameters
    ----------
    units : dict of str to str
        Unit by parameter name; ``*`` and ``?`` stand for any letters.
    table : tuple of Param
        The model's parameters.
    size : float or (float, float, float) or None
        Voxel size in µm, for units per voxel.

    Raises
    ------
    InputError
        No such parameter, or no such unit.
    """
    if not isinstance(units, dict):
        raise InputError("model.units", "'units' of the model file is not a table.", 'Write {"alpha_*": "1/um"}.')
    factors: dict[str, float] = {}
    for pattern, unit in units.items():
        names = spellings(p.name for p in table)
        matched = _matching(pattern, table)
        if not matched:
            close = get_close_matches(pattern, names, n=1, cutoff=0.4)
            hint = f"Did you mean {close[0]!r}?" if close else 'Write {"alpha_*": "1/um"}.'
            raise InputError(f"model.units.{pattern[:60]}", f"'units' names no parameter with {pattern[:60]!r}.", hint)
        for param in matched:
            factor = _factor(param, unit, size)
            factors.update(dict.fromkeys(spellings([param.name])[1:], factor))
    return factors


def length_unit(units: Mapping[str, Any], table: tuple[Param, ...], given: Iterable[str], *,
                in_voxels: bool) -> Literal["um", "voxel"]:
    """Return the unit of the lengths of a model file without a voxel size.

    Parameters
    ----------
    units : dict of str to str
        Unit by parameter name or pattern, as :func:`unit_factors` has accepted it.
    table : tuple of Param
        The model's parameters.
    given : iterable of str
        Parameters that the file gives.
    in_voxels : bool
        Whether the file works in voxel units: then what has no unit is per voxel, else per µm.

    Raises
    ------
    InputError
        Some lengths count voxels and others do not: they need a voxel size.
    """
    here = set(given)
    lengths = [p for p in table if p.unit != "1" and here.intersection(spellings([p.name])[1:])]
    per_voxel = {p.name: in_voxels for p in lengths}
    for pattern, unit in units.items():
        for param in _matching(pattern, table):
            if param.unit != "1" and (param.name in per_voxel or not lengths):
                per_voxel[param.name] = _counts_voxels(str(unit))
    if len(set(per_voxel.values())) > 1:
        name = next(n for n, voxels in per_voxel.items() if voxels)
        raise InputError("model.voxel_size_um", f"{name} is per voxel, other lengths of the model file are not.",
                         'Add the voxel size in µm, e.g. "voxel_size_um": 0.2.')
    return "voxel" if next(iter(per_voxel.values()), in_voxels) else "um"


def _matching(pattern: str, table: tuple[Param, ...]) -> list[Param]:
    return [p for p in table if any(fnmatchcase(n, pattern) for n in spellings([p.name])[1:])]


def _counts_voxels(unit: str) -> bool:
    return _length_in(unit.replace(" ", "")) in _VOXELS


def _length_in(text: str) -> str:
    return text.removeprefix("1/").removesuffix("^-1").removesuffix("⁻¹")


def _factor(param: Param, unit: Any, size: float | VoxelSize | None) -> float:
    where, text = f"model.units.{param.name}", str(unit).replace(" ", "")
    if param.unit == "1":
        if text in ("1", "", "-"):
            return 1.0
        raise InputError(where, f"{param.name} has no unit, but the model file says {str(unit)[:30]!r}.", 'Write "1".')
    length, inverse = _length_in(text), param.unit.startswith("1/")
    fits = (text != length) == inverse
    if fits and length in _VOXELS:
        return _per_voxel(where, param, size) if inverse else 1.0 / _per_voxel(where, param, size)
    scale = um_per_unit(length) if fits else None
    if scale is None:
        what, written = ("no inverse length", '"1/um", "1/nm" or "1/voxel"') if inverse else (
            "no length", '"um", "nm" or "voxel"')
        raise InputError(where, f"{param.name} is in {str(unit)[:30]!r}, which is {what}.", f"Write {written}.")
    return 1.0 / scale if inverse else scale


def _per_voxel(where: str, param: Param, size: float | VoxelSize | None) -> float:
    if size is None:
        return 1.0
    if isinstance(size, tuple):
        if max(size) - min(size) > 1e-9 * max(size):
            raise InputError(where, f"{param.name} is given per voxel, but the voxels are not cubes.",
                             'Give it in "1/um".')
        size = size[0]
    return 1.0 / size


def converted(values: Mapping[str, Any], factors: Mapping[str, float]) -> dict[str, Any]:
    """Return ``values`` in the units of the parameter table."""
    # A factor of 1 leaves the number as written, whole numbers included.
    return {name: value if value is None or factors.get(name, 1.0) == 1.0 else value * factors[name]
            for name, value in values.items()}
