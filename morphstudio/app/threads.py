"""How threads wait for one another: those of the numerical libraries, and Python's own."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_POLICY = "OMP_WAIT_POLICY"
SWITCH_SECONDS = 0.0005


def wait_without_spinning() -> None:
    """Let threads that wait sleep, unless the environment says otherwise.

    By default they spin for a moment, which pays on an idle machine only:
    where another program runs, they take the processor from the thread that
    they wait for. Exact two-point functions with gradient took 12 to 21 ms
    alone and up to 670 ms beside other work; with this, 13 to 16 ms in both.
    It holds for libraries that are loaded afterwards, here and in child
    processes.
    """
    os.environ.setdefault(WAIT_POLICY, "PASSIVE")


def hand_over_quickly() -> None:
    """Let Python change threads ten times more often than by default.

    Every array operation and every call of Qt gives up the interpreter; to
    get it back from a thread that computes in Python takes up to this long.
    With Python's 5 ms, previews of sections took 13 to 36 ms beside closed
    forms instead of 9 ms, and the window waited while results were read.
    """
    sys.setswitchinterval(SWITCH_SECONDS)


@contextmanager
def torch_threads(number: int | None) -> Iterator[None]:
    """Let torch compute with so many threads within; ``None``: as before."""
    if number is None:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
