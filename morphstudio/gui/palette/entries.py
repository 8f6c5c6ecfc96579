"""What the palette offers: commands, page keys, panels, parameters, recent files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton

from morphstudio.gui.commands import COMMANDS, PAGE_KEYS
from morphstudio.gui.widgets.buttons import Button, IconButton

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose.

    Parameters
    ----------
    title : str
        What is matched first and shown.
    place : str
        Where it belongs, in grey.
    run : callable
        What choosing it does.
    keys : str
        Shortcut.
    icon : str
        Phosphor name; empty for none.
    words : str
        Other words to find it by.
    reason : str
        Why it cannot be chosen now; empty when it can.
    """

    title: str
    place: str
    run: Callable[[], object]
    keys: str = ""
    icon: str = ""
    words: str = ""
    reason: str = ""


def entries(context: AppContext, window: MainWindow) -> tuple[Entry, ...]:
    """Return everything that the palette can find now."""
    commands = tuple(_commands(window))
    return (*commands, *_buttons(window, {entry.title.rstrip("…") for entry in commands}), *_page_keys(window),
            *_parameters(context, window), *_panels(window), *_recent(context, window))


def absent_words(context: AppContext, window: MainWindow) -> str:
    """Return what cannot be found yet, for it comes with a step or a model; empty where all is there."""
    if window.docks is None:
        return "Panels and parameters are not available yet: open an image, or a model."
    if context.session.document.model is None:
        return "Parameters are not available yet: they come with a model."
    return ""


def _commands(window: MainWindow) -> Iterator[Entry]:
    for line in COMMANDS:
        if line.key == "palette":
            continue
        action = window.actions_.action(line.key)
        place = "Step" if line.words == "step" else line.menu
        yield Entry(action.text(), place, action.trigger, line.keys, line.icon, line.words,
                    window.actions_.reason(line.key))


def _buttons(window: MainWindow, known: set[str]) -> Iterator[Entry]:
    """Yield what the buttons of the page in front do, those of its header and of its inspector."""
    page = window.workspace.current_page
    if page is None or window.docks is None:
        return
    found = [button for button in (*page.header_actions, *page.inspector.findChildren(QAbstractButton))
             if isinstance(button, (Button, IconButton)) and button.isVisibleTo(window)]
    for button in found:
        title = button.text() or re.split(r":| \(", button.accessibleName())[0]
        if title and title.rstrip("…") not in known:
            known.add(title)
            yield Entry(title, page.title, button.click, words=button.toolTip(),
                        reason="" if button.isEnabled() else button.toolTip() or "There is nothing to do it with")


def _page_keys(window: MainWindow) -> Iterator[Entry]:
    """Yield the keys that the page in front answers."""
    page = window.workspace.current_page
    if page is None or window.docks is None:
        return
    known = {shortcut.key().toString(): shortcut for shortcut in page.findChildren(QShortcut)}
    for title, keys in PAGE_KEYS:
        shortcut = known.get(QKeySequence(keys).toString())
        if shortcut is not None and shortcut.isEnabled():
            yield Entry(title, page.title, shortcut.activated.emit, keys, "keyboard")


def _parameters(context: AppContext, window: MainWindow) -> Iterator[Entry]:
    model = context.session.document.model
    if model is None:
        return
    for param in model.table:
        group = f", field {param.group.upper()}" if param.group else ""
        yield Entry(f"{param.title}  {param.symbol.replace('_', '')}", f"Parameter{group}",
                    lambda name=param.name: window.go_to_parameter(name), "", "sliders-horizontal",
                    f"{param.name} {param.description}")


def _panels(window: MainWindow) -> Iterator[Entry]:
    docks = window.docks
    if docks is None:
        return
    for key, dock in docks.docks.items():
        yield Entry(f"Show panel {dock.title}", "Panel", lambda key=key: docks.show_panel(key), "", "square-half")
        if docks.is_shown(key):
            yield Entry(f"Hide panel {dock.title}", "Panel", lambda key=key: docks.set_shown(key, False), "",
                        "square-half")
        yield Entry(f"Maximise panel {dock.title}", "Panel", lambda key=key: docks.toggle_maximised(key), "",
                    "arrows-out-simple")


def _recent(context: AppContext, window: MainWindow) -> Iterator[Entry]:
    for file in context.settings.value.recent:
        path = Path(file.path)
        missing = "" if path.exists() else "The file is not there any more"
        yield Entry(path.name, f"Recent {file.kind}, {path.parent}", lambda path=path: window.opener.open_path(path),
                    "", "clock-counter-clockwise", "open recent", missing)
