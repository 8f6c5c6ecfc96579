"""The verdict: a filled icon, a heading, one sentence whose figure stands out."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.labels import IconLabel, text_label

if TYPE_CHECKING:
    from morphstudio.core.grades import Grade
    from morphstudio.gui.context import AppContext

_STATES: dict[Grade, tuple[str, str]] = {
    "fits": ("ok", "check-circle-fill"), "partly": ("warn", "warning-fill"), "no": ("error", "x-circle-fill")}
_ICON = 20
# What stands out: that it was not fitted, and by how much it is off.
_STRONG = re.compile(r"(?<=was )not\b|(?:less than |more than )?[\d.]+\xa0%")


class VerdictCard(QFrame):
    """What a comparison comes to, or a quiet line while there is none."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.icon = IconLabel(context, "info", "text2", _ICON)
        self.title = text_label("", "title", wrap=True)
        self.text = text_label("", "body", wrap=True)
        grid.addWidget(self.icon, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.text, 1, 0, 1, 2)

    def show_verdict(self, grade: Grade, title: str, summary: str) -> None:
        """Show a verdict."""
        state, icon = _STATES[grade]
        self.icon.set_icon(icon, state)
        set_state(self, role=state)
        set_state(self.title, state=state)
        self.title.setText(title)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setText(emphasised(summary))
        self._show_head(shown=True)

    def show_waiting(self, text: str) -> None:
        """Say why there is no verdict."""
        set_state(self, role="inset")
        self.title.setText("")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setText(text)
        self._show_head(shown=False)

    def _show_head(self, *, shown: bool) -> None:
        self.icon.setVisible(shown)
        self.title.setVisible(shown)


def emphasised(sentence: str) -> str:
    """Return a sentence as rich text, with what counts in it in bold and per cent signs beside their figure."""
    return _STRONG.sub(r"<b>\g<0></b>", escape(sentence.replace(" %", "\N{NO-BREAK SPACE}%")))
