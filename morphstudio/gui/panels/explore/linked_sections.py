"""Three sections through one block, tied by cross-hairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.panels.explore.block_place import PLANE_AXES, PLANE_NORMALS
from morphstudio.gui.param_form.slider import STEPS, ThinSlider
from morphstudio.gui.units import counted
from morphstudio.gui.widgets.crosshair import Crosshair
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.section_view import SectionView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.phases import Axis
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration
    from morphstudio.gui.widgets.section import Reading

_CELLS: dict[str, tuple[int, int]] = {"xy": (0, 0), "yz": (0, 1), "xz": (1, 0)}

VALUE_WIDTH = 56


class LinkedSections(QWidget):
    """Planes xy, yz and xz of the block, and a slider for where each stands.

    Signals
    -------
    hovered : str, object
        Normal of the plane under the cursor and what is there.
    taken_up : str
        Normal of the plane that was pressed last.
    """

    hovered = Signal(str, object)
    taken_up = Signal(str)

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._exploration = context, exploration
        self.views: dict[Axis, SectionView] = {}
        self.crosshairs: dict[Axis, Crosshair] = {}
        self.sliders: dict[Axis, ThinSlider] = {}
        self._values: dict[Axis, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for plane, cell in _CELLS.items():
            grid.addWidget(self._view(plane, PLANE_NORMALS[plane]), *cell)
        grid.addWidget(self._positions(), 1, 1)
        for k in range(2):
            grid.setRowStretch(k, 1)
            grid.setColumnStretch(k, 1)
        context.units.changed.connect(self.show_place)

    def show_block(self, block: NDArray[np.uint8]) -> None:
        """Show the three planes of a block."""
        exploration = self._exploration
        model, place = exploration.model, exploration.place
        if model is None or len(exploration.colours) != len(model.phases):
            return
        for axis, view in self.views.items():
            view.show_section(place.section(block, axis, exploration.grid.voxel_size, model.phases, exploration.colours,
                                            in_um=exploration.in_um))
        self.show_place()

    def show_before(self, block: NDArray[np.uint8] | None, titles: tuple[str, str]) -> None:
        """Lay the planes of another block left of the wipe; ``None`` takes them away."""
        first = self.views[next(iter(PLANE_NORMALS.values()))]
        for plane, axis in PLANE_NORMALS.items():
            view = self.views[axis]
            # The plane's name stands where the wipe's titles need the room.
            view.set_note(plane if block is None else "")
            view.set_before(None if block is None else self._exploration.place.slice_of(block, axis),
                            (titles[0], f"{titles[1]}, {plane}") if view is first else ("", plane))

    def show_place(self) -> None:
        """Move cross-hairs, sliders and numbers to where the planes stand."""
        place = self._exploration.place
        for axis, crosshair in self.crosshairs.items():
            down, across = PLANE_AXES[axis]
            crosshair.place(place.middle(across) * self._edge(across), place.middle(down) * self._edge(down))
        for axis, slider in self.sliders.items():
            if not slider.isSliderDown():
                slider.setValue(round(place.at(axis) / (place.edge - 1) * STEPS))
            at = place.middle(axis) * self._edge(axis)
            self._values[axis].setText(self._length(at))
            # As wide as the widest value, so that the slider neither cuts it nor jumps.
            ends = (place.edge * self._edge(axis), 0.5 * self._edge(axis))
            widths = [self._values[axis].fontMetrics().horizontalAdvance(self._length(end)) for end in ends]
            self._values[axis].setMinimumWidth(max(*widths, VALUE_WIDTH))

    def _length(self, length: float) -> str:
        units = self._context.units
        if not self._exploration.in_um:
            return f"{length:g} {counted(f'{length:g}')}"
        return units.format(length)

    def fit(self) -> None:
        """Show each plane whole."""
        for view in self.views.values():
            view.fit()

    def _edge(self, axis: Axis) -> float:
        return self._exploration.grid.voxel_size[AXES.index(axis)]

    def _view(self, plane: str, axis: Axis) -> SectionView:
        view = SectionView(self._context)
        view.setMinimumSize(80, 80)
        view.setAccessibleName(f"Section {plane} through the block")
        view.setToolTip(f"Plane {plane}. Click, drag or arrow keys move the other two planes; "
                        "the middle button moves the picture.")
        view.set_note(plane)
        crosshair = Crosshair(view)
        crosshair.picked.connect(lambda across, down: self._on_picked(axis, across, down))
        crosshair.stepped.connect(lambda across, down: self._on_stepped(axis, across, down))
        self.crosshairs[axis] = crosshair
        view.hovered.connect(lambda reading: self._on_hovered(axis, reading))
        self.views[axis] = view
        return view

    def _positions(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addStretch(1)
        column.addWidget(text_label("Planes through the block", "strong"))
        rows = QGridLayout()
        rows.setHorizontalSpacing(8)
        rows.setVerticalSpacing(0)
        axes: tuple[Axis, ...] = ("x", "y", "z")
        for line, axis in enumerate(axes):
            slider = ThinSlider(self._context.theme, (0.0, 0.5, 1.0))
            plane = next(p for p, normal in PLANE_NORMALS.items() if normal == axis)
            slider.setAccessibleName(f"Position of plane {plane} along {axis}")
            slider.setToolTip(f"Where plane {plane} stands along {axis}; double-click for the middle.")
            slider.dragged.connect(lambda at, a=axis: self._on_slid(a, at))
            slider.reset_asked.connect(lambda a=axis: self._exploration.place.move(
                **{a: self._exploration.place.edge // 2}))
            value = text_label("", "second")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setMinimumWidth(VALUE_WIDTH)
            rows.addWidget(text_label(axis), line, 0)
            rows.addWidget(slider, line, 1)
            rows.addWidget(value, line, 2)
            self.sliders[axis], self._values[axis] = slider, value
        column.addLayout(rows)
        column.addStretch(1)
        return holder

    def _on_slid(self, axis: Axis, at: int) -> None:
        self.taken_up.emit(axis)
        self._exploration.place.move(**{axis: round(at / STEPS * (self._exploration.place.edge - 1))})

    def _on_picked(self, axis: Axis, across: float, down: float) -> None:
        self.taken_up.emit(axis)
        rows, columns = PLANE_AXES[axis]
        at = {columns: int(across // self._edge(columns)), rows: int(down // self._edge(rows))}
        self._exploration.place.move(**at)

    def _on_stepped(self, axis: Axis, across: int, down: int) -> None:
        self.taken_up.emit(axis)
        rows, columns = PLANE_AXES[axis]
        place = self._exploration.place
        place.move(**{columns: place.at(columns) + across, rows: place.at(rows) + down})

    def _on_hovered(self, axis: Axis, reading: Reading | None) -> None:
        self.hovered.emit(axis, reading)
