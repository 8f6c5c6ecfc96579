"""The inside of an engine process: receives job specs, runs each in a thread, sends events."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import threading
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from morphstudio.app.jobs.child_process import CloseRequest
from morphstudio.app.jobs.control import Control, Turn
from morphstudio.app.jobs.events import END_EVENTS, Event, Failed, Finished, Warned
from morphstudio.app.jobs.runner import run_job
from morphstudio.app.jobs.wire import Wire, pack

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from morphstudio.app.jobs.job import Job


NICENESS = 5
# Packages that import each other in a circle, as scipy does, can be seen half made by a thread that imports
# at the same time: so one thread at a time.
IMPORTING = threading.RLock()
_imported: set[str] = set()  # sys.modules holds half made ones too


@dataclass(frozen=True, slots=True)
class Submission:
    """Announces a job; the spec follows as a message of its own."""

    job_id: str
    at_once: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class Command:
    """Steers a submitted job."""

    job_id: str
    action: Literal["cancel", "pause", "resume"]


@dataclass(frozen=True, slots=True)
class Preload:
    """Names modules to import while nothing else happens."""

    modules: tuple[str, ...]


def prepare_child() -> None:
    """Leave Ctrl+C to the parent and stand behind the window in the queue for the processor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICENESS)


def engine_main(connection: Connection) -> None:
    """Serve until the pipe closes: the target of the engine process."""
    prepare_child()
    EngineChild(Wire(connection)).serve()


def leave() -> None:
    """End this process without waiting for its threads."""
    os._exit(0)


class EngineChild:
    """The jobs of one engine process."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._turn = Turn()
        self._controls: dict[str, Control] = {}

    def serve(self) -> None:
        """Obey messages until the parent closes the pipe or dies."""
        while True:
            try:
                message = self._wire.receive()
            except (EOFError, OSError):
                leave()
            if isinstance(message, Submission):
                self._submit(message)
            elif isinstance(message, Command):
                self._steer(message)
            elif isinstance(message, Preload):
                import_early(message)
            elif isinstance(message, CloseRequest):
                leave()

    def _submit(self, submission: Submission) -> None:
        try:
            with IMPORTING:  # to read a job imports what it is made of
                job: Job = self._wire.receive()  # type: ignore[assignment]
        except (EOFError, OSError):
            leave()
        except Exception as error:  # noqa: BLE001 - becomes the job's Failed event
            self._emit(Failed(submission.job_id, None, f"The job could not be read: {error}",
                              traceback.format_exc()))
            return
        control = Control(None if submission.at_once else self._turn)
        if submission.paused:
            control.pause()
        self._controls[submission.job_id] = control
        threading.Thread(target=self._work, args=(submission.job_id, job, control),
                         name=submission.job_id, daemon=True).start()

    def _work(self, job_id: str, job: Job, control: Control) -> None:
        # Jobs run side by side, imports must not; see the job's own ``modules``.
        _import_all(getattr(job, "modules", ()))
        run_job(job_id, job, self._emit, control)

    def _steer(self, command: Command) -> None:
        control = self._controls.get(command.job_id)
        if control is not None:
            getattr(control, command.action)()

    def _emit(self, event: Event) -> None:
        if isinstance(event, END_EVENTS):
            self._controls.pop(event.job_id, None)
        try:
            packed = pack(event)
        except Exception as error:  # noqa: BLE001 - whatever pickle raises, the job must end for its listeners
            message = f"A result could not be handed over: {error}"
            packed = pack(Failed(event.job_id, None, message, traceback.format_exc())
                          if isinstance(event, Finished) else Warned(event.job_id, message))
        try:
            self._wire.send(packed)
        except OSError:
            leave()


def import_early(wanted: Preload) -> None:
    """Import modules on a thread; one that is missing will say so when work needs it."""
    threading.Thread(target=_import_all, args=(wanted.modules,), daemon=True).start()


def import_alone(modules: tuple[str, ...]) -> None:
    """Import modules while no other thread imports."""
    for name in modules:
        if name not in _imported:
            with IMPORTING:
                importlib.import_module(name)
            _imported.add(name)


def _import_all(modules: tuple[str, ...]) -> None:
    for name in modules:
        with contextlib.suppress(ImportError):
            import_alone((name,))
