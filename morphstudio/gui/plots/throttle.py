"""At most ten redraws a second, however fast the records come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL_MS = 100


class Throttle(QObject):
    """Calls ``action`` at once on the first request and at most every 100 ms after it.

    Parameters
    ----------
    action : callable
        What to do; requests that come in between are answered by one call.
    parent : QObject, optional
        Qt parent.
    """

    def __init__(self, action: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self._wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)

    def request(self) -> None:
        """Ask for a call."""
        if self._timer.isActive():
            self._wanted = True
            return
        self._timer.start()
        self._action()

    def flush(self) -> None:
        """Answer a pending request now."""
        if self._wanted:
            self._wanted = False
            self._action()

    def _on_timeout(self) -> None:
        if self._wanted:
            self._wanted = False
            self.request()
