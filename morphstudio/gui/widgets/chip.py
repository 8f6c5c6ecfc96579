"""A small coloured remark: an icon and a word, so that the colour is never alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.labels import IconLabel, text_label

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext

_ICONS = {"ok": ("check", "ok"), "warn": ("warning", "warn"), "error": ("warning-circle", "error")}
ICON_SIZE, GAP = 12, 4


class Chip(QFrame):
    """One or two words on a tint; what is good, doubtful or wrong has its icon before them.

    Parameters
    ----------
    context : AppContext
        For the theme.
    text : str
        The words; an empty text hides the chip.
    state : str
        ``"ok"``, ``"warn"``, ``"error"``, ``"accent"`` or ``""``.
    """

    def __init__(self, context: AppContext, text: str = "", state: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(7, 2, 7, 2)
        row.setSpacing(GAP)
        self.icon = IconLabel(context, "check", "ok", ICON_SIZE)
        self._words = text_label(text, "chipText")
        row.addWidget(self.icon)
        row.addWidget(self._words)
        self._say(text, state)
        if not text:  # not shown otherwise: without a parent that would be a window
            self.hide()

    def text(self) -> str:
        """Return the words."""
        return self._words.text()

    def show_state(self, text: str, state: str) -> None:
        """Say something else; an empty text hides the chip."""
        self._say(text, state)
        self.setVisible(bool(text))

    def _say(self, text: str, state: str) -> None:
        self._words.setText(text)
        self.setAccessibleName(text)
        icon = _ICONS.get(state)
        self.icon.setHidden(icon is None)
        if icon is not None:
            self.icon.set_icon(*icon)
        for part in (self, self._words):
            set_state(part, state=state)
