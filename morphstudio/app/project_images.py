"""Images in project files: packed into the project, or left where they are and found again by path and checksum."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.app.document import Document, ImageEntry, Packing

PACK_BELOW = 20_000_000  # bytes of labels
IN_FILE = "LabelsInFile"
AbsenceReason = Literal["missing", "changed", "unreadable"]
_known_files: dict[str, tuple[tuple[int, ...], str]] = {}


@dataclass(frozen=True, slots=True)
class AbsentImage:
    """An image that a project only refers to and that is not there as it was.

    Parameters
    ----------
    path : str
        Where the project says that it lies; names it when it is located.
    found : str
        The file that is there now with other content; empty where there is none.
    reason : {"missing", "changed", "unreadable"}
        What is wrong.
    details : str
        One sentence of the reader where the file cannot be read.
    """

    path: str
    found: str
    reason: AbsenceReason
    details: str = ""

    def sentence(self) -> str:
        """Return what is wrong, in one sentence."""
        name, folder = Path(self.path).name, Path(self.path).parent
        if self.reason == "missing":
            return f"{name} is no longer in {folder}."
        if self.reason == "changed":
            found = Path(self.found)
            return f"{found.name} in {found.parent} is not the file that the project was made with."
        return self.details or f"{name} cannot be read."


@dataclass(frozen=True)
class Located:
    """What the user said about images that were not found.

    Parameters
    ----------
    files : mapping of str to str
        New place of the image that the project looks for at a path.
    accepted : frozenset of str
        Files that are taken although their content is another one.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()


def is_packed(entry: ImageEntry, packing: Packing) -> bool:
    """Whether a project holds the labels of an image itself.

    Always, where its file would not give them back: there is none, it has
    gone or changed, or the image was edited since.
    """
    if packing == "all" or not (entry.path and entry.sha256 and entry.labels_sha256):
        return True
    labels = entry.image.labels
    if packing == "small" and labels.nbytes < PACK_BELOW:
        return True
    return _sha256_of(Path(entry.path)) != entry.sha256 or entry.image.labels_sha256 != entry.labels_sha256


def without_labels_in_files(tree: dict[str, Any], document: Document, project: Path) -> None:
    """Take the labels that stay in their files out of an encoded document."""
    for entry, encoded in zip(document.images, tree["images"], strict=True):
        if not is_packed(entry, document.packing):
            encoded["image"]["labels"] = {"record": IN_FILE, "relative": _relative(entry.path, project)}


def with_labels_from_files(tree: dict[str, Any], project: Path, located: Located) -> dict[int, AbsentImage]:
    """Put the labels of image files into an encoded document.

    Returns
    -------
    dict of int to AbsentImage
        By position, the images that could not be found; their labels are still out.
    """
    absent: dict[int, AbsentImage] = {}
    for position, encoded in enumerate(tree.get("images", ())):
        labels = encoded["image"]["labels"]
        if isinstance(labels, dict) and labels.get("record") == IN_FILE:
            problem = _fill(encoded, str(labels.get("relative", "")), project, located)
            if problem is not None:
                absent[position] = problem
    return absent


def _fill(encoded: dict[str, Any], relative: str, project: Path, located: Located) -> AbsentImage | None:
    path = str(encoded["path"])
    beside = str(project.parent / relative) if relative else ""
    there = [place for place in (located.files.get(path, ""), path, beside) if place and Path(place).exists()]
    if not there:
        return AbsentImage(path, "", "missing")
    try:
        found = next((place for place in there if _sha256_of(Path(place)) == encoded["sha256"]), "")
        if not found and there[0] not in located.accepted:
            return AbsentImage(path, there[0], "changed")
        _read(encoded, found or there[0], as_it_was=bool(found))
    except InputError as error:
        return AbsentImage(path, there[0], "unreadable", str(error))
    return None


def _read(encoded: dict[str, Any], place: str, *, as_it_was: bool) -> None:
    """Fill an encoded entry from a file; of another file, what was said holds where its labels are the same."""
    from morphstudio.app.record_codec import encode
    from morphstudio.io.images import open_with_notes

    image, notes = open_with_notes(place, "voxel" if as_it_was else None)
    if not as_it_was:
        encoded.update(sha256=_sha256_of(Path(place)), labels_sha256=image.labels_sha256,
                       source_note=" ".join(notes))
        said = {phase["label"] for phase in encoded["image"]["phases"]}
        if said != {phase.label for phase in image.phases}:
            encoded.update(image=encode(image), voxel_confirmed=False)
    encoded["path"] = place
    encoded["image"]["labels"] = image.labels


def _relative(path: str, project: Path) -> str:
    try:
        return os.path.relpath(path, project.parent)
    except ValueError:  # another drive
        return ""


def _sha256_of(path: Path) -> str:
    """Return the checksum of an image file; empty where it cannot be read. Unchanged files are not read again."""
    from morphstudio.io.images import file_sha256

    try:
        status = path.stat()
        stamp: tuple[int, ...] = (status.st_mtime_ns, status.st_size, status.st_ino)
        if path.is_dir():
            stamp += tuple(n for file in sorted(path.iterdir()) for n in (file.stat().st_mtime_ns, file.stat().st_size))
    except OSError:
        return ""
    known = _known_files.get(str(path))
    if known is not None and known[0] == stamp:
        return known[1]
    try:
        checksum = file_sha256(path)
    except InputError:
        return ""
    _known_files[str(path)] = (stamp, checksum)
    return checksum
