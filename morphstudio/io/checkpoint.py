"""Checkpoints: the state of a running job, kept bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from morphstudio.core.errors import InputError
from morphstudio.io.archive import read_archive, write_archive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def save_state(path: Path | str, state: Mapping[str, Any]) -> None:
    """Write a job's state, all or nothing.

    Parameters
    ----------
    path : path-like
        The file. A crash while writing leaves the previous checkpoint.
    state : mapping
        Nested dicts, lists, numbers, text and arrays; floats and arrays come
        back with every bit, integers of any size too.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    write_archive(path, "checkpoint", dict(state), compress=False)


def load_state(path: Path | str) -> dict[str, Any]:
    """Return a state that :func:`save_state` wrote; tuples come back as lists.

    Raises
    ------
    InputError
        Missing, damaged, or not a checkpoint.
    """
    state = read_archive(path, "checkpoint")
    if not isinstance(state, dict):
        raise InputError("checkpoint", f"{path} holds no saved state.", "Start the work anew.")
    return state
