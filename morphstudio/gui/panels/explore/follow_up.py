"""When to ask for what goes with a picture, so that it does not hold the picture up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable

REST_MS = 150  # a slider held so long rests
PACE_MS = 120  # what follows the picture is asked for no more often while a slider moves


class FollowUp(QObject):
    """Paces the requests that follow the picture which is looked at.

    They are due when a picture has come; while a slider moves, no more often
    than the pace and not before the last of them have been answered.

    Signals
    -------
    due :
        Ask for what goes with the picture.
    rested :
        The slider is held but has not moved for a while.
    """

    due = Signal()
    rested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = self._seen = self._moving = False
        self._under_way: set[str] = set()
        self._pace = QTimer(self, interval=PACE_MS, singleShot=True)
        self._pace.timeout.connect(self._go)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self.rested)

    @property
    def is_pausing(self) -> bool:
        """Whether the pace holds back what is due."""
        return self._pace.isActive()

    def want(self, *, moving: bool) -> None:
        """Note that a picture is being asked for, while a slider moves or not."""
        self._wanted, self._moving = True, moving
        if moving:
            self._rest.start()

    def settle(self) -> None:
        """Note that the slider has been let go."""
        self._moving = False
        self._rest.stop()
        self._go()

    def picture_came(self) -> None:
        """Note that a picture has come."""
        self._seen = True
        self._go()

    def asked(self, keys: Iterable[str]) -> None:
        """Note that these requests are under way."""
        self._under_way.update(keys)

    def came(self, key: str) -> None:
        """Note that a request has been answered."""
        self._under_way.discard(key)
        self._go()

    def _go(self) -> None:
        if not self._wanted or not self._seen:
            return
        if self._moving and (self.is_pausing or self._under_way):
            return
        self._wanted = self._seen = False
        if self._moving:
            self._pace.start()
        self.due.emit()
