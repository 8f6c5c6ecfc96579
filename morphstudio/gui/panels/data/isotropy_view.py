"""Two-point functions of one phase along each axis: one curve when the image is isotropic."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from morphstudio.gui.panels.data.explanations import ISOTROPY, explained, paint_focus
from morphstudio.gui.theme.fonts import body_font, symbol_font
from morphstudio.gui.units import short_number
from morphstudio.gui.widgets.ticks import nice_ticks
from morphstudio.gui.widgets.waiting import paint_waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext

LEFT, BOTTOM, TOP, RIGHT = 34, 22, 20, 6  # the key has its line over the plot
TICK_GAP = 8  # pixels between labels, at least
LEAST_TICKS = 3  # fewer do not tell where an axis goes
BEYOND = 1.25  # times the longest distance compared is shown: what lies farther is not judged
_SWATCH_ROOM, _REST_GAP = 19, 12  # pixels of the grey swatch, and between its words and the strokes
_KEY_ENTRY, _KEY_LINE = 34, 18  # pixels: stroke, letter and the gap to the next; height of a line
NOT_COMPARED, SHADE = "not compared", "hover"  # what is grey in the plot, and the token of that grey
_DASHES = {"x": None, "y": [4, 3], "z": [1, 2.5]}


@dataclass(frozen=True, eq=False, slots=True)
class DirectionalCurves:
    """What an :class:`IsotropyView` shows.

    Parameters
    ----------
    lags : dict of str to ndarray, shape (L,)
        Distances by axis, in the unit shown.
    values : dict of str to ndarray, shape (L,)
        Two-point function of the phase by axis.
    limit : float
        Where the curves would end for independent points: the fraction squared.
    unit : str
        Unit of the lags.
    compared : float
        The longest distance at which directions were compared, in the unit
        shown; 0 where none were.
    """

    lags: dict[str, NDArray[np.float64]]
    values: dict[str, NDArray[np.float64]]
    limit: float
    unit: str
    compared: float = 0.0

    @property
    def reach(self) -> float:
        """Where the plot ends: a little beyond what was compared."""
        longest = max(float(lags[-1]) for lags in self.lags.values())
        return min(longest, BEYOND * self.compared) if self.compared else longest

    @property
    def has_rest(self) -> bool:
        """Whether the plot shows distances that were not compared."""
        return 0 < self.compared < self.reach

    def seen(self) -> NDArray[np.float64]:
        """Return the values that the plot shows."""
        return np.concatenate([self.values[axis][lags <= self.reach] for axis, lags in self.lags.items()])


class IsotropyView(QWidget):
    """Plain plot with a horizontal grid; its key stands above it."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._curves: DirectionalCurves | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setAccessibleName("Two-point function along each axis")
        explained(self, ISOTROPY)
        context.theme.changed.connect(self.update)

    def show_curves(self, curves: DirectionalCurves | None) -> None:
        """Show curves; ``None`` shows an empty place."""
        self._curves = curves
        strokes = {"x": "solid", "y": "dashed", "z": "dotted"}
        lines = [] if curves is None else [", ".join(
            f"{stroke}: along {axis}" for axis, stroke in strokes.items() if axis in curves.lags)]
        if curves is not None and curves.compared:
            lines.append(f"Compared as far as {short_number(curves.compared)} {curves.unit}: in the grey part there is "
                         "little but chance to compare.")
        self.setToolTip("\n".join(lines))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)
            paint_focus(painter, self, self._context.theme.tokens)

    def _paint(self, painter: QPainter) -> None:
        if self._curves is None:
            place = QRectF(0, TOP, self.width() - RIGHT, self.height() - TOP - BOTTOM)
            painter.fillRect(place, QColor(self._context.theme.tokens.inset))
            paint_waiting(painter, place, self._context.theme.tokens)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)
        reach, values = self._curves.reach, self._curves.seen()
        low, high = min(float(values.min()), self._curves.limit), float(values.max())
        # Not out to the next ticks: in a low card that would press the curves flat.
        room = 0.06 * max(high - low, 1e-6)
        low, high = low - room, high + room
        self._paint_rest(painter, box)
        self._paint_axes(painter, box, reach, (low, high))
        self._paint_curves(painter, box, reach, (low, high))

    def _paint_rest(self, painter: QPainter, box: QRectF) -> None:
        """Grey what lies beyond the distances compared."""
        assert self._curves is not None
        if self._curves.has_rest:
            start = round(box.left() + box.width() * self._curves.compared / self._curves.reach)
            painter.fillRect(QRectF(start, box.top(), box.right() - start, box.height()),
                             QColor(getattr(self._context.theme.tokens, SHADE)))

    def _paint_axes(self, painter: QPainter, box: QRectF, reach: float, span: tuple[float, float]) -> None:
        assert self._curves is not None
        tokens = self._context.theme.tokens
        painter.setFont(body_font(11))
        low, high = span
        for value in enough_ticks(low, high, int(box.height() // 34)):
            y = box.bottom() - box.height() * (value - low) / (high - low)
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(tokens.text2))
            painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), Qt.AlignmentFlag.AlignRight, short_number(value))
        painter.setPen(QPen(QColor(tokens.strong), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QColor(tokens.text2))
        unit = f" / {self._curves.unit}"
        width = painter.fontMetrics().horizontalAdvance(unit)
        # The quantity and its unit stand where the last tick would.
        end = reach * (box.width() - width - 32) / box.width()
        texts = painter.fontMetrics()
        for value in clear_ticks(enough_ticks(0.0, end, int(box.width() // 60)), box.width() / reach,
                                 lambda tick: texts.horizontalAdvance(short_number(tick))):
            x = box.left() + box.width() * value / reach
            painter.drawText(QRectF(x - 30, box.bottom() + 3, 60, 16), Qt.AlignmentFlag.AlignHCenter,
                             short_number(value))
        painter.drawText(QPointF(box.right() - width, box.bottom() + 15), unit)
        painter.setFont(symbol_font(12))
        painter.drawText(QPointF(box.right() - width - 8, box.bottom() + 15), "h")

    def _paint_curves(self, painter: QPainter, box: QRectF, reach: float, span: tuple[float, float]) -> None:
        assert self._curves is not None
        low, high = span
        painter.setClipRect(box)
        for axis, lags in self._curves.lags.items():
            xs = box.left() + box.width() * lags / reach
            ys = box.bottom() - box.height() * (self._curves.values[axis] - low) / (high - low)
            painter.setPen(self._pen(axis))
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs, ys, strict=True)]))

    def _pen(self, axis: str) -> QPen:
        return direction_pen(axis, self._context.theme.tokens.text)


