"""Which material ID and type each phase gets in GeoDict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QSpinBox, QWidget

from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import rule, text_label
from morphstudio.gui.widgets.layouts import clear_layout
from morphstudio.gui.widgets.phases import label_colours, spoken_name
from morphstudio.gui.widgets.spin_box import SpinBox
from morphstudio.gui.widgets.swatch import PhaseTag
from morphstudio.io.exports import MATERIAL_TYPES, Material, default_materials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QLabel

    from morphstudio.core.phases import Phase

LARGEST_ID = 255


class MaterialsTable(QWidget):
    """One row per phase; ``changed`` follows every edit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._materials: list[Material] = []
        self.ids: list[QSpinBox] = []
        self.kinds: list[QComboBox] = []
        self._fractions: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 1)

    @property
    def materials(self) -> tuple[Material, ...]:
        """The table as it is now."""
        return tuple(self._materials)

    @property
    def has_fluid(self) -> bool:
        """Whether some phase is a fluid."""
        return any(material.kind == "Fluid" for material in self._materials)

    def show_phases(self, phases: Sequence[Phase], *, expected: bool) -> None:
        """Start from the usual table of these phases; ``expected`` says that fractions are those of a model."""
        clear_layout(self._grid)
        self._materials = list(default_materials(phases))
        self.ids, self.kinds, self._fractions = [], [], {}
        right = Qt.AlignmentFlag.AlignRight
        fraction = "Expected fraction" if expected else "Fraction"
        for column, (title, side) in enumerate((("Phase", None), ("Label", right), ("GeoDict ID", None),
                                                ("Type", None), (fraction, right))):
            self._grid.addWidget(text_label(title, "column"), 0, column, side or Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(rule(), 1, 0, 1, 5)
        colours = label_colours(phases)
        for at, phase in enumerate(phases):
            self._add_row(at, phase, colours[phase.label])

    def show_fractions(self, fractions: Mapping[str, float]) -> None:
        """Show the fraction of each phase, by name."""
        for name, label in self._fractions.items():
            label.setText(f"{fractions[name]:.4f}" if name in fractions else "")

    def _add_row(self, at: int, phase: Phase, colour: tuple[int, int, int]) -> None:
        material = self._materials[at]
        number = SpinBox()
        number.setRange(0, LARGEST_ID)
        number.setValue(material.material_id)
        number.setFixedWidth(64)
        number.setAccessibleName(f"GeoDict ID of {phase.name}")
        number.valueChanged.connect(lambda value: self._change(at, material_id=value))
        kind = ComboBox()
        kind.addItems(MATERIAL_TYPES)
        kind.setCurrentText(material.kind)
        kind.setFixedWidth(130)
        kind.setAccessibleName(f"GeoDict type of {phase.name}")
        kind.currentTextChanged.connect(lambda text: self._change(at, kind=text))
        fraction = text_label("…")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(PhaseTag(spoken_name(phase), colour), at + 2, 0)
        self._grid.addWidget(text_label(str(phase.label)), at + 2, 1, right)
        self._grid.addWidget(number, at + 2, 2)
        self._grid.addWidget(kind, at + 2, 3)
        self._grid.addWidget(fraction, at + 2, 4, right)
        self.ids.append(number)
        self.kinds.append(kind)
        self._fractions[phase.name] = fraction

    def _change(self, at: int, **values: Any) -> None:
        self._materials[at] = replace(self._materials[at], **values)
        self.changed.emit()
