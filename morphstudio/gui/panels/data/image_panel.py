"""The card with the image: section, zoom, plane and slice of a volume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.section_figure import SectionFigure
from morphstudio.gui.widgets.buttons import IconButton, Segmented
from morphstudio.gui.widgets.labels import WholeWords
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.phases import PLANES, section_of
from morphstudio.gui.widgets.section_footer import SectionFooter
from morphstudio.gui.widgets.section_view import SectionView

if TYPE_CHECKING:
    from morphstudio.app.document import ImageEntry
    from morphstudio.core.phases import Axis
    from morphstudio.gui.context import AppContext

LEAST_SLIDER = 60  # a shorter one cannot be aimed with


class ImagePanel(Panel):
    """Shows one section of the active image."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Image", margins=(8, 0, 8, 0), parent=parent)
        self._context = context
        self._entry: ImageEntry | None = None
        self._plane = "xy"
        self._positions = dict.fromkeys(PLANES, 0)
        self.view = SectionView(context)
        self.planes = Segmented([(plane, plane) for plane in PLANES], "xy", "Section plane")
        self.planes.chosen.connect(self._choose_plane)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Slice")
        self.slider.valueChanged.connect(self._choose_slice)
        self.slider.setMinimumWidth(LEAST_SLIDER)
        self.position = WholeWords()
        self.position.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._build()
        context.units.changed.connect(self._show_position)

    def show_entry(self, entry: ImageEntry | None) -> None:
        """Show another image, or the same with other phases or voxel size."""
        old = self._entry
        self._entry = entry
        self._slices.setVisible(entry is not None and not entry.image.is_section)
        self.planes.setVisible(entry is not None and not entry.image.is_section)
        self._footer.refresh()
        if entry is None:
            self.view.clear()
            return
        self.set_remark(entry.image.name)
        if old is None or old.image.labels is not entry.image.labels:
            self._positions = {plane: entry.image.shape[AXES.index(axis)] // 2 for plane, axis in PLANES.items()}
            self._set_slider()
        self._draw()

    @property
    def plane(self) -> str:
        """Plane of a volume that is shown."""
        return self._plane

    def view_state(self) -> dict[str, Any]:
        """Return plane, slices, zoom and position."""
        return {"plane": self._plane, "slices": dict(self._positions), "section": self.view.view_state()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show the image as it was seen."""
        if self._entry is None or state.get("plane") not in PLANES:
            return
        self._plane = state["plane"]
        self.planes.set_current(self._plane)
        for plane, position in state.get("slices", {}).items():
            length = self._entry.image.shape[AXES.index(PLANES[plane])]
            self._positions[plane] = min(max(int(position), 0), length - 1)
        self._set_slider()
        self._draw()
        self.view.restore_view(state.get("section", {}))

    def figure(self) -> SectionFigure | None:
        """Return the section as a figure; ``None`` where there is none."""
        section = self.view.section
        if section is None:
            return None
        return SectionFigure("Section", lambda: [("", section)], self._context.units)

    def step(self, by: int) -> None:
        """Go some slices on."""
        self.slider.setValue(self.slider.value() + by)

    def _build(self) -> None:
        context = self._context
        self.add_tool(self.planes)
        self.add_tool(IconButton(context, "magnifying-glass-plus", "Zoom in (+)", lambda: self.view.zoom(1.25)))
        self.add_tool(IconButton(context, "magnifying-glass-minus", "Zoom out (−)", lambda: self.view.zoom(0.8)))
        self.add_tool(IconButton(context, "corners-out", "Show all (0, double-click)", self.view.fit))
        self.add_tool(FigureButton(context, self.figure))
        self.body.setSpacing(0)
        self.body.addWidget(self.view, 1)
        self._slices = QWidget()
        row = QHBoxLayout(self._slices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconButton(context, "caret-left", "Previous slice ([)", lambda: self.step(-1)))
        row.addWidget(self.slider, 1)
        row.addWidget(IconButton(context, "caret-right", "Next slice (])", lambda: self.step(1)))
        row.addWidget(self.position)
        self._footer = SectionFooter(context, self.view)
        self._footer.set_lead(self._slices)
        self.body.addWidget(self._footer)
        for keys, by in (("[", -1), ("]", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(lambda by=by: self.step(by))

    def _choose_plane(self, plane: str) -> None:
        self._plane = plane
        self._set_slider()
        self._draw()

    def _choose_slice(self, position: int) -> None:
        self._positions[self._plane] = position
        self._draw()

    def _set_slider(self) -> None:
        assert self._entry is not None
        length = self._entry.image.shape[AXES.index(PLANES[self._plane])]
        self.slider.blockSignals(True)
        self.slider.setRange(0, length - 1)
        self.slider.setPageStep(max(length // 10, 1))
        self.slider.setValue(self._positions[self._plane])
        self.slider.blockSignals(False)

    def _draw(self) -> None:
        if self._entry is not None:
            self.view.show_section(section_of(self._entry, self._plane, self._positions[self._plane]))
            self._show_position()

    def _show_position(self) -> None:
        if self._entry is None or self._entry.image.is_section:
            return
        axis = PLANES[self._plane]
        length = self._entry.image.shape[AXES.index(axis)]
        start, rest = self._place_words(axis, self._positions[self._plane], length)
        self.position.show_words(start, rest)
        # As wide as the last slice needs it, so that the slider stays where it is.
        last = self._place_words(axis, length - 1, length)[0]
        self.position.setMinimumWidth(self.position.fontMetrics().horizontalAdvance(last))

    def _place_words(self, axis: Axis, position: int, length: int) -> tuple[str, str]:
        """Return where a slice is, and of how many it is which."""
        assert self._entry is not None
        image, units = self._entry.image, self._context.units
        if image.voxel_size_um is None or units.unit == "voxel":
            return f"{axis} slice {position + 1}", f" of {length}"
        at = units.format(position * image.spacing[AXES.index(axis)])
        return f"{axis} = {at}", f", {position + 1} of {length}"
