"""How the descriptor table is drawn: swatches, rules, sections, difference bars and their scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from morphstudio.app.card.values import pieces_of
from morphstudio.gui.panels.measure.descriptor_model import (
    BAR,
    DATA,
    DIFFERENCE,
    MODEL,
    PHASE,
    SD,
    TITLE,
    UNIT,
    DescriptorModel,
    alignment,
)
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import MINUS
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.app.card.rows import Row
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.measure.descriptor_model import Index
    from morphstudio.gui.theme.tokens import RGB

ROW_HEIGHT = 22
_BAR_INSET = 10  # pixels beside the bars, so that their ends stand apart from the neighbours
_APART = 6  # pixels between the figures over the bars


class DescriptorDelegate(QStyledItemDelegate):
    """Draws swatches, rules between groups, sections, reasons and difference bars."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.colours: Mapping[int, RGB] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return one row's height; a row that opens a section has its heading on top."""
        model = index.model()
        assert isinstance(model, DescriptorModel)
        return QSize(48, 2 * ROW_HEIGHT if model.section(index.row()) else ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        model = index.model()
        assert isinstance(model, DescriptorModel)
        row, column = model.rows[index.row()], index.column()
        tokens = self._context.theme.tokens
        painter.save()
        if row.first and index.row():
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
        cell = QRect(option.rect)
        section = model.section(index.row())
        if section:
            if column == TITLE:
                self._paint_section(painter, option, section)
            cell.setTop(cell.bottom() + 1 - ROW_HEIGHT)
        box = QRectF(cell).adjusted(8, 0, -8, 0)
        painter.setFont(option.font)
        if column == BAR:
            self._paint_bar(painter, bar_box(cell), row, model.bar_range)
        elif column == PHASE:
            painter.save()
            paint_swatch(painter, QRectF(box.left(), box.center().y() - 6, 12, 12),
                         self.colours.get(row.label, (128, 128, 128)))
            painter.restore()
            self._text(painter, box.adjusted(18, 0, 0, 0), row.phase, tokens.text, column)
        elif column == DATA and row.data is None and row.reason:
            self._text(painter, box, "– no value", tokens.text3, column)
        else:
            self._paint_number(painter, box, row, column, str(index.data()), model.name(row))
        painter.restore()

    def _paint_section(self, painter: QPainter, option: QStyleOptionViewItem, section: str) -> None:
        font = QFont(option.font)
        font.setPixelSize(METRICS.caption)
        painter.setFont(font)
        painter.setPen(QColor(self._context.theme.tokens.text2))
        left, top = option.rect.left() + 8, option.rect.top()
        # It may reach into the next columns, which are empty in this line.
        painter.setClipping(False)
        painter.drawText(QRectF(left, top + 2, 400, ROW_HEIGHT),
                         int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), section)

    def _paint_number(self, painter: QPainter, box: QRectF, row: Row, column: int, text: str,
                      name: str) -> None:
        tokens = self._context.theme.tokens
        colour = tokens.text2 if column in (UNIT, SD) else tokens.text
        strong = column == TITLE or (column == MODEL and not row.is_distance)
        if column == DIFFERENCE and row.is_beyond:
            colour, strong = tokens.warn, True
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        painter.setFont(font)
        if column == TITLE and row.first:
            # Axis and unit stay where the name has to be shortened.
            behind = text.removeprefix(name)
            room = round(box.width()) - painter.fontMetrics().horizontalAdvance(behind) - 2
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room) + behind
        self._text(painter, box, text, colour, column)

    def _text(self, painter: QPainter, box: QRectF, text: str, colour: str, column: int) -> None:
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))
        painter.drawText(box, int(alignment(column)), shown)

    def _paint_bar(self, painter: QPainter, box: QRectF, row: Row, half: float) -> None:
        if row.difference is None or pieces_of(row):
            return  # pieces have no place on a scale of per cent
        tokens = self._context.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        middle, y = box.center().x(), box.center().y()
        painter.fillRect(QRectF(box.left(), y - 0.5, box.width(), 1), QColor(tokens.line))
        scale = box.width() / 2 / half
        length = max(-half, min(half, row.difference)) * scale
        colour = QColor({"beyond": tokens.warn, "unknown": tokens.text3}.get(row.standing or "", tokens.accent))
        painter.fillRect(QRectF(min(middle, middle + length), y - 4, abs(length), 8), colour)
        if row.allowance is not None:
            painter.setPen(QPen(QColor(tokens.text2), 1))
            low, high = (max(-half, min(half, row.difference + s * row.allowance)) for s in (-1, 1))
            painter.drawLine(QPointF(middle + low * scale, y), QPointF(middle + high * scale, y))
        painter.setPen(QPen(QColor(tokens.strong), 1))
        painter.drawLine(QPointF(middle, box.top()), QPointF(middle, box.bottom()))
        if abs(row.difference) > half:
            paint_arrow(painter, QPointF(middle + length, y), 1 if row.difference > 0 else -1, colour)


class DescriptorHeader(QHeaderView):
    """The heads, and over the bars their scale: both ends and the middle."""

    def __init__(self, context: AppContext, descriptors: DescriptorModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._context, self._descriptors = context, descriptors
        self.setHighlightSections(False)
        self.setMinimumSectionSize(48)

    @property
    def scale_labels(self) -> tuple[str, str, str]:
        """What stands over the left end, the middle and the right end of the bars."""
        end = f"{100 * self._descriptors.bar_range:g} %"
        ends = f"{MINUS}{end}", "0", f"+{end}"
        metrics = QFontMetricsF(body_font(METRICS.caption))
        room = self.sectionSize(BAR) - 2 * _BAR_INSET
        # Without its ends a scale says nothing: where room is short, they are told in the middle.
        return ends if sum(map(metrics.horizontalAdvance, ends)) + 2 * _APART <= room else ("", f"± {end}", "")

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Draw one head."""
        painter.save()
        super().paintSection(painter, rect, logicalIndex)
        painter.restore()
        if logicalIndex != BAR or not self._descriptors.rows or not self._descriptors.is_compared:
            return
        painter.setPen(QColor(self._context.theme.tokens.text2))
        font = QFont(painter.font())
        font.setPixelSize(METRICS.caption)
        painter.setFont(font)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for text, side in zip(self.scale_labels, sides, strict=True):
            painter.drawText(bar_box(rect), int(side | Qt.AlignmentFlag.AlignVCenter), text)


def bar_box(cell: QRect) -> QRectF:
    """Return where a bar may lie in its cell."""
    return QRectF(cell).adjusted(_BAR_INSET, 0, -_BAR_INSET, 0)


def paint_arrow(painter: QPainter, end: QPointF, way: int, colour: QColor) -> None:
    """Draw the head of something that goes on beyond its scale: to the right for 1, to the left for −1."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([end + QPointF(6 * way, 0), end + QPointF(-1 * way, -6), end + QPointF(-1 * way, 6)]))
