"""The open images of one material: which is shown, add, remove."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.gui.panels.data.edits import without_image
from morphstudio.gui.steps import missing_for_calibration
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import Button, IconButton
from morphstudio.gui.widgets.clickable_row import ClickableRow
from morphstudio.gui.widgets.labels import ElidedLabel, text_label
from morphstudio.gui.widgets.layouts import clear_layout
from morphstudio.gui.widgets.phases import image_colours, spoken_name
from morphstudio.gui.widgets.swatch import Swatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.app.document import ImageEntry
    from morphstudio.app.image_quality import ImageQuality
    from morphstudio.core.descriptors.representativity import FractionInterval
    from morphstudio.gui.context import AppContext

# Differences beyond this many standard errors are told: one in a hundred among images that are alike.
TOLD_ERRORS = 2.58


def deviates(position: int, label: int, images: Sequence[ImageEntry],
             qualities: Sequence[ImageQuality | None]) -> bool:
    """Whether the fraction of a phase in one image differs from that in the others beyond chance.

    The others count together, each by the inverse of its variance; an image
    whose fraction has no known error is left out.
    """
    known = {at: found for at, (entry, quality) in enumerate(zip(images, qualities, strict=True))
             if (found := _interval(entry, quality, label)) is not None and found.standard_error}
    own = known.pop(position, None)
    if own is None or not known or own.standard_error is None:
        return False
    weights = [1 / (interval.standard_error or 1.0) ** 2 for interval in known.values()]
    mean = sum(w * interval.fraction for w, interval in zip(weights, known.values(), strict=True)) / sum(weights)
    error = math.sqrt(own.standard_error**2 + 1 / sum(weights))
    return abs(own.fraction - mean) > TOLD_ERRORS * error


def _interval(entry: ImageEntry, quality: ImageQuality | None, label: int) -> FractionInterval | None:
    labels = [phase.label for phase in entry.image.phases]
    return None if quality is None or label not in labels else quality.intervals[labels.index(label)]


def _fractions(position: int, images: Sequence[ImageEntry], qualities: Sequence[ImageQuality | None]) -> QHBoxLayout:
    """Return the line with the fraction of each phase of one image."""
    image = images[position].image
    line = QHBoxLayout()
    line.setSpacing(5)
    for phase, colour in zip(image.phases, image_colours(image), strict=True):
        interval = _interval(images[position], qualities[position], phase.label)
        odd = deviates(position, phase.label, images, qualities)
        value = text_label("…" if interval is None else f"{interval.fraction:.3f}", "warnText" if odd else "second")
        half = "" if interval is None or interval.half_width is None else f" ± {interval.half_width:.3f}"
        told = f"{spoken_name(phase)} {value.text()}{half}" + (", unlike the other images" if odd else "")
        value.setToolTip(told)
        value.setAccessibleName(told)
        line.addWidget(Swatch(colour, 9))
        line.addWidget(value)
        line.addSpacing(7)
    line.addStretch(1)
    return line


class ImageList(QWidget):
    """One row per image; a model is fitted to all of them together."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.rows: list[ClickableRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._rows_column = QVBoxLayout()
        self._rows_column.setSpacing(2)
        column.addLayout(self._rows_column)
        self._hint = text_label("", "muted", wrap=True)
        column.addWidget(self._hint)
        line = QHBoxLayout()
        line.setContentsMargins(0, 2, 0, 0)
        self.add_button = Button(context, "Add image…", "secondary", "plus", lambda: context.open_image(add=True),
                                 flush=True)
        line.addWidget(self.add_button)
        line.addStretch(1)
        column.addLayout(line)

    def show_images(self, images: tuple[ImageEntry, ...], active: ImageEntry,
                    qualities: Sequence[ImageQuality | None]) -> None:
        """List the images, mark the one shown, and compare their fractions as far as they are known."""
        clear_layout(self._rows_column)
        self.rows = []
        if len(images) > 1:
            for position, entry in enumerate(images):
                row = self._row(position, entry, entry is active)
                row.layout().addLayout(_fractions(position, images, qualities))  # type: ignore[attr-defined]
                self._rows_column.addWidget(row)
        self._hint.setText(self._comparison(images, qualities) if len(images) > 1 else
                           "Sections in other planes, or more of the same, make the fit more certain.")

    def _comparison(self, images: tuple[ImageEntry, ...], qualities: Sequence[ImageQuality | None]) -> str:
        text = "The model is fitted to all of them together."
        if any(quality is None for quality in qualities):
            return text
        odd = [entry.image.name for position, entry in enumerate(images)
               if any(deviates(position, phase.label, images, qualities) for phase in entry.image.phases)]
        if not odd:
            return f"{text} Their fractions agree within what chance explains."
        return f"{text} Marked fractions differ from the other images by more than chance explains."

    def _row(self, position: int, entry: ImageEntry, active: bool) -> ClickableRow:
        row = ClickableRow()
        set_state(row, state="on" if active else "")
        row.setAccessibleName(f"Show {entry.image.name}")
        row.setToolTip(entry.path or entry.image.name)
        row.clicked.connect(lambda: self._activate(position))
        lines = QVBoxLayout(row)
        lines.setContentsMargins(8, 3, 2, 5)
        lines.setSpacing(1)
        line = QHBoxLayout()
        line.setSpacing(6)
        lines.addLayout(line)
        line.addWidget(ElidedLabel(entry.image.name, "strong" if active else "body", Qt.TextElideMode.ElideMiddle), 1)
        line.addWidget(text_label(entry.image.plane or "3D", "muted"))
        if missing_for_calibration(entry):
            line.addWidget(text_label("not ready", "warnText"))
        line.addWidget(IconButton(self._context, "trash", f"Remove {entry.image.name}",
                                  lambda: self._remove(position)))
        self.rows.append(row)
        return row

    def _activate(self, position: int) -> None:
        session = self._context.session
        session.apply("Show image", replace(session.document, active=position), undoable=False)

    def _remove(self, position: int) -> None:
        session = self._context.session
        name = session.document.images[position].image.name
        session.apply(f"Remove {name}", without_image(session.document, position))
