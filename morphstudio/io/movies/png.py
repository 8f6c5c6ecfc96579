"""Numbered PNG files in a folder of their own."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from morphstudio.core.errors import InputError
from morphstudio.io.atomic import sync_file, sync_folder, writing_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

_COMPRESSION = 6


@contextmanager
def png_folder(path: Path) -> Iterator[Callable[[NDArray[np.uint8]], None]]:
    """Write frames as ``NAME_0001.png`` …; the folder appears when all are there."""
    with writing_to(path):
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name[:40]}-", suffix=".part", dir=path.parent))
        count = 0

        def add(frame: NDArray[np.uint8]) -> None:
            nonlocal count
            count += 1
            file = aside / f"{path.name}_{count:04d}.png"
            Image.fromarray(frame).save(file, compress_level=_COMPRESSION)
            sync_file(file)

        try:
            yield add
            aside.chmod(0o755)
            _bring(aside, path)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        sync_folder(path.parent)


def holds_only_frames(folder: Path, name: str) -> bool:
    """Return whether a folder holds nothing but the frames of a movie called ``name``."""
    ours = re.compile(rf"{re.escape(name)}_[0-9]{{4,}}\.png")
    try:
        if folder.is_symlink() or not folder.is_dir():
            return False
        with os.scandir(folder) as entries:
            return all(ours.fullmatch(entry.name) and entry.is_file(follow_symlinks=False) for entry in entries)
    except OSError:
        return False


def holds_more(path: Path) -> InputError:
    """Return the error for a place whose contents are not a movie's to replace."""
    return InputError("export.directory", f"{path} holds more than the frames of this movie and is not replaced.",
                      "Save the movie beside it, or choose another name or folder.")


def _bring(aside: Path, path: Path) -> None:
    """Put the folder in its place; what was there goes only once the new one is complete."""
    if not path.exists():
        aside.rename(path)
        return
    old = path.with_name(f"{aside.name}-old")
    path.rename(old)
    try:
        # Looked at now that nobody finds it any more: something may have been put there while the movie was made.
        if not holds_only_frames(old, path.name):
            raise holds_more(path)
        aside.rename(path)
    except BaseException:
        old.rename(path)
        raise
    shutil.rmtree(old)
