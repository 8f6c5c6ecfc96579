"""Entry: without arguments the window opens, else a command runs without one."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run MorphStudio and return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; default: those of the process.
    """
    multiprocessing.freeze_support()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if opens_window(given):
        return _open_window(given)
    from morphstudio.app.threads import wait_without_spinning
    from morphstudio.cli.main import main as run_command

    wait_without_spinning()
    return run_command(given)


def opens_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments are for the window: none, ``--sample``, or a file to open."""
    from morphstudio.cli.names import COMMANDS

    if not arguments or arguments[0] == "--sample":
        return True
    first = arguments[0]
    return first not in COMMANDS and not first.startswith("-") and Path(first).exists()


def _open_window(arguments: Sequence[str]) -> int:
    from morphstudio.app.display import display_problem

    if problem := display_problem(os.environ):
        sys.stderr.write(f"morphstudio: {problem}\n")
        return 2
    try:
        from morphstudio.gui.application import run
    except ImportError as error:
        sys.stderr.write(f"morphstudio: The window's libraries are not installed or cannot be loaded ({error}). "
                         "The commands work without them: morphstudio --help\n")
        return 2
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
