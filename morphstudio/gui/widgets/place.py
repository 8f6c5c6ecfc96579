"""A place that is kept for what comes later: a quiet sentence until the content is there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from morphstudio.gui.widgets.labels import text_label

TEXT_WIDTH = 300


class Place(QStackedWidget):
    """Shows ``content`` or, until there is any, ``text`` in its middle.

    Parameters
    ----------
    content : QWidget
        What the place is for.
    text : str
        One sentence on what will stand here, and when.
    parent : QWidget, optional
        Qt parent.
    """

    def __init__(self, content: QWidget, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._text = text_label(text, "muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setMaximumWidth(TEXT_WIDTH)
        self._quiet = QWidget()
        row = QHBoxLayout(self._quiet)
        row.setContentsMargins(12, 4, 12, 4)
        row.addStretch(1)
        row.addWidget(self._text, 100)
        row.addStretch(1)
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

    def set_text(self, text: str) -> None:
        """Change the sentence."""
        self._text.setText(text)
