"""The scale bar of a section: a round length, and how it is drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from morphstudio.gui.theme.fonts import body_font

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF


def paint_scale_bar(painter: QPainter, corner: QPointF, length: float, text: str) -> None:
    """Draw a bar of ``length`` pixels with ``text`` above it, at a lower left corner."""
    painter.setFont(body_font(12))
    width = max(length, painter.fontMetrics().horizontalAdvance(text)) + 16
    box = QRectF(corner.x() + 8, corner.y() - 38, width, 30)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 205))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor("white"))
    painter.drawText(box.adjusted(0, 3, 0, -9), Qt.AlignmentFlag.AlignCenter, text)
    painter.fillRect(QRectF(box.center().x() - length / 2, box.bottom() - 8, length, 3), QColor("white"))


def round_length(length: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not above ``length``."""
    if length <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(length))
    return max(step * power for step in (1, 2, 5) if step * power <= length * 1.0001)
