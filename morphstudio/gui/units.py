"""The length unit of the window: nm, µm or voxel; stored values stay in µm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from morphstudio.app.number_text import (
    MINUS,
    NARROW_SPACE,
    NO_BREAK_SPACE,
    THIN_SPACE,
    counted,
    fixed_number,
    number,
    plain_text,
    power_of_ten,
    raised,
    short_number,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "LABELS",
    "MINUS",
    "NARROW_SPACE",
    "NO_BREAK_SPACE",
    "THIN_SPACE",
    "UNITS",
    "LengthUnit",
    "UnitController",
    "counted",
    "fixed_number",
    "number",
    "plain_text",
    "power_of_ten",
    "raised",
    "short_number",
]

LengthUnit = Literal["nm", "um", "voxel"]
UNITS: tuple[LengthUnit, LengthUnit, LengthUnit] = ("nm", "um", "voxel")
LABELS: dict[LengthUnit, str] = {"nm": "nm", "um": "µm", "voxel": "voxel"}


class UnitController(QObject):
    """Which unit lengths are shown in, and the conversions to it and back.

    A voxel is as long as the geometric mean of the current voxel size. Without
    a voxel size lengths are in voxels whatever is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unit: LengthUnit = "um"
        self._voxel_um: float | None = None

    @property
    def unit(self) -> LengthUnit:
        """The unit that lengths are shown in."""
        return self._unit

    @property
    def label(self) -> str:
        """The unit as people read it."""
        return LABELS[self._unit]

    def set_unit(self, unit: LengthUnit) -> None:
        """Show lengths in ``unit`` from now on."""
        if unit != self._unit:
            self._unit = unit
            self.changed.emit()

    def set_voxel_size(self, size_um: Sequence[float] | None) -> None:
        """Tell how long a voxel is, (z, y, x) in µm."""
        voxel = math.prod(size_um) ** (1 / len(size_um)) if size_um else None
        if voxel != self._voxel_um:
            self._voxel_um = voxel
            self.changed.emit()

    def factor(self, power: int = 1) -> float:
        """Return what a value in µm^power is multiplied by for display."""
        per_um = {"nm": 1000.0, "um": 1.0, "voxel": 1.0 / (self._voxel_um or 1.0)}[self._unit]
        return per_um**power

    def convert(self, value_um: float, power: int = 1) -> float:
        """Return a value in µm^power in the unit shown."""
        return value_um * self.factor(power)

    def to_um(self, shown: float, power: int = 1) -> float:
        """Return a shown value in µm^power."""
        return shown / self.factor(power)

    def unit_text(self, power: int = 1) -> str:
        """Return the unit raised to ``power``, e.g. ``"µm⁻¹"``."""
        return raised(self.label, power)

    def format(self, value_um: float, power: int = 1, digits: int = 3, *, with_unit: bool = True) -> str:
        """Return a length in µm^power as text in the unit shown."""
        text = number(self.convert(value_um, power), digits)
        return f"{text} {self.unit_of(text, power)}" if with_unit else text

    def unit_of(self, shown: str = "", power: int = 1) -> str:
        """Return the unit as it stands behind a number or several: voxels are counted, symbols stay as they are."""
        if self._unit != "voxel" or power != 1:
            return self.unit_text(power)
        return counted(shown)
