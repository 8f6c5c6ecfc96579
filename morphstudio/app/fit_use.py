"""What a calibration has seen of the image that its model is held against.

Images are known again by the checksum of their file, and parts of them by the
crops that were made since it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.validation import FitUse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.app.document import ImageEdit, ImageEntry, ImageState
    from morphstudio.core.image_edits import Box

# A part that was not used is measured from this thickness and this share of the image on; less says nothing.
_THINNEST, _LEAST_SHARE = 16, 0.1
_UNKNOWN = FitUse("unknown", "Whether the model was fitted to this image is not known.")


@dataclass(frozen=True, slots=True)
class FittedImage:
    """An image that a model was fitted to.

    Parameters
    ----------
    source : str
        Checksum of its file; empty where that is not known.
    box : Box or None
        The voxels of the file that were used; ``None``: all of them.
    resampled : bool
        Whether its voxels are others than those of the file, so that parts cannot be told.
    """

    source: str
    box: Box | None = None
    resampled: bool = False


def fitted_from_record(provenance: Mapping[str, Any]) -> tuple[FittedImage, ...]:
    """Return the images that the provenance of a model file names; none where it tells of no calibration."""
    record = provenance
    if record.get("operation") != "calibrate":
        record = record.get("calibration") or {}
    images = record.get("images") if isinstance(record, dict) else None
    found = []
    for image in images if isinstance(images, list) else []:
        edits = image.get("edits", []) if isinstance(image, dict) else None
        if not isinstance(edits, list) or not image.get("sha256"):
            return ()
        boxes = [_box_in(edit) for edit in edits]
        crops = [box for box in boxes if box is not None]
        found.append(FittedImage(str(image["sha256"]), _composed(crops), len(crops) < len(boxes)))
    return tuple(found)


def fitted_from_states(states: Sequence[ImageState]) -> tuple[FittedImage, ...]:
    """Return the images of a run as it keeps them."""
    return tuple(_fitted(state.source, state.edits) for state in states)


def fit_use(entry: ImageEntry, fitted: Sequence[FittedImage]) -> tuple[FitUse, Box | None]:
    """Say what a calibration has seen of an image.

    Parameters
    ----------
    entry : ImageEntry
        The image that the model is held against.
    fitted : sequence of FittedImage
        Those that it was fitted to; empty where that is not known.

    Returns
    -------
    use : FitUse
    unused : Box or None
        The largest slab of the image that was not used, in its own voxels,
        where part of it was and the rest is thick enough to be measured.
    """
    ours = _fitted(entry.sha256, entry.edits)
    if not fitted or not ours.source:
        return _UNKNOWN, None
    same = [image for image in fitted if image.source == ours.source]
    if not same:
        return FitUse("other", "The model was fitted to another image."), None
    if ours.resampled or any(image.resampled for image in same):
        return FitUse("whole", "The model was fitted to this image, on voxels of another size."), None
    origin = tuple(start for start, _ in ours.box) if ours.box else (0, 0, 0)
    seen = [part for part in (_within(image.box, origin, entry.image.shape) for image in same) if part is not None]
    whole: Box = tuple((0, n) for n in entry.image.shape)  # type: ignore[assignment]
    if not seen:
        return FitUse("none", "The model was fitted to another part of this image: nothing of what is compared here "
                      "was used in the fit."), None
    if whole in seen:
        return FitUse("whole", "The model was fitted to this image, all of it."), None
    share = min(sum(_volume(box) for box in seen) / _volume(whole), 1.0)
    told = " and ".join(box_words(box, entry.image.shape) for box in seen)
    text = f"The model was fitted to {told} of this image, {100 * share:.0f} % of it."
    return FitUse("part", text), _largest_slab(whole, seen)


def box_words(box: Box, shape: tuple[int, int, int]) -> str:
    """Return which voxels a box holds, counted from 1, along the axes that it cuts: ``"z 126 to 251"``."""
    cut = [f"{axis} {start + 1} to {stop}" for axis, (start, stop), n in zip("zyx", box, shape, strict=True)
           if (start, stop) != (0, n)]
    return ", ".join(cut) or "all"


def _fitted(source: str, edits: Sequence[ImageEdit]) -> FittedImage:
    crops = [edit.box for edit in edits if edit.operation == "crop" and edit.box is not None]
    return FittedImage(source, _composed(crops), len(crops) < len(edits))


def _box_in(edit: Any) -> Box | None:
    box = edit.get("box") if isinstance(edit, dict) and edit.get("operation") == "crop" else None
    if not isinstance(box, dict) or not all(isinstance(box.get(axis), list) and len(box[axis]) == 2 for axis in "zyx"):
        return None
    (z0, z1), (y0, y1), (x0, x1) = ((int(box[axis][0]), int(box[axis][1])) for axis in "zyx")
    return (z0, z1), (y0, y1), (x0, x1)


def _composed(crops: Sequence[Box]) -> Box | None:
    """Return crops made one after the other as one of the image as it was read."""
    if not crops:
        return None
    origin = np.sum([[start for start, _ in box] for box in crops[:-1]], axis=0) if len(crops) > 1 else np.zeros(3, int)
    box: Box = tuple((int(at) + start, int(at) + stop)  # type: ignore[assignment]
                     for at, (start, stop) in zip(origin, crops[-1], strict=True))
    return box


def _within(box: Box | None, origin: Sequence[int], shape: Sequence[int]) -> Box | None:
    """Return what of a box of the file lies in an image cut out at ``origin``, in that image's voxels."""
    if box is None:
        return tuple((0, n) for n in shape)  # type: ignore[return-value]
    part = [(max(start - at, 0), min(stop - at, n)) for (start, stop), at, n in zip(box, origin, shape, strict=True)]
    return tuple(part) if all(start < stop for start, stop in part) else None  # type: ignore[return-value]


def _largest_slab(whole: Box, seen: Sequence[Box]) -> Box | None:
    """Return the largest part beside all that was seen, before or behind it along one axis."""
    slabs: list[Box] = []
    for axis in range(3):
        low, high = min(box[axis][0] for box in seen), max(box[axis][1] for box in seen)
        parts = [part for part in ((0, low), (high, whole[axis][1])) if part[1] - part[0] >= _THINNEST]
        slabs += [tuple(part if a == axis else whole[a] for a in range(3)) for part in parts]  # type: ignore[misc]
    best = max(slabs, key=_volume, default=None)
    return best if best is not None and _volume(best) >= _LEAST_SHARE * _volume(whole) else None


def _volume(box: Box) -> int:
    return int(np.prod([stop - start for start, stop in box]))
