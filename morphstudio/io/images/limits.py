"""Size checks before memory is taken, and decompression that cannot run away."""

from __future__ import annotations

import bz2
import logging
import lzma
import math
import threading
import warnings
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import psutil

from morphstudio.core.errors import InputError, InsufficientMemoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

Compression = Literal["zlib", "gzip", "bzip2", "lzma"]

# No deflate stream grows by more than this factor.
DEFLATE_LIMIT = 1032
_CHUNK = 1 << 20


def free_memory() -> int:
    """Return the bytes of memory that can still be taken."""
    return int(psutil.virtual_memory().available)


def damaged(path: Path, kind: str, reason: str = "") -> InputError:
    """Return the error for a file whose bytes are not what its format asks for."""
    why = f": {reason}" if reason else ""
    return InputError("image.file", f"{path.name} is not a readable {kind} file{why}.",
                      "It may be damaged or cut off: copy or export it again.")


def too_short(path: Path, described: int, held: int) -> InputError:
    """Return the error for a header that describes more than its file holds."""
    return InputError("image.file",
                      f"The header of {path.name} describes {described} bytes of data, but there are {held}.",
                      "The file is cut off or its header is wrong: copy or export it again.")


def check_shape(path: Path, shape: Sequence[int], itemsize: int) -> int:
    """Return the bytes that ``shape`` takes, after checking that they fit into memory.

    Raises
    ------
    InputError
        An axis of length zero or below.
    InsufficientMemoryError
        The array as stored and its 8-bit copy do not fit into free memory.
    """
    if not shape or any(n < 1 for n in shape):
        raise InputError("image.shape", f"{path.name} describes an image of {' × '.join(map(str, shape))} voxels.",
                         "The file holds no image: export it again.")
    voxels = math.prod(int(n) for n in shape)
    check_memory(path, voxels * (itemsize + 1))
    return voxels * itemsize


def check_memory(path: Path, needed: int) -> None:
    """Raise where ``needed`` bytes do not fit into the free memory."""
    free = free_memory()
    if needed > 0.9 * free:
        raise InsufficientMemoryError(
            "image.file",
            f"{path.name} describes an image that needs {needed / 1e9:.3g} GB; {free / 1e9:.3g} GB are free.",
            "Crop the image, or open it on a machine with more memory; if the image is small, its header is damaged.")


def inflate(pieces: Iterable[bytes], expected: int, compression: Compression) -> bytes:
    """Decompress to exactly ``expected`` bytes and never hold more.

    Parameters
    ----------
    pieces : iterable of bytes
        The compressed stream.
    expected : int
        Bytes that must come out.
    compression : {"zlib", "gzip", "bzip2", "lzma"}
        Kind of stream.

    Raises
    ------
    ValueError
        Damaged, or not exactly ``expected`` bytes long.
    """
    out = bytearray()
    try:
        for chunk in _unpacked(pieces, expected, compression):
            out += chunk
            if len(out) > expected:
                break
    except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
        raise ValueError("the compressed data are damaged") from error
    if len(out) != expected:
        longer = "more" if len(out) > expected else "less"
        raise ValueError(f"the compressed data hold {longer} than the {expected} bytes described")
    return bytes(out)


def _unpacked(pieces: Iterable[bytes], expected: int, compression: Compression) -> Iterator[bytes]:
    if compression in ("zlib", "gzip"):
        # 32 lets zlib tell both wrappers apart.
        stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        for piece in pieces:
            rest = piece
            while rest and not stream.eof:
                yield stream.decompress(rest, _CHUNK)
                rest = stream.unconsumed_tail
        # The last input may leave output waiting inside the decompressor.
        while not stream.eof and (waiting := stream.decompress(b"", _CHUNK)):
            yield waiting
        return
    unpack = bz2.BZ2Decompressor() if compression == "bzip2" else lzma.LZMADecompressor(memlimit=1 << 28)
    for piece in pieces:
        data = piece
        while not unpack.eof:
            yield unpack.decompress(data, max_length=_CHUNK)
            data = b""
            if unpack.needs_input:
                break


def chunks_of(data: bytes | memoryview) -> Iterator[bytes]:
    """Yield ``data`` in pieces of 1 MiB."""
    for start in range(0, len(data), _CHUNK):
        yield bytes(data[start:start + _CHUNK])


@contextmanager
def parsing(path: Path, kind: str) -> Iterator[None]:
    """Stand between a third-party parser and the rest of the program.

    Raises
    ------
    InputError
        In place of whatever the parser raised.
    """
    try:
        with warnings.catch_warnings():
            # Readers check sizes themselves; libraries warn about odd metadata.
            warnings.simplefilter("ignore")
            yield
    except InputError:
        raise
    except MemoryError as error:
        raise InsufficientMemoryError("image.file", f"{path.name} does not fit into the free memory.",
                                      "Crop the image, or open it on a machine with more memory.") from error
    except OSError as error:
        if error.errno is not None:
            raise unreadable(path, error) from error
        raise damaged(path, kind) from error
    except Exception as error:
        # On damaged bytes tifffile, Pillow and pynrrd raise nearly anything,
        # from KeyError to RecursionError; this is their only way out.
        raise damaged(path, kind) from error


def unreadable(path: Path, error: OSError) -> InputError:
    """Return the error for a file that the operating system does not hand over."""
    if isinstance(error, FileNotFoundError):
        return InputError("image.file", f"{path} does not exist.", "Check the path.")
    return InputError("image.file", f"{path} cannot be read: {error.strerror or error}.",
                      "Check the path and your permissions.")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.messages.append(record.getMessage())


@contextmanager
def logged_errors(logger_name: str) -> Iterator[list[str]]:
    """Collect what a library logs as errors in this thread instead of raising it."""
    logger = logging.getLogger(logger_name)
    collector = _Collector()
    logger.addHandler(collector)
    try:
        yield collector.messages
    finally:
        logger.removeHandler(collector)
