"""The fitted parameters with their standard errors; weakly determined ones say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from morphstudio.gui.panels.calibrate.ranking import quiet_table
from morphstudio.gui.param_form.row import param_tip, power_of, shown_unit
from morphstudio.gui.param_form.symbol import paint_symbol
from morphstudio.gui.units import number

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from morphstudio.core.calibration.records import CalibrationResult, ParameterEstimate
    from morphstudio.core.parameters import Param
    from morphstudio.gui.context import AppContext

Index = QModelIndex | QPersistentModelIndex
_HEADS = ("", "Parameter", "Value", "± std\nerror", "Unit", "Sure")
_SYMBOL, _NAME, _VALUE, _ERROR, _UNIT, _WEAK = range(6)
_TIPS = ("", "", "", "The standard error: how far another image of the same size would move the value.", "",
         "✓: the image determines it well. ⚠: hardly; another value would fit about as well.")
_FIXED = (_SYMBOL, _VALUE, _ERROR, _UNIT, _WEAK)
_WIDTHS, _NARROW_WIDTHS = (32, 58, 58, 48, 42), (30, 52, 50, 44, 38)
NARROW = 340  # pixels of the table, below which the names need what the figures can spare
ROW_HEIGHT = 22


class EstimatesModel(QAbstractTableModel):
    """Fitted parameters as a table, in the unit shown."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.rows: list[tuple[Param, ParameterEstimate]] = []
        context.units.changed.connect(self._retell)

    def set_result(self, result: CalibrationResult | None) -> None:
        """Show the estimates of a result, in the order of its model's table."""
        self.beginResetModel()
        known = {} if result is None else result.estimates
        table = () if result is None else result.model.table
        self.rows = [(p, known[p.name]) for p in table if p.name in known]
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of fitted parameters."""
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return heads."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell."""
        param, estimate = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(param, estimate, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(param, estimate) if index.column() >= _VALUE else param_tip(param)
        return None

    def _text(self, param: Param, estimate: ParameterEstimate, column: int) -> str:
        power = power_of(param)
        factor = self._context.units.factor(power) if power else 1.0
        if column == _VALUE:
            return number(estimate.value * factor)
        if column == _ERROR:
            return number(estimate.standard_error * factor, 2)
        if column == _UNIT:
            return shown_unit(param, self._context.units)
        if column == _WEAK:
            return "⚠" if estimate.weak else "✓"
        return param.symbol if column == _SYMBOL else param.title

    def _tip(self, param: Param, estimate: ParameterEstimate) -> str:
        power = power_of(param)
        factor = self._context.units.factor(power) if power else 1.0
        low, high = (number(bound * factor) for bound in estimate.interval)
        text = f"95 % interval: {low} … {high} {shown_unit(param, self._context.units)}".rstrip()
        standing = "Weakly determined" if estimate.weak else "Well determined"
        return f"{standing}. {text}\n{estimate.reason}".rstrip()

    def _retell(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(_HEADS) - 1))


class EstimateDelegate(QStyledItemDelegate):
    """Draws typeset symbols, and a warning where a parameter is hardly determined."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        tokens = self._context.theme.tokens
        model = index.model()
        assert isinstance(model, EstimatesModel)
        estimate = model.rows[index.row()][1]
        box = QRectF(option.rect).adjusted(6, 0, -8 if index.column() in (_VALUE, _ERROR) else -2, 0)
        painter.setFont(option.font)
        if index.column() == _SYMBOL:
            paint_symbol(painter, box.adjusted(4, 0, 8, 0), str(index.data()), QColor(tokens.text), 14)
            return
        colour = tokens.text if index.column() in (_NAME, _VALUE) else tokens.text2
        text = str(index.data())
        if index.column() == _WEAK:
            colour = tokens.warn if estimate.weak else tokens.ok
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))
        painter.drawText(box, int(_alignment(index.column())), shown)


class EstimatesTable(QTableView):
    """The table of fitted parameters."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = EstimatesModel(context, self)
        self.setModel(self._model)
        self.setItemDelegate(EstimateDelegate(context, self))
        self.setAccessibleName("Fitted parameters")
        quiet_table(self, ROW_HEIGHT)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        context.theme.changed.connect(self.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        widths = _NARROW_WIDTHS if event.size().width() < NARROW else _WIDTHS
        for column, width in zip(_FIXED, widths, strict=True):
            self.horizontalHeader().resizeSection(column, width)
        super().resizeEvent(event)

    def show_result(self, result: CalibrationResult | None) -> None:
        """Show the estimates of a result; ``None`` empties the table."""
        self._model.set_result(result)

    @property
    def n_parameters(self) -> int:
        """Number of parameters shown."""
        return self._model.rowCount()


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in (_VALUE, _ERROR) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
