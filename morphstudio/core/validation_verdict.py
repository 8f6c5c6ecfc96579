"""The verdict of a validation in words: grade, reasons, findings.

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

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.descriptors.comparison import CurveDistance, ValidationRow
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.grades import GRADE_WORDS, LARGEST_FITTED, Grade

if TYPE_CHECKING:
    from collections.abc import Sequence

Comparison = ValidationRow | CurveDistance

FITS_BELOW = 0.05
NO_ABOVE = 0.20
SINGLE_HELD_OUT_BELOW = 0.10
FRACTION_FITS_BELOW = 0.02
FRACTION_NO_ABOVE = 0.10
ALLOWANCE_BELOW = 0.20

FITTED = ("specific_surface_area", "mean_chord_length")
HELD_OUT = ("chord_length_distribution", "lineal_path", "euler_number_density")

_TOLD = 3  # differences that a verdict names


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """Grade and words; the fields as in :class:`~morphstudio.core.validation.Validation`."""

    grade: Grade
    title: str
    summary: str
    text: str
    reasons: tuple[str, ...] = ()


def of_keys(compared: Sequence[Comparison], keys: tuple[str, ...]) -> list[Comparison]:
    """Return what belongs to some descriptors."""
    return [c for c in compared if c.descriptor in keys]


def _mean(numbers: Sequence[float]) -> float | None:
    return float(np.mean(numbers)) if numbers else None


def mean_error(compared: Sequence[Comparison]) -> float | None:
    """Return the mean relative difference, chance included."""
    return _mean([min(abs(c.relative), 1.0) for c in compared if c.relative is not None])


def verdict_on(rows: Sequence[ValidationRow], distances: Sequence[CurveDistance], *, is_class: bool) -> Verdict:
    """Return the verdict on what was compared.

    Parameters
    ----------
    rows, distances : sequences
        Numbers and curves.
    is_class : bool
        Whether the model is the best of its class for this image, so that what it misses the class misses.
    """
    compared: list[Comparison] = [*rows, *distances]
    judged = [c for c in of_keys(compared, ("volume_fraction", *FITTED, *HELD_OUT)) if c.excess is not None]
    if not judged:
        text = "Nothing could be compared, so the fit is unknown."
        return Verdict("partly", "Nothing could be compared", "The fit is unknown.", text)
    grade = _grade(rows, judged)
    worst = max(judged, key=_size)
    chance = _mean([c.allowance for c in judged if c.allowance is not None]) or 0.0
    if grade == "fits" and chance > ALLOWANCE_BELOW:
        title, by_chance = "Images of this size cannot tell", f"differences of {_percent(chance)} on average"
        return Verdict("partly", title, f"Chance alone explains {by_chance}.",
                       f"{title}: chance alone explains {by_chance}; the largest is {_described(worst)}.")
    held_out, fitted = (mean_error(of_keys(judged, keys)) for keys in (HELD_OUT, FITTED))
    there = f"{_percent(worst.allowance)} there and " if worst.allowance is not None else ""
    noise = f"; chance alone explains {there}{_percent(chance)} on average" if chance > ALLOWANCE_BELOW else ""
    reasons = () if grade == "fits" else _offenders(judged)
    return Verdict(grade, GRADE_WORDS[grade], _summary(held_out, fitted),
                   _text(grade, reasons, worst, held_out, noise, is_class=is_class), reasons)


def _text(grade: Grade, reasons: Sequence[str], worst: Comparison, held_out: float | None, noise: str, *,
          is_class: bool) -> str:
    """Return the verdict as a sentence or two."""
    average = "" if held_out is None else f"what it was not fitted to differs by {_by(held_out)} on average"
    if grade == "fits":
        return f"{GRADE_WORDS[grade]}: {average}{'; ' * bool(average)}{_largest(worst)}{noise}."
    begin = "The model fits except for" if grade == "partly" else (
        f"This model {'class ' * is_class}does not suit this image, because of")
    rest = f" {average[:1].upper()}{average[1:]}{noise}." if average else ""
    return f"{begin} {'; '.join(reasons)}.{rest}"


def _offenders(judged: Sequence[Comparison]) -> tuple[str, ...]:
    """Name what differs most beyond chance: of each descriptor and phase the worst direction, at most three in full."""
    too_much = [c for c in judged if _is_too_much(c)] or [max(judged, key=_size)]
    worst: dict[tuple[str, int], Comparison] = {}
    for comparison in sorted(too_much, key=_size, reverse=True):
        worst.setdefault((comparison.descriptor, comparison.label), comparison)
    told = [f"{_described(c)}{_against(c)}" for c in list(worst.values())[:_TOLD]]
    more = [f"and {len(worst) - _TOLD} more"] if len(worst) > _TOLD else []
    return (*told, *more)


def _is_too_much(comparison: Comparison) -> bool:
    """Whether a difference alone keeps a model from fitting."""
    excess = comparison.excess or 0.0
    if comparison.descriptor == "volume_fraction":
        data = comparison.data if isinstance(comparison, ValidationRow) else None
        return excess * (data or 0.0) > FRACTION_FITS_BELOW
    return excess > (FITS_BELOW if comparison.fitted else SINGLE_HELD_OUT_BELOW)


def _against(comparison: Comparison) -> str:
    """Say what a difference is to be held against: the scatter of realisations, or what chance does to curves."""
    if comparison.allowance is None:
        return " (what chance explains is not known)"
    if isinstance(comparison, CurveDistance):
        return f" (chance explains {_percent(comparison.allowance)})"
    if not comparison.relative or comparison.model_sd is None or comparison.difference is None:
        return ""
    if _is_other_sign(comparison):
        return (f": {_plain(comparison.model_mean)} in place of {_plain(comparison.data)} {_unit(comparison.unit)} "
                f"(realisations scatter by ± {_plain(comparison.model_sd, 2)})")
    scatter = comparison.model_sd / abs(comparison.difference / comparison.relative)
    size = f"{'± ' * (0.0005 < scatter <= 1)}{_by(scatter)}"
    return f" (realisations scatter by {size})"


def _plain(value: float | None, digits: int = 3) -> str:
    return f"{value or 0.0:.{digits}g}".replace("-", "−")


def _unit(unit: str) -> str:
    """Return a unit as people write it: ``"µm⁻³"`` for ``"1/um^3"``."""
    name, _, power = unit.removeprefix("1/").replace("um", "µm").partition("^")
    sign = "⁻" if unit.startswith("1/") else ""
    return name + sign + (power or ("1" if sign else "")).translate(str.maketrans("123", "¹²³"))


def _size(comparison: Comparison) -> tuple[float, float]:
    """Return by what differences are ordered: what exceeds chance, then the whole."""
    return comparison.excess or 0.0, abs(comparison.relative or 0.0)


def _summary(held_out: float | None, fitted: float | None) -> str:
    if held_out is not None:
        return f"On what it was not fitted to, the model differs by {_by(held_out)} on average."
    if fitted is not None:
        return f"On what it was fitted to, the model differs by {_by(fitted)} on average; the rest is unknown."
    return "Volume fractions alone could be compared."


def _largest(worst: Comparison) -> str:
    if worst.excess == 0 and worst.allowance is not None:
        return f"no difference is larger than chance explains, the largest being {_described(worst)}"
    beyond = "" if worst.allowance is None else " beyond chance"
    return f"the largest difference{beyond} is small: {_described(worst)}"


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
    errors = [_mean([min(c.excess or 0.0, 1.0) for c in of_keys(judged, keys)]) or 0.0 for keys in (FITTED, HELD_OUT)]
    fractions = [(r.excess or 0.0) * (r.data or 0.0) for r in rows if r.descriptor == "volume_fraction"]
    off = max(fractions, default=0.0)
    single = [max((c.excess or 0.0 for c in of_keys(judged, keys)), default=0.0) for keys in (FITTED, HELD_OUT)]
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
    return any(abs(c.relative or 0.0) > LARGEST_FITTED and (c.excess or 0.0) > FITS_BELOW
               for c in of_keys(judged, FITTED))


def findings_on(compared: Sequence[Comparison]) -> tuple[Finding, ...]:
    """Return what each descriptor says about the fit."""
    found = []
    for key in ("volume_fraction", *FITTED, *HELD_OUT):
        about = [c for c in of_keys(compared, (key,)) if c.relative is not None]
        if not about:
            continue
        agrees = all((c.excess or 0.0) <= FITS_BELOW for c in about)
        worst = max(about, key=_size)
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
