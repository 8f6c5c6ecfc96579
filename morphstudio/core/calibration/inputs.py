"""What a calibration was given, so that a saved state goes on with that alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.core.phases import PhaseImage


def fingerprint(images: Sequence[PhaseImage], settings: object) -> str:
    """Return a hash of images and settings.

    Parameters
    ----------
    images : sequence of PhaseImage
        Labels, phases and voxel sizes count.
    settings : object
        A record whose ``repr`` tells everything in it.
    """
    digest = hashlib.sha256(repr(settings).encode())
    for image in images:
        digest.update(repr((image.shape, image.voxel_size_um, image.phases)).encode())
        digest.update(image.labels_sha256.encode())
    return digest.hexdigest()


def check_same_inputs(state: Mapping[str, Any], images: Sequence[PhaseImage], settings: object) -> None:
    """Check that a state, which holds a fingerprint as ``inputs``, belongs to these images and settings.

    Raises
    ------
    InputError
        It belongs to others.
    """
    if state["inputs"] != fingerprint(images, settings):
        raise InputError("images", "The images or settings are not those of the interrupted calibration.",
                         "Start a new calibration.")
