"""Sections of the model: through the block, one or three, or a larger one of its own; wiped against the calibrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.section_figure import SectionFigure
from morphstudio.gui.panels.explore.block_place import PLANE_AXES, PLANE_NORMALS
from morphstudio.gui.panels.explore.exploration import SECTION_EDGE
from morphstudio.gui.panels.explore.linked_sections import LinkedSections
from morphstudio.gui.panels.explore.section_line import SectionLine
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import IconButton, Segmented
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.phases import label_order
from morphstudio.gui.widgets.place import Place
from morphstudio.gui.widgets.section import Section
from morphstudio.gui.widgets.section_view import SectionView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.phases import Axis
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration
    from morphstudio.gui.widgets.section import Reading

_ALL = "all"
_OWN_TIP = (f"A larger section of its own, {SECTION_EDGE} × {SECTION_EDGE} pixels: "
            "another cut of the same model, not through the 3D block")


class SectionPanel(Panel):
    """One plane of the block, three linked ones, or a section of its own."""

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__("Section", "", (0, 0, 0, 0), parent)
        self._context, self._exploration = context, exploration
        self._block: NDArray[np.uint8] | None = None
        self._block_before: NDArray[np.uint8] | None = None
        self._own: NDArray[np.uint8] | None = None
        self._own_before: NDArray[np.uint8] | None = None
        self._seconds = 0.0
        self._stepping: Axis = "z"
        self.plane = Segmented([(p, p) for p in (*PLANE_NORMALS, _ALL)], "xy", "Plane")
        self.plane.button(_ALL).setToolTip("Three planes through the block, tied by cross-hairs")
        self.own = IconButton(context, "frame-corners", _OWN_TIP, self._on_own, checkable=True)
        self.wipe = IconButton(context, "square-half", "Wipe between calibrated and now (W)", self._on_wipe,
                               checkable=True)
        self.wipe.setShortcut("W")
        self.view = SectionView(context)
        self.linked = LinkedSections(context, exploration)
        fit = IconButton(context, "arrows-in", "Show the whole section", self._fit)
        for tool in (self.plane, self.own, self.wipe, fit, FigureButton(context, self.figure)):
            self.add_tool(tool)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.linked)
        self._place = Place(self._stack, "Drawing the section…")
        self.line = SectionLine(context)
        self.body.addWidget(self._place, 1)
        self.body.addWidget(self.line)
        self._wire()
        self._arrange()

    def figure(self) -> SectionFigure | None:
        """Return the one plane shown as a figure; ``None`` where there is none."""
        section, model = self.view.section, self._exploration.model
        if section is None or model is None:
            return None
        return SectionFigure("Section of the model", lambda: [("", section)], self._context.units,
                             label_order(self._exploration.document, model))

    @property
    def normal(self) -> Axis:
        """What the one plane shown is normal to."""
        return PLANE_NORMALS.get(self.plane.current, "z")

    @property
    def is_own(self) -> bool:
        """Whether the section is one of its own rather than the block's."""
        return self.own.isChecked()

    def view_state(self) -> dict[str, Any]:
        """Return plane, kind, wipe, slices, zoom and position."""
        place = self._exploration.place
        return {"plane": self.plane.current, "own": self.is_own, "wipe": self.wipe.isChecked(),
                "slices": {axis: place.at(axis) for axis in AXES}, "section": self.view.view_state()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show the section as it was seen."""
        plane = state.get("plane")
        if plane in (*PLANE_NORMALS, _ALL):
            self.plane.set_current(plane)
        self.own.setChecked(bool(state.get("own", False)) and plane != _ALL)
        slices = state.get("slices", {})
        self._exploration.place.move(**{axis: int(slices[axis]) for axis in AXES if axis in slices})
        self.wipe.setChecked(bool(state.get("wipe", False)))
        self._arrange()
        self._on_wipe()
        self.view.restore_view(state.get("section", {}))

    def _wire(self) -> None:
        exploration = self._exploration
        self.plane.chosen.connect(lambda _plane: self._arrange())
        self.line.stepped.connect(lambda slices: exploration.place.step(self._stepping, slices))
        self.view.hovered.connect(lambda reading: self.line.show_reading(reading, self.view.section))
        self.linked.hovered.connect(self._on_linked_hover)
        self.linked.taken_up.connect(self._on_taken_up)
        exploration.place.changed.connect(self._on_place)
        exploration.section_ready.connect(self._on_own_section)
        exploration.before_ready.connect(self._on_own_before)
        exploration.block_ready.connect(self._on_block)
        exploration.block_before_ready.connect(self._on_block_before)
        exploration.model_changed.connect(self._on_model)
        exploration.comparison_changed.connect(self._on_comparison)
        exploration.failed.connect(lambda problem, _details: self._place.show_failed(
            self._context, f"The section could not be drawn. {problem.message}", exploration.refresh))
        self._context.units.changed.connect(self._show_line)

    def _arrange(self) -> None:
        """Take over which planes are shown, and tell the 3D view."""
        plane = self.plane.current
        self.plane.button(_ALL).setEnabled(not self.is_own)
        self.plane.button(_ALL).setToolTip("Three planes need the block: a section of its own is one plane"
                                           if self.is_own else "Three planes through the block, tied by cross-hairs")
        self.own.setEnabled(plane != _ALL)
        self.own.setToolTip("A section of its own is one plane: choose xy, xz or yz first" if plane == _ALL
                            else _OWN_TIP)
        self._stack.setCurrentWidget(self.linked if plane == _ALL else self.view)
        if plane != _ALL:
            self._stepping = self.normal
        self._exploration.place.show(() if self.is_own else ("z", "y", "x") if plane == _ALL else (self.normal,))
        self.set_remark(f"own section, {SECTION_EDGE}², not through the block" if self.is_own else "through the block")
        self._own_before = None
        self._exploration.axis = self.normal
        self._exploration.set_own_section(self.is_own)
        self._show()

    def _on_own(self) -> None:
        self._own = None
        self._arrange()

    def _on_wipe(self) -> None:
        self._exploration.set_comparing(self.wipe.isChecked())
        self._show_before()

    def _on_block(self, block: NDArray[np.uint8], seconds: float) -> None:
        self._block = block
        if not self.is_own:
            self._seconds = seconds
            self._show()

    def _on_block_before(self, block: NDArray[np.uint8], _seconds: float) -> None:
        self._block_before = block
        self._show_before()

    def _on_own_section(self, indices: NDArray[np.uint8], seconds: float) -> None:
        self._own = indices
        if self.is_own:
            self._seconds = seconds
            self._show()

    def _on_own_before(self, indices: NDArray[np.uint8], _seconds: float) -> None:
        self._own_before = indices
        self._show_before()

    def _on_place(self) -> None:
        if not self.is_own:
            self._show()

    def _on_taken_up(self, axis: Axis) -> None:
        self._stepping = axis
        self._show_line()

    def _on_model(self) -> None:
        comparable = self._exploration.compared is not None
        self.wipe.setEnabled(comparable)
        self.wipe.setToolTip(f"Wipe between {self._exploration.compared_name} and now (W)" if comparable
                             else "Nothing to compare with: no calibrated model with these phases")
        if not comparable:
            self._block_before = self._own_before = None
            self._show_before()

    def _on_comparison(self) -> None:
        self._block_before = self._own_before = None
        self._on_model()
        self._show_before()

    def _on_linked_hover(self, axis: Axis, reading: Reading | None) -> None:
        self.line.show_reading(reading, self.linked.views[axis].section)

    def _fit(self) -> None:
        self.view.fit()
        self.linked.fit()

    def _show(self) -> None:
        """Draw what there is of what is chosen."""
        section = self._section()
        self._place.set_filled(section is not None or self.view.section is not None)
        if section is not None:
            self.view.show_section(section)
        if self._block is not None and self.plane.current == _ALL:
            self.linked.show_block(self._block)
        self._show_before()
        self._show_line()

    def _section(self) -> Section | None:
        exploration, model = self._exploration, self._exploration.model
        if model is None or len(exploration.colours) != len(model.phases):
            return None
        if not self.is_own:
            return None if self._block is None else exploration.place.section(
                self._block, self.normal, exploration.grid.voxel_size, model.phases, exploration.colours,
                in_um=exploration.in_um)
        if self._own is None:
            return None
        down, across = (exploration.voxel_size[AXES.index(axis)] for axis in PLANE_AXES[self.normal])
        return Section(self._own, (down, across), model.phases, exploration.colours, PLANE_AXES[self.normal],
                       in_um=exploration.in_um)

    def _show_before(self) -> None:
        """Lay the calibrated model left of the wipe, where it is asked for and there."""
        wiping = self.wipe.isChecked()
        block, titles = self._block_before if wiping else None, (self._exploration.compared_name, "Now")
        self.linked.show_before(block, titles)
        if self.is_own:
            self.view.set_before(self._own_before if wiping else None, titles)
        else:
            self.view.set_before(None if block is None else self._exploration.place.slice_of(block, self.normal),
                                 titles)

    def _show_line(self) -> None:
        exploration = self._exploration
        axis = self._stepping
        self.line.show_steps(not self.is_own and self._block is not None)
        self.line.show_slice(axis, exploration.place.at(axis), exploration.grid.voxel_size[AXES.index(axis)],
                             in_um=exploration.in_um)
        self.line.show_size(self.view.section, f"{self._share()}; drawn in {time_taken(self._seconds)}")

    def _share(self) -> str:
        """Return how the section compares with the image in words; nothing without an image in the same unit."""
        entry, section = self._context.session.active_image, self.view.section
        if entry is None or section is None or (entry.image.voxel_size_um is not None) != section.in_um:
            return ""
        axis = AXES.index(section.axes[1])
        whole = entry.image.shape[axis] * entry.image.spacing[axis]
        return f", {share_words(section.extent[1] / whole)} the image's width" if entry.image.shape[axis] > 1 else ""


def share_words(share: float) -> str:
    """Return a share as people say it: ``"a third of"``, ``"21 % of"``, ``"1.3 times"``."""
    plain = {1 / 4: "a quarter of", 1 / 3: "a third of", 1 / 2: "half", 2 / 3: "two thirds of",
             3 / 4: "three quarters of", 1.0: "as wide as"}
    near = next((words for value, words in plain.items() if abs(share - value) < 0.02), "")
    return near or (f"{100 * share:.0f} % of" if share < 1 else f"{number(share, 2)} times")


def time_taken(seconds: float) -> str:
    """Return how long a section took: ``"83 ms"``, ``"1.4 s"``."""
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
