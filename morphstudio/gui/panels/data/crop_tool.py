"""The crop's box on the section: drag an edge, a corner or the whole, or use the arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainterPath, QPen

from morphstudio.core.phases import AXES

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPainter

    from morphstudio.core.image_edits import Box
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.widgets.section_view import SectionView

SMALLEST_EDGE = 8  # voxels; what core.image_edits still takes
GRIP = 8  # pixels around an edge that take hold of it
_HANDLE = 4
_SIDES = tuple((down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if (down, across) != (0, 0))
_CURSORS = {(0, 0): Qt.CursorShape.SizeAllCursor, (0, -1): Qt.CursorShape.SizeHorCursor,
            (0, 1): Qt.CursorShape.SizeHorCursor, (-1, 0): Qt.CursorShape.SizeVerCursor,
            (1, 0): Qt.CursorShape.SizeVerCursor, (-1, -1): Qt.CursorShape.SizeFDiagCursor,
            (1, 1): Qt.CursorShape.SizeFDiagCursor, (-1, 1): Qt.CursorShape.SizeBDiagCursor,
            (1, -1): Qt.CursorShape.SizeBDiagCursor}
_ARROWS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class CropTool(QObject):
    """Holds the box in voxels along z, y, x; a section shows two sides of it."""

    changed = Signal()
    accepted = Signal()
    rejected = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shape = (1, 1, 1)
        self._box: list[tuple[int, int]] = [(0, 1)] * 3
        self._held: tuple[int, int] | None = None
        self._from: tuple[QPointF, list[tuple[int, int]]] = (QPointF(), [])

    @property
    def box(self) -> Box:
        """First voxel and the one after the last along z, y, x."""
        z, y, x = self._box
        return z, y, x

    @property
    def is_whole(self) -> bool:
        """Whether nothing would be cut off."""
        return all(pair == (0, n) for pair, n in zip(self._box, self._shape, strict=True))

    def start(self, shape: tuple[int, int, int], box: Box | None = None) -> None:
        """Begin with a box, by default the whole image."""
        self._shape, self._held = shape, None
        self.set_box(box or tuple((0, n) for n in shape))  # type: ignore[arg-type]

    def set_box(self, box: Box) -> None:
        """Take another box, made to lie inside the image and to be thick enough."""
        fitted = [_fitted(pair, n) for pair, n in zip(box, self._shape, strict=True)]
        if fitted != self._box:
            self._box = fitted
        self.changed.emit()

    # what a section view asks

    def paint(self, painter: QPainter, view: SectionView) -> None:
        """Shade what would be cut off and draw the box with its handles."""
        tokens = self._context.theme.tokens
        box = self._rect(view)
        section = view.section
        assert section is not None
        height, width = section.extent
        outside = QPainterPath()
        outside.addRect(QRectF(view.to_screen(0, 0), view.to_screen(width, height)))
        inside = QPainterPath()
        inside.addRect(box)
        painter.fillPath(outside - inside, QColor(14, 17, 20, 165))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, thickness in (("white", 3.0), (tokens.fill, 1.5)):
            painter.setPen(QPen(QColor(colour), thickness))
            painter.drawRect(box)
        painter.setPen(QPen(QColor("white"), 1.5))
        painter.setBrush(QColor(tokens.fill))
        for point in self._handles(box).values():
            painter.drawRect(QRectF(point.x() - _HANDLE, point.y() - _HANDLE, 2 * _HANDLE, 2 * _HANDLE))

    def press(self, view: SectionView, point: QPointF) -> bool:
        """Take hold of a handle, an edge or the inside."""
        self._held = self._side_at(view, point)
        self._from = (point, list(self._box))
        return self._held is not None

    def drag(self, view: SectionView, point: QPointF, *, straight: bool) -> None:
        """Move what is held; with Shift along one axis only."""
        if self._held is None:
            return
        start, box = self._from
        across, down = (now - then for now, then in zip(view.to_length(point), view.to_length(start), strict=True))
        if straight:
            across, down = (across, 0.0) if abs(across) >= abs(down) else (0.0, down)
        (row, column), (high, wide) = self._axes(view), view.section.spacing  # type: ignore[union-attr]
        self._box = list(box)
        self._move(row, self._held[0], round(down / high))
        self._move(column, self._held[1], round(across / wide))
        self.changed.emit()

    def release(self, view: SectionView) -> None:
        """Let go."""
        self._held = None

    def cursor(self, view: SectionView, point: QPointF) -> Qt.CursorShape | None:
        """Say by the cursor what can be done."""
        side = self._side_at(view, point)
        return None if side is None else _CURSORS[side]

    def key(self, view: SectionView, event: QKeyEvent) -> bool:
        """Arrows move the box, with Ctrl its lower right corner, with Shift ten voxels; Enter applies, Esc leaves."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif key == Qt.Key.Key_Escape:
            self.rejected.emit()
        elif key in _ARROWS:
            step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            side = 1 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 0
            for axis, by in zip(self._axes(view), _ARROWS[key], strict=True):
                if by:
                    self._move(axis, side, by * step)
            self.changed.emit()
        else:
            return False
        return True

    # geometry

    def _axes(self, view: SectionView) -> tuple[int, int]:
        assert view.section is not None
        down, across = view.section.axes
        return AXES.index(down), AXES.index(across)  # type: ignore[arg-type]

    def _rect(self, view: SectionView) -> QRectF:
        assert view.section is not None
        (row, column), (high, wide) = self._axes(view), view.section.spacing
        (top, bottom), (left, right) = self._box[row], self._box[column]
        return QRectF(view.to_screen(left * wide, top * high), view.to_screen(right * wide, bottom * high))

    def _handles(self, box: QRectF) -> dict[tuple[int, int], QPointF]:
        middle = box.center()
        return {(down, across): QPointF(middle.x() + across * box.width() / 2, middle.y() + down * box.height() / 2)
                for down, across in _SIDES}

    def _side_at(self, view: SectionView, point: QPointF) -> tuple[int, int] | None:
        if view.section is None:
            return None
        box = self._rect(view)
        if not box.adjusted(-GRIP, -GRIP, GRIP, GRIP).contains(point):
            return None
        across = _nearer(point.x(), box.left(), box.right())
        down = _nearer(point.y(), box.top(), box.bottom())
        if (down, across) == (0, 0) and self._whole_in(view):
            return None  # a box as large as the section cannot be moved: the view may pan
        return down, across

    def _whole_in(self, view: SectionView) -> bool:
        return all(self._box[axis] == (0, self._shape[axis]) for axis in self._axes(view))

    def _move(self, axis: int, side: int, by: int) -> None:
        """Move one side, or with ``side`` 0 the whole box, along an axis."""
        (start, stop), n = self._box[axis], self._shape[axis]
        least = min(SMALLEST_EDGE, n)
        if side < 0:
            start = min(max(start + by, 0), stop - least)
        elif side > 0:
            stop = max(min(stop + by, n), start + least)
        else:
            by = min(max(by, -start), n - stop)
            start, stop = start + by, stop + by
        self._box[axis] = (start, stop)


def _nearer(at: float, low: float, high: float) -> int:
    to_low, to_high = abs(at - low), abs(at - high)
    if min(to_low, to_high) > GRIP:
        return 0
    return -1 if to_low <= to_high else 1


def _fitted(pair: tuple[int, int], n: int) -> tuple[int, int]:
    least = min(SMALLEST_EDGE, n)
    start = min(max(pair[0], 0), n - least)
    return start, min(max(pair[1], start + least), n)
