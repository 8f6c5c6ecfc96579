"""Fits a model to images, step by step, with its state on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from morphstudio.app.forecast import forecast_calibrate
from morphstudio.app.jobs.job import StepOutcome
from morphstudio.app.run_history import HistoryKeeper, ReachKeeper
from morphstudio.app.run_progress import RunProgress, progress_in
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.app.run_history import RunHistory
    from morphstudio.core.calibration.exact import ExactCalibration
    from morphstudio.core.calibration.records import CalibrationResult, ExactSettings
    from morphstudio.core.phases import PhaseImage


@dataclass(frozen=True)
class CalibrationJob:
    """Calibrates exactly; records are ``StepRecord``, the result a ``CalibrationResult``.

    A run that goes on from a checkpoint first sends the ``RunHistory`` of the
    steps before, so that nobody needs to have heard them.

    Parameters
    ----------
    images : tuple of PhaseImage
        What to fit; the same phases in each.
    settings : ExactSettings
        How.
    checkpoint : Path, optional
        File for the state between steps; where it exists, the run goes on from it.
    """

    images: tuple[PhaseImage, ...]
    settings: ExactSettings
    checkpoint: Path | None = None

    modules: ClassVar[tuple[str, ...]] = ("morphstudio.core.calibration.exact", "morphstudio.core.models.realisation")

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
        from morphstudio.core.calibration.exact import ExactCalibration
        from morphstudio.core.models.realisation import check_seed

        check_seed(self.settings.seed)
        if not self.images:
            raise InputError("images", "There is no image to calibrate to.", "Open one first.")
        forecast_calibrate(self.images).check("images")
        return CalibrationSteps(ExactCalibration(self.images, self.settings))


class CalibrationSteps:
    """An exact calibration as the runner takes it."""

    def __init__(self, calibration: ExactCalibration) -> None:
        self._calibration = calibration
        self._history, self._reach = HistoryKeeper(), ReachKeeper()
        self._share = 0.0
        self._untold: RunHistory | None = None  # of the steps before an interruption

    def step(self) -> StepOutcome:
        """Take one step of the calibration; the first one after an interruption only tells what went before."""
        if self._untold is not None:
            told, self._untold = self._untold, None
            return StepOutcome(told, self._share, "Going on where it was", done=False)
        record = self._calibration.step()
        self._history.note(record)
        self._reach.note(record)
        self._share = record.share
        return StepOutcome(record, record.share, record.message, self._calibration.done)

    def result(self) -> CalibrationResult:
        """Return the calibration's result."""
        return self._calibration.result()

    def state_dict(self) -> dict[str, Any]:
        """Return the calibration's state, the steps that led to it and how far they came."""
        state, history = self._calibration.state_dict(), self._history.history()
        return state if history is None else state | RunProgress(self._share, history, self._reach.reached()).state()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to a saved state."""
        self._calibration.load_state_dict(state)
        kept = progress_in(state)
        if kept is not None:
            self._share, self._untold = kept.share, kept.history
            self._history, self._reach = HistoryKeeper(kept.history), ReachKeeper(kept.reached)
