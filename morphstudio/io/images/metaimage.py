"""MetaImage: a text header (.mhd) with a raw file, or both in one (.mha)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.io.images.headers import data_file, read_numbers
from morphstudio.io.images.limits import unreadable
from morphstudio.io.images.raw_labels import RawLabels
from morphstudio.io.images.units import stated_size

if TYPE_CHECKING:
    from pathlib import Path

_TYPES = {"MET_CHAR": "i1", "MET_UCHAR": "u1", "MET_SHORT": "i2", "MET_USHORT": "u2", "MET_INT": "i4",
          "MET_UINT": "u4", "MET_LONG": "i8", "MET_ULONG": "u8", "MET_LONG_LONG": "i8", "MET_ULONG_LONG": "u8",
          "MET_FLOAT": "f4", "MET_DOUBLE": "f8"}
_HEADER_LIMIT = 1 << 16


def read_metaimage(path: Path) -> RawLabels:
    """Read the volume a MetaImage header describes.

    The header counts x first, the array (Z, Y, X) has x last: the bytes are
    the same.

    Raises
    ------
    InputError
        Header that is incomplete, describes colour or lists of files, claims
        another size than the file has, or leads out of its folder.
    """
    fields, header_end = _fields(path)
    shape = _shape(path, fields)
    name = fields["elementdatafile"]
    local = name.upper() == "LOCAL"
    if name.upper().startswith("LIST") or "%" in name:
        raise InputError("image.file", f"{path.name} spreads its data over several files, which cannot be read.",
                         "Save it with one data file, or open the slices as a folder of TIFF files.")
    source = path if local else data_file(path, name)
    skip = _skip(path, fields, header_end if local else 0)
    compressed = fields.get("compresseddata", "False").casefold() == "true"
    array = read_numbers(source, shape, _dtype(path, fields), skip=skip, compression="zlib" if compressed else None)
    size = stated_size(_spacing(path, fields, len(shape)), fields.get("distanceunits"), "The MHD header")
    return RawLabels(array, size)


def _fields(path: Path) -> tuple[dict[str, str], int]:
    """Return the header's fields by lower-case key, and where the header ends."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_LIMIT)
    except OSError as error:
        raise unreadable(path, error) from error
    fields: dict[str, str] = {}
    end = 0
    for line in head.splitlines(keepends=True):
        end += len(line)
        key, sign, value = line.decode("utf-8", "replace").partition("=")
        if not sign:
            continue
        fields[key.strip().casefold()] = value.strip()
        if key.strip().casefold() == "elementdatafile":
            return fields, end
    raise InputError("image.file", f"{path.name} is not a MetaImage header: it names no ElementDataFile.",
                     "Export the volume again as MHD.")


def _shape(path: Path, fields: dict[str, str]) -> tuple[int, ...]:
    sizes = [int(v) for v in _numbers(path, fields, "dimsize", whole=True)]
    if fields.get("elementnumberofchannels", "1") != "1":
        raise InputError("image.file", f"{path.name} has several channels per voxel, not labels.",
                         "Save one channel with the labels.")
    declared = [int(v) for v in _numbers(path, fields, "ndims", whole=True)] or [len(sizes)]
    kept = sizes[:3] if len(sizes) > 3 and all(n == 1 for n in sizes[3:]) else sizes
    if declared != [len(sizes)] or len(kept) not in (2, 3):
        raise InputError("image.shape", f"{path.name} describes {len(sizes)} axes.", "Save a volume with axes x, y, z.")
    return tuple(reversed(kept))


def _dtype(path: Path, fields: dict[str, str]) -> np.dtype[Any]:
    name = fields.get("elementtype", "")
    if name not in _TYPES:
        raise InputError("image.dtype", f"{path.name} has the element type {name[:40] or 'missing'!r}.",
                         "Save labels as MET_UCHAR (8-bit).")
    big = fields.get("elementbyteordermsb", fields.get("binarydatabyteordermsb", "False")).casefold() == "true"
    return np.dtype((">" if big else "<") + _TYPES[name])


def _skip(path: Path, fields: dict[str, str], header_end: int) -> int:
    given = _numbers(path, fields, "headersize", whole=True) or [0.0]
    if given[0] < -1:
        raise InputError("image.file", f"{path.name} has a HeaderSize of {given[0]:g}.", "Export the volume again.")
    return -1 if given[0] == -1 else header_end + int(given[0])


def _spacing(path: Path, fields: dict[str, str], n_axes: int) -> list[float]:
    for key in ("elementspacing", "elementsize"):
        if key in fields:
            values = _numbers(path, fields, key)
            if len(values) < n_axes:
                raise InputError("voxel_size", f"{path.name} gives {len(values)} spacings for {n_axes} axes.",
                                 "Correct the header, or export the volume again.")
            return list(reversed(values[:n_axes]))
    return [1.0] * n_axes


def _numbers(path: Path, fields: dict[str, str], key: str, *, whole: bool = False) -> list[float]:
    words = fields.get(key, "").split()
    try:
        values = [float(int(w)) if whole else float(w) for w in words]
    except (ValueError, OverflowError) as error:
        raise InputError("image.file", f"{path.name} has an unreadable {key} line ({fields[key][:40]!r}).",
                         "Correct the header, or export the volume again.") from error
    if whole and any(not math.isfinite(v) or abs(v) > 2**53 for v in values):
        raise InputError("image.file", f"{path.name} has a {key} line beyond reason.", "Export the volume again.")
    return values
