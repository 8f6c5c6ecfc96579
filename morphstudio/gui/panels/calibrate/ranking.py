"""The phase orders tried, best first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from morphstudio.gui.units import number
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QResizeEvent

    from morphstudio.core.calibration.records import RankedOrder
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

Index = QModelIndex | QPersistentModelIndex
_HEADS = ("", "Order tried", "Misfit", "", "Surface", "Chord")
_TIPS = ("Rank: the order whose model fits best comes first.",
         "The first phase is cut out first, the last is what remains.",
         "Mean squared error in units of the standard error: 1 = within the image's own scatter.",
         "The misfit as a bar, by its power of ten.",
         "How far specific surface areas are off, on voxels: mean over the phases.",
         "How far mean chord lengths are off, on voxels: mean over the phases.")
ORDER_COLUMN, MISFIT_COLUMN, BAR_COLUMN = 1, 2, 3
BAR_WIDTH, BARS_FROM = 44, 380
ROW_HEIGHT = 24
ORDERS_SEEN = 6  # all of three phases; four have 24


class RankingModel(QAbstractTableModel):
    """A ranking as a table; the rows arrive sorted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RankedOrder, ...] = ()

    def set_ranking(self, rows: tuple[RankedOrder, ...]) -> None:
        """Show another ranking."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of orders."""
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return heads and their tooltips."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            texts = (str(index.row() + 1), " › ".join(row.phases), number(row.misfit, 2 if row.misfit < 100 else 3), "",
                     f"{100 * row.surface_error:.1f} %", f"{100 * row.chord_error:.1f} %")
            return texts[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            ended = "Refined to the end." if row.refined else "Tried, not refined: it was not among the best."
            return f"{' › '.join(row.phases)}. {ended}"
        return None


class OrderDelegate(QStyledItemDelegate):
    """Draws an order as swatches with names, the best row on a tint."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.colours: Mapping[str, RGB] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        tokens = self._context.theme.tokens
        best = index.row() == 0
        if best:
            painter.fillRect(option.rect, QColor(tokens.tint))
        box = QRectF(option.rect).adjusted(6, 0, -8, 0)
        painter.setFont(option.font)
        painter.setPen(QColor(tokens.text if best else tokens.text2))
        if index.column() == ORDER_COLUMN:
            self._paint_order(painter, box, index)
            return
        if index.column() == BAR_COLUMN:
            self._paint_bar(painter, QRectF(option.rect), index)
            return
        painter.drawText(box, int(_alignment(index.column())), str(index.data()))

    def _paint_bar(self, painter: QPainter, box: QRectF, index: Index) -> None:
        model, tokens = index.model(), self._context.theme.tokens
        assert isinstance(model, RankingModel)
        width = max(4.0, (box.width() - 8) * bar_share(model.rows, index.row()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent if index.row() == 0 else tokens.strong))
        painter.drawRoundedRect(QRectF(box.left() + 2, box.center().y() - 2, width, 4), 2, 2)

    def _paint_order(self, painter: QPainter, box: QRectF, index: Index) -> None:
        model = index.model()
        assert isinstance(model, RankingModel)
        left, metrics = box.left(), painter.fontMetrics()
        pen = painter.pen()
        names = model.rows[index.row()].phases
        # Swatch 17, gap after the name 4, arrow 18; names that have no room at all are left to the tooltip.
        widths = [metrics.horizontalAdvance(name) for name in names]
        fits = sum(widths) + 21 * len(names) + 18 * (len(names) - 1) <= box.width()
        room = (box.width() - 18 * (len(names) - 1)) / len(names) - 21
        for position, name in enumerate(names):
            if position:
                painter.setPen(QColor(self._context.theme.tokens.text3))
                painter.drawText(QRectF(left, box.top(), 16, box.height()), Qt.AlignmentFlag.AlignCenter, "›")
                left += 18
            painter.save()
            paint_swatch(painter, QRectF(left, box.center().y() - 6, 12, 12), self.colours.get(name, (128, 128, 128)))
            painter.restore()
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, round(room)) if room >= 30 else ""
            text = name if fits else short
            painter.setPen(pen)
            painter.drawText(QRectF(left + 17, box.top(), 200, box.height()),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            left += 17 + (4 + metrics.horizontalAdvance(text) if text else 0)


class RankingTable(QTableView):
    """The ranking with swatches."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RankingModel(self)
        self._delegate = OrderDelegate(context, self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Phase orders, best first")
        quiet_table(self)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(ORDER_COLUMN, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(BAR_COLUMN, QHeaderView.ResizeMode.Fixed)
        head.resizeSection(BAR_COLUMN, BAR_WIDTH)
        context.theme.changed.connect(self.viewport().update)

    def show_ranking(self, rows: tuple[RankedOrder, ...], colours: Mapping[str, RGB]) -> None:
        """Show a ranking; ``colours`` by phase name."""
        self._delegate.colours = colours
        self._model.set_ranking(rows)
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # In a narrow panel the names of the order need the room of the bars, which say nothing new.
        self.setColumnHidden(BAR_COLUMN, event.size().width() < BARS_FROM)
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Return room for the heads and for all orders of three phases; more of them scroll."""
        rows = ROW_HEIGHT * min(self.n_orders, ORDERS_SEEN)
        heads = self.horizontalHeader().sizeHint().height()
        return QSize(super().minimumSizeHint().width(), heads + rows + 2 * self.frameWidth())

    @property
    def n_orders(self) -> int:
        """Number of orders shown."""
        return self._model.rowCount()


def bar_share(rows: tuple[RankedOrder, ...], at: int) -> float:
    """Return the length of a misfit's bar, 0 … 1: logarithmic, since misfits differ by powers of ten."""
    worst, best = max(row.misfit for row in rows), min(row.misfit for row in rows)
    span = math.log10(max(worst, 1e-12)) - math.log10(max(best, 1e-12))
    if span <= 0:
        return 0.0
    return (math.log10(max(rows[at].misfit, 1e-12)) - math.log10(max(best, 1e-12))) / span


def quiet_table(table: QTableView, row: int = ROW_HEIGHT) -> None:
    """Take grid, frame and row numbers away and make the rows dense."""
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row)
    table.verticalHeader().setMinimumSectionSize(row)
    table.setSelectionMode(QTableView.SelectionMode.NoSelection)
    table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
    table.horizontalHeader().setHighlightSections(False)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == ORDER_COLUMN else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
