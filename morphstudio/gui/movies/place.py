"""Where a movie goes: folder and name, and what to do about one that is there already."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QRadioButton, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import InlineError, Remark
from morphstudio.io.exports.place import free_folder, free_sibling
from morphstudio.io.movies import MOVIE_FORMATS, may_be_replaced

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.io.movies import MovieKind

_FORBIDDEN = '/\\:*?"<>|'
_LONGEST = 200  # bytes: systems allow 255, of which the ending and a number take some
_IS_LOST = "What is there is lost once the new movie is complete"
_HOLDS_MORE = "It holds more than the frames of this movie, so it is not replaced"


class MoviePlace(QWidget):
    """Folder and name of a movie.

    Signals
    -------
    changed :
        Another place, or another choice about what is there.
    """

    changed = Signal()

    def __init__(self, context: AppContext, label_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._kind: MovieKind = "mp4"
        self.folder = QLineEdit(str(context.save_folder("movie")))
        self.folder.setAccessibleName("Folder")
        self.folder.setToolTip("The movie is written into this folder")
        self.browse_button = Button(context, "Browse…", clicked=self._browse)
        self.browse_button.setToolTip("Choose the folder")
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the movie")
        self.name.setToolTip("Name of the file, without its ending; of the folder, for PNG")
        self._suffix = text_label("", "second")
        self.problem, self.failure = InlineError(context), InlineError(context)
        self.guard = Remark(context, "warn")
        self.beside, self.overwrite = QRadioButton(), QRadioButton("Replace it")
        self._build(label_width)
        for field in (self.folder, self.name):
            field.textChanged.connect(lambda _: self._on_edit())

    @property
    def path(self) -> Path:
        """Where the movie goes: beside what is there, unless that may be replaced."""
        wanted = self._wanted()
        if self.replaces or not wanted.exists():
            return wanted
        return self._sibling(wanted)

    @property
    def replaces(self) -> bool:
        """Whether what is there is to be replaced."""
        return self.overwrite.isChecked() and not self.guard.isHidden()

    @property
    def is_good(self) -> bool:
        """Whether a movie can be written there, as far as one can tell before."""
        return self.problem.isHidden()

    def show_kind(self, kind: MovieKind) -> None:
        """Take the ending of a format."""
        self._kind = kind
        self._suffix.setText(MOVIE_FORMATS[kind].suffix or "folder")
        self.refresh()

    def show_failure(self, text: str) -> None:
        """Say why the movie could not be written, until something is edited; it may be tried again."""
        self.failure.show_problem(text)

    def refresh(self) -> None:
        """Look at what is there."""
        problem = self._folder_problem()
        name_problem = "" if problem else self._name_problem()
        self.problem.show_problem(problem or name_problem)
        set_state(self.folder, state="error" if problem else "")
        set_state(self.name, state="error" if name_problem else "")
        there = not (problem or name_problem) and self._wanted().exists()
        self.guard.setVisible(there)
        if there:
            self._offer(self._wanted())
        else:
            self.beside.setChecked(True)
        self.changed.emit()

    def _on_edit(self) -> None:
        self.show_failure("")
        self.refresh()

    def _offer(self, wanted: Path) -> None:
        """Ask what to do about what is there; what is more than a movie stays."""
        self.guard.show_remark("warn", f"{wanted.name} is there already.")
        self.beside.setText(f"Save beside it as {self._sibling(wanted).name}")
        may_go = may_be_replaced(wanted, self._kind)
        self.overwrite.setEnabled(may_go)
        self.overwrite.setToolTip(_IS_LOST if may_go else _HOLDS_MORE)
        if not may_go:
            self.beside.setChecked(True)

    def _folder_problem(self) -> str:
        if not self.folder.text().strip():
            return "No folder is chosen. Choose one."
        try:
            folder = self._folder()
            is_there = folder.is_dir()
        except (OSError, RuntimeError):  # a name too long, or the home of nobody
            return "There is no such folder. Choose another one."
        if not is_there:
            return "There is no such folder. Choose another one."
        if not os.access(folder, os.W_OK | os.X_OK):
            return "Nothing can be written into this folder. Choose another one."
        return ""

    def _name_problem(self) -> str:
        name = self.name.text().strip()
        if not name or name.startswith("."):
            return "The movie needs a name. Enter one." if not name else "A name cannot begin with a point."
        if any(sign in _FORBIDDEN for sign in name):
            return f"A name cannot hold any of {' '.join(_FORBIDDEN)}"
        too_long = "The name is too long. Enter a shorter one."
        if len(name.encode("utf-8", "replace")) > _LONGEST:
            return too_long
        try:
            self._wanted().exists()
        except (OSError, RuntimeError):  # with its folder
            return too_long
        return ""

    def _folder(self) -> Path:
        return Path(self.folder.text().strip()).expanduser()

    def _wanted(self) -> Path:
        return self._folder() / (self.name.text().strip() + MOVIE_FORMATS[self._kind].suffix)

    def _sibling(self, path: Path) -> Path:
        return free_sibling(path) if MOVIE_FORMATS[self._kind].suffix else free_folder(path)

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Save the movie in", self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def _build(self, label_width: int) -> None:
        group = QButtonGroup(self)
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        for button in (self.beside, self.overwrite):
            group.addButton(button)
            button.clicked.connect(lambda _=False: self._on_edit())
            row.addWidget(button)
        self.beside.setChecked(True)
        self.beside.setToolTip("What is there stays as it is")
        self.overwrite.setToolTip(_IS_LOST)
        row.addStretch(1)
        self.guard.add_widget(choices)
        self.guard.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, label_width)
        grid.setColumnStretch(1, 1)
        grid.addWidget(text_label("Folder", "second"), 0, 0)
        grid.addWidget(self.folder, 0, 1)
        grid.addWidget(self.browse_button, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(text_label("Name", "second"), 1, 0)
        grid.addWidget(self.name, 1, 1)
        grid.addWidget(self._suffix, 1, 2)
        grid.addWidget(self.problem, 2, 1, 1, 2)
        grid.addWidget(self.failure, 3, 1, 1, 2)
        grid.addWidget(self.guard, 4, 0, 1, 3)
