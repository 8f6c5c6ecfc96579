"""Carries events of the engine processes to the GUI thread."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from morphstudio.app.jobs import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.jobs.engine import Engine, PreviewService
    from morphstudio.app.jobs.job import Job

ENDINGS = (events.Finished, events.Cancelled, events.Failed)


@dataclass(frozen=True, slots=True)
class JobState:
    """What the window knows about one job.

    ``status`` is ``"waiting"``, ``"running"``, ``"paused"``, ``"stopping"``,
    ``"finished"``, ``"cancelled"`` or ``"failed"``. ``began`` is the clock
    (``time.monotonic``) when it got its turn; ``None`` before that and once it
    was paused, since then it tells nothing about how long the work takes.
    """

    job_id: str
    title: str
    kind: str
    status: str = "waiting"
    share: float = 0.0
    message: str = ""
    seconds_left: float | None = None
    problem: str = ""
    began: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the job has ended, in whichever way."""
        return self.status in ("finished", "cancelled", "failed")


@dataclass(slots=True)
class _Watcher:
    finished: Callable[[Any], None] | None = None
    failed: Callable[[events.Failed], None] | None = None
    cancelled: Callable[[], None] | None = None
    recorded: Callable[[Any], None] | None = None
    advanced: Callable[[events.Advanced], None] | None = None
    again: Callable[[], None] | None = None


@dataclass(slots=True)
class _Kept:
    state: JobState
    job: Job | None
    watcher: _Watcher = field(default_factory=_Watcher)

    def let_go(self) -> None:
        """Keep the state alone: a job may hold whole images, and nothing asks for it again."""
        self.job, self.watcher = None, _Watcher()


