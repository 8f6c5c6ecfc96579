"""The crop in figures: its edges to type, what it would hold, and the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.panels.data.lengths import VoxelLengths
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.layouts import clear_layout
from morphstudio.gui.widgets.messages import InlineError
from morphstudio.gui.widgets.number_field import NumberField
from morphstudio.gui.widgets.phases import counted_in, image_colours, spoken_name
from morphstudio.gui.widgets.swatch import PhaseTag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLabel

    from morphstudio.core.descriptors.representativity import FractionInterval
    from morphstudio.core.image_edits import Box
    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.context import AppContext

HINT = "Drag the box on the image, or type where it begins and ends."
KEYS = ("Arrow keys move the box, with Ctrl its lower right corner, with Shift by ten at a time. "
        "Enter applies, Esc leaves.")


class CropForm(QWidget):
    """Shown while a crop is being chosen."""

    edges_typed = Signal(object)  # Box

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._image: PhaseImage | None = None
        self._box: Box = ((0, 1), (0, 1), (0, 1))
        self.fields: dict[tuple[str, int], NumberField] = {}
        self._captions: dict[str, tuple[QWidget, ...]] = {}
        self.size = text_label("", "second", wrap=True)
        self.values: list[QLabel] = []
        self._whole: Sequence[FractionInterval] | None = None
        self.problem = InlineError(context)
        self.apply_button = Button(context, "Apply crop", "primary", "crop", flush=True)
        self.apply_button.setToolTip("Enter. The image keeps only the box; undo brings the rest back")
        self.whole_button = Button(context, "Whole image")
        self.whole_button.setToolTip("Put the box back around everything")
        self.cancel_button = Button(context, "Cancel", "quiet")
        self.cancel_button.setToolTip("Esc. Leave the image as it is")
        self._build()
        context.units.changed.connect(self._show_edges)

    def show_image(self, image: PhaseImage, whole: Sequence[FractionInterval] | None) -> None:
        """Begin with an image and what is known of it as a whole."""
        self._image, self._whole = image, whole
        axes = {AXES[axis] for axis in image.open_axes}
        for axis, captions in self._captions.items():
            for widget in (*captions, self.fields[axis, 0], self.fields[axis, 1]):
                widget.setVisible(axis in axes)
        clear_layout(self._table)
        self.values = []
        right = Qt.AlignmentFlag.AlignRight
        for column, title in enumerate(("Phase", "In the box", "Whole image")):
            side = right if column else Qt.AlignmentFlag.AlignLeft
            self._table.addWidget(text_label(title, "column"), 0, column, side)
        for row, (phase, colour) in enumerate(zip(image.phases, image_colours(image), strict=True), start=1):
            self._table.addWidget(PhaseTag(spoken_name(phase), colour), row, 0)
            value = text_label("…")
            self._table.addWidget(value, row, 1, right)
            before = text_label(f"{image.fractions[row - 1]:.3f}" if whole is None else _text(whole[row - 1]), "second")
            self._table.addWidget(before, row, 2, right)
            self.values.append(value)

    def show_box(self, box: Box) -> None:
        """Show where the box is now."""
        self._box = box
        self._show_edges()

    def show_fractions(self, intervals: Sequence[FractionInterval]) -> None:
        """Show what the box holds."""
        for label, interval in zip(self.values, intervals, strict=True):
            label.setText(_text(interval))
            label.setToolTip(interval.reason)
        gone = sum(interval.fraction > 0 for interval in intervals) < 2
        problem = "Only one phase would be left: choose a larger box."
        self.problem.show_problem(problem if gone else "")
        if gone:
            self.set_applicable(problem)

    def set_applicable(self, reason: str) -> None:
        """Open or close the main button; ``reason`` says why it is closed."""
        self.apply_button.setEnabled(not reason)
        self.apply_button.setToolTip(reason or "Enter. The image keeps only the box; undo brings the rest back")

    def size_text(self) -> str:
        """Return the size of the box in the unit shown, e.g. ``"65.5 × 54.2 µm"``."""
        assert self._image is not None
        lengths = VoxelLengths(self._context.units, self._image)
        return lengths.product({axis: self._box[axis][1] - self._box[axis][0] for axis in self._image.open_axes})

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        hint = text_label(HINT, "second", wrap=True)
        hint.setToolTip(KEYS)
        column.addWidget(hint)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(5)
        for row, axis in enumerate(reversed(AXES)):
            ends = (NumberField(), NumberField())
            to, unit = text_label("to", "second"), text_label("", "second")
            name = text_label(axis, "second")
            self._captions[axis] = (name, to, unit)
            for end, field in enumerate(ends):
                field.setAccessibleName(f"Crop along {axis}, {('from', 'to')[end]}")
                field.setToolTip(f"{('First', 'Last')[end]} place kept along {axis}; a unit may be typed behind it")
                field.edited.connect(lambda value, key=(axis, end): self._type(key, value))
                self.fields[axis, end] = field
            for place, widget in enumerate((name, ends[0], to, ends[1], unit)):
                grid.addWidget(widget, row, place)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        column.addLayout(grid)
        column.addWidget(self.size)
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(12)
        self._table.setVerticalSpacing(4)
        self._table.setColumnStretch(0, 1)
        column.addLayout(self._table)
        column.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for button in (self.apply_button, self.whole_button, self.cancel_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)

    def _show_edges(self) -> None:
        if self._image is None:
            return
        lengths = VoxelLengths(self._context.units, self._image)
        for axis in self._image.open_axes:
            for end in (0, 1):
                field = self.fields[AXES[axis], end]
                field.unit_um = lengths.unit_um
                field.setModified(False)
                field.show_value(float(f"{lengths.shown(self._box[axis][end], axis):.5g}"))
            self._captions[AXES[axis]][2].setText(lengths.unit)
        counts = " × ".join(str(self._box[axis][1] - self._box[axis][0]) for axis in reversed(self._image.open_axes))
        what = counted_in(self._image)
        self.size.setText(f"{counts} {what}" + (f", {self.size_text()}" if lengths.is_length else ""))

    def _type(self, key: tuple[str, int], value: float) -> None:
        assert self._image is not None
        axis, end = AXES.index(key[0]), key[1]  # type: ignore[arg-type]
        at = round(VoxelLengths(self._context.units, self._image).voxels(value, axis))
        box = [list(pair) for pair in self._box]
        box[axis][end] = at
        self.edges_typed.emit(tuple((start, stop) for start, stop in box))


def _text(interval: FractionInterval) -> str:
    if interval.half_width is None:
        return f"{interval.fraction:.3f}"
    return f"{interval.fraction:.3f} ± {interval.half_width:.3f}"
