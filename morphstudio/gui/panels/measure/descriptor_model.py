"""What the descriptor table says: its rows as text, in the unit shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from morphstudio.app.card.values import (
    Writing,
    distance_text,
    percent,
    pieces_of,
    shown_share,
    signed_number,
    signed_percent,
)
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.gui.units import NO_BREAK_SPACE, number, power_of_ten, raised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from morphstudio.app.card.rows import Row
    from morphstudio.gui.context import AppContext

Index = QModelIndex | QPersistentModelIndex
TITLE, UNIT, PHASE, DATA, MODEL, SD, DIFFERENCE, BAR = range(8)
HEADS = ("Descriptor", "Unit", "Phase", "Data", "Model", "± sd", "Difference", "")
COMPARED = (MODEL, SD, DIFFERENCE, BAR)
FITTED, NOT_FITTED = "Fitted by the calibration", "Not fitted: these test the model"
_LEFT = (TITLE, UNIT, PHASE)
# Where the unit stands behind the name, long names would be cut.
_SHORT = {"chord_length_distribution": "Chord lengths", "lineal_path": "Lineal path",
          "euler_number_density": "Euler density", "euler_number": "Euler, with borders"}
_FORMULAS = {("euler_number_density", "cubed"): "ε/ℓ³", ("euler_number_density", "squared"): "ε/ℓ²",
             ("euler_number", "cubed"): "εV/ℓ³", ("euler_number", "squared"): "εA/ℓ²"}
_WHERE = {"V": ", V the volume", "A": ", A the area"}


class DescriptorModel(QAbstractTableModel):
    """Rows of numbers in the unit shown.

    ``unit_in_title`` puts the unit behind a descriptor's name, where its
    column has no room, and shortens ``per`` to a stroke.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.rows: Sequence[Row] = ()
        self.volumes: Sequence[str] = ()
        self.in_um = True
        self._largest: dict[tuple[str, str], list[float]] = {}  # of each row of a group
        self._decimals: dict[tuple[str, str, int], int] = {}  # of each row, held while more of it arrives
        self.is_compared = True
        self.unit_in_title = False
        self.waiting_data = self.waiting_model = False
        self.data_remark: tuple[str, ...] = ()  # of which earlier image the data are, and what to do

    def set_rows(self, rows: Sequence[Row], volumes: Sequence[str], *, in_um: bool) -> None:
        """Show other rows."""
        self.beginResetModel()
        if not self.waiting_model:
            self._decimals.clear()
        self.rows, self.volumes, self.in_um = rows, volumes, in_um
        self._largest.clear()
        for row in rows:
            known = [abs(v) for v in (row.data, row.model, row.sd, *row.volumes) if v is not None]
            self._largest.setdefault((row.key, row.axis), []).append(max(known, default=0.0))
        self.endResetModel()

    @property
    def bar_range(self) -> float:
        """Half width of the bar column: 5 % or what most differences need."""
        sizes = sorted(abs(r.difference) for r in self.rows if r.difference is not None and not pieces_of(r))
        typical = sizes[int(0.9 * (len(sizes) - 1))] if sizes else 0.0
        return next((step for step in (0.05, 0.1, 0.2, 0.5) if typical <= step), 1.0)

    def section(self, at: int) -> str:
        """Return what stands over a row: whether the descriptors from here on are fitted; mostly nothing."""
        row = self.rows[at]
        if not self.is_compared or (at and self.rows[at - 1].fitted == row.fitted):
            return ""
        return FITTED if row.fitted else NOT_FITTED

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns; volumes come after the bars."""
        return len(HEADS) + len(self.volumes)

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
        return HEADS[column] if column < len(HEADS) else self.volumes[column - len(HEADS)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titled(row) if column == TITLE else self.text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        return alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def name(self, row: Row) -> str:
        """Return the name of a row's descriptor, a short one where the unit stands behind it."""
        return _SHORT.get(row.key, row.title) if self.unit_in_title else row.title

    def titled(self, row: Row) -> str:
        """Return the name of a row's descriptor, with its unit where that has no column."""
        title = self.text(row, TITLE)
        if not title or not self.unit_in_title:
            return title
        title = self.name(row) + title.removeprefix(row.title)
        return f"{title}, {self._unit(row)}" if row.power else title

    def text(self, row: Row, column: int) -> str:
        """Return what a cell says."""
        if column == TITLE:
            return (row.title + (f", {row.axis}" if row.axis else "")) if row.first else ""
        if column == UNIT:
            return self._unit(row) if row.first else ""
        if column == PHASE:
            return row.phase
        if column == BAR:
            return ""
        factor, writing = self._writing(row)
        if column == DIFFERENCE:
            if row.difference is None:
                return ""
            return shown_share(row).replace(" per ", "/") if self.unit_in_title else shown_share(row)
        if row.is_distance:
            return "" if column != MODEL or row.distance is None else f"{distance_text(row, factor)} apart"
        values = {DATA: row.data, MODEL: row.model, SD: row.sd}
        value = values[column] if column in values else row.volumes[column - len(HEADS)]
        if value is None:
            waits = (self.waiting_data and column == DATA) or (self.waiting_model and column in (MODEL, SD))
            return "…" if waits and not row.reason else ""
        return writing.scatter() if column == SD else writing.value(value * factor)

    def _writing(self, row: Row) -> tuple[float, Writing]:
        """Return what stored values are multiplied by, and how a row's numbers are written."""
        factor = self._context.units.factor(row.power) if row.power and self.in_um else 1.0
        shown = [None if v is None else v * factor for v in (row.data, row.model, *row.volumes)]
        is_count = row.key == "euler_number"
        beside = self._largest.get((row.key, row.axis), [])
        place = row.key, row.axis, row.label
        writing = Writing(*shown, sd=None if row.sd is None else row.sd * factor, is_count=is_count,
                          is_share=row.power == 0 and not is_count, beside=[v * factor for v in beside],
                          decimals=self._decimals.get(place))
        if self.waiting_model and writing.decimals is not None:
            self._decimals[place] = writing.decimals
        return factor, writing

    def _tip(self, row: Row, column: int) -> str:
        if row.reason and column >= DATA:
            return row.reason
        if row.difference is not None and (column in (DIFFERENCE, BAR) or (row.is_distance and column >= DATA)):
            return f"{self._told_difference(row)}\n{_told_chance(row.allowance)}"
        fitted = "Calibration fits this." if row.fitted else "Calibration does not fit this: it tests the model."
        return f"{DESCRIPTORS[row.key].tooltip}\n{fitted}" if self.is_compared else DESCRIPTORS[row.key].tooltip

    def _told_difference(self, row: Row) -> str:
        """Return a difference in full: its size, and what its share is of."""
        factor = self._context.units.factor(row.power) if row.power and self.in_um else 1.0
        apart = (row.apart or 0.0) * factor
        unit = "" if row.power == 0 else NO_BREAK_SPACE + self._plain_unit(row.power)
        if row.is_distance:
            measure = "Wasserstein distance" if row.power else "largest difference"
            whole = f" of {number(apart / row.difference)}{unit}" if row.difference else ""
            return (f"The curves of image and model are {number(apart)}{unit} apart ({measure}), "
                    f"{shown_share(row)} of {row.relative_to}{whole}.")
        told = signed_percent(row.difference or 0.0)
        return f"Model less data: {signed_number(apart)}{unit}, {told} of {row.relative_to}{_formula(row)}."

    def _plain_unit(self, power: int) -> str:
        return self._context.units.unit_text(power) if self.in_um else raised("voxel", power)

    def _unit(self, row: Row) -> str:
        if row.power == 0:
            return "–"
        _, writing = self._writing(row)
        power = f"{power_of_ten(writing.power)} " if writing.power else ""
        return power + self._plain_unit(row.power)


def _formula(row: Row) -> str:
    """Return what a share is of as a formula where that is not the data's value."""
    formula = _FORMULAS.get((row.key, row.relative_to.rpartition(" ")[2]), "")
    if row.is_of_data or not formula:
        return ""
    return f" ({formula}: ε the volume fraction, ℓ the mean chord of the data{_WHERE.get(formula[1], '')})"


def _told_chance(allowance: float | None) -> str:
    if allowance is None:
        return "What chance explains is not known."
    return f"Chance explains {percent(allowance)}." if allowance < 0.0005 else (
        f"Chance explains up to {percent(allowance)}.")


def alignment(column: int) -> Qt.AlignmentFlag:
    """Return how a column stands: words left, figures right, the bar centred."""
    side = Qt.AlignmentFlag.AlignLeft if column in _LEFT else Qt.AlignmentFlag.AlignRight
    return (Qt.AlignmentFlag.AlignHCenter if column == BAR else side) | Qt.AlignmentFlag.AlignVCenter
