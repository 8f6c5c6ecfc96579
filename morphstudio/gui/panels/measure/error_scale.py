"""A mean difference on its scale: green where a model counts as fitting, a mark where published models stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from morphstudio.app.card.values import percent
from morphstudio.core.validation_verdict import FITS_BELOW, NO_ABOVE
from morphstudio.gui.panels.measure.table_painting import paint_arrow
from morphstudio.gui.theme.fonts import body_font

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext

PUBLISHED_ERROR = 0.127  # over surfaces and mean chords; see morphstudio.core.validation
_TIP = ("Up to 5 % a model counts as fitting, above 20 % as not fitting, once what chance explains is taken off. "
        "A single fitted difference above 20 % is enough for that, too.")
_PUBLISHED_TIP = ("\nThe mark: a published excursion-set model of an all-solid-state cathode differs from its data by "
                  "12.7 % in the same descriptors (O. Furat et al., adversarial calibration).")
_BEYOND = 52  # pixels that a value beyond the scale takes at its right
_RADIUS = 5


class ErrorScale(QWidget):
    """From 0 to 20 %; a larger difference stands behind the end, with an arrow.

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
        self.setAccessibleName(f"{percent(error)} on a scale from 0 to {100 * NO_ABOVE:.0f} %")
        context.theme.changed.connect(self.update)

    @property
    def is_beyond(self) -> bool:
        """Whether the value is larger than the scale."""
        return self._error > NO_ABOVE

    @property
    def figures(self) -> list[tuple[float, str]]:
        """What stands under the scale, and at which difference."""
        told = [(0.0, "0"), (FITS_BELOW, "5 %"), (NO_ABOVE, "20 %")]
        if self._published is not None:
            told.append((self._published, f"published: {100 * self._published:.1f} %"))
        return told

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
        bar = QRectF(_RADIUS, 6, self.width() - 2 * _RADIUS - (_BEYOND if self.is_beyond else 0), 5)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(bar, 2.5, 2.5)
        green = QColor(tokens.ok)
        green.setAlphaF(0.5)
        painter.setBrush(green)
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), self._x(FITS_BELOW, bar) - bar.left(), 5), 2.5, 2.5)
        if self._published is not None:
            painter.fillRect(QRectF(self._x(self._published, bar) - 1, 3, 2, 11), QColor(tokens.text))
        painter.setFont(body_font(11))
        painter.setPen(QColor(tokens.text2))
        for share, text in self.figures:
            self._figure(painter, self._x(share, bar), bar.right() + _RADIUS, text)
        if self.is_beyond:
            self._paint_beyond(painter, bar)
            return
        painter.setPen(QPen(QColor(tokens.surface), 1.5))
        painter.setBrush(QColor(tokens.accent))
        painter.drawEllipse(QPointF(self._x(self._error, bar), bar.center().y()), _RADIUS, _RADIUS)

    def _paint_beyond(self, painter: QPainter, bar: QRectF) -> None:
        accent = QColor(self._context.theme.tokens.accent)
        end = QPointF(self.width() - 8.0, bar.center().y())
        painter.setPen(QPen(accent, 2, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(bar.right() + 4, end.y()), end)
        paint_arrow(painter, end, 1, accent)
        painter.setFont(body_font(11, QFont.Weight.DemiBold))
        painter.setPen(accent)
        self._figure(painter, self.width(), self.width(), percent(self._error))

    def _figure(self, painter: QPainter, x: float, right: float, text: str) -> None:
        width = painter.fontMetrics().horizontalAdvance(text)
        painter.drawText(QPointF(min(max(x - width / 2, 0), right - width), 28), text)

    def _x(self, share: float, bar: QRectF) -> float:
        return bar.left() + bar.width() * min(share / NO_ABOVE, 1.0)
