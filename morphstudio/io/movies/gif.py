"""Animated GIF, frame by frame, each with the colours that it needs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from PIL import GifImagePlugin, Image

from morphstudio.io.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

COLOURS = 256
# Colours that fill areas, such as a phase's on a flat face, stay exact; the rest are shared out among what is left.
_EXACT = 96
_TICKS = 100  # a GIF counts hundredths of a second


@contextmanager
def gif_file(path: Path, fps: int) -> Iterator[Callable[[NDArray[np.uint8]], None]]:
    """Write frames one after the other; only the last one is kept in memory."""
    count = 0
    before: NDArray[np.uint8] | None = None
    with atomic_write(path) as file:

        def add(frame: NDArray[np.uint8]) -> None:
            nonlocal count, before
            top, bottom, left, right = changed_box(before, frame)
            image = with_palette(frame[top:bottom, left:right])
            if before is None:
                header, _ = GifImagePlugin.getheader(image.copy(), info={"loop": 0})
                file.write(b"".join(header))
            # The sum is rounded, not each: a movie of 30 frames a second lasts as long as it should.
            ticks = round((count + 1) * _TICKS / fps) - round(count * _TICKS / fps)
            file.write(b"".join(GifImagePlugin.getdata(image, (left, top), duration=10 * ticks, disposal=1,
                                                       include_color_table=True)))
            count, before = count + 1, frame

        yield add
        file.write(b";")


def changed_box(before: NDArray[np.uint8] | None, frame: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Return the first and one past the last row and column that differ; one pixel where none do."""
    if before is None:
        return 0, frame.shape[0], 0, frame.shape[1]
    differs = (before != frame).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return 0, 1, 0, 1
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def with_palette(frame: NDArray[np.uint8]) -> Image.Image:
    """Return a frame with at most 256 colours: exactly its own where it has no more.

    Parameters
    ----------
    frame : ndarray of uint8, shape (rows, columns, 3)
        Red, green, blue.
    """
    packed = frame[..., 0].astype(np.uint32) << 16 | frame[..., 1].astype(np.uint32) << 8 | frame[..., 2]
    colours, counts = np.unique(packed, return_counts=True)
    chosen = colours if len(colours) <= COLOURS else _shared_out(colours, counts)
    places = _nearest(colours, chosen)[np.searchsorted(colours, packed)]
    image = Image.fromarray(places, "L")
    image.putpalette(_channels(chosen).astype(np.uint8).tobytes())
    return image


def _shared_out(colours: NDArray[np.uint32], counts: NDArray[np.intp]) -> NDArray[np.uint32]:
    """Return the most frequent colours and means of the others."""
    order = np.lexsort((colours, -counts))
    exact, rest = colours[order[:_EXACT]], np.sort(order[_EXACT:])
    # Pillow's median cut shares out by number of pixels; each colour stands for its own, but for few of a kind.
    weights = np.minimum(counts[rest], 64)
    line = np.repeat(_channels(colours[rest]).astype(np.uint8), weights, axis=0)
    means = Image.fromarray(line[None]).quantize(COLOURS - _EXACT, Image.Quantize.MEDIANCUT).getpalette() or []
    table = np.array(means, np.uint32).reshape(-1, 3)
    return np.unique(np.concatenate([exact, table[:, 0] << 16 | table[:, 1] << 8 | table[:, 2]]))


def _nearest(colours: NDArray[np.uint32], chosen: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the number of the nearest chosen colour for each colour."""
    from scipy.spatial import cKDTree

    _, found = cKDTree(_channels(chosen)).query(_channels(colours))
    return np.asarray(found, np.uint8)


def _channels(packed: NDArray[np.uint32]) -> NDArray[np.float64]:
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=-1).astype(float)
