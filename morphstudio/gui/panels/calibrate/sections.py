"""A section of the image beside one of the best model so far, at the same scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from morphstudio.app.previews import SectionPreview
from morphstudio.core.phases import AXES
from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.section_figure import SectionFigure
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.labels import ElidedLabel, text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.phases import counted_in, image_colours, shown_lengths
from morphstudio.gui.widgets.section import Section
from morphstudio.gui.widgets.section_view import SectionView
from morphstudio.gui.widgets.swatch import PhaseTag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.context import AppContext

_KEY = "calibrate.section"
_LARGEST = 768
LINKED_TIP = "Zoom and move each on its own: now they are at one scale"


class SectionsPanel(Panel):
    """Image and model side by side; zoom and position are shared."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Section", "", (8, 0, 8, 0), parent)
        self._context = context
        self._image: PhaseImage | None = None
        self._confirmed = True
        self._at = 0
        self._model: ExcursionSet | None = None
        self._words = ""
        self.back = IconButton(context, "caret-left", "Section before ([)", lambda: self._turn(-1))
        self.forth = IconButton(context, "caret-right", "Section after (])", lambda: self._turn(1))
        self.back.setShortcut("[")
        self.forth.setShortcut("]")
        fit = IconButton(context, "arrows-in", "Show the whole section", lambda: self.data_view.fit())  # noqa: PLW0108
        self.link = IconButton(context, "link", LINKED_TIP, self._toggle_link, checkable=True)
        self.link.setChecked(True)
        for tool in (self.link, self.back, self.forth, fit, FigureButton(context, self.figure)):
            self.add_tool(tool)
        self.data_view, self.model_view = SectionView(context), SectionView(context)
        self.data_view.link(self.model_view)
        self._data_words, self._model_words = ElidedLabel("", "second"), ElidedLabel("", "second")
        self.body.addLayout(self._views(), 1)
        self.body.addWidget(self._footer())
        context.previews.answered.connect(self._on_answer)
        context.units.changed.connect(self._show_words)
        self.data_view.view_changed.connect(self._show_words)

    def show_image(self, image: PhaseImage | None, *, confirmed: bool) -> None:
        """Show the middle section of an image."""
        if image is self._image and confirmed == self._confirmed:
            return
        self._image, self._confirmed = image, confirmed
        self._show_tags()
        if image is None:
            self.data_view.clear()
            self.model_view.clear()
            return
        normal = self._normal()
        self._at = image.shape[normal] // 2
        for button in (self.back, self.forth):
            button.setVisible(image.shape[normal] > 1)
        self._show_data()
        self.clear_model()

    def show_model(self, model: ExcursionSet, words: str) -> None:
        """Ask for a section of ``model``; ``words`` say which model it is."""
        self._model, self._words = model, words
        if self._image is not None:
            shape = tuple(min(n, _LARGEST) for n in self._image.shape)
            self._context.previews.request(_KEY, SectionPreview(
                model, shape, self._image.spacing, self._context.session.document.seed,  # type: ignore[arg-type]
                AXES[self._normal()]))

    def figure(self) -> SectionFigure | None:
        """Return image and model as a figure; ``None`` without an image."""
        return SectionFigure("Sections", self._shown_sections, self._context.units) if self._image else None

    def _shown_sections(self) -> list[tuple[str, Section]]:
        views = (("Image", self.data_view), ("Model", self.model_view))
        return [(title, view.section) for title, view in views if view.section is not None]

    def _toggle_link(self) -> None:
        """Let both be zoomed and moved as one, or each on its own."""
        if self.link.isChecked():
            self.data_view.link(self.model_view)
        else:
            self.model_view.unlink()
        tip = LINKED_TIP if self.link.isChecked() else "Zoom and move image and model as one"
        self.link.setToolTip(tip)

    def clear_model(self) -> None:
        """Show no model."""
        self._model, self._words = None, ""
        self.model_view.clear()
        self._show_words()

    def view_state(self) -> dict[str, Any]:
        """Return which section is shown, zoom and position."""
        return {"section": self._at, "view": self.data_view.view_state()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show the sections as they were seen."""
        if self._image is None:
            return
        self._at = min(max(int(state.get("section", self._at)), 0), self._image.shape[self._normal()] - 1)
        self._show_data()
        self.data_view.restore_view(state.get("view", {}))

    def _views(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for column, (title, role, words, view) in enumerate((
                ("Image", "strong", self._data_words, self.data_view),
                ("Model", "accentText", self._model_words, self.model_view))):
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(text_label(title, role))
            head.addWidget(words, 1)
            grid.addLayout(head, 0, column)
            grid.addWidget(view, 1, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        return grid

    def _footer(self) -> QWidget:
        footer = QWidget()
        footer.setFixedHeight(28)
        self._tags = QHBoxLayout(footer)
        self._tags.setContentsMargins(4, 0, 4, 0)
        self._tags.setSpacing(16)
        return footer

    def _show_tags(self) -> None:
        while (item := self._tags.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().deleteLater()
        if self._image is not None:
            for phase, colour in zip(self._image.phases, image_colours(self._image), strict=True):
                self._tags.addWidget(PhaseTag(phase.name, colour))
        self._tags.addStretch(1)
        self._size = text_label("", "second")
        self._tags.addWidget(self._size)

    def _normal(self) -> int:
        """Return the axis that sections are normal to: the closed one of a section, else z."""
        assert self._image is not None
        return next((a for a in range(3) if self._image.shape[a] == 1), 0)

    def _turn(self, step: int) -> None:
        if self._image is None:
            return
        count = self._image.shape[self._normal()]
        self._at = min(max(self._at + step * max(1, count // 12), 0), count - 1)
        self._show_data()

    def _show_data(self) -> None:
        image = self._image
        assert image is not None
        lookup = np.zeros(256, np.uint8)
        for index, phase in enumerate(image.phases):
            lookup[phase.label] = index
        plane = lookup[np.take(image.labels, self._at, axis=self._normal())]
        self.data_view.show_section(self._section(plane))
        self._show_words()

    def _section(self, indices: NDArray[np.uint8]) -> Section:
        image = self._image
        assert image is not None
        rows, columns = (a for a in range(3) if a != self._normal())
        return Section(indices, (image.spacing[rows], image.spacing[columns]), tuple(p.name for p in image.phases),
                       image_colours(image), (AXES[rows], AXES[columns]),
                       confirmed=self._confirmed, in_um=image.voxel_size_um is not None, counted=counted_in(image))

    def _on_answer(self, answer: PreviewAnswer) -> None:
        if answer.key != _KEY or answer.result is None or self._image is None or self._model is None:
            return
        names = [p.name for p in self._image.phases]
        if set(names) != set(self._model.phases):
            return
        to_image = np.array([names.index(name) for name in self._model.phases], np.uint8)
        self.model_view.show_section(self._section(to_image[answer.result]))  # type: ignore[index]
        self._show_words()

    def _show_words(self) -> None:
        image = self._image
        if image is None:
            return
        normal = self._normal()
        unit, factor = shown_lengths(self._context.units, image)
        unit = "voxels" if unit == "voxel" else unit
        if image.shape[normal] > 1:
            depth = self._at * image.spacing[normal] * factor
            self._data_words.setText(f"{AXES[normal]} = {number(depth)} {unit}")
            for button, words in ((self.back, "before ([)"), (self.forth, "after (])")):
                button.setToolTip(f"Section {words}: now {self._at + 1} of {image.shape[normal]}")
        else:
            self._data_words.setText(f"{image.plane} section")
        seed = self._context.session.document.seed
        self._model_words.setText(f"{self._words}, seed {seed}" if self._words else "appears with the first fit")
        section = self.data_view.section
        if section is not None:
            height, width = section.extent
            text = f"{number(width * factor)} × {number(height * factor)} {unit}"
            shown = f"{self.data_view.share_shown:.0%}".replace("%", " %")
            self._size.setText(f"{text}, shown at {shown}")
