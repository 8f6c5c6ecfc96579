"""The descriptor table with difference bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QFont, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import MINUS, number
from morphstudio.gui.widgets.explanation import Explanation, explain, of_descriptor
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.measure.rows import Row
    from morphstudio.gui.theme.tokens import RGB

Index = QModelIndex | QPersistentModelIndex
TITLE, UNIT, PHASE, DATA, MODEL, SD, DIFFERENCE, BAR = range(8)
_HEADS = ("Descriptor", "Unit", "Phase", "Data", "Model", "± sd", "Difference", "")
_LEFT = (TITLE, UNIT, PHASE)
_BAR_INSET = 10  # pixels beside the bars, so that their ends stand apart from the neighbours


class DescriptorModel(QAbstractTableModel):
    """Rows of numbers in the unit shown."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.rows: Sequence[Row] = ()
        self.volumes: Sequence[str] = ()
        self.in_um = True
        self.waiting_data = self.waiting_model = False
        self.data_remark: tuple[str, ...] = ()  # of which earlier image the data are, and what to do

    def set_rows(self, rows: Sequence[Row], volumes: Sequence[str], *, in_um: bool) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows, self.volumes, self.in_um = rows, volumes, in_um
        self.endResetModel()

    @property
    def bar_range(self) -> float:
        """Half width of the bar column: 5 % or what most differences need."""
        sizes = sorted(abs(r.difference) for r in self.rows if r.difference is not None)
        typical = sizes[int(0.9 * (len(sizes) - 1))] if sizes else 0.0
        return next((step for step in (0.05, 0.1, 0.2, 0.5) if typical <= step), 1.0)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns; volumes come after the bars."""
        return len(_HEADS) + len(self.volumes)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return heads."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.head(section)
        if section == DATA and self.data_remark and role == Qt.ItemDataRole.ToolTipRole:
            words, *remedy = self.data_remark
            return " ".join((f"These values are {words}.", *remedy))
        return alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def head(self, column: int) -> str:
        """Return what stands over a column."""
        if column == DATA and self.data_remark:
            return "Data, earlier"
        return _HEADS[column] if column < len(_HEADS) else self.volumes[column - len(_HEADS)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.reason if row.reason and index.column() >= DATA else DESCRIPTORS[row.key].tooltip
        return alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def text(self, row: Row, column: int) -> str:
        """Return what a cell says."""
        if column == TITLE:
            return (row.title + (f", {row.axis}" if row.axis else "")) if row.first else ""
        if column == UNIT:
            return self._unit(row) if row.first else ""
        if column == PHASE:
            return row.phase
        if column == DIFFERENCE:
            return "" if row.difference is None else signed_percent(row.difference)
        if column == BAR:
            return ""
        values = {DATA: row.data, MODEL: row.model, SD: row.sd}
        value = values[column] if column in values else row.volumes[column - len(_HEADS)]
        if value is None:
            waits = (self.waiting_data and column == DATA) or (self.waiting_model and column in (MODEL, SD))
            return "…" if waits and not row.reason else ""
        shown = value * (self._context.units.factor(row.power) if row.power and self.in_um else 1.0)
        if row.power == 0 and abs(shown) < 1:
            return f"{'± ' if column == SD else ''}{shown:.4f}".replace("-", MINUS)
        return f"± {scatter(shown)}" if column == SD else number(shown)

    def _unit(self, row: Row) -> str:
        if row.power == 0:
            return "–"
        if self.in_um:
            return self._context.units.unit_text(row.power)
        return "voxel" if row.power == 1 else f"voxel^{row.power}".replace("-", MINUS)


class DescriptorDelegate(QStyledItemDelegate):
    """Draws swatches, rules between groups, reasons and difference bars."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.colours: Mapping[int, RGB] = {}

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
        box = QRectF(option.rect).adjusted(8, 0, -8, 0)
        painter.setFont(option.font)
        if column == BAR:
            self._paint_bar(painter, _bar_box(option.rect), row, model.bar_range)
        elif column == PHASE:
            painter.save()
            paint_swatch(painter, QRectF(box.left(), box.center().y() - 6, 12, 12),
                         self.colours.get(row.label, (128, 128, 128)))
            painter.restore()
            self._text(painter, box.adjusted(18, 0, 0, 0), row.phase, tokens.text, column)
        elif column == DATA and row.data is None and row.reason:
            self._text(painter, box, "– no value", tokens.text3, column)
        else:
            self._paint_number(painter, box, row, column, str(index.data()))
        painter.restore()

    def _paint_number(self, painter: QPainter, box: QRectF, row: Row, column: int, text: str) -> None:
        tokens = self._context.theme.tokens
        colour = tokens.text2 if column in (UNIT, SD) else tokens.text
        strong = column in (TITLE, MODEL)
        if column == DIFFERENCE and row.is_beyond:
            colour, strong = tokens.warn, True
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        painter.setFont(font)
        self._text(painter, box, text, colour, column)
        if column == TITLE and row.first and row.fitted:
            left = box.left() + painter.fontMetrics().horizontalAdvance(text) + 10
            font.setWeight(QFont.Weight.Normal)
            font.setPixelSize(11)
            painter.setFont(font)
            chip = QRectF(left, box.center().y() - 8, painter.fontMetrics().horizontalAdvance("fitted") + 12, 16)
            if chip.right() < box.right() + 6:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.inset))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.drawRoundedRect(chip, 3, 3)
                painter.setPen(QColor(tokens.text3))
                painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, "fitted")

    def _text(self, painter: QPainter, box: QRectF, text: str, colour: str, column: int) -> None:
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))
        painter.drawText(box, int(alignment(column)), shown)

    def _paint_bar(self, painter: QPainter, box: QRectF, row: Row, half: float) -> None:
        tokens = self._context.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        middle, y = box.center().x(), box.center().y()
        painter.fillRect(QRectF(box.left(), y - 0.5, box.width(), 1), QColor(tokens.line))
        if row.difference is not None:
            scale = box.width() / 2 / half
            length = max(-half, min(half, row.difference)) * scale
            colour = tokens.warn if row.is_beyond else tokens.accent
            painter.fillRect(QRectF(min(middle, middle + length), y - 4, abs(length), 8), QColor(colour))
            if row.allowance is not None:
                painter.setPen(QPen(QColor(tokens.text2), 1))
                low, high = (max(-half, min(half, row.difference + s * row.allowance)) for s in (-1, 1))
                painter.drawLine(QPointF(middle + low * scale, y), QPointF(middle + high * scale, y))
        painter.setPen(QPen(QColor(tokens.strong), 1))
        painter.drawLine(QPointF(middle, box.top()), QPointF(middle, box.bottom()))


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
        return f"{MINUS}{end}", "0", f"+{end}"

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Draw one head."""
        painter.save()
        super().paintSection(painter, rect, logicalIndex)
        painter.restore()
        if logicalIndex != BAR or not self._descriptors.rows:
            return
        painter.setPen(QColor(self._context.theme.tokens.text2))
        font = QFont(painter.font())
        font.setPixelSize(METRICS.caption)
        painter.setFont(font)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for text, side in zip(self.scale_labels, sides, strict=True):
            painter.drawText(_bar_box(rect), int(side | Qt.AlignmentFlag.AlignVCenter), text)


class DescriptorTable(QTableView):
    """The table as a widget."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.descriptors = DescriptorModel(context, self)
        self._delegate = DescriptorDelegate(context, self)
        self.setModel(self.descriptors)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Descriptors")
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(22)
        self.verticalHeader().setDefaultSectionSize(22)
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.heads = DescriptorHeader(context, self.descriptors, self)
        self.heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setHorizontalHeader(self.heads)
        context.theme.changed.connect(self.viewport().update)
        context.units.changed.connect(self._retell)
        explain(self, self._explained)

    @property
    def colours(self) -> Mapping[int, RGB]:
        """Phase colours by label."""
        return self._delegate.colours

    def show_rows(self, rows: Sequence[Row], volumes: Sequence[str], colours: Mapping[int, RGB], *,
                  in_um: bool) -> None:
        """Show rows; ``colours`` by label."""
        self._delegate.colours = colours
        self.descriptors.set_rows(rows, volumes, in_um=in_um)
        widths = (212, 56, 88, 84, 88, 78, 82, 130, *(88 for _ in volumes))
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        head = self.horizontalHeader()
        for column in range(self.descriptors.columnCount()):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(BAR, QHeaderView.ResizeMode.Stretch)

    def sizeHint(self) -> QSize:
        """Return room for a dozen rows."""
        return QSize(640, 320)

    def _explained(self) -> Explanation | None:
        """Return what F1 shows: the descriptor under the pointer, else that of the current row."""
        index = self.indexAt(self.viewport().mapFromGlobal(QCursor.pos()))
        index = index if index.isValid() else self.currentIndex()
        if not index.isValid():
            return None
        return of_descriptor(DESCRIPTORS[self.descriptors.rows[index.row()].key])

    def _retell(self) -> None:
        self.viewport().update()


def _bar_box(cell: QRect) -> QRectF:
    return QRectF(cell).adjusted(_BAR_INSET, 0, -_BAR_INSET, 0)


def scatter(value: float) -> str:
    """Return a standard deviation with two figures, small ones as plain decimals too: they stand in a narrow column."""
    return f"{value:.5f}" if 0 < value < 0.001 else number(value, 2)


def signed_percent(share: float) -> str:
    """Return a relative difference in per cent with its sign."""
    if abs(share) < 0.0005:
        return "0 %"
    return f"{'+' if share > 0 else MINUS}{100 * abs(share):.1f} %"


def alignment(column: int) -> Qt.AlignmentFlag:
    """Return how a column stands: words left, figures right, the bar centred."""
    side = Qt.AlignmentFlag.AlignLeft if column in _LEFT else Qt.AlignmentFlag.AlignRight
    return (Qt.AlignmentFlag.AlignHCenter if column == BAR else side) | Qt.AlignmentFlag.AlignVCenter
