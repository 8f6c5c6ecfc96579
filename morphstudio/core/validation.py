"""Does the model fit? Data against realisations, fitted and held-out descriptors apart.

What counts is the *excess* of a relative difference over what chance explains
(:mod:`morphstudio.core.descriptors.comparison`). With f the mean excess over
specific surface areas and mean chords, which calibration fits, and h that over
chord length distributions, lineal paths and Euler number densities, which it
does not see, each counted as at most 100 %, the grade is

* *fits*: f and h are at most 5 %, no single fitted excess is above 5 % and no
  held-out one above 10 %, and the volume fractions are right to 0.02 beyond chance;
* *no*: f or h is above 20 %, or a volume fraction is off by more than 0.1 beyond chance, or a single fitted
  difference is above 20 %, at least 5 % of it beyond chance;
* *partly*: the rest; also where all this would be a fit, but the allowances for
  chance are above 20 % on average, so that images of this size cannot tell.

For comparison: the excursion-set models published by Furat et al. (adversarial
calibration of all-solid-state cathodes) differ from their data by 12.7 % and 15.9 %
on average over phases and these two fitted descriptors.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.descriptors.comparison import CurveDistance, ValidationRow, compare_curves, compare_values
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.descriptors.report import finite
from morphstudio.core.descriptors.summary import summarise
from morphstudio.core.descriptors.values import Measurement, ModelMeasurement
from morphstudio.core.errors import InputError
from morphstudio.core.grades import GRADE_WORDS, LARGEST_FITTED, Grade
from morphstudio.core.validation_limits import limits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CurveDistance", "Finding", "Grade", "Validation", "ValidationRow", "to_json", "validate"]

Comparison = ValidationRow | CurveDistance

FITS_BELOW = 0.05
NO_ABOVE = 0.20
SINGLE_HELD_OUT_BELOW = 0.10
FRACTION_FITS_BELOW = 0.02
FRACTION_NO_ABOVE = 0.10
ALLOWANCE_BELOW = 0.20

FITTED = ("specific_surface_area", "mean_chord_length")
HELD_OUT = ("chord_length_distribution", "lineal_path", "euler_number_density")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one descriptor says about the fit.

    ``title`` is the descriptor, ``text`` one sentence, ``agrees`` whether every
    phase and axis stays within 5 % beyond chance, ``fitted`` whether
    calibration fits it.
    """

    title: str
    text: str
    agrees: bool
    fitted: bool


@dataclass(frozen=True, eq=False, slots=True)
class Validation:
    """Data against model, with a verdict.

    Parameters
    ----------
    rows : tuple of ValidationRow
        Numbers, by descriptor, axis and phase.
    distances : tuple of CurveDistance
        Curves.
    grade : {"fits", "partly", "no"}
        The verdict.
    text : str
        The verdict in one line: ``title``, what it was not fitted to, the worst descriptor.
    findings : tuple of Finding
        What stands behind it, by descriptor.
    limits : tuple of str
        What it does not show.
    fitted_error, held_out_error : float or None
        Mean relative difference, chance included, over the fitted descriptors
        (surfaces and mean chords) and over the held-out ones.
    data, model : ModelMeasurement
        Mean and standard deviation over images and over realisations.
    title, summary : str
        The verdict in a few words, and in one sentence that names no single descriptor.
    """

    rows: tuple[ValidationRow, ...]
    distances: tuple[CurveDistance, ...]
    grade: Grade
    text: str
    findings: tuple[Finding, ...]
    limits: tuple[str, ...]
    fitted_error: float | None
    held_out_error: float | None
    data: ModelMeasurement
    model: ModelMeasurement
    title: str
    summary: str


def validate(data: Measurement | Sequence[Measurement], realisations: Sequence[Measurement]) -> Validation:
    """Compare data with realisations of a model, descriptor by descriptor.

    Parameters
    ----------
    data : Measurement or sequence of Measurement
        One image, or several of the same plane and voxel size, which are averaged.
    realisations : sequence of Measurement
        Of the model, at the data's voxel size; volumes for a volume, sections
        for a section; same labels.

    Returns
    -------
    Validation

    Raises
    ------
    InputError
        Nothing to compare, or measurements that must not be compared: other
        voxel size, plane, dimension, phases or treatment of border chords.
    """
    images = [data] if isinstance(data, Measurement) else list(data)
    if not images or not realisations:
        raise InputError("validation", "There is nothing to compare.", "Give an image and at least one realisation.")
    _check_comparable([*images, *realisations])
    measured = summarise(images)
    model = summarise(realisations)
    one_shape = all(m.shape == images[0].shape for m in [*images, *realisations])
    rows = compare_values(measured.mean, model, same_shape=one_shape)
    distances = compare_curves(measured.mean, realisations)
    grade, title, summary, text = _verdict(rows, distances)
    compared: list[Comparison] = [*rows, *distances]
    return Validation(
        rows, distances, grade, text, _findings(compared), limits_of(measured, one_shape=one_shape),
        _error(_of(compared, FITTED)), _error(_of(compared, HELD_OUT)),
        measured, model, title, summary,
    )


