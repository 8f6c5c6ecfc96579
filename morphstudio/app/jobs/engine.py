"""The parent's side of an engine process: submit, steer, listen; survives its crashes."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from morphstudio.app.jobs.engine_child import Command, Submission, engine_main
from morphstudio.app.jobs.events import END_EVENTS, Cancelled, Event, Failed, Paused, Resumed, Started
from morphstudio.app.jobs.persistent_process import PersistentProcess
from morphstudio.app.jobs.preview_service import PreviewAnswer, PreviewService

if TYPE_CHECKING:
    from morphstudio.app.jobs.child_process import ChildProcess
    from morphstudio.app.jobs.job import Job

__all__ = ["Engine", "PreviewAnswer", "PreviewService"]

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


class Engine(PersistentProcess[Event]):
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
        super().__init__(engine_main, name)
        self._cancel_seconds = cancel_seconds
        self._entries: dict[str, _Entry] = {}

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Ids of the jobs that have not ended."""
        with self._lock:
            return tuple(self._entries)

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
            for entry in self._entries.values():
                if entry.cancel_timer is not None:
                    entry.cancel_timer.cancel()
            self._entries.clear()
        super().close()

    def _steer(self, job_id: str, action: str) -> None:
        with self._lock:
            entry = self._entries.get(job_id)
            if entry is not None:
                entry.paused = action == "pause"
                self._running_child().send(Command(job_id, "pause" if entry.paused else "resume"))

    def _send_job(self, job_id: str, entry: _Entry) -> None:
        self._running_child().send(Submission(job_id, entry.at_once, entry.paused), entry.job)

    def _take(self, message: object) -> None:
        if isinstance(message, Event):
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
        self._tell(event)

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

    def _go_on(self, ended: ChildProcess) -> None:
        """Start another process in place of the one that is gone, with the jobs that can go on."""
        for job_id, entry in list(self._entries.items()):
            if entry.cancel_timer is not None:
                self._pass_on(Cancelled(job_id))
            elif (entry.started and not ended.killed) or entry.tries >= MAX_TRIES:
                self._pass_on(Failed(job_id, None, _crash_message(entry.job.title),
                                     f"The process ended with exit code {ended.exit_code}."))
            else:
                entry.tries += 1
                self._send_job(job_id, entry)
        if ended.killed:
            self._running_child()


def _crash_message(title: str) -> str:
    return f"{title} stopped because its process ended unexpectedly, perhaps for lack of memory."
