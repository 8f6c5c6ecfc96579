"""VTK image data (.vti): labels on cells or points, compressed or not.

VTK itself is not used: it needs seconds to load, and damaged files can end
the whole process inside it.
"""

from __future__ import annotations

import base64
import binascii
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.io.images.limits import check_memory, check_shape, damaged, inflate, too_short, unreadable
from morphstudio.io.images.markup import parse_xml
from morphstudio.io.images.raw_labels import RawLabels
from morphstudio.io.images.units import StatedSize, stated_size

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from numpy.typing import NDArray

    from morphstudio.io.images.limits import Compression

_TYPES = {"Int8": "i1", "UInt8": "u1", "Int16": "i2", "UInt16": "u2", "Int32": "i4", "UInt32": "u4", "Int64": "i8",
          "UInt64": "u8", "Float32": "f4", "Float64": "f8"}
_COMPRESSORS: dict[str, Compression] = {"vtkZLibDataCompressor": "zlib", "vtkLZMADataCompressor": "lzma"}
_LABEL_NAMES = ("labels", "label", "phase", "phases", "material", "materials", "materialid", "segmentation",
                "imagescalars", "metaimage")
_HEADER_LIMIT = 1 << 24


@dataclass(frozen=True, slots=True)
class _Container:
    """How a file's numbers are packed."""

    path: Path
    order: str
    count: np.dtype[Any]
    compression: Compression | None
    appended: bytes
    encoding: str


