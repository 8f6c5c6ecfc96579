"""Asks for the voxel size of a resampled image and says what would come of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.app.document import ImageEdit
from morphstudio.app.forecast import forecast_resample
from morphstudio.app.work.edit_image import ResampleJob
from morphstudio.core.image_edits import resampled_shape
from morphstudio.core.phases import AXES
from morphstudio.gui.panels.data.edits import with_edited
from morphstudio.gui.panels.data.lengths import words_for
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import Button, IconButton
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import InlineError, Remark
from morphstudio.gui.widgets.number_field import NumberField

if TYPE_CHECKING:
    from morphstudio.app.document import ImageEntry
    from morphstudio.core.phases import PhaseImage, VoxelSize
    from morphstudio.gui.context import AppContext

RULE = ("Each new voxel takes the phase that fills most of it (majority rule); where two fill the same, the phase at "
        "its centre.")
COARSER = "What is thinner than a new voxel gets lost: compare fractions and surfaces afterwards."
FINER = "Smaller voxels repeat the old ones: the image gets larger and shows no more."


class ResampleDialog(QDialog):
    """One step of undo, done as a job."""

    def __init__(self, context: AppContext, entry: ImageEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Resample {entry.image.name}")
        self._context = context
        self._image: PhaseImage = entry.image
        self._linked = True
        self.fields = {axis: NumberField(above=0.0) for axis in AXES}
        self.link = IconButton(context, "link-simple", self._words("Keep the shape of the voxels"), self._toggle_link,
                               colour="accent")
        self.now = text_label("", "second")
        self.then = text_label("")
        self.memory = text_label("", "second")
        self.remark = Remark(context, "info")
        self.problem = InlineError(context)
        self.cancel_button = Button(context, "Cancel", clicked=self.reject)
        self.resample_button = Button(context, "Resample", "primary", "grid-four", self.resample)
        self.resample_button.setDefault(True)
        self._build()
        for axis, field in self.fields.items():
            field.textEdited.connect(lambda _text, a=axis: self._on_typing(a))
        # Twice as coarse is what most people come for: a first look, or the voxels of another image.
        self._show_sizes(tuple(2 * size for size in self._image.spacing))
        context.units.changed.connect(lambda: self._show_sizes(self.target or self._image.spacing))

    @property
    def target(self) -> VoxelSize | None:
        """The entered voxel size (z, y, x) in µm; ``None`` where it is not complete."""
        old, sizes = self._image.spacing, list(self._image.spacing)
        for axis in self._image.open_axes:
            value = self.fields[AXES[axis]].value
            if value is None:
                return None
            sizes[axis] = value / self._per_um
        if self._linked:
            first = self._image.open_axes[-1]
            sizes = [size * sizes[first] / old[first] if axis in self._image.open_axes else size
                     for axis, size in enumerate(old)]
        return sizes[0], sizes[1], sizes[2]

    def resample(self) -> None:
        """Resample as a job."""
        size, image, context = self.target, self._image, self._context
        if size is None or not self.resample_button.isEnabled():
            return
        shown = self._length(size[image.open_axes[-1]])

        def finished(resampled: PhaseImage) -> None:
            edit = ImageEdit("resample", voxel_size_um=resampled.voxel_size_um)
            document = with_edited(context.session.document, image, resampled, edit)
            if document is None:
                context.notify("The image was changed meanwhile; it was not resampled.")
                return
            context.session.apply(self._words(f"Resample to {shown} voxels"), document)
            context.notify(self._words(f"Resampled to {shown} voxels"))

        context.jobs.submit(ResampleJob(image, size), kind="open", finished=finished)
        self.accept()

    # building

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 16)
        outer.setSpacing(12)
        outer.addWidget(text_label("Resample", "title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = (("Now", self.now), (self._words("New voxel size"), self._sizes()), ("Then", self.then),
                ("Memory", self.memory))
        for row, (title, content) in enumerate(rows):
            grid.addWidget(text_label(title, "second"), row, 0)
            if isinstance(content, QWidget):
                grid.addWidget(content, row, 1)
            else:
                grid.addLayout(content, row, 1)
        outer.addLayout(grid)
        outer.addWidget(self.problem)
        outer.addWidget(self.remark)
        outer.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.resample_button)
        outer.addLayout(buttons)
        self.setMinimumWidth(480)

    def _sizes(self) -> QHBoxLayout:
        sizes = QHBoxLayout()
        sizes.setSpacing(6)
        for axis in reversed(AXES):
            is_open = AXES.index(axis) in self._image.open_axes
            field, name = self.fields[axis], text_label(axis, "second")
            field.setAccessibleName(self._words(f"New voxel size along {axis}"))
            field.setToolTip("A unit may be typed behind the number, such as 240 nm")
            field.setFixedWidth(84)
            for widget in (name, field):
                widget.setVisible(is_open)
                sizes.addWidget(widget)
            if axis == AXES[self._image.open_axes[-1]]:
                sizes.addWidget(self.link)
        self._unit = text_label("", "second")
        sizes.addWidget(self._unit)
        sizes.addStretch(1)
        return sizes

    # showing

    @property
    def _per_um(self) -> float:
        # A voxel as unit would name the old voxels: sizes are told in µm then.
        return 1000.0 if self._context.units.unit == "nm" else 1.0

    def _length(self, um: float) -> str:
        return f"{number(um * self._per_um)} {'nm' if self._per_um > 1 else 'µm'}"

    def _show_sizes(self, sizes: tuple[float, ...]) -> None:
        for axis, size in zip(AXES, sizes, strict=True):
            field = self.fields[axis]
            field.unit_um = 1.0 / self._per_um
            field.setModified(False)
            field.show_value(size * self._per_um)
        self._unit.setText("nm" if self._per_um > 1 else "µm")
        self._show_link()
        self._refresh()

    def _show_link(self) -> None:
        first = AXES[self._image.open_axes[-1]]
        for axis, field in self.fields.items():
            field.setEnabled(axis == first or not self._linked)
        self.link.set_icon("link-simple" if self._linked else "link-simple-break",
                           self._words("Keep the shape of the voxels") if self._linked else "One size per axis",
                           "accent" if self._linked else "text2")

    def _toggle_link(self) -> None:
        sizes = self.target
        self._linked = not self._linked
        self._show_link()
        if sizes is not None:
            self._show_sizes(sizes)

    def _on_typing(self, typed: str) -> None:
        sizes = self.target
        if self._linked and sizes is not None:
            for axis, size in zip(AXES, sizes, strict=True):
                if axis != typed:
                    self.fields[axis].show_value(size * self._per_um)
        self._refresh()

    def _refresh(self) -> None:
        image, size = self._image, self.target
        self.now.setText(f"{self._shape_text(image.shape)}, {self._sizes_text(image.spacing)}")
        problem = next((f.problem for f in self.fields.values() if f.problem), "")
        shape = None if size is None else resampled_shape(image, size)
        if shape is not None and size is not None:
            few = next((AXES[axis] for axis in image.open_axes if shape[axis] < 8), "")
            if few:
                problem = self._words(f"Fewer than 8 voxels would be left along {few}: choose a smaller voxel size.")
            elif size == image.spacing:
                problem = self._words("This is the voxel size that the image has.")
            else:
                problem = self._show_forecast(shape, size)
        self.then.setText("…" if shape is None else f"{self._shape_text(shape)}, {self._sizes_text(size or ())}")
        self.problem.show_problem(problem)
        self.resample_button.setEnabled(shape is not None and not problem)
        self.resample_button.setToolTip(problem or self._words(RULE))

    def _show_forecast(self, shape: tuple[int, int, int], size: VoxelSize) -> str:
        """Say what it takes, and return what stands against it."""
        forecast = forecast_resample(self._image.shape, shape)
        self.memory.setText(f"{_bytes(math.prod(shape))} for the image, {_bytes(forecast.bytes_needed)} while working, "
                            f"{_bytes(forecast.bytes_free)} free")
        finer = any(size[axis] < self._image.spacing[axis] for axis in self._image.open_axes)
        self.remark.show_remark("info", "", self._words(f"{RULE} {FINER if finer else COARSER}"))
        return "" if forecast.fits else self._words("Needs more memory than is free: choose a larger voxel size.")

    def _words(self, text: str) -> str:
        return words_for(self._image, text)

    def _shape_text(self, shape: tuple[int, int, int]) -> str:
        counts = " × ".join(str(shape[axis]) for axis in reversed(self._image.open_axes))
        return f"{counts} {'px' if self._image.is_section else 'voxels'}"

    def _sizes_text(self, sizes: tuple[float, ...]) -> str:
        chosen = [sizes[axis] for axis in reversed(self._image.open_axes)]
        if len({round(size, 9) for size in chosen}) == 1:
            return f"{self._length(chosen[0])} each"
        return " × ".join(number(size * self._per_um) for size in chosen) + f" {self._unit.text()} each"


def _bytes(n: float) -> str:
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n >= factor:
            return f"{n / factor:.1f} {unit}"
    return f"{n:.0f} bytes"
