"""A small ring that fills as work goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext

SIZE, STROKE = 16, 2.0


class ProgressRing(QWidget):
    """Shows a share between 0 and 1."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        context.theme.changed.connect(self.update)

    def show_share(self, share: float) -> None:
        """Fill the ring so far."""
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIZE, SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._context.theme.tokens
        ring = QRectF(self.rect()).adjusted(STROKE, STROKE, -STROKE, -STROKE)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(tokens.line), STROKE))
            painter.drawEllipse(ring)
            painter.setPen(QPen(QColor(tokens.accent), STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            # From the top, clockwise, in sixteenths of a degree.
            painter.drawArc(ring, 90 * 16, -round(360 * 16 * min(max(self._share, 0.04), 1.0)))
