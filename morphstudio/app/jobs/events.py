"""What a running job tells the world: frozen events, the same for window and command line.

A job emits ``Started``, then any number of ``Advanced``, ``Recorded``,
``Warned``, ``Paused``, ``Resumed`` and ``Checkpointed``, then exactly one of
``Finished``, ``Cancelled`` and ``Failed``. A job that never got its turn may
end without ``Started``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Event:
    """What every event carries: the job it speaks of."""

    job_id: str


@dataclass(frozen=True, slots=True)
class Started(Event):
    """The job got its turn and begins."""

    title: str


@dataclass(frozen=True, slots=True)
class Advanced(Event):
    """Progress.

    Parameters
    ----------
    job_id : str
        The job.
    share : float
        Done share of the whole, 0 … 1.
    message : str
        Current work in plain words.
    seconds_left : float or None
        Estimate of the remaining time; ``None`` while there is none.
    """

    share: float
    message: str
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Recorded(Event):
    """An intermediate result, e.g. a calibration's ``StepRecord``."""

    record: object


@dataclass(frozen=True, slots=True)
class Warned(Event):
    """Something the user should know that does not stop the job."""

    message: str


@dataclass(frozen=True, slots=True)
class Paused(Event):
    """The job waits between two steps; its state is saved where it has a checkpoint."""


@dataclass(frozen=True, slots=True)
class Resumed(Event):
    """The job goes on after a pause."""


@dataclass(frozen=True, slots=True)
class Checkpointed(Event):
    """The state of the job is safe on disk."""

    path: Path


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The end: the job's result."""

    result: object


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    """The end: stopped because somebody asked for it."""


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The end: something went wrong.

    Parameters
    ----------
    job_id : str
        The job.
    error : InputError or None
        Set where the user can mend it; ``None`` for a defect or a crash.
    message : str
        One plain sentence.
    details : str
        Traceback or exit code, folded away in the window.
    """

    error: InputError | None
    message: str
    details: str


END_EVENTS = (Finished, Cancelled, Failed)
