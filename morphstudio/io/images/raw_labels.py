"""What a reader hands over before labels are checked and named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.errors import InputError
    from morphstudio.core.phases import VoxelSize


@dataclass(frozen=True, eq=False)
class RawLabels:
    """The content of an image file.

    Parameters
    ----------
    array : ndarray, shape (Y, X) or (Z, Y, X)
        Values as stored, of any integer, boolean or float type.
    voxel_size_um : (float, float, float) or None
        Edge lengths (z, y, x) in µm; ``None`` where the file gives none.
    names : dict of int to str or None
        Phase names by label, where the file carries them.
    notes : tuple of str
        What a person should know about how the file was read: guessed units,
        odd axes, ignored resolutions. Whole sentences.
    voxel_size_error : InputError or None
        Set where the file states a voxel size that cannot be used (zero, NaN);
        :func:`~morphstudio.io.images.open_image` raises it unless the caller
        brings a voxel size.
    """

    array: NDArray[Any]
    voxel_size_um: VoxelSize | None = None
    names: dict[int, str] | None = None
    notes: tuple[str, ...] = ()
    voxel_size_error: InputError | None = None
