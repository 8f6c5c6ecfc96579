"""The length unit of the window: nm, µm or voxel; stored values stay in µm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

LengthUnit = Literal["nm", "um", "voxel"]
UNITS: tuple[LengthUnit, LengthUnit, LengthUnit] = ("nm", "um", "voxel")
LABELS: dict[LengthUnit, str] = {"nm": "nm", "um": "µm", "voxel": "voxel"}
MINUS = "\N{MINUS SIGN}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value: float, digits: int = 3) -> str:
    """Return ``value`` with ``digits`` significant figures and a true minus.

    Examples
    --------
    >>> number(-0.27)
    '−0.270'
    >>> number(91.0)
    '91.0'
    """
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)) + 1e-12)
    if power < -4 or power >= 6:
        text = f"{value:.{digits - 1}e}"
        mantissa, exponent = text.split("e")
        return f"{mantissa} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}".replace("-", MINUS)
    decimals = max(digits - 1 - power, 0)
    return f"{value:.{decimals}f}".replace("-", MINUS)


def short_number(value: float, digits: int = 6) -> str:
    """Return ``value`` without trailing zeros, with a true minus."""
    return f"{value:.{digits}g}".replace("-", MINUS)


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
        return self.label if power == 1 else self.label + str(power).translate(_SUPERSCRIPT)

    def format(self, value_um: float, power: int = 1, digits: int = 3, *, with_unit: bool = True) -> str:
        """Return a length in µm^power as text in the unit shown."""
        text = number(self.convert(value_um, power), digits)
        return f"{text} {self.unit_text(power)}" if with_unit else text
