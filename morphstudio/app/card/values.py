"""How the table writes numbers: a value and its scatter to the same decimals. No Qt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from morphstudio.app.number_text import MINUS, fixed_number, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.app.card.rows import Row
    from morphstudio.core.validation import Finding

_LARGEST = 6  # powers of ten from here on, and below _SMALLEST, stand beside the unit
_SMALLEST = -3
_PLAIN_FROM = -1  # unless something as large as this is in the same rows
_FIGURES = 6  # of a value, however small its scatter
SHARE_DECIMALS = 4  # of a fraction without scatter
# Of one piece per mean chord cubed (squared): the difference as so many pieces, which a cell has room for.
_PER = {"cubed": "per chord³", "squared": "per chord²"}
# Equal realisations leave a rounding error as standard deviation: no spread to show.
_NO_SPREAD = 1e-9


class Writing:
    """How the numbers of one row are written.

    The standard deviation has two figures, and what stands beside it ends
    with the same decimal. A power of ten, :attr:`power`, belongs to the unit.

    Parameters
    ----------
    values : sequence of float or None
        The numbers that share the decimals, in the unit shown.
    sd : float or None
        Their scatter; without one, three figures are written.
    is_count : bool
        Whether whole numbers stay whole.
    is_share : bool
        Whether the numbers are shares of 1.
    beside : sequence of float
        Sizes of what stands in the rows beside, which have the same unit and
        so the same power of ten.
    decimals : int, optional
        To go on with, instead of those that ``sd`` asks for: figures stay in
        their places while a scatter settles.
    """

    def __init__(self, *values: float | None, sd: float | None = None, is_count: bool = False,
                 is_share: bool = False, beside: Sequence[float] = (), decimals: int | None = None) -> None:
        known = [abs(v) for v in (*values, sd) if v is not None and math.isfinite(v)]
        largest = max(known, default=0.0)
        self._is_count, self._is_share = is_count, is_share
        self.sd = sd if sd is not None and sd > _NO_SPREAD * largest else None
        power = _power(largest)
        self.power = 0 if is_count or is_share else common_power((largest, *beside))
        self._decimals: int | None = None
        if self.sd is not None:
            # Rounded to two figures first: 0.0998 is 0.10.
            digits = 1 - _power(float(f"{self.sd:.1e}")) + self.power
            self._decimals = min(max(digits, 0), max(_FIGURES - 1 - power + self.power, 0))
        self._decimals = self._decimals if decimals is None else decimals

    @property
    def decimals(self) -> int | None:
        """With how many decimals the numbers are written; ``None`` where each has three figures."""
        return self._decimals

    def value(self, value: float | None) -> str:
        """Return a number, ``""`` for none."""
        if value is None:
            return ""
        shown = value / 10**self.power
        if self._is_count and float(value).is_integer():
            return fixed_number(value, 0)
        if self._decimals is None:
            return fixed_number(value, SHARE_DECIMALS) if self._is_share and abs(value) < 1 else number(shown)
        return fixed_number(shown, self._decimals)

    def scatter(self) -> str:
        """Return ``± sd``, ``""`` where there is none."""
        if self.sd is None or self._decimals is None:
            return ""
        sd = self.sd / 10**self.power
        return f"± {fixed_number(sd, self._decimals) if round(sd, self._decimals) else number(sd, 2)}"


def common_power(sizes: Sequence[float]) -> int:
    """Return the power of ten that numbers of these sizes are written with; 0 where they need none."""
    powers = [_power(size) for size in sizes if size]
    if not powers:
        return 0
    is_small = min(powers) < _SMALLEST and max(powers) < _PLAIN_FROM
    return max(powers) if is_small or min(powers) >= _LARGEST else 0


def signed_number(value: float) -> str:
    """Return a difference with its sign and three figures of its own, however few its terms have."""
    return f"+{number(value)}" if value > 0 else number(value)


def signed_percent(share: float) -> str:
    """Return a relative difference in per cent with its sign, rounded first: never −0.0 %."""
    tenths = round(1000 * share)
    if tenths == 0:
        return "< 0.1 %" if share else "0 %"
    return f"{'+' if tenths > 0 else MINUS}{abs(tenths) / 10:.1f} %"


def distance_text(row: Row, factor: float) -> str:
    """Return a distance: two figures of a length, the decimals of a fraction else."""
    distance = row.distance or 0.0
    return number(distance * factor, 2) if row.power else fixed_number(distance, SHARE_DECIMALS)


def pieces_of(row: Row) -> str:
    """Return what a difference counts pieces in, ``"per chord³"``; empty where it is a share in per cent."""
    return "" if row.is_distance or row.is_of_data else _PER.get(row.relative_to.rpartition(" ")[2], "")


def shown_share(row: Row) -> str:
    """Return a row's difference: in per cent of the data, or in pieces per mean chord cubed or squared of the phase."""
    if row.is_distance:
        return percent(row.difference or 0.0).replace("below", "<")
    per = pieces_of(row)
    return f"{signed_pieces(row.difference or 0.0)} {per}" if per else signed_percent(row.difference or 0.0)


def signed_pieces(pieces: float) -> str:
    """Return a number of pieces with its sign, as precise as a share in per cent: three decimals below 1."""
    decimals = 3 if abs(pieces) < 1 else 2 if abs(pieces) < 10 else 1
    if round(1000 * pieces) == 0:
        return "< 0.001" if pieces else "0"
    return f"{'+' if pieces > 0 else MINUS}{abs(pieces):.{decimals}f}"


def percent(share: float) -> str:
    """Return a share in per cent with one decimal; none is told as nothing where it is not."""
    tenths = round(1000 * abs(share))
    return "below 0.1 %" if tenths == 0 else f"{tenths / 10:.1f} %"


def _power(value: float) -> int:
    return math.floor(math.log10(abs(value)) + 1e-12) if value else 0


def warnings_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return what speaks against the model before what speaks for it, each in its order."""
    return sorted(findings, key=lambda finding: finding.agrees)
