"""How far training has come and why it ended, in a line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.core.calibration.records import StepRecord
    from morphstudio.core.calibration.simulated.records import SimulatedOutcome
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings

RESTS = "the discriminator rests: its error is small"


class TrainingSaid:
    """Follows the steps of a run and says where it stands; nothing for one of the exact method."""

    def __init__(self) -> None:
        self.begin(None)

    def begin(self, settings: SimulatedSettings | None) -> None:
        """Forget every step and follow a run with these settings."""
        self._settings = settings
        self._outcome: SimulatedOutcome | None = None
        self._epoch, self._best_epoch = -1, 0
        self._best_error = math.inf
        self._rests = False

    def note(self, record: StepRecord) -> None:
        """Note one step."""
        told = record.simulated
        if told is None:
            return
        if told.best_error < self._best_error:
            self._best_error, self._best_epoch = told.best_error, told.epoch
        if not math.isnan(told.discriminator_error):
            self._rests = told.skipped
        self._epoch = told.epoch

    def end(self, outcome: SimulatedOutcome | None) -> None:
        """Note how it ended."""
        self._outcome = outcome

    @property
    def explanation(self) -> str:
        """Why it ended in whole sentences; empty before."""
        return "" if self._outcome is None else self._outcome.words

    @property
    def words(self) -> str:
        """Where it stands, or why it ended; empty where nothing trains."""
        settings = self._settings
        if settings is None:
            return ""
        if self._outcome is not None:
            return ended_words(self._outcome, settings)
        if self._epoch < 0:
            return "An exact calibration comes first" if settings.begins_exactly else "Training has not begun"
        if self._epoch == 0:
            return "Before the first epoch: each network on its own"
        parts = [f"Epoch {self._epoch} of at most {settings.n_epochs}"]
        if self._best_epoch:
            parts.append(f"best so far: {self._best_epoch}")
        elif self._epoch < settings.stopping_from:
            parts.append(f"compared from epoch {settings.stopping_from} on")
        if self._rests:
            parts.append(RESTS)
        return "; ".join(parts)


def best_words(record: StepRecord) -> str:
    """Return which model a step's best one is: of a step, or of an epoch of training."""
    if record.simulated is None:
        return f"best at step {record.step}"
    return f"best, epoch {record.simulated.epoch}"


def ended_words(outcome: SimulatedOutcome, settings: SimulatedSettings) -> str:
    """Return why a run ended and which epoch its model is of, in a line."""
    why = {"epochs": f"All {settings.n_epochs} epochs run", "patience": f"No epoch better for {settings.patience}",
           "diverged": "The loss was no finite number any more", "": "Goes on"}[outcome.reason]
    return f"{why}; the model is that of epoch {outcome.epoch}"
