"""What every test stands on: a virtual display, settings apart from the user's, the shared data."""

from __future__ import annotations

import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Let the kernel end this process when the test run dies, even by a crash."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _start_virtual_display() -> None:
    """Start Xvfb on a free display where Linux has no display; as packaging/with-display does.

    Each of several test processes has one of its own: windows on a shared one take the focus from each other.
    """
    has_display = bool(os.environ.get("DISPLAY")) and "PYTEST_XDIST_WORKER" not in os.environ
    if not sys.platform.startswith("linux") or has_display or shutil.which("Xvfb") is None:
        return
    screen = "-screen 0 1600x1000x24 +extension GLX +render -noreset -nolisten tcp"
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), *screen.split()],
        pass_fds=(write_end,), stderr=subprocess.DEVNULL,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - no other thread runs this early
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        number = answer.readline().strip()
    if not number:
        server.wait()
        raise pytest.UsageError("Xvfb did not start; run it by hand to see why.")
    os.environ["DISPLAY"] = f":{number}"

    def end() -> None:
        server.terminate()
        server.wait()

    atexit.register(end)


# Before any test module can import Qt. "offscreen" has no OpenGL, which the 3D view needs.
os.environ.pop("QT_QPA_PLATFORM", None)
os.environ["QT_API"] = "pyside6"
# Threads that wait leave the core to the other test processes.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
_own_settings = tempfile.TemporaryDirectory(prefix="morphstudio-tests-")
os.environ["MORPHSTUDIO_CONFIG_DIR"] = _own_settings.name
atexit.register(_own_settings.cleanup)
_start_virtual_display()

# The same examples on every run; how long one takes says nothing about the code on a busy machine.
settings.register_profile("morphstudio", deadline=None, derandomize=True)
settings.load_profile("morphstudio")


def shared_folder() -> Path:
    """Return where shared specifications and data are looked for."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("MORPHSTUDIO_SHARED", beside))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real segmented images; skips where it is absent."""
    folder = shared_folder() / "data"
    if not folder.is_dir():
        pytest.skip(f"no shared images at {folder}; MORPHSTUDIO_SHARED names another place")
    return folder


def pytest_report_header() -> str:
    """Say which display and which shared data this run uses."""
    shared = shared_folder()
    found = "found" if shared.is_dir() else "absent: tests on real images are skipped"
    return f"display: {os.environ.get('DISPLAY', 'none')}, shared data: {shared} ({found})"
