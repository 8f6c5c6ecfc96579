"""Light, dark, or as the system has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext


def theme_name(choice: str) -> str:
    """Return ``"light"`` or ``"dark"`` for a choice, which may be ``"system"``."""
    if choice in ("light", "dark"):
        return choice
    return "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


def choose_theme(context: AppContext, choice: str) -> None:
    """Take a theme and remember the choice."""
    context.theme.set_theme(theme_name(choice))
    # After the theme, whose change notes its own name.
    context.settings.change(theme=choice)
