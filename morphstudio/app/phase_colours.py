"""The colours of phases, the same in the window, in figures and on validation cards. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.phases import Role

RGB = tuple[int, int, int]

# The same in both themes: figures must not change with the theme. Ordered by
# lightness, so that grey print and colour-blind readers keep them apart.
ELECTROLYTE: RGB = (0xBE, 0xC5, 0xCE)
ACTIVE: RGB = (0xC4, 0x47, 0x30)
BINDER: RGB = (0xC9, 0x8A, 0x1B)
PORE: RGB = (0x1B, 0x28, 0x40)
SWATCH_OUTLINE = "#8993A0"
_ROLE_COLOURS: dict[str, RGB] = {
    "electrolyte": ELECTROLYTE, "active material": ACTIVE, "solid": ACTIVE, "binder": BINDER, "pore": PORE,
}
# Greys for phases that nobody gave a role: dark to light, as labels are in a grey picture. By number of phases.
_NEUTRAL = {2: (0x60, 0xD8), 3: (0x50, 0x92, 0xE2), 4: (0x44, 0x76, 0xA4, 0xE6)}


def phase_colours(roles: Sequence[Role]) -> tuple[RGB, ...]:
    """Return one colour per phase, all different: that of its role, or a neutral grey.

    Parameters
    ----------
    roles : sequence of Role
        Roles of up to four phases. A role without a colour of its own
        (``"other"``), and the second phase of a role, take the grey of their
        place: a phase colour never says what nobody said.

    Returns
    -------
    tuple of (int, int, int)
    """
    greys = _NEUTRAL[min(max(len(roles), 2), 4)]
    chosen: list[RGB] = []
    for role, grey in zip(roles, greys, strict=False):
        colour = _ROLE_COLOURS.get(role)
        chosen.append((grey, grey, grey) if colour is None or colour in chosen else colour)
    return tuple(chosen)


def hex_colour(colour: RGB) -> str:
    """Return ``(r, g, b)`` as ``#RRGGBB``."""
    return "#{:02X}{:02X}{:02X}".format(*colour)
