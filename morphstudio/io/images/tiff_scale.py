"""What a TIFF file says about its axes and its voxel size."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from morphstudio.io.images.markup import parse_xml
from morphstudio.io.images.units import StatedSize, plain_unit, stated_size, um_per_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tifffile

# Coarser pixels than this in a plain resolution tag are a printing resolution
# (72, 96, 300 dpi), which image programs write without meaning it.
_PRINT_UM = 10.0


@dataclass(frozen=True)
class Described:
    """Content of the image description.

    Parameters
    ----------
    planes : int
        Slices the description announces; 1 where it says nothing.
    stack_axes : dict of str to int
        Lengths of the axes besides y and x, by letter.
    edges : dict of str to (float, str)
        Edge length and unit by axis letter, as OME gives them.
    spacing, unit : float or None, str or None
        Slice distance and length unit of ImageJ.
    notes : tuple of str
        What could not be understood.
    """

    planes: int = 1
    stack_axes: dict[str, int] = field(default_factory=dict)
    edges: dict[str, tuple[float, str]] = field(default_factory=dict)
    spacing: float | None = None
    unit: str | None = None
    is_imagej: bool = False
    notes: tuple[str, ...] = ()


def described(text: str) -> Described:
    """Read an image description written by ImageJ, OME or tifffile."""
    if text.startswith("ImageJ="):
        return _imagej(text)
    if text.lstrip().startswith("<") and "OME" in text[:4000]:
        return _ome(text)
    if text.startswith("{") and '"shape"' in text:
        return _shaped(text)
    return Described()


def _imagej(text: str) -> Described:
    pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    counts = {"Z": _count(pairs.get("slices")), "T": _count(pairs.get("frames")), "C": _count(pairs.get("channels"))}
    images = _count(pairs.get("images"))
    if images > 1 and math.prod(counts.values()) != images:
        counts = {"Z": images, "T": 1, "C": 1}
    spacing = _number(pairs.get("spacing"))
    # ImageJ writes a negative spacing where z runs downwards.
    return Described(images, counts, spacing=None if spacing is None else abs(spacing),
                     unit=pairs.get("unit", pairs.get("yunit")), is_imagej=True)


def _ome(text: str) -> Described:
    unreadable = Described(notes=("The OME description could not be read: the voxel size is unknown.",))
    try:
        root = parse_xml(text)
    except ValueError:
        return unreadable
    pixels = next((e for e in root.iter() if e.tag.endswith("}Pixels") or e.tag == "Pixels"), None)
    if pixels is None:
        return Described()
    edges = {axis: (value, pixels.get(f"PhysicalSize{axis}Unit", "µm")) for axis in "ZYX"
             if (value := _number(pixels.get(f"PhysicalSize{axis}"))) is not None}
    axes = {axis: _count(pixels.get(f"Size{axis}")) for axis in "ZTC"}
    return Described(math.prod(axes.values()), axes, edges)


def _shaped(text: str) -> Described:
    try:
        found: Any = json.loads(text)
        shape = [int(n) for n in found["shape"]]
        axes = str(found.get("axes", ""))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return Described()
    stack = shape[:-2]
    letters = axes[:len(stack)] if len(axes) == len(shape) else "QZ"[-len(stack):] if len(stack) < 3 else ""
    named = dict(zip(letters, stack, strict=False)) if letters else {}
    return Described(max(1, math.prod(stack)), {("Z" if a in "QI" else a): n for a, n in named.items()})


def pixel_size(page: tifffile.TiffPage, about: Described, *, is_stack: bool) -> StatedSize:
    """Return the voxel size (z, y, x) that the page and its description state.

    Parameters
    ----------
    page : tifffile.TiffPage
        First page, for the resolution tags.
    about : Described
        What the description says.
    is_stack : bool
        Whether there are slices. A stack without a slice distance is taken as
        cubic, and a note says so.
    """
    if about.edges:
        return _from_ome(about.edges, is_stack=is_stack)
    plane = _plane(page)
    if about.is_imagej:
        return _from_imagej(about, plane, _tag_unit(page), is_stack=is_stack)
    return _from_tags(plane, _tag_unit(page), is_stack=is_stack)


def _from_ome(edges: Mapping[str, tuple[float, str]], *, is_stack: bool) -> StatedSize:
    if not {"X", "Y"} <= set(edges):
        return StatedSize(notes=("The OME description gives the size of one axis only; it was ignored.",))
    sizes, notes = [], []
    for axis in "ZYX":
        value, unit = edges.get(axis, edges["Y"])
        scale = um_per_unit(unit)
        if scale is None:
            note = f"The OME description gives lengths in {unit[:20]!r}: the voxel size is unknown."
            return StatedSize(notes=(note,))
        sizes.append(value * scale)
    if is_stack and "Z" not in edges:
        notes.append(_cubic_note("OME description"))
    found = stated_size(sizes, "µm", "The OME description")
    return StatedSize(found.voxel_size_um, (*notes, *found.notes), found.error)


def _from_imagej(about: Described, plane: tuple[float, float] | None, tag_unit: str | None, *,
                 is_stack: bool) -> StatedSize:
    unit = about.unit if about.unit and plain_unit(about.unit) else tag_unit
    if about.spacing is not None and plane is not None and tag_unit and about.unit:
        unit_of_plane = _likelier_unit(plane[1], about.spacing, about.unit, tag_unit)
        factor = (um_per_unit(unit_of_plane) or 1.0) / (um_per_unit(about.unit) or 1.0)
        plane = (plane[0] * factor, plane[1] * factor)
        unit = about.unit
    if unit is None and plane in (None, (1.0, 1.0)) and about.spacing in (None, 1.0):
        return StatedSize()
    if unit is None:
        return StatedSize(notes=("The ImageJ description gives lengths without a unit: the voxel size is unknown.",))
    if plane is None:
        return StatedSize(notes=("The ImageJ description gives no pixel width: the voxel size is unknown.",))
    spacing = plane[0] if about.spacing is None else about.spacing
    found = stated_size((spacing, *plane), unit, "The ImageJ description")
    notes = (_cubic_note("ImageJ description"),) if is_stack and about.spacing is None and found.voxel_size_um else ()
    return StatedSize(found.voxel_size_um, (*notes, *found.notes), found.error)


def _likelier_unit(width: float, spacing: float, unit: str, tag_unit: str) -> str:
    """Choose the unit of the resolution tags that brings width and spacing closer.

    ImageJ means the description's unit; other writers keep the tag's own.
    """
    def distance(candidate: str) -> float:
        scale, wanted = um_per_unit(candidate), um_per_unit(unit)
        if not scale or not wanted or width <= 0 or spacing <= 0:
            return math.inf
        return abs(math.log(width * scale / (spacing * wanted)))

    return min((unit, tag_unit), key=distance)


def _from_tags(plane: tuple[float, float] | None, unit: str | None, *, is_stack: bool) -> StatedSize:
    if plane is None or unit is None:
        return StatedSize()
    scale = um_per_unit(unit) or 1.0
    if max(plane) * scale > _PRINT_UM:
        dpi = 25400 / (plane[1] * scale)
        note = f"The file states {dpi:.4g} dpi, a printing resolution; it was not taken as voxel size."
        return StatedSize(notes=(note,))
    found = stated_size((plane[0], *plane), unit, "The TIFF header")
    notes = (_cubic_note("TIFF header"),) if is_stack and found.voxel_size_um else ()
    return StatedSize(found.voxel_size_um, (*notes, *found.notes), found.error)


def _cubic_note(source: str) -> str:
    return f"The {source} gives no slice distance: it was taken equal to the pixel height."


def _plane(page: tifffile.TiffPage) -> tuple[float, float] | None:
    """Return pixel height and width in the tags' unit; None where the tags say nothing."""
    found = [page.tags.valueof(code) for code in (283, 282)]
    if None in found:
        return None
    edges = [_edge(value) for value in found]
    return edges[0], edges[1]


def _edge(resolution: Any) -> float:
    """Return one pixel's edge; NaN for 0/0 and the like, which is reported later."""
    try:
        count, per = resolution
        return float(per) / float(count)
    except (TypeError, ValueError, ZeroDivisionError):
        return math.nan


def _tag_unit(page: tifffile.TiffPage) -> str | None:
    return {2: "inch", 3: "cm"}.get(int(page.tags.valueof(296, 2) or 0))


def _count(text: str | None) -> int:
    value = _number(text)
    return int(value) if value is not None and 1 <= value < 2**31 else 1


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
