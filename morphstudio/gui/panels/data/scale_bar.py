"""The voxel size from a length that is known: a line drawn on the image, such as along its scale bar."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.number_field import NumberField
from morphstudio.gui.widgets.wipe import paint_tag

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPainter

    from morphstudio.app.document import ImageEntry
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.widgets.section_view import SectionView

GRIP = 9  # pixels around an end that take hold of it
SHORTEST = 4.0  # pixels of the image: a shorter line tells nothing
HINT = "Draw a line along a length that you know, such as a scale bar in the image."
CUE, CUE_INSET = "Draw along a known length", 12.0
KEYS = "Shift draws straight. Arrow keys move the end, with Shift by ten pixels; Esc leaves."
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class ScaleBarForm(QWidget):
    """Lies under the voxel size while a line is drawn; it is the tool of the section view, too."""

    measured = Signal(float)  # factor that makes the line as long as was typed
    active_changed = Signal(bool)

    def __init__(self, context: AppContext, view: SectionView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view = view
        self._entry: ImageEntry | None = None
        self._ends: list[QPointF] = []  # across, down in the section's unit of length
        self._held = 0
        self.line_text = text_label("", "second")
        self.length = NumberField(above=0.0)
        self.length.setAccessibleName("Length of the line")
        self.length.setToolTip("How long the line is in reality; a unit may be typed behind it, such as 500 nm")
        self.length.setMaximumWidth(84)
        self._unit = text_label("", "second")
        self.use_button = Button(context, "Use", "primary", clicked=self.use)
        self.cancel_button = Button(context, "Cancel", "quiet", clicked=self.stop)
        self.cancel_button.setToolTip("Esc")
        self._build()
        self.length.textChanged.connect(lambda _: self._refresh())
        self.length.returnPressed.connect(self.use)
        context.units.changed.connect(self._show_unit)
        self._show_unit()
        self.hide()

    @property
    def is_active(self) -> bool:
        """Whether a line is being drawn."""
        return self._entry is not None

    def start(self, entry: ImageEntry) -> None:
        """Wait for a line on the image."""
        self._entry, self._ends = entry, []
        self.length.clear()
        self._view.set_tool(self)
        self._view.setFocus()
        self._view.setCursor(Qt.CursorShape.CrossCursor)
        self.show()
        self._refresh()
        self.active_changed.emit(True)

    def stop(self) -> None:
        """Leave the voxel size as it is."""
        if self._entry is None:
            return
        self._entry = None
        self._view.set_tool(None)
        self.hide()
        self.active_changed.emit(False)

    def keep_to(self, entry: ImageEntry | None) -> None:
        """End where another image, or another voxel size, has come to the front."""
        if self._entry is not None and (entry is None or entry.image.labels is not self._entry.image.labels
                                        or entry.image.spacing != self._entry.image.spacing):
            self.stop()

    def use(self) -> None:
        """Make the voxel size such that the line is as long as was typed."""
        value, drawn = self.length.value, self._drawn()
        if value is not None and drawn > 0 and self.use_button.isEnabled():
            self.stop()
            self.measured.emit(value * (self.length.unit_um or 1.0) / drawn)

    # what the section view asks

    def paint(self, painter: QPainter, view: SectionView) -> None:
        """Draw the line with its ends."""
        if len(self._ends) < 2:
            paint_tag(painter, QPointF(CUE_INSET, CUE_INSET), CUE)
            return
        tokens = self._context.theme.tokens
        start, end = (view.to_screen(point.x(), point.y()) for point in self._ends)
        for colour, width in (("white", 4.5), (tokens.fill, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(start, end)
        painter.setPen(QPen(QColor("white"), 1.5))
        painter.setBrush(QColor(tokens.fill))
        for point in (start, end):
            painter.drawEllipse(point, 4.5, 4.5)

    def press(self, view: SectionView, point: QPointF) -> bool:
        """Take hold of an end, or begin a new line."""
        for number, end in enumerate(self._ends):
            if (view.to_screen(end.x(), end.y()) - point).manhattanLength() <= GRIP:
                self._held = number
                return True
        place = self._inside(QPointF(*view.to_length(point)))
        self._ends, self._held = [place, place], 1
        return True

    def drag(self, view: SectionView, point: QPointF, *, straight: bool) -> None:
        """Move the end that is held; ``straight`` keeps the line level or upright."""
        end, other = self._inside(QPointF(*view.to_length(point))), self._ends[1 - self._held]
        if straight:
            level = abs(end.x() - other.x()) >= abs(end.y() - other.y())
            end = QPointF(end.x(), other.y()) if level else QPointF(other.x(), end.y())
        self._ends[self._held] = end
        self._refresh()

    def release(self, view: SectionView) -> None:
        """Ask for the length once there is a line."""
        if self._pixels() >= SHORTEST:
            self.length.setFocus()

    def cursor(self, view: SectionView, point: QPointF) -> Qt.CursorShape | None:
        """Show a hand over the ends."""
        near = any((view.to_screen(end.x(), end.y()) - point).manhattanLength() <= GRIP for end in self._ends)
        return Qt.CursorShape.SizeAllCursor if near else Qt.CursorShape.CrossCursor

    def key(self, view: SectionView, event: QKeyEvent) -> bool:
        """Arrows move the end held last; the first of them begins with a line across the middle."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.stop()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.length.setFocus()
        elif key in _ARROWS and view.section is not None:
            if len(self._ends) < 2:
                height, width = view.section.extent
                self._ends, self._held = [QPointF(width / 4, height / 2), QPointF(3 * width / 4, height / 2)], 1
            step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            high, wide = view.section.spacing
            across, down = _ARROWS[key]
            moved = self._ends[self._held] + QPointF(across * step * wide, down * step * high)
            self._ends[self._held] = self._inside(moved)
            self._refresh()
        else:
            return False
        return True

    # inside

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        hint = text_label(HINT, "body", wrap=True)
        hint.setToolTip(KEYS)
        column.addWidget(hint)
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.line_text, self.length, self._unit):
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        self.use_button.setProperty("flush", "true")
        buttons.addWidget(self.use_button)
        buttons.addWidget(self.cancel_button)
        buttons.addStretch(1)
        column.addLayout(buttons)

    def _inside(self, point: QPointF) -> QPointF:
        section = self._view.section
        assert section is not None
        height, width = section.extent
        return QPointF(min(max(point.x(), 0.0), width), min(max(point.y(), 0.0), height))

    def _drawn(self) -> float:
        """Return how long the line is in the section's unit of length."""
        if len(self._ends) < 2:
            return 0.0
        start, end = self._ends
        return math.hypot(end.x() - start.x(), end.y() - start.y())

    def _pixels(self) -> float:
        section = self._view.section
        if len(self._ends) < 2 or section is None:
            return 0.0
        (start, end), (high, wide) = self._ends, section.spacing
        return math.hypot((end.x() - start.x()) / wide, (end.y() - start.y()) / high)

    def _show_unit(self) -> None:
        nm = self._context.units.unit == "nm"
        self.length.unit_um = 1e-3 if nm else 1.0
        self._unit.setText("nm" if nm else "µm")

    def _refresh(self) -> None:
        self._view.update()
        pixels = self._pixels()
        self.line_text.setText(f"{pixels:.0f} px are" if pixels else "No line yet")
        for widget in (self.length, self._unit):
            widget.setVisible(pixels >= SHORTEST)
        ready = pixels >= SHORTEST and self.length.value is not None
        self.use_button.setEnabled(ready)
        self.use_button.setToolTip("Enter. Work out the voxel size" if ready else
                                   "Draw a line first" if pixels < SHORTEST else "Type how long the line is")
