"""Holds a model against images: measures both and compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from morphstudio.app.forecast import forecast_measure
from morphstudio.app.jobs.job import StepOutcome
from morphstudio.app.work.measure import MeasuringRealisations, realisations
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.core.calibration.ensemble import ParameterEnsemble
    from morphstudio.core.descriptors.measurement import Measuring
    from morphstudio.core.descriptors.values import Measurement
    from morphstudio.core.image_edits import Box
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage
    from morphstudio.core.validation import EnsembleBand, FitUse, Validation

Shape = tuple[int, int, int]

DATA_SHARE = 0.1  # of the whole, for measuring the data


@dataclass(frozen=True)
class ValidateJob:
    """Compares images with realisations of a model and gives a ``Validation``.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    labels : tuple of int
        Label of each of its phases, in model order, as in the images.
    images : tuple of PhaseImage
        The data: one image, or several of the same plane and voxel size.
    n_realisations : int
        How many realisations to draw.
    shape : (int, int, int), optional
        Voxels along z, y, x of each realisation; default: those of the first image.
    seed : int
        Seed of the first realisation; the others follow.
    model_in_um : bool, optional
        Whether the model's lengths are in µm rather than in voxels; the
        images' must be alike. Default: not known, so not checked.
    use : FitUse, optional
        What the calibration has seen of the image.
    unused : Box, optional
        Part of the first image that it has not seen, measured beside the whole.
    ensemble : ParameterEnsemble, optional
        Models as likely as this one: one realisation of each, with the same
        seeds, gives the band with the uncertainty of the parameters.
    """

    model: ExcursionSet
    labels: tuple[int, ...]
    images: tuple[PhaseImage, ...]
    n_realisations: int = 10
    shape: Shape | None = None
    seed: int = 1
    model_in_um: bool | None = None
    use: FitUse | None = None
    unused: Box | None = None
    ensemble: ParameterEnsemble | None = None

    checkpoint: ClassVar[Path | None] = None
    modules: ClassVar[tuple[str, ...]] = (
        "morphstudio.core.descriptors.measurement", "morphstudio.core.models.realisation")

    @property
    def title(self) -> str:
        """What the job does."""
        more = "" if self.ensemble is None else f" and {len(self.ensemble.models)} models"
        return f"Validate against {self.n_realisations} realisations{more}"

    def create(self) -> ValidatingSteps:
        """Build the work.

        Raises
        ------
        InputError
            No image, other labels or another unit in the image than in the model, or too little memory.
        """
        from morphstudio.core.descriptors.measurement import Measuring
        from morphstudio.core.image_edits import cropped

        if not self.images:
            raise InputError("images", "There is no image to validate against.", "Open one first.")
        for image in self.images:
            _check_labels(image, self.labels)
            if self.model_in_um is not None:
                check_units(image, model_in_um=self.model_in_um)
            forecast_measure(image.shape).check("image")
        first = self.images[0]
        shape = self.shape or first.shape
        seeds = range(self.seed, self.seed + self.n_realisations)
        drawings = realisations(self.model, shape, first.voxel_size_um, seeds, self.labels)
        data = [Measuring(image) for image in self.images]
        if self.unused is not None:
            data.append(Measuring(cropped(first, self.unused)))
        ensemble = None if self.ensemble is None else MeasuringRealisations([
            realisations(model, shape, first.voxel_size_um, (self.seed + at,), self.labels)[0]
            for at, model in enumerate(self.ensemble.models)])
        return ValidatingSteps(self, data, MeasuringRealisations(drawings), ensemble)


def check_units(image: PhaseImage, *, model_in_um: bool) -> None:
    """Raise InputError where lengths of an image and of a model are in different units."""
    if (image.voxel_size_um is not None) != model_in_um:
        ours, theirs = ("voxels", "µm") if model_in_um else ("µm", "voxels")
        raise InputError("voxel_size", f"{image.name or 'The image'} is measured in {ours}, the model in {theirs}.",
                         "Say how large the image's voxels are, or calibrate again: both must be in the same unit.")


def _check_labels(image: PhaseImage, labels: tuple[int, ...]) -> None:
    found = sorted(p.label for p in image.phases)
    if found != sorted(labels):
        raise InputError("labels", f"{image.name or 'The image'} has labels {', '.join(map(str, found))}, "
                         f"the model has {', '.join(map(str, sorted(labels)))}.",
                         "Choose the image that the model was fitted to, or one with the same labels.")


class ValidatingSteps:
    """A validation as the runner takes it: first the data, then the realisations, then the ensemble."""

    def __init__(self, job: ValidateJob, data: list[Measuring], model: MeasuringRealisations,
                 ensemble: MeasuringRealisations | None) -> None:
        self._job, self._data = job, data
        self._model, self._ensemble = model, ensemble
        self._measured: list[Measurement] = []
        self._report: Callable[[float, str], None] = lambda share, message: None
        self._should_stop: Callable[[], bool] = lambda: False

    def attach(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> None:
        """See :class:`~morphstudio.app.jobs.job.LongStepping`."""
        self._should_stop, self._report = should_stop, report

    def step(self) -> StepOutcome:
        """Measure the next piece of the data, else go on with the realisations, then with the ensemble."""
        position = len(self._measured)
        if position < len(self._data):
            work = self._data[position]
            work.step()
            share = DATA_SHARE * (position + work.share) / len(self._data)
            if work.done:
                self._measured.append(work.result())
            return StepOutcome(None, share, "Measuring the data", done=False)
        if self._ensemble is not None and self._model.done:
            self._ensemble.step(lambda share, _: self._report(self._share_of(share, second=True), self._message),
                                self._should_stop)
            share = self._share_of(self._ensemble.share, second=True)
            return StepOutcome(None, share, self._message, self._ensemble.done)
        arrived = self._model.step(lambda share, message: self._report(self._share_of(share), message),
                                   self._should_stop)
        done = self._model.done and self._ensemble is None
        return StepOutcome(arrived, self._share_of(self._model.share), self._model.message, done)

    @property
    def _message(self) -> str:
        """What is done with the ensemble just now."""
        assert self._ensemble is not None
        return self._ensemble.message.replace("Realisation", "Ensemble, model")

    def _share_of(self, share: float, *, second: bool = False) -> float:
        """Return the share of the whole that is done where one of its two series of drawings is so far."""
        n_first = self._job.n_realisations
        n_second = 0 if self._job.ensemble is None else len(self._job.ensemble.models)
        drawn = n_first + share * n_second if second else share * n_first
        return DATA_SHARE + (1 - DATA_SHARE) * drawn / (n_first + n_second)

    def result(self) -> Validation:
        """Return the comparison."""
        from morphstudio.app.fit_use import box_words
        from morphstudio.core.validation import validate

        job = self._job
        n_images = len(job.images)
        unused = None if job.unused is None else (box_words(job.unused, job.images[0].shape), self._measured[n_images])
        return validate(self._measured[:n_images], self._model.measured, use=job.use, unused=unused,
                        ensemble=self._band())

    def _band(self) -> EnsembleBand | None:
        from morphstudio.core.descriptors.summary import summarise
        from morphstudio.core.validation import EnsembleBand

        ensemble = self._job.ensemble
        if ensemble is None or self._ensemble is None:
            return None
        return EnsembleBand(summarise(self._ensemble.measured), ensemble.drawn, ensemble.n_held_back, ensemble.seed)
