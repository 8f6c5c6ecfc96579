"""Closed-form values of every phase beside the sliders, with their change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from morphstudio.core.descriptors.registry import DESCRIPTORS, OHSER
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import MINUS, number
from morphstudio.gui.widgets.explanation import Explanation, explain
from morphstudio.gui.widgets.labels import IconLabel, rule, text_label
from morphstudio.gui.widgets.messages import Remark
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.swatch import PhaseTag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from morphstudio.core.twopoint.values import PhaseValues
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CELLS = ("fraction", "fraction_change", "surface", "surface_change", "continuum", "chord", "chord_change")
_CHANGE = f"{MINUS}8.8 %"
_WIDEST = {"fraction": "0.8888", "surface": "0.8888", "continuum": "0.888", "chord": "0.8888",
           "fraction_change": _CHANGE, "surface_change": _CHANGE, "chord_change": _CHANGE}
_POWER_TEXT = "10⁻³ "
_HEADS = {"fraction": "Fraction", "surface": "10⁻³ nm⁻¹", "continuum": "SV smooth", "chord": "Mean chord"}  # the widest
_TO_CHANGE, _TO_NEXT = 4, 16  # from a value to its change, and to the next value
_FINE_TIP = "Detail finer than one voxel: the value depends on the voxel size"
_COLUMN = {name: column + 1 for column, name in enumerate(_CELLS)}
_TIPS = {
    "fraction": "Volume fraction, exactly from the parameters",
    "surface": "Surface area per volume that an image of this voxel size shows (13 directions, Ohser–Schladitz)",
    "continuum": "Surface area per volume of the smooth boundary, without voxels: −4 C′(0). "
                 "A warning sign marks detail finer than a voxel",
    "chord": "Mean chord length along x on voxels: ε Δ / (ε − C(Δ))",
}
_HERE = {
    "fraction": "Here exactly from the parameters.",
    "surface": "Here as an image of this voxel size shows it (13 directions, Ohser–Schladitz), from the parameters.",
    "chord": "Here along x on voxels, exactly from the parameters.",
}
_DESCRIPTORS = {"fraction": "volume_fraction", "surface": "specific_surface_area", "chord": "mean_chord_length"}
_SMOOTH = Explanation("Specific surface area of the smooth boundary", "S_V", _TIPS["continuum"], "S_V = −4 C′(0)",
                      "C′ is the slope of the two-point function at distance 0, the mean over all directions.", OHSER)


class LiveValues(Panel):
    """Fraction, surface area and mean chord of each phase, with the change against the calibrated model."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Live values", "exact, from the parameters", (12, 2, 12, 10), parent)
        self._context = context
        self._values: tuple[PhaseValues, ...] = ()
        self._compared: tuple[PhaseValues, ...] = ()
        self._rows: list[dict[str, QLabel]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(_TO_CHANGE)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._heads: dict[str, QLabel] = {}
        self._tags: list[PhaseTag] = []
        self._signs: list[IconLabel] = []
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
        """Take what changes are counted from, by its name in the list of variants."""
        self._compared_name = "the calibrated model" if name == "Calibrated" else name
        self._show_note()

    def _show_note(self) -> None:
        """Say where the values come from and, where changes are shown, what they are counted from."""
        changes = ("fraction_change", "surface_change", "chord_change")
        has_changes = any(row[name].text() for row in self._rows for name in changes)
        against = f" Change is against {self._compared_name}." if has_changes else ""
        self.note.setText(f"Closed form, no simulation.{against}")

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

    def event(self, event: QEvent) -> bool:
        """Keep that room when rows or remarks have come or gone."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._keep_rows()
        return done

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
            explain(label, _explanation(name))
            self._grid.addWidget(label, 0, _COLUMN[name], 1, 1 if name == "continuum" else 2)
            # The heading ends where its values end, and the room it needs is theirs; changes stand beside it.
            needed = QFontMetrics(body_font(METRICS.caption)).horizontalAdvance(_HEADS[name])
            gap = 0 if name == "fraction" else _TO_NEXT - _TO_CHANGE
            self._grid.setColumnMinimumWidth(_COLUMN[name], needed + gap)
            change = label.fontMetrics().horizontalAdvance(_CHANGE) + _TO_CHANGE
            label.setContentsMargins(gap, 0, 0 if name == "continuum" else change, 0)
            self._heads[name] = label
        self._grid.addWidget(rule(), 1, 0, 1, len(_CELLS) + 1)

    def _add_rows(self, count: int) -> None:
        for row in self._rows:
            for label in row.values():
                label.deleteLater()
        for tag in self._tags:
            tag.deleteLater()
        for sign in self._signs:
            sign.parentWidget().deleteLater()
        self._rows, self._tags, self._signs = [], [], []
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
                self._grid.addWidget(self._with_sign(cells[name]) if name == "continuum" else cells[name],
                                     number_ + 2, _COLUMN[name])
                if name in ("surface", "chord"):
                    self._keep_apart(cells[name])
            self._rows.append(cells)

    def _keep_apart(self, cell: QLabel) -> None:
        """Leave more room before a group of columns than inside one."""
        margins = cell.contentsMargins()
        cell.setContentsMargins(_TO_NEXT - _TO_CHANGE, margins.top(), margins.right(), margins.bottom())
        cell.setMinimumWidth(cell.minimumWidth() + _TO_NEXT - _TO_CHANGE)

    def _with_sign(self, cell: QLabel) -> QWidget:
        """Put the warning sign before a cell."""
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(_TO_NEXT - _TO_CHANGE, 0, 0, 0)
        line.setSpacing(_TO_CHANGE)
        sign = IconLabel(self._context, "warning", "warn", 14)
        sign.setToolTip(_FINE_TIP)
        sign.setAccessibleName(_FINE_TIP)
        line.addStretch(1)
        line.addWidget(sign)
        line.addWidget(cell)
        self._signs.append(sign)
        return holder

    def _show(self) -> None:
        units = self._context.units
        per, length = f"{_POWER_TEXT if units.unit == 'nm' else ''}{units.unit_text(-1)}", units.unit_text()
        self._heads["fraction"].setText("Fraction")
        self._heads["surface"].setText(f"S<sub>V</sub> voxel<br>{per}")
        self._heads["continuum"].setText(f"S<sub>V</sub> smooth<br>{per}")
        self._heads["chord"].setText(f"Mean chord<br>{length}")
        for position, (row, value) in enumerate(zip(self._rows, self._values, strict=False)):
            was = self._compared[position] if len(self._compared) == len(self._values) else None
            self._show_row(row, value, was)
        for sign, value in zip(self._signs, self._values, strict=False):
            sign.setVisible(value.sub_voxel_detail)
        self._show_remark()
        self._show_note()
        self._keep_rows()

    def _show_row(self, row: dict[str, QLabel], value: PhaseValues, was: PhaseValues | None) -> None:
        units = self._context.units
        # In 1/nm every figure would need a power of ten of its own; the heading carries it for all.
        thousand = 1000 if units.unit == "nm" else 1
        row["fraction"].setText(f"{value.fraction:.4f}")
        row["surface"].setText(number(units.convert(value.surface_voxel, -1) * thousand))
        row["continuum"].setText(number(units.convert(value.surface_continuum, -1) * thousand))
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


def _explanation(column: str) -> Explanation:
    """Return what F1 says about a column: its descriptor, as it is had from the parameters."""
    if column == "continuum":
        return _SMOOTH
    descriptor = DESCRIPTORS[_DESCRIPTORS[column]]
    return Explanation(descriptor.title, descriptor.symbol, descriptor.description, descriptor.formula,
                       _HERE[column], descriptor.reference)


def change_text(now: float, before: float | None) -> str:
    """Return the relative change in per cent with its sign; empty where there is none, or nothing to compare with."""
    if before is None or before == 0:
        return ""
    change = 100 * (now / before - 1)
    if abs(change) < 0.05:
        return ""
    return f"{'+' if change > 0 else MINUS}{number(abs(change), 2)} %"
