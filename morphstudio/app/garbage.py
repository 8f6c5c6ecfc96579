"""What Python's collector looks at while the window is open, and memory that is given back."""

from __future__ import annotations

import ctypes
import gc
import sys


def set_aside() -> None:
    """Let full collections pass over everything there is now, such as modules and built pages.

    A full collection visits every object and holds the interpreter: with
    350 000 of them it took 140 ms amid work. What lives as long as the window
    needs no visit; what comes after is collected as ever.
    """
    gc.freeze()


def take_back() -> None:
    """Let full collections visit everything again."""
    gc.unfreeze()


def give_back() -> None:
    """Return freed memory to the system where the C library keeps it; it does so on Linux.

    After images were closed, 20 MB and more of freed blocks stayed with the
    process, to be counted as its own.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in every C library
    if trim is not None:
        trim(0)
