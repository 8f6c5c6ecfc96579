"""The Qt palette of a theme, for what style sheets do not reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

if TYPE_CHECKING:
    from morphstudio.gui.theme.tokens import Tokens


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette that goes with ``tokens``."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.bg, role.WindowText: tokens.text, role.Base: tokens.surface,
        role.AlternateBase: tokens.inset, role.Text: tokens.text, role.Button: tokens.inset,
        role.ButtonText: tokens.text, role.BrightText: tokens.on_fill, role.Highlight: tokens.fill,
        role.HighlightedText: tokens.on_fill, role.Link: tokens.accent, role.LinkVisited: tokens.accent,
        role.ToolTipBase: tokens.notice, role.ToolTipText: tokens.on_notice, role.PlaceholderText: tokens.text3,
        role.Light: tokens.surface, role.Midlight: tokens.hover, role.Mid: tokens.line, role.Dark: tokens.strong,
        role.Shadow: tokens.strong, role.Accent: tokens.fill,
    }
    palette = QPalette()
    for key, colour in colours.items():
        palette.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(tokens.disabled))
    return palette
