"""Whether there is a screen to open a window on, asked before Qt ends the process over it."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMANDS_HINT = "The commands work without one: morphstudio --help"


def display_problem(environment: Mapping[str, str]) -> str:
    """Return one sentence on why no window can open here, and what to do; empty where one can.

    Parameters
    ----------
    environment : mapping of str to str
        The environment variables.
    """
    if not sys.platform.startswith("linux") or environment.get("QT_QPA_PLATFORM", "xcb").split(":")[0] != "xcb":
        return ""
    display = environment.get("DISPLAY", "")
    if display and not _answers(display):
        return f"The display {display} cannot be opened, so no window can. {_COMMANDS_HINT}"
    if not display and not environment.get("WAYLAND_DISPLAY"):
        return f"There is no display here (DISPLAY is not set), so no window can open. {_COMMANDS_HINT}"
    return ""


def _answers(display: str) -> bool:
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
