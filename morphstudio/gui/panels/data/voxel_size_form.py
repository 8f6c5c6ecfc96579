"""The voxel size of the active image: entered, linked or per axis, and confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.panels.data.edits import with_voxel_size
from morphstudio.gui.units import NO_BREAK_SPACE, number, short_number
from morphstudio.gui.widgets.buttons import Button, IconButton
from morphstudio.gui.widgets.chip import Chip
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import InlineError
from morphstudio.gui.widgets.number_field import NumberField

if TYPE_CHECKING:
    from morphstudio.app.document import ImageEntry
    from morphstudio.core.phases import VoxelSize
    from morphstudio.gui.context import AppContext

FACTORS = {"um": 1.0, "nm": 1000.0}
_EXAMPLES = {"um": "0.12", "nm": "120"}
DIGITS = 6
MOST_LIKELY_UM = (1e-4, 1e3)  # edges of the pixels of micrographs


class VoxelSizeForm(QWidget):
    """Fields for the axes that the image has, in nm or µm; stored in µm."""

    draw_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._entry: ImageEntry | None = None
        self._linked = True
        self._unit = "um"
        self.title = text_label("Voxel size", "strong")
        self.state = Chip(context)
        self.fields: dict[str, NumberField] = {}
        self._captions = {axis: text_label(axis, "second") for axis in AXES}
        self.link = IconButton(context, "link-simple", "The same along each axis", self._toggle_link, colour="accent")
        self.unit = ComboBox()
        self.unit.addItem("µm", "um")
        self.unit.addItem("nm", "nm")
        self.unit.setFixedWidth(62)
        self.unit.activated.connect(lambda _: self._choose_unit())
        self.summary = text_label("", "second", wrap=True)
        self.problem = InlineError(context)
        self.confirm_button = Button(context, "Confirm voxel size", "primary", "check", self.confirm, flush=True)
        self.voxels_button = Button(context, "Work in voxels", "link", clicked=self._work_in_voxels)
        self.draw_button = Button(context, "Draw on a scale bar", "link", "ruler", self.draw_asked.emit, flush=True)
        self.draw_button.setToolTip("Draw a line along a length that you know and type how long it is")
        self._build()
        context.units.changed.connect(self._follow_unit)
        self._show_words()
        self._follow_unit()

    def show_entry(self, entry: ImageEntry) -> None:
        """Show the voxel size of an image."""
        another = self._entry is None or self._entry.image.labels is not entry.image.labels
        self._entry = entry
        size = entry.image.voxel_size_um
        if another:
            self._linked = size is None or len({round(v, 9) for v in self._open(size).values()}) == 1
            for field in self.fields.values():
                field.setModified(False)
            self._show_words()
        self._show_fields()
        self._show_state()

    def confirm(self) -> None:
        """Say that the voxel size is right."""
        size = self._entered()
        if size is not None:
            self._apply(f"Confirm {self._what} size", size, confirmed=True)

    def scale(self, factor: float) -> None:
        """Make the voxels ``factor`` times as long as now, as a drawn line of known length says; not yet confirmed."""
        if self._entry is not None:
            z, y, x = (float(f"{size * factor:.4g}") for size in self._entry.image.spacing)
            self._apply(f"Set {self._what} size by a line", (z, y, x), confirmed=False)
            self.confirm_button.setFocus()

    # building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.state)
        column.addLayout(head)
        column.addLayout(self._field_row())
        column.addWidget(self.problem)
        column.addWidget(self.summary)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(4)
        buttons.addWidget(self.confirm_button)
        buttons.addStretch(1)
        actions = QVBoxLayout()
        actions.setSpacing(0)  # buttons keep room for the focus ring around them
        actions.addLayout(buttons)
        column.addLayout(actions)
        ways = QHBoxLayout()
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(4)
        ways.addWidget(self.draw_button)
        ways.addWidget(self.voxels_button)
        ways.addStretch(1)
        actions.addLayout(ways)

    def _field_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(5)
        for axis in reversed(AXES):
            field = NumberField(above=0.0, digits=DIGITS)
            field.setMinimumWidth(46)
            field.setMaximumWidth(96)
            field.edited.connect(lambda value, a=axis: self._edit(a, value))
            field.textChanged.connect(lambda _text, a=axis: self._on_typing(a))
            field.returnPressed.connect(self.confirm)
            self.fields[axis] = field
            row.addWidget(self._captions[axis])
            row.addWidget(field, 1)
            if axis == "x":
                row.addWidget(self.link)
        row.addWidget(self.unit)
        return row

    # showing

    @property
    def _what(self) -> str:
        """What the image consists of."""
        return "pixel" if self._entry is not None and self._entry.image.is_section else "voxel"

    def _show_words(self) -> None:
        what = self._what
        self.title.setText(f"{what.capitalize()} size")
        self.unit.setAccessibleName(f"Unit of the {what} size")
        self.unit.setToolTip(f"Unit of the {what} size")
        self.confirm_button.setText(f"Confirm {what} size")
        self.voxels_button.setText(f"Work in {what}s")
        self.voxels_button.setToolTip(f"No length is known: results are then given in {what}s")
        for axis, field in self.fields.items():
            field.setAccessibleName(f"{what.capitalize()} size along {axis}")
            field.setToolTip(f"Edge of one {what}; a unit may be typed behind the number")

    def _open(self, size: VoxelSize) -> dict[str, float]:
        """Return the edge lengths along the axes that the image has."""
        assert self._entry is not None
        return {AXES[axis]: size[axis] for axis in self._entry.image.open_axes}

    def _show_fields(self) -> None:
        assert self._entry is not None
        size = self._entry.image.voxel_size_um
        shown = {AXES[axis] for axis in self._entry.image.open_axes}
        first = next(axis for axis in reversed(AXES) if axis in shown)
        for position, axis in enumerate(AXES):
            field = self.fields[axis]
            field.setVisible(axis in shown)
            self._captions[axis].setVisible(axis in shown)
            field.show_value(None if size is None else size[position] * FACTORS[self._unit])
            field.setEnabled(not self._linked or axis == first)
            field.unit_um = 1.0 / FACTORS[self._unit]
            # A linked field follows the first: an example in each would only say it again.
            field.setPlaceholderText(_EXAMPLES[self._unit] if axis == first or not self._linked else "")
        self.link.set_icon("link-simple" if self._linked else "link-simple-break",
                           "The same along each axis" if self._linked else "One size per axis",
                           "accent" if self._linked else "text2")

    def _show_state(self) -> None:
        assert self._entry is not None
        entry = self._entry
        known = entry.image.voxel_size_um is not None
        if entry.voxel_confirmed:
            self.state.show_state("confirmed" if known else f"in {self._what}s", "ok")
        else:
            self.state.show_state("not confirmed" if known else "not in the file", "warn")
        self.voxels_button.setVisible(not entry.voxel_confirmed)
        self.summary.setText(self._summary())
        self._refresh_button()

    def _summary(self) -> str:
        assert self._entry is not None
        image = self._entry.image
        shape = [image.shape[axis] for axis in image.open_axes]
        size = self._entered() or image.voxel_size_um  # what is being typed, before it is confirmed
        if size is None:
            counts = " × ".join(str(n) for n in reversed(shape))
            return f"{counts} {'px' if image.is_section else 'voxels'}. How long is one?"
        lengths = [image.shape[a] * size[a] * FACTORS[self._unit] for a in image.open_axes]
        across = " × ".join(number(length) for length in reversed(lengths))
        one = " × ".join(dict.fromkeys(short_number(v * 1000) for v in reversed(self._open(size).values())))
        return f"{one} nm per {self._what}, image {across}{NO_BREAK_SPACE}{'µm' if self._unit == 'um' else 'nm'}"

    def _refresh_button(self) -> None:
        assert self._entry is not None
        entered = self._entered()
        changed = entered is not None and entered != self._entry.image.voxel_size_um
        self.confirm_button.setEnabled(entered is not None)
        self.confirm_button.setVisible(changed or not self._entry.voxel_confirmed)
        wrong = next((f.problem for f in self.fields.values() if f.isVisibleTo(self) and f.problem), "")
        self.problem.show_problem(wrong or ("" if entered is None else _doubt(entered)))

    # editing

    def _entered(self) -> VoxelSize | None:
        """Return what the fields say, in µm; ``None`` where they are not complete."""
        if self._entry is None:
            return None
        old = self._entry.image.voxel_size_um
        values: dict[str, float] = {}
        for axis in self._entry.image.open_axes:
            field = self.fields[AXES[axis]]
            if field.value is None:
                return None
            # What was not touched keeps its stored value to the last digit.
            untouched = not field.isModified() and old is not None
            values[AXES[axis]] = old[axis] if untouched else field.value / FACTORS[self._unit]
        if self._linked:
            first = next(axis for axis in reversed(AXES) if axis in values)
            values = dict.fromkeys(values, values[first])
        # A section's third edge length plays no part; the mean keeps it sensible.
        rest = sum(values.values()) / len(values)
        z, y, x = (values.get(axis, rest) for axis in AXES)
        return z, y, x

    def _on_typing(self, axis: str) -> None:
        if self._entry is None or not self.fields[axis].isModified():
            return
        if self._linked:
            for other, field in self.fields.items():
                if other != axis:
                    field.setText(self.fields[axis].text())
        self._refresh_button()
        self.summary.setText(self._summary())

    def _edit(self, axis: str, value: float) -> None:
        assert self._entry is not None
        self.fields[axis].setModified(True)
        size = self._entered()
        self.fields[axis].setModified(False)
        if size is not None and size != self._entry.image.voxel_size_um:
            self._apply(f"Change {self._what} size", size, confirmed=False)

    def _apply(self, title: str, size: VoxelSize | None, *, confirmed: bool) -> None:
        session = self._context.session
        assert self._entry is not None
        position = next(at for at, entry in enumerate(session.document.images) if entry is self._entry)
        for field in self.fields.values():
            field.setModified(False)
        session.apply(title, with_voxel_size(session.document, position, size, confirmed=confirmed))

    def _work_in_voxels(self) -> None:
        self._apply(f"Work in {self._what}s", None, confirmed=True)

    def _toggle_link(self) -> None:
        self._linked = not self._linked
        self._show_fields()

    def _choose_unit(self) -> None:
        self._context.units.set_unit(self.unit.currentData())

    def _follow_unit(self) -> None:
        unit = self._context.units.unit
        if unit in FACTORS:
            self._unit = unit
        self.unit.setCurrentIndex(self.unit.findData(self._unit))
        if self._entry is not None:
            self._show_fields()
            self._show_state()


def _doubt(size: VoxelSize) -> str:
    """Return what to check about a size that no micrograph has; it can be confirmed all the same."""
    if max(size) >= MOST_LIKELY_UM[1]:
        return "That is a millimetre or more: is the unit right?"
    if min(size) < MOST_LIKELY_UM[0]:
        return "That is smaller than an atom: is the unit right?"
    return ""
