"""The settings: look, units, files, threads, layout, hints. Each applies as soon as it is chosen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.app.autosave import DELAY_SECONDS
from morphstudio.gui.save_dialog import PACKING_OPTION, PACKINGS
from morphstudio.gui.theme_choice import choose_theme
from morphstudio.gui.units import LABELS, NO_BREAK_SPACE, UNITS
from morphstudio.gui.widgets.buttons import Button, Segmented
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.hint import hints_closed, show_all_hints
from morphstudio.gui.widgets.labels import ElidedLabel, text_label
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.context import AppContext

THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
THREADS_OPTION, FOLDER_OPTION = "engine.threads", "files.folder"
WIDTH, NAME_WIDTH = 560, 128


class SettingsDialog(QDialog):
    """Everything that can be chosen once for all.

    Parameters
    ----------
    context : AppContext
        Settings, theme, units.
    reset_layout : callable
        Puts all panels back.
    parent : QWidget, optional
        Qt parent.
    """

    def __init__(self, context: AppContext, reset_layout: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._reset_layout = context, reset_layout
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self.setFixedWidth(WIDTH)
        self._row = 0
        self._grid = QGridLayout()
        self._grid.setContentsMargins(24, 12, 24, 16)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        title = text_label("Settings", "title")
        title.setContentsMargins(24, 20, 24, 4)
        column.addWidget(title)
        column.addLayout(self._grid)
        self._build()
        column.addWidget(self._footer())
        self.close_button.setFocus()

    def _build(self) -> None:
        context, options = self._context, self._context.settings.value.options
        self.theme = Segmented(THEMES, context.settings.value.theme, "Theme")
        self.theme.chosen.connect(lambda choice: choose_theme(context, choice))
        self._add("Theme", self.theme)
        self.unit = Segmented([(unit, LABELS[unit]) for unit in UNITS], context.units.unit, "Length unit")
        self.unit.chosen.connect(context.units.set_unit)
        self._add("Length unit", self.unit, "How lengths are shown; stored values do not change.")
        self.folder = ElidedLabel("", mode=Qt.TextElideMode.ElideMiddle)
        self.choose_folder = Button(context, "Choose…", clicked=self._choose_folder)
        self.choose_folder.setAccessibleName("Choose the folder for new files")
        self.clear_folder = Button(context, "Beside the image", "link", clicked=lambda: self._set_folder(""))
        self.clear_folder.setToolTip("Offer the folder of the project, else that of the image")
        self._add("New files", self._in_row(self.folder, self.clear_folder, self.choose_folder),
                  f"Where saving starts. Changes are autosaved within {DELAY_SECONDS:g}{NO_BREAK_SPACE}s.")
        self.packing = ComboBox()
        self.packing.setAccessibleName("Images in new projects")
        for key, text, _ in PACKINGS:
            self.packing.addItem(text, key)
        self.packing.setCurrentIndex(max(self.packing.findData(options.get(PACKING_OPTION, "small")), 0))
        self.packing.currentIndexChanged.connect(
            lambda _: self._set_option(PACKING_OPTION, self.packing.currentData()))
        self._add("Images", self.packing, "What “Save as” proposes for new projects. Images that are not "
                                          "packed are found again by path and checksum.")
        self.threads = SpinBox()
        self.threads.setRange(0, os.cpu_count() or 1)
        self.threads.setSpecialValueText("all")
        self.threads.setAccessibleName("Threads")
        self.threads.setFixedWidth(88)
        self.threads.setValue(int(options.get(THREADS_OPTION, 0)))
        self.threads.valueChanged.connect(lambda count: self._set_option(THREADS_OPTION, count))
        self._add("Threads", self.threads, f"{os.cpu_count() or 1} available. Applies after a restart.")
        self.reset = Button(context, "Reset layout", clicked=self._reset, flush=True)
        self._add("Panels", self.reset, "Puts every panel back to its first place and size, on every step.")
        self.hints = Button(context, "Show hints again", clicked=self._show_hints, flush=True)
        self.hints_state = text_label("All hints are shown.", "second")
        self._add("Hints", self._in_row(self.hints, self.hints_state))
        self._show_folder()
        self._show_hints_state()

    def _add(self, name: str, control: QWidget, remark: str = "") -> None:
        label = text_label(name, "strong")
        self._grid.setRowMinimumHeight(self._row, 36)
        self._grid.addWidget(label, self._row, 0)
        self._grid.addWidget(control, self._row, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row += 1
        if remark:
            note = text_label(remark, "muted", wrap=True)
            note.setContentsMargins(0, 0, 0, 10)
            self._grid.addWidget(note, self._row, 1)
            self._row += 1

    def _in_row(self, *widgets: QWidget) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for at, widget in enumerate(widgets):
            row.addWidget(widget, 0 if at else 1)
        return holder

    def _footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("dialogFooter")
        row = QHBoxLayout(footer)
        row.setContentsMargins(24, 9, 21, 9)
        row.addWidget(text_label("Changes apply immediately.", "muted"))
        row.addStretch(1)
        self.close_button = Button(self._context, "Close", "primary", clicked=self.accept)
        self.close_button.setDefault(True)
        row.addWidget(self.close_button)
        return footer

    def _set_option(self, key: str, value: int | str) -> None:
        settings = self._context.settings
        settings.change(options={**settings.value.options, key: value})

    def _choose_folder(self) -> None:
        start = str(self._context.settings.value.options.get(FOLDER_OPTION, "")) or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, "Folder for new files", start)
        if chosen:
            self._set_folder(chosen)

    def _set_folder(self, folder: str) -> None:
        self._set_option(FOLDER_OPTION, folder)
        self._show_folder()

    def _show_folder(self) -> None:
        folder = str(self._context.settings.value.options.get(FOLDER_OPTION, ""))
        self.folder.setText(folder or "Beside the project or the image")
        self.clear_folder.setVisible(bool(folder))

    def _reset(self) -> None:
        self._reset_layout()
        self.reset.setText("Layout is reset")

    def _show_hints(self) -> None:
        show_all_hints(self._context)
        self._show_hints_state()

    def _show_hints_state(self) -> None:
        closed = hints_closed(self._context)
        # That there is nothing to do is told in words: a button that does nothing would be a riddle.
        self.hints.setVisible(bool(closed))
        self.hints_state.setVisible(not closed)
        self.hints.setToolTip(f"{closed} closed so far")
