"""Asks what to do where a project refers to an image that is not there as it was."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from morphstudio.app.project_images import AbsentImage, Located
from morphstudio.gui.theme.controller import set_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.gui.context import AppContext

ICON_SIZE = 32
IMAGE_FILTER = "Segmented images (*.tif *.tiff *.mhd *.mha *.nrrd *.vti *.npy *.png);;All files (*)"


class AbsentImageDialog(QMessageBox):
    """Says in one sentence what is absent; nothing is changed in the project file.

    Signals
    -------
    located : Located
        Open the project again, with what was said.
    left_out : no arguments
        Open the project without the absent images, as a copy that is not saved.
    """

    located = Signal(object)
    left_out = Signal()

    def __init__(self, context: AppContext, project: Path, absent: Sequence[AbsentImage], said: Located,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._absent, self._said = absent, said
        first = absent[0]
        self.setWindowTitle("MorphStudio")
        self.setIconPixmap(context.theme.pixmap("warning-circle", "warn", ICON_SIZE))
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(f"<b>{escape(first.sentence())}</b>")
        others = f" {len(absent) - 1} more are absent, too." if len(absent) > 1 else ""
        self.setInformativeText(f"{escape(project.stem)} refers to it and keeps everything else: names, models, "
                                f"calibrations and measurements.{others} Without it, the project opens as an "
                                "unsaved copy, and the file stays as it is.")
        roles = QMessageBox.ButtonRole
        self.locate_button = self.addButton("Locate…", roles.AcceptRole)
        self.accept_button = self.addButton("Use it as it is now", roles.AcceptRole)
        self.accept_button.setVisible(first.reason == "changed")
        self.leave_button = self.addButton("Open without it", roles.DestructiveRole)
        self.cancel_button = self.addButton("Cancel", roles.RejectRole)
        set_state(self.locate_button, kind="primary")
        self.setDefaultButton(self.locate_button)
        self.setEscapeButton(self.cancel_button)
        self.buttonClicked.connect(self._on_button)

    def _on_button(self, button: object) -> None:
        first = self._absent[0]
        if button is self.locate_button:
            start = Path(first.found or first.path)
            folder = next((place for place in start.parents if place.is_dir()), Path.home())
            chosen, _ = QFileDialog.getOpenFileName(self.parentWidget(), f"Where is {Path(first.path).name}?",
                                                    str(folder), IMAGE_FILTER)
            if chosen:
                self.located.emit(self._with_place(Path(chosen)))
        elif button is self.accept_button:
            self.located.emit(Located(self._said.files, self._said.accepted | {first.found}))
        elif button is self.leave_button:
            self.left_out.emit()

    def _with_place(self, place: Path) -> Located:
        """Return what was said, with the first image at ``place`` and others that lie beside it."""
        files = {**self._said.files, self._absent[0].path: str(place)}
        for other in self._absent[1:]:
            beside = place.parent / Path(other.path).name
            if other.reason == "missing" and beside.exists():
                files.setdefault(other.path, str(beside))
        return Located(files, self._said.accepted)
