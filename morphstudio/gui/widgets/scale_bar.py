"""The scale bar of a section: a round length, and how it is drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.units import short_number

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from morphstudio.gui.units import UnitController


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


def scale_bar_width(length: float, text: str) -> float:
    """Return how many pixels :func:`paint_scale_bar` takes, with the space before it."""
    return max(length, QFontMetricsF(body_font(12)).horizontalAdvance(text)) + 24


def round_length(length: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not above ``length``."""
    if length <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(length))
    return max(step * power for step in (1, 2, 5) if step * power <= length * 1.0001)


def bar_for(units: UnitController, pixels: float, longest: float, *, in_um: bool,
            confirmed: bool = True) -> tuple[float, str]:
    """Return length in pixels and text of a scale bar.

    Parameters
    ----------
    units : UnitController
        Unit of the text.
    pixels : float
        Pixels of one µm, or of one voxel where the voxel size is unknown.
    longest : float
        Pixels that the bar may be long.
    in_um : bool
        Whether the voxel size is known.
    confirmed : bool
        Whether a person has confirmed it; the text says so otherwise.
    """
    per_unit = pixels / units.factor() if in_um else pixels
    length = round_length(longest / per_unit)
    unit = units.label if in_um else "voxel"
    text = f"{short_number(length)} {'voxels' if unit == 'voxel' else unit}"
    return length * per_unit, text if confirmed else f"{text}, unconfirmed"
