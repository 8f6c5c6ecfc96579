"""The descriptor table as a widget: columns that fit, whole rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QCursor, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QTableView, QWidget

from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.gui.panels.measure.descriptor_model import (
    BAR,
    COMPARED,
    DATA,
    DIFFERENCE,
    MODEL,
    PHASE,
    SD,
    TITLE,
    UNIT,
    DescriptorModel,
)
from morphstudio.gui.panels.measure.table_painting import ROW_HEIGHT, DescriptorDelegate, DescriptorHeader
from morphstudio.gui.widgets.explanation import Explanation, explain, of_descriptor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.app.card.rows import Row
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

# What a column has at least, in pixels; more where its words and figures need it.
_LEAST = {TITLE: 200, UNIT: 56, PHASE: 76, DATA: 76, MODEL: 76, SD: 72, DIFFERENCE: 84}
_LEAST_VOLUME, _LEAST_BAR, _NARROW_TITLE = 84, 96, 132
_AROUND = 20  # pixels beside a cell's text
_SWATCH = 18


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
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.heads = DescriptorHeader(context, self.descriptors, self)
        self.heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setHorizontalHeader(self.heads)
        self._needs: dict[int, int] = {}
        self._unit_need = self._short_need = self._phase_need = 0
        self._is_filled = True
        context.theme.changed.connect(self.viewport().update)
        context.units.changed.connect(self._retell)
        explain(self, self._explained)

    @property
    def colours(self) -> Mapping[int, RGB]:
        """Phase colours by label."""
        return self._delegate.colours

    def show_rows(self, rows: Sequence[Row], volumes: Sequence[str], colours: Mapping[int, RGB], *,
                  in_um: bool, has_data: bool = True, has_model: bool = True) -> None:
        """Show rows; ``colours`` by label. Columns of what there is not are left out."""
        self._delegate.colours = colours
        self.descriptors.is_compared = has_data and has_model
        self.descriptors.set_rows(rows, volumes, in_um=in_um)
        self.setColumnHidden(DATA, not has_data)
        for column in COMPARED:
            self.setColumnHidden(column, not has_model or (column in (DIFFERENCE, BAR) and not has_data))
        # Without bars their column stays as empty ground, so that the rules run through.
        self._is_filled = has_data and has_model
        for at in range(len(rows)):
            self.setRowHeight(at, 2 * ROW_HEIGHT if self.descriptors.section(at) else ROW_HEIGHT)
        self._weigh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the new width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return room for a dozen rows."""
        return QSize(640, 320)

    def _weigh(self) -> None:
        """Find out how much room the columns' texts need."""
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(bold)  # heads may be bolder than cells, too
        model = self.descriptors

        def widest(texts: Sequence[str]) -> int:
            return max(map(metrics.horizontalAdvance, texts), default=0) + _AROUND

        model.unit_in_title = False
        self._needs = {
            column: max(_LEAST.get(column, _LEAST_VOLUME), widest([model.text(r, column) for r in model.rows]))
            for column in range(model.columnCount()) if column != BAR}
        self._needs[DATA] = max(self._needs[DATA], widest([model.head(DATA)]))
        self._needs[PHASE] += _SWATCH
        self._phase_need = widest([*(model.text(r, PHASE) for r in model.rows), model.head(PHASE)]) + _SWATCH
        model.unit_in_title = True
        self._unit_need = widest([model.titled(r) for r in model.rows])
        self._short_need = max(_LEAST[DIFFERENCE], widest([model.text(r, DIFFERENCE) for r in model.rows]))
        self._fit()

    def _fit(self) -> None:
        """Share the width out: where it is short the unit goes behind the name, then names are shortened."""
        room = self.viewport().width()
        shown = {c: n for c, n in self._needs.items() if c != UNIT and not self.isColumnHidden(c)}
        bars = _LEAST_BAR if self._is_filled else 0
        narrow = sum(shown.values()) + self._needs.get(UNIT, 0) + bars > room
        self.descriptors.unit_in_title = narrow
        self.setColumnHidden(UNIT, narrow)
        if narrow and self._needs:
            shown[TITLE] = max(self._unit_need, _NARROW_TITLE)
            shown[PHASE] = self._phase_need  # no more than its words need: names of descriptors are longer
            if DIFFERENCE in shown:
                shown[DIFFERENCE] = self._short_need
            for column, least in ((TITLE, _NARROW_TITLE), (PHASE, _LEAST[PHASE])):
                excess = max(0, sum(shown.values()) + bars - room)
                shown[column] = max(min(least, shown[column]), shown[column] - excess)
        elif UNIT in self._needs:
            shown[UNIT] = self._needs[UNIT]
        for column, width in shown.items():
            self.setColumnWidth(column, width)
        left = room - sum(shown.values())
        self.setColumnHidden(BAR, not bars and (left < _LEAST_BAR or bool(self.descriptors.volumes)))
        self.setColumnWidth(BAR, max(bars, left))

    def _explained(self) -> Explanation | None:
        """Return what F1 shows: the descriptor under the pointer, else that of the current row."""
        index = self.indexAt(self.viewport().mapFromGlobal(QCursor.pos()))
        index = index if index.isValid() else self.currentIndex()
        if not index.isValid():
            return None
        return of_descriptor(DESCRIPTORS[self.descriptors.rows[index.row()].key])

    def _retell(self) -> None:
        self._weigh()
        self.viewport().update()


class WholeRows(QWidget):
    """Holds the table and gives it a height at which no row is cut."""

    def __init__(self, table: DescriptorTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        table.setParent(self)
        table.horizontalScrollBar().rangeChanged.connect(lambda *_: self._lay_out())

    def sizeHint(self) -> QSize:
        """Return what the table asks for."""
        return self._table.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return room for the heads and some rows."""
        return QSize(280, self._table.heads.sizeHint().height() + 3 * ROW_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the table as high as whole rows are."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        bar = self._table.horizontalScrollBar()
        beside = self._table.heads.sizeHint().height() + (bar.sizeHint().height() if bar.maximum() > 0 else 0)
        rows = max(0, self.height() - beside) // ROW_HEIGHT
        self._table.setGeometry(0, 0, self.width(), beside + rows * ROW_HEIGHT)
