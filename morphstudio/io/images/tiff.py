"""TIFF: sections, multipage stacks, ImageJ and OME files."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile
from PIL import Image

from morphstudio.core.errors import InputError
from morphstudio.io.images.limits import (
    DEFLATE_LIMIT,
    check_memory,
    check_shape,
    damaged,
    inflate,
    logged_errors,
    parsing,
    too_short,
)
from morphstudio.io.images.pictures import as_array, colour_refused, jpeg_refused, unlimited_pixels
from morphstudio.io.images.raw_labels import RawLabels
from morphstudio.io.images.tiff_chain import page_offsets
from morphstudio.io.images.tiff_scale import Described, described, pixel_size

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NONE, LZMA = 1, 34925
FLOATING_POINT = 3
DEFLATE = frozenset({8, 32946})
# Read through libtiff (Pillow), which decodes into buffers of known size.
LIBTIFF = frozenset({2, 3, 4, 5, 32773, 50000})
LOSSY = frozenset({6, 7, 33003, 33004, 33005, 34712, 34892, 50001, 50002, 52546})
# A compressed piece that could grow beyond its image by this much is tried out first.
_HARMLESS = 64 << 20
_MAX_TILE = 1 << 26


def read_tiff(path: Path) -> RawLabels:
    """Read a section or stack with its voxel size, where the file has one.

    Parameters
    ----------
    path : Path
        TIFF or BigTIFF file; uncompressed, deflate, LZW, PackBits or LZMA.

    Returns
    -------
    RawLabels
        ``array`` has shape (Y, X) or (Z, Y, X).

    Raises
    ------
    InputError
        Damaged or cut-off file, colour or JPEG content, more than one stack
        axis, or an image that does not fit into memory.
    """
    with parsing(path, "TIFF"), logged_errors("tifffile") as complaints, path.open("rb") as file:
        offsets = page_offsets(file, path)
        file.seek(0)
        # Without these flags tifffile interprets vendor formats while opening.
        with tifffile.TiffFile(file, is_lsm=False, is_scanimage=False, is_ndpi=False) as tif:
            first = _page(tif, offsets[0], 0)
            about = described(first.description)
            _check_complaints(complaints, path)
            if len(offsets) == 1 and about.planes > 1:
                array = _contiguous_stack(tif, first, about.planes, path)
            else:
                array = _pages(tif, offsets, first, path)
            _check_complaints(complaints, path)
        size = pixel_size(first, about, is_stack=array.ndim == 3)
    return RawLabels(array, size, _axis_notes(about, array.shape, path) + about.notes)


def _page(tif: tifffile.TiffFile, offset: int, index: int) -> tifffile.TiffPage:
    tif.filehandle.seek(offset)
    return tifffile.TiffPage(tif, index=index)


def _check_complaints(complaints: list[str], path: Path) -> None:
    if complaints:
        raise damaged(path, "TIFF")


@dataclass(frozen=True, slots=True)
class _Layout:
    """What all pages of one stack share."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def n_bytes(self) -> int:
        return int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize


def _layout(page: tifffile.TiffPage, path: Path) -> _Layout:
    if page.samplesperpixel != 1 or page.photometric in (2, 5, 6, 8):
        raise colour_refused(path)
    if page.compression in LOSSY:
        raise jpeg_refused(path)
    if page.compression not in {NONE, LZMA} | DEFLATE | LIBTIFF:
        raise InputError("image.file", f"{path.name} uses a TIFF compression that MorphStudio cannot read.",
                         "Save it uncompressed or with ZIP (deflate) compression.")
    if page.dtype is None or page.dtype.kind not in "biuf":
        raise InputError("image.dtype", f"{path.name} does not hold whole numbers.", "Save labels as 8-bit integers.")
    return _Layout(tuple(int(n) for n in page.shape), np.dtype(page.dtype))


def _pages(tif: tifffile.TiffFile, offsets: list[int], first: tifffile.TiffPage, path: Path) -> NDArray[Any]:
    layout = _layout(first, path)
    if len(layout.shape) == 3 and len(offsets) > 1:
        raise InputError("image.shape", f"{path.name} holds several volumes.", "Save the one you need as its own file.")
    count = len(offsets)
    check_shape(path, (count, *layout.shape), layout.dtype.itemsize)
    # The whole stack is only allocated once each page is known to be there.
    pages = [first, *(_page(tif, o, i) for i, o in enumerate(offsets[1:], 1))]
    main = [p for i, p in enumerate(pages) if i == 0 or not p.is_reduced]
    for page in main:
        _check_page(page, layout, tif.filehandle.size, path)
    out = np.empty((len(main), *layout.shape), layout.dtype)
    for index, page in enumerate(main):
        out[index] = _pixels(page, layout, path)
    return out[0] if len(main) == 1 else out