def _check_comparable(measurements: Sequence[Measurement]) -> None:
    first = measurements[0]
    for other in measurements[1:]:
        if len(other.open_axes) != len(first.open_axes):
            raise InputError("validation", "A section cannot be compared with a volume: surfaces differ by definition.",
                             "Generate sections for a section and volumes for a volume.")
        if other.open_axes != first.open_axes:
            raise InputError("validation", "The sections lie in different planes.", "Compare one plane at a time.")
        sizes = first.voxel_size_um, other.voxel_size_um
        if (sizes[0] is None) != (sizes[1] is None) or not np.allclose(sizes[0] or 1.0, sizes[1] or 1.0, rtol=1e-6):
            raise InputError("validation", "The voxel sizes differ, and voxel surfaces and chords depend on them.",
                             "Generate the realisations at the voxel size of the image.")
        if {p.label for p in other.phases} != {p.label for p in first.phases}:
            raise InputError("validation", "Image and model do not have the same phase labels.",
                             "Give the model the labels of the image.")
        if other.borders != first.borders:
            raise InputError("validation", "Border chords were treated differently in image and model.",
                             "Measure both with the same setting.")


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
        ``limits``, what stands behind it and what it does not show. Only
        plain types; no NaN.
    """
    phases: dict[str, Any] = {p.phase: {} for p in validation.data.phases}
    for row in validation.rows:
        leaf = {
            "data": finite(row.data), "model_mean": finite(row.model_mean), "model_sd": finite(row.model_sd),
            "fitted": row.fitted, "unit": row.unit, "relative_difference": finite(row.relative),
            "relative_to": row.relative_to, **_chance(row),
        }
        _place(phases[row.phase], row.descriptor, row.axis, leaf, row.reason)
    distances: dict[str, Any] = {p.phase: {} for p in validation.data.phases}
    for distance in validation.distances:
        leaf = {
            distance.measure: finite(distance.distance), "unit": distance.unit,
            "relative": finite(distance.relative), "fitted": distance.fitted,
            "relative_to": distance.relative_to, **_chance(distance),
        }
        _place(distances[distance.phase], distance.descriptor, distance.axis, leaf, distance.reason)
    size = validation.model.mean.voxel_size_um
    return {
        "schema": 1,
        "voxel_size_um": None if size is None else list(size),
        "realisations": validation.model.n_realisations,
        "phases": phases,
        "distances": distances,
        "fitted_error": finite(validation.fitted_error),
        "held_out_error": finite(validation.held_out_error),
        "verdict": {"grade": validation.grade, "text": validation.text},
        "findings": [asdict(finding) for finding in validation.findings],
        "limits": list(validation.limits),
    }


def _chance(compared: Comparison) -> dict[str, float | None]:
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


def _of(compared: Sequence[Comparison], keys: tuple[str, ...]) -> list[Comparison]:
    return [c for c in compared if c.descriptor in keys]


def _mean(numbers: Sequence[float]) -> float | None:
    return float(np.mean(numbers)) if numbers else None


def _error(compared: Sequence[Comparison]) -> float | None:
    """Return the mean relative difference, chance included."""
    return _mean([min(abs(c.relative), 1.0) for c in compared if c.relative is not None])


def _verdict(rows: Sequence[ValidationRow], distances: Sequence[CurveDistance]) -> tuple[Grade, str, str, str]:
    """Return grade, title, summary and the whole line."""
    compared: list[Comparison] = [*rows, *distances]
    judged = [c for c in _of(compared, ("volume_fraction", *FITTED, *HELD_OUT)) if c.excess is not None]
    if not judged:
        text = "Nothing could be compared, so the fit is unknown."
        return "partly", "Nothing could be compared", "The fit is unknown.", text
    grade = _grade(rows, judged)
    worst = max(judged, key=lambda c: (c.excess or 0.0, abs(c.relative or 0.0)))
    chance = _mean([c.allowance for c in judged if c.allowance is not None]) or 0.0
    if grade == "fits" and chance > ALLOWANCE_BELOW:
        title, by_chance = "Images of this size cannot tell", f"differences of {_percent(chance)} on average"
        return ("partly", title, f"Chance alone explains {by_chance}.",
                f"{title}: chance alone explains {by_chance}; the largest is {_described(worst)}.")
    held_out, fitted = (_error(_of(judged, keys)) for keys in (HELD_OUT, FITTED))
    average = "" if held_out is None else f"what it was not fitted to differs by {_by(held_out)} on average; "
    there = f"{_percent(worst.allowance)} there and " if worst.allowance is not None else ""
    noise = f"; chance alone explains {there}{_percent(chance)} on average" if chance > ALLOWANCE_BELOW else ""
    text = f"{GRADE_WORDS[grade]}: {average}{_largest(worst, is_small=grade == 'fits')}{noise}."
    return grade, GRADE_WORDS[grade], _summary(held_out, fitted), text


def _summary(held_out: float | None, fitted: float | None) -> str:
    if held_out is not None:
        return f"On what it was not fitted to, the model differs by {_by(held_out)} on average."
    if fitted is not None:
        return f"On what it was fitted to, the model differs by {_by(fitted)} on average; the rest is unknown."
    return "Volume fractions alone could be compared."


def _largest(worst: Comparison, *, is_small: bool) -> str:
    if worst.excess == 0 and worst.allowance is not None:
        return f"no difference is larger than chance explains, the largest being {_described(worst)}"
    beyond = "" if worst.allowance is None else " beyond chance"
    small = " small:" if is_small else ""
    return f"the largest difference{beyond} is{small} {_described(worst)}"


def _described(comparison: Comparison) -> str:
    if _is_other_sign(comparison):
        return f"the {comparison.subject}, which has the other sign"
    return f"the {comparison.subject}, {_percent(comparison)}{_of_scale(comparison)}"


def _of_scale(comparison: Comparison) -> str:
    """Name what a share is of, where that may be something else than the data's value: Euler numbers near zero."""
    if not isinstance(comparison, ValidationRow) or not comparison.descriptor.startswith("euler_number"):
        return ""
    return f" of {comparison.relative_to}"


