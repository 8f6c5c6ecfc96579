"""What a job is: a picklable spec that creates something which takes steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path



@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What one step brought.

    Parameters
    ----------
    record : object or None
        Intermediate result for monitors and plots, sent as ``Recorded``.
    share : float
        Done share of the whole job, 0 … 1.
    message : str
        Current work in plain words.
    done : bool
        Whether ``result()`` is ready.
    """

    record: object | None
    share: float
    message: str
    done: bool


class Steppable(Protocol):
    """Work in steps of under half a second where possible; knows no thread and no callback."""

    def step(self) -> StepOutcome:
        """Do the next piece of work."""

    def result(self) -> object:
        """Return the result; called once, after a step that says ``done``."""


@runtime_checkable
class Resumable(Protocol):
    """A steppable whose state can be saved between two steps.

    The state holds dicts with string keys, lists, strings, numbers, booleans,
    ``None`` and arrays only, so that a checkpoint needs no pickle.
    """

    def state_dict(self) -> dict[str, Any]:
        """Return everything that the next step depends on, random state included."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to a saved state, as if the steps before it had just been taken."""


@runtime_checkable
class LongStepping(Protocol):
    """A steppable whose single steps may take long: it reports and polls within them."""

    def attach(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> None:
        """Receive the progress report (share 0 … 1, message) and the stop flag to poll."""


class Job(Protocol):
    """The spec of a job: a frozen, picklable dataclass, unpickled and created in the engine.

    A class attribute ``light = True`` lets a short job run beside the heavy
    one that works at that time; ``modules`` names what the work imports, so
    that no two jobs import at once.
    """

    @property
    def title(self) -> str:
        """What the job does, for people: ``"Calibrating to sem.tif"``."""

    @property
    def checkpoint(self) -> Path | None:
        """File that holds the state of the job between steps; resumed from where it exists."""

    def create(self) -> Steppable:
        """Build the work. Heavy imports belong in here."""
