"""A folder of numbered slices as one volume."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.io.images.limits import check_shape, unreadable
from morphstudio.io.images.pictures import jpeg_refused, read_png
from morphstudio.io.images.raw_labels import RawLabels
from morphstudio.io.images.tiff import read_tiff

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_READERS = {".tif": read_tiff, ".tiff": read_tiff, ".png": read_png}
_NUMBER = re.compile(r"(\d+)")


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts slice 2 before slice 10."""
    parts = [part for part in _NUMBER.split(name) if part]
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in parts)


def slice_files(folder: Path) -> list[Path]:
    """Return the slices of a stack folder in natural order.

    Raises
    ------
    InputError
        No slices, or TIFF and PNG mixed.
    """
    try:
        entries = [p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")]
    except OSError as error:
        raise unreadable(folder, error) from error
    files = sorted((p for p in entries if p.suffix.casefold() in _READERS), key=lambda p: natural_key(p.name))
    if not files:
        pictures = [p for p in entries if p.suffix.casefold() in (".jpg", ".jpeg")]
        if pictures:
            raise jpeg_refused(pictures[0])
        raise InputError("image.file", f"The folder {folder.name} holds no TIFF or PNG slices.",
                         "Choose a folder of numbered slices, or a single file.")
    first, others = files[0], [p for p in files if p.suffix.casefold()[:4] != files[0].suffix.casefold()[:4]]
    if others:
        raise InputError("image.file", f"The folder {folder.name} mixes TIFF and PNG slices: {first.name} and "
                         f"{others[0].name}.", "Keep one stack in a folder of its own.")
    return files


def read_stack_folder(folder: Path) -> RawLabels:
    """Read a folder of equal slices, in the order of their numbers, as (Z, Y, X).

    Raises
    ------
    InputError
        Slices of different size or type, or any reader's complaint.
    """
    files = slice_files(folder)
    read = _READERS[files[0].suffix.casefold()]
    first = read(files[0])
    if first.array.ndim != 2:
        raise InputError("image.shape", f"{files[0].name} is a stack itself.", "Open that file instead of the folder.")
    shape = (len(files), *first.array.shape)
    check_shape(folder, shape, first.array.dtype.itemsize)
    out: NDArray[Any] = np.empty(shape, first.array.dtype)
    out[0] = first.array
    for index, path in enumerate(files[1:], 1):
        array = read(path).array
        if array.shape != first.array.shape or array.dtype != first.array.dtype:
            raise InputError("image.shape", f"{path.name} differs from {files[0].name} in size or type.",
                             "Keep only equal slices of one stack in the folder.")
        out[index] = array
    size = first.size
    if size.voxel_size_um is not None and len(files) > 1:
        size = replace(size, notes=(*size.notes,
                                    "The slices give no slice distance: it was taken equal to the pixel height."))
    return RawLabels(out[0] if len(files) == 1 else out, size, (*first.layout_notes, *_gaps(files)))


def _gaps(files: Sequence[Path]) -> list[str]:
    numbers = [int(found[-1]) for p in files if (found := _NUMBER.findall(p.stem))]
    if len(numbers) < len(files):
        return []
    jumps = [a for a, b in pairwise(numbers) if b - a > 1]
    if not jumps or len(jumps) > len(files) // 2:
        # Most numbers jump: the numbering has a step of its own.
        return []
    return [f"The slice numbers have gaps (after {jumps[0]}): the slices were put together without them."]
