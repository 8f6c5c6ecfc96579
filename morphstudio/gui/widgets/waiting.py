"""What a painted view shows while its numbers are being computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from morphstudio.gui.theme.fonts import body_font

if TYPE_CHECKING:
    from morphstudio.gui.theme.tokens import Tokens

COUNTING = "Counting…"


def paint_waiting(painter: QPainter, box: QRectF, tokens: Tokens, text: str = COUNTING) -> None:
    """Write ``text`` quietly into the middle of ``box``."""
    painter.setFont(body_font())
    painter.setPen(QColor(tokens.text3))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
