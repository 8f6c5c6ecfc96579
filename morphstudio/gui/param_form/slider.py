"""A thin slider with quarter marks and a triangle at the compared value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from morphstudio.gui.theme.controller import ThemeController

STEPS = 1000
_MARGIN = 8
_SMALL, _LARGE = 5, 50
_FORWARD = {Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1}


class ThinSlider(QAbstractSlider):
    """A slider over positions 0 … 1000.

    Signals
    -------
    dragged : int
        The user moved the handle, by mouse or key.
    settled :
        The user let go: end of a drag, or of a key press.
    reset_asked :
        Double click: back to the compared value.
    """

    dragged = Signal(int)
    settled = Signal()
    reset_asked = Signal()

    def __init__(self, theme: ThemeController, ticks: tuple[float, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticks = ticks
        self._mark: int | None = None
        self._hover = False
        self.setRange(0, STEPS)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def set_mark(self, position: int | None) -> None:
        """Put the grey triangle at a position, or take it away."""
        if position != self._mark:
            self._mark = position
            self.update()

    @property
    def mark(self) -> int | None:
        """Position of the triangle."""
        return self._mark

    def sizeHint(self) -> QSize:
        """Return room for handle, marks and triangle."""
        return QSize(160, 24)

    def minimumSizeHint(self) -> QSize:
        """Return the least that can still be aimed at."""
        return QSize(80, 24)

    def x_of(self, position: float) -> float:
        """Return where a position stands, in widget pixels."""
        return _MARGIN + (self.width() - 2 * _MARGIN) * position / STEPS

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)
            self.settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the compared value."""
        self.reset_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by a small step, with Shift by ten of them."""
        key = Qt.Key(event.key())
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: STEPS}
        pages = {Qt.Key.Key_PageUp: _LARGE, Qt.Key.Key_PageDown: -_LARGE}
        if key in _FORWARD:
            big = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move(self.value() + _FORWARD[key] * (_LARGE if big else _SMALL))
        elif key in pages:
            self._move(self.value() + pages[key])
        elif key in ends:
            self._move(ends[key])
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Settle when a key is let go: a held key is one change."""
        if not event.isAutoRepeat() and Qt.Key(event.key()) in (
                *_FORWARD, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.settled.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area: sliders must not move by accident."""
        event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light the handle."""
        self._hover = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Dim the handle."""
        self._hover = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, marks, triangle and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        colour = QColor(tokens.accent if self.isEnabled() else tokens.strong)
        middle, here = self.height() / 2 - 1, self.x_of(self.value())
        painter.setPen(QPen(QColor(tokens.strong), 1))
        for tick in self._ticks:
            x = round(self.x_of(tick * STEPS)) + 0.5
            painter.drawLine(QPointF(x, middle + 6), QPointF(x, middle + 9))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(QRectF(_MARGIN, middle - 1.5, self.width() - 2 * _MARGIN, 3), 1.5, 1.5)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(_MARGIN, middle - 1.5, max(0.0, here - _MARGIN), 3), 1.5, 1.5)
        if self._mark is not None and abs(self._mark - self.value()) > 1:
            self._paint_mark(painter, self.x_of(self._mark), middle)
        self._paint_handle(painter, here, middle, colour)
        painter.end()

    def _paint_mark(self, painter: QPainter, x: float, middle: float) -> None:
        painter.setBrush(QColor(self._theme.tokens.text3))
        top = middle - 10
        painter.drawPolygon(QPolygonF([QPointF(x - 4, top), QPointF(x + 4, top), QPointF(x, top + 5.5)]))

    def _paint_handle(self, painter: QPainter, x: float, middle: float, colour: QColor) -> None:
        tokens = self._theme.tokens
        if self.hasFocus() and self.isEnabled():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(QColor(tokens.surface))
            painter.drawEllipse(QPointF(x, middle), 7.5, 7.5)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(QColor(tokens.tint if self._hover or self.isSliderDown() else tokens.surface))
        painter.drawEllipse(QPointF(x, middle), 5, 5)

    def _go_to(self, x: float) -> None:
        self._move(round((x - _MARGIN) / max(1, self.width() - 2 * _MARGIN) * STEPS))

    def _move(self, position: int) -> None:
        position = min(max(position, 0), STEPS)
        if position != self.value():
            self.setValue(position)
            self.dragged.emit(position)
