"""Whether runs and measurements are of the images as they are now, and else of which earlier state.

States are compared by content, not by a mark: undoing a crop makes what was
made before it current again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.app.document import ImageState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.app.document import Document, ImageEdit, ImageEntry, RunEntry

_DEEDS = {"crop": "the crop", "resample": "the resampling"}


def state_of(entry: ImageEntry) -> ImageState:
    """Return what an image is like now."""
    return ImageState(entry.sha256 or entry.path, entry.image.labels_sha256, entry.image.voxel_size_um, entry.edits)


def is_current(state: ImageState, entry: ImageEntry) -> bool:
    """Whether an image still has the voxels that it had."""
    return (state.labels_sha256, state.voxel_size_um) == (entry.image.labels_sha256, entry.image.voxel_size_um)


def run_state_words(document: Document, run: RunEntry) -> str:
    """Return of which earlier image a run is: ``"of the image before the crop"``; empty where it is of the present one.

    Images that are no longer open are not spoken of.
    """
    if len(run.made_from) != len(run.images):
        return ""  # of a project that does not say
    for state, position in zip(run.made_from, run.images, strict=True):
        if 0 <= position < len(document.images) and not is_current(state, document.images[position]):
            return f"of {_name(document, position)} {_words(state, document.images[position])}"
    return ""


def run_remedy(document: Document, run: RunEntry) -> str:
    """Return what to do about a run of an earlier image, in one sentence; empty where it is of the present one."""
    for state, position in zip(run.made_from, run.images, strict=False):
        if 0 <= position < len(document.images) and not is_current(state, document.images[position]):
            return _remedy(state, document.images[position], "calibrate")
    return ""


def measured_state_words(document: Document, state: ImageState | None) -> str:
    """Return of which image the data column is, where that is not the image shown as it is now; else nothing."""
    shown = document.active_image
    if state is None or shown is None or is_current(state, shown):
        return ""
    entry, position = _of_source(document, state)
    if entry is None:
        return "of an image that is no longer open"
    if is_current(state, entry):
        return f"of {entry.image.name or 'another image'}, which is not shown"
    return f"of {_name(document, position)} {_words(state, entry)}"


def measured_remedy(document: Document, state: ImageState | None) -> str:
    """Return what to do about a data column that is not of the image shown; empty where it is."""
    if not measured_state_words(document, state) or state is None:
        return ""
    entry, _ = _of_source(document, state)
    if entry is None or is_current(state, entry):
        return "Measure again to see the image shown."
    return _remedy(state, entry, "measure")


def _of_source(document: Document, state: ImageState) -> tuple[ImageEntry | None, int]:
    same = [(entry, at) for at, entry in enumerate(document.images) if (entry.sha256 or entry.path) == state.source]
    # The same file may be open twice: the one in that state is meant, then the one shown.
    best = next((pair for pair in same if is_current(state, pair[0])), None)
    best = best or next((pair for pair in same if pair[0] is document.active_image), None)
    return best or (same[0] if same else (None, -1))


def _name(document: Document, position: int) -> str:
    name = document.images[position].image.name
    return name if name and len(document.images) > 1 else "the image"


def _words(state: ImageState, entry: ImageEntry) -> str:
    done, undone = _deeds_between(state.edits, entry.edits)
    if done:
        return f"before {done}"
    if undone:
        return f"after {undone}"
    if state.labels_sha256 == entry.image.labels_sha256:
        return "before its voxel size was changed"
    return "as it was earlier"


def _remedy(state: ImageState, entry: ImageEntry, again: str) -> str:
    done, undone = _deeds_between(state.edits, entry.edits)
    back = f"Undo {done}" if done else f"Redo {undone}" if undone else ""
    if not back and state.labels_sha256 == entry.image.labels_sha256:
        back = "Give it the earlier voxel size"
    return f"{back}, or {again} again." if back else f"{again.capitalize()} again for the image as it is now."


def _deeds_between(then: Sequence[ImageEdit], now: Sequence[ImageEdit]) -> tuple[str, str]:
    """Return what was done to an image since, or what of it was undone since; both empty where neither tells."""
    if tuple(now[:len(then)]) == tuple(then):
        return _told(now[len(then):]), ""
    if tuple(then[:len(now)]) == tuple(now):
        return "", _told(then[len(now):])
    return "", ""


def _told(edits: Sequence[ImageEdit]) -> str:
    return " and ".join(dict.fromkeys(_DEEDS[edit.operation] for edit in edits))
