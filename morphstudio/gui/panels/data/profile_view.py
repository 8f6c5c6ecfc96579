"""Phase fractions along one axis as stacked bars, with the means as dashed lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from morphstudio.gui.panels.data.explanations import PROFILE, explained, paint_focus
from morphstudio.gui.theme.fonts import body_font, symbol_font
from morphstudio.gui.units import short_number
from morphstudio.gui.widgets.ticks import nice_ticks
from morphstudio.gui.widgets.waiting import paint_waiting

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

TICK_SPACE = 22


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """What a :class:`ProfileView` shows.

    Parameters
    ----------
    edges : ndarray of float64, shape (B + 1,)
        Bin edges in the unit shown.
    fractions : ndarray of float64, shape (B, K)
        Fractions in stacking order.
    means : ndarray of float64, shape (K,)
        Means over the whole image, in stacking order.
    colours : tuple of (int, int, int)
        In stacking order.
    axis : str
        ``"x"``, ``"y"`` or ``"z"``.
    unit : str
        Unit of the edges.
    """

    edges: NDArray[np.float64]
    fractions: NDArray[np.float64]
    means: NDArray[np.float64]
    colours: tuple[RGB, ...]
    axis: str
    unit: str


class ProfileView(QWidget):
    """Position runs down (``upright``) or across; fractions the other way, 0 … 1."""

    def __init__(self, context: AppContext, *, upright: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._upright = upright
        self._profile: Profile | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(100, 72)
        explained(self, PROFILE)
        context.theme.changed.connect(self.update)

    def show_profile(self, profile: Profile | None) -> None:
        """Show a profile; ``None`` shows an empty place."""
        self._profile = profile
        if profile is not None:
            self.setAccessibleName(f"Phase fractions along {profile.axis}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, 300) if self._upright else QSize(480, 170)

    def paintEvent(self, event: QPaintEvent) -> None:
        # Ended for sure: a painter that a traceback keeps alive would tear the window down.
        with QPainter(self) as painter:
            self._paint(painter)
            paint_focus(painter, self, self._context.theme.tokens)

    def _paint(self, painter: QPainter) -> None:
        box = QRectF(0, 0, self.width(), self.height() - TICK_SPACE)
        painter.fillRect(box, QColor(self._context.theme.tokens.inset))
        if self._profile is None:
            paint_waiting(painter, box, self._context.theme.tokens)
            return
        self._paint_bars(painter, box, self._profile)
        self._paint_means(painter, box, self._profile)
        self._paint_ticks(painter, box, self._profile)

    def _paint_bars(self, painter: QPainter, box: QRectF, profile: Profile) -> None:
        tops = np.concatenate([np.zeros((len(profile.fractions), 1)), np.cumsum(profile.fractions, axis=1)], axis=1)
        span = profile.edges[-1] - profile.edges[0]
        places = (profile.edges - profile.edges[0]) / span
        length = round(box.height() if self._upright else box.width())
        pixels = np.rint(places * length).astype(int)
        for row, levels in enumerate(tops):
            for phase, colour in enumerate(profile.colours):
                bar = self._bar(box, pixels[row], pixels[row + 1], levels[phase], levels[phase + 1])
                painter.fillRect(bar, QColor(*colour))

    def _bar(self, box: QRectF, start: int, end: int, low: float, high: float) -> QRectF:
        if self._upright:
            left, right = round(box.width() * low), round(box.width() * high)
            return QRectF(box.left() + left, box.top() + start, right - left, end - start)
        bottom, top = round(box.height() * low), round(box.height() * high)
        return QRectF(box.left() + start, box.bottom() - top, end - start, top - bottom)

    def _paint_means(self, painter: QPainter, box: QRectF, profile: Profile) -> None:
        pen = QPen(QColor("white"), 1.5)
        pen.setDashPattern([3, 2])
        # A dark bed keeps the dashes visible on light phases.
        for stroke in (QPen(QColor(26, 32, 40, 110), 1.5), pen):
            painter.setPen(stroke)
            self._paint_levels(painter, box, profile)

    def _paint_levels(self, painter: QPainter, box: QRectF, profile: Profile) -> None:
        for level in np.cumsum(profile.means)[:-1]:
            if self._upright:
                x = box.left() + box.width() * level
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            else:
                y = box.bottom() - box.height() * level
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

    def _paint_ticks(self, painter: QPainter, box: QRectF, profile: Profile) -> None:
        painter.setFont(body_font(11))
        painter.setPen(QColor(self._context.theme.tokens.text2))
        if self._upright:
            values, high = (0, 0.25, 0.5, 0.75, 1), 1.0
        else:
            high = float(profile.edges[-1])
            values = tuple(v for v in nice_ticks(0.0, high, max(int(box.width() // 90), 2)) if v < high * 0.9)
        for value in values:
            text = short_number(value)
            x = box.left() + box.width() * value / high
            width = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(x - width / 2, box.left()), box.right() - width)
            painter.drawText(QPointF(left, box.bottom() + 15), text)
        if not self._upright:
            _paint_axis_name(painter, box, profile)


def _paint_axis_name(painter: QPainter, box: QRectF, profile: Profile) -> None:
    unit = f" / {profile.unit}"
    unit_width = painter.fontMetrics().horizontalAdvance(unit)
    painter.drawText(QPointF(box.right() - unit_width, box.bottom() + 15), unit)
    painter.setFont(symbol_font(12))
    width = painter.fontMetrics().horizontalAdvance(profile.axis)
    painter.drawText(QRectF(box.right() - unit_width - width - 1, box.bottom(), width + 2, 20),
                     Qt.AlignmentFlag.AlignCenter, profile.axis)