def _check_page(page: tifffile.TiffPage, layout: _Layout, file_size: int, path: Path) -> None:
    if _layout(page, path) != layout:
        raise InputError("image.shape", f"The pages of {path.name} differ in size or type.",
                         "Save one stack of equal slices as its own file.")
    held = sum(page.databytecounts)
    ends = [o + n for o, n in zip(page.dataoffsets, page.databytecounts, strict=True)]
    if not ends or max(ends) > file_size or min(page.databytecounts) < 1:
        raise InputError("image.file", f"{path.name} is cut off: pixel data lie outside the file.",
                         "Copy or export it again.")
    bits = max(1, layout.n_bytes // layout.dtype.itemsize * page.bitspersample // 8)
    if page.compression == NONE and held < bits:
        raise too_short(path, bits, held)
    if page.compression in DEFLATE and layout.n_bytes > held * DEFLATE_LIMIT:
        raise too_short(path, layout.n_bytes, held)
    if page.is_tiled and page.tilewidth * page.tilelength * max(1, page.tiledepth) > _MAX_TILE:
        raise damaged(path, "TIFF", "its tiles are larger than any program writes")


def _pixels(page: tifffile.TiffPage, layout: _Layout, path: Path) -> NDArray[Any]:
    if page.compression in LIBTIFF or page.predictor == FLOATING_POINT:
        pixels = _through_libtiff(page, path)
    else:
        _refuse_bombs(page, layout, path)
        pixels = page.asarray(maxworkers=1)
    if pixels.shape != layout.shape:
        raise damaged(path, "TIFF")
    return pixels


def _refuse_bombs(page: tifffile.TiffPage, layout: _Layout, path: Path) -> None:
    """Try out pieces that could unpack to far more than the page they belong to."""
    if page.compression == NONE:
        return
    limit = max(layout.n_bytes, page.tilewidth * page.tilelength * layout.dtype.itemsize)
    file = page.parent.filehandle
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        if page.compression in DEFLATE and count * DEFLATE_LIMIT < limit + _HARMLESS:
            continue
        file.seek(offset)
        if _unpacks_beyond(file.read(count), limit, lzma=page.compression == LZMA):
            raise damaged(path, "TIFF", "a page unpacks to more than it describes")


def _unpacks_beyond(data: bytes, limit: int, *, lzma: bool) -> bool:
    if lzma:
        try:
            inflate([data], limit + 1, "lzma")
        except ValueError as error:
            return "more" in str(error)
        return True
    stream, produced, rest = zlib.decompressobj(), 0, data
    while rest and not stream.eof and produced <= limit:
        produced += len(stream.decompress(rest, 1 << 20))
        rest = stream.unconsumed_tail
    return produced > limit


def _through_libtiff(page: tifffile.TiffPage, path: Path) -> NDArray[Any]:
    with unlimited_pixels(), Image.open(path, formats=["TIFF"]) as picture:
        picture.seek(page.index)
        return as_array(picture, path)


def _contiguous_stack(tif: tifffile.TiffFile, page: tifffile.TiffPage, planes: int, path: Path) -> NDArray[Any]:
    """Read an ImageJ stack: one directory, then all slices in one piece."""
    layout = _layout(page, path)
    shape = (planes, *layout.shape)
    needed = check_shape(path, shape, layout.dtype.itemsize)
    start, size = (page.dataoffsets or (0,))[0], tif.filehandle.size
    if page.compression != NONE or page.predictor != 1 or page.bitspersample % 8 or start + needed > size:
        raise InputError("image.file", f"{path.name} describes {planes} slices but does not hold them all.",
                         "The file is cut off or its header is wrong: copy or export it again.")
    check_memory(path, needed)
    tif.filehandle.seek(start)
    data = np.frombuffer(tif.filehandle.read(needed), layout.dtype.newbyteorder(tif.byteorder))
    return data.reshape(shape)


def _axis_notes(about: Described, shape: tuple[int, ...], path: Path) -> tuple[str, ...]:
    if len(shape) == 2:
        return ()
    long = {axis: n for axis, n in about.stack_axes.items() if n > 1}
    if len(long) > 1:
        listed = ", ".join(f"{n} along {axis}" for axis, n in long.items())
        raise InputError("image.shape", f"{path.name} has more than one stack axis ({listed}).",
                         "Save one channel and one time point as a stack of its own.")
    if about.planes > 1 and about.planes != shape[0]:
        raise InputError("image.file", f"{path.name} describes {about.planes} slices but holds {shape[0]}.",
                         "The file is cut off or its header is wrong: copy or export it again.")
    if long and "Z" not in long:
        axis = next(iter(long))
        word = {"T": "time", "C": "channels"}.get(axis, axis)
        return (f"The file calls its stack axis {word} ({axis}); it was read as z.",)
    return ()
