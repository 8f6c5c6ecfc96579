"""The step header: title, one line about what is going on, and the step's actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QWidget

from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.widgets.buttons import RING
from morphstudio.gui.widgets.labels import ElidedLabel, text_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

LEAST_SUBTITLE = 80  # pixels


class StepHeader(QFrame):
    """Shows the header of one page at a time; each page keeps its own action widgets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setFixedHeight(METRICS.header_height)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(12)
        self.title = text_label("", "title")
        self.subtitle, self._subtitle = ElidedLabel("", "second"), ""
        self._actions = QStackedWidget()
        self._bars: dict[str, QWidget] = {}
        row.addWidget(self.title)
        row.addWidget(self.subtitle, 1)
        row.addWidget(self._actions)

    def add_page(self, key: str, actions: Sequence[QWidget]) -> None:
        """Take over the action widgets of a page."""
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(METRICS.gap + 4 - 2 * RING)
        for widget in actions:
            row.addWidget(widget)
        self._bars[key] = bar
        self._actions.addWidget(bar)
        bar.installEventFilter(self)

    def show_page(self, key: str, title: str, subtitle: str) -> None:
        """Show the header of one page."""
        self.title.setText(title)
        self._subtitle = subtitle
        self.subtitle.setText(subtitle)
        bar = self._bars[key]
        self._actions.setCurrentWidget(bar)
        self._fit(bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the actions the room there is."""
        super().resizeEvent(event)
        bar = self._actions.currentWidget()
        if bar is not None:
            self._fit(bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Actions come and go while the page stays: the bar's width follows them.
        if event.type() == QEvent.Type.LayoutRequest and watched is self._actions.currentWidget():
            self._fit(watched)
        return super().eventFilter(watched, event)

    def _fit(self, bar: QWidget) -> None:
        # A stack is as wide as its widest page: the others must not push the subtitle. Where the header has no room
        # for all of it, words in the bar are shortened.
        row = self.layout()
        room = self.width() - self.title.sizeHint().width() - 2 * row.spacing() - row.contentsMargins().left()
        width = min(bar.sizeHint().width(), max(bar.minimumSizeHint().width(), room))
        self._actions.setFixedWidth(width)
        # A few letters and … would say nothing: where there is room for no more, the subtitle steps aside.
        left, needed = room - width, self.subtitle.fontMetrics().horizontalAdvance(self._subtitle)
        self.subtitle.setText(self._subtitle if left >= min(needed, LEAST_SUBTITLE) else "")
