"""The key of a plot in its panel's header: on one line, or on two where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_SMALL = 11  # pixels of letters that stand on two lines


class PlotKey(QLabel):
    """Two parts of a key beside each other, or in smaller letters under each other; neither is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "second")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._parts = ("", "")
        self._beside = self._under = ""
        self._widths = 0, 0

    def show_parts(self, first: str, second: str) -> None:
        """Show rich text in two parts; empty ones take no room."""
        if (first, second) == self._parts:
            return
        self._parts = first, second
        told = [part for part in self._parts if part]
        self._beside = "&nbsp; ".join(told)
        self._under = f"<span style='font-size:{_SMALL}px'>{'<br>'.join(told)}</span>" if told else ""
        self.ensurePolished()
        self._widths = self._width_of(self._beside), self._width_of(self._under)
        self._lay_out()
        self.updateGeometry()

    @property
    def is_stacked(self) -> bool:
        """Whether the parts stand under each other."""
        return bool(self._under) and self.text() == self._under

    def sizeHint(self) -> QSize:
        """Return room for both parts on one line."""
        return QSize(self._widths[0], super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return room for the wider of them."""
        return QSize(min(self._widths), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take one line or two."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        text = self._beside if self.width() >= self._widths[0] else self._under
        if text != self.text():
            self.setText(text)

    def _width_of(self, text: str) -> int:
        if not text:
            return 0
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(QFont(self.font()))
        document.setHtml(text)
        return int(document.idealWidth()) + 1
