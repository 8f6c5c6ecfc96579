"""A frame: the picture, below it the key, in its corner the scale bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from morphstudio.gui.figures.figure import KeyEntry, key_height, paint_key
from morphstudio.gui.scene3d.triad import TRIAD_EDGE, paint_triad
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.theme.tokens import THEMES
from morphstudio.gui.widgets.scale_bar import paint_scale_bar, scale_bar_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.gui.movies.plan import MoviePlan
    from morphstudio.gui.scene3d.pose import Pose
    from morphstudio.gui.theme.tokens import RGB

BAR_SHARE = 0.25  # of the picture's width
_MARGIN, _EDGE, _GAP, _LINE = 12.0, 4.0, 6.0, 20.0
_TEXT = 12


class FramePainter:
    """Lays out and paints the frames of one movie.

    Parameters
    ----------
    plan : MoviePlan
        Size, colours and what is drawn around the picture.
    names, colours : sequences
        The phases of the key.
    widest : str
        The longest text that stands beside the key; empty for none.
    """

    def __init__(self, plan: MoviePlan, names: Sequence[str], colours: Sequence[RGB], widest: str = "") -> None:
        self._plan = plan
        self._tokens = THEMES[plan.theme]
        self._key = [KeyEntry("swatch", *entry) for entry in zip(names, colours, strict=True)] if plan.key else []
        width, height = (length / plan.scale for length in plan.size)
        self._text_width = QFontMetricsF(body_font(_TEXT)).horizontalAdvance(widest) if widest else 0.0
        room = width - 2 * _MARGIN - (self._text_width + 2 * _GAP if widest else 0.0)
        below = max(key_height(self._key, room), _LINE if widest else 0.0)
        self._strip = QRectF(_MARGIN, height - below - _GAP, width - 2 * _MARGIN, below)
        self._key_width = room
        bottom = self._strip.top() - _GAP if below else height - _EDGE
        self.place = _pixels(QRectF(_EDGE, _EDGE, width - 2 * _EDGE, bottom - _EDGE), plan.scale)

    @property
    def ground(self) -> str:
        """Colour behind everything, as ``#RRGGBB``."""
        return self._tokens.surface

    def paint(self, picture: NDArray[np.uint8], bar: tuple[float, str] | None = None, text: str = "",
              pose: Pose | None = None) -> QImage:
        """Return a frame.

        Parameters
        ----------
        picture : ndarray of uint8, shape (rows, columns, 3)
            Drawn pixel by pixel in the middle of its place.
        bar : (float, str), optional
            Length of the scale bar in pixels of the movie, and its text.
        text : str
            Stands at the right of the key.
        pose : Pose, optional
            Camera of a 3D picture: the triad says which way its axes point.
        """
        frame = QImage(*self._plan.size, QImage.Format.Format_RGB888)
        frame.fill(QColor(self.ground))
        rows, columns = picture.shape[:2]
        left = self.place.left() + (self.place.width() - columns) // 2
        top = self.place.top() + (self.place.height() - rows) // 2
        with QPainter(frame) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            # At the pixels' own size and whole places: no colour lies between two phases.
            painter.drawImage(left, top, _image(picture))
            scale = self._plan.scale
            painter.scale(scale, scale)
            picture_box = QRectF(left / scale, top / scale, columns / scale, rows / scale)
            if pose is not None:
                paint_triad(painter, picture_box.bottomLeft() - QPointF(0, TRIAD_EDGE), pose, self._tokens)
            if bar is not None and self._plan.bar:
                self._paint_bar(painter, picture_box, bar[0] / scale, bar[1], at_right=pose is not None)
            key = QRectF(self._strip.topLeft(), QSizeF(self._key_width, self._strip.height()))
            paint_key(painter, key, self._key, self._tokens)
            if text:
                painter.setFont(body_font(_TEXT))
                painter.setPen(QColor(self._tokens.text))
                painter.drawText(QRectF(self._strip.left(), self._strip.top(), self._strip.width(), _LINE),
                                 Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        return frame

    def _paint_bar(self, painter: QPainter, box: QRectF, length: float, text: str, *, at_right: bool) -> None:
        """Draw the scale bar; at the right where the triad stands at the left."""
        corner = box.bottomLeft()
        if at_right:
            corner = box.bottomRight() - QPointF(scale_bar_width(length, text), 0)
        paint_scale_bar(painter, corner, length, text)


def pixels_of(frame: QImage) -> NDArray[np.uint8]:
    """Return a frame's pixels, uint8, shape (rows, columns, 3)."""
    rows = np.frombuffer(frame.constBits(), np.uint8).reshape(frame.height(), frame.bytesPerLine())
    return rows[:, : 3 * frame.width()].reshape(frame.height(), frame.width(), 3).copy()


def _image(picture: NDArray[np.uint8]) -> QImage:
    data = np.ascontiguousarray(picture)
    rows, columns = data.shape[:2]
    # A copy: the array may go before the image does.
    return QImage(data.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _pixels(box: QRectF, scale: float) -> QRect:
    """Return the whole pixels inside a box."""
    left, top = int(np.ceil(box.left() * scale)), int(np.ceil(box.top() * scale))
    return QRect(left, top, int(box.right() * scale) - left, int(box.bottom() * scale) - top)
