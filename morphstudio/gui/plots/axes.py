"""Plots without a box: a base line, a horizontal grid, the unit at the axis end."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen

from morphstudio.gui.theme.fonts import symbol_font
from morphstudio.gui.units import short_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from morphstudio.gui.theme.tokens import Tokens

pg.setConfigOptions(antialias=True)

# Dots and lines are drawn once for each panel size; below this many pixels a tick has no room.
_TICK_ROOM = 20
_TICK_GAP = 6  # pixels between the labels of two ticks, and before the end label
_LEAST_LABELLED = 2
_LEAST_TICKS = 3  # fewer do not tell where an axis goes
_LEAST_LEFT = 40  # pixels of a vertical axis; it is wider where its labels are
_LABEL_OFFSET, _LABEL_SLACK = 6, 4  # a label that reaches beyond its axis is not drawn


class EndLabelAxis(pg.AxisItem):
    """An axis that writes its quantity and unit where its last tick would stand.

    Parameters
    ----------
    orientation : str
        ``"bottom"`` or ``"left"``.
    end_label : str
        Quantity and unit, e.g. ``"h / µm"``; empty for none.
    symbol : str
        What the label begins with where that is a mathematical symbol, e.g.
        ``"h"``: it is set like all symbols.
    """

    def __init__(self, orientation: str, end_label: str = "", symbol: str = "") -> None:
        super().__init__(orientation)
        self.end_label = end_label
        self.symbol = symbol
        self._end_spot: QRectF | None = None
        self._is_short = False
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, tickTextOffset=_LABEL_OFFSET, hideOverlappingLabels=False, maxTickLevel=0,
                      textFillLimits=[(0, 0.9)])

    def set_end_label(self, text: str) -> None:
        """Change the quantity and unit."""
        if text != self.end_label:
            self.end_label = text
            self.picture = None
            self.update()

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write plain decimals with a true minus; on a log axis powers of ten, or numbers where some are between."""
        if self.logMode:
            whole = all(abs(v - round(v)) < _WHOLE for v in values)
            return [_power_of_ten(v) if whole else short_number(10**v) for v in values]
        decimals = max(0, _decimals(spacing * scale))
        return [f"{v * scale:.{decimals}f}".replace("-", "−") if abs(v) > spacing * 1e-6 else "0" for v in values]

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Return one level of ticks, few enough to read."""
        if self.logMode:
            return [(1.0, self._apart(_log_ticks(minVal, maxVal), minVal, maxVal, size))]
        levels = super().tickValues(minVal, maxVal, size)
        room = max(_LEAST_TICKS, int(size / (_TICK_ROOM if self.orientation == "left" else 1.45 * _TICK_ROOM)))
        spacing, ticks = levels[0]
        if len(ticks) < 3 and len(levels) > 1:
            finer = levels[1][0]
            ticks, spacing = _multiples(minVal, maxVal, finer), finer
        while len(ticks) > room:
            spacing *= 2 if len(ticks) <= 2 * room else 5
            ticks = _multiples(minVal, maxVal, spacing)
        if size <= 0 or maxVal <= minVal:
            return [(spacing, ticks)]
        # From the coarsest on: labels that are few are read most easily.
        top = math.floor(math.log10(maxVal - minVal))
        spacings = [digit * 10.0**power for power in range(top, top - 3, -1) for digit in (5, 2, 1)]
        tried = [(spacing, ticks), *((finer, _multiples(minVal, maxVal, finer)) for finer in spacings
                                     if finer < maxVal - minVal)]
        if self.orientation == "bottom":
            return [self._readable(minVal, maxVal, size, tried)]
        apart = self._apart([ticks for _, ticks in tried], minVal, maxVal, size)
        return [next(level for level in tried if level[1] is apart)]

    def labels_width(self, low: float, high: float, size: float) -> float:
        """Return the width that the labels of a vertical axis take which shows ``low`` … ``high`` over ``size``."""
        if size <= 0 or high <= low:
            return 0.0
        spacing, ticks = self.tickValues(low, high, size)[0]
        metrics = QFontMetricsF(self._tick_font())
        texts = self.tickStrings(ticks, self.scale, spacing)
        return math.ceil(max(map(metrics.horizontalAdvance, texts), default=0.0)) + _LABEL_OFFSET + _LABEL_SLACK

    def _apart(self, tried: list[list[float]], low: float, high: float, size: float) -> list[float]:
        """Return the first ticks of which at least two have their labels shown, one clear of the other.

        A label that would reach beyond the end of the axis is not drawn.
        """
        height = QFontMetricsF(self._tick_font()).height()
        scale = size / (high - low) if high > low else 0.0
        for ticks in tried:
            seen = [tick for tick in ticks if min(tick - low, high - tick) * scale >= height / 2]
            clear = all((other - one) * scale >= height for one, other in pairwise(ticks))
            if clear and len(seen) >= _LEAST_LABELLED:
                return ticks
        return tried[0]

    def _readable(self, low: float, high: float, size: float, levels: list[tuple[float, list[float]]],
                  ) -> tuple[float, list[float]]:
        """Return ticks whose labels stand apart, and of which at least two keep clear of the end label.

        Where there is no room for them, the end label is the unit alone.
        """
        for self._is_short in (False, True):
            for tried in levels:
                if self._fits(tried, low, high, size):
                    return tried
        return levels[0]

    def _fits(self, level: tuple[float, list[float]], low: float, high: float, size: float) -> bool:
        spacing, ticks = level
        metrics, scale = QFontMetricsF(self._tick_font()), size / (high - low)
        widths = [metrics.horizontalAdvance(text) for text in self.tickStrings(ticks, self.scale, spacing)]
        ends = [(tick - low) * scale + width / 2 for tick, width in zip(ticks, widths, strict=True)]
        free = size - self._end_width() - _TICK_GAP
        clear = all(spacing * scale >= (one + other) / 2 + _TICK_GAP for one, other in pairwise(widths))
        return clear and sum(end <= free for end in ends) >= _LEAST_LABELLED

    def _end_width(self) -> float:
        return sum(QFontMetricsF(font).horizontalAdvance(text) for text, font in self._label_runs()) + 4

    def paint(self, p: QPainter, opt: Any, widget: Any) -> None:
        """Draw straight onto a figure: a recorded picture would be scaled by the resolution once more."""
        if self._exportOpts is False:
            super().paint(p, opt, widget)
            return
        specs = self.generateDrawSpecs(p)
        if specs is not None:
            p.setRenderHint(p.RenderHint.TextAntialiasing)
            self.drawPicture(p, *specs)

    def generateDrawSpecs(self, p: Any) -> Any:
        """Leave out the ticks that the end label would cover, and note where it stands."""
        specs = super().generateDrawSpecs(p)
        self._end_spot = None
        if specs is None or not self.end_label or self.orientation != "bottom":
            return specs
        axis, ticks, texts = specs
        bounds = self.mapRectFromParent(self.geometry())
        width = self._end_width()
        top = texts[0][0].top() if texts else bounds.top() + 6
        height = texts[0][0].height() if texts else QFontMetricsF(self._tick_font()).height()
        self._end_spot = QRectF(bounds.right() - width, top, width, height)
        return axis, ticks, [t for t in texts if t[0].right() < self._end_spot.left() - 4]

    def drawPicture(self, p: QPainter, axisSpec: Any, tickSpecs: Any, textSpecs: Any) -> None:
        """Add the end label to what the base class draws."""
        super().drawPicture(p, axisSpec, tickSpecs, textSpecs)
        if self._end_spot is None:
            return
        p.setPen(self.textPen())
        metrics = QFontMetricsF(self._tick_font())
        left = self._end_spot.left() + 4
        baseline = self._end_spot.center().y() + (metrics.ascent() - metrics.descent()) / 2
        for text, font in self._label_runs():
            p.setFont(font)
            p.drawText(QPointF(left, baseline), text)
            left += QFontMetricsF(font).horizontalAdvance(text)

    def _tick_font(self) -> QFont:
        return self.style["tickFont"] or QFont()

    def _label_runs(self) -> list[tuple[str, QFont]]:
        """Return the end label in pieces of one font each."""
        font = self._tick_font()
        if self._is_short:
            return [(self.end_label.rpartition(" / ")[2], font)]
        if not self.symbol:
            return [(self.end_label, font)]
        return [(self.symbol, symbol_font(font.pixelSize() + 2)), (self.end_label.removeprefix(self.symbol), font)]


class PlotView(pg.GraphicsLayoutWidget):
    """A view whose strokes are as wide as the text beside them is large, however fine the screen.

    The pens of plots count pixels of the device; ``finer`` says that these
    have another size now, so that pens are to be made again.
    """

    finer = Signal()

    def stroke(self, colour: str | QColor, width: float = 1.0,
               style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """Return a pen, ``width`` in pixels of the window."""
        return pg.mkPen(colour, width=width * self.devicePixelRatioF(), style=style)

    def event(self, event: QEvent) -> bool:
        """Notice another screen."""
        done: bool = super().event(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.finer.emit()
        return done


class QuietPlot(pg.PlotItem):
    """A plot item in the house style; the mouse does not move it.

    Parameters
    ----------
    end_label : str
        Quantity and unit of the horizontal axis.
    symbol : str
        See :class:`EndLabelAxis`.
    log_y : bool
        Decades on the vertical axis.
    """

    def __init__(self, end_label: str = "", symbol: str = "", *, log_y: bool = False) -> None:
        super().__init__(axisItems={"bottom": EndLabelAxis("bottom", end_label, symbol), "left": EndLabelAxis("left")},
                         enableMenu=False)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.setLogMode(False, log_y)
        self.getViewBox().setDefaultPadding(0.0)
        for side in ("left", "bottom"):
            self.getAxis(side).setZValue(-1)  # the grid stays behind the data
        self.getAxis("left").setWidth(_LEAST_LEFT)
        self.getAxis("bottom").setHeight(24)
        self._beside: Sequence[QuietPlot] = (self,)
        self._least_left = self._left = float(_LEAST_LEFT)
        self.getViewBox().sigYRangeChanged.connect(self._fit_left)
        self.getViewBox().sigResized.connect(self._fit_left)

    def stand_beside(self, plots: Sequence[QuietPlot]) -> None:
        """Name the plots of a grid, this one among them: their vertical axes are equally wide."""
        self._beside = plots

    def _fit_left(self) -> None:
        """Make the vertical axis as wide as its labels are."""
        axis = self.getAxis("left")
        self._least_left = max(_LEAST_LEFT, axis.labels_width(*self.viewRange()[1], self.getViewBox().height()))
        width = max(plot._least_left for plot in self._beside)
        for plot in self._beside:
            if plot._left != width:  # what the axis itself tells follows the layout
                plot._left = width
                plot.getAxis("left").setWidth(width)

    @property
    def bottom(self) -> EndLabelAxis:
        """The horizontal axis."""
        axis: EndLabelAxis = self.getAxis("bottom")
        return axis

    def restyle(self, tokens: Tokens, view: PlotView) -> None:
        """Take axis, grid and text colours from the theme; ``view`` is what the plot stands in."""
        font = QFont()
        font.setPixelSize(11)
        for side in ("bottom", "left"):
            axis = self.getAxis(side)
            axis.setTextPen(QColor(tokens.text2))
            axis.setTickFont(font)
        self.getAxis("left").setPen(QPen(Qt.PenStyle.NoPen))
        self.getAxis("left").setTickPen(view.stroke(tokens.line))
        self.getAxis("left").setGrid(255)
        self.getAxis("bottom").setPen(view.stroke(tokens.strong))
        self.getAxis("bottom").setTickPen(view.stroke(tokens.strong))
        self.getAxis("bottom").setGrid(False)


def dots(tokens_text: str, size: float = 4.0) -> pg.ScatterPlotItem:
    """Return the marks of measured values."""
    return pg.ScatterPlotItem(size=size, pen=None, brush=pg.mkBrush(tokens_text), pxMode=True)


def _decimals(spacing: float) -> int:
    text = f"{spacing:.10f}".rstrip("0")
    return len(text.partition(".")[2])


def _multiples(low: float, high: float, spacing: float) -> list[float]:
    first = -int(-(low - 1e-9 * spacing) // spacing)
    ticks = []
    while first * spacing <= high + 1e-9 * spacing:
        ticks.append(first * spacing)
        first += 1
    return ticks


def _log_ticks(low: float, high: float) -> list[list[float]]:
    """Return ticks to try on a log axis: each decade, every other one, …; then 1, 2, 5 in each, and 1, 3."""
    decades = [_multiples(low, high, float(step)) for step in range(1, max(2, math.ceil(high - low)))]
    between = [[power + math.log10(digit) for power in range(math.floor(low), math.ceil(high) + 1) for digit in digits]
               for digits in ((1, 2, 5), (1, 3), (1, 1.5, 2, 3, 5, 7))]
    return decades + [[tick for tick in ticks if low <= tick <= high] for ticks in between]


_WHOLE = 1e-6
_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power_of_ten(exponent: float) -> str:
    whole = round(exponent)
    return {0: "1", 1: "10"}.get(whole, f"10{str(whole).translate(_DIGITS)}")


