"""Pieces of a card on paper: each knows its height and paints itself."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen, QTextDocument
from PySide6.QtSvg import QSvgRenderer

from morphstudio.app.card.look import LOOK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from morphstudio.app.card.curves import ChordPlot
    from morphstudio.app.card.tables import CardRow, CardTable

FAMILY = "Inter"
ROW_HEIGHT, GROUP_GAP = 18.0, 3.0
_CELL_GAP, _SWATCH = 5.0, 9.0


class Block(Protocol):
    """Something that is not parted by the end of a page.

    Attributes
    ----------
    height : float
        In 1/96 inch.
    keeps_next : bool
        Whether it stays on the page of what follows.
    head : Block or None
        What is repeated over it where it opens a page.
    """

    height: float
    keeps_next: bool
    head: Block | None

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint it with its top left corner there."""


def font(size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the typeface of cards; ``size`` in 1/96 inch, the same on any device."""
    chosen = QFont(FAMILY)
    chosen.setPixelSize(size)
    chosen.setWeight(weight)
    chosen.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    chosen.setFeature(QFont.Tag("calt"), 0)  # else Inter turns the x of 301x301 into a times sign, in file names too
    return chosen


class Gap:
    """Empty space; left out where a page begins."""

    keeps_next, head = False, None

    def __init__(self, height: float, *, keeps_next: bool = False) -> None:
        self.height, self.keeps_next = height, keeps_next

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint nothing."""


class Paragraph:
    """Text that breaks into lines.

    Parameters
    ----------
    html : str
        The text, with simple tags.
    width : float
        Of its lines.
    size : int
        Of its letters.
    colour : str
        Of its letters.
    weight : QFont.Weight
        Of its letters.
    keeps_next : bool
        See :class:`Block`.
    """

    head: Block | None = None

    def __init__(self, html: str, width: float, size: int = 12, colour: str = LOOK.text,
                 weight: QFont.Weight = QFont.Weight.Normal, *, keeps_next: bool = False) -> None:
        self.keeps_next = keeps_next
        self._text = QTextDocument()
        self._text.setUseDesignMetrics(True)
        self._text.setDocumentMargin(0)
        self._text.setDefaultFont(font(size, weight))
        self._text.setHtml(f"<div style='color:{colour}; line-height:122%'>{html}</div>")
        self._text.setTextWidth(width)
        self.height = self._text.size().height()

    @property
    def natural_width(self) -> float:
        """How wide the text is without breaks."""
        return self._text.idealWidth()

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the lines."""
        painter.save()
        painter.translate(x, y)
        self._text.drawContents(painter)
        painter.restore()


class Beside:
    """Pieces side by side, each at its own distance from the left."""

    head: Block | None = None

    def __init__(self, parts: Sequence[tuple[float, Block]], *, keeps_next: bool = False) -> None:
        self._parts, self.keeps_next = parts, keeps_next
        self.height = max(part.height for _, part in parts)

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the parts, tops aligned."""
        for offset, part in self._parts:
            part.paint(painter, x + offset, y)


class Stack:
    """Pieces one below the other that stay together."""

    head: Block | None = None

    def __init__(self, parts: Sequence[Block], *, keeps_next: bool = False) -> None:
        self._parts, self.keeps_next = parts, keeps_next
        self.height = sum(part.height for part in parts)

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the parts."""
        for part in self._parts:
            part.paint(painter, x, y)
            y += part.height


class Box:
    """A piece on a tinted ground."""

    keeps_next, head = False, None
    PADDING = (16.0, 12.0)

    def __init__(self, content: Block, width: float, ground: str) -> None:
        self._content, self._width, self._ground = content, width, ground
        self.height = content.height + 2 * self.PADDING[1]

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint ground and content."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._ground))
        painter.drawRoundedRect(QRectF(x, y, self._width, self.height), 6, 6)
        self._content.paint(painter, x + self.PADDING[0], y + self.PADDING[1])


class Marked:
    """A piece with a bar at its left."""

    keeps_next, head = False, None
    INDENT = 13.0

    def __init__(self, content: Block, colour: str) -> None:
        self._content, self._colour = content, colour
        self.height = content.height

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint bar and content."""
        painter.fillRect(QRectF(x, y, 3, self.height), QColor(self._colour))
        self._content.paint(painter, x + self.INDENT, y)


class Drawings:
    """A row of plots."""

    keeps_next, head = False, None

    def __init__(self, plots: Sequence[ChordPlot], gap: float) -> None:
        self._drawn = [(plot, QSvgRenderer(QByteArray(plot.svg(alone=True).encode()))) for plot in plots]
        self._gap = gap
        self.height = float(max(plot.height for plot in plots))

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the plots."""
        for plot, drawn in self._drawn:
            drawn.render(painter, QRectF(x, y, plot.width, plot.height))
            x += plot.width + self._gap


class TableHead:
    """The heads of a table, with the scale of its bars, and a line below."""

    keeps_next = True
    head: Block | None = None

    def __init__(self, table: CardTable, width: float) -> None:
        self._table, self._cells = table, cells_of(table, width)
        metrics = QFontMetricsF(font(11))
        needed = [metrics.boundingRect(QRectF(0, 0, right - left, 100), _wrapped(left_side=at < 2), words).height()
                  for at, (words, (left, right)) in enumerate(zip(table.heads, self._cells, strict=False))]
        self.height = max(needed) + 6

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the heads."""
        painter.setFont(font(11))
        painter.setPen(QColor(LOOK.text2))
        for at, (words, (left, right)) in enumerate(zip(self._table.heads, self._cells, strict=False)):
            painter.drawText(QRectF(x + left, y, right - left, self.height - 4), _wrapped(left_side=at < 2), words)
        if self._table.has_bars:
            left, right = self._cells[-1]
            painter.setFont(font(10))
            place = QRectF(x + left, y, right - left, self.height - 4)
            for words, side in zip(self._table.scale, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight),
                                   strict=True):
                painter.drawText(place, side | Qt.AlignmentFlag.AlignBottom, words)
        painter.setPen(QPen(QColor(LOOK.strong), 1))
        painter.drawLine(QPointF(x, y + self.height - 1), QPointF(x + self._cells[-1][1], y + self.height - 1))


