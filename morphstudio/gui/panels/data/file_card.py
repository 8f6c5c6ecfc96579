"""Where an image came from: size, kind, hash, and what should be known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.labels import ElidedLabel, text_label
from morphstudio.gui.widgets.messages import Remark
from morphstudio.gui.widgets.phases import counted_in

if TYPE_CHECKING:
    from morphstudio.app.document import ImageEdit, ImageEntry
    from morphstudio.gui.context import AppContext


class FileCard(QWidget):
    """Follows the active image."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._sha256 = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._note = Remark(context, "info")
        column.addWidget(self._note)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._path = ElidedLabel("", mode=Qt.TextElideMode.ElideMiddle)
        self._path.setMinimumWidth(80)
        self._size = text_label("")
        self._stack = text_label("")
        self._hash = text_label("", selectable=True)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._hash)
        line.addWidget(IconButton(context, "copy", "Copy the whole hash", self._copy))
        line.addStretch(1)
        for row, (title, widget) in enumerate((("File", self._path), ("Size", self._size), ("Stack", self._stack))):
            grid.addWidget(text_label(title, "second"), row, 0)
            grid.addWidget(widget, row, 1)
        grid.addWidget(text_label("Hash", "second"), 3, 0)
        grid.addLayout(line, 3, 1)
        self._edits_title = text_label("Edited", "second")
        self._edits = text_label("", wrap=True)
        grid.addWidget(self._edits_title, 4, 0)
        grid.addWidget(self._edits, 4, 1)
        column.addLayout(grid)

    def show_entry(self, entry: ImageEntry) -> None:
        """Show another image."""
        image = entry.image
        self._sha256 = entry.sha256
        self._note.show_remark("info", entry.source_note)
        self._note.setVisible(bool(entry.source_note))
        self._path.setText(entry.path or "simulated, no file")
        lengths = " × ".join(str(image.shape[axis]) for axis in reversed(image.open_axes))
        self._size.setText(f"{lengths} {counted_in(image)}, {image.labels.nbytes / 1e6:.1f} MB")
        self._stack.setText(f"one section, {image.plane}" if image.is_section else f"{image.shape[0]} sections")
        self._edits.setText(", ".join(_edit_text(edit, counted_in(image)) for edit in entry.edits))
        for widget in (self._edits_title, self._edits):
            widget.setVisible(bool(entry.edits))
        self._edits.setToolTip("Since the file was read; projects and exports keep it in their records")
        self._hash.setText(f"sha256 {entry.sha256[:4]}…{entry.sha256[-4:]}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._sha256)
        self._context.notify("Hash copied")


def _edit_text(edit: ImageEdit, counted: str) -> str:
    if edit.box is None:
        return "resampled"
    ranges = [f"{axis} {start} … {stop}" for axis, (start, stop) in zip("zyx", edit.box, strict=True)
              if stop - start > 1]
    return f"cropped to {', '.join(reversed(ranges))} {counted}"
