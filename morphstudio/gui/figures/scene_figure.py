"""The 3D view as a figure: the scene in pixels; triad, scale bar and key in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from morphstudio.gui.figures.figure import PIXELS_PER_INCH, Key, key_height, paint_key
from morphstudio.gui.scene3d.triad import TRIAD_EDGE, paint_triad
from morphstudio.gui.widgets.scale_bar import paint_scale_bar, scale_bar_width

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

    from morphstudio.gui.scene3d.view import BlockView
    from morphstudio.gui.theme.tokens import Tokens

_MARGIN = 4.0
_BAR_SHARE, _LONGEST_BAR = 0.3, 140.0  # as in figures of sections
_MOST_PIXELS = 120e6  # of the scene alone; beyond that it is drawn coarser, or memory would run out


class SceneFigure:
    """What the 3D view shows.

    Parameters
    ----------
    title : str
        Name of the figure, and of its file.
    view : BlockView
        Draws the scene, as the camera stands when the figure is drawn.
    bar : callable
        Chooses the scale bar; see :meth:`BlockView.set_scale_bar`.
    key : callable
        Gives the entries below it.
    """

    wide = False

    def __init__(self, title: str, view: BlockView, bar: Callable[[float, float], tuple[float, str]],
                 key: Key) -> None:
        self.title, self._view, self._bar, self._key = title, view, bar, key
        self.dpi = 300

    def height_for(self, width: float) -> float:
        """Return the height of the scene, in the shape that suits it, and of the key."""
        return width / self._view.shape() + self._key_height(width)

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, scale: float) -> None:
        """Draw the scene, what lies over it, and the key."""
        below = self._key_height(box.width())
        place = box.adjusted(0, 0, 0, -below)
        share = place.width() / max(place.height(), 1.0)
        self._paint_scene(painter, place, tokens)
        pose = self._view.pose(share)
        paint_triad(painter, place.bottomLeft() - QPointF(0, TRIAD_EDGE), pose, tokens)
        length, text = self.scale_bar(place)
        corner = place.bottomRight() - QPointF(scale_bar_width(length, text) + _MARGIN, 0)
        paint_scale_bar(painter, corner, length, text)
        if below:
            key = QRectF(box.left() + _MARGIN, place.bottom() + _MARGIN, box.width() - 2 * _MARGIN, below)
            paint_key(painter, key, self._key(), tokens)

    def scale_bar(self, place: QRectF) -> tuple[float, str]:
        """Return length in the figure's pixels and text of the bar of a scene drawn into ``place``."""
        pose = self._view.pose(place.width() / max(place.height(), 1.0))
        return self._bar(place.height() / (2 * pose.scale), min(_BAR_SHARE * place.width(), _LONGEST_BAR))

    def _paint_scene(self, painter: QPainter, place: QRectF, tokens: Tokens) -> None:
        on_pixels = isinstance(painter.device(), QImage)
        edge = _to_pixels(painter.transform().mapRect(place)) if on_pixels else place
        fine = 1.0 if on_pixels else self.dpi / PIXELS_PER_INCH
        fine *= min(1.0, (_MOST_PIXELS / (edge.width() * edge.height() * fine**2)) ** 0.5)
        columns, rows = max(round(edge.width() * fine), 1), max(round(edge.height() * fine), 1)
        pixels = np.ascontiguousarray(self._view.picture(columns, rows, background=tokens.surface, planes=False,
                                                         stroke=columns / max(place.width(), 1.0)))
        image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        painter.save()
        if on_pixels:
            painter.resetTransform()  # pixel upon pixel, none of them mixed
        painter.drawImage(edge, image)
        painter.restore()

    def _key_height(self, width: float) -> float:
        height = key_height(self._key(), width - 2 * _MARGIN)
        return height + 2 * _MARGIN if height else 0.0


def _to_pixels(place: QRectF) -> QRectF:
    left, top = round(place.left()), round(place.top())
    return QRectF(left, top, max(round(place.right()) - left, 1), max(round(place.bottom()) - top, 1))
