"""What a section view shows and reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage, QPixmap

if TYPE_CHECKING:
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
    counted : str
        What lengths without a unit are counted in: ``"px"`` of an image that
        is a section, ``"voxels"`` of a volume.
    """

    indices: NDArray[np.uint8]
    spacing: tuple[float, float]
    names: tuple[str, ...]
    colours: tuple[RGB, ...]
    axes: tuple[str, str] = ("y", "x")
    confirmed: bool = True
    in_um: bool = True
    counted: str = "voxels"

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


def pixmap_of(indices: NDArray[np.uint8], colours: tuple[RGB, ...]) -> QPixmap:
    """Return phase indices as a picture in phase colours."""
    data = np.ascontiguousarray(indices, dtype=np.uint8)
    rows, columns = data.shape
    image = QImage(data.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    image.setColorTable([QColor(*colour).rgb() for colour in colours])
    # fromImage copies, so the array may go afterwards.
    return QPixmap.fromImage(image)
