"""Measures images, and realisations of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from morphstudio.app.forecast import forecast_measure
from morphstudio.app.jobs.job import StepOutcome
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from morphstudio.core.descriptors.measurement import Measuring
    from morphstudio.core.descriptors.values import Measurement, ModelMeasurement
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import Axis, PhaseImage, VoxelSize

Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a measurement knows before its end; the record of these jobs.

    Parameters
    ----------
    kind : {"data", "model"}
        Whether it is an image, or the realisations measured so far.
    measurement : Measurement or ModelMeasurement
        As the whole will be, with some parts still missing.
    """

    kind: Literal["data", "model"]
    measurement: Measurement | ModelMeasurement


@dataclass(frozen=True)
class MeasureJob:
    """Measures an image and gives a ``Measurement``.

    Parameters
    ----------
    image : PhaseImage
        What to measure.
    descriptors : tuple of str, optional
        Keys of the descriptor registry; default: all.
    axes : tuple of Axis, optional
        Directions of those that have one; default: all of the image.
    """

    image: PhaseImage
    descriptors: tuple[str, ...] | None = None
    axes: tuple[Axis, ...] | None = None

    checkpoint: ClassVar[Path | None] = None
    modules: ClassVar[tuple[str, ...]] = (
        "morphstudio.core.descriptors.measurement", "morphstudio.core.models.realisation")

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Measure {self.image.name or 'the image'}"

    def create(self) -> MeasuringSteps:
        """Build the work.

        Raises
        ------
        InputError
            Unknown descriptor or axis, or too little memory.
        """
        from morphstudio.core.descriptors.measurement import Measuring

        forecast_measure(self.image.shape).check("image")
        return MeasuringSteps(Measuring(self.image, self.descriptors, self.axes))


class MeasuringSteps:
    """A measurement as the runner takes it."""

    def __init__(self, measuring: Measuring) -> None:
        self._measuring = measuring

    def step(self) -> StepOutcome:
        """Measure the next piece."""
        self._measuring.step()
        message = "Measured" if self._measuring.done else self._measuring.message
        arrived = Arrived("data", self._measuring.result())
        return StepOutcome(arrived, self._measuring.share, message, self._measuring.done)

    def result(self) -> Measurement:
        """Return the measurement."""
        return self._measuring.result()


class MeasuringRealisations:
    """Draws realisations one after the other and measures each.

    Parameters
    ----------
    drawings : sequence of GenerateJob
        The realisations.
    descriptors : sequence of str, optional
        What to measure; default: all.
    axes : sequence of Axis, optional
        Directions; default: all.

    Attributes
    ----------
    measured : list of Measurement
        The realisations measured so far.
    """

    def __init__(self, drawings: Sequence[GenerateJob], descriptors: Sequence[str] | None = None,
                 axes: Sequence[Axis] | None = None) -> None:
        if not drawings:
            raise InputError("realisations", "There is no realisation to measure.", "Give at least one.")
        self._drawings = tuple(drawings)
        self._descriptors = descriptors
        self._axes = axes
        self._measuring: Measuring | None = None
        self.measured: list[Measurement] = []

    @property
    def done(self) -> bool:
        """Whether all realisations are measured."""
        return len(self.measured) == len(self._drawings)

    @property
    def share(self) -> float:
        """Done share, 0 … 1; drawing counts as a third of a realisation."""
        part = 0.0 if self._measuring is None else (1 + 2 * self._measuring.share) / 3
        return (len(self.measured) + part) / len(self._drawings)

    @property
    def message(self) -> str:
        """Current work in plain words."""
        return f"Realisation {min(len(self.measured) + 1, len(self._drawings))} of {len(self._drawings)}"

    def step(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> Arrived | None:
        """Draw the next realisation, or measure the next piece of the drawn one.

        Returns
        -------
        Arrived or None
            The model as it is known now, after each realisation.
        """
        known = len(self.measured)
        self._advance(report, should_stop)
        if len(self.measured) == known:
            return None
        from morphstudio.core.descriptors.summary import summarise

        return Arrived("model", summarise(self.measured))

    def _advance(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> None:
        from morphstudio.core.descriptors.measurement import Measuring

        if self._measuring is None:
            begin, width, message = self.share, 1 / (3 * len(self._drawings)), self.message
            image = self._drawings[len(self.measured)].draw(
                lambda share, _: report(begin + width * share, message), should_stop)
            self._measuring = Measuring(image, self._descriptors, self._axes)
            return
        self._measuring.step()
        if self._measuring.done:
            self.measured.append(self._measuring.result())
            self._measuring = None


@dataclass(frozen=True)
class MeasureModelJob:
    """Measures realisations of a model and gives a ``ModelMeasurement``.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    shape : (int, int, int)
        Voxels along z, y, x of each realisation.
    voxel_size_um : (float, float, float) or None
        Voxel size (z, y, x) in µm; ``None``: voxel units.
    seeds : tuple of int
        Seed of each realisation.
    labels : tuple of int
        Label of each phase in model order; empty: 1 … K.
    descriptors : tuple of str, optional
        What to measure; default: all.
    """

    model: ExcursionSet
    shape: Shape
    voxel_size_um: VoxelSize | None
    seeds: tuple[int, ...]
    labels: tuple[int, ...] = ()
    descriptors: tuple[str, ...] | None = None

    checkpoint: ClassVar[Path | None] = None
    modules: ClassVar[tuple[str, ...]] = (
        "morphstudio.core.descriptors.measurement", "morphstudio.core.models.realisation")

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Measure {len(self.seeds)} realisations of the model"

    def create(self) -> MeasuringModelSteps:
        """Build the work.

        Raises
        ------
        InputError
            Unknown descriptor, no seed, or too little memory.
        """
        drawings = realisations(self.model, self.shape, self.voxel_size_um, self.seeds, self.labels)
        return MeasuringModelSteps(MeasuringRealisations(drawings, self.descriptors))


def realisations(model: ExcursionSet, shape: Shape, voxel_size_um: VoxelSize | None, seeds: Sequence[int],
                 labels: tuple[int, ...]) -> tuple[GenerateJob, ...]:
    """Return the drawings of one model with several seeds, checked against the free memory.

    Raises
    ------
    InputError
        One of them, or measuring it, does not fit into memory.
    """
    from morphstudio.app.forecast import forecast_generate

    forecast_generate(model, shape, voxel_size_um or (1.0, 1.0, 1.0)).check()
    forecast_measure(shape).check()
    return tuple(GenerateJob(model, shape, voxel_size_um, seed, labels) for seed in seeds)


class MeasuringModelSteps:
    """The measurement of a model as the runner takes it."""

    def __init__(self, work: MeasuringRealisations) -> None:
        self._work = work
        self._report: Callable[[float, str], None] = lambda share, message: None
        self._should_stop: Callable[[], bool] = lambda: False

    def attach(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> None:
        """See :class:`~morphstudio.app.jobs.job.LongStepping`."""
        self._report, self._should_stop = report, should_stop

    def step(self) -> StepOutcome:
        """Draw, or measure the next piece."""
        arrived = self._work.step(self._report, self._should_stop)
        return StepOutcome(arrived, self._work.share, self._work.message, self._work.done)

    def result(self) -> ModelMeasurement:
        """Return mean and standard deviation over the realisations."""
        from morphstudio.core.descriptors.summary import summarise

        return summarise(self._work.measured)
