"""The scale bar of a section: a round length, and how it is drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.units import short_number

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from morphstudio.gui.units import UnitController

PADDING, SPACE, HEIGHT = 8, 8, 34
_PLATE, _RIM = QColor(20, 22, 26, 205), QColor(255, 255, 255, 56)


def paint_scale_bar(painter: QPainter, corner: QPointF, length: float, text: str) -> None:
    """Draw a bar of ``length`` pixels with ``text`` above it, at a lower left corner."""
    painter.setFont(body_font(12))
    width = max(length, painter.fontMetrics().horizontalAdvance(text)) + 2 * PADDING
    box = QRectF(corner.x() + SPACE, corner.y() - SPACE - HEIGHT, width, HEIGHT)
    # The plate is dark on every ground; its rim shows it where the ground is as dark.
    painter.setPen(QPen(_RIM, 1))
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setPen(QColor("white"))
    # Bar and text begin at one edge: a short bar in the middle of a long text would look lost.
    left = box.left() + PADDING
    painter.drawText(QRectF(left, box.top() + 5, width, 16), Qt.AlignmentFlag.AlignVCenter, text)
    painter.fillRect(QRectF(left, box.bottom() - PADDING - 1, length, 3), QColor("white"))


def scale_bar_width(length: float, text: str) -> float:
    """Return how many pixels :func:`paint_scale_bar` takes, with the space before it."""
    return max(length, QFontMetricsF(body_font(12)).horizontalAdvance(text)) + 2 * PADDING + SPACE


def round_length(length: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not above ``length``."""
    if length <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(length))
    return max(step * power for step in (1, 2, 5) if step * power <= length * 1.0001)


def bar_for(units: UnitController, pixels: float, longest: float, *, in_um: bool,
            confirmed: bool = True, counted: str = "voxels") -> tuple[float, str]:
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
    counted : str
        What lengths without a unit are counted in.
    """
    per_unit = pixels / units.factor() if in_um else pixels
    length = round_length(longest / per_unit)
    unit = units.label if in_um and units.unit != "voxel" else counted
    text = f"{short_number(length)} {unit}"
    if confirmed:
        return length * per_unit, text
    what = "pixel" if counted == "px" else "voxel"
    return length * per_unit, f"{text}, unconfirmed" if in_um else f"{text}, {what} size not set"
