"""The open images of one material: which is shown, add, remove."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from morphstudio.app.document import ImageEntry
    from morphstudio.gui.context import AppContext


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

    def show_images(self, images: tuple[ImageEntry, ...], active: ImageEntry) -> None:
        """List the images and mark the one shown."""
        clear_layout(self._rows_column)
        self.rows = []
        if len(images) > 1:
            for position, entry in enumerate(images):
                self._rows_column.addWidget(self._row(position, entry, entry is active))
        self._hint.setText("The model is fitted to all of them together." if len(images) > 1 else
                           "Sections in other planes, or more of the same, make the fit surer.")

    def _row(self, position: int, entry: ImageEntry, active: bool) -> ClickableRow:
        row = ClickableRow()
        set_state(row, state="on" if active else "")
        row.setAccessibleName(f"Show {entry.image.name}")
        row.setToolTip(entry.path or entry.image.name)
        row.clicked.connect(lambda: self._activate(position))
        line = QHBoxLayout(row)
        line.setContentsMargins(8, 3, 2, 3)
        line.setSpacing(6)
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
