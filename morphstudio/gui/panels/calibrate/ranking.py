"""The phase orders tried, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.units import number
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from morphstudio.core.calibration.records import RankedOrder
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

Index = QModelIndex | QPersistentModelIndex
_HEADS = ("", "Order tried", "Misfit", "Surface\nerror", "Chord\nerror")
_TIPS = ("Rank: the order whose model fits best comes first.",
         "The first phase is cut out first, the last is what remains.",
         "Mean squared error in units of the standard error: 1 = within the image's own scatter.",
         "How far specific surface areas are off, on voxels: mean over the phases.",
         "How far mean chord lengths are off, on voxels: mean over the phases.")
ORDER_COLUMN, MISFIT_COLUMN = 1, 2
_WIDTHS, _NARROW_WIDTHS = (26, 56, 64, 64), (0, 48, 58, 58)  # of all columns but the order
NARROW = 340  # pixels of the table, below which the order needs what rank and figures can spare
ROW_HEIGHT = 24
SWATCH, ARROW = 16, 13  # a swatch with the gap to its name, an arrow with the gaps beside it
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
            texts = (str(index.row() + 1), " › ".join(row.phases), number(row.misfit, 2 if row.misfit < 100 else 3),
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
        painter.drawText(box, int(_alignment(index.column())), str(index.data()))

    def _paint_order(self, painter: QPainter, box: QRectF, index: Index) -> None:
        model = index.model()
        assert isinstance(model, RankingModel)
        painter.setFont(body_font(11))
        painter.setClipRect(box.adjusted(-6, 0, 8, 0))
        left, metrics = box.left(), painter.fontMetrics()
        pen = painter.pen()
        names = model.rows[index.row()].phases
        room = box.width() + 4 - SWATCH * len(names) - ARROW * (len(names) - 1)
        shown = shortened(names, lambda texts: sum(map(metrics.horizontalAdvance, texts)) <= room)
        for position, (name, text) in enumerate(zip(names, shown, strict=True)):
            if position:
                painter.setPen(QColor(self._context.theme.tokens.text3))
                painter.drawText(QRectF(left, box.top(), ARROW, box.height()), Qt.AlignmentFlag.AlignCenter, "›")
                left += ARROW
            painter.save()
            paint_swatch(painter, QRectF(left, box.center().y() - 6, 12, 12), self.colours.get(name, (128, 128, 128)))
            painter.restore()
            painter.setPen(pen)
            painter.drawText(QRectF(left + SWATCH, box.top(), 200, box.height()),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            left += SWATCH + metrics.horizontalAdvance(text)
        painter.setClipping(False)


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
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(ORDER_COLUMN, QHeaderView.ResizeMode.Stretch)
        context.theme.changed.connect(self.viewport().update)

    def show_ranking(self, rows: tuple[RankedOrder, ...], colours: Mapping[str, RGB]) -> None:
        """Show a ranking; ``colours`` by phase name."""
        self._delegate.colours = colours
        self._model.set_ranking(rows)
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < NARROW
        self.setColumnHidden(0, narrow)  # the rows stand in that order anyway
        widths = _NARROW_WIDTHS if narrow else _WIDTHS
        others = (column for column in range(len(_HEADS)) if column != ORDER_COLUMN)
        for column, width in zip(others, widths, strict=True):
            if width:
                self.horizontalHeader().resizeSection(column, width)
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


def shortened(names: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> list[str]:
    """Return names cut to as many letters as fit, with a full stop; at least one letter of each stays."""
    shown = list(names)
    for letters in range(max(map(len, names), default=0) - 1, 0, -1):
        if fits(shown):
            break
        shown = [name if len(name) <= letters else f"{name[:letters].rstrip()}." for name in names]
    return shown


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