class TableGroup:
    """The lines of one descriptor; where they open a page, the heads stand over them again."""

    keeps_next = False

    def __init__(self, rows: Sequence[CardRow], table: CardTable, width: float, head: TableHead, *,
                 ruled: bool) -> None:
        self._rows, self._table, self._cells = rows, table, cells_of(table, width)
        self.head: Block | None = head
        self._ruled = ruled
        self.height = len(rows) * ROW_HEIGHT + 2 * GROUP_GAP

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the lines."""
        if self._ruled:
            painter.setPen(QPen(QColor(LOOK.line), 1))
            painter.drawLine(QPointF(x, y), QPointF(x + self._cells[-1][1], y))
        self._paint_name(painter, x, y + GROUP_GAP)
        for number, row in enumerate(self._rows):
            self._paint_row(painter, row, x, y + GROUP_GAP + number * ROW_HEIGHT)

    def _paint_row(self, painter: QPainter, row: CardRow, x: float, y: float) -> None:
        left, right = self._cells[1]
        painter.setPen(QPen(QColor(LOOK.strong), 0.5))
        painter.setBrush(QColor(row.colour))
        painter.drawRoundedRect(QRectF(x + left, y + (ROW_HEIGHT - _SWATCH) / 2, _SWATCH, _SWATCH), 2, 2)
        inset = _SWATCH + 6
        _text(painter, QRectF(x + left + inset, y, right - left - inset, ROW_HEIGHT), row.phase)
        if row.reason:
            last = self._cells[len(self._table.heads) - 1][1]
            place = QRectF(x + self._cells[2][0], y, last - self._cells[2][0], ROW_HEIGHT)
            _text(painter, place, row.reason, LOOK.text2)
        else:
            for at, cell in enumerate(row.cells, start=2):
                left, right = self._cells[at]
                is_beyond = row.standing == "beyond" and self._table.kinds[at] == "difference"
                _text(painter, QRectF(x + left, y, right - left, ROW_HEIGHT), cell,
                      LOOK.warn if is_beyond else LOOK.text, is_right=True,
                      strong=is_beyond or at == self._table.strong)
        if self._table.has_bars:
            left, right = self._cells[-1]
            _paint_bar(painter, row, QRectF(x + left, y, right - left, ROW_HEIGHT), self._table)

    def _paint_name(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the descriptor's name over the lines of its phases, the unit below it."""
        width, first = self._cells[0][1], self._rows[0]
        if not first.unit and len(self._rows) > 1:
            painter.setFont(font(11, QFont.Weight.DemiBold))
            painter.setPen(QColor(LOOK.text))
            painter.drawText(QRectF(x, y + 2, width, 2 * ROW_HEIGHT),
                             int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                             | int(Qt.TextFlag.TextWordWrap), first.title)
            return
        _text(painter, QRectF(x, y, width, ROW_HEIGHT), first.title, strong=True)
        if first.unit and len(self._rows) > 1:
            _text(painter, QRectF(x, y + ROW_HEIGHT, width, ROW_HEIGHT), first.unit, LOOK.text2)


