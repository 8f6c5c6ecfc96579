"""A section as phase colours, with scale bar, zoom, pan and a wipe."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from morphstudio.gui.widgets.scale_bar import bar_for, paint_scale_bar
from morphstudio.gui.widgets.section import Reading, pixmap_of
from morphstudio.gui.widgets.wipe import Wipe, paint_tag, paint_wipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.widgets.section import Section
    from morphstudio.gui.widgets.section_tool import SectionTool

MAX_PIXELS_PER_VOXEL = 64.0
WIPE_GRIP = 6


class SectionView(QWidget):
    """Shows one section; wheel zooms, dragging pans (also with the middle button), double-click fits.

    Views tied with :meth:`link` share scale and position, so that an image and
    a model can be compared at the same scale.
    """

    hovered = Signal(object)  # Reading or None
    view_changed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._section: Section | None = None
        self._pixmap: QPixmap | None = None
        self._before: QPixmap | None = None
        self._before_titles = ("Calibrated", "Now")
        self._wipe = 0.5
        self._scale: float | None = None
        self._centre: tuple[float, float] | None = None
        self._group: list[SectionView] = [self]
        self._drag: QPointF | None = None
        self._wiping = False
        self._tool: SectionTool | None = None
        self._tool_held = False
        self._note = ""
        self._kept: dict[str, Any] = {}
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 72)
        self.setAccessibleName("Section")
        context.theme.changed.connect(self.update)
        context.units.changed.connect(self.update)

    # what is shown

    @property
    def section(self) -> Section | None:
        """The section shown."""
        return self._section

    def show_section(self, section: Section) -> None:
        """Show ``section``; zoom and position stay where the extent is the same."""
        old = self._section
        self._section = section
        self._pixmap = pixmap_of(section.indices, section.colours)
        if old is None or old.extent != section.extent:
            self.fit()
            self.hovered.emit(None)  # what the cursor read there is no longer so
        if self._kept:
            self._put_back()
        self._changed()

    def clear(self) -> None:
        """Show nothing."""
        self._section = self._pixmap = self._before = None
        self.hovered.emit(None)
        self._changed()

    def set_before(self, indices: NDArray[np.uint8] | None, titles: tuple[str, str] = ("Calibrated", "Now")) -> None:
        """Show another section left of a line that can be dragged; ``None`` removes it.

        Parameters
        ----------
        indices : ndarray of uint8, shape (rows, columns), optional
            Phase indices with the same shape as the section shown.
        titles : (str, str)
            What stands left and right of the line.
        """
        self._before_titles = titles
        if indices is None or self._section is None:
            self._before = None
        else:
            self._before = pixmap_of(indices, self._section.colours)
        self.update()

    def set_note(self, text: str) -> None:
        """Show a short remark in the upper left corner, e.g. ``"coarse, refining"``."""
        if text != self._note:
            self._note = text
            self.update()

    def set_tool(self, tool: SectionTool | None) -> None:
        """Lay something over the section that can be dragged; ``None`` takes it away."""
        self._tool, self._tool_held = tool, False
        self.update()

    # as it is seen

    def view_state(self) -> dict[str, Any]:
        """Return zoom, position and wipe, and for which extent they hold."""
        if self._section is None:
            return self._kept
        return {"extent": self._section.extent, "scale": self._scale, "centre": self._centre, "wipe": self._wipe}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show a section of the same extent as :meth:`view_state` says, once there is one."""
        self._kept = state
        self._put_back()

    def _put_back(self) -> None:
        kept = self._kept
        if self._section is None or tuple(kept.get("extent", ())) != tuple(self._section.extent):
            return
        self._kept = {}
        self._wipe = min(max(float(kept.get("wipe", self._wipe)), 0.0), 1.0)
        scale, centre = kept.get("scale"), kept.get("centre")
        if scale is None or centre is None:
            self.fit()
            return
        across, down = (float(length) for length in centre)
        limit = MAX_PIXELS_PER_VOXEL / min(self._section.spacing)
        self._set_view(min(max(float(scale), 1e-9), limit), (across, down))

    # zoom and position

    @property
    def share_shown(self) -> float:
        """Screen pixels per voxel column: 0.79 means shown at 79 %."""
        return self._used_scale() * self._section.spacing[1] if self._section else 1.0

    def fit(self) -> None:
        """Show the whole section."""
        self._set_view(None, None)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by ``factor``, keeping the point ``at`` (default: the middle) in place."""
        if self._section is None:
            return
        at = at or QPointF(self.width() / 2, self.height() / 2)
        across, down = self._to_length(at)
        limit = MAX_PIXELS_PER_VOXEL / min(self._section.spacing)
        scale = min(self._used_scale() * factor, limit)
        if scale <= self._fit_scale() * 1.001:
            self.fit()
            return
        centre = (across + (self.width() / 2 - at.x()) / scale, down + (self.height() / 2 - at.y()) / scale)
        self._set_view(scale, centre)

    def link(self, other: SectionView) -> None:
        """Share scale and position with ``other`` from now on."""
        members = list(dict.fromkeys([*self._group, *other._group]))
        for view in members:
            view._group = members
        self._set_view(other._scale, other._centre)

    def unlink(self) -> None:
        """Zoom on its own again."""
        rest = [view for view in self._group if view is not self]
        for view in rest:
            view._group = rest
        self._group = [self]
        self._changed()

    def _set_view(self, scale: float | None, centre: tuple[float, float] | None) -> None:
        for view in self._group:
            view._scale, view._centre = scale, centre
            view._changed()

    def _changed(self) -> None:
        self.update()
        self.view_changed.emit()

    def _own_fit(self) -> float:
        if self._section is None:
            return math.inf
        height, width = self._section.extent
        return min(self.width() / width, self.height() / height)

    def _fit_scale(self) -> float:
        scales = [view._own_fit() for view in self._group if view.isVisible() or view is self]
        finite = [scale for scale in scales if math.isfinite(scale) and scale > 0]
        return min(finite, default=1.0)

    def _used_scale(self) -> float:
        return self._scale if self._scale is not None else self._fit_scale()

    def _origin(self) -> QPointF:
        """Return where the section's upper left corner is on the widget."""
        assert self._section is not None
        height, width = self._section.extent
        across, down = self._centre or (width / 2, height / 2)
        scale = self._used_scale()
        return QPointF(self.width() / 2 - across * scale, self.height() / 2 - down * scale)

    def to_screen(self, across: float, down: float) -> QPointF:
        """Return where a point of the section is on the widget."""
        scale = self._used_scale()
        return self._origin() + QPointF(across * scale, down * scale)

    def to_length(self, point: QPointF) -> tuple[float, float]:
        """Return where a point of the widget is on the section, (across, down) in its unit of length."""
        return self._to_length(point)

    def _to_length(self, point: QPointF) -> tuple[float, float]:
        offset = point - self._origin()
        scale = self._used_scale()
        return offset.x() / scale, offset.y() / scale

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        # Ended for sure: a painter that a traceback keeps alive would tear the window down.
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        tokens = self._context.theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.scene))
        if self._section is None or self._pixmap is None:
            return
        target = self._target()
        painter.setClipRect(QRectF(self.rect()).intersected(target))
        painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))
        if self._before is not None:
            paint_wipe(painter, Wipe(self._before, target, self._visible(target), self._wipe_x(target),
                                     self._before_titles))
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._tool is None:
            self._paint_scale_bar(painter, target)
        else:  # what it marks may lie where the bar would be
            self._tool.paint(painter, self)
        if self._note:
            paint_tag(painter, self._visible(target).topLeft() + QPointF(8, 8), self._note)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _target(self) -> QRectF:
        assert self._section is not None
        height, width = self._section.extent
        scale = self._used_scale()
        return QRectF(self._origin(), QPointF(0, 0) + self._origin() + QPointF(width * scale, height * scale))

    def _visible(self, target: QRectF) -> QRectF:
        return QRectF(self.rect()).intersected(target)

    def _wipe_x(self, target: QRectF) -> float:
        visible = self._visible(target)
        return min(max(target.left() + self._wipe * target.width(), visible.left()), visible.right())

    def scale_bar(self) -> tuple[float, str]:
        """Return the scale bar's length on screen in pixels and its text."""
        assert self._section is not None
        visible = self._visible(self._target())
        return bar_for(self._context.units, self._used_scale(), min(visible.width() * 0.25, 140),
                       in_um=self._section.in_um, confirmed=self._section.confirmed,
                       counted=self._section.counted)

    def _paint_scale_bar(self, painter: QPainter, target: QRectF) -> None:
        visible = self._visible(target)
        if visible.width() < 60 or visible.height() < 60:
            return
        paint_scale_bar(painter, visible.bottomLeft(), *self.scale_bar())

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if (left or event.button() == Qt.MouseButton.MiddleButton) and self._section is not None:
            self._wiping = left and self._on_wipe(event.position())
            if left and not self._wiping and self._tool is not None and self._tool.press(self, event.position()):
                self._tool_held = True
                return
            self._drag = event.position()
            if not self._wiping:
                self.setCursor(QCursor(Qt.CursorShape.ClosedHandCursor))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._section is None:
            return
        if self._tool_held and self._tool is not None:
            straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._tool.drag(self, event.position(), straight=straight)
        elif self._drag is not None and self._wiping:
            target = self._target()
            self._wipe = min(max((event.position().x() - target.left()) / target.width(), 0.0), 1.0)
            self.update()
        elif self._drag is not None and self._scale is not None:
            self._pan(event.position() - self._drag)
            self._drag = event.position()
        elif self._drag is None:
            self.setCursor(QCursor(self._cursor_over(event.position())))
        self.hovered.emit(self._reading(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._tool_held and self._tool is not None:
            self._tool.release(self)
        self._drag = None
        self._wiping = self._tool_held = False
        self.setCursor(QCursor(self._cursor_over(event.position())))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.2 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 40
        moves = {Qt.Key.Key_Left: (step, 0), Qt.Key.Key_Right: (-step, 0), Qt.Key.Key_Up: (0, step),
                 Qt.Key.Key_Down: (0, -step)}
        if self._tool is not None and self._section is not None and self._tool.key(self, event):
            return
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.25)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom(0.8)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        elif event.key() in moves and self._scale is not None:
            self._pan(QPointF(*moves[Qt.Key(event.key())]))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for view in self._group:
            view._changed()

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def _cursor_over(self, point: QPointF) -> Qt.CursorShape:
        over = None if self._tool is None else self._tool.cursor(self, point)
        if over is not None:
            return over
        return Qt.CursorShape.SplitHCursor if self._on_wipe(point) else Qt.CursorShape.CrossCursor

    def _on_wipe(self, point: QPointF) -> bool:
        return self._before is not None and abs(point.x() - self._wipe_x(self._target())) <= WIPE_GRIP

    def _pan(self, offset: QPointF) -> None:
        assert self._section is not None
        scale = self._used_scale()
        height, width = self._section.extent
        across, down = self._centre or (width / 2, height / 2)
        centre = (min(max(across - offset.x() / scale, 0.0), width), min(max(down - offset.y() / scale, 0.0), height))
        self._set_view(self._scale, centre)

    def _reading(self, point: QPointF) -> Reading | None:
        assert self._section is not None
        across, down = self._to_length(point)
        row, column = int(down // self._section.spacing[0]), int(across // self._section.spacing[1])
        rows, columns = self._section.indices.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return None
        return Reading(across, down, int(self._section.indices[row, column]))
