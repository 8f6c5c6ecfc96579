"""Inter, bundled; else the system's own interface font."""

from __future__ import annotations

import logging

from PySide6.QtGui import QFont, QFontDatabase

from morphstudio.app.resources import resource_path
from morphstudio.gui.theme.tokens import METRICS

logger = logging.getLogger(__name__)
FAMILY = "Inter"


def load_fonts() -> bool:
    """Register the bundled fonts; return whether Inter is there to use."""
    try:
        folder = resource_path("fonts", "inter")
    except FileNotFoundError:
        logger.warning("The bundled fonts are missing; the system font is used.")
        return FAMILY in QFontDatabase.families()
    for path in sorted(folder.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    return FAMILY in QFontDatabase.families()


def body_font(size: int = METRICS.body, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface font at ``size`` pixels, with tabular figures."""
    font = QFont(FAMILY) if FAMILY in QFontDatabase.families() else QFontDatabase.systemFont(
        QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(size)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if hasattr(QFont, "Tag"):
        # Columns of figures must not dance while they change.
        font.setFeature(QFont.Tag("tnum"), 1)
        # Inter would turn the x of "628x758" into a ×: wrong in file names.
        font.setFeature(QFont.Tag("calt"), 0)
    return font


def symbol_font(size: int = METRICS.card_title, *, upright: bool = False) -> QFont:
    """Return the serif that mathematical symbols are set in: italic, but upright for abbreviations."""
    font = QFont()
    font.setFamilies(["STIX Two Text", "Latin Modern Roman", "Times New Roman", "Liberation Serif", "DejaVu Serif",
                      "serif"])
    font.setStyleHint(QFont.StyleHint.Serif)
    font.setItalic(not upright)
    font.setPixelSize(size)
    return font
