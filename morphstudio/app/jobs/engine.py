"""The parent's side of an engine process: submit, steer, listen; survives its crashes."""

from __future__ import annotations

import itertools
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from morphstudio.app.jobs.child_process import ChildProcess
from morphstudio.app.jobs.engine_child import Command, Preload, Submission, engine_main
from morphstudio.app.jobs.events import END_EVENTS, Cancelled, Event, Failed, Paused, Resumed, Started
from morphstudio.app.jobs.preview_service import PreviewAnswer, PreviewService

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.jobs.job import Job

__all__ = ["Engine", "PreviewAnswer", "PreviewService"]

log = logging.getLogger(__name__)

CANCEL_SECONDS = 0.8
MAX_TRIES = 3

_numbers = itertools.count(1)


@dataclass(slots=True)
class _Entry:
    """A job that has not ended."""

    job: Job
    at_once: bool
    started: bool = False
    paused: bool = False
    tries: int = 1
    cancel_timer: threading.Timer | None = None


class Engine:
    """Runs jobs in one persistent process of its own and passes their events on.

    The process starts with the first job (or :meth:`start`), and starts anew
    after a crash or after a job that would not be cancelled had to be killed;
    jobs beside the killed one go on from their checkpoint or their beginning.

    Parameters
    ----------
    name : str
        Name of the process.
    cancel_seconds : float
        How long a job may take to answer a cancel before its process is killed.
    """

    def __init__(self, name: str = "jobs", cancel_seconds: float = CANCEL_SECONDS) -> None:
        self._name = name
        self._cancel_seconds = cancel_seconds
        # Also held while listeners are called, so that no event overtakes the end of its job.
        self._lock = threading.RLock()
        self._child: ChildProcess | None = None
        self._entries: dict[str, _Entry] = {}
        self._listeners: list[Callable[[Event], None]] = []
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the engine process, ``None`` before its start."""
        return self._child.pid if self._child else None

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Ids of the jobs that have not ended."""
        with self._lock:
            return tuple(self._entries)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with every event, on a thread of the engine; returns the unsubscriber."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def start(self, preload: tuple[str, ...] = ()) -> None:
        """Start the process now and let it import ``preload`` while nobody waits."""
        with self._lock:
            child = self._running_child()
            if preload:
                child.send(Preload(preload))

    def submit(self, job: Job, at_once: bool | None = None) -> str:
        """Queue ``job`` and return its id.

        Parameters
        ----------
        job : Job
            The spec; its class must be importable in a fresh process.
        at_once : bool, optional
            Run beside whatever runs instead of waiting for the turn among
            heavy jobs; default: what the job's class says in ``light``.
        """
        with self._lock:
            job_id = f"{self._name}-{next(_numbers)}"
            entry = _Entry(job, getattr(job, "light", False) if at_once is None else at_once)
            self._send_job(job_id, entry)
            self._entries[job_id] = entry
            return job_id

    def cancel(self, job_id: str) -> None:
        """Ask a job to end; ``Cancelled`` follows within ``cancel_seconds``, whatever the job does."""
        with self._lock:
            entry = self._entries.get(job_id)
            if entry is None or entry.cancel_timer is not None:
                return
            entry.cancel_timer = threading.Timer(self._cancel_seconds, self._cancel_by_force, (job_id,))
            entry.cancel_timer.daemon = True
            entry.cancel_timer.start()
            self._running_child().send(Command(job_id, "cancel"))

    def pause(self, job_id: str) -> None:
        """Let a job wait after its current step; ``Paused`` follows."""
        self._steer(job_id, "pause")

    def resume(self, job_id: str) -> None:
        """Let a paused job go on; ``Resumed`` follows when it is its turn."""
        self._steer(job_id, "resume")

    def close(self) -> None:
        """End the process; jobs that have not ended get no further event."""
        with self._lock:
            self._closed = True
            child, self._child = self._child, None
            for entry in self._entries.values():
                if entry.cancel_timer is not None:
                    entry.cancel_timer.cancel()
            self._entries.clear()
        if child is not None:
            child.close()

    def _steer(self, job_id: str, action: str) -> None:
        with self._lock:
            entry = self._entries.get(job_id)
            if entry is not None:
                entry.paused = action == "pause"
                self._running_child().send(Command(job_id, "pause" if entry.paused else "resume"))

    def _running_child(self) -> ChildProcess:
        if self._closed:
            raise RuntimeError("The engine is closed.")
        if self._child is None:
            self._child = ChildProcess(engine_main, self._name, self._on_message, self._on_end)
        return self._child

    def _send_job(self, job_id: str, entry: _Entry) -> None:
        self._running_child().send(Submission(job_id, entry.at_once, entry.paused), entry.job)

    def _on_message(self, child: ChildProcess, message: object) -> None:
        with self._lock:
            if isinstance(message, Event) and child is self._child:
                self._pass_on(message)

    def _pass_on(self, event: Event) -> None:
        entry = self._entries.get(event.job_id)
        if entry is None:
            return  # a late word from a job that has ended for its listeners
        if isinstance(event, Started):
            if entry.started:
                return  # it went on in a new process; listeners saw it start
            entry.started = True
        if isinstance(event, END_EVENTS):
            del self._entries[event.job_id]
            if entry.cancel_timer is not None:
                entry.cancel_timer.cancel()
        if isinstance(event, (Paused, Resumed)):
            entry.paused = isinstance(event, Paused)
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("A listener of the %s engine failed.", self._name)

    def _cancel_by_force(self, job_id: str) -> None:
        with self._lock:
            entry = self._entries.get(job_id)
            if entry is None:
                return
            if self._child is not None:
                self._child.kill()
            if entry.job.checkpoint is not None:
                entry.job.checkpoint.unlink(missing_ok=True)
            self._pass_on(Cancelled(job_id))

    def _on_end(self, child: ChildProcess) -> None:
        """Start another process in place of the one that is gone, with the jobs that can go on."""
        with self._lock:
            if child is not self._child or self._closed:
                return
            self._child = None
            for job_id, entry in list(self._entries.items()):
                if entry.cancel_timer is not None:
                    self._pass_on(Cancelled(job_id))
                elif (entry.started and not child.killed) or entry.tries >= MAX_TRIES:
                    self._pass_on(Failed(job_id, None, _crash_message(entry.job.title),
                                         f"The process ended with exit code {child.exit_code}."))
                else:
                    entry.tries += 1
                    self._send_job(job_id, entry)
            if child.killed:
                self._running_child()


def _crash_message(title: str) -> str:
    return f"{title} stopped because its process ended unexpectedly, perhaps for lack of memory."
