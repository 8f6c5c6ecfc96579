"""The key of a plot in its panel's header: on one line, in smaller letters, or on two lines where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_SMALL = 11  # pixels of letters where room is short


class PlotKey(QLabel):
    """Two parts of a key beside each other, in smaller letters where these fit, or under each other; none left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "second")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._parts = ("", "", "")
        self._ways: tuple[str, ...] = ("", "", "")  # beside each other, the same in small letters, under each other
        self._widths: tuple[int, ...] = (0, 0, 0)

    def show_parts(self, first: str, second: str, shorter: str = "") -> None:
        """Show rich text in two parts; empty ones take no room. ``shorter`` is the second where room is shortest."""
        if (first, second, shorter) == self._parts:
            return
        self._parts = first, second, shorter
        told = [part for part in (first, second) if part]
        beside = "&nbsp; ".join(told)
        under = ["<br>".join([*told[:-1], last]) for last in (told[-1:] or [""]) + ([shorter] if shorter else [])]
        small = [f"<span style='font-size:{_SMALL}px'>{text}</span>" for text in (beside, *under) if text]
        self._ways = (beside, *small) if told else ("", "", "")
        self.ensurePolished()
        self._widths = tuple(map(self._width_of, self._ways))
        self._lay_out()
        self.updateGeometry()

    @property
    def is_stacked(self) -> bool:
        """Whether the parts stand under each other."""
        return bool(self._ways[2]) and self.text() in self._ways[2:]

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
        fitting = (way for way, width in zip(self._ways, self._widths, strict=True) if width <= self.width())
        text = next(fitting, self._ways[-1])
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
