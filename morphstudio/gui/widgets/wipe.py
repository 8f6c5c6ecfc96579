"""How a section looks where another one lies over its left part, and the tags on it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from morphstudio.gui.theme.fonts import body_font

_FROM_LINE, _FROM_EDGE, _BELOW = 10, 4, 24
_LEAST_PART = 30  # of a section, below which its title would be taken for the other one's


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
    _paint_titles(painter, wipe)


def _paint_titles(painter: QPainter, wipe: Wipe) -> None:
    """Draw both titles whole: beside the line, else pushed over it, the right one then below the left one."""
    visible, x, top = wipe.visible, wipe.x, wipe.visible.top() + 8
    before, now = (title and tag_width(painter, title) for title in wipe.titles)
    left = max(x - _FROM_LINE - (before or 0), visible.left() + _FROM_EDGE)
    right = min(x + _FROM_LINE, visible.right() - _FROM_EDGE - (now or 0))
    if before and x - visible.left() >= _LEAST_PART:
        paint_tag(painter, QPointF(left, top), wipe.titles[0])
    if now and visible.right() - x >= _LEAST_PART:
        overlap = before and left + before > right - _FROM_EDGE
        paint_tag(painter, QPointF(right, top + (_BELOW if overlap else 0)), wipe.titles[1])


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
