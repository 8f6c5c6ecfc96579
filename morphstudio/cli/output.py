"""Results: JSON to a file or stdout, tables for people."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


def check_target(path: str | None) -> None:
    """Raise, before any work, where a result file could not be written.

    Raises
    ------
    InputError
        Its folder does not exist or lets nothing be written, or it is a folder itself.
    """
    if path is None:
        return
    target = Path(path)
    if target.is_dir():
        raise InputError("output", f"{path} is a folder.", "Give a file name.")
    if not target.absolute().parent.is_dir():
        raise InputError("output", f"The folder {target.parent} does not exist.", "Make it first.")
    try:
        # Permissions alone do not tell: read-only disks, network folders, containers.
        with tempfile.TemporaryFile(dir=target.absolute().parent):
            pass
    except OSError as error:
        raise InputError("output", f"Nothing can be written to the folder {target.parent}: {error.strerror}.",
                         "Choose another with -o.") from error


def check_suffix(path: str) -> None:
    """Raise, before any work, where the suffix of a volume file names no format.

    Raises
    ------
    InputError
        No suffix, or an unknown one.
    """
    from morphstudio.io.exports import writable_suffix

    writable_suffix(Path(path).name)


def write_json(content: dict[str, Any], path: str | None) -> None:
    """Write ``content`` to ``path``, all or nothing, or to stdout where there is none."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    if path is None:
        print_text(text)
        return
    from morphstudio.io.atomic import atomic_write

    with atomic_write(path) as file:
        file.write(text.encode("utf-8") + b"\n")


def print_text(text: str) -> None:
    """Write a result to stdout."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in plain text: the first column left-aligned, the others right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in lines)
