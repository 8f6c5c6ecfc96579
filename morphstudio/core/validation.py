"""Does the model fit? Data against realisations, fitted and held-out descriptors apart.

How the grade comes about stands in :mod:`morphstudio.core.validation_verdict`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from morphstudio.core.descriptors.comparison import CurveDistance, ValidationRow, compare_curves, compare_values
from morphstudio.core.descriptors.summary import summarise
from morphstudio.core.descriptors.values import Measurement, ModelMeasurement
from morphstudio.core.errors import InputError
from morphstudio.core.grades import Grade
from morphstudio.core.validation_json import to_json
from morphstudio.core.validation_limits import limits_of
from morphstudio.core.validation_verdict import (
    FITTED,
    HELD_OUT,
    Comparison,
    Finding,
    findings_on,
    mean_error,
    of_keys,
    verdict_on,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FITTED", "HELD_OUT", "CurveDistance", "EnsembleBand", "Finding", "FitUse", "Grade", "UnusedPart",
           "Validation", "ValidationRow", "to_json", "validate"]


@dataclass(frozen=True, slots=True)
class FitUse:
    """What a calibration has seen of the data.

    Parameters
    ----------
    kind : {"whole", "part", "none", "other", "unknown"}
        All of the image, a part of it, no part of it (but another part of the
        same file), only other images, or not known.
    text : str
        The same in one sentence.
    """

    kind: Literal["whole", "part", "none", "other", "unknown"]
    text: str

    @property
    def is_of_class(self) -> bool:
        """Whether the model was fitted to this image, so that what it misses its class misses."""
        return self.kind in ("whole", "part")


@dataclass(frozen=True, eq=False, slots=True)
class UnusedPart:
    """A part of the image that the calibration has not seen, against the same realisations.

    Parameters
    ----------
    words : str
        Which part: ``"z 126–251"``.
    measurement : Measurement
        What was measured on it.
    rows, distances : tuple
        As those of the whole image, but without Euler numbers, which grow with the size.
    """

    words: str
    measurement: Measurement
    rows: tuple[ValidationRow, ...]
    distances: tuple[CurveDistance, ...]


@dataclass(frozen=True, eq=False, slots=True)
class EnsembleBand:
    """Models that the images tell apart no better than the best one, one realisation of each.

    Their mean ± sd holds both what realisations of one model scatter and what
    the uncertainty of the fitted parameters adds.

    Parameters
    ----------
    measurement : ModelMeasurement
        Mean and standard deviation over the models.
    drawn : tuple of str
        Parameters that differ between them, drawn jointly from their covariance.
    n_held_back : int
        Directions of these whose spread was cut, since the images hardly determine them.
    seed : int
        Of the draws.
    """

    measurement: ModelMeasurement
    drawn: tuple[str, ...]
    n_held_back: int
    seed: int


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
        The verdict in one line: it fits; it fits except for which descriptors; or it does not suit the image,
        because of which: by how much, against what realisations scatter.
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
    use : FitUse or None
        What the calibration has seen of the data; ``None`` where nobody asked.
    unused : UnusedPart or None
        A part of the image that it has not seen.
    ensemble : EnsembleBand or None
        The same descriptors with the uncertainty of the parameters.
    reasons : tuple of str
        What keeps the model from fitting, the worst first, as in ``text``.
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
    use: FitUse | None = None
    unused: UnusedPart | None = None
    ensemble: EnsembleBand | None = None
    reasons: tuple[str, ...] = ()


def validate(data: Measurement | Sequence[Measurement], realisations: Sequence[Measurement], *,
             use: FitUse | None = None, unused: tuple[str, Measurement] | None = None,
             ensemble: EnsembleBand | None = None) -> Validation:
    """Compare data with realisations of a model, descriptor by descriptor.

    Parameters
    ----------
    data : Measurement or sequence of Measurement
        One image, or several of the same plane and voxel size, which are averaged.
    realisations : sequence of Measurement
        Of the model, at the data's voxel size; volumes for a volume, sections
        for a section; same labels.
    use : FitUse, optional
        What the calibration has seen of the data.
    unused : (str, Measurement), optional
        A part of the image that it has not seen: which, and what was measured there.
    ensemble : EnsembleBand, optional
        The same descriptors with the uncertainty of the parameters.

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
    others = [*([] if unused is None else [unused[1]]), *([] if ensemble is None else [ensemble.measurement.mean])]
    _check_comparable([*images, *realisations, *others])
    measured = summarise(images)
    model = summarise(realisations)
    one_shape = all(m.shape == images[0].shape for m in [*images, *realisations])
    rows = compare_values(measured.mean, model, same_shape=one_shape)
    distances = compare_curves(measured.mean, realisations)
    verdict = verdict_on(rows, distances, is_class=use is not None and use.is_of_class)
    compared: list[Comparison] = [*rows, *distances]
    return Validation(
        rows, distances, verdict.grade, verdict.text, findings_on(compared),
        limits_of(measured, one_shape=one_shape, use=use),
        mean_error(of_keys(compared, FITTED)), mean_error(of_keys(compared, HELD_OUT)),
        measured, model, verdict.title, verdict.summary, use,
        None if unused is None else _unused_part(*unused, model, realisations), ensemble, verdict.reasons,
    )


def _unused_part(words: str, part: Measurement, model: ModelMeasurement,
                 realisations: Sequence[Measurement]) -> UnusedPart:
    return UnusedPart(words, part, compare_values(part, model, same_shape=False), compare_curves(part, realisations))


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
