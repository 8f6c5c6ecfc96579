"""The phase orders tried, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from morphstudio.gui.panels.calibrate.verdict import BY_FORMULA
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
         f"How far specific surface areas are off: mean over the phases.\n{BY_FORMULA}",
         f"How far mean chord lengths are off: mean over the phases.\n{BY_FORMULA}")
ORDER_COLUMN, MISFIT_COLUMN = 1, 2
_WIDTHS, _NARROW_WIDTHS = (26, 54, 60, 60), (0, 44, 57, 53)  # of all columns but the order
NARROW = 340  # pixels of the table, below which the order needs what rank and figures can spare
ROW_HEIGHT = 24
SWATCH, ARROW = 16, 10  # a swatch with the gap to its name, an arrow with the gaps beside it
LEAST_LETTERS = 2  # of a shortened name
TRIED = "tried"
NOT_FITTED = "Not fitted to the end, for others came closer at once: it cannot win. Its misfit could still fall."
FAINT = 0.45  # how much of a swatch is left where an order was only tried
ORDERS_SEEN = 6  # all of three phases; four have 24


class RankingModel(QAbstractTableModel):
    """A ranking as a table; the rows arrive sorted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RankedOrder, ...] = ()
        self._ended = False

    def set_ranking(self, rows: tuple[RankedOrder, ...], *, ended: bool) -> None:
        """Show another ranking; ``ended`` where no order is fitted any more."""
        self.beginResetModel()
        self.rows, self._ended = rows, ended
        self.endResetModel()

    def is_only_tried(self, row: int) -> bool:
        """Whether a row's order was tried at the beginning and not fitted to the end."""
        return self._ended and not self.rows[row].refined

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
                     _error_text(row.surface_error), _error_text(row.chord_error))
            return texts[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            ended = "Fitted to the end." if row.refined else NOT_FITTED if self._ended else "Tried so far."
            return f"{' › '.join(row.phases)}. {ended}"
        if role == Qt.ItemDataRole.AccessibleTextRole and column == ORDER_COLUMN and self.is_only_tried(index.row()):
            return f"{' › '.join(row.phases)}, {TRIED}"
        return None


class OrderDelegate(QStyledItemDelegate):
    """Draws an order as swatches with names, the best row on a tint."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.colours: Mapping[str, RGB] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        model, tokens = index.model(), self._context.theme.tokens
        assert isinstance(model, RankingModel)
        best, tried = index.row() == 0, model.is_only_tried(index.row())
        if best:
            painter.fillRect(option.rect, QColor(tokens.tint))
        box = QRectF(option.rect).adjusted(6, 0, -6, 0)
        painter.setFont(_slanted(option.font, slanted=tried))
        painter.setPen(QColor(tokens.text if best else tokens.text3 if tried else tokens.text2))
        if index.column() == ORDER_COLUMN:
            self._paint_order(painter, box, model.rows[index.row()].phases, tried=tried)
            return
        painter.drawText(box, int(_alignment(index.column())), str(index.data()))

    def _paint_order(self, painter: QPainter, box: QRectF, names: Sequence[str], *, tried: bool) -> None:
        painter.setFont(_slanted(body_font(11), slanted=tried))
        painter.setClipRect(box.adjusted(-6, 0, 8, 0))
        left, metrics = box.left(), painter.fontMetrics()
        pen = painter.pen()
        room = box.width() + 4 - SWATCH * len(names) - ARROW * (len(names) - 1)
        shown = shortened(names, lambda texts: sum(map(metrics.horizontalAdvance, texts)) <= room)
        for position, (name, text) in enumerate(zip(names, shown, strict=True)):
            if position:
                painter.setPen(QColor(self._context.theme.tokens.text3))
                painter.drawText(QRectF(left, box.top(), ARROW, box.height()), Qt.AlignmentFlag.AlignCenter, "›")
                left += ARROW
            painter.save()
            painter.setOpacity(FAINT if tried else 1.0)
            paint_swatch(painter, QRectF(left, box.center().y() - 6, 12, 12), self.colours.get(name, (128, 128, 128)))
            painter.restore()
            painter.setPen(pen)
            painter.drawText(QRectF(left + SWATCH, box.top(), 200, box.height()),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            left += SWATCH + metrics.horizontalAdvance(text)
        if tried and left + SWATCH / 2 + metrics.horizontalAdvance(TRIED) <= box.right() + 6:
            painter.drawText(box.adjusted(0, 0, 4, 0),
                             Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, TRIED)
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

    def show_ranking(self, rows: tuple[RankedOrder, ...], colours: Mapping[str, RGB], *, ended: bool = False) -> None:
        """Show a ranking; ``colours`` by phase name, ``ended`` where no order is fitted any more."""
        self._delegate.colours = colours
        self._model.set_ranking(rows, ended=ended)
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
    """Return names cut to as many letters as fit, with a full stop; no two of them alike, and two letters at least."""
    shown = list(names)
    for letters in range(max(map(len, names), default=0) - 1, LEAST_LETTERS - 1, -1):
        if fits(shown):
            break
        shown = [_cut(name, letters, names) for name in names]
    return shown


def _cut(name: str, letters: int, names: Sequence[str]) -> str:
    """Return the beginning of a name; where another begins so, too, with the first letter that tells them apart."""
    if len(name) <= letters:
        return name
    alike = max((_n_alike(name, other) for other in names if other != name), default=0)
    if alike < letters:
        return f"{name[:letters].rstrip()}."
    told = name[alike:].lstrip()[:1]
    beginning = name[:letters].rstrip()
    if not told:  # another one goes on where this one ends
        return name if len(name) <= letters + 2 else f"{beginning}…{name[-1]}"
    return f"{beginning}{told}." if alike == letters else f"{beginning}…{told}"


def _n_alike(name: str, other: str) -> int:
    """Count the letters that two names begin with alike."""
    return next((at for at, (one, two) in enumerate(zip(name, other, strict=False)) if one != two),
                min(len(name), len(other)))


def _error_text(error: float) -> str:
    """Return an error in per cent; a large one without decimals, which would not fit and mean nothing."""
    return f"{100 * error:.{1 if error < 1 else 0}f} %"


def _slanted(font: QFont, *, slanted: bool) -> QFont:
    font = QFont(font)
    font.setItalic(slanted)
    return font


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
