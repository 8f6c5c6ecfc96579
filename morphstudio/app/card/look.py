"""The colours of a card: those of the window's light theme, on white paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as ``#RRGGBB``, named as in the window's theme."""

    text: str = "#1A2028"
    text2: str = "#4A5563"
    text3: str = "#5E6875"
    line: str = "#DDE2E8"
    strong: str = "#8993A0"
    inset: str = "#F4F6F8"
    accent: str = "#2A5FCC"
    ok: str = "#1B7A43"
    ok_tint: str = "#E4F3EA"
    warn: str = "#8A5A00"
    warn_tint: str = "#FBF1DC"
    error: str = "#B3261E"
    error_tint: str = "#FBE9E7"


LOOK = Look()
