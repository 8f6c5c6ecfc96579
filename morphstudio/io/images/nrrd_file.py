"""NRRD: header by pynrrd, data by bounded readers of our own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import nrrd
import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.io.images.headers import data_file, numbers_from, read_numbers
from morphstudio.io.images.limits import check_shape, damaged, parsing
from morphstudio.io.images.raw_labels import RawLabels
from morphstudio.io.images.units import StatedSize, plain_unit, stated_size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from morphstudio.io.images.limits import Compression

_HEADER_LIMIT = 1 << 20
_TYPES = {
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "i8": ("longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t"),
    "u8": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
_TYPE_OF = {word: code for code, words in _TYPES.items() for word in words}
_COMPRESSIONS: dict[str, Compression] = {"gzip": "gzip", "gz": "gzip", "bzip2": "bzip2", "bz2": "bzip2"}
_TEXT = ("ascii", "text", "txt")


def read_nrrd(path: Path) -> RawLabels:
    """Read a NRRD volume or section.

    The header counts the fastest axis (x) first; the array has it last.

    Raises
    ------
    InputError
        Damaged header, wrong size, unknown encoding, several values per
        voxel, or a data file outside the header's folder.
    """
    with parsing(path, "NRRD"):
        header, end = _header(path)
        shape = _shape(header, path)
        dtype = _dtype(header, path)
        array = _data(path, header, end, shape, dtype)
        size = _size(header)
    keep = [i for i, n in enumerate(shape) if i >= len(shape) - 3 or n > 1]
    array = array.reshape([shape[i] for i in keep])
    return RawLabels(array, size)


def _header(path: Path) -> tuple[dict[str, Any], int]:
    with path.open("rb") as file:
        head = file.read(_HEADER_LIMIT)
    lines: list[bytes] = []
    end = 0
    for line in head.splitlines(keepends=True):
        end += len(line)
        lines.append(line)
        if not line.strip():
            break
    # A detached header may end without the blank line.
    fields = {str(k).casefold().replace(" ", ""): v for k, v in nrrd.read_header(lines).items()}
    missing = {"type", "sizes", "encoding", "dimension"} - set(fields)
    if missing:
        raise damaged(path, "NRRD", f"its header has no {min(missing)!r} line")
    return fields, end


def _shape(header: Mapping[str, Any], path: Path) -> tuple[int, ...]:
    sizes = [int(n) for n in header["sizes"]]
    if len(sizes) != header["dimension"] or len(sizes) < 2:
        raise InputError("image.shape", f"{path.name} describes {len(sizes)} axes.", "Save a volume with axes x, y, z.")
    long = [n for n in sizes if n != 1]
    if len(sizes) > 3 and len(long) > 3:
        raise InputError("image.shape", f"{path.name} has more than three axes or several values per voxel.",
                         "Save one label volume with axes x, y, z.")
    return tuple(reversed(sizes))


def _dtype(header: Mapping[str, Any], path: Path) -> np.dtype[Any]:
    code = _TYPE_OF.get(str(header["type"]).strip().casefold())
    if code is None:
        raise InputError("image.dtype", f"{path.name} has the element type {str(header['type'])[:40]!r}.",
                         "Save labels as uint8.")
    return np.dtype((">" if str(header.get("endian", "little")).casefold() == "big" else "<") + code)


def _data(path: Path, header: Mapping[str, Any], end: int, shape: Sequence[int], dtype: np.dtype[Any]) -> NDArray[Any]:
    name = header.get("datafile")
    if name is not None and (str(name).upper().startswith("LIST") or "%" in str(name)):
        raise InputError("image.file", f"{path.name} spreads its data over several files, which cannot be read.",
                         "Save it with one data file, or open the slices as a folder of TIFF files.")
    source = path if name is None else data_file(path, str(name))
    start = _start(source, header, 0 if name is not None else end, path)
    encoding = str(header["encoding"]).casefold()
    if encoding == "raw":
        return read_numbers(source, shape, dtype, skip=start, exact=False)
    if encoding in _COMPRESSIONS and int(header.get("byteskip", 0)) in (0, -1):
        return read_numbers(source, shape, dtype, skip=start, compression=_COMPRESSIONS[encoding])
    if encoding in _TEXT:
        return _from_text(source, start, shape, dtype)
    raise InputError("image.file", f"{path.name} uses the encoding {encoding[:20]!r}, which MorphStudio cannot read.",
                     "Save it with raw or gzip encoding.")


def _start(source: Path, header: Mapping[str, Any], start: int, path: Path) -> int:
    line_skip, byte_skip = int(header.get("lineskip", 0)), int(header.get("byteskip", 0))
    if line_skip < 0 or byte_skip < -1:
        raise damaged(path, "NRRD", "it skips a negative number of lines or bytes")
    encoding = str(header["encoding"]).casefold()
    with source.open("rb") as file:
        file.seek(start)
        for _ in range(line_skip):
            if not file.readline():
                break
        if encoding != "raw":
            return file.tell()
        return -1 if byte_skip == -1 else file.tell() + byte_skip


def _from_text(source: Path, start: int, shape: Sequence[int], dtype: np.dtype[Any]) -> NDArray[Any]:
    # A Python word takes some 60 bytes on top of its digits.
    check_shape(source, shape, 64 + dtype.itemsize)
    held = source.stat().st_size - start
    if held > 40 * math.prod(shape) + 1024:
        raise damaged(source, "NRRD", "it holds more than its header describes")
    with source.open("rb") as file:
        file.seek(start)
        # Left as written: what fits no label is told when labels are checked.
        values = np.array(file.read(held).split(), np.float64)
    return numbers_from(source, values.tobytes(), shape, values.dtype)


def _size(header: Mapping[str, Any]) -> StatedSize:
    """Return the voxel size from space directions or spacings, slowest axis first."""
    edges, units = _edges(header)
    if not edges:
        return StatedSize()
    known = {plain_unit(u) for u in units if u}
    unit = known.pop() if len(known) == 1 else None
    if known:
        return StatedSize(notes=("The NRRD header mixes length units: the voxel size is unknown.",))
    return stated_size(list(reversed(edges)), unit, "The NRRD header")


def _edges(header: Mapping[str, Any]) -> tuple[list[float], list[str]]:
    directions = header.get("spacedirections")
    if directions is not None:
        rows = [None if r is None else np.asarray(r, float) for r in directions]
        lengths = [float(np.sqrt(np.sum(r * r))) for r in rows if r is not None and not np.isnan(r).all()]
        return lengths, [str(u) for u in header.get("spaceunits", [])]
    spacings = header.get("spacings")
    if spacings is None:
        return [], []
    values = [float(s) for s in spacings]
    units = [str(u) for u in header.get("units", header.get("spaceunits", []))]
    if len(values) > 3 or np.isnan(values).any():
        kept = [i for i, v in enumerate(values) if not math.isnan(v)]
        units = [units[i] for i in kept if i < len(units)]
        values = [values[i] for i in kept]
    return values, units
