"""Bars that tell how much each parameter moves one value of each phase."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication, QScrollBar, QSizePolicy, QWidget

from morphstudio.gui.param_form.symbol import paint_symbol
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.units import MINUS
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent, QWheelEvent

    from morphstudio.core.parameters import Param
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_HEAD, _SYMBOLS, _PAD = 22, 52, 12
_STEP = 30  # holds "0.01" beside a symbol
_ROW = 20  # in the window; all that do not fit are scrolled to
_FEWEST_ROWS = 3
_FIGURE_ROWS = (15, 24)  # least and most of a figure, which cannot be scrolled
_BAR_ROOM = 10  # pixels that the scroll bar takes
_NUMBER_ROOM = 42  # "+0.72" beside the longest bar, with air
_SWATCH = 11  # over the axis of its column
_SILENT = 0.005  # what rounds to 0.00 is written 0
_FAR_AHEAD, _CUT_AT = 4.0, 1.6  # of the second longest bar


@dataclass(frozen=True, eq=False, slots=True)
class BarTable:
    """What :class:`SensitivityBars` shows.

    Attributes
    ----------
    params : tuple of Param, length P
        Parameters, from the top down.
    relative : tuple of bool, length P
        Whether the step is 1 % of the parameter; else it is 0.01.
    phases : tuple of str, length K
        Phase names.
    colours : tuple of (int, int, int), length K
        Their colours.
    changes : ndarray, shape (P, K)
        Change of the value in per cent; nan where there is none to tell.
    at_end : tuple of bool, length P
        Whether a step up would leave the parameter's range: then the step is
        told downwards. The bars stay, for they show the slope.
    """

    params: tuple[Param, ...]
    relative: tuple[bool, ...]
    phases: tuple[str, ...]
    colours: tuple[RGB, ...]
    changes: NDArray[np.float64]
    at_end: tuple[bool, ...] = ()

    @property
    def has_steps(self) -> bool:
        """Whether the steps are of two kinds, so that each row has to say its own."""
        return not all(self.relative)

    def step(self, row: int) -> str:
        """Return the step of a row's parameter in words."""
        return "1 %" if self.relative[row] else "0.01"


