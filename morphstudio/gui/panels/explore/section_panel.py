"""The section of the model: follows the sliders at once, wipes against the calibrated one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import IconButton, Segmented
from morphstudio.gui.widgets.labels import ElidedLabel, text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.section import Reading, Section
from morphstudio.gui.widgets.section_view import SectionView
from morphstudio.gui.widgets.swatch import Swatch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration

_PLANES = {"xy": "z", "xz": "y", "yz": "x"}
_AXES = {"z": ("y", "x"), "y": ("z", "x"), "x": ("z", "y")}


class SectionPanel(Panel):
    """One section, drawn in 2D from the same noise whatever the sliders say."""

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__("Section", "", (0, 0, 0, 0), parent)
        self._context, self._exploration = context, exploration
        self._before: NDArray[np.uint8] | None = None
        self._seconds = 0.0
        self.plane = Segmented([(p, p) for p in _PLANES], "xy", "Plane")
        self.plane.chosen.connect(self._on_plane)
        self.wipe = IconButton(context, "square-half", "Wipe between calibrated and now (W)", self._show_before,
                               checkable=True)
        self.wipe.setShortcut("W")
        self.view = SectionView(context)
        fit = IconButton(context, "arrows-in", "Show the whole section", self.view.fit)
        for tool in (self.plane, self.wipe, fit):
            self.add_tool(tool)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._footer())
        self.view.hovered.connect(self._on_hover)
        exploration.section_ready.connect(self._on_section)
        exploration.before_ready.connect(self._on_before)
        exploration.model_changed.connect(self._on_model)
        context.units.changed.connect(self._show_size)

    def view_state(self) -> dict[str, Any]:
        """Return plane, wipe, zoom and position."""
        return {"plane": self.plane.current, "wipe": self.wipe.isChecked(), "section": self.view.view_state()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show the section as it was seen."""
        if state.get("plane") in _PLANES and state["plane"] != self.plane.current:
            self.plane.set_current(state["plane"])
            self._on_plane(state["plane"])
        self.wipe.setChecked(bool(state.get("wipe", False)))
        self._show_before()
        self.view.restore_view(state.get("section", {}))

    def _footer(self) -> QWidget:
        footer = QWidget()
        footer.setFixedHeight(28)
        row = QHBoxLayout(footer)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        self._where, self._size = text_label("", "second"), ElidedLabel("", "second")
        self._size.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._phase, self._swatch = text_label(), Swatch()
        for widget in (self._where, self._swatch, self._phase):
            row.addWidget(widget)
        row.addWidget(self._size, 1)
        return footer

    def _on_section(self, indices: NDArray[np.uint8], seconds: float) -> None:
        model = self._exploration.model
        if model is None:
            return
        z, y, x = self._exploration.voxel_size
        spacing = {"z": (y, x), "y": (z, x), "x": (z, y)}[self._exploration.axis]
        self.view.show_section(Section(indices, spacing, model.phases, self._exploration.colours,
                                       _AXES[self._exploration.axis], in_um=self._exploration.in_um))
        self._seconds = seconds
        self._show_size()

    def _on_before(self, indices: NDArray[np.uint8], seconds: float) -> None:
        self._before = indices
        self._show_before()

    def _on_model(self) -> None:
        comparable = self._exploration.calibrated is not None
        self.wipe.setEnabled(comparable)
        self.wipe.setToolTip("Wipe between calibrated and now (W)" if comparable
                             else "Nothing to compare with: no calibrated model with these phases")
        if not comparable:
            self._before = None
            self._show_before()

    def _on_plane(self, plane: str) -> None:
        self._before = None
        self.view.set_before(None)
        self._exploration.set_axis(_PLANES[plane])  # type: ignore[arg-type]

    def _show_before(self) -> None:
        shown = self._before if self.wipe.isChecked() else None
        section = self.view.section
        fits = shown is not None and section is not None and shown.shape == section.indices.shape
        self.view.set_before(shown if fits else None)

    def _on_hover(self, reading: Reading | None) -> None:
        section = self.view.section
        if reading is None or section is None:
            self._where.setText("")
            self._phase.setText("")
            self._swatch.set_colour(None)
            return
        units = self._context.units
        factor, unit = (units.factor(), units.unit_text()) if section.in_um else (1.0, "voxel")
        row, column = section.axes
        self._where.setText(f"{column} {number(reading.across * factor)}  {row} {number(reading.down * factor)} {unit}")
        self._phase.setText(section.names[reading.phase])
        self._swatch.set_colour(section.colours[reading.phase])

    def _show_size(self) -> None:
        section = self.view.section
        if section is None:
            return
        units = self._context.units
        factor, unit = (units.factor(), units.unit_text()) if section.in_um else (1.0, "voxel")
        height, width = (side * factor for side in section.extent)
        self._size.setText(f"{number(width)} × {number(height)} {unit}{self._share()}")
        self.set_remark(f"drawn in {time_taken(self._seconds)}")

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