def read_vti(path: Path) -> RawLabels:
    """Read the labels of a VTK image.

    Cell data come first, since each voxel is a cell; point data are read
    where there are no cell data, and a note says so. Axes x, y, z of the file
    become the last, middle and first axis of the array.

    Raises
    ------
    InputError
        Not VTK image data, several pieces, no single-valued array, damaged
        or wrongly sized data.
    """
    try:
        check_memory(path, 3 * path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        root, container = _parsed(path, data)
        image, piece = _image(root, path)
        extent = [int(n) for n in image.get("WholeExtent", "").split()]
        spacing = [float(s) for s in image.get("Spacing", "1 1 1").split()]
        array, notes = _labels(piece, extent, container)
    except (ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise damaged(path, "VTI") from error
    return RawLabels(array, _size(spacing, root), notes)


def _parsed(path: Path, data: bytes) -> tuple[Element, _Container]:
    xml, appended, encoding = _split(data)
    root = parse_xml(xml)
    if root.tag != "VTKFile" or root.get("type") != "ImageData":
        raise InputError("image.file", f"{path.name} is not VTK image data.",
                         "Save the volume as ImageData (.vti), for example with Resample To Image in ParaView.")
    compressor = root.get("compressor", "")
    if compressor and compressor not in _COMPRESSORS:
        raise InputError("image.file", f"{path.name} is compressed with {compressor[:40]}, which cannot be read.",
                         "Save it with ZLib compression.")
    order = ">" if root.get("byte_order") == "BigEndian" else "<"
    count = np.dtype(order + ("u8" if root.get("header_type") == "UInt64" else "u4"))
    return root, _Container(path, order, count, _COMPRESSORS.get(compressor), appended, encoding)


def _split(data: bytes) -> tuple[bytes, bytes, str]:
    """Cut raw appended data, which are not XML, out of the file."""
    start = data.find(b"<AppendedData")
    if start < 0:
        return data, b"", ""
    close = data.find(b">", start)
    mark = data.find(b"_", close)
    if close < 0 or mark < 0 or start > _HEADER_LIMIT:
        raise ValueError("appended data without a start")
    tag = data[start:close]
    encoding = "base64" if b"base64" in tag else "raw"
    return data[:start] + b"</VTKFile>", data[mark + 1:], encoding


def _image(root: Element, path: Path) -> tuple[Element, Element]:
    image = root.find("ImageData")
    pieces = [] if image is None else image.findall("Piece")
    if image is None or not pieces:
        raise damaged(path, "VTI", "it holds no image")
    if len(pieces) > 1 or pieces[0].get("Extent", "").split() != image.get("WholeExtent", "").split():
        raise InputError("image.file", f"{path.name} is split into pieces, which MorphStudio cannot read.",
                         "Save it as one piece.")
    return image, pieces[0]


def _labels(piece: Element, extent: Sequence[int], container: _Container) -> tuple[NDArray[Any], tuple[str, ...]]:
    if len(extent) != 6:
        raise ValueError("an extent has six numbers")
    steps = [extent[2 * a + 1] - extent[2 * a] for a in (2, 1, 0)]
    if any(s < 0 for s in steps):
        raise ValueError("negative extent")
    cells, points = tuple(max(s, 1) for s in steps), tuple(s + 1 for s in steps)
    for kind, shape in (("CellData", cells), ("PointData", points)):
        found = _choose(piece.find(kind))
        if found is None:
            continue
        chosen, others = found
        notes = []
        if kind == "PointData":
            notes.append("The labels lie on points, not cells: each point was read as one voxel.")
        if others:
            notes.append(f"The file holds several arrays; {chosen.get('Name', 'the first')!r} was read.")
        return _values(chosen, shape, container).reshape(shape), tuple(notes)
    raise InputError("image.file", f"{container.path.name} holds no array with one value per voxel.",
                     "Save the labels as cell data.")


def _choose(data: Element | None) -> tuple[Element, bool] | None:
    """Return the array that holds labels, and whether there were others."""
    arrays = [] if data is None else [a for a in data.findall("DataArray")
                                      if a.get("NumberOfComponents", "1") in ("0", "1") and a.get("type") in _TYPES]
    # ParaView marks ghost cells in an array of its own.
    arrays = [a for a in arrays if a.get("Name", "") not in ("vtkGhostType", "vtkValidPointMask")]
    if data is None or not arrays:
        return None

    def rank(array: Element) -> tuple[bool, bool, bool]:
        name = array.get("Name", "")
        is_float = array.get("type", "").startswith("Float")
        return name.casefold() not in _LABEL_NAMES, name != data.get("Scalars"), is_float

    return min(arrays, key=rank), len(arrays) > 1


def _values(array: Element, shape: Sequence[int], box: _Container) -> NDArray[Any]:
    dtype = np.dtype(box.order + _TYPES[array.get("type", "")])
    expected = check_shape(box.path, shape, dtype.itemsize)
    style = array.get("format", "ascii")
    if style == "ascii":
        text = (array.text or "").split()
        if len(text) != math.prod(shape):
            raise too_short(box.path, expected, len(text) * dtype.itemsize)
        # Left as written: what fits no label is told when labels are checked.
        return np.array(text, np.float64)
    if style == "appended":
        offset = int(array.get("offset", "0"))
        if not 0 <= offset < len(box.appended):
            raise too_short(box.path, expected, 0)
        source, encoded = memoryview(box.appended)[offset:], box.encoding == "base64"
    elif style == "binary":
        source, encoded = memoryview("".join((array.text or "").split()).encode("ascii")), True
    else:
        raise ValueError("unknown data format")
    return np.frombuffer(_payload(source, encoded, expected, box), dtype)


def _payload(source: memoryview, encoded: bool, expected: int, box: _Container) -> bytes:
    """Return the ``expected`` bytes of one array, from its length header and its data."""
    stream = _Stream(source, encoded=encoded)
    width = box.count.itemsize
    if box.compression is None:
        length = int(np.frombuffer(stream.take(width, more_follows=True), box.count)[0])
        if length != expected:
            raise too_short(box.path, expected, length)
        return stream.take(expected)
    blocks, block_size, last = (int(n) for n in np.frombuffer(stream.peek(3 * width), box.count))
    full = blocks - 1 if last else blocks
    if blocks < 0 or full * block_size + last != expected or blocks > len(source):
        raise too_short(box.path, expected, max(full, 0) * block_size + last)
    header = np.frombuffer(stream.take((3 + blocks) * width), box.count)
    sizes = [int(n) for n in header[3:]]
    packed = stream.take(sum(sizes))
    out, start = bytearray(), 0
    for index, size in enumerate(sizes):
        out += inflate([packed[start:start + size]], block_size if index < full else last, box.compression)
        start += size
    return bytes(out)


class _Stream:
    """Bytes in sequence, plain or as base64 where each part is padded by itself."""

    def __init__(self, source: memoryview, *, encoded: bool) -> None:
        self._source = source
        self._encoded = encoded
        self._at = 0
        self._left = b""

    def peek(self, count: int) -> bytes:
        at, left = self._at, self._left
        data = self.take(count, more_follows=True)
        self._at, self._left = at, left
        return data

    def take(self, count: int, *, more_follows: bool = False) -> bytes:
        """Return the next ``count`` bytes; ``more_follows``: the part may go on."""
        if not self._encoded:
            data = bytes(self._source[self._at:self._at + count])
            self._at += count
        else:
            wanted = max(count - len(self._left), 0)
            letters = -(-wanted // 3) * 4
            piece = bytes(self._source[self._at:self._at + letters])
            try:
                data = self._left + base64.b64decode(piece, validate=True)
            except binascii.Error as error:
                raise ValueError("damaged base64") from error
            self._at += letters
            self._left = data[count:] if more_follows else b""
            data = data[:count]
        if len(data) != count:
            raise ValueError("the data end too early")
        return data


def _size(spacing: Sequence[float], root: Element) -> StatedSize:
    unit = None
    for array in root.iter("DataArray"):
        if array.get("Name") == "length_unit" and array.get("type") == "String":
            codes = [int(c) for c in (array.text or "").split() if c.isdigit()]
            unit = "".join(chr(c) for c in codes if 0 < c < 0x110000)
    return stated_size(list(reversed(spacing)), unit or None, "The VTI header")
