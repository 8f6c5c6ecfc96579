"""A field for a path: where it is too long, its end is shown, which tells more than its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPaintEvent

_SIDE = 2  # what Qt leaves free left and right of the text


class PathField(QLineEdit):
    """Shows ``…/exports/cathode`` while nobody edits it; with the focus, all of it can be scrolled and edited."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textChanged.connect(self.setToolTip)

    @property
    def shown(self) -> str:
        """What is to be read without the focus."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideLeft, self._room(self._frame()).width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the end of a long path; else as any field."""
        frame = self._frame()
        room = self._room(frame)
        if self.hasFocus() or self.fontMetrics().horizontalAdvance(self.text()) <= room.width():
            super().paintEvent(event)
            return
        with QPainter(self) as painter:
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, frame, painter, self)
            metrics = self.fontMetrics()
            # Where the field itself would write it.
            base = room.top() + (room.height() - metrics.height() + 1) // 2 + metrics.ascent()
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(room.left(), base, self.shown)

    def _frame(self) -> QStyleOptionFrame:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        return option

    def _room(self, frame: QStyleOptionFrame) -> QRect:
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, frame, self)
        return inside.adjusted(_SIDE, 0, -_SIDE, 0)
