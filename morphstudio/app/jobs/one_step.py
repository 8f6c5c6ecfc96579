"""Work that one function call does: reading a file, generating a volume, measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.app.jobs.job import StepOutcome

if TYPE_CHECKING:
    from collections.abc import Callable


class OneStep:
    """A steppable that calls ``work(report, should_stop)`` once and keeps what it returns.

    Parameters
    ----------
    work : callable
        Receives ``report(share, message)`` and ``should_stop()``; a call that
        stops early may return or raise anything, its outcome is dropped.
    message : str
        What it does, in plain words.
    """

    def __init__(self, work: Callable[[Callable[[float, str], None], Callable[[], bool]], object],
                 message: str) -> None:
        self._work = work
        self._message = message
        self._result: object = None
        self._report: Callable[[float, str], None] = lambda share, message: None
        self._should_stop: Callable[[], bool] = lambda: False

    def attach(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> None:
        """See :class:`~morphstudio.app.jobs.job.LongStepping`."""
        self._report = report
        self._should_stop = should_stop

    def step(self) -> StepOutcome:
        """Do the whole work."""
        self._result = self._work(self._report, self._should_stop)
        return StepOutcome(None, 1.0, self._message, done=True)

    def result(self) -> object:
        """Return what the work returned."""
        return self._result
