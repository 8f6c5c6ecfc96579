"""What headers with a separate data file have in common: paths and raw numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.io.images.limits import check_shape, chunks_of, inflate, too_short, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from morphstudio.io.images.limits import Compression


def data_file(header: Path, name: str) -> Path:
    """Return the data file that a header names, inside the header's own folder.

    Raises
    ------
    InputError
        The name leads out of the folder, or there is no such file.
    """
    folder = header.parent.resolve()
    if "\x00" in name:
        raise InputError("image.file", f"{header.name} names a data file that cannot exist.", "Export it again.")
    target = (folder / name.replace("\\", "/")).resolve()
    if ":" in name or not target.is_relative_to(folder) or target == folder:
        raise InputError("image.file", f"{header.name} refers to a data file outside its own folder ({name[:80]}).",
                         "Put the data file beside the header and name it there without a folder.")
    if not target.is_file():
        raise InputError("image.file", f"The data file {name[:80]} of {header.name} is missing.",
                         "Put it beside the header.")
    return target


def read_numbers(path: Path, shape: Sequence[int], dtype: np.dtype[Any], *, skip: int = 0,
                 compression: Compression | None = None, exact: bool = True) -> NDArray[Any]:
    """Read an array of known shape and type, after checking sizes.

    Parameters
    ----------
    path : Path
        File with the numbers.
    shape : sequence of int
        Shape of the array, slowest axis first.
    dtype : numpy dtype
        Type with byte order.
    skip : int
        Bytes before the numbers; −1: they are the last ones in the file.
    compression : str, optional
        Kind of compressed stream.
    exact : bool
        Whether bytes left over are an error, too.

    Raises
    ------
    InputError
        The file holds another number of bytes, or the memory is too small.
    """
    needed = check_shape(path, shape, dtype.itemsize)
    try:
        held = path.stat().st_size
        start = held - needed if skip < 0 else skip
        if compression is None and (start < 0 or start + needed > held or (exact and start + needed != held)):
            raise wrong_size(path, shape, needed, held - max(start, 0))
        with path.open("rb") as file:
            file.seek(max(start, 0))
            if compression is None:
                data = np.fromfile(file, dtype, math.prod(shape))
            else:
                data = np.frombuffer(_inflated(path, iter(lambda: file.read(1 << 20), b""), needed, compression), dtype)
    except OSError as error:
        raise unreadable(path, error) from error
    if data.size != math.prod(shape):
        raise too_short(path, needed, data.nbytes)
    return data.reshape(tuple(shape))


def numbers_from(path: Path, data: bytes, shape: Sequence[int], dtype: np.dtype[Any],
                 compression: Compression | None = None) -> NDArray[Any]:
    """Return an array from bytes in memory, checked as :func:`read_numbers` does."""
    needed = check_shape(path, shape, dtype.itemsize)
    if compression is not None:
        data = _inflated(path, chunks_of(data), needed, compression)
    if len(data) != needed:
        raise wrong_size(path, shape, needed, len(data))
    return np.frombuffer(data, dtype).reshape(tuple(shape))


def _inflated(path: Path, pieces: Iterator[bytes], needed: int, compression: Compression) -> bytes:
    try:
        return inflate(pieces, needed, compression)
    except ValueError as error:
        raise InputError("image.file", f"{path.name} cannot be unpacked: {error}.",
                         "The file is cut off or damaged: copy or export it again.") from error


def wrong_size(path: Path, shape: Sequence[int], needed: int, held: int) -> InputError:
    """Return the error for data that do not fill the described shape exactly."""
    described = " × ".join(str(n) for n in shape)
    return InputError("image.file",
                      f"{path.name} holds {max(held, 0)} bytes of data, but {described} voxels need {needed}.",
                      "The file is cut off or the header is wrong: copy or export it again.")