class JobBridge(QObject):
    """Submits jobs to the engine process and reports them on the GUI thread.

    ``state_changed`` carries the job's :class:`JobState` after each event. A failure that nobody asked to hear about is
    sent through ``unhandled``.
    """

    state_changed = Signal(object)
    unhandled = Signal(object)
    _arrived = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._kept: dict[str, _Kept] = {}
        # The engine calls back on its reader thread: queue everything over.
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = engine.subscribe(self._arrived.emit)

    def submit(
        self, job: Job, *, kind: str = "job",
        finished: Callable[[Any], None] | None = None,
        failed: Callable[[events.Failed], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        recorded: Callable[[Any], None] | None = None,
        advanced: Callable[[events.Advanced], None] | None = None,
        again: Callable[[], None] | None = None,
    ) -> str:
        """Queue a job and return its id.

        Parameters
        ----------
        job : Job
            A picklable job spec.
        kind : str
            What it is, for its icon: ``"open"``, ``"calibrate"``,
            ``"measure"``, ``"generate"``, ``"export"``.
        finished, failed, cancelled, recorded, advanced : callable, optional
            Called on the GUI thread with the result, the ``Failed`` event,
            nothing, each record, each ``Advanced`` event.
        again : callable, optional
            What :meth:`retry` does, where to submit the same job once more
            would not be all.
        """
        job_id = self._engine.submit(job)
        state = JobState(job_id, job.title, kind)
        self._kept[job_id] = _Kept(state, job, _Watcher(finished, failed, cancelled, recorded, advanced, again))
        self.state_changed.emit(state)
        return job_id

    def states(self) -> tuple[JobState, ...]:
        """Return every job of this sitting, oldest first."""
        return tuple(kept.state for kept in self._kept.values())

    def running(self, kind: str | None = None) -> tuple[JobState, ...]:
        """Return the jobs that have not ended, optionally of one kind."""
        return tuple(s for s in self.states() if not s.is_over and kind in (None, s.kind))

    def state(self, job_id: str) -> JobState | None:
        """Return what is known about one job."""
        kept = self._kept.get(job_id)
        return kept.state if kept else None

    def cancel(self, job_id: str) -> None:
        """Stop a job for good."""
        self._change(job_id, status="stopping")
        self._engine.cancel(job_id)

    def pause(self, job_id: str) -> None:
        """Hold a job until :meth:`resume`."""
        self._engine.pause(job_id)

    def resume(self, job_id: str) -> None:
        """Let a held job go on."""
        self._engine.resume(job_id)

    def retry(self, job_id: str) -> str | None:
        """Do a job that has ended once more; return the new id where it is the same job that was submitted."""
        kept = self._kept.get(job_id)
        if kept is None or kept.job is None:
            return None
        del self._kept[job_id]
        watcher = kept.watcher
        if watcher.again is not None:
            watcher.again()
            return None
        return self.submit(kept.job, kind=kept.state.kind, finished=watcher.finished, failed=watcher.failed,
                           cancelled=watcher.cancelled, recorded=watcher.recorded, advanced=watcher.advanced)

    def forget(self, job_id: str) -> None:
        """Drop a job that has ended from the list."""
        kept = self._kept.get(job_id)
        if kept is not None and kept.state.is_over:
            del self._kept[job_id]

    def close(self) -> None:
        """Stop listening; the engine goes on."""
        self._unsubscribe()

    @Slot(object)
    def _deliver(self, event: Any) -> None:
        kept = self._kept.get(event.job_id)
        if kept is not None:
            self._note(kept, event)
        if kept is not None:
            self._tell(kept.watcher, event)
        if isinstance(event, events.Failed) and (kept is None or kept.watcher.failed is None):
            self.unhandled.emit(event)
        if isinstance(event, events.Finished) and kept is not None:
            kept.let_go()

    def _note(self, kept: _Kept, event: Any) -> None:
        changes = _CHANGES.get(type(event))
        if changes is None:
            return
        new = replace(kept.state, **changes(event))
        if kept.state.status == "stopping" and not new.is_over:
            new = replace(new, status="stopping")
        if new != kept.state:
            kept.state = new
            self.state_changed.emit(new)

    def _tell(self, watcher: _Watcher, event: Any) -> None:
        match event:
            case events.Finished() if watcher.finished:
                watcher.finished(event.result)
            case events.Failed() if watcher.failed:
                watcher.failed(event)
            case events.Cancelled() if watcher.cancelled:
                watcher.cancelled()
            case events.Recorded() if watcher.recorded:
                watcher.recorded(event.record)
            case events.Advanced() if watcher.advanced:
                watcher.advanced(event)

    def _change(self, job_id: str, **changes: Any) -> None:
        kept = self._kept.get(job_id)
        if kept is not None and not kept.state.is_over:
            kept.state = replace(kept.state, **changes)
            self.state_changed.emit(kept.state)


def _failure_text(event: events.Failed) -> str:
    return event.error.message if event.error is not None else event.message


_CHANGES: dict[type, Callable[[Any], dict[str, Any]]] = {
    events.Started: lambda _: {"status": "running", "began": time.monotonic()},
    events.Advanced: lambda e: {"status": "running", "share": e.share, "message": e.message,
                                "seconds_left": e.seconds_left},
    events.Paused: lambda _: {"status": "paused", "seconds_left": None, "began": None},
    events.Resumed: lambda _: {"status": "running"},
    events.Finished: lambda _: {"status": "finished", "share": 1.0, "seconds_left": None},
    events.Cancelled: lambda _: {"status": "cancelled", "seconds_left": None},
    events.Failed: lambda e: {"status": "failed", "seconds_left": None, "problem": _failure_text(e)},
}


class PreviewBridge(QObject):
    """Asks the preview process for pictures and numbers; only the latest answer counts.

    Answers to what somebody else asked the same process are not passed on.
    """

    answered = Signal(object)  # PreviewAnswer
    _arrived = Signal(object)

    def __init__(self, service: PreviewService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._is_closed = False
        self._first: dict[str, int] = {}  # the first generation of each key that was asked for here
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = service.subscribe(self._arrived.emit)

    def request(self, key: str, request: Any) -> int:
        """Ask for ``request``; a later one with the same ``key`` replaces it.

        Returns
        -------
        int
            Generation number that the answer will carry; −1 where the window
            has closed meanwhile and no answer will come.
        """
        if self._is_closed:
            return -1
        generation = self._service.request(key, request)
        self._first.setdefault(key, generation)
        return generation

    def close(self) -> None:
        """Stop asking and listening; the preview process goes on."""
        self._is_closed = True
        self._unsubscribe()

    @Slot(object)
    def _deliver(self, answer: Any) -> None:
        if answer.generation >= self._first.get(answer.key, answer.generation + 1):
            self.answered.emit(answer)
