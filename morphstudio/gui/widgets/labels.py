"""Text: labels by role, elided labels, icons, thin rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from morphstudio.gui.theme.controller import set_state

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext


def text_label(text: str = "", role: str = "body", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a label.

    Parameters
    ----------
    text : str
        Plain text.
    role : str
        ``"welcome"``, ``"title"``, ``"card"``, ``"strong"``, ``"body"``,
        ``"second"``, ``"muted"``, ``"caption"``, ``"column"``,
        ``"errorText"``, ``"warnText"``, ``"okText"``, ``"accentText"``.
    wrap : bool
        Whether long text goes on in the next line.
    selectable : bool
        Whether the text can be copied.
    """
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    if selectable:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def rule() -> QFrame:
    """Return a thin horizontal line."""
    line = QFrame()
    line.setProperty("role", "rule")
    line.setFixedHeight(1)
    return line


class ElidedLabel(QLabel):
    """A one-line label that shortens its text with … and tells the rest as tooltip."""

    def __init__(self, text: str = "", role: str = "body", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
                 parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._mode, self._explanation = mode, ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def explain(self, text: str) -> None:
        """Give it a tooltip of its own, told after the text where that is shortened."""
        self._explanation = text
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(16, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        # Ended for sure: a painter that a traceback keeps alive would tear the window down.
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        whole = self.text() if shown != self.text() else ""
        self.setToolTip(". ".join(filter(None, (whole, self._explanation))))
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)


class WholeWords(QLabel):
    """A line that leaves its end out where room is short, and never cuts a word or a unit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "second")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._start, self._before, self._explanation = "", "", ""

    def show_words(self, start: str, rest: str = "", explanation: str = "", role: str = "second",
                   before: str = "") -> None:
        """Show ``start``, with ``before`` before it and then ``rest`` behind it where there is room."""
        self._start, self._before, self._explanation = start, before, explanation
        self.setText(before + start + rest)
        set_state(self, role=role)
        self._tell()
        self.updateGeometry()

    @property
    def shown(self) -> str:
        """What is to be read."""
        room, width = self.width(), self.fontMetrics().horizontalAdvance
        choices = (self.text(), self._before + self._start, self._start)
        return next((text for text in choices if width(text) <= room), "")

    def minimumSizeHint(self) -> QSize:
        """Return room for what is not left out."""
        return QSize(self.fontMetrics().horizontalAdvance(self._start), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            self._tell()
            painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), self.shown)

    def _tell(self) -> None:
        whole = "" if self.shown == self.text() else self.text()
        self.setToolTip(". ".join(filter(None, (whole, self._explanation))))


class IconLabel(QLabel):
    """An icon that follows the theme."""

    def __init__(self, context: AppContext, name: str, colour: str = "text2", size: int = 16,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._size = context, size
        self._name, self._colour = name, colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        context.theme.changed.connect(self._draw)
        self._draw()

    def set_icon(self, name: str, colour: str) -> None:
        """Show another icon or colour."""
        if (name, colour) != (self._name, self._colour):
            self._name, self._colour = name, colour
            self._draw()

    def _draw(self) -> None:
        self.setPixmap(self._context.theme.pixmap(self._name, self._colour, self._size))