class DirectionKey(QWidget):
    """What the grey part of the plot is, and the strokes of the directions with their letters, in a line over it."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.axes: tuple[str, ...] = ()
        self.has_rest = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        context.theme.changed.connect(self.update)

    def show_axes(self, axes: Sequence[str], *, rest: bool = False) -> None:
        """Name other directions, and what is grey where there is a ``rest`` that was not compared."""
        self.axes, self.has_rest = tuple(sorted(axes)), rest
        self.setAccessibleName(f"Along {', '.join(self.axes)}" + (f"; grey: {NOT_COMPARED}" if rest else ""))
        self.setToolTip("The function along each axis" + (f"; grey: {NOT_COMPARED}, for there is little but chance"
                                                          if rest else ""))
        words = _SWATCH_ROOM + QFontMetricsF(body_font(11)).horizontalAdvance(NOT_COMPARED) + _REST_GAP if rest else 0
        self.setFixedSize(round(_KEY_ENTRY * len(self.axes) + words), _KEY_LINE)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._context.theme.tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(symbol_font(13))
            start = self.width() - _KEY_ENTRY * len(self.axes)
            for number, axis in enumerate(self.axes):
                left, y = start + _KEY_ENTRY * number, _KEY_LINE / 2
                painter.setPen(direction_pen(axis, tokens.text))
                painter.drawLine(QPointF(left + 1, y), QPointF(left + 16, y))
                painter.setPen(QColor(tokens.text2))
                painter.drawText(QRectF(left + 19, 0, 12, _KEY_LINE), Qt.AlignmentFlag.AlignVCenter, axis)
            if self.has_rest:
                self._paint_rest(painter)

    def _paint_rest(self, painter: QPainter) -> None:
        tokens = self._context.theme.tokens
        painter.setFont(body_font(11))
        middle = _KEY_LINE / 2
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(getattr(tokens, SHADE)))
        painter.drawRect(QRectF(0.5, middle - 5.5, 13, 11))
        painter.setPen(QColor(tokens.text2))
        painter.drawText(QRectF(_SWATCH_ROOM, 0, self.width(), _KEY_LINE), Qt.AlignmentFlag.AlignVCenter, NOT_COMPARED)


def direction_pen(axis: str, ink: str) -> QPen:
    """Return the stroke of a direction: measured curves are ink, the direction shows in the dashes."""
    pen = QPen(QColor(ink), 1.6)
    dashes = _DASHES[axis]
    if dashes:
        pen.setDashPattern(dashes)
    return pen


def enough_ticks(low: float, high: float, room: int) -> tuple[float, ...]:
    """Return round values for ``room`` intervals, and for more of them while fewer than three fall inside."""
    room = max(room, 2)
    while len(ticks := nice_ticks(low, high, room)) < LEAST_TICKS and room < 16:
        room += 1
    return ticks


def clear_ticks(ticks: Sequence[float], scale: float, width: Callable[[float], float]) -> Sequence[float]:
    """Return every tick, or every second, …, so that their labels stand clear of each other.

    Parameters
    ----------
    ticks : sequence of float
        Rising values.
    scale : float
        Pixels for a value of one.
    width : callable
        How wide the label of a value is, in pixels.
    """
    while any((b - a) * scale < (width(a) + width(b)) / 2 + TICK_GAP for a, b in pairwise(ticks)):
        ticks = ticks[::2]
    return ticks