class SensitivityBars(QWidget):
    """One row for each parameter, one column of bars for each phase, all at one scale.

    Rows that do not fit are reached by the scroll bar; the names of the phases
    and the first row, the strongest, stay in place. Steps of different kinds
    stand beside the symbols.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._table: BarTable | None = None
        self._moved = ""
        self.scroll = QScrollBar(Qt.Orientation.Vertical, self)
        self.scroll.setAccessibleName("More parameters")
        self.scroll.setVisible(False)
        self.scroll.valueChanged.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Sensitivities")
        context.theme.changed.connect(self.update)

    @property
    def table(self) -> BarTable | None:
        """What is shown."""
        return self._table

    @property
    def moved(self) -> str:
        """Name of the parameter whose row is marked; empty for none."""
        return self._moved

    def show_table(self, table: BarTable) -> None:
        """Show other values."""
        if self._table is None or len(table.params) != len(self._table.params):
            self.updateGeometry()
        self._table = table
        self.setAccessibleDescription(_spoken(table))
        self._fit_scroll()
        self.update()

    def mark(self, name: str) -> None:
        """Mark the row of the parameter that was moved last, and bring it into view."""
        if name != self._moved:
            self._moved = name
            self._show_moved()
            self.update()

    @property
    def shown(self) -> tuple[int, ...]:
        """Positions of the rows to be seen: the strongest, which the others are read against, and those scrolled to."""
        if self._table is None:
            return ()
        first, fitting = self.scroll.value(), self._fitting()
        rows = range(first, min(first + fitting, len(self._table.params)))
        return (0, *rows[1:]) if fitting > 1 else tuple(rows)

    def text_of(self, name: str, phase: int) -> str:
        """Return the number written beside a bar."""
        assert self._table is not None
        row = next(k for k, param in enumerate(self._table.params) if param.name == name)
        return change_number(float(self._table.changes[row, phase]))

    def sizeHint(self) -> QSize:
        """Return room for all rows."""
        rows = 7 if self._table is None else len(self._table.params)
        return QSize(420, _HEAD + rows * _ROW + 4)

    def minimumSizeHint(self) -> QSize:
        """Return room for few rows: the others can be scrolled to."""
        return QSize(240, _HEAD + _FEWEST_ROWS * _ROW + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the scroll bar stand for what does not fit."""
        super().resizeEvent(event)
        self._fit_scroll()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, where there is more than fits."""
        if self.scroll.isHidden():
            event.ignore()
        else:
            QApplication.sendEvent(self.scroll, event)

    def _fitting(self) -> int:
        """Return how many rows fit."""
        return max(1, int((self.height() - _HEAD - 2) // self._row_height()))

    def _fit_scroll(self) -> None:
        rows = 0 if self._table is None else len(self._table.params)
        more = max(0, rows - self._fitting())
        self.scroll.setRange(0, more)
        self.scroll.setPageStep(self._fitting())
        self.scroll.setVisible(more > 0)
        self.scroll.setGeometry(self.width() - _BAR_ROOM, _HEAD, _BAR_ROOM, max(0, self.height() - _HEAD))

    def _show_moved(self) -> None:
        names = () if self._table is None else tuple(param.name for param in self._table.params)
        if self._moved in names and names.index(self._moved) not in self.shown:
            at, first = names.index(self._moved), self.scroll.value()
            pinned = int(self._fitting() > 1)
            self.scroll.setValue(at - pinned if at < first + pinned else at - self._fitting() + 1)

    def event(self, event: QEvent) -> bool:
        """Tell what the row under the cursor means."""
        if event.type() == event.Type.ToolTip:
            row = self._row_at(event.pos().y())  # type: ignore[attr-defined]
            self.setToolTip("" if row is None else self._tip(row))
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heads, marked row, bars and numbers."""
        # Ended for sure: a painter that a traceback keeps alive would tear the window down.
        with QPainter(self) as painter:
            if self._table is not None:
                self._paint(painter, self._table)

    def _paint(self, painter: QPainter, table: BarTable) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._context.theme.tokens
        height, rows = self._row_height(), self.shown
        room = self.width() - (0 if self.scroll.isHidden() else _BAR_ROOM)
        bottom = _HEAD + height * len(rows)
        for place, row in enumerate(rows):
            top, param = _HEAD + place * height, table.params[row]
            if param.name == self._moved:
                painter.fillRect(QRectF(4, top, room - 8, height), QColor(tokens.tint))
            paint_symbol(painter, QRectF(_PAD, top, _SYMBOLS - _PAD, height), param.symbol, QColor(tokens.text), 14)
            if table.has_steps:
                painter.setFont(body_font(11))
                painter.setPen(QColor(tokens.text3))
                painter.drawText(QRectF(_SYMBOLS, top, _STEP, height), Qt.AlignmentFlag.AlignVCenter, table.step(row))
        symbols = _SYMBOLS + (_STEP if table.has_steps else 0)
        most = _longest(table.changes)
        low, high = _ends(np.clip(table.changes, -most, most))
        column = (room - symbols - _PAD) / len(table.phases)
        for phase in range(len(table.phases)):
            left = symbols + phase * column
            zero, scale = _place(low, high, left, column)
            self._paint_head(painter, table, phase, QRectF(zero - _SWATCH / 2, 0, left + column - zero, _HEAD))
            painter.setPen(QPen(QColor(tokens.strong), 1))
            painter.drawLine(QPointF(round(zero) + 0.5, _HEAD), QPointF(round(zero) + 0.5, bottom))
            for place, row in enumerate(rows):
                box = QRectF(left, _HEAD + place * height, column, height)
                self._paint_bar(painter, box, zero, scale, float(table.changes[row, phase]), most,
                                strong=table.params[row].name == self._moved)

    def _paint_head(self, painter: QPainter, table: BarTable, phase: int, box: QRectF) -> None:
        paint_swatch(painter, QRectF(box.left(), box.center().y() - 6, _SWATCH, _SWATCH), table.colours[phase])
        painter.setFont(body_font(11))
        painter.setPen(QColor(self._context.theme.tokens.text2))
        room = box.adjusted(16, 0, 0, 0)
        name = painter.fontMetrics().elidedText(table.phases[phase], Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_bar(self, painter: QPainter, box: QRectF, zero: float, scale: float, change: float, most: float, *,
                   strong: bool) -> None:
        tokens = self._context.theme.tokens
        length = 0.0 if math.isnan(change) else min(max(change, -most), most) * scale
        fill = QColor(tokens.fill if strong else tokens.accent)
        fill.setAlphaF(1.0 if strong else 0.62)
        thick = min(12.0, box.height() - 6)
        painter.fillRect(QRectF(min(zero, zero + length), box.center().y() - thick / 2, abs(length), thick), fill)
        if abs(change) > most:  # longer than is drawn: cut through
            painter.setPen(QPen(QColor(tokens.surface), 2))
            for at in (0.55, 0.65):
                x = zero + at * length
                painter.drawLine(QPointF(x - 3, box.center().y() + 7), QPointF(x + 3, box.center().y() - 7))
        painter.setFont(body_font(11))
        painter.setPen(QColor(tokens.text if strong else tokens.text2))
        text = change_number(change)
        beside = QRectF(zero + max(length, 0.0) + 6, box.top(), _NUMBER_ROOM, box.height())
        side = Qt.AlignmentFlag.AlignLeft
        if length < 0 and text != "0":
            beside = QRectF(zero + length - 6 - _NUMBER_ROOM, box.top(), _NUMBER_ROOM, box.height())
            side = Qt.AlignmentFlag.AlignRight
        painter.drawText(beside, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _row_height(self) -> float:
        return _ROW

    def _row_at(self, y: float) -> int | None:
        if self._table is None:
            return None
        place = int((y - _HEAD) // self._row_height())
        return self.shown[place] if 0 <= place < len(self.shown) else None

    def _tip(self, row: int) -> str:
        assert self._table is not None
        param, step = self._table.params[row], self._table.step(row)
        down = bool(self._table.at_end) and self._table.at_end[row]
        changes = -self._table.changes[row] if down else self._table.changes[row]
        parts = [f"{name} {_percent(change)}" for name, change in zip(self._table.phases, changes, strict=True)]
        way = "smaller" if down else "larger"
        return f"{param.title} ({param.symbol.replace('_', '')}) {step} {way}: {', '.join(parts)}"


class FigureBars(SensitivityBars):
    """The bars for a figure: rows share its height; where that is too low, the strongest are shown."""

    def _row_height(self) -> float:
        least, most = _FIGURE_ROWS
        rows = 1 if self._table is None else len(self._table.params)
        return max(least, min(most, (self.height() - _HEAD - 2) / rows))

    def _fit_scroll(self) -> None:
        """Show no scroll bar."""


def change_number(change: float) -> str:
    """Return a change in per cent with its sign, two decimals: ``"+0.72"``, ``"0"``; ``"–"`` for nan."""
    if math.isnan(change):
        return "–"
    if abs(change) < _SILENT:
        return "0"
    return f"{'+' if change > 0 else MINUS}{abs(change):.2f}"


def _percent(change: float) -> str:
    return change_number(change) if math.isnan(change) else f"{change_number(change)} %"


def _spoken(table: BarTable) -> str:
    """Return the table in words, for screen readers."""
    lines = []
    for row, param in enumerate(table.params):
        values = ", ".join(f"{name} {_percent(change)}" for name, change in
                           zip(table.phases, table.changes[row], strict=True))
        lines.append(f"{param.title}: {values}")
    return "; ".join(lines)


def _longest(changes: NDArray[np.float64]) -> float:
    """Return the change at which bars are cut: one parameter far ahead would leave the others no length."""
    rows = np.sort(np.nan_to_num(np.abs(changes)).max(axis=1, initial=0.0))[::-1]
    ahead = len(rows) > 1 and rows[1] > _SILENT and rows[0] > _FAR_AHEAD * rows[1]
    return float(_CUT_AT * rows[1]) if ahead else math.inf


def _ends(changes: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the common scale: they hold every bar and 0."""
    told = changes[np.isfinite(changes)]
    low, high = float(told.min(initial=0.0)), float(told.max(initial=0.0))
    return (low, high) if high - low > 1e-9 else (0.0, 1.0)


def _place(low: float, high: float, left: float, width: float) -> tuple[float, float]:
    """Return where 0 stands in a column and how many pixels a per cent takes; numbers have their room."""
    before = _NUMBER_ROOM + 6 if low < -_SILENT else 2
    after = _NUMBER_ROOM + 6
    scale = max(0.0, width - before - after) / (high - low)
    return left + before - low * scale, scale