def _is_other_sign(comparison: Comparison) -> bool:
    return isinstance(comparison, ValidationRow) and comparison.is_other_sign


def _grade(rows: Sequence[ValidationRow], judged: Sequence[Comparison]) -> Grade:
    """Return the grade of what exceeds chance, however much chance explains."""
    errors = [_mean([min(c.excess or 0.0, 1.0) for c in _of(judged, keys)]) or 0.0 for keys in (FITTED, HELD_OUT)]
    fractions = [(r.excess or 0.0) * (r.data or 0.0) for r in rows if r.descriptor == "volume_fraction"]
    off = max(fractions, default=0.0)
    single = [max((c.excess or 0.0 for c in _of(judged, keys)), default=0.0) for keys in (FITTED, HELD_OUT)]
    if max(errors) > NO_ABOVE or _is_one_far_off(judged) or off > FRACTION_NO_ABOVE:
        return "no"
    fits = (
        max(errors) <= FITS_BELOW
        and single[0] <= FITS_BELOW
        and single[1] <= SINGLE_HELD_OUT_BELOW
        and off <= FRACTION_FITS_BELOW
    )
    return "fits" if fits else "partly"


def _is_one_far_off(judged: Sequence[Comparison]) -> bool:
    """Whether a single fitted descriptor is so far off, and not by chance, that a good mean does not help."""
    return any(abs(c.relative or 0.0) > LARGEST_FITTED and (c.excess or 0.0) > FITS_BELOW for c in _of(judged, FITTED))


def _findings(compared: Sequence[Comparison]) -> tuple[Finding, ...]:
    found = []
    for key in ("volume_fraction", *FITTED, *HELD_OUT):
        about = [c for c in _of(compared, (key,)) if c.relative is not None]
        if not about:
            continue
        agrees = all((c.excess or 0.0) <= FITS_BELOW for c in about)
        worst = max(about, key=lambda c: (c.excess or 0.0, abs(c.relative or 0.0)))
        text = _agreement(worst) if agrees else _disagreement(worst)
        found.append(Finding(DESCRIPTORS[key].title, text, agrees, DESCRIPTORS[key].fitted))
    return tuple(found)


def _agreement(worst: Comparison) -> str:
    is_nothing = round(1000 * (worst.relative or 0.0)) == 0
    chance = ", which chance explains" if worst.allowance is not None and not worst.excess and not is_nothing else ""
    small = ": small, though more than chance explains" if worst.excess and worst.allowance is not None else ""
    start = "The other sign" if _is_other_sign(worst) else f"Largest difference {_percent(worst)}{_of_scale(worst)}"
    return f"{start}, of {_where(worst)}{chance}{'' if is_nothing else small}."


def _disagreement(worst: Comparison) -> str:
    where = _where(worst)
    if _is_other_sign(worst):
        text = f"Has the other sign for {where}"
    elif isinstance(worst, ValidationRow):
        size = _percent(abs(worst.relative or 0.0))
        way = "low" if (worst.relative or 0.0) < 0 else "high"
        scale = _of_scale(worst)
        text = f"Too {way} for {where} by {size}{scale}" if scale else f"{size} too {way} for {where}"
    else:
        text = f"{_percent(worst)} apart for {where}"
    chance = "chance does not explain it" if worst.allowance is not None else "what chance explains is not known"
    return f"{text[:1].upper()}{text[1:]}; {chance}."


def _where(comparison: Comparison) -> str:
    return comparison.phase_words + (f" along {comparison.axis}" if comparison.axis else "")


def _percent(difference: Comparison | float) -> str:
    """Return a share in per cent, with its sign where it is a difference of numbers."""
    share = difference if isinstance(difference, float) else difference.relative or 0.0
    if abs(share) > 1:
        return "more than 100 %"
    tenths = round(1000 * share)
    if tenths == 0:
        return "below 0.1 %"
    sign = "+" if isinstance(difference, ValidationRow) else ""
    return f"{tenths / 10:{sign}.1f} %".replace("-", "−")


def _by(share: float) -> str:
    return _percent(share).replace("below", "less than")
