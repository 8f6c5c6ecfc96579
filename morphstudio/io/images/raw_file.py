"""Headerless .raw volumes: by the header beside them, or by what their name says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.io.images.headers import read_numbers
from morphstudio.io.images.metaimage import read_metaimage
from morphstudio.io.images.raw_labels import RawLabels
from morphstudio.io.images.units import StatedSize, stated_size

if TYPE_CHECKING:
    from pathlib import Path

_SHAPE = re.compile(r"(?<!\d)(\d{1,6})x(\d{1,6})x(\d{1,6})(?!\d)", re.IGNORECASE)
_EDGE = re.compile(r"_(\d+(?:\.\d+)?)(nm|um|µm|mm)(?=[_.])", re.IGNORECASE)


def read_raw(path: Path) -> RawLabels:
    """Read ``NAME.raw`` with ``NAME.mhd`` beside it, or ``NAME_0.2um_8bu_NXxNYxNZ.raw``.

    Raises
    ------
    InputError
        Neither a header nor a name that tells the size.
    """
    header = path.with_suffix(".mhd")
    if header.is_file():
        return read_metaimage(header)
    found = _SHAPE.findall(path.name)
    if not found:
        raise InputError("image.file", f"{path.name} has no header, so its size is unknown.",
                         "Open the .mhd file beside it, or name it like sample_0.2um_8bu_400x400x300.raw (x, y, z).")
    x, y, z = (int(n) for n in found[-1])
    array = read_numbers(path, (z, y, x), np.dtype(np.uint8))
    edge = _EDGE.search(path.name)
    size = StatedSize() if edge is None else stated_size([float(edge[1])] * 3, edge[2], "The file name")
    note = f"Size {x} × {y} × {z} (x, y, z) and 8 bits were read from the file name."
    return RawLabels(array, size, (note,))
