"""Menus and shortcuts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QApplication

from morphstudio.app.places import log_file
from morphstudio.gui.steps import STEPS, why_disabled
from morphstudio.gui.units import LABELS, UNITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu, QMenuBar

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.main_window import MainWindow

RECENT_SHOWN = 8


class WindowActions(QObject):
    """Builds the menus; every action is reachable as an attribute or by :meth:`action`."""

    def __init__(self, context: AppContext, window: MainWindow, bar: QMenuBar) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._fill_file(bar.addMenu("&File"))
        self._fill_edit(bar.addMenu("&Edit"))
        self._fill_view(bar.addMenu("&View"))
        self._fill_help(bar.addMenu("&Help"))
        context.session.history_changed.connect(self.refresh)
        context.jobs.state_changed.connect(lambda _: self.refresh())
        context.theme.changed.connect(self.refresh)
        context.units.changed.connect(self.refresh)
        self.refresh()

    def action(self, key: str) -> QAction:
        """Return an action by its key, e.g. ``"undo"``."""
        return self._actions[key]

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        """Return title and keys of every action that has some."""
        plain = {"undo": "Undo", "redo": "Redo"}
        found = [(plain.get(key, a.text().rstrip("…")), a.shortcut().toString()) for key, a in self._actions.items()]
        return tuple((title, keys) for title, keys in found if keys)

    def refresh(self) -> None:
        """Enable what can be done now and name what undo and redo would do."""
        session = self._context.session
        document = session.document
        for key, verb, name in (("undo", "Undo", session.undo_name), ("redo", "Redo", session.redo_name)):
            action = self._actions[key]
            action.setEnabled(name is not None)
            action.setText(f"{verb}: {name}" if name else verb)
        has_content = bool(document.images) or document.model is not None
        for key in ("save", "save_as", "export"):
            self._actions[key].setEnabled(has_content)
        self._actions["save_model"].setEnabled(document.model is not None)
        self._actions["add_image"].setEnabled(bool(document.images))
        for step in STEPS:
            self._actions[step.key].setEnabled(not why_disabled(step.key, document))
        dark = self._context.theme.tokens.is_dark
        self._actions["theme"].setText("Light theme" if dark else "Dark theme")
        self._actions[f"unit_{self._context.units.unit}"].setChecked(True)

    def _add(self, menu: QMenu, key: str, text: str, slot: Callable[[], object], shortcut: str = "",
             icon: str = "") -> QAction:
        action = QAction(text, self._window)
        action.triggered.connect(lambda _checked=False: slot())
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        if icon:
            self._context.theme.bind_icon(action, icon)
        menu.addAction(action)
        self._window.addAction(action)
        self._actions[key] = action
        return action

    def _fill_file(self, menu: QMenu) -> None:
        window, opener = self._window, self._window.opener
        self._add(menu, "open", "Open image…", opener.ask_image, "Ctrl+O", "image")
        self._add(menu, "open_stack", "Open stack folder…", opener.ask_stack)
        self._add(menu, "add_image", "Add image…", opener.ask_more_images)
        self._add(menu, "sample", "Open sample", opener.open_sample)
        self._add(menu, "open_model", "Open model file…", opener.ask_model)
        self._recent = menu.addMenu("Open recent")
        self._recent.aboutToShow.connect(self._fill_recent)
        menu.addSeparator()
        self._add(menu, "open_project", "Open project…", opener.ask_project, "Ctrl+Shift+O", "folder-open")
        self._add(menu, "save", "Save project", window.save, "Ctrl+S", "floppy-disk")
        self._add(menu, "save_as", "Save project as…", window.save_as, "Ctrl+Shift+S")
        menu.addSeparator()
        self._add(menu, "save_model", "Save model file…", window.save_model)
        self._add(menu, "export", "Export…", window.open_export, "Ctrl+E", "export")
        menu.addSeparator()
        self._add(menu, "quit", "Quit", window.close, "Ctrl+Q")

    def _fill_recent(self) -> None:
        self._recent.clear()
        recent = self._context.settings.value.recent[:RECENT_SHOWN]
        for file in recent:
            path = Path(file.path)
            action = self._recent.addAction(path.name, lambda p=path: self._window.opener.open_path(p))
            action.setToolTip(str(path))
        if not recent:
            self._recent.addAction("No files yet").setEnabled(False)

    def _fill_edit(self, menu: QMenu) -> None:
        session = self._context.session
        self._add(menu, "undo", "Undo", session.undo, "Ctrl+Z", "arrow-u-up-left")
        self._add(menu, "redo", "Redo", session.redo, "Ctrl+Shift+Z", "arrow-u-up-right")

    def _fill_view(self, menu: QMenu) -> None:
        window = self._window
        for number, step in enumerate(STEPS, start=1):
            self._add(menu, step.key, step.title, lambda key=step.key: window.show_step(key), f"Ctrl+{number}",
                      step.icon)
        menu.addSeparator()
        inspector = self._add(menu, "inspector", "Inspector", lambda: None, "Ctrl+I")
        inspector.setCheckable(True)
        inspector.setChecked(True)
        inspector.toggled.connect(window.set_inspector_shown)
        self._add(menu, "log", "Jobs and log", window.toggle_tray, "Ctrl+J")
        menu.addSeparator()
        self._fill_units(menu.addMenu("Length unit"))
        self._add(menu, "theme", "Dark theme", self._context.theme.toggle, "Ctrl+Shift+T")
        self._add(menu, "full_screen", "Full screen", window.toggle_full_screen, "Ctrl+Shift+F")

    def _fill_units(self, menu: QMenu) -> None:
        group = QActionGroup(self)
        for unit in UNITS:
            action = self._add(menu, f"unit_{unit}", LABELS[unit], lambda u=unit: self._context.units.set_unit(u))
            action.setCheckable(True)
            group.addAction(action)

    def _fill_help(self, menu: QMenu) -> None:
        window = self._window
        self._add(menu, "shortcuts", "Keyboard shortcuts", window.show_shortcuts)
        self._add(menu, "log_file", "Open the log file",
                  lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file()))))
        menu.addSeparator()
        self._add(menu, "about", "About MorphStudio", window.show_about)
        self._add(menu, "about_qt", "About Qt", QApplication.aboutQt)
