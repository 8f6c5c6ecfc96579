"""Where exported files go, and what happens to files already there."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError
from morphstudio.io.atomic import sync_file, sync_folder, writing_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OnExisting = Literal["error", "beside", "backup", "overwrite"]
EXISTING_HINT = "Choose another folder or name, or say that it may be saved beside, backed up or overwritten."
ON_EXISTING: tuple[OnExisting, ...] = ("error", "beside", "backup", "overwrite")


def existing_files(directory: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """Return the planned files that are already there."""
    return tuple(directory / name for name in names if (directory / name).exists())


def free_sibling(path: Path) -> Path:
    """Return ``path``, or the first of ``path_2``, ``path_3`` … that does not exist."""
    return _first_free(path, path.stem, path.suffix)


def free_folder(path: Path) -> Path:
    """Return what :func:`free_sibling` does for a folder, whose name has no suffix."""
    return _first_free(path, path.name, "")


def backup_of(path: Path) -> Path:
    """Return the free name that a file is put aside under, made from its own and "backup"."""
    return free_sibling(path.with_name(f"{path.stem}_backup{path.suffix}"))


def _first_free(path: Path, stem: str, suffix: str) -> Path:
    number, candidate = 2, path
    while candidate.exists():
        candidate = path.with_name(f"{stem}_{number}{suffix}")
        number += 1
    return candidate


@contextmanager
def staged(directory: Path, names: Sequence[str], on_existing: OnExisting) -> Iterator[Path]:
    """Write files aside and bring them to ``directory`` only when all are complete.

    Parameters
    ----------
    directory : Path
        Final folder; made where it is missing.
    names : sequence of str
        Files that the block writes into the folder it is given.
    on_existing : {"error", "backup", "overwrite"}
        What happens to files already there; ``"beside"`` is settled before,
        by choosing other names.

    Yields
    ------
    Path
        A temporary folder on the same disk.

    Raises
    ------
    InputError
        A file exists and may not be replaced, or the disk refuses.
    """
    present = existing_files(directory, names)
    if present and on_existing == "error":
        raise already_there(present[0])
    with writing_to(directory):
        made = _missing_parents(directory)
        directory.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".export-", dir=directory))
        try:
            yield aside
            for name in names:
                sync_file(aside / name)
            _bring(aside, directory, names, on_existing)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            for folder in made:
                _remove_if_empty(folder)
            raise
        aside.rmdir()
        sync_folder(directory)


def already_there(path: Path) -> InputError:
    """Return the error for a file that is in the way."""
    return InputError("export.directory", f"{path} already exists.", EXISTING_HINT)


def _bring(aside: Path, directory: Path, names: Sequence[str], on_existing: OnExisting) -> None:
    for path in existing_files(directory, names):
        if on_existing == "backup":
            path.rename(backup_of(path))
        elif on_existing != "overwrite":
            # Appeared while the export was being written.
            raise already_there(path)
    for name in names:
        (aside / name).replace(directory / name)


def _missing_parents(directory: Path) -> list[Path]:
    """Return the folders that have to be made, innermost first."""
    return [folder for folder in (directory, *directory.parents) if not folder.exists()]


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # not empty or already gone: nothing of ours is left in it
