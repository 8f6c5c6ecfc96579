"""What a figure is: something that paints itself at a size, and a key below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from morphstudio.gui.param_form.symbol import paint_symbol, symbol_width
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from morphstudio.gui.theme.tokens import RGB, Tokens

Mark = Literal["dots", "line", "dashed", "dotted", "band", "swatch"]
PIXELS_PER_INCH = 96.0  # of the window: text of 11 pixels becomes 8.25 points on paper
MM_PER_INCH = 25.4
KEY_LINE = 20.0
_MARK_WIDTH, _SPACE = 20.0, 16.0


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One entry of a key.

    Parameters
    ----------
    mark : Mark
        How it is drawn.
    words : str
        What it stands for.
    colour : str or RGB
        Name of a token such as ``"accent"``, a ``#RRGGBB``, or the colour of a phase.
    symbol : str
        Typeset before the words.
    """

    mark: Mark
    words: str
    colour: str | RGB = "text"
    symbol: str = ""


Key = Callable[[], Sequence[KeyEntry]]


class Figure(Protocol):
    """Something that can be written as a figure."""

    title: str
    wide: bool

    def height_for(self, width: float) -> float:
        """Return the height that suits ``width``, both in pixels of the window."""

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, scale: float) -> None:
        """Draw into ``box``; one pixel of the window is ``scale`` of the device's."""


@runtime_checkable
class PixelFigure(Figure, Protocol):
    """A figure that holds a picture of pixels, also in formats of lines; whoever writes it says how fine."""

    dpi: int


def pixels(mm: float) -> float:
    """Return how many pixels of the window a length on paper is."""
    return mm / MM_PER_INCH * PIXELS_PER_INCH


def colour_of(colour: str | RGB, tokens: Tokens) -> QColor:
    """Return a token's, a hexadecimal or a phase's colour."""
    if isinstance(colour, str):
        return QColor(colour if colour.startswith("#") else getattr(tokens, colour))
    return QColor(*colour)


def key_rows(entries: Sequence[KeyEntry], width: float) -> list[list[KeyEntry]]:
    """Return the entries in lines that fit into ``width``."""
    rows: list[list[KeyEntry]] = []
    left = width + 1
    for entry in entries:
        needed = _entry_width(entry) + _SPACE
        if left + needed - _SPACE > width or not rows:
            rows.append([])
            left = 0.0
        rows[-1].append(entry)
        left += needed
    return rows


def key_height(entries: Sequence[KeyEntry], width: float) -> float:
    """Return the height that a key takes."""
    return KEY_LINE * len(key_rows(entries, width))


def paint_key(painter: QPainter, box: QRectF, entries: Sequence[KeyEntry], tokens: Tokens) -> None:
    """Draw a key from the left of ``box``, in as many lines as it needs."""
    for number, row in enumerate(key_rows(entries, box.width())):
        left, y = box.left(), box.top() + KEY_LINE * (number + 0.5)
        for entry in row:
            _paint_entry(painter, QPointF(left, y), entry, tokens)
            left += _entry_width(entry) + _SPACE


def _entry_width(entry: KeyEntry) -> float:
    mark = 17.0 if entry.mark == "swatch" else _MARK_WIDTH + 5
    symbol = symbol_width(entry.symbol, 14) + 4 if entry.symbol else 0.0
    return mark + symbol + QFontMetricsF(body_font(11)).horizontalAdvance(entry.words)


def _paint_entry(painter: QPainter, at: QPointF, entry: KeyEntry, tokens: Tokens) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    left = at.x() + _paint_mark(painter, at, entry, colour_of(entry.colour, tokens))
    text = QColor(tokens.text2)
    if entry.symbol:
        paint_symbol(painter, QRectF(left, at.y() - 10, 40, 20), entry.symbol, text, 14)
        left += symbol_width(entry.symbol, 14) + 4
    painter.setPen(text)
    painter.setFont(body_font(11))
    painter.drawText(QRectF(left, at.y() - 10, 1000, 20), Qt.AlignmentFlag.AlignVCenter, entry.words)


def _paint_mark(painter: QPainter, at: QPointF, entry: KeyEntry, colour: QColor) -> float:
    """Draw the mark and return the width it took."""
    if entry.mark == "swatch":
        assert not isinstance(entry.colour, str)
        paint_swatch(painter, QRectF(at.x(), at.y() - 6, 12, 12), entry.colour)
        return 17.0
    if entry.mark == "dots":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for offset in (5.0, 13.0):
            painter.drawEllipse(at + QPointF(offset, 0), 2.2, 2.2)
        return _MARK_WIDTH + 5
    if entry.mark == "band":
        pale = QColor(colour)
        pale.setAlphaF(0.22)
        painter.fillRect(QRectF(at.x(), at.y() - 5, _MARK_WIDTH, 10), pale)
    style = {"dashed": Qt.PenStyle.DashLine, "dotted": Qt.PenStyle.DotLine}.get(entry.mark, Qt.PenStyle.SolidLine)
    painter.setPen(QPen(colour, 1.8, style))
    painter.drawLine(at, at + QPointF(_MARK_WIDTH, 0))
    return _MARK_WIDTH + 5
