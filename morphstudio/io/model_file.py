"""Model files: a calibrated or hand-written model as readable JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set, parameter_table
from morphstudio.core.parameters import check_names
from morphstudio.core.phases import VoxelSize, check_voxel_size
from morphstudio.io.atomic import atomic_write
from morphstudio.io.images.limits import unreadable
from morphstudio.io.json_text import json_text
from morphstudio.io.model_covariance import covariance_content, covariance_in
from morphstudio.io.model_parameters import (
    check_arrays,
    families_content,
    families_in,
    numbers,
    units_content,
    values_content,
)
from morphstudio.io.model_units import converted, length_unit, spellings, unit_factors
from morphstudio.io.plain_tree import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from morphstudio.core.calibration.records import ParameterCovariance
    from morphstudio.core.parameters import Param

SCHEMA = 1
KEYS = ("schema", "model", "parameterisation", "covariances", "phases", "labels", "voxel_size_um", "units",
        "parameters", "provenance", "standard_errors", "covariance")
_SIZE_LIMIT = 1 << 24


@dataclass(frozen=True)
class ModelFile:
    """A model with what belongs to it.

    Parameters
    ----------
    model : ExcursionSet
        The model; inverse lengths per ``length_unit``.
    labels : tuple of int
        Label value of each phase in the model's order.
    voxel_size_um : float or (float, float, float) or None
        Voxel size the model belongs to, one number or (z, y, x), in µm;
        ``None``: unknown.
    provenance : dict
        Where the model came from.
    standard_errors : dict of str to float or None
        Standard error by parameter, in the parameter's unit.
    length_unit : {"um", "voxel"}
        Unit of the model's lengths. With ``"um"`` and no voxel size, one has
        to be given before anything can be drawn. Default: ``"um"`` where there
        is a voxel size, else ``"voxel"``.
    covariance : ParameterCovariance, optional
        Of the fitted parameters, jointly; its free variables do not depend on the unit.
    """

    model: ExcursionSet
    labels: tuple[int, ...] = ()
    voxel_size_um: float | VoxelSize | None = None
    provenance: dict[str, Any] = field(default_factory=dict)
    standard_errors: dict[str, float | None] = field(default_factory=dict)
    length_unit: Literal["um", "voxel", ""] = ""
    covariance: ParameterCovariance | None = None

    def __post_init__(self) -> None:
        if not self.length_unit:
            object.__setattr__(self, "length_unit", "voxel" if self.voxel_size_um is None else "um")
        if not self.labels:
            object.__setattr__(self, "labels", tuple(range(1, len(self.model.phases) + 1)))
        _check_labels(self.labels, len(self.model.phases))

    @property
    def voxel_size(self) -> VoxelSize | None:
        """Voxel size (z, y, x) in µm; ``None`` where it is unknown."""
        size = self.voxel_size_um
        return (size, size, size) if isinstance(size, (int, float)) else size


def read_model(path: Path | str) -> ModelFile:
    """Read a model file; what is left out has its default.

    Raises
    ------
    InputError
        Not JSON, a wrong key (the nearest right one is named), an
        inadmissible value, or a newer schema.
    """
    source = Path(path)
    return model_from(_content(source), source.name)


def _content(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            raise InputError("model", f"{path.name} is too large for a model file.", "Choose a MODEL.json.")
        text = path.read_bytes().decode("utf-8-sig")
        content = json.loads(text, object_pairs_hook=_without_repeats)
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError("model", f"{path.name} is not valid JSON{line}.",
                         "Check commas, quotes and brackets there.") from error
    if not isinstance(content, dict):
        raise InputError("model", f"{path.name} is not a model file.", 'It starts with {"schema": 1, ...}.')
    return content


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in pairs:
        if key in out:
            raise InputError(f"model.{key[:60]}", f"{key[:60]!r} occurs twice in the model file.", "Keep one of them.")
        out[key] = value
    return out


def model_from(content: Mapping[str, Any], name: str = "The model file") -> ModelFile:
    """Return the model that a parsed model file describes; see :func:`read_model`."""
    _check_keys(content)
    schema = content.get("schema", SCHEMA)
    if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
        raise InputError("model.schema", f"{name} has schema {schema!r}.", "Write 1.")
    if schema > SCHEMA:
        raise InputError("model.schema", f"{name} was written by a newer version of MorphStudio (schema {schema}).",
                         "Open it with that version.")
    _check_choice("model", content.get("model", "excursion"), ("excursion",))
    phases = _phases(content)
    families = families_in(content, len(phases))
    size = _voxel_size(content.get("voxel_size_um"))
    given = content.get("parameters", {})
    values = numbers(given, "parameters")
    check_arrays(given, parameter_table(len(phases), families))
    errors = numbers(content.get("standard_errors", {}), "standard_errors", allow_missing=True)
    _check_size_of_errors(errors)
    table, units = parameter_table(len(phases), families), content.get("units", {})
    factors = unit_factors(units, table, size)
    in_voxels = content.get("voxel_size_um") == "voxel"
    unit = length_unit(units, table, values, in_voxels=in_voxels) if size is None else "um"
    model = excursion_set(phases, {**_kernel_steps(table, size), **converted(values, factors)}, families)
    check_names(errors, spellings(p.name for p in model.table), "standard_errors")
    labels = _labels(content.get("labels"), len(phases))
    provenance = content.get("provenance", {})
    if not isinstance(provenance, dict):
        raise InputError("model.provenance", "The provenance is not a record.", "Leave it out or write {}.")
    return ModelFile(model, labels, size, provenance, converted(errors, factors), unit,
                     covariance_in(content.get("covariance"), model.table))


def _kernel_steps(table: tuple[Param, ...], size: float | VoxelSize | None) -> dict[str, float]:
    """Return the steps of kernels that a file leaves out: a voxel, in the plane where voxels are not cubes."""
    step = size[2] if isinstance(size, tuple) else size
    return {p.name: 1.0 if step is None else step for p in table if p.name.startswith("kernel_step")}


def _check_keys(content: Mapping[str, Any]) -> None:
    for key in content:
        if key in KEYS:
            continue
        inside = spellings(p.name for k in (2, 3, 4) for p in parameter_table(k))
        if key in inside:
            raise InputError(f"model.{key}", f"{key!r} stands outside of \"parameters\" in the model file.",
                             'Move it into "parameters": {...}.')
        close = get_close_matches(key, KEYS, n=1, cutoff=0.5)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known keys: {', '.join(KEYS)}."
        raise InputError(f"model.{key[:60]}", f"{key[:60]!r} is not a key of a model file.", hint)


def _check_choice(key: str, value: Any, choices: tuple[str, ...]) -> None:
    if value in choices:
        return
    close = get_close_matches(str(value), choices, n=1, cutoff=0.4)
    hint = f"Did you mean {close[0]!r}?" if close else f"Write {' or '.join(map(repr, choices))}."
    raise InputError(f"model.{key}", f"This version knows no {key} {str(value)[:60]!r}.", hint)


def _phases(content: Mapping[str, Any]) -> tuple[str, ...]:
    given = content.get("phases")
    if given is None and isinstance(content.get("labels"), list):
        given = [str(label) for label in content["labels"]]
    if not isinstance(given, list) or not all(isinstance(p, str) and p.strip() for p in given):
        raise InputError("model.phases", "The model file names no phases.",
                         'Write them in the order of the cut, e.g. "phases": ["se", "am", "pore"].')
    if len(set(given)) < len(given):
        raise InputError("model.phases", "Two phases of the model file have the same name.",
                         "Give each phase a name of its own.")
    if not 2 <= len(given) <= 4:
        raise InputError("model.phases", f"The model file names {len(given)} phases.", "A model has 2 to 4 phases.")
    return tuple(given)


def _labels(given: Any, n_phases: int) -> tuple[int, ...]:
    if given is None:
        return tuple(range(1, n_phases + 1))
    if not isinstance(given, list) or not all(isinstance(n, int) and not isinstance(n, bool) for n in given):
        raise InputError("model.labels", "The labels of the model file are not whole numbers.",
                         'Write one for each phase, e.g. "labels": [1, 2, 3].')
    _check_labels(given, n_phases)
    return tuple(given)


def _check_labels(labels: Iterable[int], n_phases: int) -> None:
    given = list(labels)
    if len(given) != n_phases or len(set(given)) < n_phases or not all(0 <= n <= 255 for n in given):
        raise InputError("model.labels", f"The labels {given} do not fit {n_phases} phases.",
                         "Give each phase a whole number 0 … 255 of its own.")


def _voxel_size(given: Any) -> float | VoxelSize | None:
    if given is None or given == "voxel":
        return None
    numbers = given if isinstance(given, list) else [given]
    good = all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in numbers)
    if not good or len(numbers) not in (1, 3):
        raise InputError("model.voxel_size_um", f"The voxel size {str(given)[:60]} of the model file is not usable.",
                         "Give one number above 0 in µm, or three: [z, y, x].")
    size = check_voxel_size(numbers if len(numbers) == 3 else numbers * 3)
    return size if isinstance(given, list) and len(given) == 3 else size[0]


def _check_size_of_errors(errors: Mapping[str, float | None]) -> None:
    for name, value in errors.items():
        if value is not None and value < 0:
            raise InputError(f"standard_errors.{name}", f"The standard error of {name} is {value:g}.",
                             "Give a number of 0 or more, or null.")


def write_model(path: Path | str, model_file: ModelFile) -> None:
    """Write a model file, all or nothing.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    text = json_text(model_content(model_file))
    with atomic_write(path) as file:
        file.write(text.encode("utf-8") + b"\n")


def model_content(model_file: ModelFile) -> dict[str, Any]:
    """Return what stands in a model file, as plain data."""
    model, size = model_file.model, model_file.voxel_size_um
    content: dict[str, Any] = {
        "schema": SCHEMA, "model": "excursion", **families_content(model.families, len(model.phases)),
        "phases": list(model.phases),
        "labels": list(model_file.labels), "voxel_size_um": list(size) if isinstance(size, tuple) else size,
        "units": units_content(model.table, model_file.length_unit),
        "parameters": values_content(model.values(), model.table),
    }
    if model_file.standard_errors:
        content["standard_errors"] = readable(model_file.standard_errors)
    if model_file.covariance is not None:
        content["covariance"] = covariance_content(model_file.covariance, model.table)
    if model_file.provenance:
        content["provenance"] = readable(model_file.provenance)
    return content
