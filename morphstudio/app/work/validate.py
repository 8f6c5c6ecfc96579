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

    from morphstudio.core.descriptors.measurement import Measuring
    from morphstudio.core.descriptors.values import Measurement
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage
    from morphstudio.core.validation import Validation

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
    """

    model: ExcursionSet
    labels: tuple[int, ...]
    images: tuple[PhaseImage, ...]
    n_realisations: int = 10
    shape: Shape | None = None
    seed: int = 1
    model_in_um: bool | None = None

    checkpoint: ClassVar[Path | None] = None
    modules: ClassVar[tuple[str, ...]] = (
        "morphstudio.core.descriptors.measurement", "morphstudio.core.models.realisation")

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Validate against {self.n_realisations} realisations"

    def create(self) -> ValidatingSteps:
        """Build the work.

        Raises
        ------
        InputError
            No image, other labels or another unit in the image than in the model, or too little memory.
        """
        from morphstudio.core.descriptors.measurement import Measuring

        if not self.images:
            raise InputError("images", "There is no image to validate against.", "Open one first.")
        for image in self.images:
            _check_labels(image, self.labels)
            if self.model_in_um is not None:
                check_units(image, model_in_um=self.model_in_um)
            forecast_measure(image.shape).check("image")
        first = self.images[0]
        seeds = range(self.seed, self.seed + self.n_realisations)
        drawings = realisations(self.model, self.shape or first.shape, first.voxel_size_um, seeds, self.labels)
        return ValidatingSteps([Measuring(image) for image in self.images], MeasuringRealisations(drawings))


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
    """A validation as the runner takes it: first the data, then the realisations."""

    def __init__(self, data: list[Measuring], model: MeasuringRealisations) -> None:
        self._data = data
        self._model = model
        self._measured: list[Measurement] = []
        self._report: Callable[[float, str], None] = lambda share, message: None
        self._should_stop: Callable[[], bool] = lambda: False

    def attach(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> None:
        """See :class:`~morphstudio.app.jobs.job.LongStepping`."""
        self._should_stop = should_stop
        self._report = lambda share, message: report(DATA_SHARE + (1 - DATA_SHARE) * share, message)

    def step(self) -> StepOutcome:
        """Measure the next piece of the data, else go on with the realisations."""
        position = len(self._measured)
        if position < len(self._data):
            work = self._data[position]
            work.step()
            share = DATA_SHARE * (position + work.share) / len(self._data)
            if work.done:
                self._measured.append(work.result())
            return StepOutcome(None, share, "Measuring the data", done=False)
        arrived = self._model.step(self._report, self._should_stop)
        share = DATA_SHARE + (1 - DATA_SHARE) * self._model.share
        return StepOutcome(arrived, share, self._model.message, self._model.done)

    def result(self) -> Validation:
        """Return the comparison."""
        from morphstudio.core.validation import validate

        return validate(self._measured, self._model.measured)
