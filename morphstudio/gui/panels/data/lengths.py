"""Lengths along an image's axes in the unit shown, and back to voxels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from morphstudio.gui.units import counted, number
from morphstudio.gui.widgets.phases import counted_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.units import UnitController


def words_for(image: PhaseImage, text: str) -> str:
    """Return a text about voxels as it is said of an image: a section consists of pixels."""
    return text.replace("voxel", "pixel").replace("Voxel", "Pixel") if image.is_section else text


@dataclass(frozen=True, slots=True)
class VoxelLengths:
    """Changes between voxels of one image and the unit shown.

    Parameters
    ----------
    units : UnitController
        The unit of the window.
    image : PhaseImage
        Without a voxel size, lengths are in voxels whatever the unit.
    """

    units: UnitController
    image: PhaseImage

    @property
    def is_length(self) -> bool:
        """Whether nm or µm are shown, not voxels."""
        return self.image.voxel_size_um is not None and self.units.unit != "voxel"

    @property
    def unit(self) -> str:
        """The unit as people read it."""
        return self.units.label if self.is_length else counted_in(self.image)

    @property
    def unit_um(self) -> float | None:
        """How many µm one of the unit is; ``None`` for voxels."""
        return 1.0 / self.units.factor() if self.is_length else None

    def shown(self, voxels: float, axis: int) -> float:
        """Return a number of voxels along an axis in the unit shown."""
        return self.units.convert(voxels * self.image.spacing[axis]) if self.is_length else float(voxels)

    def voxels(self, shown: float, axis: int) -> float:
        """Return a shown length as voxels along an axis."""
        return self.units.to_um(shown) / self.image.spacing[axis] if self.is_length else shown

    def text(self, voxels: float, axis: int) -> str:
        """Return a length with its unit."""
        value = self.shown(voxels, axis)
        text = number(value) if self.is_length else f"{value:.0f}"
        return f"{text} {counted(text) if self.unit == 'voxels' else self.unit}"

    def product(self, counts: Mapping[int, float]) -> str:
        """Return the lengths along several axes as ``"91.0 × 75.4 µm"``, x first."""
        shown = [self.shown(counts[axis], axis) for axis in sorted(counts, reverse=True)]
        return " × ".join(number(value) if self.is_length else f"{value:.0f}" for value in shown) + f" {self.unit}"
