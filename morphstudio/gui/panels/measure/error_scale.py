"""A mean difference on its scale: green where a model counts as fitting, a mark where published models stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from morphstudio.core.validation import FITS_BELOW, NO_ABOVE
from morphstudio.gui.theme.fonts import body_font

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext

PUBLISHED_ERROR = 0.127  # over surfaces and mean chords; see morphstudio.core.validation
_TIP = "Up to 5 % a model counts as fitting, above 20 % as not fitting."
_PUBLISHED_TIP = " Published excursion-set models of solid-state cathodes differ from their data by 12.7 %."


class ErrorScale(QWidget):
    """From 0 to 20 %; larger differences stand at the end.

    Parameters
    ----------
    context : AppContext
        For the theme.
    error : float
        Mean relative difference.
    published : float, optional
        What published models reach.
    """

    def __init__(self, context: AppContext, error: float, published: float | None = None,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._error, self._published = context, error, published
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_TIP + (_PUBLISHED_TIP if published is not None else ""))
        self.setAccessibleName(f"{100 * error:.1f} % on a scale from 0 to {100 * NO_ABOVE:.0f} %")
        context.theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return room for the bar and its figures."""
        return QSize(200, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bar, marks, figures and the value's dot."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        tokens = self._context.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(5, 6, self.width() - 10, 5)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(bar, 2.5, 2.5)
        green = QColor(tokens.ok)
        green.setAlphaF(0.5)
        painter.setBrush(green)
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), self._x(FITS_BELOW, bar) - bar.left(), 5), 2.5, 2.5)
        if self._published is not None:
            painter.fillRect(QRectF(self._x(self._published, bar) - 1, 3, 2, 11), QColor(tokens.text))
        painter.setPen(QPen(QColor(tokens.surface), 1.5))
        painter.setBrush(QColor(tokens.accent))
        painter.drawEllipse(QPointF(self._x(self._error, bar), bar.center().y()), 5, 5)
        painter.setFont(body_font(11))
        painter.setPen(QColor(tokens.text2))
        figures = [(0.0, "0"), (FITS_BELOW, "5 %"), (NO_ABOVE, "20 %")]
        if self._published is not None:
            figures.append((self._published, f"published {100 * self._published:.1f} %"))
        for share, text in figures:
            width = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(self._x(share, bar) - width / 2, 0), self.width() - width)
            painter.drawText(QPointF(left, 28), text)

    def _x(self, share: float, bar: QRectF) -> float:
        return bar.left() + bar.width() * min(share / NO_ABOVE, 1.0)
