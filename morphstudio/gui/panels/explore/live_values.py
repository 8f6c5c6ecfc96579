"""Closed-form values of every phase beside the sliders, with their change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from morphstudio.gui.units import MINUS, number
from morphstudio.gui.widgets.labels import rule, text_label
from morphstudio.gui.widgets.messages import Remark
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.swatch import PhaseTag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from morphstudio.core.twopoint.closed_form import PhaseValues
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CELLS = ("fraction", "fraction_change", "surface", "surface_change", "continuum", "chord", "chord_change")
_CHANGE = f"{MINUS}88.8 %"
_WIDEST = {"fraction": "0.8888", "surface": "0.8888", "continuum": "⚠ 0.888", "chord": "0.8888",
           "fraction_change": _CHANGE, "surface_change": _CHANGE, "chord_change": _CHANGE}
_COLUMN = {name: column + 1 for column, name in enumerate(_CELLS)}
_TIPS = {
    "fraction": "Volume fraction, exactly from the parameters.",
    "surface": "Specific surface area that an image of this voxel size shows (13 directions, Ohser–Schladitz).",
    "continuum": "Specific surface area without voxels: −4 C′(0). A sign ⚠ marks detail finer than a voxel.",
    "chord": "Mean chord length along x on voxels: ε Δ / (ε − C(Δ)).",
}


class LiveValues(Panel):
    """Fraction, surface area and mean chord of each phase, with the change against the calibrated model."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Live values", "exact, from the parameters", (12, 2, 12, 10), parent)
        self._context = context
        self._values: tuple[PhaseValues, ...] = ()
        self._compared: tuple[PhaseValues, ...] = ()
        self._rows: list[dict[str, QLabel]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._heads: dict[str, QLabel] = {}
        self._tags: list[PhaseTag] = []
        self._add_heads()
        self.body.addLayout(self._grid)
        self.remark = Remark(context, "warn")
        self.remark.hide()
        self.body.addWidget(self.remark)
        self.note = text_label("", "caption", wrap=True)
        self.body.addWidget(self.note)
        self.tell_compared("Calibrated")
        self.body.addStretch(1)
        context.units.changed.connect(self._show)

    def set_values(self, values: Sequence[PhaseValues], colours: Sequence[RGB]) -> None:
        """Show the values of the model under the sliders."""
        if len(values) != len(self._rows):
            self._add_rows(len(values))
        self._values = tuple(values)
        for tag, value, colour in zip(self._tags, values, colours, strict=True):
            tag.set_phase(value.phase, colour)
        self._show()

    def set_compared(self, values: Sequence[PhaseValues]) -> None:
        """Take the values that changes are counted from; empty for none."""
        self._compared = tuple(values)
        self._show()

    def tell_compared(self, name: str) -> None:
        """Say what changes are counted from, by its name in the list of variants."""
        what = "the calibrated model" if name == "Calibrated" else name
        self.note.setText(f"Closed form, no simulation. Change is against {what}.")

    @property
    def is_filled(self) -> bool:
        """Whether the closed forms have arrived."""
        return bool(self._values)

    def text_of(self, phase: int, cell: str) -> str:
        """Return what a cell shows; for reading it aloud and for tests."""
        return self._rows[phase][cell].text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for every row, however many lines the remarks take at this width."""
        super().resizeEvent(event)
        self._keep_rows()

    def _keep_rows(self) -> None:
        needed = self.layout().totalHeightForWidth(self.width())
        if needed > 0 and needed != self.minimumHeight():
            self.setMinimumHeight(needed)

    def _add_heads(self) -> None:
        self._grid.addWidget(text_label("Phase", "column"), 0, 0)
        for name in ("fraction", "surface", "continuum", "chord"):
            label = QLabel()
            label.setProperty("role", "column")
            label.setAlignment(_RIGHT)
            label.setToolTip(_TIPS[name])
            span = 1 if name == "continuum" else 2
            self._grid.addWidget(label, 0, _COLUMN[name], 1, span)
            self._heads[name] = label
        self._grid.addWidget(rule(), 1, 0, 1, len(_CELLS) + 1)

    def _add_rows(self, count: int) -> None:
        for row in self._rows:
            for label in row.values():
                label.deleteLater()
        for tag in self._tags:
            tag.deleteLater()
        self._rows, self._tags = [], []
        for number_ in range(count):
            tag = PhaseTag()
            self._tags.append(tag)
            self._grid.addWidget(tag, number_ + 2, 0)
            cells = {}
            for name in _CELLS:
                cells[name] = text_label("", "strong" if name in ("surface", "chord") else "second")
                cells[name].setAlignment(_RIGHT)
                # Columns that followed their figures would move the panels while a slider moves.
                cells[name].setMinimumWidth(cells[name].fontMetrics().horizontalAdvance(_WIDEST[name]))
                self._grid.addWidget(cells[name], number_ + 2, _COLUMN[name])
            self._rows.append(cells)

    def _show(self) -> None:
        units = self._context.units
        per, length = units.unit_text(-1), units.unit_text()
        self._heads["fraction"].setText("Fraction")
        self._heads["surface"].setText(f"S<sub>V</sub> voxel<br>{per}")
        self._heads["continuum"].setText(f"S<sub>V</sub> smooth<br>{per}")
        self._heads["surface"].setToolTip("Surface area per volume, counted on voxel faces as in an image.")
        self._heads["continuum"].setToolTip("Surface area per volume of the smooth boundary, without steps of voxels.")
        self._heads["chord"].setText(f"Mean chord<br>{length}")
        for position, (row, value) in enumerate(zip(self._rows, self._values, strict=False)):
            was = self._compared[position] if len(self._compared) == len(self._values) else None
            self._show_row(row, value, was)
        self._show_remark()
        self._keep_rows()

    def _show_row(self, row: dict[str, QLabel], value: PhaseValues, was: PhaseValues | None) -> None:
        units = self._context.units
        row["fraction"].setText(f"{value.fraction:.4f}")
        row["surface"].setText(units.format(value.surface_voxel, -1, with_unit=False))
        continuum = units.format(value.surface_continuum, -1, with_unit=False)
        row["continuum"].setText(f"⚠ {continuum}" if value.sub_voxel_detail else continuum)
        row["chord"].setText(units.format(value.mean_chord[2], with_unit=False))
        pairs = (("fraction_change", value.fraction, was and was.fraction),
                 ("surface_change", value.surface_voxel, was and was.surface_voxel),
                 ("chord_change", value.mean_chord[2], was and was.mean_chord[2]))
        for cell, now, before in pairs:
            row[cell].setText(change_text(now, before))

    def _show_remark(self) -> None:
        fine = [v.phase for v in self._values if v.sub_voxel_detail]
        self.remark.setVisible(bool(fine))
        if fine:
            names = fine[0] if len(fine) == 1 else f"{', '.join(fine[:-1])} and {fine[-1]}"
            verb, whose = ("carries", "Its") if len(fine) == 1 else ("carry", "Their")
            self.remark.show_remark("warn", "", f"{names} {verb} detail finer than one voxel. {whose} surface area "
                                                "depends on the voxel size: compare voxel values only.")


def change_text(now: float, before: float | None) -> str:
    """Return the relative change in per cent with its sign; empty without a value to compare."""
    if before is None or before == 0:
        return ""
    change = 100 * (now / before - 1)
    if abs(change) < 0.05:
        return "0 %"
    return f"{'+' if change > 0 else MINUS}{number(abs(change), 3 if abs(change) >= 10 else 2)} %"
