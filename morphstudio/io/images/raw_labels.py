"""What a reader hands over before labels are checked and named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from morphstudio.io.images.units import UNKNOWN, StatedSize

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
    size : StatedSize
        What the file says about its voxel size.
    layout_notes : tuple of str
        What a person should know about how the voxels were read: odd axes,
        gaps, a choice among several arrays. Whole sentences.
    """

    array: NDArray[Any]
    size: StatedSize = UNKNOWN
    layout_notes: tuple[str, ...] = ()

    @property
    def voxel_size_um(self) -> VoxelSize | None:
        """Edge lengths (z, y, x) in µm; ``None`` where the file gives none."""
        return self.size.voxel_size_um

    @property
    def voxel_size_error(self) -> InputError | None:
        """Set where the file states a voxel size that cannot be, such as zero."""
        return self.size.error

    @property
    def notes(self) -> tuple[str, ...]:
        """All notes: about the layout, then about the voxel size."""
        return self.layout_notes + self.size.notes
