"""Files appear whole or not at all: write beside, flush, then rename."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def atomic_write(path: Path | str) -> Iterator[IO[bytes]]:
    """Open a file for writing that replaces ``path`` only when all went well.

    Parameters
    ----------
    path : path-like
        Final place. Its folder must exist. A file already there stays intact
        until the new one is complete and on the disk.

    Yields
    ------
    binary file
        A temporary file in the same folder.

    Raises
    ------
    InputError
        The folder is missing or not writable, or the disk is full.
    """
    target = Path(path)
    with writing_to(target):
        # Made like any other file of the user, unlike mkstemp's, which are private.
        temporary = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(8)}.part")
        try:
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)


@contextmanager
def writing_to(target: Path) -> Iterator[None]:
    """Turn what the operating system says while writing into one sentence.

    Raises
    ------
    InputError
        In place of any ``OSError``.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError("export.directory", f"{target} could not be written: {reason}.",
                         "Choose another folder, or free some space, and try again.") from error


def sync_file(path: Path) -> None:
    """Make sure that a file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make sure that a rename inside ``folder`` is on the disk, where the system offers that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
