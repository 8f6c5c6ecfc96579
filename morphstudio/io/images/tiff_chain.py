"""The chain of pages of a TIFF file, walked with a guard against loops and cuts."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

# (offset format, tag count format, bytes per tag) of classic and of BigTIFF.
_CLASSIC = ("I", "H", 12)
_BIG = ("Q", "Q", 20)
_MAX_TAGS = 4096


def page_offsets(file: IO[bytes], path: Path) -> list[int]:
    """Return where each page's directory starts.

    Raises
    ------
    InputError
        Not a TIFF file, the chain leaves the file (cut off), or it bites its
        own tail.
    """
    size = file.seek(0, 2)
    file.seek(0)
    order, (offset_format, count_format, tag_bytes), offset = _header(file.read(16), path)
    offsets: list[int] = []
    seen: set[int] = set()
    while offset:
        if offset in seen:
            raise InputError("image.file", f"The pages of {path.name} refer to each other in a circle.",
                             "The file is damaged: export it again.")
        offsets.append(offset)
        seen.add(offset)
        offset = _next_offset(file, offset, size, order, (offset_format, count_format, tag_bytes), path)
    if not offsets:
        raise InputError("image.file", f"{path.name} holds no page.", "Export the image again.")
    return offsets


def _header(head: bytes, path: Path) -> tuple[str, tuple[str, str, int], int]:
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    try:
        version = struct.unpack(order + "H", head[2:4])[0]
        if order and version == 42:
            return order, _CLASSIC, struct.unpack(order + "I", head[4:8])[0]
        if order and version == 43:
            return order, _BIG, struct.unpack(order + "Q", head[8:16])[0]
    except struct.error:
        pass  # shorter than any TIFF header: answered below
    raise InputError("image.file", f"{path.name} is not a TIFF file.", "Check that it is what its name says.")


def _next_offset(file: IO[bytes], offset: int, size: int, order: str,
                 layout: tuple[str, str, int], path: Path) -> int:
    offset_format, count_format, tag_bytes = layout
    count_bytes, offset_bytes = struct.calcsize(count_format), struct.calcsize(offset_format)
    if offset + count_bytes <= size:
        file.seek(offset)
        tags = struct.unpack(order + count_format, file.read(count_bytes))[0]
        end = offset + count_bytes + tags * tag_bytes
        if 0 < tags <= _MAX_TAGS and end + offset_bytes <= size:
            file.seek(end)
            following: int = struct.unpack(order + offset_format, file.read(offset_bytes))[0]
            return following
    raise InputError("image.file", f"{path.name} is cut off or damaged: a page lies outside the file.",
                     "Copy or export it again.")
