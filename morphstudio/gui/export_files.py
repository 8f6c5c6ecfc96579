"""What an export will write, and what stands in its way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label
from morphstudio.gui.widgets.layouts import clear_layout
from morphstudio.gui.widgets.messages import Remark
from morphstudio.io.exports import existing_files, target_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from morphstudio.gui.context import AppContext
    from morphstudio.io.exports import OnExisting, PlannedFile

LONGEST_NAME = 96  # pixels


def size_text(n_bytes: float) -> str:
    """Return a number of bytes as people read it."""
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n_bytes >= factor:
            size = n_bytes / factor
            return f"{size:.0f} {unit}" if size >= 99.95 else f"{size:.1f} {unit}"
    return f"{n_bytes:.0f} bytes"


class FileList(QWidget):
    """The planned files with what they are and how large."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.title = text_label("", "strong")
        column.addWidget(self.title)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)

    def show_files(self, files: Sequence[PlannedFile]) -> None:
        """Show the files of a plan; none hides the list."""
        clear_layout(self._grid)
        self.setVisible(bool(files))
        total = sum(file.n_bytes for file in files)
        self.title.setText(f"Writes {len(files)} file{'s' if len(files) != 1 else ''}, {size_text(total)}")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, file in enumerate(files):
            self._grid.addWidget(IconLabel(self._context, "file", "text3"), row, 0)
            self._grid.addWidget(ElidedLabel(file.name, mode=Qt.TextElideMode.ElideMiddle), row, 1)
            self._grid.addWidget(text_label(file.description, "second"), row, 2, right)
            self._grid.addWidget(text_label(size_text(file.n_bytes), "second"), row, 3, right)


class GeoDictSteps(QWidget):
    """What to do in GeoDict with the files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(text_label("Then, in GeoDict", "strong"))
        self.text = text_label("", "second", wrap=True)
        column.addWidget(self.text)

    def show_files(self, files: Sequence[PlannedFile]) -> None:
        """Name the macro of a plan; none hides the steps."""
        macro = next((file.name for file in files if file.name.endswith(".py")), "")
        self.setVisible(bool(macro))
        self.text.setText(f"1.  Macro > Execute Macro / Script …\n2.  Choose {macro}. README.txt tells the way without "
                          "the macro.")


class ExistingGuard(Remark):
    """Asks what to do about files that are already there; nothing is overwritten unasked."""

    changed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "warn", "", "", parent)
        self._group = QButtonGroup(self)
        self._options: dict[OnExisting, QRadioButton] = {}
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        choices: tuple[tuple[OnExisting, str], ...] = (
            ("beside", "Save beside it"), ("backup", "Back up"), ("overwrite", "Overwrite"))
        for key, text in choices:
            button = QRadioButton(text)
            self._group.addButton(button)
            self._options[key] = button
            row.addWidget(button)
        row.addStretch(1)
        self._options["beside"].setChecked(True)
        self._options["overwrite"].setToolTip("The old files are lost")
        self._options["backup"].setToolTip("The old files are kept under another name")
        self._group.buttonClicked.connect(lambda _: self.changed.emit())
        self.add_widget(holder)
        self.hide()

    @property
    def choice(self) -> OnExisting:
        """What to do; ``"error"`` where nothing was in the way when the user looked."""
        if self.isHidden():
            return "error"
        return next(key for key, button in self._options.items() if button.isChecked())

    def option(self, key: OnExisting) -> QRadioButton:
        """Return the button of one choice."""
        return self._options[key]

    def show_target(self, folder: Path, name: str, to: str, names: Sequence[str]) -> None:
        """Look whether something is in the way."""
        present = existing_files(folder, names)
        self.setVisible(bool(present))
        if not present:
            return
        written = datetime.fromtimestamp(present[0].stat().st_mtime).astimezone()
        self.show_remark("warn", f"This folder already holds an export from {written:%d %b}.".replace(" 0", " "))
        beside, base = target_of(folder, name, to, names, "beside")
        full = beside.name if beside != folder else base
        button = self._options["beside"]
        # A long name must not push the other choices out of the dialog.
        shown = button.fontMetrics().elidedText(full, Qt.TextElideMode.ElideMiddle, LONGEST_NAME)
        button.setText(f"Save beside it as {shown}")
        button.setToolTip(f"The files that are there stay as they are; the new ones go to {full}")
