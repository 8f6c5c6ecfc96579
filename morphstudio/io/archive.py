"""One file for plain data with arrays: a zip of JSON and .npy, no pickle, no code.

Nothing is ever unpacked to disk: entries are read by the names that this
module gives them, and any other name makes the file suspect.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.errors import InputError, InsufficientMemoryError
from morphstudio.io.atomic import atomic_write
from morphstudio.io.images.limits import free_memory, unreadable
from morphstudio.io.images.numpy_file import npy_header
from morphstudio.io.plain_tree import join, split

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONTAINER = 1
_MANIFEST, _CONTENT = "morphstudio.json", "content.json"
_ARRAY_NAME = re.compile(r"arrays/(\d{1,7})\.npy")
_TEXT_LIMIT = 1 << 28
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def write_archive(path: Path | str, kind: str, tree: Any, *, compress: bool) -> None:
    """Write a tree of plain data and arrays into one file, all or nothing.

    Parameters
    ----------
    path : path-like
        The file.
    kind : str
        What the file is, e.g. ``"project"``; reading asks for the same.
    tree : nested plain data
        See :func:`morphstudio.io.plain_tree.split`.
    compress : bool
        Smaller or faster.

    Raises
    ------
    InputError
        The file cannot be written.
    TypeError
        The tree holds something that is not plain data.
    """
    text, arrays = split(tree)
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    manifest = json.dumps({"kind": kind, "container": CONTAINER, "arrays": len(arrays)})
    with atomic_write(path) as file, zipfile.ZipFile(file, "w", method, compresslevel=1) as archive:
        archive.writestr(_MANIFEST, manifest)
        archive.writestr(_CONTENT, text)
        for number, array in enumerate(arrays):
            with archive.open(f"arrays/{number}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)


def read_archive(path: Path | str, kind: str) -> Any:
    """Read the tree back.

    Raises
    ------
    InputError
        Missing, damaged, of another kind, of a newer version, with foreign
        or escaping entries, or larger than memory. Field is ``kind``.
    """
    source = Path(path)
    try:
        with zipfile.ZipFile(source) as archive:
            return _Reader(archive, source, kind).tree()
    except FileNotFoundError as error:
        raise unreadable(source, error) from error
    except OSError as error:
        if error.errno is not None:
            raise unreadable(source, error) from error
        raise _damaged(source, kind) from error
    except MemoryError as error:
        raise InsufficientMemoryError(kind, f"{source.name} does not fit into the free memory.",
                                      "Close other programs, or open it on a machine with more memory.") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ValueError, KeyError, EOFError,
            NotImplementedError, RuntimeError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        # RuntimeError is what zipfile raises for encrypted entries.
        raise _damaged(source, kind) from error


def _damaged(path: Path, kind: str) -> InputError:
    return InputError(kind, f"{path.name} is not a readable {kind} file of MorphStudio.",
                      "It may be damaged or cut off: use another copy.")


class _Reader:
    def __init__(self, archive: zipfile.ZipFile, path: Path, kind: str) -> None:
        self._archive = archive
        self._path = path
        self._kind = kind
        self._entries = {entry.filename: entry for entry in archive.infolist()}
        self._check_entries()

    def tree(self) -> Any:
        manifest = json.loads(self._read(_MANIFEST, 1 << 16))
        if not isinstance(manifest, dict) or manifest.get("kind") != self._kind:
            raise InputError(self._kind, f"{self._path.name} is not a {self._kind} file of MorphStudio.",
                             f"Choose a {self._kind} file.")
        if not isinstance(manifest.get("container"), int) or manifest["container"] > CONTAINER:
            raise InputError(self._kind, f"{self._path.name} was written by a newer version of MorphStudio.",
                             "Open it with that version.")
        text = self._read(_CONTENT, _TEXT_LIMIT).decode("utf-8")
        return join(text, self._array)

    def _check_entries(self) -> None:
        if len(self._entries) != len(self._archive.infolist()):
            raise ValueError("an entry occurs twice")
        for name, entry in self._entries.items():
            if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
                raise InputError(self._kind, f"{self._path.name} holds an entry that leads out of it ({name[:80]}).",
                                 "Do not trust this file: use another copy.")
            if name not in (_MANIFEST, _CONTENT) and not _ARRAY_NAME.fullmatch(name):
                raise ValueError("foreign entry")
            if entry.compress_type not in _METHODS:
                raise ValueError("foreign compression")
        total = sum(entry.file_size for entry in self._entries.values())
        if total > 0.8 * free_memory():
            raise InsufficientMemoryError(
                self._kind, f"{self._path.name} unpacks to {total / 1e9:.3g} GB, more than fits into the free memory.",
                "Close other programs, or do not trust this file.")

    def _read(self, name: str, limit: int) -> bytes:
        entry = self._entries[name]
        if entry.file_size > limit:
            raise ValueError("entry too large")
        with self._archive.open(entry) as stream:
            # zipfile trusts the size in the entry's header only as far as here.
            data = stream.read(entry.file_size + 1)
        if len(data) != entry.file_size:
            raise ValueError("entry of another size than stated")
        return data

    def _array(self, number: int) -> NDArray[Any]:
        if type(number) is not int:
            raise TypeError("array without a number")
        entry = self._entries[f"arrays/{number}.npy"]
        data = self._read(entry.filename, entry.file_size)
        stream = io.BytesIO(data)
        shape, fortran, dtype = npy_header(stream)
        if dtype.hasobject or dtype.kind not in "biufcU":
            raise ValueError("array of objects")
        start = stream.tell()
        if math.prod(shape) * dtype.itemsize != len(data) - start:
            raise ValueError("array of another size than stated")
        values = np.frombuffer(bytearray(memoryview(data)[start:]), dtype)
        return values.reshape(shape, order="F" if fortran else "C")
