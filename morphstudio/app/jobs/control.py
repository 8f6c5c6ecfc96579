"""The hand that steers one job: cancel, pause, resume; and its turn among heavy jobs."""

from __future__ import annotations

import threading
from collections import deque


class Turn:
    """Lets one heavy job at a time work, in the order of asking.

    A paused job gives its turn away and asks again when it goes on.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Control] = deque()
        self._holder: Control | None = None

    def take(self, control: Control) -> bool:
        """Wait for the turn; ``False`` where the job was cancelled meanwhile."""
        with self._changed:
            self._waiting.append(control)
            self._changed.wait_for(
                lambda: control.should_stop or (self._holder is None and self._waiting[0] is control))
            self._waiting.remove(control)
            if not control.should_stop:
                self._holder = control
            self._changed.notify_all()
            return self._holder is control

    def give(self, control: Control) -> None:
        """Give the turn to the next one; harmless for a job that does not hold it."""
        with self._changed:
            if self._holder is control:
                self._holder = None
            self._changed.notify_all()

    def wake(self) -> None:
        """Let waiting jobs look at their stop flag."""
        with self._changed:
            self._changed.notify_all()


class Control:
    """Steers one job from any thread.

    Parameters
    ----------
    turn : Turn, optional
        Shared by the jobs that must not work at the same time.
    """

    def __init__(self, turn: Turn | None = None) -> None:
        self._turn = turn
        self._stop = threading.Event()
        self._may_go = threading.Event()
        self._may_go.set()

    @property
    def should_stop(self) -> bool:
        """Whether the job was asked to end."""
        return self._stop.is_set()

    @property
    def paused(self) -> bool:
        """Whether the job was asked to wait."""
        return not self._may_go.is_set()

    def cancel(self) -> None:
        """Ask the job to end, also out of a pause."""
        self._stop.set()
        self._may_go.set()
        if self._turn is not None:
            self._turn.wake()

    def pause(self) -> None:
        """Ask the job to wait after the current step."""
        if not self.should_stop:
            self._may_go.clear()

    def resume(self) -> None:
        """Let a paused job go on."""
        self._may_go.set()

    def take_turn(self) -> None:
        """Wait until it is this job's turn."""
        if self._turn is not None:
            self._turn.take(self)

    def give_turn(self) -> None:
        """Let the next heavy job work."""
        if self._turn is not None:
            self._turn.give(self)

    def wait_while_paused(self) -> None:
        """Block until resumed or cancelled, without keeping the turn."""
        self.give_turn()
        self._may_go.wait()
        self.take_turn()
