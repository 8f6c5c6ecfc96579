"""The small coloured square that stands for a phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from morphstudio.gui.theme.tokens import METRICS, RGB, SWATCH_OUTLINE
from morphstudio.gui.widgets.labels import text_label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Swatch(QWidget):
    """A square in a phase's colour, with a grey outline so that no theme swallows it."""

    def __init__(self, colour: RGB | None = None, size: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = colour
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_colour(self, colour: RGB | None) -> None:
        """Change the colour; ``None`` draws nothing."""
        if colour != self._colour:
            self._colour = colour
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colour is None:
            return
        with QPainter(self) as painter:
            paint_swatch(painter, QRectF(self.rect()), self._colour)


def paint_swatch(painter: QPainter, box: QRectF, colour: RGB) -> None:
    """Draw a swatch into ``box``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(*colour))
    painter.setPen(QPen(QColor(SWATCH_OUTLINE), 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), METRICS.radius_swatch, METRICS.radius_swatch)


class PhaseTag(QWidget):
    """A swatch and a phase's name."""

    def __init__(self, name: str = "", colour: RGB | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.swatch = Swatch(colour)
        self.name = text_label(name)
        row.addWidget(self.swatch)
        row.addWidget(self.name)

    def set_phase(self, name: str, colour: RGB | None) -> None:
        """Show another phase."""
        self.swatch.set_colour(colour)
        self.name.setText(name)
