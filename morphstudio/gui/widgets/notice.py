"""A notice that goes away by itself; it stays in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from morphstudio.gui.widgets.buttons import Button, IconButton
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.context import AppContext

SHOWN_MS = 6000
HEIGHT = 24
_TICK, _WARNING = "check-circle", "warning"


class Notice(QFrame):
    """A dark strip: one sentence, perhaps one action.

    It has its place in a layout and covers nothing.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action: Callable[[], object] | None = None
        self.setProperty("role", "notice")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 0, 0)
        row.setSpacing(8)
        self.icon = IconLabel(context, _TICK, "on_notice", 14)
        row.addWidget(self.icon)
        self.text = ElidedLabel("")
        # As wide as its sentence where there is room.
        self.text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row.addWidget(self.text)
        self.button = Button(context, "", "link", clicked=self._act)
        row.addWidget(self.button)
        row.addWidget(IconButton(context, "x", "Close", self.hide, colour="on_notice"))
        self._clock = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._clock.timeout.connect(self.hide)
        self.hide()

    def show_notice(self, text: str, action_label: str = "", action: Callable[[], object] | None = None, *,
                    warns: bool = False) -> None:
        """Show ``text`` for some seconds; one that warns has no tick before it."""
        self.icon.set_icon(_WARNING if warns else _TICK, "on_notice")
        self.text.setText(text)
        self._action = action
        self.button.setText(action_label)
        self.button.setVisible(bool(action_label))
        self.show()
        self._clock.start()

    def _act(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
