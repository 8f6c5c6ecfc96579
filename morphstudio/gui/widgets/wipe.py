"""How a section looks where another one lies over its left part, and the tags on it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from morphstudio.gui.theme.fonts import body_font

_FROM_LINE = 10


@dataclass(frozen=True, slots=True)
class Wipe:
    """What lies left of the line.

    Parameters
    ----------
    before : QPixmap
        The other section.
    target, visible : QRectF
        Where the section lies on the widget, and the part of that on view.
    x : float
        Place of the line.
    titles : (str, str)
        What stands left and right of it.
    """

    before: QPixmap
    target: QRectF
    visible: QRectF
    x: float
    titles: tuple[str, str]


def paint_wipe(painter: QPainter, wipe: Wipe) -> None:
    """Draw the other section, the line with its grip, and both titles."""
    visible, x = wipe.visible, wipe.x
    painter.save()
    painter.setClipRect(QRectF(visible.left(), visible.top(), x - visible.left(), visible.height()))
    painter.drawPixmap(wipe.target, wipe.before, QRectF(wipe.before.rect()))
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("white"), 2))
    painter.drawLine(QPointF(x, visible.top()), QPointF(x, visible.bottom()))
    painter.setBrush(QColor("white"))
    painter.setPen(QPen(QColor(0, 0, 0, 60), 1))
    middle = QPointF(x, visible.center().y())
    painter.drawEllipse(middle, 9, 9)
    painter.setPen(QPen(QColor("#1A2028"), 1.2))
    for side in (-1, 1):
        painter.drawLine(middle + QPointF(side * 5.5, 0), middle + QPointF(side * 2.5, -3))
        painter.drawLine(middle + QPointF(side * 5.5, 0), middle + QPointF(side * 2.5, 3))
    before, now = wipe.titles
    # A title that has no room beside the line is left out rather than cut.
    for title, room, side in ((before, x - visible.left(), -1), (now, visible.right() - x, 1)):
        if title and tag_width(painter, title) + _FROM_LINE <= room:
            paint_tag(painter, QPointF(x + side * _FROM_LINE, visible.top() + 8), title, right=side < 0)


def tag_width(painter: QPainter, text: str) -> float:
    """Return the width that :func:`paint_tag` takes."""
    painter.setFont(body_font(11))
    return painter.fontMetrics().horizontalAdvance(text) + 14


def paint_tag(painter: QPainter, at: QPointF, text: str, *, right: bool = False) -> None:
    """Draw a short text on a dark bed; ``at`` is its upper left corner, or upper right."""
    width = tag_width(painter, text)
    box = QRectF(at.x() - (width if right else 0), at.y(), width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(26, 32, 40, 200))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
