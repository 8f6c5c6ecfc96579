"""A cross-hair laid over a section: a click, a drag or the arrow keys ask for another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from morphstudio.gui.widgets.section_view import SectionView

_GAP = 5  # pixels around the crossing that stay free
_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Crosshair(QObject):
    """Two lines through one point of a section; a :class:`SectionTool`.

    It never moves by itself: whoever hears ``picked`` says with :meth:`place`
    where it stands.

    Signals
    -------
    picked : float, float
        Where it is wanted: lengths across and down, inside the section.
    stepped : int, int
        By how many pixels across and down the arrow keys want it moved.
    """

    picked = Signal(float, float)
    stepped = Signal(int, int)

    def __init__(self, view: SectionView) -> None:
        super().__init__(view)
        self._view = view
        self._at: tuple[float, float] | None = None
        view.set_tool(self)

    @property
    def at(self) -> tuple[float, float] | None:
        """Lengths across and down; ``None`` before it was placed."""
        return self._at

    def place(self, across: float, down: float) -> None:
        """Put it at lengths across and down."""
        if (across, down) != self._at:
            self._at = (across, down)
            self._view.update()

    def paint(self, painter: QPainter, view: SectionView) -> None:
        """Draw the lines; a dark edge sets them off from every phase."""
        if self._at is None or view.section is None:
            return
        height, width = view.section.extent
        first, last, at = view.to_screen(0, 0), view.to_screen(width, height), view.to_screen(*self._at)
        x, y = round(at.x()) + 0.5, round(at.y()) + 0.5
        ends = ((QPointF(first.x(), y), QPointF(x - _GAP, y)), (QPointF(x + _GAP, y), QPointF(last.x(), y)),
                (QPointF(x, first.y()), QPointF(x, y - _GAP)), (QPointF(x, y + _GAP), QPointF(x, last.y())))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for colour, thick in ((QColor(0, 0, 0, 110), 3), (QColor("white"), 1)):
            painter.setPen(QPen(colour, thick))
            for begin, end in ends:
                painter.drawLine(begin, end)
        painter.restore()

    def press(self, view: SectionView, point: QPointF) -> bool:
        """Come to where the mouse was pressed."""
        self._pick(view, point)
        return True

    def drag(self, view: SectionView, point: QPointF, *, straight: bool) -> None:
        """Follow the mouse."""
        self._pick(view, point)

    def release(self, view: SectionView) -> None:
        """Stay."""

    def cursor(self, view: SectionView, point: QPointF) -> Qt.CursorShape | None:
        """Leave the cursor to the view."""
        return None

    def key(self, view: SectionView, event: QKeyEvent) -> bool:
        """Arrows move by a pixel of the section, with Shift by ten."""
        move = _KEYS.get(Qt.Key(event.key()))
        if move is None:
            return False
        pace = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self.stepped.emit(pace * move[0], pace * move[1])
        return True

    def _pick(self, view: SectionView, point: QPointF) -> None:
        if view.section is None:
            return
        height, width = view.section.extent
        across, down = view.to_length(point)
        inside = 1 - 1e-9
        self.picked.emit(min(max(across, 0.0), width * inside), min(max(down, 0.0), height * inside))
