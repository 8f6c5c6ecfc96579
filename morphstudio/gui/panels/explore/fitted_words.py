"""What is said of where a model's parameters come from: fitted, at their defaults, or assumed. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.core.calibration.weak import WEAK_WORDS, weak_reason
from morphstudio.core.fields.families import family

if TYPE_CHECKING:
    from morphstudio.app.document import Document
    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.core.models.excursion_set import ExcursionSet

STRETCH = "scale_z"
ASSUMED = "assumed: no section shows z"


def count_words(model: ExcursionSet, fitted: CalibrationResult | None) -> str:
    """Say how many parameters a model has and where they come from; the parts make up the whole."""
    values = model.values()
    curves = sum(bool(p.array) for p in model.table)  # of kernels, fitted without errors of single values
    if fitted is None:
        resting = sum(not p.main and not p.array and values[p.name] == p.default for p in model.table)
        more = f", {resting} more at {'their defaults' if resting != 1 else 'its default'}" if resting else ""
        kernels = f", {curves} values of kernels" if curves else ""
        return f"{sum(p.main for p in model.table)} main parameters{more}{kernels}"
    steps = [p for p in model.table if p.name.startswith("kernel_step")]  # a voxel each: nobody sets them
    others = [p for p in model.table if p.name not in fitted.estimates and not p.array and p not in steps]
    resting = sum(values[p.name] == p.default for p in others)
    parts = [f"{len(model.table) - len(others) - len(steps)} fitted"]
    if steps:
        parts.append(f"{len(steps)} fixed")
    if resting:
        parts.append(f"{resting} at {'their defaults' if resting != 1 else 'its default'}")
    if len(others) > resting:
        parts.append(f"{len(others) - resting} set by hand")
    return f"{len(model.table)} parameters: {', '.join(parts)}"


def family_words(model: ExcursionSet) -> str:
    """Return the covariance families of a model, the most frequent first."""
    found = sorted(set(model.families), key=lambda key: (-model.families.count(key), model.families.index(key)))
    return " and ".join(family(key).title for key in found)


def assumed_notes(document: Document, fitted: CalibrationResult | None) -> dict[str, str]:
    """Return notes on parameters that nothing determines: the stretch along z where only xy sections are open.

    A model from a file may have its stretch from elsewhere, unless it is the default.
    """
    shapes = [entry.image.shape for entry in document.images]
    if not shapes or any(shape[0] > 1 for shape in shapes) or document.calibrated is None:
        return {}
    if fitted is None:
        table = {p.name: p.default for p in document.calibrated.table}
        is_known = document.calibrated.values()[STRETCH] != table[STRETCH]
    else:
        is_known = STRETCH in fitted.estimates
    return {} if is_known else {STRETCH: ASSUMED}


def doubt_notes(document: Document, fitted: CalibrationResult | None) -> dict[str, str]:
    """Return why the image hardly determines parameters of the calibrated model, by name, in Calibrate's words.

    Nothing is said of a model that the run known is not of: one of a file, or a variant of another calibration.
    """
    if fitted is None or document.calibrated != fitted.model:
        return {}
    notes = {}
    for param in fitted.model.table:
        estimate = fitted.estimates.get(param.name)
        reason = None if estimate is None else weak_reason(param, estimate)
        if estimate is not None and reason is not None:
            notes[param.name] = f"Hardly determined by the image: {WEAK_WORDS[reason]}.\n{estimate.reason}".rstrip()
    return notes
