"""The grid of two-point coverage functions: one small plot for each pair of phases."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsWidget, QSizePolicy

from morphstudio.gui.param_form.symbol import paint_symbol, symbol_width
from morphstudio.gui.plots.axes import PlotView, QuietPlot, dots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

    from morphstudio.core.calibration.records import TwoPointCurves
    from morphstudio.core.phases import Phase
    from morphstudio.gui.theme.controller import ThemeController

SYMBOL_SIZE = 13
_PALE = 0.14  # opacity of the band
_BAND_SHARE = 0.6  # of the curve's own height that a band may add to a plot: a wide one must not press it flat
DOT_ROOM = 0.03  # of the width beside the first and the last dot: half of them would be cut off


@dataclass(slots=True)
class _Cell:
    pair: tuple[int, int]
    title: PairTitle
    plot: QuietPlot
    data: pg.ScatterPlotItem
    model: pg.PlotDataItem
    level: pg.PlotDataItem
    other: pg.PlotDataItem
    band: ScatterBand


class ScatterBand:
    """The image's own scatter as a pale band: ± 2 standard errors about what was measured."""

    def __init__(self) -> None:
        # Without a pen at all they would have no path, and nothing between them.
        self._upper, self._lower = (pg.PlotDataItem(pen=pg.mkPen(None)) for _ in range(2))
        self.item = pg.FillBetweenItem(self._upper, self._lower)

    def show(self, curves: TwoPointCurves | None, factor: float, pair: tuple[int, int]) -> None:
        """Show the scatter of measured curves; none where their errors are not known."""
        known = curves is not None and curves.standard_errors is not None
        self.item.setVisible(known)
        if not known:
            return
        assert curves is not None
        low, high = scatter_limits(curves, pair)
        # At no distance a phase with itself is its fraction, which scatters, too: that error is not among these.
        first = int(pair[0] == pair[1] and curves.lags[0] == 0)
        for line, limit in ((self._upper, high), (self._lower, low)):
            line.setData(curves.lags[first:] * factor, limit[first:])

    def restyle(self, ink: str) -> None:
        """Take the theme's ink: measured values are text-coloured, and so is their scatter."""
        pale = QColor(ink)
        pale.setAlphaF(_PALE)
        self.item.setBrush(pg.mkBrush(pale))


class PairTitle(QGraphicsWidget):
    """``C₁₂``, the swatches and names of its two phases, and the deviation of the model."""

    def __init__(self, pair: tuple[int, int], names: tuple[str, str], colours: tuple[str, str]) -> None:
        super().__init__()
        self._symbol = f"C_{pair[0] + 1}{pair[1] + 1}"
        self._names = "–".join(names)
        self._colours = colours
        self._deviation = ""
        self._text, self._text2, self._outline = QColor("black"), QColor("gray"), QColor("gray")
        self._peers: Sequence[PairTitle] = (self,)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPreferredHeight(22)
        self.setMinimumHeight(22)

    def stand_beside(self, peers: Sequence[PairTitle]) -> None:
        """Name the titles of all plots, this one among them: all have their names, or none has."""
        self._peers = peers

    @property
    def has_names(self) -> bool:
        """Whether names are shown: cut ones, or those of some plots alone, say no more than the swatches do."""
        return all(peer.has_room for peer in self._peers)

    @property
    def has_room(self) -> bool:
        """Whether the names fit between swatches and deviation."""
        return _title_metrics().horizontalAdvance(self._names) <= self._room() - 6

    def _room(self) -> float:
        left = 2 + symbol_width(self._symbol, SYMBOL_SIZE) + 6 + 14 * len(self._colours)
        return self.rect().width() - 4 - left - 6 - _title_metrics().horizontalAdvance(self._deviation)

    def set_deviation(self, share: float | None) -> None:
        """Show the mean relative deviation, or nothing."""
        text = "" if share is None else f"{100 * share:.1f} %"
        if text != self._deviation:
            self._deviation = text
            for peer in self._peers:
                peer.update()

    def restyle(self, text: str, text2: str, outline: str) -> None:
        """Take the theme's text colours."""
        self._text, self._text2, self._outline = QColor(text), QColor(text2), QColor(outline)
        self.update()

    def sizeHint(self, which: Qt.SizeHint, constraint: QSizeF | None = None) -> QSizeF:
        """Return a fixed height and any width."""
        return QSizeF(100_000.0 if which == Qt.SizeHint.MaximumSize else 60.0, 22.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw symbol, swatches, names and deviation on one line; without names where room is short."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(2, 0, -4, 0)
        paint_symbol(painter, box, self._symbol, self._text, SYMBOL_SIZE)
        left = box.left() + symbol_width(self._symbol, SYMBOL_SIZE) + 6
        painter.setPen(QPen(self._outline, 1))
        for colour in self._colours:
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(left + 0.5, box.center().y() - 5.5, 11, 11), 3, 3)
            left += 14
        painter.setFont(_title_font())
        painter.setPen(self._text2)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._deviation)
        painter.setPen(self._text)
        if self.has_names:
            painter.drawText(QRectF(left + 2, box.top(), self._room(), box.height()),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._names)


