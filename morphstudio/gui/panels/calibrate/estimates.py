"""The fitted parameters with their standard errors; weakly determined ones say so."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from morphstudio.core.calibration.weak import weak_reason
from morphstudio.core.models.excursion_set import field_names
from morphstudio.gui.panels.calibrate.ranking import quiet_table
from morphstudio.gui.param_form.row import param_tip, power_of, shown_unit
from morphstudio.gui.param_form.symbol import paint_symbol
from morphstudio.gui.units import fixed_number, number
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from morphstudio.core.calibration.records import CalibrationResult, ParameterEstimate
    from morphstudio.core.parameters import Param
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

Index = QModelIndex | QPersistentModelIndex
_HEADS = ("", "Parameter", "Value", "± std\nerror", "Unit", "Sure?")
_SYMBOL, _NAME, _VALUE, _ERROR, _UNIT, _WEAK = range(6)
_TIPS = ("", "", "", "The standard error: how far another image of the same size would move the value.", "",
         "✓: the image determines it well. ⚠: hardly; another value would fit about as well.")
_FIGURES = (_VALUE, _ERROR)
_LIMITS = ("long", "fine", "end")
_LEAST = {_SYMBOL: 50, _VALUE: 40, _ERROR: 40, _UNIT: 32, _WEAK: 28}  # with a swatch before the symbol
_BEFORE, _BEHIND, _SWATCH = 6, 8, 9  # pixels of a cell, and a swatch's edge
_MARGIN = 12  # of a panel's title, under which the swatches stand
_SMALLEST, _MOST_DECIMALS = 1e-3, 5
ROW_HEIGHT, TALL_ROW = 22, 32  # with names of one line, or of two
AT_LIMIT = "at limit"  # in place of an error, and never cut: as short as one
NO_ERROR = "No error from this method: how sure the value is, only the exact method tells."
_JOINED_HEAD = "Value\n± std error"
_WAYS = ((1, True, False), (2, True, False), (2, False, False), (2, False, True))


class EstimatesModel(QAbstractTableModel):
    """Fitted parameters as a table, in the unit shown."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.rows: list[tuple[Param, ParameterEstimate]] = []
        self.has_errors = True  # whether the method tells any
        self.is_joined = False  # whether the errors stand under the values
        self.has_unit = True  # whether units have a column; else they follow the names
        self._phases: dict[str, tuple[str, RGB | None]] = {}  # by field
        context.units.changed.connect(self._retell)

    def set_result(self, result: CalibrationResult | None, colours: Mapping[str, RGB]) -> None:
        """Show the estimates of a result, in the order of its model's table; ``colours`` are those of its phases."""
        self.beginResetModel()
        phases = () if result is None else result.model.phases
        self._phases = {field: (phase, colours.get(phase))
                        for field, phase in zip(field_names(len(phases)) if phases else (), phases, strict=False)}
        known = {} if result is None else result.estimates
        table = () if result is None else result.model.table
        self.rows = [(p, known[p.name]) for p in table if p.name in known]
        self.has_errors = not self.rows or any(estimate.has_error for _, estimate in self.rows)
        self.endResetModel()

    def colour(self, row: int) -> RGB | None:
        """Return the colour of the phase that a parameter belongs to; ``None`` for the whole structure."""
        return self._phases.get(self.rows[row][0].group, ("", None))[1]

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of fitted parameters."""
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return heads."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _JOINED_HEAD if section == _VALUE and self.is_joined and self.has_errors else _HEADS[section]
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
            return self._tip(param, estimate) if index.column() >= _VALUE else self._about(param)
        return None

    def _text(self, param: Param, estimate: ParameterEstimate, column: int) -> str:
        power = power_of(param)
        factor = self._context.units.factor(power) if power else 1.0
        if column in _FIGURES:
            if not estimate.has_error:
                return number(estimate.value * factor) if column == _VALUE else ""
            value, error = estimate_texts(estimate.value * factor, estimate.standard_error * factor)
            signed = f"± {error}" if self.is_joined and math.isfinite(estimate.standard_error) else error
            about = AT_LIMIT if weak_reason(param, estimate) in _LIMITS else signed  # there is no usual error
            return f"{value}\n{about}" if self.is_joined else value if column == _VALUE else about
        if column == _UNIT:
            return shown_unit(param, self._context.units)
        if column == _WEAK:
            return "" if not estimate.has_error else "⚠" if estimate.weak else "✓"
        if column == _SYMBOL:
            return param.symbol
        unit = "" if self.has_unit else shown_unit(param, self._context.units)
        return f"{param.title}, {unit}" if unit else param.title

    def _about(self, param: Param) -> str:
        phase = self._phases.get(param.group, ("", None))[0]
        return param_tip(param) + (f"<p style='margin:0'>Phase: {escape(phase)}</p>" if phase else "")

    def _tip(self, param: Param, estimate: ParameterEstimate) -> str:
        if not estimate.has_error:
            return NO_ERROR
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
        box = QRectF(option.rect).adjusted(_BEFORE, 0, -_BEHIND if index.column() in _FIGURES else -2, 0)
        painter.setFont(option.font)
        if index.column() == _SYMBOL:
            box.setLeft(option.rect.left() + _MARGIN)
            phase = model.colour(index.row())
            if phase is not None:
                paint_swatch(painter, QRectF(box.left(), box.center().y() - _SWATCH / 2, _SWATCH, _SWATCH), phase)
            paint_symbol(painter, box.adjusted(_SWATCH + 5, 0, 8, 0), str(index.data()), QColor(tokens.text), 14)
            return
        colour = tokens.text if index.column() in (_NAME, _VALUE) else tokens.text2
        text = str(index.data())
        if index.column() == _WEAK:
            colour = tokens.warn if estimate.weak else tokens.ok
        painter.setPen(QColor(colour))
        flags = int(_alignment(index.column()))
        if index.column() == _NAME:
            flags |= int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box, flags, text)


class EstimatesTable(QTableView):
    """The table of fitted parameters, as high as all its rows: it scrolls with what stands above it."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = EstimatesModel(context, self)
        self.setModel(self._model)
        self.setItemDelegate(EstimateDelegate(context, self))
        self.setAccessibleName("Fitted parameters")
        quiet_table(self, ROW_HEIGHT)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._model.modelReset.connect(self._share_out)
        self._model.dataChanged.connect(self._share_out)
        context.theme.changed.connect(self.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_out()
        super().resizeEvent(event)

    def _share_out(self) -> None:
        """Give the figures the room they need and the name the rest.

        Where that is little, names take two lines, then the unit goes behind the name, then errors go under their
        values.
        """
        for lines, self._model.has_unit, self._model.is_joined in _WAYS:
            sizes = self._sizes()
            if self._holds(self._texts(_NAME), sizes[_NAME], lines):
                break
        for column, size in sizes.items():
            self.setColumnHidden(column, size == 0)
            if size:
                self.horizontalHeader().resizeSection(column, size)
        for row, name in enumerate(self._texts(_NAME)):
            tall = self._model.is_joined or not self._holds((name,), sizes[_NAME], 1)
            self.verticalHeader().resizeSection(row, TALL_ROW if lines > 1 and tall else ROW_HEIGHT)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the height of all rows and of their heads."""
        rows = self.verticalHeader().length() + self.horizontalHeader().sizeHint().height()
        return QSize(super().sizeHint().width(), rows + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def _sizes(self) -> dict[int, int]:
        """Return the widths of the columns, 0 of those left out; the name has what the others leave."""
        head, metrics, sizes = self.horizontalHeader(), self.fontMetrics(), dict(_LEAST)
        for column in (_VALUE, _ERROR, _UNIT, _WEAK):
            texts = [*self._texts(column), str(self._model.headerData(column, Qt.Orientation.Horizontal))]
            widest = max(metrics.horizontalAdvance(line) for text in texts for line in text.split("\n"))
            sizes[column] = max(_LEAST[column], _BEFORE + _BEHIND + widest)
        sizes[_UNIT] *= self._model.has_unit
        sizes[_ERROR] *= self._model.has_errors and not self._model.is_joined
        sizes[_WEAK] *= self._model.has_errors
        sizes[_NAME] = max(self.viewport().width() - sum(sizes.values()), head.minimumSectionSize())
        return sizes

    def _holds(self, names: Sequence[str], width: int, lines: int) -> bool:
        """Whether a column of this width has room for names in so many lines."""
        metrics, room = self.fontMetrics(), QRect(0, 0, width - _BEFORE - 2, 1000)
        sizes = [metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), name).size() for name in names]
        return all(size.width() <= room.width() and size.height() <= lines * metrics.lineSpacing() for size in sizes)

    def _texts(self, column: int) -> list[str]:
        return [str(self._model.index(row, column).data()) for row in range(self._model.rowCount())]

    def show_result(self, result: CalibrationResult | None, colours: Mapping[str, RGB]) -> None:
        """Show the estimates of a result, with the colours of its phases; ``None`` empties the table."""
        self._model.set_result(result, colours)

    @property
    def has_errors(self) -> bool:
        """Whether the method of the result shown tells standard errors."""
        return self._model.has_errors

    @property
    def n_parameters(self) -> int:
        """Number of parameters shown."""
        return self._model.rowCount()


def estimate_texts(value: float, error: float) -> tuple[str, str]:
    """Return a value and its standard error with as many decimals as two figures of the error ask for.

    Examples
    --------
    >>> estimate_texts(0.748, 0.00352)
    ('0.7480', '0.0035')
    """
    if not (math.isfinite(value) and math.isfinite(error)) or error <= 0 or 0 < abs(value) < _SMALLEST:
        return number(value), number(error, 2)
    decimals = max(1 - math.floor(math.log10(float(f"{error:.1e}"))), 0)
    if decimals > _MOST_DECIMALS:
        return fixed_number(value, _MOST_DECIMALS), number(error, 2)
    return fixed_number(value, decimals), fixed_number(error, decimals)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in (_VALUE, _ERROR) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
