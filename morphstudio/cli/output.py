"""Results: JSON to a file or stdout, tables for people."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.core.errors import InputError
from morphstudio.core.parameters import check_names

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from morphstudio.cli.monitor import Monitor

# Scripts repeat commands into the same file, so that is no error; nothing is lost by it either.
ON_EXISTING = ("error", "overwrite", "backup")


def add_output_options(parser: argparse.ArgumentParser, metavar: str, text: str, *, required: bool = False) -> None:
    """Add ``--output`` and ``--on-existing``."""
    parser.add_argument("-o", "--output", required=required, metavar=metavar, help=text)
    parser.add_argument("--on-existing", default="backup", metavar="|".join(ON_EXISTING),
                        help="what to do where the file is already there; default: backup, which puts the earlier "
                             "one aside as NAME_backup")


def check_target(arguments: argparse.Namespace) -> None:
    """Raise, before any work, where a result file could not be written.

    Raises
    ------
    InputError
        Its folder does not exist or lets nothing be written, it is a folder
        itself, or it exists and nothing says that it may be replaced.
    """
    check_names([arguments.on_existing], ON_EXISTING, "on-existing")
    path = arguments.output
    if path is None:
        return
    target = Path(path)
    if target.is_dir():
        raise InputError("output", f"{path} is a folder.", "Give a file name.")
    if target.exists() and not target.is_file():
        raise InputError("output", f"{path} is not an ordinary file.", "Give a file name.")
    if arguments.on_existing == "error" and (there := _in_the_way(target)):
        raise InputError("output", f"{there[0]} already exists.",
                         "Choose another name with -o, or give --on-existing overwrite or backup.")
    if not target.absolute().parent.is_dir():
        raise InputError("output", f"The folder {target.parent} does not exist.", "Make it first.")
    try:
        # Permissions alone do not tell: read-only disks, network folders, containers.
        with tempfile.TemporaryFile(dir=target.absolute().parent):
            pass
    except OSError as error:
        raise InputError("output", f"Nothing can be written to the folder {target.parent}: {error.strerror}.",
                         "Choose another with -o.") from error


def _in_the_way(target: Path) -> list[Path]:
    """Return the files of a result that are there already; an empty one holds nothing to lose."""
    files = [target, target.with_suffix(".raw")] if target.suffix.casefold() == ".mhd" else [target]
    return [path for path in files if path.exists() and path.stat().st_size > 0]


def treatment(arguments: argparse.Namespace) -> Literal["overwrite", "backup"]:
    """Return what to do, when the work is done, with a file that is in the way.

    One that appeared in the meantime is put aside: neither it nor the work is lost.
    """
    may_replace = arguments.on_existing == "overwrite" or not _in_the_way(Path(arguments.output))
    return "overwrite" if may_replace else "backup"


def make_way(arguments: argparse.Namespace) -> None:
    """Put a file aside that is in the way of the result and may not be replaced."""
    if arguments.output is None or treatment(arguments) == "overwrite":
        return
    from morphstudio.io.atomic import writing_to
    from morphstudio.io.exports.place import backup_of

    target = Path(arguments.output)
    with writing_to(target):
        target.rename(backup_of(target))


def write_result(content: dict[str, Any], arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Write a result to the file that the options name, and say so, or to stdout where they name none."""
    note_kept(arguments, monitor)
    make_way(arguments)
    write_json(content, arguments.output)
    note_written(arguments, monitor)


def note_kept(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Say, before the result is written, under which name an earlier file is kept."""
    if arguments.output is None or treatment(arguments) == "overwrite":
        return
    from morphstudio.io.exports.place import backup_of

    for path in _in_the_way(Path(arguments.output)):
        monitor.note(f"{path.name} was there already: it is kept as {backup_of(path).name}")


def note_written(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Say where the result is."""
    if arguments.output is not None:
        monitor.note(f"Wrote {arguments.output}")


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
    from morphstudio.io.json_text import json_text

    text = json_text(content)
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
