"""Numbers as people read them: true minus, thin spaces between thousands, powers of ten. No Qt."""

from __future__ import annotations

import math

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
