"""Sections side by side as a figure: one scale, a scale bar in each, the phases as key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage

from morphstudio.gui.figures.figure import KeyEntry, key_height, paint_key
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.widgets.scale_bar import bar_for, paint_scale_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPainter

    from morphstudio.gui.theme.tokens import Tokens
    from morphstudio.gui.units import UnitController
    from morphstudio.gui.widgets.section import Section

_GAP, _CAPTION, _MARGIN = 12.0, 20.0, 4.0
_BAR_SHARE, _LONGEST_BAR = 0.3, 140.0


class SectionFigure:
    """One or several sections.

    Parameters
    ----------
    title : str
        Name of the figure, and of its file.
    sections : callable
        Gives captions and sections as they are now.
    units : UnitController
        Unit of the scale bar.
    key_order : sequence of int, optional
        In which order the key names the phases; as they are counted where
        it is left out.
    """

    def __init__(self, title: str, sections: Callable[[], Sequence[tuple[str, Section]]],
                 units: UnitController, key_order: Sequence[int] = ()) -> None:
        self.title, self._sections, self._units, self._key_order = title, sections, units, key_order
        self.wide = len(sections()) > 1

    def height_for(self, width: float) -> float:
        """Return the height that sections, captions and key take."""
        shown = self._sections()
        heights = [section.extent[0] for _, section in shown]
        return (max(heights, default=0.0) * self._scale(shown, width) + self._caption(shown)
                + key_height(self._key(shown), width - 2 * _MARGIN) + 3 * _MARGIN)

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, scale: float) -> None:
        """Draw sections from the left, then the key."""
        shown = self._sections()
        size = min(self._scale(shown, box.width()), self._room(shown, box))
        caption, left, bottom = self._caption(shown), box.left() + _MARGIN, box.top()
        for words, section in shown:
            height, width = section.extent
            place = QRectF(left, box.top() + _MARGIN + caption, width * size, height * size)
            if caption:
                painter.setPen(QColor(tokens.text))
                painter.setFont(body_font(12))
                painter.drawText(QRectF(place.left(), box.top() + _MARGIN, place.width(), caption - 2),
                                 Qt.AlignmentFlag.AlignVCenter, words)
            _paint_section(painter, place, section)
            paint_scale_bar(painter, place.bottomLeft(), *self.scale_bar(section, size))
            left, bottom = place.right() + _GAP, max(bottom, place.bottom())
        key = QRectF(box.left() + _MARGIN, bottom + _MARGIN, box.width() - 2 * _MARGIN, box.bottom() - bottom)
        paint_key(painter, key, self._key(shown), tokens)

    def scale_bar(self, section: Section, size: float) -> tuple[float, str]:
        """Return length and text of the scale bar where one µm (or voxel) is ``size`` pixels."""
        longest = min(section.extent[1] * size * _BAR_SHARE, _LONGEST_BAR)
        return bar_for(self._units, size, longest, in_um=section.in_um, confirmed=section.confirmed,
                       counted=section.counted)

    def _scale(self, shown: Sequence[tuple[str, Section]], width: float) -> float:
        total = sum(section.extent[1] for _, section in shown)
        return (width - 2 * _MARGIN - _GAP * (len(shown) - 1)) / total if total else 1.0

    def _room(self, shown: Sequence[tuple[str, Section]], box: QRectF) -> float:
        tallest = max((section.extent[0] for _, section in shown), default=1.0)
        key = key_height(self._key(shown), box.width() - 2 * _MARGIN)
        return max((box.height() - key - self._caption(shown) - 3 * _MARGIN) / tallest, 1e-9)

    def _caption(self, shown: Sequence[tuple[str, Section]]) -> float:
        return _CAPTION if len(shown) > 1 else 0.0

    def _key(self, shown: Sequence[tuple[str, Section]]) -> list[KeyEntry]:
        if not shown:
            return []
        section = shown[0][1]
        return [KeyEntry("swatch", section.names[at], section.colours[at])
                for at in self._key_order or range(len(section.names))]


def _paint_section(painter: QPainter, place: QRectF, section: Section) -> None:
    """Draw every pixel of a section as a square with sharp edges."""
    indices = np.ascontiguousarray(section.indices, np.uint8)
    rows, columns = indices.shape
    picture = QImage(indices.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    picture.setColorTable([QColor(*colour).rgb() for colour in section.colours])
    painter.save()
    painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(place, picture.convertToFormat(QImage.Format.Format_RGB32))
    painter.restore()
