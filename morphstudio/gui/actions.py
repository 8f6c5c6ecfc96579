"""Menus and shortcuts, from the table of commands."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QApplication

from morphstudio.app.places import log_file
from morphstudio.gui.commands import COMMANDS, MENUS, MOUSE, PAGE_KEYS, SLIDER_KEYS, Command, command
from morphstudio.gui.movies.stacks import NOTHING_TO_FILM, can_be_filmed
from morphstudio.gui.steps import STEPS, why_disabled
from morphstudio.gui.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu, QMenuBar

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.main_window import MainWindow

RECENT_SHOWN = 8
NOTHING_OPEN = "Open an image or a model first"


class WindowActions(QObject):
    """Builds the menus; every action is reachable by :meth:`action`."""

    def __init__(self, context: AppContext, window: MainWindow, bar: QMenuBar) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._reasons: dict[str, str] = {}
        slots = self._slots()
        for line in COMMANDS:
            self._add(line, slots[line.key])
        for name in MENUS:
            self._fill(bar.addMenu(f"&{name}"), name)
        self._actions["inspector"].setChecked(True)
        self._actions["inspector"].toggled.connect(window.set_inspector_shown)
        context.session.history_changed.connect(self.refresh)
        context.jobs.state_changed.connect(lambda _: self.refresh())
        context.theme.changed.connect(self.refresh)
        context.units.changed.connect(self.refresh)
        window.workspace.page_shown.connect(lambda _: self.refresh())
        self.refresh()

    def action(self, key: str) -> QAction:
        """Return an action by its key, e.g. ``"undo"``."""
        return self._actions[key]

    def reason(self, key: str) -> str:
        """Return why a command cannot be used now; empty when it can."""
        return self._reasons.get(key, "")

    def shortcuts(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Return title and keys of everything that has keys, by menu, then what pages and the mouse do."""
        menus = [(menu, tuple((line.title.rstrip("…"), line.keys) for line in COMMANDS
                              if line.keys and line.menu == menu)) for menu in MENUS]
        return (*((menu, lines) for menu, lines in menus if lines),
                ("Explore", (*PAGE_KEYS, *SLIDER_KEYS)), ("Mouse", MOUSE))

    def refresh(self) -> None:
        """Enable what can be done now, say why the rest cannot, and name what undo and redo would do."""
        session = self._context.session
        for key, verb, name in (("undo", "Undo", session.undo_name), ("redo", "Redo", session.redo_name)):
            self._actions[key].setText(f"{verb} {name[0].lower() + name[1:]}" if name else verb)
        self._reasons = self._find_reasons()
        for key, action in self._actions.items():
            reason = self._reasons.get(key, "")
            action.setEnabled(not reason)
            action.setToolTip(reason or command(key).title)
        dark = self._context.theme.tokens.is_dark
        self._actions["theme"].setText("Light theme" if dark else "Dark theme")
        self._actions[f"unit_{self._context.units.unit}"].setChecked(True)

    def _find_reasons(self) -> dict[str, str]:
        session, document = self._context.session, self._context.session.document
        has_content = bool(document.images) or document.model is not None
        reasons = {step.key: why_disabled(step.key, document) for step in STEPS}
        reasons["undo"] = "" if session.undo_name is not None else "Nothing was changed yet"
        reasons["redo"] = "" if session.redo_name is not None else "Nothing was taken back"
        for key in ("save", "save_as", "close_project", "export"):
            reasons[key] = "" if has_content else NOTHING_OPEN
        reasons["movie"] = "" if can_be_filmed(document) else NOTHING_TO_FILM
        reasons["save_model"] = "" if document.model is not None else "There is no model yet: calibrate first"
        reasons["add_image"] = "" if document.images else "Open an image first"
        for key in ("maximise", "fold", "reset_layout"):
            reasons[key] = "" if self._window.docks is not None else NOTHING_OPEN
        return {key: reason for key, reason in reasons.items() if reason}

    def _slots(self) -> dict[str, Callable[[], object]]:
        window, opener, context = self._window, self._window.opener, self._context
        return {
            "open": opener.ask_image, "open_stack": opener.ask_stack, "add_image": opener.ask_more_images,
            "sample": opener.open_sample, "open_model": opener.ask_model, "open_project": opener.ask_project,
            "save": window.save, "save_as": window.save_as, "close_project": window.close_project,
            "save_model": window.save_model,
            "export": window.open_export, "movie": window.open_movie, "quit": window.close,
            "undo": context.session.undo, "redo": context.session.redo,
            "palette": window.open_palette, "settings": window.open_settings,
            **{step.key: partial(window.show_step, step.key) for step in STEPS},
            **{f"unit_{unit}": partial(context.units.set_unit, unit) for unit in UNITS},
            "theme": context.theme.toggle, "full_screen": window.toggle_full_screen,
            "maximise": window.toggle_maximised, "fold": window.toggle_folded,
            "inspector": lambda: None, "log": window.toggle_tray,
            "reset_layout": window.reset_layout, "explain": window.explain_focus,
            "shortcuts": window.show_shortcuts, "about": window.show_about, "about_qt": QApplication.aboutQt,
            "log_file": lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file()))),
        }

    def _add(self, line: Command, slot: Callable[[], object]) -> None:
        action = QAction(line.title, self._window)
        action.triggered.connect(lambda _checked=False: slot())
        action.setCheckable(line.checkable)
        if line.keys:
            action.setShortcut(QKeySequence(line.keys))
        if line.icon:
            self._context.theme.bind_icon(action, line.icon)
        self._window.addAction(action)
        self._actions[line.key] = action

    def _fill(self, menu: QMenu, name: str) -> None:
        menu.setToolTipsVisible(True)
        if name == "Window":
            self._fill_later(menu.addMenu("Panels"), self._fill_panels)
        group = 0
        for line in COMMANDS:
            if line.menu != name:
                continue
            if line.group != group:
                menu.addSeparator()
                group = line.group
                if name == "View" and group == 2:
                    self._fill_units(menu.addMenu("Length unit"))
            menu.addAction(self._actions[line.key])
            if line.key == "open_model":
                self._fill_later(menu.addMenu("Open recent"), self._fill_recent)

    def _fill_later(self, menu: QMenu, fill: Callable[[QMenu], None]) -> None:
        menu.setToolTipsVisible(True)
        def refill() -> None:
            menu.clear()
            fill(menu)

        menu.aboutToShow.connect(refill)

    def _fill_recent(self, menu: QMenu) -> None:
        recent = self._context.settings.value.recent[:RECENT_SHOWN]
        for file in recent:
            path = Path(file.path)
            self._add_recent(menu, path)
        if not recent:
            menu.addAction("No files yet").setEnabled(False)

    def _add_recent(self, menu: QMenu, path: Path) -> None:
        menu.addAction(path.name, lambda: self._window.opener.open_path(path)).setToolTip(str(path))

    def _fill_panels(self, menu: QMenu) -> None:
        docks = self._window.docks
        if docks is None:
            menu.addAction(NOTHING_OPEN).setEnabled(False)
            return
        for key, dock in docks.docks.items():
            action = menu.addAction(dock.title)
            action.setCheckable(True)
            action.setChecked(docks.is_shown(key))
            action.toggled.connect(lambda shown, key=key: docks.set_shown(key, shown))

    def _fill_units(self, menu: QMenu) -> None:
        group = QActionGroup(self)
        for unit in UNITS:
            group.addAction(self._actions[f"unit_{unit}"])
            menu.addAction(self._actions[f"unit_{unit}"])
