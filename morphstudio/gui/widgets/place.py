"""A place that is kept for what comes later: icon, fact and a sentence until the content is there, or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import IconLabel, text_label

if TYPE_CHECKING:
    from collections.abc import Callable

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
        self._waiting = text
        self.retry_button: Button | None = None
        self._column = column
        column.addStretch(1)
        self.addWidget(self._quiet)
        self.addWidget(content)

    @property
    def is_filled(self) -> bool:
        """Whether the content is shown."""
        return self.currentWidget() is self._content

    def set_filled(self, filled: bool) -> None:
        """Show the content, or the sentence in its place."""
        if filled:
            self.show_waiting()
        self.setCurrentWidget(self._content if filled else self._quiet)

    def show_failed(self, context: AppContext, text: str, retry: Callable[[], object]) -> None:
        """Say why there is no content, and offer to try again; what is shown already stays."""
        if self.is_filled:
            return
        if self.retry_button is None:
            self.retry_button = Button(context, "Retry", "link", clicked=lambda: self._retry(retry))
            self._column.insertWidget(self._column.count() - 1, self.retry_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._text.setText(text)
        set_state(self._text, role="errorText")
        self.retry_button.show()

    def show_waiting(self) -> None:
        """Say again what will stand here."""
        if self.retry_button is not None and not self.retry_button.isHidden():
            self._text.setText(self._waiting)
            set_state(self._text, role="muted")
            self.retry_button.hide()

    def _retry(self, retry: Callable[[], object]) -> None:
        self.show_waiting()
        retry()

    @property
    def text(self) -> str:
        """The sentence that holds the place."""
        return self._text.text()

    def set_text(self, text: str, fact: str | None = None) -> None:
        """Change the sentence, and the fact above it."""
        self._text.setText(text)
        if fact is not None:
            self.fact.setText(fact)
