"""Movies read back by other readers: frames, size, duration, colours; all of it or nothing."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

from morphstudio.core.errors import InputError
from morphstudio.io.movies import MOVIE_FORMATS, mp4, open_movie
from morphstudio.io.movies.gif import with_palette

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

KINDS = tuple(MOVIE_FORMATS)
PHASES = np.array([(0xC4, 0x47, 0x30), (0xBE, 0xC5, 0xCE), (0x1B, 0x28, 0x40)], np.uint8)
SIZE, CELL, N, FPS = (64, 48), 8, 7, 30
NEAR = 6  # of 255: what 4:2:0 video may be off within an area of one colour


@pytest.fixture
def frames() -> list[NDArray[np.uint8]]:
    """Frames of cells in phase colours."""
    cells = np.random.default_rng(3).integers(0, 3, (N, SIZE[1] // CELL, SIZE[0] // CELL))
    return [PHASES[np.kron(at, np.ones((CELL, CELL), int))] for at in cells]


def place(folder: Path, kind: str) -> Path:
    return folder / f"movie{MOVIE_FORMATS[kind].suffix}"


def write(path: Path, kind: str, frames: list[NDArray[np.uint8]], **options: bool) -> None:
    rows, columns = frames[0].shape[:2]
    with open_movie(path, kind, (columns, rows), FPS, **options) as add:
        for frame in frames:
            add(frame)


def read(path: Path) -> tuple[list[NDArray[np.uint8]], float]:
    """Return frames, and how long they last in seconds."""
    if path.is_dir():
        return [np.asarray(Image.open(file)) for file in sorted(path.iterdir())], 0.0
    if path.suffix == ".gif":
        with Image.open(path) as image:
            found, ms = [], 0
            for at in range(image.n_frames):
                image.seek(at)
                found.append(np.asarray(image.convert("RGB")))
                ms += image.info["duration"]
            return found, ms / 1000
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [f.to_ndarray(format="rgb24") for f in container.decode(stream)], float(
            stream.duration * stream.time_base)


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_movie_reads_back(tmp_path: Path, frames: list[NDArray[np.uint8]], kind: str):
    write(place(tmp_path, kind), kind, frames)
    found, seconds = read(place(tmp_path, kind))
    assert len(found) == N
    inside = np.s_[CELL // 2 :: CELL, CELL // 2 :: CELL]
    for wanted, got in zip(frames, found, strict=True):
        assert got.shape == wanted.shape
        off = np.abs(got[inside].astype(int) - wanted[inside]).max()
        assert off <= (NEAR if kind == "mp4" else 0)
        assert kind == "mp4" or np.array_equal(got, wanted)
    if kind != "png":
        assert seconds == pytest.approx(N / FPS, abs=0.005)
    assert [p.name for p in tmp_path.iterdir()] == [place(tmp_path, kind).name]


def test_that_an_mp4_is_what_players_expect(tmp_path: Path, frames: list[NDArray[np.uint8]]):
    write(tmp_path / "movie.mp4", "mp4", frames)
    with av.open(str(tmp_path / "movie.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.average_rate == FPS
    # A player may begin before the file is there as a whole.
    data = (tmp_path / "movie.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_that_png_files_are_numbered(tmp_path: Path, frames: list[NDArray[np.uint8]]):
    write(tmp_path / "slices", "png", frames)
    assert [p.name for p in sorted((tmp_path / "slices").iterdir())] == [
        f"slices_{k:04d}.png" for k in range(1, N + 1)]


@pytest.mark.parametrize("kind", ["mp4", "gif"])
def test_that_the_same_frames_give_the_same_file(tmp_path: Path, frames: list[NDArray[np.uint8]], kind: str):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write(place(tmp_path / folder, kind), kind, frames)
    assert place(tmp_path / "a", kind).read_bytes() == place(tmp_path / "b", kind).read_bytes()


def test_that_a_gif_lasts_as_long_as_it_should(tmp_path: Path, frames: list[NDArray[np.uint8]]):
    # 30 frames a second are 3⅓ hundredths each.
    write(tmp_path / "movie.gif", "gif", [frames[k % N] for k in range(60)])
    found, seconds = read(tmp_path / "movie.gif")
    assert len(found) == 60
    assert seconds == pytest.approx(2.0)
    with Image.open(tmp_path / "movie.gif") as image:
        assert image.info["loop"] == 0


def test_that_a_gif_of_frames_that_stay_is_small_and_right(tmp_path: Path, frames: list[NDArray[np.uint8]]):
    moved = frames[0].copy()
    moved[20:24, 30:40] = PHASES[2]
    moving = [frames[0]] * 5 + [moved] * 5
    write(tmp_path / "movie.gif", "gif", moving)
    write(tmp_path / "one.gif", "gif", frames[:1])
    found, _ = read(tmp_path / "movie.gif")
    assert all(np.array_equal(got, wanted) for got, wanted in zip(found, moving, strict=True))
    assert (tmp_path / "movie.gif").stat().st_size < 2 * (tmp_path / "one.gif").stat().st_size


def test_that_many_colours_leave_those_of_areas_exact():
    frame = np.random.default_rng(1).integers(0, 256, (120, 160, 3)).astype(np.uint8)
    frame[:60, :80] = PHASES[0]
    frame[60:, 80:] = PHASES[1]
    got = np.asarray(with_palette(frame).convert("RGB")).astype(int)
    assert np.array_equal(got[:60, :80], frame[:60, :80])
    assert np.array_equal(got[60:, 80:], frame[60:, 80:])
    assert len(np.unique(got.reshape(-1, 3), axis=0)) <= 256
    assert np.abs(got - frame).mean() < 30


class StopError(Exception):
    """Somebody does not want the movie any more."""


def give_up(path: Path, kind: str, frame: NDArray[np.uint8], **options: bool) -> None:
    with open_movie(path, kind, SIZE, FPS, **options) as add:
        add(frame)
        raise StopError


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_movie_given_up_leaves_nothing(tmp_path: Path, frames: list[NDArray[np.uint8]], kind: str):
    with pytest.raises(StopError):
        give_up(place(tmp_path, kind), kind, frames[0])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", KINDS)
def test_that_nothing_is_replaced_unasked(tmp_path: Path, frames: list[NDArray[np.uint8]], kind: str):
    path = place(tmp_path, kind)
    write(path, kind, frames[:2])
    with pytest.raises(InputError, match="already exists"):
        write(path, kind, frames)
    assert len(read(path)[0]) == 2
    with pytest.raises(StopError):
        give_up(path, kind, frames[0], overwrite=True)
    assert len(read(path)[0]) == 2
    write(path, kind, frames, overwrite=True)
    assert len(read(path)[0]) == N
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("other", ["results.csv", "movie_0001.txt", "other_0001.png"])
def test_that_a_folder_that_holds_more_is_never_replaced(tmp_path: Path, frames: list[NDArray[np.uint8]], other: str):
    write(tmp_path / "movie", "png", frames[:2])
    (tmp_path / "movie" / other).write_bytes(b"mine")
    before = {p.name: p.read_bytes() for p in (tmp_path / "movie").iterdir()}
    with pytest.raises(InputError, match="holds more") as caught:
        write(tmp_path / "movie", "png", frames, overwrite=True)
    assert "beside" in caught.value.hint
    assert {p.name: p.read_bytes() for p in (tmp_path / "movie").iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["movie"]


def test_that_what_is_put_into_the_folder_meanwhile_stays(tmp_path: Path, frames: list[NDArray[np.uint8]]):
    write(tmp_path / "movie", "png", frames[:2])

    def come_between() -> None:
        with open_movie(tmp_path / "movie", "png", SIZE, FPS, overwrite=True) as add:
            add(frames[0])
            (tmp_path / "movie" / "notes.txt").write_text("mine")

    with pytest.raises(InputError, match="holds more"):
        come_between()
    assert (tmp_path / "movie" / "notes.txt").read_text() == "mine"
    assert len(list((tmp_path / "movie").iterdir())) == 3
    assert [p.name for p in tmp_path.iterdir()] == ["movie"]


@pytest.mark.parametrize("kind", ["mp4", "gif"])
def test_that_a_folder_is_not_replaced_by_a_file(tmp_path: Path, frames: list[NDArray[np.uint8]], kind: str):
    place(tmp_path, kind).mkdir()
    with pytest.raises(InputError, match="holds more"):
        write(place(tmp_path, kind), kind, frames, overwrite=True)
    assert place(tmp_path, kind).is_dir()


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_missing_folder_is_said(tmp_path: Path, frames: list[NDArray[np.uint8]], kind: str):
    with pytest.raises(InputError, match="could not be written: No such file"):
        write(place(tmp_path / "nowhere", kind), kind, frames)


@contextmanager
def little_room(n_bytes: int) -> Iterator[None]:
    """No file may be larger, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_full_disk_is_one_clear_error_and_leaves_nothing(tmp_path: Path, kind: str):
    noise = np.random.default_rng(2).integers(0, 256, (30, 240, 320, 3)).astype(np.uint8)
    with pytest.raises(InputError, match="could not be written") as caught, little_room(60_000):
        write(place(tmp_path, kind), kind, list(noise))
    assert "free some space" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_that_what_ffmpeg_says_is_told_in_plain_words(tmp_path: Path, frames: list[NDArray[np.uint8]],
                                                      monkeypatch: pytest.MonkeyPatch):
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\necho '[out#0/mp4 @ 0x5] Error muxing a packet: No space left on device' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(mp4, "encoder", lambda: str(fake))
    with pytest.raises(InputError, match="could not be written: No space left on device"):
        write(tmp_path / "movie.mp4", "mp4", frames)
    assert [p.name for p in tmp_path.iterdir()] == ["ffmpeg"]


