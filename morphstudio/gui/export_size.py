"""How large the exported volume is: voxels along each axis and how long one is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.units import number
from morphstudio.gui.widgets.chip import Chip
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import InlineError
from morphstudio.gui.widgets.number_field import NumberField
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from morphstudio.app.forecast import Forecast
    from morphstudio.core.phases import VoxelSize
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.export_plan import Structure

LARGEST_EDGE = 100_000  # so that what is typed stands as it was typed; memory sets the limit
EDGE_WIDTH = 72


class ExportSize(QWidget):
    """An opened image keeps its size; a drawn volume gets the size entered here."""

    changed = Signal()

    def __init__(self, context: AppContext, label_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._structure: Structure | None = None
        self._edge_um: float | None = None
        self.edges = {axis: SpinBox() for axis in ("x", "y", "z")}
        self.voxel_length = NumberField(above=0.0)
        self.voxel_length.setAccessibleName("Voxel length")
        self.voxel_length.setToolTip("A unit may be typed behind the number, such as 120 nm")
        self._size_text = text_label("", "second")
        self._unit = text_label("", "second")
        self._cubic = Chip(context)
        self.problem = InlineError(context)
        self.problem.setMaximumWidth(380)  # the remedy stands beside the words, not at the far end
        self._build(label_width)
        for box in self.edges.values():
            box.valueChanged.connect(lambda _: self.changed.emit())
        self.voxel_length.textEdited.connect(lambda _: self._take_length())
        self.voxel_length.editingFinished.connect(self._show_length)
        context.units.changed.connect(self._follow_unit)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along z, y, x."""
        return self.edges["z"].value(), self.edges["y"].value(), self.edges["x"].value()

    @property
    def voxel_size(self) -> VoxelSize | None:
        """Voxel size (z, y, x) in µm: the entered edge, else the structure's own."""
        assert self._structure is not None
        if self._edge_um is not None:
            return self._edge_um, self._edge_um, self._edge_um
        return self._structure.voxel_size_um

    def show_structure(self, structure: Structure) -> None:
        """Start from the size of a structure."""
        self._structure, self._edge_um = structure, None
        drawn, known = structure.entry is None, structure.voxel_size_um is not None
        why = "" if drawn else "An opened image is written as it is"
        for axis, length in zip(("z", "y", "x"), structure.shape, strict=True):
            box = self.edges[axis]
            box.blockSignals(True)
            box.setValue(length)
            box.setEnabled(drawn)
            box.setToolTip(why or f"Voxels along {axis}")
            box.blockSignals(False)
        self.voxel_length.setEnabled(drawn and known)
        self._show_length()

    def refresh(self, *, for_geodict: bool) -> None:
        """Say how long the edges are and whether voxels are cubes."""
        size, units = self.voxel_size, self._context.units
        if size is None:
            self._size_text.setText("voxels")
            self._cubic.show_state("voxel size unknown", "warn")
            return
        per_um, unit = (1000.0, "nm") if units.unit == "nm" else (1.0, "µm")
        z, y, x = (n * edge * per_um for n, edge in zip(self.shape, size, strict=True))
        same = math.isclose(x, y) and math.isclose(y, z)
        lengths = f"{number(x)} {unit} cube" if same else f"{number(x)} × {number(y)} × {number(z)} {unit}"
        self._size_text.setText(f"voxels, {lengths}")
        cubic = len({round(edge, 9) for edge in size}) == 1
        text = "cubic" if cubic else "not cubic: resampled for GeoDict" if for_geodict else "not cubic"
        self._cubic.show_state(text, "ok" if cubic else "warn")

    def show_forecast(self, forecast: Forecast | None) -> None:
        """Mark a size that does not fit into memory, and offer the largest cube that does."""
        fits = forecast is None or forecast.fits
        for box in self.edges.values():
            set_state(box, state="" if fits else "error")
        if fits or forecast is None:
            self.problem.clear()
            return
        needs, free = (f"{n / 1e9:.1f} GB" for n in (forecast.bytes_needed, forecast.bytes_free))
        cube = (forecast.largest_cube or 0) // 10 * 10
        self.problem.show_problem(f"Needs {needs} of memory, {free} are free.", f"Use {cube}³" if cube else "",
                                  lambda: self._use_cube(cube))

    # inside

    def _build(self, label_width: int) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(8)
        grid.setColumnMinimumWidth(0, label_width)
        grid.setColumnStretch(1, 1)
        size = QHBoxLayout()
        size.setSpacing(6)
        for axis, box in self.edges.items():
            if axis != "x":
                size.addWidget(text_label("×", "second"))
            box.setRange(1, LARGEST_EDGE)
            box.setAccessibleName(f"Voxels along {axis}")
            box.setFixedWidth(EDGE_WIDTH)
            size.addWidget(box)
        size.addSpacing(4)
        size.addWidget(self._size_text)
        size.addStretch(1)
        sizes = QVBoxLayout()
        sizes.setSpacing(2)
        sizes.addLayout(size)
        sizes.addWidget(self.problem)
        length = QHBoxLayout()
        length.setSpacing(8)
        self.voxel_length.setFixedWidth(96)
        for widget in (self.voxel_length, self._unit, self._cubic):
            length.addWidget(widget)
        length.addStretch(1)
        for row, (title, content) in enumerate((("Size", sizes), ("Voxel length", length))):
            label = text_label(title, "second")
            label.setMinimumHeight(26)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(content, row, 1)

    def _take_length(self) -> None:
        value = self.voxel_length.value
        if value is not None and self.voxel_length.unit_um is not None:
            self._edge_um = value * self.voxel_length.unit_um
        self.changed.emit()

    def _show_length(self) -> None:
        """Show the voxel length in the unit of the window; a voxel cannot be told in voxels."""
        if self._structure is None:
            return
        nm = self._context.units.unit == "nm"
        self.voxel_length.unit_um = 1e-3 if nm else 1.0
        self._unit.setText("nm" if nm else "µm")
        size = self.voxel_size
        edge = None if size is None else size[0] if len(set(size)) == 1 else math.prod(size) ** (1 / 3)
        self.voxel_length.setModified(False)
        self.voxel_length.show_value(None if edge is None else edge / self.voxel_length.unit_um)

    def _follow_unit(self) -> None:
        self._show_length()
        self.changed.emit()

    def _use_cube(self, edge: int) -> None:
        for box in self.edges.values():
            box.blockSignals(True)
            box.setValue(edge)
            box.blockSignals(False)
        self.changed.emit()
