"""NumPy .npy arrays, without pickles."""

from __future__ import annotations

import tokenize
import warnings
from typing import IO, TYPE_CHECKING, Any

from numpy.lib import format as npy

from morphstudio.core.errors import InputError
from morphstudio.io.images.headers import read_numbers
from morphstudio.io.images.limits import damaged, unreadable
from morphstudio.io.images.raw_labels import RawLabels

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


def read_npy(path: Path) -> RawLabels:
    """Read an array of labels with axes (y, x) or (z, y, x).

    Raises
    ------
    InputError
        Python objects instead of numbers, wrong size, damaged header.
    """
    try:
        with path.open("rb") as file:
            shape, fortran, dtype = npy_header(file)
            start = file.tell()
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        raise damaged(path, "NumPy") from error
    if dtype.hasobject or dtype.kind not in "biuf":
        raise InputError("image.dtype", f"{path.name} holds {str(dtype)[:40]} values, not labels.",
                         "Save an array of whole numbers, for example with numpy.save(name, labels.astype('uint8')).")
    if len(shape) not in (2, 3):
        raise InputError("image.shape", f"{path.name} holds an array with {len(shape)} axes.",
                         "Save labels with axes (y, x) or (z, y, x).")
    order = tuple(reversed(shape)) if fortran else shape
    array: NDArray[Any] = read_numbers(path, order, dtype, skip=start)
    return RawLabels(array.transpose() if fortran else array)


def npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, Fortran order and type of a .npy stream, leaving it at the data.

    Raises
    ------
    ValueError
        Not a .npy stream, or a damaged header.
    """
    try:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
        if read is None:
            raise ValueError(f"unknown .npy version {version}")
        with warnings.catch_warnings():
            # Headers of Python 2 are read with a warning.
            warnings.simplefilter("ignore")
            shape, fortran, dtype = read(file)
    except (ValueError, TypeError, SyntaxError, tokenize.TokenError, KeyError, IndexError, AttributeError,
            RecursionError, MemoryError, OverflowError) as error:
        # The header is a Python literal; numpy passes on some of what parsing it raises.
        raise ValueError("damaged .npy header") from error
    if any(isinstance(n, bool) or n < 0 for n in shape):
        raise ValueError("damaged .npy header")
    return tuple(int(n) for n in shape), bool(fortran), dtype
