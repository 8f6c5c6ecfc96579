"""What is said of how an image differs by direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from morphstudio.core.descriptors.isotropy import most_different
from morphstudio.gui.units import NO_BREAK_SPACE, fixed_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.descriptors.isotropy import DirectionGap

# Only how loudly it is said: what counts as a difference is computed from each image.
LARGE_GAP = 0.05  # from here on a difference is marked amber
LARGE_ALLOWANCE = 0.10  # from here on an image that shows no difference does not tell


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the card says.

    Parameters
    ----------
    chip, state : str
        Few words and their tint.
    phase, sizes, place : str
        The sentence in order of importance: what is seen and what chance
        explains; before it of which phase, behind it where.
    explanation : str
        All of it, for the tooltip.
    """

    chip: str
    state: str
    phase: str
    sizes: str
    place: str
    explanation: str


TOO_SMALL = Verdict("too small", "", "", " ", "",
                    "Fewer than two axes are long enough to tell a difference by direction from chance.")


def widest(gaps: Sequence[DirectionGap]) -> DirectionGap | None:
    """Return the gap that the card speaks of; ``None`` where nothing could be compared."""
    return most_different(gaps) if gaps else None


def verdict_on(found: DirectionGap, name: str, distance: str) -> Verdict:
    """Return what is said of the gap of a phase.

    Parameters
    ----------
    found : DirectionGap
        The gap and what chance explains.
    name : str
        The phase.
    distance : str
        Where the gap is, with its unit.
    """
    size, chance = percent(abs(found.gap)), percent(found.allowance)
    told = f"chance explains up to {chance} there, estimated from this image"
    if found.is_beyond_chance:
        chip, state = _differ(found), "warn" if abs(found.gap) >= LARGE_GAP else ""
        why = (f"{name}: {chip} by {size}, chance explains {chance}. {_course(found)}: at h = {distance} the curves "
               f"lie {size} of ε(1 − ε) apart; {told}.")
    else:
        apart = f"at h = {distance} the curves of {name} lie {size} of ε(1 − ε) apart; {told}."
        chip, state, why = "within chance", "ok", f"No difference beyond chance: {apart}"
        if found.allowance >= LARGE_ALLOWANCE:
            chip, state = "too small", ""
            why = f"The image is too small to tell: {apart} A smaller difference than that would not be seen."
    return Verdict(chip, state, f"{name}: ", f"gap {size}, chance {chance}", f" at {distance}", why)


def percent(share: float) -> str:
    """Return a share in per cent, with as many decimals as tell something."""
    value = 100 * share
    return f"{fixed_number(value, 0 if value >= 10 else 1 if value >= 1 else 2)}{NO_BREAK_SPACE}%"


def _differ(found: DirectionGap) -> str:
    """Name the odd axis out of three, or the two."""
    if len(found.others) > 1:
        return f"{found.axis} differs"
    return f"{' and '.join(sorted((found.axis, *found.others)))} differ"


def _course(found: DirectionGap) -> str:
    """Say along which axis the phase is longer."""
    others = " and ".join(sorted(found.others))
    if found.gap < 0 and len(found.others) == 1:
        return f"Longer along {others} than along {found.axis}"
    return f"{'Longer' if found.gap > 0 else 'Shorter'} along {found.axis} than along {others}"
