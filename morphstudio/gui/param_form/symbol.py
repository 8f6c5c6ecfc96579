"""Typeset mathematical symbols: italic serif, real subscripts, accents in place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QIcon,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from morphstudio.gui.theme.fonts import symbol_font

_TILDE = "̃"
# Where Unicode's name of a letter is not what people call it.
_SPOKEN = {"λ": "lambda", "′": "prime", "\N{COMBINING CIRCUMFLEX ACCENT}": "hat"}
_FAMILIES = "'STIX Two Text','Liberation Serif','DejaVu Serif',serif"


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter of a symbol and whether it carries a tilde."""

    letter: str
    tilde: bool = False


def split_symbol(symbol: str) -> tuple[tuple[Glyph, ...], tuple[Glyph, ...]]:
    """Return the base and the subscript of ``"α_X̃"`` as glyphs."""
    base, _, sub = unicodedata.normalize("NFD", symbol).partition("_")
    return _glyphs(base), _glyphs(sub)


def symbol_html(symbol: str) -> str:
    """Return the symbol as rich text for labels and tooltips."""
    base, _, sub = symbol.partition("_")
    tail = f"<sub>{sub if is_word(sub) else f'<i>{sub}</i>'}</sub>" if sub else ""
    return f'<span style="font-family:{_FAMILIES}"><i>{base}</i>{tail}</span>'


def spoken_symbol(symbol: str) -> str:
    """Return a symbol as it is read aloud: ``"α_X̃"`` becomes ``"alpha X tilde"``, ``"ε_pore"`` ``"epsilon pore"``."""
    base, sub = split_symbol(symbol)
    word = "".join(glyph.letter for glyph in sub) if len(sub) > 1 else ""  # a name or a number, read as a whole
    return " ".join([*map(_spoken, base), *([word] if word else map(_spoken, sub))])


def _spoken(glyph: Glyph) -> str:
    letter, *accents = unicodedata.normalize("NFD", glyph.letter)
    greek = unicodedata.name(letter, "").rpartition(" LETTER ")[2].lower() if "α" <= letter <= "ω" else letter
    words = [_SPOKEN.get(letter, greek), *(_SPOKEN.get(accent, "") for accent in accents)]
    return " ".join(filter(None, (*words, "tilde" if glyph.tilde else "")))


def is_word(sub: str) -> bool:
    """Whether a subscript is a name or an abbreviation, which stands upright, rather than a letter of its own."""
    return len(_glyphs(unicodedata.normalize("NFD", sub))) > 1


def _glyphs(text: str) -> tuple[Glyph, ...]:
    out: list[Glyph] = []
    for char in text:
        if char == _TILDE and out:
            out[-1] = Glyph(out[-1].letter, tilde=True)
        elif unicodedata.combining(char) and out:
            out[-1] = Glyph(unicodedata.normalize("NFC", out[-1].letter + char), out[-1].tilde)
        else:
            out.append(Glyph(char))
    return tuple(out)


def paint_symbol(painter: QPainter, rect: QRectF, symbol: str, colour: QColor, pixel_size: float = 17,
                 alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
    """Draw ``symbol`` into ``rect``, vertically centred on its letters."""
    base, sub = split_symbol(symbol)
    main_font, sub_font = _fonts(sub, pixel_size)
    width = _width(base, main_font) + _width(sub, sub_font)
    left = rect.left() + (rect.width() - width if alignment & Qt.AlignmentFlag.AlignRight else 0)
    baseline = rect.center().y() + QFontMetricsF(main_font).xHeight() / 2 + pixel_size * 0.08
    painter.save()
    painter.setPen(colour)
    left = _paint_run(painter, left, baseline, base, main_font, colour)
    _paint_run(painter, left + pixel_size * 0.03, baseline + pixel_size * 0.26, sub, sub_font, colour)
    painter.restore()


def symbol_width(symbol: str, pixel_size: float = 17) -> float:
    """Return the width that :func:`paint_symbol` uses."""
    base, sub = split_symbol(symbol)
    main_font, sub_font = _fonts(sub, pixel_size)
    return _width(base, main_font) + _width(sub, sub_font) + pixel_size * 0.05


def _fonts(sub: tuple[Glyph, ...], pixel_size: float) -> tuple[QFont, QFont]:
    return symbol_font(round(pixel_size)), symbol_font(round(pixel_size * 0.74), upright=len(sub) > 1)


def _width(glyphs: tuple[Glyph, ...], font: QFont) -> float:
    metrics = QFontMetricsF(font)
    return sum(metrics.horizontalAdvance(g.letter) for g in glyphs)


def _paint_run(painter: QPainter, left: float, baseline: float, glyphs: tuple[Glyph, ...], font: QFont,
               colour: QColor) -> float:
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    for glyph in glyphs:
        painter.drawText(QPointF(left, baseline), glyph.letter)
        advance = metrics.horizontalAdvance(glyph.letter)
        if glyph.tilde:
            top = baseline + metrics.tightBoundingRect(glyph.letter).top()
            _paint_tilde(painter, QPointF(left + advance * 0.58, top - font.pixelSize() * 0.14),
                         font.pixelSize() * 0.26, colour)
        left += advance
    return left


def _paint_tilde(painter: QPainter, centre: QPointF, half: float, colour: QColor) -> None:
    """Draw the tilde as a path: fonts place the combining character too far off in italics."""
    path = QPainterPath(centre + QPointF(-half, half * 0.3))
    path.cubicTo(centre + QPointF(-half * 0.4, -half * 0.9), centre + QPointF(half * 0.4, half * 0.9),
                 centre + QPointF(half, -half * 0.3))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, max(1.0, half * 0.28)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


ICON_SIZE = QSize(26, 18)


def symbol_icon(symbol: str, palette: QPalette) -> QIcon:
    """Return the symbol as an icon for lists, in the palette's text colours."""
    icon = QIcon()
    for mode, group in ((QIcon.Mode.Normal, QPalette.ColorGroup.Active),
                        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled)):
        picture = QPixmap(ICON_SIZE * 2)
        picture.setDevicePixelRatio(2.0)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            colour = palette.color(group, QPalette.ColorRole.WindowText)
            paint_symbol(painter, QRectF(0, 0, ICON_SIZE.width(), ICON_SIZE.height()), symbol, colour, 15)
        icon.addPixmap(picture, mode)
    return icon


class SymbolLabel(QWidget):
    """A typeset symbol as a widget.

    Parameters
    ----------
    symbol : str
        As in the parameter table: ``_`` starts the subscript.
    parent : QWidget, optional
        Qt parent.
    """

    def __init__(self, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self._pixel_size = 15.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(spoken_symbol(symbol))

    def sizeHint(self) -> QSize:
        """Return the symbol's own size."""
        return QSize(round(symbol_width(self._symbol, self._pixel_size)) + 2, round(self._pixel_size * 1.6))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in the text colour of the palette, dimmed with the widget."""
        painter = QPainter(self)
        group = self.palette().currentColorGroup()
        colour = self.palette().color(group, self.palette().ColorRole.WindowText)
        paint_symbol(painter, QRectF(self.rect()), self._symbol, colour, self._pixel_size)
        painter.end()
