"""What a section view shows and reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.gui.theme.tokens import RGB


@dataclass(frozen=True, eq=False, slots=True)
class Section:
    """What a :class:`SectionView` shows.

    Parameters
    ----------
    indices : ndarray of uint8, shape (rows, columns)
        Phase index of each pixel.
    spacing : (float, float)
        Pixel size (row, column) in µm, or in voxels where it is unknown.
    names : tuple of str
        Phase names by index.
    colours : tuple of (int, int, int)
        Phase colours by index.
    axes : (str, str)
        What rows and columns run along, e.g. ``("y", "x")``.
    confirmed : bool
        Whether a person has confirmed the pixel size; the scale bar says so
        otherwise.
    in_um : bool
        ``False`` where the pixel size is unknown: lengths are in voxels.
    """

    indices: NDArray[np.uint8]
    spacing: tuple[float, float]
    names: tuple[str, ...]
    colours: tuple[RGB, ...]
    axes: tuple[str, str] = ("y", "x")
    confirmed: bool = True
    in_um: bool = True

    @property
    def extent(self) -> tuple[float, float]:
        """Height and width in µm (or voxels)."""
        rows, columns = self.indices.shape
        return rows * self.spacing[0], columns * self.spacing[1]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is under the cursor: lengths along columns and rows, phase index."""

    across: float
    down: float
    phase: int
