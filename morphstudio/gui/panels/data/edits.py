"""Changes to the images of a document, as new documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.document import Document, ImageEdit, ImageEntry
    from morphstudio.core.phases import Phase, PhaseImage, VoxelSize


def with_entry(document: Document, position: int, entry: ImageEntry) -> Document:
    """Return the document with one image replaced."""
    images = list(document.images)
    images[position] = entry
    return replace(document, images=tuple(images))


def with_phase(document: Document, label: int, change: Callable[[Phase], Phase]) -> Document:
    """Return the document with a phase changed in every image that has its label.

    Images of one document show one material, so a label means the same in all.

    Raises
    ------
    InputError
        The new name is empty or another phase has it.
    """
    return replace(document, images=tuple(_changed(entry, label, change) for entry in document.images))


def _changed(entry: ImageEntry, label: int, change: Callable[[Phase], Phase]) -> ImageEntry:
    if all(phase.label != label for phase in entry.image.phases):
        return entry
    phases = tuple(change(phase) if phase.label == label else phase for phase in entry.image.phases)
    names = [phase.name.strip() for phase in phases]
    if "" in names:
        raise InputError("phases", "A phase needs a name.", "Give it one.")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError("phases", f"Another phase is called {twice}.", "Give each phase a name of its own.")
    return replace(entry, image=entry.image.with_phases(phases))


def with_edited(document: Document, source: PhaseImage, image: PhaseImage, edit: ImageEdit) -> Document | None:
    """Return the document with an image cropped or resampled.

    Parameters
    ----------
    document : Document
        The document as it is now; names and roles given meanwhile stay.
    source : PhaseImage
        The image that the work began with.
    image : PhaseImage
        What came of it.
    edit : ImageEdit
        What was done, for the records.

    Returns
    -------
    Document or None
        ``None`` where the document no longer holds these labels.
    """
    for position, entry in enumerate(document.images):
        now = entry.image
        if now.labels is source.labels and now.voxel_size_um == source.voxel_size_um:
            kept = {phase.label for phase in image.phases}
            phases = tuple(phase for phase in now.phases if phase.label in kept)
            return with_entry(document, position, replace(entry, image=image.with_phases(phases),
                                                          edits=(*entry.edits, edit)))
    return None


def with_voxel_size(document: Document, position: int, size: VoxelSize | None, *, confirmed: bool) -> Document:
    """Return the document with the voxel size of one image changed or confirmed."""
    entry = document.images[position]
    image: PhaseImage = entry.image
    if image.voxel_size_um != size:
        image = image.with_voxel_size(size)
    return with_entry(document, position, replace(entry, image=image, voxel_confirmed=confirmed))


def without_image(document: Document, position: int) -> Document:
    """Return the document without one image; runs keep to the images that they fit, −1 for the one taken away."""
    images = tuple(entry for at, entry in enumerate(document.images) if at != position)
    active = document.active - 1 if document.active > position else document.active
    runs = tuple(replace(run, images=tuple(_moved(at, position) for at in run.images)) for run in document.runs)
    return replace(document, images=images, active=max(min(active, len(images) - 1), 0), runs=runs)


def _moved(position: int, removed: int) -> int:
    if position == removed:
        return -1
    return position - 1 if position > removed else position
