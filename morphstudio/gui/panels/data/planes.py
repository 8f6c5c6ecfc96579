"""Which plane a two-dimensional image shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.core.phases import PhaseImage

_NORMAL = {"xy": 0, "xz": 1, "yz": 2}


def with_plane(image: PhaseImage, plane: str) -> PhaseImage:
    """Return the same section said to show another plane.

    Parameters
    ----------
    image : PhaseImage
        A section.
    plane : {"xy", "xz", "yz"}
        Rows are y of ``"xy"`` and z of the others; columns are x, x and y.
    """
    old, new = _NORMAL[image.plane], _NORMAL[plane]
    rows_columns = [n for axis, n in enumerate(image.shape) if axis != old]
    rows_columns.insert(new, 1)
    size = image.voxel_size_um
    if size is not None:
        lengths = [length for axis, length in enumerate(size) if axis != old]
        lengths.insert(new, size[old])
        size = (lengths[0], lengths[1], lengths[2])
    return image.rearranged(image.labels.reshape(rows_columns), size)
