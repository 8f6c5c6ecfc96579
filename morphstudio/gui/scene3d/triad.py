"""The triad: which way the block's axes point, as seen by a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from morphstudio.gui.theme.fonts import body_font

if TYPE_CHECKING:
    from morphstudio.gui.scene3d.pose import Pose
    from morphstudio.gui.theme.tokens import Tokens

TRIAD_EDGE = 64.0  # pixels of the square that it is drawn in
_ARM, _LETTER, _HEAD_ON = 20.0, 9.0, 0.2


def paint_triad(painter: QPainter, corner: QPointF, pose: Pose, tokens: Tokens) -> None:
    """Draw the axes in a square of :data:`TRIAD_EDGE` whose upper left corner is given.

    An axis that points at the viewer, or away, is a dot without a letter.
    """
    middle = corner + QPointF(TRIAD_EDGE / 2, TRIAD_EDGE / 2)
    colours = {"x": tokens.error, "y": tokens.ok, "z": tokens.accent}
    arms = pose.axes_seen()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(body_font(11))
    # The arm that points at the viewer lies over the others.
    for axis in sorted(arms, key=lambda a: arms[a][2]):
        across, up, _ = arms[axis]
        length = (across**2 + up**2) ** 0.5
        painter.setPen(QPen(QColor(colours[axis]), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(middle, middle + QPointF(across, -up) * _ARM)
        if length > _HEAD_ON:
            at = middle + QPointF(across, -up) * (_ARM + _LETTER / length)
            painter.setPen(QColor(tokens.text))
            painter.drawText(QRectF(at.x() - 8, at.y() - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, axis)
    painter.restore()