def cells_of(table: CardTable, width: float) -> list[tuple[float, float]]:
    """Return where each column begins and ends, the gaps between columns left out."""
    ends, at = [], 0.0
    for number, share in enumerate(table.widths):
        right = at + share * width
        last = number == len(table.widths) - 1
        ends.append((at, right if last else right - 2 * _CELL_GAP * (number > 0) - _CELL_GAP * (number == 0)))
        at = right
    return ends


def _wrapped(*, left_side: bool) -> int:
    side = Qt.AlignmentFlag.AlignLeft if left_side else Qt.AlignmentFlag.AlignRight
    return int(side | Qt.AlignmentFlag.AlignBottom) | int(Qt.TextFlag.TextWordWrap)


def _text(painter: QPainter, place: QRectF, words: str, colour: str = LOOK.text, *, strong: bool = False,
          is_right: bool = False, elide: bool = True) -> None:
    chosen = font(11, QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    painter.setFont(chosen)
    painter.setPen(QColor(colour))
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    if elide:
        words = QFontMetricsF(chosen).elidedText(words, Qt.TextElideMode.ElideRight, place.width() + 4)
    painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextDontClip), words)


def _paint_bar(painter: QPainter, row: CardRow, place: QRectF, table: CardTable) -> None:
    """Draw a difference with the spread that chance allows, or a distance with a mark for it."""
    if row.difference is None:
        return
    zero, reach = (place.left(), place.width()) if table.is_one_sided else (place.center().x(), place.width() / 2)
    y = place.center().y()

    def at(share: float) -> float:
        return zero + max(-1.0, min(1.0, share / table.bar_range)) * reach

    painter.setPen(QPen(QColor(LOOK.line), 1))
    painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
    left, right = sorted((zero, at(row.difference)))
    colours = {"within": LOOK.accent, "beyond": LOOK.warn, "unknown": LOOK.text3}
    painter.fillRect(QRectF(left, y - 3, right - left, 6), QColor(colours[row.standing or "unknown"]))
    painter.setPen(QPen(QColor(LOOK.text), 1))
    if row.allowance is not None and table.is_one_sided:
        mark = at(row.allowance)
        painter.drawLine(QPointF(mark, y - 4.5), QPointF(mark, y + 4.5))
    elif row.allowance is not None:
        painter.drawLine(QPointF(at(row.difference - row.allowance), y), QPointF(at(row.difference + row.allowance), y))
    painter.setPen(QPen(QColor(LOOK.strong), 1))
    painter.drawLine(QPointF(zero, place.top() + 3), QPointF(zero, place.bottom() - 3))


def plain(text: str) -> str:
    """Return a text as HTML."""
    return escape(text)
