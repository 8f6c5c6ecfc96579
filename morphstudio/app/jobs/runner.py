"""One loop for every job: step, report, pause, checkpoint, cancel, and one clear end."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Any

from morphstudio.app.jobs.events import (
    Advanced,
    Cancelled,
    Checkpointed,
    Event,
    Failed,
    Finished,
    Paused,
    Recorded,
    Resumed,
    Started,
    Warned,
)
from morphstudio.app.jobs.job import LongStepping, Resumable
from morphstudio.app.jobs.time_left import TimeLeft
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.jobs.control import Control
    from morphstudio.app.jobs.job import Job, Steppable

CHECKPOINT_SECONDS = 3.0
REPORT_SECONDS = 0.05
CHECKPOINT_SCHEMA = 1
# Large states are written less often: a disk is not to be worn out by a run of hours.
SMALL_CHECKPOINT_BYTES, CHECKPOINT_BYTES_PER_SECOND = 6_000_000, 2_000_000


def run_job(job_id: str, job: Job, emit: Callable[[Event], None], control: Control,
            checkpoint_seconds: float = CHECKPOINT_SECONDS) -> None:
    """Run ``job`` to its end in this thread; every outcome becomes an event, nothing is raised.

    Parameters
    ----------
    job_id : str
        Name of the job in its events.
    job : Job
        The spec.
    emit : callable
        Receives the events, in this thread.
    control : Control
        Cancel, pause and resume, from any other thread.
    checkpoint_seconds : float
        Shortest time between two checkpoints while the job runs; of large
        states they are rarer.
    """
    run = _Run(job_id, job, emit, control, checkpoint_seconds)
    control.take_turn()
    try:
        emit(run.to_the_end())
    finally:
        control.give_turn()


class _Run:
    """One run of one job."""

    def __init__(self, job_id: str, job: Job, emit: Callable[[Event], None], control: Control,
                 checkpoint_seconds: float) -> None:
        self.job_id = job_id
        self.job = job
        self.emit = emit
        self.control = control
        self.checkpoint_seconds = checkpoint_seconds
        self.time_left = TimeLeft()
        self.last_report = float("-inf")
        self.last_checkpoint = time.monotonic()
        self.checkpoint_bytes = 0
        self.last_message: str | None = None

    def to_the_end(self) -> Event:
        """Run and return the closing event."""
        try:
            if self.control.should_stop:
                return self._cancelled()
            self.emit(Started(self.job_id, self.job.title))
            end = self._loop(self._create())
        except InputError as error:
            return self._cancelled_or(Failed(self.job_id, error, str(error), ""))
        except MemoryError:
            message = "There is not enough free memory for this. Choose a smaller volume or close other programs."
            return self._cancelled_or(Failed(self.job_id, None, message, traceback.format_exc()))
        except Exception as error:  # noqa: BLE001 - the one place where a defect becomes an event
            message = f"{self.job.title} stopped because of a defect: {type(error).__name__}: {error}"
            return self._cancelled_or(Failed(self.job_id, None, message, traceback.format_exc()))
        return end

    def _create(self) -> Steppable:
        work = self._attached(self.job.create())
        path = self.job.checkpoint
        if path is None or not path.exists() or not isinstance(work, Resumable):
            return work
        from morphstudio.io.checkpoint import load_state

        try:
            saved = load_state(path)
            work.load_state_dict(saved["state"])
        except (InputError, KeyError) as error:
            self.emit(Warned(self.job_id, f"The saved state could not be used, so the work starts anew. {error}"))
            return self._attached(self.job.create())
        return work

    def _attached(self, work: Steppable) -> Steppable:
        if isinstance(work, LongStepping):
            work.attach(self._report, lambda: self.control.should_stop)
        return work

    def _loop(self, work: Steppable) -> Event:
        while True:
            if self.control.paused:
                self._pause(work)
            if self.control.should_stop:
                return self._cancelled()
            outcome = work.step()
            if self.control.should_stop:
                return self._cancelled()
            if outcome.record is not None:
                self.emit(Recorded(self.job_id, outcome.record))
            self._report(outcome.share, outcome.message)
            if outcome.done:
                return self._finished(work.result())
            if time.monotonic() - self.last_checkpoint >= self._checkpoint_interval():
                self._save(work)

    def _checkpoint_interval(self) -> float:
        beyond = max(self.checkpoint_bytes - SMALL_CHECKPOINT_BYTES, 0)
        return self.checkpoint_seconds + beyond / CHECKPOINT_BYTES_PER_SECOND

    def _pause(self, work: Steppable) -> None:
        self._save(work)
        self.emit(Paused(self.job_id))
        self.control.wait_while_paused()
        self.time_left.restart()
        if not self.control.should_stop:
            self.emit(Resumed(self.job_id))

    def _report(self, share: float, message: str) -> None:
        """Emit progress, but no more often than anybody can read."""
        share = min(max(share, 0.0), 1.0)
        now = time.monotonic()
        if now - self.last_report < REPORT_SECONDS and share < 1.0 and message == self.last_message:
            return
        self.last_report, self.last_message = now, message
        self.emit(Advanced(self.job_id, share, message, self.time_left.estimate(share)))

    def _save(self, work: Steppable) -> None:
        path = self.job.checkpoint
        if path is None or not isinstance(work, Resumable):
            return
        from morphstudio.io.checkpoint import save_state

        state: dict[str, Any] = {"schema": CHECKPOINT_SCHEMA, "title": self.job.title, "state": work.state_dict()}
        path.parent.mkdir(parents=True, exist_ok=True)
        save_state(path, state)
        self.last_checkpoint, self.checkpoint_bytes = time.monotonic(), path.stat().st_size
        self.emit(Checkpointed(self.job_id, path))

    def _finished(self, result: object) -> Event:
        self._forget_checkpoint()
        return Finished(self.job_id, result)

    def _cancelled(self) -> Event:
        self._forget_checkpoint()
        return Cancelled(self.job_id)

    def _cancelled_or(self, failed: Failed) -> Event:
        """Whatever a step raised on its way out of a cancelled job is not a failure."""
        return self._cancelled() if self.control.should_stop else failed

    def _forget_checkpoint(self) -> None:
        if self.job.checkpoint is not None:
            self.job.checkpoint.unlink(missing_ok=True)
