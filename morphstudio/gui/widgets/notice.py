"""A notice that goes away by itself; it stays in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from morphstudio.gui.widgets.buttons import Button, IconButton
from morphstudio.gui.widgets.labels import IconLabel, text_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from morphstudio.gui.context import AppContext

SHOWN_MS = 6000
MARGIN = 16


class Notice(QFrame):
    """A dark strip over the lower edge of ``parent``: one sentence, perhaps one action.

    It keeps above the widgets in ``above``.
    """

    def __init__(self, context: AppContext, parent: QWidget, above: Sequence[QWidget] = ()) -> None:
        super().__init__(parent)
        self._above = above
        self._action: Callable[[], None] | None = None
        self.setProperty("role", "notice")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 8, 2)
        row.setSpacing(10)
        row.addWidget(IconLabel(context, "check-circle", "on_notice"))
        self.text = text_label("")
        row.addWidget(self.text)
        row.addSpacing(12)
        self.button = Button(context, "", "link", clicked=self._act)
        row.addWidget(self.button)
        row.addWidget(IconButton(context, "x", "Close", self.hide, colour="on_notice"))
        self._clock = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._clock.timeout.connect(self.hide)
        self.hide()

    def show_notice(self, text: str, action_label: str = "", action: Callable[[], None] | None = None) -> None:
        """Show ``text`` for some seconds."""
        self.text.setText(text)
        self._action = action
        self.button.setText(action_label)
        self.button.setVisible(bool(action_label))
        self.show()
        self.place()
        self.raise_()
        self._clock.start()

    def place(self) -> None:
        """Keep to the middle of the parent's lower edge."""
        self.adjustSize()
        area = self.parentWidget().rect()
        width = min(self.sizeHint().width(), area.width() - 2 * MARGIN)
        parent = self.parentWidget()
        tops = [w.mapTo(parent, w.rect().topLeft()).y() for w in self._above if w.isVisible()]
        bottom = min(tops, default=area.height())
        height = self.sizeHint().height()
        self.setGeometry((area.width() - width) // 2, bottom - height - MARGIN, width, height)

    def _act(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