class TwoPointGrid(PlotView):
    """All C_ij of an image (dots) and of a model (line), in the image's phase order.

    Parameters
    ----------
    theme : ThemeController
        Source of colours and of the change signal.
    parent : QWidget, optional
        Qt parent.
    """

    def __init__(self, theme: ThemeController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cells: list[_Cell] = []
        self._laid_out_for: tuple[tuple[str, ...], ...] = ()
        self._data: TwoPointCurves | None = None
        self._model: TwoPointCurves | None = None
        self._other: TwoPointCurves | None = None
        self._unit, self._factor = "µm", 1.0
        self.setAccessibleName("Two-point coverage functions")
        self.ci.layout.setContentsMargins(4, 0, 8, 2)
        self.ci.layout.setHorizontalSpacing(10)
        self.ci.layout.setVerticalSpacing(0)
        theme.changed.connect(self.restyle)
        self.finer.connect(self.restyle)
        self.restyle()

    def set_phases(self, phases: Sequence[Phase], colours: Sequence[str]) -> None:
        """Lay out one plot for each pair of ``phases``; forgets the curves."""
        wanted = (tuple(phase.name for phase in phases), tuple(colours))
        if wanted == self._laid_out_for:
            self.set_data(None)
            self.set_model(None)
            return
        self._laid_out_for = wanted
        self.ci.clear()
        self._cells, self._data, self._model = [], None, None
        pairs = list(combinations_with_replacement(range(len(phases)), 2))
        columns = {3: 3, 6: 3, 10: 5}[len(pairs)]
        for number, (i, j) in enumerate(pairs):
            row, column = 2 * (number // columns), number % columns
            title = PairTitle((i, j), (phases[i].name, phases[j].name), (colours[i], colours[j]))
            self.addItem(title, row, column)
            self._cells.append(self._cell((i, j), title, row + 1, column))
        titles = [cell.title for cell in self._cells]
        for title in titles:
            title.stand_beside(titles)
        plots = [cell.plot for cell in self._cells]
        for plot in plots:
            plot.stand_beside(plots)
        for row in range(2 * ((len(pairs) - 1) // columns) + 2):
            self.ci.layout.setRowStretchFactor(row, row % 2)
        # While it was filled, the layout shrank to its first title and stays so until the next resize.
        self.ci.setGeometry(self.range)
        self.restyle()

    def set_data(self, curves: TwoPointCurves | None) -> None:
        """Show measured curves and fix the ranges of all plots to them and to the model's."""
        self._data = curves
        self._draw_bands()
        self._redraw(ranges=True)

    def set_both(self, data: TwoPointCurves | None, model: TwoPointCurves | None) -> None:
        """Show measured and model curves, drawn together, in ranges that fit both."""
        self._data, self._model = data, model
        self._draw_bands()
        self._redraw(ranges=True)

    def set_model(self, curves: TwoPointCurves | None) -> None:
        """Show model curves; a range stays as it is until a curve leaves it, and then only grows."""
        self._model = curves
        self._redraw(ranges=self._data is None)

    def set_compared(self, curves: TwoPointCurves | None) -> None:
        """Show the curves of another run as well, dotted; ``None`` for none."""
        self._other = curves
        self._redraw(ranges=False)

    @property
    def compared(self) -> TwoPointCurves | None:
        """The other run's curves."""
        return self._other

    def set_unit(self, unit: str, factor: float) -> None:
        """Show lags as ``factor`` × stored lag, called ``unit``."""
        self._unit, self._factor = unit, factor
        self._draw_bands()
        self._redraw(ranges=True)

    @property
    def deviations(self) -> list[float]:
        """Mean relative deviation of each pair, as shown."""
        return [d for d in (_deviation(self._data, self._model, c.pair) for c in self._cells) if d is not None]

    def restyle(self) -> None:
        """Take every colour from the theme again."""
        tokens = self._theme.tokens
        self.setBackground(tokens.surface)
        for cell in self._cells:
            cell.plot.restyle(tokens, self)
            cell.title.restyle(tokens.text, tokens.text2, tokens.strong)
            cell.data.setBrush(pg.mkBrush(tokens.text))
            cell.band.restyle(tokens.text)
            cell.model.setPen(self.stroke(tokens.accent, 1.8))
            cell.level.setPen(self.stroke(tokens.strong, 1, Qt.PenStyle.DashLine))
            cell.other.setPen(self.stroke(tokens.accent, 1.2, Qt.PenStyle.DotLine))

    def _cell(self, pair: tuple[int, int], title: PairTitle, row: int, column: int) -> _Cell:
        plot = QuietPlot(f"h / {self._unit}", "h")
        self.addItem(plot, row, column)
        level, other, model = pg.PlotDataItem(), pg.PlotDataItem(), pg.PlotDataItem()
        data, band = dots(self._theme.tokens.text), ScatterBand()
        items: list[QGraphicsItem] = [band.item, level, other, model, data]
        for item in items:
            plot.addItem(item, ignoreBounds=True)
        return _Cell(pair, title, plot, data, model, level, other, band)

    @property
    def has_scatter(self) -> bool:
        """Whether the scatter of the measured curves is known and shown."""
        return self._data is not None and self._data.standard_errors is not None

    def _draw_bands(self) -> None:
        """Draw the scatter: with the measured curves, not with each of a run's models."""
        for cell in self._cells:
            cell.band.show(self._data, self._factor, cell.pair)

    def _redraw(self, *, ranges: bool) -> None:
        guide = self._data or self._model
        end = _end_of_change(guide) * self._factor if guide is not None else 1.0
        for cell in self._cells:
            cell.plot.bottom.set_end_label(f"h / {self._unit}")
            self._draw_curve(cell)
            cell.title.set_deviation(_deviation(self._data, self._model, cell.pair))
            if guide is not None and (ranges or self._leaves_range(cell)):
                self._fix_range(cell, guide, end, grow=not ranges)

    def _draw_curve(self, cell: _Cell) -> None:
        i, j = cell.pair
        if self._data is not None:
            cell.data.setData(self._data.lags * self._factor, self._data.values[:, i, j])
        else:
            cell.data.clear()
        for item, curves in ((cell.model, self._model), (cell.other, self._other)):
            if curves is not None:
                item.setData(curves.lags * self._factor, curves.values[:, i, j])
            else:
                item.setData([], [])
        guide = self._data or self._model
        if guide is not None:
            cell.level.setData(guide.lags * self._factor, independent(guide)[:, i, j])
        else:
            cell.level.setData([], [])

    def _fix_range(self, cell: _Cell, guide: TwoPointCurves, end: float, *, grow: bool) -> None:
        i, j = cell.pair
        level = independent(guide)[:, i, j]
        values = np.concatenate([guide.values[:, i, j], self._model_values(cell, end), level])
        low = 0.0 if i != j else float(values.min())
        high = float(values.max())
        room = max(high - low, 1e-6)
        if guide.standard_errors is not None:
            seen = guide.lags * self._factor <= end
            lower, upper = (limit[seen] for limit in scatter_limits(guide, cell.pair))
            low = max(min(low, float(lower.min())), low - _BAND_SHARE * room)
            high = min(max(high, float(upper.max())), high + _BAND_SHARE * room)
            room = max(high - low, 1e-6)
        bottom, top = max(0.0, low - 0.12 * room), high + 0.12 * room
        if grow:
            before = cell.plot.viewRange()[1]
            bottom, top = min(bottom, before[0]), max(top, before[1])
        cell.plot.setRange(xRange=(-DOT_ROOM * end, (1 + DOT_ROOM) * end), yRange=(bottom, top), padding=0)

    def _model_values(self, cell: _Cell, end: float) -> NDArray[np.float64]:
        """Return the model's curve as far as the plot shows it, none where there is no model."""
        if self._model is None:
            return np.empty(0)
        i, j = cell.pair
        return self._model.values[self._model.lags * self._factor <= end, i, j]

    def _leaves_range(self, cell: _Cell) -> bool:
        (_, end), (low, high) = cell.plot.viewRange()
        values = self._model_values(cell, end)
        return bool(((values < low) | (values > high)).any())


def _title_font() -> QFont:
    font = QFont()
    font.setPixelSize(11)
    return font


def _title_metrics() -> QFontMetricsF:
    return QFontMetricsF(_title_font())


def scatter_limits(curves: TwoPointCurves, pair: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return measured values of a pair less and plus two standard errors, each of shape (L,); inside 0 … 1."""
    assert curves.standard_errors is not None
    i, j = pair
    values, reach = curves.values[:, i, j], 2 * curves.standard_errors[:, i, j]
    return np.clip(values - reach, 0, 1), np.clip(values + reach, 0, 1)


def independent(curves: TwoPointCurves) -> NDArray[np.float64]:
    """Return what two points that know nothing of each other would give, shape (L, K, K).

    Of an image these follow the shares that the counted pairs themselves see:
    pairs far apart reach the borders less often than the middle, so that their
    shares, and with them the level where the curves end, drift from the whole
    image's.
    """
    shares = curves.values.sum(axis=2)
    return np.einsum("li,lj->lij", shares, shares)


def _deviation(data: TwoPointCurves | None, model: TwoPointCurves | None, pair: tuple[int, int]) -> float | None:
    """Return the mean of |model − data| over the lags, over the mean of the data."""
    if data is None or model is None:
        return None
    shared = np.isin(model.lags, data.lags)
    if np.count_nonzero(shared) != len(data.lags):
        return None
    i, j = pair
    seen: NDArray[np.float64] = data.values[:, i, j]
    mean = float(np.mean(np.abs(seen)))
    return float(np.mean(np.abs(model.values[shared, i, j] - seen))) / mean if mean > 0 else None


def _end_of_change(curves: TwoPointCurves) -> float:
    """Return a lag a little beyond the first at which every curve is near its level."""
    span = np.ptp(curves.values, axis=0) + 1e-12
    near = (np.abs(curves.values - independent(curves)) / span < 0.08).all(axis=(1, 2))
    lags, end = curves.lags, len(curves.lags) - 1
    first = int(np.argmax(near)) if near.any() else end
    return float(min(lags[end], max(2.2 * lags[first], lags[min(4, end)])))
