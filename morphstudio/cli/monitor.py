"""Runs jobs with the application's runner and tells about them on stderr."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Self, TextIO

from morphstudio.app.jobs.control import Control
from morphstudio.app.jobs.events import Advanced, Cancelled, Event, Failed, Finished, Paused, Recorded, Warned
from morphstudio.app.jobs.runner import run_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.app.jobs.job import Job

QUIET_SECONDS = 1.0
LINE_SECONDS = 10.0
STOP_SECONDS = 0.8
KEEP_SECONDS = 60.0  # a step of the largest trainings takes some


class Interrupted(Exception):  # noqa: N818 - control flow, not an error
    """The work was cancelled with Ctrl+C.

    Parameters
    ----------
    still_working : bool
        Whether a step did not hear of it in time: the process must then be
        left without waiting for its threads.
    kept_in : Path, optional
        File that keeps what was done so far.
    """

    def __init__(self, *, still_working: bool = False, kept_in: Path | None = None) -> None:
        super().__init__("Cancelled." if kept_in is None else
                         f"Interrupted. The same command goes on from {kept_in}")
        self.still_working = still_working


class JobFailed(Exception):  # noqa: N818 - carries an event, is none
    """A job ended because of a defect.

    Parameters
    ----------
    failed : Failed
        Its last event.
    """

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.message)
        self.failed = failed


class Monitor:
    """Runs one job after the other.

    On a terminal it shows a bar, else a plain line now and then; work of less
    than a second is not spoken of.

    Parameters
    ----------
    stream : text file, optional
        Where to tell; default stderr.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr

    def note(self, text: str) -> None:
        """Tell something that is no result."""
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def run(self, job: Job, on_record: Callable[[Any], None] | None = None) -> Any:
        """Run ``job`` to its end and return its result.

        Parameters
        ----------
        job : Job
            The spec.
        on_record : callable, optional
            Receives each intermediate record, on the job's thread.

        Raises
        ------
        InputError
            The job says what is wrong with its input.
        JobFailed
            A defect ended the job.
        Interrupted
            Ctrl+C was pressed; a job with a checkpoint has kept its state.
        """
        control, kept = Control(), threading.Event()
        ends: list[Event] = []
        with _display(self._stream, job.title) as display:

            def take(event: Event) -> None:
                if isinstance(event, (Finished, Failed, Cancelled)):
                    ends.append(event)
                elif isinstance(event, Paused):
                    kept.set()
                elif isinstance(event, Recorded) and on_record is not None:
                    on_record(event.record)
                elif isinstance(event, Advanced):
                    display.advance(event)
                elif isinstance(event, Warned):
                    display.warn(event.message)

            thread, ended = _begin(lambda: run_job("job", job, take, control))
            try:
                while not ended.wait(0.1):
                    pass
            except KeyboardInterrupt:
                self._interrupt(job, control, ended, kept)
            thread.join()
        return _result(ends)

    def _interrupt(self, job: Job, control: Control, ended: threading.Event, kept: threading.Event) -> None:
        """End the work; what has a checkpoint is paused, which writes it. Return where it ended by itself meanwhile."""
        if job.checkpoint is None:
            control.cancel()
            raise Interrupted(still_working=not ended.wait(STOP_SECONDS)) from None
        self.note(f"Stopping after this step: its state is kept in {job.checkpoint}")
        control.pause()
        waited = 0.0
        while not kept.wait(0.1) and not ended.is_set() and waited < KEEP_SECONDS:
            waited += 0.1
        if not ended.is_set():
            raise Interrupted(still_working=not kept.is_set(), kept_in=job.checkpoint) from None


def _begin(work: Callable[[], None]) -> tuple[threading.Thread, threading.Event]:
    """Work in a thread; return it and what tells its end: waiting for that in short naps, Ctrl+C is heard at once."""
    # Not Thread.join: one that Ctrl+C interrupts takes the thread for ended (Python 3.11, 3.12).
    ended = threading.Event()

    def work_and_tell() -> None:
        try:
            work()
        finally:
            ended.set()

    thread = threading.Thread(target=work_and_tell, daemon=True)
    thread.start()
    return thread, ended


def _result(ends: list[Event]) -> Any:
    end = ends[-1] if ends else Cancelled("job")
    if isinstance(end, Finished):
        return end.result
    if isinstance(end, Failed):
        if end.error is not None:
            raise end.error
        raise JobFailed(end)
    raise Interrupted


class _PlainDisplay:
    """A line when the work's wording changes, and every ten seconds."""

    def __init__(self, stream: TextIO, title: str) -> None:
        self._stream, self._title = stream, title
        self._begin = self._last = time.monotonic()
        self._told = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def advance(self, event: Advanced) -> None:
        now = time.monotonic()
        if now - self._begin < QUIET_SECONDS or (self._told and now - self._last < LINE_SECONDS):
            return
        self._told, self._last = True, now
        self._write(f"{self._title}: {event.share:.0%}, {event.message}{_left(event.seconds_left)}")

    def warn(self, message: str) -> None:
        self._write(f"Note: {message}")

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


class _BarDisplay:
    """A bar that stays at the bottom of the terminal and goes when the work is done."""

    def __init__(self, stream: TextIO, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        self._progress = Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
                                  TextColumn("{task.fields[message]}"), console=Console(file=stream), transient=True)
        self._task = self._progress.add_task(title, total=1.0, message="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, event: Advanced) -> None:
        self._progress.update(self._task, completed=event.share, message=event.message + _left(event.seconds_left))

    def warn(self, message: str) -> None:
        self._progress.console.print(f"Note: {message}", markup=False, highlight=False)


def _display(stream: TextIO, title: str) -> _PlainDisplay | _BarDisplay:
    return _BarDisplay(stream, title) if stream.isatty() else _PlainDisplay(stream, title)


def _left(seconds: float | None) -> str:
    if seconds is None or seconds < 1:
        return ""
    return f", {seconds:.0f} s left" if seconds < 90 else f", {seconds / 60:.0f} min left"