def test_that_an_ffmpeg_that_does_not_start_is_said_and_leaves_nothing(
        tmp_path: Path, frames: list[NDArray[np.uint8]], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mp4, "encoder", lambda: str(tmp_path / "elsewhere" / "ffmpeg"))
    with pytest.raises(InputError, match=r"ffmpeg .* could not be started") as caught:
        write(tmp_path / "movie.mp4", "mp4", frames)
    assert "GIF or PNG" in caught.value.hint
    assert not list(tmp_path.iterdir())


@pytest.fixture
def slow_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that takes all frames and then does not come to an end."""
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\ncat >/dev/null\nexec sleep 600\n")
    fake.chmod(0o755)
    monkeypatch.setattr(mp4, "encoder", lambda: str(fake))
    return fake


def test_that_the_last_flush_of_ffmpeg_can_be_stopped(tmp_path: Path, slow_ffmpeg: Path,
                                                      frames: list[NDArray[np.uint8]]):
    asked = iter([False, False, True])
    with (pytest.raises(mp4.MovieStoppedError),
          open_movie(tmp_path / "movie.mp4", "mp4", SIZE, FPS, should_stop=lambda: next(asked)) as add):
        add(frames[0])
    assert next(asked, None) is None
    assert [p.name for p in tmp_path.iterdir()] == [slow_ffmpeg.name]


@pytest.mark.parametrize("hangs", ["exec sleep 5", "sleep 5"])  # in the latter a child of it keeps the pipe open
def test_that_an_ffmpeg_that_hangs_amid_a_frame_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                               hangs: str):
    fake, size = tmp_path / "ffmpeg", (640, 480)  # a frame is more than a pipe holds
    fake.write_text(f"#!/bin/sh\nhead -c 9 >/dev/null\n{hangs}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(mp4, "encoder", lambda: str(fake))
    asked: list[float] = []
    stop = threading.Event()
    threading.Timer(1.0, lambda: (asked.append(time.monotonic()), stop.set())).start()
    with (pytest.raises(mp4.MovieStoppedError),
          open_movie(tmp_path / "movie.mp4", "mp4", size, FPS, should_stop=stop.is_set) as add):
        add(np.zeros((480, 640, 3), np.uint8))
    assert time.monotonic() - asked[0] < 1
    assert [p.name for p in tmp_path.iterdir()] == [fake.name]


def test_that_an_ffmpeg_that_never_ends_is_one_clear_error(tmp_path: Path, slow_ffmpeg: Path,
                                                           frames: list[NDArray[np.uint8]],
                                                           monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mp4, "_END_SECONDS", 0)
    with pytest.raises(InputError, match="could not be written: the encoder did not end"):
        write(tmp_path / "movie.mp4", "mp4", frames)
    assert [p.name for p in tmp_path.iterdir()] == [slow_ffmpeg.name]


def test_that_without_ffmpeg_the_other_formats_are_named(tmp_path: Path, frames: list[NDArray[np.uint8]],
                                                         monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mp4, "encoder", lambda: "")
    with pytest.raises(InputError, match="no ffmpeg") as caught:
        write(tmp_path / "movie.mp4", "mp4", frames)
    assert "GIF or PNG" in caught.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [(63, 48), (64, 47), (8, 8)])
def test_that_sizes_that_players_do_not_take_are_refused(tmp_path: Path, size: tuple[int, int]):
    with pytest.raises(InputError, match="cannot be written"), open_movie(tmp_path / "m.mp4", "mp4", size, FPS):
        pass
