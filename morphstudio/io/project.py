"""Project files: everything of a session in one file that holds no code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from morphstudio.core.errors import InputError
from morphstudio.io.archive import read_archive, write_archive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROJECT_SCHEMA = 1


def save_project(path: Path | str, contents: Mapping[str, Any]) -> None:
    """Write a project file, all or nothing.

    Parameters
    ----------
    path : path-like
        The file; an existing one is replaced only by a complete one.
    contents : mapping
        Nested dicts, lists, numbers, text and arrays.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    write_archive(path, "project", {"schema": PROJECT_SCHEMA, "contents": dict(contents)}, compress=True)


def load_project(path: Path | str) -> dict[str, Any]:
    """Return the contents of a project file; tuples come back as lists.

    Raises
    ------
    InputError
        Missing, damaged, foreign, or written by a newer version.
    """
    tree = read_archive(path, "project")
    contents = tree.get("contents") if isinstance(tree, dict) else None
    if not isinstance(contents, dict) or not isinstance(tree.get("schema"), int):
        raise InputError("project", f"{path} holds no project.", "Use another copy.")
    if tree["schema"] > PROJECT_SCHEMA:
        raise InputError("project", f"{path} was written by a newer version of MorphStudio.",
                         "Open it with that version.")
    return contents
