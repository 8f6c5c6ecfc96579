"""Volumes whose slices a movie can sweep through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.phases import AXES
from morphstudio.gui.widgets.phases import PLANES, section_of
from morphstudio.gui.widgets.section import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from morphstudio.app.document import Document, ImageEntry
    from morphstudio.core.phases import Axis
    from morphstudio.gui.theme.tokens import RGB

NOTHING_TO_FILM = "A movie needs a volume or a model: open one, or calibrate first"
_PLANE_OF = {axis: plane for plane, axis in PLANES.items()}


@dataclass(frozen=True, eq=False, slots=True)
class Stack:
    """A volume as slices.

    Parameters
    ----------
    shape : (int, int, int)
        Voxels along z, y, x.
    spacing : (float, float, float)
        Voxel size (z, y, x) in µm, or 1 where it is unknown.
    section : callable
        Gives the slice normal to an axis at a number.
    """

    shape: tuple[int, int, int]
    spacing: tuple[float, float, float]
    section: Callable[[Axis, int], Section]

    def n_slices(self, axis: Axis) -> int:
        """Return the number of slices normal to an axis."""
        return self.shape[AXES.index(axis)]

    def middle_of(self, axis: Axis, number: int) -> float:
        """Return where the middle of a slice lies, in µm or voxels."""
        return (number + 0.5) * self.spacing[AXES.index(axis)]


def can_be_filmed(document: Document) -> bool:
    """Return whether there is a model or a volume that a movie could show."""
    return document.model is not None or bool(volumes(document))


def volumes(document: Document) -> tuple[ImageEntry, ...]:
    """Return the open images that have slices."""
    return tuple(entry for entry in document.images if not entry.image.is_section)


def image_stack(entry: ImageEntry) -> Stack:
    """Return an open image as slices."""
    return Stack(entry.image.shape, entry.image.spacing,
                 lambda axis, number: section_of(entry, _PLANE_OF[axis], number))


def block_stack(block: NDArray[np.uint8], spacing: Sequence[float], names: tuple[str, ...],
                colours: tuple[RGB, ...], *, in_um: bool, confirmed: bool = True) -> Stack:
    """Return a block of phase indices (z, y, x) as slices."""
    z, y, x = block.shape
    dz, dy, dx = spacing

    def section(axis: Axis, number: int) -> Section:
        normal = AXES.index(axis)
        down, across = (other for other in range(3) if other != normal)
        return Section(np.moveaxis(block, normal, 0)[number], (spacing[down], spacing[across]), names, colours,
                       (AXES[down], AXES[across]), confirmed=confirmed, in_um=in_um)

    return Stack((z, y, x), (dz, dy, dx), section)
