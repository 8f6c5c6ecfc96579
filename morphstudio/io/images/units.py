"""Length units as files spell them, turned into µm."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.phases import VoxelSize

UM_PER_UNIT: dict[str, float] = {
    **dict.fromkeys(("å", "angstrom", "ångström"), 1e-4),
    **dict.fromkeys(("pm", "picometer", "picometre"), 1e-6),
    **dict.fromkeys(("nm", "nanometer", "nanometre"), 1e-3),
    **dict.fromkeys(("um", "µm", "micron", "micrometer", "micrometre"), 1.0),
    **dict.fromkeys(("mm", "millimeter", "millimetre"), 1e3),
    **dict.fromkeys(("cm", "centimeter", "centimetre"), 1e4),
    **dict.fromkeys(("m", "meter", "metre"), 1e6),
    **dict.fromkeys(("in", "inch", '"'), 25400.0),
}
_WITH_UNIT = re.compile(r"(.*?[\d.])\s*([^\W\d]+)")
NO_UNIT = frozenset({"pixel", "px", "voxel", "vx", "none", "unitless", "", "?", "???"})

# Edges outside 1 pm … 1 m are slips of unit or damaged headers.
SMALLEST_UM, LARGEST_UM = 1e-6, 1e6


def um_per_unit(unit: str) -> float | None:
    """Return how many µm one ``unit`` is; ``None`` for pixels and for unknown words."""
    return UM_PER_UNIT.get(plain_unit(unit))


def split_unit(text: str) -> tuple[str, float | None]:
    """Take the length unit off what a person typed.

    Returns
    -------
    number : str
        The text before the unit, or the whole text where it ends in none.
    um_per_unit : float or None
        How many µm one of the unit is.
    """
    found = _WITH_UNIT.fullmatch(text.strip())
    factor = None if found is None else um_per_unit(found[2])
    return (text.strip(), None) if found is None or factor is None else (found[1], factor)


def plain_unit(unit: str) -> str:
    r"""Return the unit in the spelling of the tables here.

    Greek mu and the micro sign, ``\u00B5`` escapes, capitals and plural s
    all come in from real files.
    """
    word = unit.strip().strip("\x00").replace("\\u00B5", "µ").replace("\\u00b5", "µ").replace("μ", "µ")
    word = word.casefold().replace("μ", "µ")
    if word in UM_PER_UNIT or word in NO_UNIT:
        return word
    singular = word.removesuffix("s")
    return singular if singular in UM_PER_UNIT or singular in NO_UNIT else word


@dataclass(frozen=True, slots=True)
class StatedSize:
    """A voxel size as a file states it, with what to tell about it."""

    voxel_size_um: VoxelSize | None = None
    notes: tuple[str, ...] = ()
    error: InputError | None = None


UNKNOWN = StatedSize()


def stated_size(edges: Sequence[float], unit: str | None, source: str) -> StatedSize:
    """Turn edge lengths z, y, x in ``unit`` into µm.

    Parameters
    ----------
    edges : sequence of float
        Edge lengths (z, y, x) or, for a section, (y, x).
    unit : str or None
        Unit as the file spells it; ``None`` where the format or the file has
        none. Lengths without a unit are read as µm, and a note says so;
        edges of exactly 1 without a unit are what programs write when they
        know nothing, and count as unknown.
    source : str
        What states it, for the sentences: ``"The MHD header"``.
    """
    sizes = [float(e) for e in edges]
    if len(sizes) == 2:
        # A section has no extent across its plane; its row height stands in.
        sizes = [sizes[0], *sizes]
    if len(sizes) != 3:
        return StatedSize(notes=(f"{source} gives {len(sizes)} edge lengths; they were ignored.",))
    if unit is not None and plain_unit(unit) in NO_UNIT:
        return StatedSize(notes=(f"{source} gives lengths in pixels: the voxel size is unknown.",))
    if unit is None and all(s == 1 for s in sizes):
        return StatedSize(notes=(f"{source} gives a spacing of 1 without a unit: the voxel size is unknown.",))
    scale = 1.0 if unit is None else um_per_unit(unit)
    if scale is None:
        return StatedSize(notes=(f"{source} gives lengths in the unknown unit {str(unit)[:20]!r}; they were ignored.",))
    notes = () if unit is not None else (f"{source} gives no unit: its spacing was read as µm.",)
    return _checked([s * scale for s in sizes], notes, source)


def _checked(sizes: list[float], notes: tuple[str, ...], source: str) -> StatedSize:
    if not all(math.isfinite(s) and SMALLEST_UM <= s <= LARGEST_UM for s in sizes):
        shown = " × ".join(f"{s:g}" for s in sizes)
        error = InputError("voxel_size", f"{source} states a voxel size of {shown} µm, which cannot be.",
                           "Give the voxel size in µm yourself, or work in voxel units.")
        return StatedSize(None, notes, error)
    z, y, x = (float(f"{s:.9g}") for s in sizes)
    return StatedSize((z, y, x), notes)
