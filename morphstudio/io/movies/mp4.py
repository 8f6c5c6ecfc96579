"""H.264 in MP4, written by the ffmpeg program.

ffmpeg runs as a program of its own that frames are piped to: encoding takes
none of the window's time, and its licence (GPL) stays its own.
"""

from __future__ import annotations

import secrets
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from typing import IO, TYPE_CHECKING

import numpy as np
import psutil

from morphstudio.core.errors import InputError
from morphstudio.io.atomic import sync_file, sync_folder, writing_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows a program would open a console
NO_ENCODER = ("There is no ffmpeg program here that could write MP4.", "Install ffmpeg, or choose GIF or PNG.")
# A fixed number of threads: the file must not depend on how many cores there are.
_THREADS = 4
_ENCODE = ("-c:v", "libx264", "-preset", "medium", "-crf", "18", "-pix_fmt", "yuv420p", "-threads", str(_THREADS))
# Players take pictures of this size for BT.709; said and done so, colours stay what they were.
_COLOURS = ("-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int", "-colorspace",
            "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
_PLAIN = ("-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1")
_END_SECONDS, _POLL_SECONDS = 120, 0.1
_NICE = 10


class MovieStoppedError(Exception):
    """The movie is not wanted any more."""


@cache
def encoder() -> str:
    """Return the ffmpeg program; empty where there is none."""
    try:
        import imageio_ffmpeg

        program: str = imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return ""
    return program


@contextmanager
def mp4_file(path: Path, size: tuple[int, int], fps: int,
             should_stop: Callable[[], bool] = lambda: False) -> Iterator[Callable[[NDArray[np.uint8]], None]]:
    """Pipe frames to ffmpeg; the file appears when it is complete.

    Raises
    ------
    MovieStoppedError
        ``should_stop`` said so while ffmpeg was taking a frame or writing out what it had.
    """
    if not encoder():
        raise InputError("movie.format", *NO_ENCODER)
    with writing_to(path), tempfile.TemporaryFile() as said:
        temporary = path.with_name(f".{path.stem[:40]}-{secrets.token_hex(8)}.part")
        # ffmpeg makes the file itself: whether that is allowed is found out here, in the system's own words.
        temporary.open("xb").close()
        try:
            with _running(_command(temporary, size, fps), said) as process:
                yield lambda frame: _pipe(process, frame, said, should_stop)
                _end(process, said, should_stop)
            sync_file(temporary)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


@contextmanager
def _running(command: list[str], said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Start ffmpeg; it has ended when the block has, however that ends."""
    try:
        # Without a buffer: closing the pipe then never waits for ffmpeg to take the rest of it.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,  # noqa: S603  no shell
                                   stderr=said, creationflags=NO_WINDOW, bufsize=0)
    except OSError as error:
        raise InputError("movie.format", f"ffmpeg ({command[0]}) could not be started: {error.strerror or error}.",
                         "Install ffmpeg anew, or choose GIF or PNG.") from error
    try:
        _step_back(process)
        yield process
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        _close(process)


def _step_back(process: subprocess.Popen[bytes]) -> None:
    """Let the window, which draws the next frames, go first."""
    lower = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", _NICE)  # Windows has classes in place of numbers
    with suppress(psutil.Error):
        psutil.Process(process.pid).nice(lower)


def _command(path: Path, size: tuple[int, int], fps: int) -> list[str]:
    columns, rows = size
    return [encoder(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-s", f"{columns}x{rows}", "-framerate", str(fps), "-i", "pipe:0", *_COLOURS, *_ENCODE, *_PLAIN,
            "-f", "mp4", str(path)]


def _pipe(process: subprocess.Popen[bytes], frame: NDArray[np.uint8], said: IO[bytes],
          should_stop: Callable[[], bool]) -> None:
    try:
        _feed(process, np.ascontiguousarray(frame).data.cast("B"), should_stop)
    except OSError as error:
        # ffmpeg has ended: what it said before tells more than the broken pipe.
        _wait(process, should_stop)
        raise OSError(_reason(said)) from error


def _feed(process: subprocess.Popen[bytes], left: memoryview, should_stop: Callable[[], bool]) -> None:
    """Write to ffmpeg, from a thread of its own: a program that hangs takes nothing, and writing would wait for ever.

    Raises
    ------
    MovieStoppedError
        ``should_stop`` said so; the thread ends when ffmpeg has been ended.
    """
    pipe, problems = process.stdin, list[Exception]()
    assert pipe is not None

    def write() -> None:
        rest = left
        try:
            while rest:
                rest = rest[pipe.write(rest):]
        except (OSError, ValueError) as problem:  # ValueError: the pipe was closed meanwhile
            problems.append(problem)

    thread = threading.Thread(target=write, name="feed-ffmpeg", daemon=True)
    thread.start()
    thread.join(_POLL_SECONDS)
    while thread.is_alive():
        if should_stop():
            raise MovieStoppedError
        thread.join(_POLL_SECONDS)
    if problems:
        raise problems[0]


def _end(process: subprocess.Popen[bytes], said: IO[bytes], should_stop: Callable[[], bool]) -> None:
    _close(process)
    if _wait(process, should_stop) != 0:
        raise OSError(_reason(said))


def _wait(process: subprocess.Popen[bytes], should_stop: Callable[[], bool]) -> int:
    """Return how ffmpeg ended; come back soon where nobody wants the movie any more."""
    until = time.monotonic() + _END_SECONDS
    while True:
        if should_stop():
            raise MovieStoppedError
        try:
            return process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired as error:
            if time.monotonic() > until:
                raise OSError(f"the encoder did not end within {_END_SECONDS} s") from error


def _close(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    # What it could not be given any more is told by how it ended.
    with suppress(OSError):
        process.stdin.close()


def _reason(said: IO[bytes]) -> str:
    """Return the last thing that ffmpeg complained of, without its own names in brackets."""
    said.seek(0)
    lines = [line for line in said.read().decode("utf-8", "replace").splitlines() if line.strip()]
    known = next((text for text in ("No space left on device", "Permission denied", "Read-only file system",
                                    "Disk quota exceeded") if any(text in line for line in lines)), "")
    return known or (lines[-1].split("] ", 1)[-1] if lines else "the encoder stopped")
