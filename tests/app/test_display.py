"""Which of X and Wayland a window opens on, and what is said where neither answers."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from morphstudio.app import display
from morphstudio.app.display import display_problem, window_platform

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have one kind of window")
STALE = ":987"


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a socket that somebody listens at, and one that nobody does."""
    monkeypatch.setattr(display, "_missing_libraries", list)
    with (tempfile.TemporaryDirectory(prefix="ms-") as folder,  # the names of sockets are short
          contextlib.closing(socket.socket(socket.AF_UNIX)) as server,
          contextlib.closing(socket.socket(socket.AF_UNIX)) as left):
        server.bind(f"{folder}/wayland-0")
        server.listen()
        left.bind(f"{folder}/wayland-1")
        yield Path(folder)


def environment(runtime: Path, wayland: str, x: str = STALE, **more: str) -> dict[str, str]:
    return {"XDG_RUNTIME_DIR": str(runtime), "WAYLAND_DISPLAY": wayland, "DISPLAY": x, **more}


def test_that_wayland_opens_the_window_where_the_x_display_is_a_stale_one(runtime: Path) -> None:
    for wayland in ("wayland-0", str(runtime / "wayland-0")):
        known = environment(runtime, wayland)
        assert window_platform(known) == "wayland"
        assert display_problem(known) == ""
    assert window_platform(environment(runtime, "wayland-0", "")) == "wayland"


def test_that_an_x_display_that_answers_comes_first(runtime: Path) -> None:
    known = environment(runtime, "wayland-0", os.environ["DISPLAY"])
    assert window_platform(known) == "xcb"
    assert display_problem(known) == ""


@pytest.mark.parametrize(("wayland", "x", "told"), [
    ("wayland-1", STALE, f"The display {STALE} cannot be opened"),
    ("wayland-1", "", "The Wayland display wayland-1 cannot be opened"), ("", "", "There is no display here")])
def test_that_displays_that_do_not_answer_are_one_sentence(wayland: str, x: str, told: str, runtime: Path) -> None:
    known = environment(runtime, wayland, x)
    assert window_platform(known) == ""
    assert display_problem(known).startswith(told)
    assert "morphstudio --help" in display_problem(known)


def test_that_what_a_wayland_window_lacks_is_named(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_missing_libraries", lambda: ["libwayland-cursor0"])
    known = environment(runtime, "wayland-0")
    assert window_platform(known) == ""
    assert "libwayland-cursor0" in display_problem(known)


def test_that_a_platform_that_was_asked_for_is_left_alone(runtime: Path) -> None:
    asked = environment(runtime, "wayland-0", QT_QPA_PLATFORM="xcb")
    assert window_platform(asked) == ""
    assert STALE in display_problem(asked)
    assert display_problem({**asked, "QT_QPA_PLATFORM": "offscreen"}) == ""
    assert display_problem({**asked, "DISPLAY": os.environ["DISPLAY"]}) == ""
