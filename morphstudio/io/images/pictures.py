"""PNG files, and what is refused among pictures."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from morphstudio.core.errors import InputError
from morphstudio.io.images.limits import DEFLATE_LIMIT, check_shape, parsing, too_short
from morphstudio.io.images.raw_labels import RawLabels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

# Bits per pixel of the single-channel modes of Pillow.
_BITS = {"1": 1, "L": 8, "P": 8, "I;16": 16, "I;16B": 16, "I;16L": 16, "I;16N": 16, "I": 32, "F": 32}
_LIMIT_LOCK = threading.Lock()


def read_png(path: Path) -> RawLabels:
    """Read a section from a PNG file; a palette image gives its palette indices.

    Raises
    ------
    InputError
        Damaged file, colour picture, or too large for memory.
    """
    with parsing(path, "PNG"), unlimited_pixels(), Image.open(path, formats=["PNG"]) as picture:
        return RawLabels(as_array(picture, path))


def as_array(picture: Image.Image, path: Path) -> NDArray[Any]:
    """Return a single-channel picture as an array (Y, X), palette images as indices.

    Raises
    ------
    InputError
        Colour picture, or larger than the file or the memory allows.
    """
    if picture.mode not in _BITS:
        raise colour_refused(path)
    width, height = picture.size
    itemsize = max(1, _BITS[picture.mode] // 8)
    needed = check_shape(path, (height, width), itemsize)
    held = path.stat().st_size
    if picture.format == "PNG" and needed // 8 > held * DEFLATE_LIMIT:
        raise too_short(path, needed, held)
    array: NDArray[Any] = np.array(picture)
    return array


def colour_refused(path: Path) -> InputError:
    """Return the error for a colour picture."""
    return InputError("image.file", f"{path.name} is a colour picture, not a label image.",
                      "Save the labels as one 8-bit channel, for example with Image > Type > 8-bit in Fiji.")


def jpeg_refused(path: Path) -> InputError:
    """Return the error for JPEG compression, which smears labels."""
    return InputError("image.file", f"{path.name} is a JPEG image: its compression blurs labels into false phases.",
                      "Export the segmentation again as TIFF or PNG.")


@contextmanager
def unlimited_pixels() -> Iterator[None]:
    """Lift Pillow's fixed pixel limit; the size is checked against memory instead.

    The limit is a module global of Pillow, so one thread at a time.
    """
    with _LIMIT_LOCK:
        before = Image.MAX_IMAGE_PIXELS
        Image.MAX_IMAGE_PIXELS = None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before
