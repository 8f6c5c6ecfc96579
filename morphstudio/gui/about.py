"""Two small dialogs of the Help menu: what this is, and the keys."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from morphstudio.app.resources import resource_path
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import text_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.gui.actions import WindowActions
    from morphstudio.gui.context import AppContext

    Group = tuple[str, tuple[tuple[str, str], ...]]

ABOUT = ("From one segmented micrograph of a battery cathode to a calibrated 3D digital twin: fitted, measured, "
         "varied and exported.")
LICENCES = ("Free software under the BSD 3-Clause licence. Inter font: SIL Open Font License. Phosphor icons: MIT. "
            "MP4 movies are written by ffmpeg, a program of its own: GPL 3.")


def product_version() -> str:
    """Return the installed version, e.g. ``"0.1.0"``."""
    try:
        return metadata.version("morphstudio")
    except metadata.PackageNotFoundError:
        return "(not installed)"


class AboutDialog(QDialog):
    """Name, version, purpose, licences."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About MorphStudio")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        logo = QLabel()
        logo.setPixmap(QIcon(str(resource_path("icons", "morphstudio.svg"))).pixmap(40, 40))
        head.addWidget(logo)
        head.addWidget(text_label(f"MorphStudio {product_version()}", "title"), 1)
        column.addLayout(head)
        for text, role in ((ABOUT, "body"), (LICENCES, "muted")):
            label = text_label(text, role, wrap=True)
            label.setMinimumWidth(360)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(Button(context, "Close", "secondary", clicked=self.accept), 0, Qt.AlignmentFlag.AlignRight)


class ShortcutsDialog(QDialog):
    """Every key, from the actions themselves."""

    def __init__(self, context: AppContext, actions: WindowActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard shortcuts")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(text_label("Keyboard shortcuts", "title"))
        beside = QHBoxLayout()
        beside.setSpacing(48)
        for groups in _halves(actions.shortcuts()):
            beside.addLayout(self._grid(groups))
        column.addLayout(beside)
        column.addWidget(Button(context, "Close", "secondary", clicked=self.accept), 0, Qt.AlignmentFlag.AlignRight)

    def _grid(self, groups: Sequence[Group]) -> QGridLayout:
        """Lay groups out under one another, each with its heading."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(4)
        row = 0
        for heading, lines in groups:
            if row:
                grid.setRowMinimumHeight(row, 8)
                row += 1
            grid.addWidget(text_label(heading, "strong"), row, 0, 1, 2)
            for title, keys in lines:
                row += 1
                grid.addWidget(text_label(title), row, 0)
                grid.addWidget(text_label(keys, "second"), row, 1, Qt.AlignmentFlag.AlignRight)
            row += 1
        grid.setRowStretch(row, 1)
        return grid


def _halves(groups: Sequence[Group]) -> tuple[Sequence[Group], Sequence[Group]]:
    """Part groups where both columns come out most alike in height."""
    heights = [len(lines) + 2 for _, lines in groups]
    at = min(range(1, len(groups)), key=lambda n: abs(sum(heights[:n]) - sum(heights[n:])))
    return groups[:at], groups[at:]
