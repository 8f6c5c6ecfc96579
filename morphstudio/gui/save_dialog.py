"""Asks where to save a project, and whether the images go along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from morphstudio.gui.opening import PROJECT_FILTER, PROJECT_SUFFIX
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import text_label

if TYPE_CHECKING:
    from morphstudio.app.document import Packing
    from morphstudio.gui.context import AppContext

PACKING_OPTION = "project.packing"
PACKINGS: tuple[tuple[Packing, str, str], ...] = (
    ("small", "Pack images below 20 MB", "Larger ones stay where they are and are found again by path and checksum."),
    ("all", "Pack all images", "The project needs no other file and may become large."),
    ("none", "Leave images where they are", "The project stays small and needs the image files. Images that were "
                                            "cropped or resampled are packed all the same."),
)


class SaveProjectDialog(QFileDialog):
    """A file dialog with one more line: which images the project holds itself."""

    def __init__(self, context: AppContext, packing: Packing, parent: QWidget | None = None) -> None:
        document = context.session.document
        super().__init__(parent, "Save the project", str(context.save_folder("project")), PROJECT_FILTER)
        # The system's own dialog cannot take a further line.
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setDefaultSuffix(PROJECT_SUFFIX.removeprefix("."))
        self.selectFile(document.name)
        self.packing_box = ComboBox()
        self.packing_box.setAccessibleName("Images in the project")
        for key, text, _ in PACKINGS:
            self.packing_box.addItem(text, key)
        self.packing_box.setCurrentIndex(self.packing_box.findData(packing))
        self.packing_box.currentIndexChanged.connect(self._explain)
        self._words = text_label("", "muted", wrap=True)
        grid = cast("QGridLayout", self.layout())
        row = grid.rowCount()
        label = text_label("Images:")
        label.setBuddy(self.packing_box)
        grid.addWidget(label, row, 0)
        grid.addWidget(self.packing_box, row, 1)
        grid.addWidget(self._words, row + 1, 1)
        for widget in (label, self.packing_box, self._words):
            widget.setVisible(bool(document.images))
        self._explain()

    @property
    def path(self) -> Path:
        """The file that was chosen."""
        chosen = Path(self.selectedFiles()[0])
        return chosen if chosen.suffix else chosen.with_suffix(PROJECT_SUFFIX)

    @property
    def packing(self) -> Packing:
        """What was chosen for the images."""
        return cast("Packing", self.packing_box.currentData())

    def _explain(self) -> None:
        words = PACKINGS[self.packing_box.currentIndex()][2]
        self.packing_box.setToolTip(words)
        self._words.setText(words)


def preferred_packing(context: AppContext) -> Packing:
    """Return what a project does with its images: what was chosen for it, else the setting."""
    document = context.session.document
    if document.path is not None:
        return document.packing
    setting = context.settings.value.options.get(PACKING_OPTION, "small")
    return next((key for key, _, _ in PACKINGS if key == setting), "small")
