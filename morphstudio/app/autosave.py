"""The session saved by itself, and found again after the app was cut off.

Each running app writes ``autosave/<process>-<start>.morphstudio`` and removes
it when it closes. A file whose process is gone was left by a crash. The state
of a running calibration lies beside, under its run's id.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil

from morphstudio.app.places import CHECKPOINT_SUFFIX, autosave_directory, run_checkpoint, runs_directory
from morphstudio.app.project_contents import run_ids, write_project
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.app.document import Document, RunEntry, ViewState
    from morphstudio.app.session import Session

log = logging.getLogger(__name__)

SUFFIX = ".morphstudio"
DELAY_SECONDS = 3.0
# A paused calibration of a saved project may be resumed this long after its last step.
KEPT_SECONDS = 90 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Recoverable:
    """What an earlier session left behind.

    Parameters
    ----------
    path : Path
        The autosaved project file.
    saved_at : datetime
        When it was written.
    """

    path: Path
    saved_at: datetime

    def discard(self) -> None:
        """Remove it and the checkpoints of its calibrations; it can then not be recovered."""
        try:
            ids = run_ids(self.path)
        except InputError:
            log.warning("The autosaved %s could not be read; it is removed.", self.path, exc_info=True)
        else:
            for run_id in ids:
                run_checkpoint(run_id).unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)


def find_recoverable(directory: Path | None = None) -> tuple[Recoverable, ...]:
    """Return what sessions that no longer run have left, latest first."""
    found = [Recoverable(path, datetime.fromtimestamp(path.stat().st_mtime, UTC))
             for path in (directory or autosave_directory()).glob(f"*{SUFFIX}") if not _owner_runs(path)]
    return tuple(sorted(found, key=lambda r: r.saved_at, reverse=True))


def prune_checkpoints(directory: Path | None = None) -> None:
    """Remove states of calibrations that nobody has gone on with for three months.

    What a recoverable session refers to stays, however old.

    Parameters
    ----------
    directory : Path, optional
        Where sessions are autosaved; default the user's own state folder.
    """
    limit = time.time() - KEPT_SECONDS
    old = [path for path in runs_directory().glob(f"*{CHECKPOINT_SUFFIX}") if path.stat().st_mtime < limit]
    if not old:
        return
    try:
        wanted = {run_checkpoint(run_id) for path in (directory or autosave_directory()).glob(f"*{SUFFIX}")
                  for run_id in run_ids(path)}
    except InputError:
        log.warning("An autosaved session could not be read; old checkpoints stay.", exc_info=True)
        return
    for path in old:
        if path not in wanted:
            path.unlink(missing_ok=True)


def resumable_runs(document: Document) -> tuple[RunEntry, ...]:
    """Return the calibrations that were cut off and whose state is on disk."""
    return tuple(run for run in document.runs
                 if run.status in ("running", "paused") and run_checkpoint(run.id).exists())


class Autosave:
    """Writes the session some seconds after a change, on a thread of its own.

    A change of the runs is written at once: it says which calibration an
    interrupted session would go on with.

    Parameters
    ----------
    session : Session
        What to keep safe.
    directory : Path, optional
        Where; default the user's own state folder.
    delay : float
        Seconds from a change to the writing; changes meanwhile go along.
    on_problem : callable, optional
        Receives the error, on the writing thread, when saving fails.
    view : callable, optional
        Gives how the window shows the session, to be kept with it; called on
        the thread of each change.
    """

    def __init__(self, session: Session, directory: Path | None = None, delay: float = DELAY_SECONDS,
                 on_problem: Callable[[InputError], None] | None = None,
                 view: Callable[[], ViewState] | None = None) -> None:
        self._session = session
        self._view = view
        self._delay = delay
        self._on_problem = on_problem
        self._path = (directory or autosave_directory()) / f"{_own_stamp()}{SUFFIX}"
        self._latest: Document | None = None
        self._timer: threading.Timer | None = None
        self._state = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        self._superseded: list[Path] = []
        self._unsubscribe = session.subscribe(self._on_change)

    @property
    def path(self) -> Path:
        """The file of this session."""
        return self._path

    def write_now(self) -> None:
        """Write the current document before returning."""
        with self._state:
            self._latest = self._seen(self._session.document)
        self._write()

    def supersede(self, path: Path) -> None:
        """Write the session now, and only once that is done remove the file ``path`` that it was recovered from."""
        with self._state:
            self._superseded.append(path)
            self._latest = self._seen(self._session.document)
            self._start(0.0)

    def close(self) -> None:
        """End and remove the file, and the states of calibrations that no project keeps.

        The session was closed as it should: what was not saved is not wanted.
        """
        self._unsubscribe()
        with self._state:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
        with self._writing:
            self._path.unlink(missing_ok=True)
            self._remove(tuple(self._superseded))
        for run in self._session.unsaved_runs:
            run_checkpoint(run.id).unlink(missing_ok=True)
        prune_checkpoints(self._path.parent)

    def _on_change(self, new: Document, old: Document) -> None:
        urgent = new.runs is not old.runs
        with self._state:
            self._latest = self._seen(new)
            if self._timer is None or urgent:
                self._start(0.0 if urgent else self._delay)

    def _seen(self, document: Document) -> Document:
        return document if self._view is None else replace(document, view=self._view())

    def _remove(self, superseded: tuple[Path, ...]) -> None:
        for path in superseded:
            path.unlink(missing_ok=True)
            self._superseded.remove(path)

    def _start(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._write)
        self._timer.daemon = True
        self._timer.start()

    def _write(self) -> None:
        with self._writing:
            with self._state:
                document, self._latest, self._timer = self._latest, None, None
                superseded = tuple(self._superseded)
                if document is None or self._closed:
                    return
            try:
                # Frozen documents can be written while the session goes on.
                write_project(self._path, document)
                self._remove(superseded)
            except InputError as error:
                log.warning("The session could not be saved by itself: %s", error)
                if self._on_problem is not None:
                    self._on_problem(error)
            except Exception:
                log.exception("The session could not be saved by itself.")


def _own_stamp() -> str:
    pid = os.getpid()
    return f"{pid}-{int(psutil.Process(pid).create_time())}-{datetime.now(UTC):%H%M%S%f}"


def _owner_runs(path: Path) -> bool:
    """Whether the process that the file name speaks of still runs, not another with its number."""
    pid, _, rest = path.stem.partition("-")
    started = rest.partition("-")[0]
    if not (pid.isdigit() and started.isdigit()):
        return False
    try:
        return bool(abs(psutil.Process(int(pid)).create_time() - int(started)) < 2)
    except psutil.Error:
        return False
