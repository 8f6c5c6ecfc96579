"""The line under the sections: which slice it is, what the cursor reads, how large the section is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import counted, number
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.labels import ElidedLabel, text_label
from morphstudio.gui.widgets.swatch import Swatch

if TYPE_CHECKING:
    from morphstudio.core.phases import Axis
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.widgets.section import Reading, Section


class SectionLine(QWidget):
    """Slice with its steps, cursor read-out, extent.

    Signals
    -------
    stepped : int
        So many slices on.
    """

    stepped = Signal(int)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setFixedHeight(METRICS.scene_footer)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        self.back = IconButton(context, "caret-left", "Slice before ([)", lambda: self.stepped.emit(-1))
        self.on = IconButton(context, "caret-right", "Next slice (])", lambda: self.stepped.emit(1))
        self.back.setShortcut("[")
        self.on.setShortcut("]")
        self.slice = text_label("")
        self.slice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.slice.setMinimumWidth(72)
        steps = QHBoxLayout()
        steps.setSpacing(0)
        for widget in (self.back, self.slice, self.on):
            steps.addWidget(widget)
        row.addLayout(steps)
        self.where, self.phase, self._swatch = text_label("", "second"), ElidedLabel(""), Swatch()
        self.size = text_label("", "second")
        row.addWidget(self.where)
        row.addWidget(self._swatch)
        row.addWidget(self.phase, 1)
        row.addWidget(self.size)

    def show_slice(self, axis: Axis, at: int, spacing: float, *, in_um: bool) -> None:
        """Say where the slice is: its middle, along ``axis``."""
        units = self._context.units
        middle = (at + 0.5) * spacing
        text = units.format(middle) if in_um else f"{middle:g} {counted(f'{middle:g}')}"
        self.slice.setText(f"{axis} {text}")
        self.slice.setToolTip(f"Slice {at + 1} along {axis}")

    def show_steps(self, shown: bool) -> None:
        """Show or hide the slice and its steps: a section of its own has none."""
        for widget in (self.back, self.slice, self.on):
            widget.setVisible(shown)

    def show_reading(self, reading: Reading | None, section: Section | None) -> None:
        """Say what is under the cursor."""
        if reading is None or section is None:
            self.where.setText("")
            self.phase.setText("")
            self._swatch.set_colour(None)
            return
        units = self._context.units
        factor, unit = (units.factor(), units.unit_of()) if section.in_um else (1.0, "voxels")
        at = sorted(((section.axes[1], reading.across), (section.axes[0], reading.down)),
                    key=lambda pair: -AXES.index(pair[0]))  # type: ignore[arg-type]
        self.where.setText("  ".join(f"{axis} {number(length * factor)}" for axis, length in at) + f" {unit}")
        self.phase.setText(section.names[reading.phase])
        self._swatch.set_colour(section.colours[reading.phase])

    def show_size(self, section: Section | None, compared: str = "") -> None:
        """Say how large the section is; ``compared`` says how large beside the image."""
        if section is None:
            self.size.setText("")
            return
        units = self._context.units
        factor, unit = (units.factor(), units.unit_of()) if section.in_um else (1.0, "voxels")
        height, width = (side * factor for side in section.extent)
        self.size.setText(f"{number(width)} × {number(height)} {unit}")
        self.size.setToolTip(f"{self.size.text()}{compared}")
