"""How a page's panels stand: rows and columns of cards, some of them in tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

TABBED_FROM = 3  # so many cards under one another are too many for a low window


@dataclass(frozen=True, slots=True)
class Tabs:
    """One place; several keys share it as tabs, the first in front."""

    keys: tuple[str, ...]
    share: float = 1.0

    @property
    def first(self) -> str:
        """The card that holds the place."""
        return self.keys[0]


@dataclass(frozen=True, slots=True)
class Line:
    """Places in a row or in a column, each with its share of the length."""

    direction: Literal["row", "column"]
    parts: tuple[Tabs | Line, ...]
    share: float = 1.0

    @property
    def first(self) -> str:
        """The card at the line's beginning."""
        return self.parts[0].first


Part = Tabs | Line


def card(*keys: str, share: float = 1.0) -> Tabs:
    """Return the place of one card, or of several as tabs."""
    return Tabs(keys, share)


def row(*parts: Part, share: float = 1.0) -> Line:
    """Return places side by side."""
    return Line("row", parts, share)


def column(*parts: Part, share: float = 1.0) -> Line:
    """Return places under one another."""
    return Line("column", parts, share)


def places_of(part: Part) -> Iterator[Tabs]:
    """Yield every place, from the left and from the top."""
    if isinstance(part, Tabs):
        yield part
    else:
        for inner in part.parts:
            yield from places_of(inner)


def keys_of(part: Part) -> Iterator[str]:
    """Yield every card's key, from the left and from the top."""
    for place in places_of(part):
        yield from place.keys


def lowered(part: Part) -> Part:
    """Return the arrangement for a low window: the lower cards of a tall column share one place as tabs."""
    if isinstance(part, Tabs):
        return part
    parts = tuple(lowered(inner) for inner in part.parts)
    if part.direction == "column" and len(parts) >= TABBED_FROM:
        below = parts[1:]
        tabs = Tabs(tuple(key for inner in below for key in keys_of(inner)), sum(inner.share for inner in below))
        parts = (parts[0], tabs)
    return Line(part.direction, parts, part.share)
