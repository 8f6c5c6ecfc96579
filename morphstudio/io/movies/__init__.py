"""Movies: frames in, one file or one folder out, whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError
from morphstudio.io.exports.place import already_there

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

MovieKind = Literal["mp4", "gif", "png"]


@dataclass(frozen=True, slots=True)
class MovieFormat:
    """One way to keep a movie.

    Parameters
    ----------
    key : {"mp4", "gif", "png"}
        Name in the code.
    title : str
        For people.
    suffix : str
        Of the file; empty where it is a folder.
    """

    key: MovieKind
    title: str
    suffix: str


MOVIE_FORMATS: dict[MovieKind, MovieFormat] = {
    "mp4": MovieFormat("mp4", "MP4", ".mp4"),
    "gif": MovieFormat("gif", "GIF", ".gif"),
    "png": MovieFormat("png", "PNG folder", ""),
}


@contextmanager
def open_movie(path: Path, kind: MovieKind, size: tuple[int, int], fps: int, *,
               overwrite: bool = False, should_stop: Callable[[], bool] = lambda: False,
               ) -> Iterator[Callable[[NDArray[np.uint8]], None]]:
    """Write a movie frame by frame; it appears at ``path`` when the block ends well.

    Parameters
    ----------
    path : Path
        File, or folder for ``"png"``. The folder around it must exist.
    kind : {"mp4", "gif", "png"}
        H.264 in MP4, an animated GIF that runs for ever, or numbered PNG files.
    size : (int, int)
        Columns and rows, both even.
    fps : int
        Frames per second.
    overwrite : bool
        Whether what is there may be replaced; a folder only if it holds nothing
        but the frames of a movie of this name.
    should_stop : callable
        Asked now and then, on the thread of the caller, while ffmpeg takes a
        frame of an MP4 or completes it: whether the movie is not wanted any more.

    Yields
    ------
    callable
        Takes a frame, uint8, shape (rows, columns, 3).

    Raises
    ------
    InputError
        Something is there already that may not be replaced, the place cannot be written to, the disk is
        full, or there is no program that writes MP4, or it does not start.
    MovieStoppedError
        ``should_stop`` said so.
    """
    from morphstudio.io.movies.gif import gif_file
    from morphstudio.io.movies.mp4 import mp4_file
    from morphstudio.io.movies.png import holds_more, png_folder

    if path.exists() and not overwrite:
        raise already_there(path)
    if path.exists() and not may_be_replaced(path, kind):
        raise holds_more(path)
    check_size(size)
    if kind == "mp4":
        writer = mp4_file(path, size, fps, should_stop)
    elif kind == "gif":
        writer = gif_file(path, fps)
    else:
        writer = png_folder(path)
    with writer as add:
        yield add


def may_be_replaced(path: Path, kind: MovieKind) -> bool:
    """Return whether what is there is a file, or a folder of nothing but a movie's frames, as its kind wants it."""
    from morphstudio.io.movies.png import holds_only_frames

    return holds_only_frames(path, path.name) if kind == "png" else not path.is_dir()


def check_size(size: tuple[int, int]) -> None:
    """Raise InputError where a movie cannot have so many columns and rows."""
    columns, rows = size
    if columns % 2 or rows % 2 or min(size) < 16:
        raise InputError("movie.size", f"A movie of {columns} × {rows} pixels cannot be written.",
                         "Both numbers must be even and at least 16.")
