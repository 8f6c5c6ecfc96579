"""One line over the content: what to know before reading, and where to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.context import AppContext

HEIGHT = 32
_ICONS = {"info": ("info", "text2", "inset"), "warn": ("warning", "warn", "warn")}


class Notice(QFrame):
    """An icon, what is the case, what it means, and a link."""

    def __init__(self, context: AppContext, action: str, clicked: Callable[[], object],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        self._icon = IconLabel(context, "info")
        self.title = text_label("", "strong")
        self.text = ElidedLabel("", "body")
        self.link = Button(context, action, "link", clicked=clicked)
        for widget in (self._icon, self.title):
            row.addWidget(widget)
        row.addWidget(self.text, 1)
        row.addWidget(self.link)

    def show_notice(self, state: str, title: str, text: str = "", *, link: bool = False) -> None:
        """Say something: ``"info"`` or ``"warn"``."""
        icon, colour, role = _ICONS[state]
        self._icon.set_icon(icon, colour)
        set_state(self, role=role)
        set_state(self.title, role="warnText" if state == "warn" else "body", heading="true" if text else "false")
        self.title.setText(title)
        self.text.setText(text)
        self.link.setVisible(link)
