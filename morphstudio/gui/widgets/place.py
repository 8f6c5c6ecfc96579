"""A place that is kept for what comes later: icon, fact and a sentence until the content is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from morphstudio.gui.widgets.labels import IconLabel, text_label

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext

TEXT_WIDTH, ICON_SIZE = 300, 20


class Place(QStackedWidget):
    """Shows ``content`` or, until there is any, ``text`` in its middle.

    Parameters
    ----------
    content : QWidget
        What the place is for.
    text : str
        One sentence on what will stand here, and when.
    context : AppContext, optional
        For the icon.
    icon, fact : str
        What stands above the sentence, where there is a ``context``.
    parent : QWidget, optional
        Qt parent.
    """

    def __init__(self, content: QWidget, text: str, context: AppContext | None = None, icon: str = "",
                 fact: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._text = text_label(text, "muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setMaximumWidth(TEXT_WIDTH)
        self._quiet = QWidget()
        column = QVBoxLayout(self._quiet)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(4)
        column.addStretch(1)
        self.fact = text_label(fact, "strong")
        if context is not None:
            middle = Qt.AlignmentFlag.AlignHCenter
            column.addWidget(IconLabel(context, icon, "text3", ICON_SIZE), 0, middle)
            column.addWidget(self.fact, 0, middle)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._text, 100)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.addWidget(self._quiet)
        self.addWidget(content)

    @property
    def is_filled(self) -> bool:
        """Whether the content is shown."""
        return self.currentWidget() is self._content

    def set_filled(self, filled: bool) -> None:
        """Show the content, or the sentence in its place."""
        self.setCurrentWidget(self._content if filled else self._quiet)

    @property
    def text(self) -> str:
        """The sentence that holds the place."""
        return self._text.text()

    def set_text(self, text: str, fact: str | None = None) -> None:
        """Change the sentence, and the fact above it."""
        self._text.setText(text)
        if fact is not None:
            self.fact.setText(fact)
