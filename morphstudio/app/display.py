"""Whether there is a screen to open a window on, asked before Qt ends the process over it."""

from __future__ import annotations

import contextlib
import ctypes
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMANDS_HINT = "The commands work without one: morphstudio --help"
# Qt's Wayland window needs them and comes without them: library and Debian package.
_WAYLAND_LIBRARIES = {"libwayland-cursor.so.0": "libwayland-cursor0", "libwayland-egl.so.1": "libwayland-egl1"}
_ANSWER_SECONDS = 2.0


def window_platform(environment: Mapping[str, str]) -> str:
    """Return which of Qt's platforms a window can open on: ``"xcb"`` or ``"wayland"``; empty where Qt is to choose.

    X comes first, be it XWayland. Where its display does not answer, as one
    left over from an earlier login, but Wayland's does, it is Wayland.

    Parameters
    ----------
    environment : mapping of str to str
        The environment variables.
    """
    if not sys.platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return ""
    if environment.get("DISPLAY") and _x_answers(environment["DISPLAY"]):
        return "xcb"
    return "wayland" if _wayland_answers(environment) and not _missing_libraries() else ""


def display_problem(environment: Mapping[str, str]) -> str:
    """Return one sentence on why no window can open here, and what to do; empty where one can.

    Parameters
    ----------
    environment : mapping of str to str
        The environment variables.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or chosen.split(":")[0] not in ("", "xcb"):
        return ""
    display, wayland = environment.get("DISPLAY", ""), environment.get("WAYLAND_DISPLAY", "")
    if window_platform(environment) or (chosen and display and _x_answers(display)):
        return ""
    if not chosen and _wayland_answers(environment):
        missing = " and ".join(_missing_libraries())
        return f"A window on Wayland needs the packages {missing}: install them. {_COMMANDS_HINT}"
    if display:
        return f"The display {display} cannot be opened, so no window can. {_COMMANDS_HINT}"
    if wayland:
        return f"The Wayland display {wayland} cannot be opened, so no window can. {_COMMANDS_HINT}"
    return f"There is no display here (DISPLAY is not set), so no window can open. {_COMMANDS_HINT}"


def _x_answers(display: str) -> bool:
    """Whether an X server can be reached there; also where the library to ask with is missing: Qt then tells."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    # A connection that failed is still an object, which has to be given back.
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    """Whether somebody listens at the socket that the environment names."""
    name, folder = environment.get("WAYLAND_DISPLAY", ""), environment.get("XDG_RUNTIME_DIR", "")
    if not name or not (folder or name.startswith("/")):
        return False
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as client:
        client.settimeout(_ANSWER_SECONDS)
        try:
            client.connect(str(Path(folder) / name))  # an absolute name stands for itself
        except OSError:
            return False
    return True


def _missing_libraries() -> list[str]:
    """Return the Debian packages of what Qt's Wayland window lacks here."""
    missing = []
    for library, package in _WAYLAND_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing
