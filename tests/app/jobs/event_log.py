"""Collects events and waits for the one that is looked for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from morphstudio.app.jobs.events import END_EVENTS, Event

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = TypeVar("Kind", bound=Event)
PATIENCE = 60.0


class EventLog:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, job_id: str, kind: type[Kind], where: Callable[[Kind], bool] = lambda event: True) -> Kind:
        """Return the first event of a kind, when it comes."""
        def found() -> Kind | None:
            return next((e for e in self.events if isinstance(e, kind) and e.job_id == job_id and where(e)), None)

        with self._changed:
            event = self._changed.wait_for(found, PATIENCE)
        assert event is not None, f"no {kind.__name__} of {job_id} among {self.events}"
        return event

    def wait_for_end(self, job_id: str) -> Event:
        """Return the last event of a job, when it comes."""
        with self._changed:
            self._changed.wait_for(lambda: any(isinstance(e, END_EVENTS) and e.job_id == job_id
                                               for e in self.events), PATIENCE)
        return self.of(job_id)[-1]

    def of(self, job_id: str) -> list[Event]:
        """Return the events of one job."""
        return [e for e in self.events if e.job_id == job_id]

    def kinds(self, job_id: str) -> list[str]:
        """Return the names of a job's events."""
        return [type(e).__name__ for e in self.of(job_id)]
