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
THIN_SPACE, NO_BREAK_SPACE = "\N{THIN SPACE}", "\N{NO-BREAK SPACE}"
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SMALLEST_POWER = -3  # smaller numbers are written with a power of ten


def number(value: float, digits: int = 3) -> str:
    """Return ``value`` with ``digits`` significant figures, a true minus and thin spaces between thousands.

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
    if power < _SMALLEST_POWER or power >= 6:
        return _with_power(f"{value:.{digits - 1}e}")
    decimals = max(digits - 1 - power, 0)
    return _grouped(f"{value:.{decimals}f}")


def fixed_number(value: float, decimals: int) -> str:
    """Return ``value`` with ``decimals`` decimals, a true minus and thin spaces between thousands."""
    text = f"{value:.{decimals}f}"
    return _grouped(text if float(text) else text.removeprefix("-"))


def power_of_ten(power: int) -> str:
    """Return 10 raised to ``power``: ``"10⁻⁵"``."""
    return f"10{str(power).translate(_SUPERSCRIPT)}"


def raised(unit: str, power: int) -> str:
    """Return a unit raised to ``power``: ``"µm⁻¹"``."""
    return unit if power == 1 else unit + str(power).translate(_SUPERSCRIPT)


def short_number(value: float, digits: int = 6) -> str:
    """Return ``value`` without trailing zeros, otherwise as :func:`number` does."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)) + 1e-12)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if power < _SMALLEST_POWER or power >= 6:
        plain = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return _with_power(f"{plain}e{exponent}")
    text = f"{float(f'{value:.{digits - 1}e}'):.{max(digits - 1 - power, 0)}f}"
    return _grouped(text.rstrip("0").rstrip(".") if "." in text else text)


def plain_text(shown: str) -> str:
    """Return what :func:`number` writes, or a person types, as Python reads it: ``"4.5e-4"``."""
    text = shown.strip().replace(MINUS, "-").replace(",", ".")
    for space in (NARROW_SPACE, THIN_SPACE, NO_BREAK_SPACE, " "):
        text = text.replace(space, "")
    head, power, exponent = text.partition("×10")
    return f"{head}e{exponent.translate(_PLAIN).removeprefix('^')}" if power else text


def _with_power(text: str) -> str:
    mantissa, exponent = text.split("e")
    return f"{mantissa} × {power_of_ten(int(exponent))}".replace("-", MINUS)


def _grouped(text: str) -> str:
    """Part thousands by thin spaces from five figures on: 1234, but 12 900."""
    whole, point, rest = text.partition(".")
    if len(whole.lstrip("-")) > 4:
        whole = f"{int(whole):,}".replace(",", NARROW_SPACE)
    return f"{whole}{point}{rest}".replace("-", MINUS)


def counted(shown: str, what: str = "voxel") -> str:
    """Return the name of what is counted as it stands behind a number: ``"voxel"`` after 1, else ``"voxels"``."""
    return what if plain_text(shown) == "1" else f"{what}s"


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
