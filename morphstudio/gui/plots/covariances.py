"""The covariances of a model's Gaussian fields over distance, with their key at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from morphstudio.core.models.excursion_set import slots
from morphstudio.gui.param_form.symbol import paint_symbol, symbol_width
from morphstudio.gui.plots.axes import PlotView, QuietPlot
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.theme.tokens import hex_colour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from morphstudio.core.fields.covariance import Covariance
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.gui.theme.controller import ThemeController
    from morphstudio.gui.theme.tokens import RGB, Tokens

_POINTS = 160
_LOWEST = 0.02  # a covariance below this has ended
_LINE = 22  # pixels of one line of the key
_LIGHT, _DARK = 0.72, 0.3  # beyond these lightnesses a thin line in a phase colour is lost on the ground


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``phase`` whose field it is, empty for what all fields share."""

    symbol: str
    words: str
    phase: str
    dashed: bool
    covariance: Covariance
    nugget: float = 0.0

    def values(self, h: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ρ at distances ``h`` in µm."""
        return np.where(h > 0, (1 - self.nugget) * self.covariance(h), 1.0)


def covariances_of(model: ExcursionSet) -> tuple[Line, ...]:
    """Return the covariance of each Gaussian field of a model, in the order of the cut."""
    lines: list[Line] = []
    words = {"squared": "squared", "plain": "plain", "common": "shared"}
    for k, (slot, covariance) in enumerate(zip(slots(len(model.phases)), model.covariances, strict=True)):
        if slot.kind == "common" and model.common.correlation <= 0:
            continue
        letter = slot.letter if slot.kind == "common" or slot.group in "xy" else f"X{slot.letter[1:]}_{slot.group}"
        phase = model.phases[k // 2] if slot.group else ""
        nugget = model.fields[k // 2].nugget if slot.kind == "plain" else 0.0
        lines.append(Line(letter, words[slot.kind], phase, dashed=slot.kind == "plain", covariance=covariance,
                          nugget=nugget))
    return tuple(lines)


def correlation_words(model: ExcursionSet) -> str:
    """Return the layer, γ and the sign of the common field in the last field, as the head of the panel says them."""
    gamma = model.common.correlation
    if len(model.phases) < 3:
        return "one field"
    layer = f"{model.phases[1]} in a layer on {model.phases[0]}, " if model.is_layered else ""
    if gamma <= 0:
        return f"{layer}γ = 0" if layer else "γ = 0, fields independent"
    sign = "+" if model.fields[-1].correlation_sign > 0 else "−"
    return f"{layer}γ = {gamma:.2f}, sign {sign}"


class CovariancePlot(QWidget):
    """Plot and key.

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
        self._unit, self._factor = "µm", 1.0
        self._colours: Mapping[str, RGB] = {}
        self.lines: tuple[Line, ...] = ()
        self.setAccessibleName("Covariances of the fields over distance")
        self.view = PlotView()
        self.view.ci.layout.setContentsMargins(4, 2, 4, 2)
        self._plot = QuietPlot("h / µm", "h")
        self._plot.setRange(xRange=(0, 1), yRange=(-0.04, 1.06), padding=0)
        self.view.addItem(self._plot)
        self._drawn: list[pg.PlotDataItem] = []
        self.key = CovarianceKey()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(4)
        row.addWidget(self.view, 1)
        row.addWidget(self.key)
        theme.changed.connect(self.restyle)
        self.view.finer.connect(self.restyle)
        self.restyle()

    def show_model(self, model: ExcursionSet | None, colours: Mapping[str, RGB]) -> None:
        """Show a model's covariances; ``colours`` by phase name."""
        self.lines = () if model is None else covariances_of(model)
        self._colours = colours
        self._redraw()

    def set_unit(self, unit: str, factor: float) -> None:
        """Show distances as ``factor`` × stored distance, called ``unit``."""
        self._unit, self._factor = unit, factor
        self._redraw()

    def restyle(self) -> None:
        """Take every colour from the theme again."""
        tokens = self._theme.tokens
        self.view.setBackground(tokens.surface)
        self._plot.restyle(tokens, self.view)
        self._repen()

    def _redraw(self) -> None:
        while len(self._drawn) < len(self.lines):
            item = pg.PlotDataItem()
            self._plot.addItem(item, ignoreBounds=True)
            self._drawn.append(item)
        for item in self._drawn[len(self.lines):]:
            item.setData([], [])
        self._plot.bottom.set_end_label(f"h / {self._unit}")
        if not self.lines:
            return
        end = shown_end(self.lines)
        h = np.linspace(0, end, _POINTS)
        for item, line in zip(self._drawn, self.lines, strict=False):
            item.setData(h * self._factor, line.values(h))
        self._plot.setRange(xRange=(0, end * self._factor), yRange=(-0.04, 1.06), padding=0)
        self._repen()

    def _repen(self) -> None:
        tokens, entries = self._theme.tokens, []
        for item, line in zip(self._drawn, self.lines, strict=False):
            colour = tokens.accent if not line.phase else legible(self._colours.get(line.phase), tokens)
            style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
            item.setPen(self.view.stroke(colour, 1.6, style))
            entries.append((line, colour))
        self.key.show_lines(entries, tokens)


class CovarianceKey(QWidget):
    """One line for each covariance: its stroke, its symbol and what it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: Sequence[tuple[Line, str]] = ()
        self._text = QColor("black")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def show_lines(self, entries: Sequence[tuple[Line, str]], tokens: Tokens) -> None:
        """Show another key."""
        self.entries, self._text = entries, QColor(tokens.text2)
        self.setToolTip("\n".join(f"{line.phase or 'all phases'}: {line.words} field" for line, _ in entries))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all lines."""
        return QSize(92, _LINE * max(len(self.entries), 1) + 8)

    def minimumSizeHint(self) -> QSize:
        """Return the width alone: where the panel is low, lines come closer."""
        return QSize(92, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines from the top, closer together where room is short."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_key(painter, QRectF(self.rect()), self.entries, self._text)


def paint_key(painter: QPainter, box: QRectF, entries: Sequence[tuple[Line, str]], text: QColor) -> None:
    """Draw a key of covariances into ``box``."""
    step = min(_LINE, (box.height() - 4) / max(len(entries), 1))
    for number, (line, colour) in enumerate(entries):
        y = box.top() + 4 + step * (number + 0.5)
        pen = QPen(QColor(colour), 1.6, Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(box.left(), y), QPointF(box.left() + 18, y))
        spot = QRectF(box.left() + 24, y - 9, 30, 18)
        paint_symbol(painter, spot, line.symbol, text, 14)
        painter.setPen(text)
        painter.setFont(body_font(11))
        left = spot.left() + symbol_width(line.symbol, 14) + 5
        painter.drawText(QRectF(left, y - 9, 60, 18), Qt.AlignmentFlag.AlignVCenter, line.words)


def shown_end(lines: Sequence[Line]) -> float:
    """Return the distance in µm up to which the lines are drawn: where the longest but far ones have ended."""
    ends = sorted(line.covariance.length(_LOWEST) for line in lines)
    # One field that reaches very far would press all others against the axis.
    return float(min(1.1 * ends[-1], 6 * ends[len(ends) // 2]))


def legible(colour: RGB | None, tokens: Tokens) -> str:
    """Return a phase's colour for a thin line; where the ground swallows it, its swatch's outline colour."""
    if colour is None:
        return tokens.strong
    lightness = (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255
    lost = lightness < _DARK if tokens.is_dark else lightness > _LIGHT
    return tokens.strong if lost else hex_colour(colour)
