"""The design tokens: every colour, space, radius and type size of the window."""

from __future__ import annotations

from dataclasses import dataclass

from morphstudio.app.phase_colours import (
    ACTIVE,
    BINDER,
    ELECTROLYTE,
    PORE,
    RGB,
    SWATCH_OUTLINE,
    hex_colour,
    phase_colours,
)

__all__ = ["ACTIVE", "BINDER", "DARK", "ELECTROLYTE", "LIGHT", "METRICS", "PORE", "RGB", "SWATCH_OUTLINE", "THEMES",
           "Metrics", "Tokens", "hex_colour", "phase_colours"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours of one theme, as ``#RRGGBB``."""

    name: str
    bg: str
    rail: str
    surface: str
    scene: str
    inset: str
    hover: str
    pressed: str
    segment: str
    line: str
    strong: str
    text: str
    text2: str
    text3: str
    disabled: str
    accent: str
    fill: str
    fill_hover: str
    fill_pressed: str
    on_fill: str
    tint: str
    ok: str
    ok_tint: str
    warn: str
    warn_tint: str
    error: str
    error_tint: str
    notice: str
    on_notice: str
    notice_accent: str

    @property
    def is_dark(self) -> bool:
        """Whether this is the dark theme."""
        return self.name == "dark"


LIGHT = Tokens(
    name="light",
    bg="#E9ECF0", rail="#F4F6F8", surface="#FFFFFF", scene="#F4F6F8",
    inset="#F4F6F8", hover="#EBEFF4", pressed="#DCE1E8", segment="#FFFFFF",
    line="#DDE2E8", strong="#8993A0",
    text="#1A2028", text2="#4A5563", text3="#5E6875", disabled="#7E8691",
    accent="#2A5FCC", fill="#2A5FCC", fill_hover="#3A6BDB", fill_pressed="#1F4CA8", on_fill="#FFFFFF",
    tint="#E6EDFB",
    ok="#1B7A43", ok_tint="#E4F3EA", warn="#8A5A00", warn_tint="#FBF1DC",
    error="#B3261E", error_tint="#FBE9E7",
    notice="#181C21", on_notice="#E6EAF0", notice_accent="#86ABFF",
)
DARK = Tokens(
    name="dark",
    bg="#0E1114", rail="#14181D", surface="#181C21", scene="#14181D",
    inset="#21262D", hover="#2A3038", pressed="#343B45", segment="#3A424D",
    line="#2C333C", strong="#687382",
    text="#E6EAF0", text2="#AEB7C4", text3="#8F99A7", disabled="#717A86",
    accent="#86ABFF", fill="#3A6BDB", fill_hover="#4B7AE6", fill_pressed="#2F5BC0", on_fill="#FFFFFF",
    tint="#1F2C47",
    ok="#62C68C", ok_tint="#17301F", warn="#E3B45A", warn_tint="#332813",
    error="#FF9085", error_tint="#3A1D1B",
    notice="#2A3038", on_notice="#E6EAF0", notice_accent="#86ABFF",
)
THEMES = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True, slots=True)
class Metrics:
    """Sizes in logical pixels, the same in both themes."""

    space: tuple[int, int, int, int, int] = (4, 8, 12, 16, 24)
    radius_swatch: int = 3
    radius_field: int = 4
    radius_button: int = 5
    radius_panel: int = 6
    radius_dialog: int = 8
    caption: int = 11
    body: int = 12
    card_title: int = 13
    step_title: int = 16
    welcome_title: int = 22
    menu_height: int = 32
    rail_width: int = 72
    header_height: int = 48
    status_height: int = 28
    gap: int = 8
    inspector_width: int = 328
    panel_header: int = 32
    scene_footer: int = 28
    row: int = 28
    dense_row: int = 22
    field: int = 26
    button: int = 28


METRICS = Metrics()
