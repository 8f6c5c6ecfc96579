"""Fits a model to images, step by step, with its state on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from morphstudio.app.forecast import forecast_calibrate, forecast_simulate
from morphstudio.app.jobs.job import StepOutcome
from morphstudio.app.run_history import HistoryKeeper, ReachKeeper
from morphstudio.app.run_progress import RunProgress, progress_in
from morphstudio.app.threads import torch_threads
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.app.run_history import RunHistory
    from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, StepRecord
    from morphstudio.core.phases import PhaseImage

# Training on fewer pixels a step than this gains nothing from a second thread, and loses where others work.
_ONE_THREAD_BELOW = 2**18


class Calibration(Protocol):
    """What every way of calibrating offers."""

    @property
    def done(self) -> bool:
        """Whether :meth:`result` is ready."""

    def step(self) -> StepRecord:
        """Take one step."""

    def result(self) -> CalibrationResult:
        """Return the outcome."""

    def state_dict(self) -> dict[str, Any]:
        """Return everything the next step depends on."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a state."""


@dataclass(frozen=True)
class CalibrationJob:
    """Calibrates, exactly or by simulation; records are ``StepRecord``, the result a ``CalibrationResult``.

    A run that goes on from a checkpoint first sends the ``RunHistory`` of the
    steps before, so that nobody needs to have heard them.

    Parameters
    ----------
    images : tuple of PhaseImage
        What to fit; the same phases in each.
    settings : ExactSettings or SimulatedSettings
        How.
    checkpoint : Path, optional
        File for the state between steps; where it exists, the run goes on from it.
    """

    images: tuple[PhaseImage, ...]
    settings: ExactSettings | SimulatedSettings
    checkpoint: Path | None = None

    modules: ClassVar[tuple[str, ...]] = ("morphstudio.core.calibration.exact", "morphstudio.core.models.realisation",
                                          "morphstudio.core.calibration.simulated.staged")

    @property
    def title(self) -> str:
        """What the job does."""
        names = [image.name for image in self.images if image.name]
        if len(names) == 1:
            return f"Calibrating to {names[0]}"
        return f"Calibrating to {len(self.images)} images" if len(self.images) > 1 else "Calibrating"

    def create(self) -> CalibrationSteps:
        """Build the work.

        Raises
        ------
        InputError
            Images or settings that cannot be used, or too little memory.
        """
        from morphstudio.core.models.realisation import check_seed

        check_seed(self.settings.seed)
        if not self.images:
            raise InputError("images", "There is no image to calibrate to.", "Open one first.")
        settings = self.settings
        if isinstance(settings, SimulatedSettings):
            return self._simulated(settings)
        from morphstudio.core.calibration.exact import ExactCalibration

        forecast_calibrate(self.images).check("images")
        return CalibrationSteps(ExactCalibration(self.images, settings))

    def _simulated(self, settings: SimulatedSettings) -> CalibrationSteps:
        from morphstudio.core.calibration.simulated.staged import StagedCalibration

        forecast_simulate(self.images, settings.batch, settings.window).check("images")
        threads = training_threads(settings)
        with torch_threads(threads):
            return CalibrationSteps(StagedCalibration(self.images, settings), threads)


def training_threads(settings: SimulatedSettings) -> int:
    """Return with how many threads torch trains: one where windows are small, else half of those it may use.

    The other half is left to the window and to other programs: threads that
    wait for one that was set aside take longer than one alone.
    """
    import torch

    if settings.batch * settings.window**2 < _ONE_THREAD_BELOW:
        return 1
    return max(1, torch.get_num_threads() // 2)


class CalibrationSteps:
    """A calibration as the runner takes it.

    Parameters
    ----------
    calibration : Calibration
    threads : int, optional
        With how many threads torch computes; they decide on the last bits, so
        a run goes on with as many as it began with. Default: as it does.
    """

    def __init__(self, calibration: Calibration, threads: int | None = None) -> None:
        self._calibration, self._threads = calibration, threads
        self._history, self._reach = HistoryKeeper(), ReachKeeper()
        self._share = 0.0
        self._untold: RunHistory | None = None  # of the steps before an interruption

    def step(self) -> StepOutcome:
        """Take one step of the calibration; the first one after an interruption only tells what went before."""
        if self._untold is not None:
            told, self._untold = self._untold, None
            return StepOutcome(told, self._share, "Going on where it was", done=False)
        with torch_threads(self._threads):
            record = self._calibration.step()
        self._history.note(record)
        self._reach.note(record)
        self._share = record.share
        return StepOutcome(record, record.share, record.message, self._calibration.done)

    def result(self) -> CalibrationResult:
        """Return the calibration's result."""
        with torch_threads(self._threads):
            return self._calibration.result()

    def state_dict(self) -> dict[str, Any]:
        """Return the calibration's state, the steps that led to it and how far they came."""
        state, history = self._calibration.state_dict(), self._history.history()
        state["threads"] = self._threads
        return state if history is None else state | RunProgress(self._share, history, self._reach.reached()).state()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to a saved state."""
        self._threads = state.get("threads", self._threads)
        with torch_threads(self._threads):
            self._calibration.load_state_dict(state)
        kept = progress_in(state)
        if kept is not None:
            self._share, self._untold = kept.share, kept.history
            self._history, self._reach = HistoryKeeper(kept.history), ReachKeeper(kept.reached)
