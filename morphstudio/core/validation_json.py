"""A validation as the documented result file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from morphstudio.core.descriptors.report import finite
from morphstudio.core.descriptors.summary import common_grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.descriptors.comparison import CurveDistance, ValidationRow
    from morphstudio.core.descriptors.values import Distribution, ModelMeasurement
    from morphstudio.core.phases import Axis
    from morphstudio.core.validation import Validation

CHORDS = "chord_length_distribution"
ENSEMBLE_WORDS = ("One realisation of each of several models, whose parameters are drawn from the covariance that the "
                  "calibration gives them: the band holds what realisations of one model scatter and what the "
                  "uncertainty of the parameters adds.")


def to_json(validation: Validation) -> dict[str, Any]:
    """Return a validation as the documented result file.

    Parameters
    ----------
    validation : Validation
        What to write.

    Returns
    -------
    dict
        ``phases.{name}.{descriptor}``, keyed by axis where it depends on
        direction, with ``{"data", "model_mean", "model_sd", "fitted", "unit",
        "relative_difference"}`` at the leaves; ``distances.{name}.{descriptor}.{axis}``
        for curves. Both have ``allowance``, the relative difference that chance
        explains, ``beyond_chance``, what exceeds it, and ``relative_to``, what
        these are shares of; ``null`` where it is not known what chance
        explains. ``verdict`` with ``grade`` and ``text``; ``findings`` and
        ``limits``, what stands behind it and what it does not show;
        ``distributions``, the chord length distributions themselves.

        Where there is an ensemble of models, leaves have ``ensemble_mean`` and
        ``ensemble_sd``, which hold the scatter of realisations and the
        uncertainty of the parameters together; ``ensemble`` says of what.
        Where a part of the image was kept from the fit, leaves have
        ``data_unused`` (distances ``relative_unused``), its own value; ``fit_use``
        says what the fit has seen. Only plain types; no NaN.
    """
    size = validation.model.mean.voxel_size_um
    return {
        "schema": 1,
        "voxel_size_um": None if size is None else list(size),
        "realisations": validation.model.n_realisations,
        "phases": _values(validation),
        "distances": _distances(validation),
        "distributions": _distributions(validation),
        "fitted_error": finite(validation.fitted_error),
        "held_out_error": finite(validation.held_out_error),
        "verdict": {"grade": validation.grade, "text": validation.text},
        "findings": [asdict(finding) for finding in validation.findings],
        "limits": list(validation.limits),
        **_beside(validation),
    }


def _beside(validation: Validation) -> dict[str, Any]:
    """Return what the fit has seen, which part it has not, and what an ensemble holds."""
    found: dict[str, Any] = {}
    if validation.use is not None:
        found["fit_use"] = {"kind": validation.use.kind, "text": validation.use.text}
    if validation.unused is not None:
        found["unused_part"] = {"text": validation.unused.words, "shape": list(validation.unused.measurement.shape)}
    if validation.ensemble is not None:
        ensemble = validation.ensemble
        found["ensemble"] = {"models": ensemble.measurement.n_realisations, "seed": ensemble.seed,
                             "drawn": list(ensemble.drawn), "directions_held_back": ensemble.n_held_back,
                             "text": ENSEMBLE_WORDS}
    return found


def _values(validation: Validation) -> dict[str, Any]:
    phases: dict[str, Any] = {p.phase: {} for p in validation.data.phases}
    unused = {} if validation.unused is None else {
        (r.descriptor, r.axis, r.label): r for r in validation.unused.rows}
    for row in validation.rows:
        leaf = {
            "data": finite(row.data), "model_mean": finite(row.model_mean), "model_sd": finite(row.model_sd),
            "fitted": row.fitted, "unit": row.unit, "relative_difference": finite(row.relative),
            "relative_to": row.relative_to, **_chance(row), **_of_ensemble(validation, row),
        }
        part = unused.get((row.descriptor, row.axis, row.label))
        if part is not None:
            leaf["data_unused"] = finite(part.data)
        _place(phases[row.phase], row.descriptor, row.axis, leaf, row.reason)
    return phases


def _of_ensemble(validation: Validation, row: ValidationRow) -> dict[str, float | None]:
    if validation.ensemble is None:
        return {}
    axis: Axis | None = row.axis or None  # type: ignore[assignment]
    measured = validation.ensemble.measurement
    pair = [tree.phase(row.label).scalar(row.descriptor, axis) for tree in (measured.mean, measured.sd)]
    mean, sd = (None if value is None else finite(value.value) for value in pair)
    return {"ensemble_mean": mean, "ensemble_sd": sd}


def _distances(validation: Validation) -> dict[str, Any]:
    distances: dict[str, Any] = {p.phase: {} for p in validation.data.phases}
    unused = {} if validation.unused is None else {
        (d.descriptor, d.axis, d.label): d for d in validation.unused.distances}
    for distance in validation.distances:
        leaf = {
            distance.measure: finite(distance.distance), "unit": distance.unit,
            "relative": finite(distance.relative), "fitted": distance.fitted,
            "relative_to": distance.relative_to, **_chance(distance),
        }
        part = unused.get((distance.descriptor, distance.axis, distance.label))
        if part is not None:
            leaf["relative_unused"] = finite(part.relative)
        _place(distances[distance.phase], distance.descriptor, distance.axis, leaf, distance.reason)
    return distances


def _distributions(validation: Validation) -> dict[str, Any]:
    """Return the chord length distributions of data, model and ensemble on one grid for each phase and axis."""
    found: dict[str, Any] = {}
    for phase in validation.data.phases:
        by_axis = phase.distributions.get(CHORDS, {})
        curves = {axis: _curves(validation, phase.label, axis) for axis in by_axis}
        known = {axis: leaf for axis, leaf in curves.items() if leaf}
        if known:
            found[phase.phase] = {CHORDS: known}
    return found


def _curves(validation: Validation, label: int, axis: Axis) -> dict[str, Any]:
    sources: dict[str, ModelMeasurement | None] = {
        "model": validation.model,
        "ensemble": None if validation.ensemble is None else validation.ensemble.measurement}
    named: dict[str, Distribution | None] = {"data": validation.data.mean.phase(label).distribution(CHORDS, axis)}
    for name, measured in sources.items():
        if measured is not None:
            named[f"{name}_mean"] = measured.mean.phase(label).distribution(CHORDS, axis)
            named[f"{name}_sd"] = measured.sd.phase(label).distribution(CHORDS, axis)
    present = {name: curve for name, curve in named.items() if curve is not None and len(curve.grid)}
    if "data" not in present:
        return {}
    grid, values = common_grid(list(present.values()), extend=True)
    return {"unit": present["data"].unit, "length": _digits(grid),
            **{name: _digits(row) for name, row in zip(present, values, strict=True)}}


def _digits(numbers: NDArray[np.float64]) -> list[float]:
    """Return numbers with five figures: more than a distribution of voxels has."""
    return [float(f"{number:.5g}") for number in numbers]


def _chance(compared: ValidationRow | CurveDistance) -> dict[str, float | None]:
    """Return what chance explains of a relative difference, and what exceeds that."""
    known = compared.allowance is not None
    return {"allowance": finite(compared.allowance), "beyond_chance": finite(compared.excess) if known else None}


def _place(tree: dict[str, Any], key: str, axis: str, leaf: dict[str, Any], reason: str) -> None:
    if reason:
        leaf["reason"] = reason
    if axis:
        tree.setdefault(key, {})[axis] = leaf
    else:
        tree[key] = leaf
