"""The tables of a validation card: what was fitted, what was not, distances of curves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from morphstudio.app.card.values import Writing, distance_text, percent, shown_share
from morphstudio.app.number_text import MINUS, power_of_ten, raised
from morphstudio.app.phase_colours import hex_colour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.app.card.rows import Row, Standing
    from morphstudio.app.phase_colours import RGB
    from morphstudio.core.descriptors.values import Measurement, Value
    from morphstudio.core.validation import Validation

ColumnKind = Literal["name", "phase", "value", "scattered", "difference", "bar"]
WEIGHTS: dict[ColumnKind, float] = {"name": 2.0, "phase": 1.05, "value": 0.95, "scattered": 1.6, "difference": 1.05,
                                    "bar": 1.1}
"""Width of each kind of column, in parts of the whole."""

FITTED, NOT_FITTED = "Fitted by the calibration", "Not fitted: these test the model"
DISTANCES = "Distances between distributions, not fitted"
_BARS = ("Difference: model less data. Bars show it with ± what chance explains (thin line); brown is beyond chance "
         "and 1\N{NO-BREAK SPACE}%.")
_DISTANCE_NOTE = ("Chord lengths: Wasserstein distance of image and mean of the realisations, as a share of the "
                  "image’s mean complete chord. Lineal path: largest gap, as a share of the volume fraction. Chance: "
                  "how far realisations of the model are from each other, the mark on the bar.")
# Of Euler numbers near zero; the long words have no room in a column.
_PIECES = {"per chord³": "ℓ⁻³", "per chord²": "ℓ⁻²"}
_PIECES_NOTE = "{}: so many pieces of the phase per mean chord {}, the scale of an Euler number near zero."
_UNKNOWN = "Grey: what chance explains is not known."
_SMALL = 0.1  # numbers below it are written with a power of ten beside their unit
_GREY = (128, 128, 128)


@dataclass(frozen=True, slots=True)
class Lengths:
    """The unit that a card writes lengths in: its name, and what stored lengths are multiplied by."""

    name: str = "µm"
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class CardRow:
    """A line of a table.

    Parameters
    ----------
    title, unit : str
        Descriptor with its direction, and unit; empty but in the first line of a group.
    phase, colour : str
        Name of the phase and its colour as ``#RRGGBB``.
    cells : tuple of str
        Between phase and bar.
    difference, allowance : float or None
        What the bar shows.
    standing : {"within", "beyond", "unknown"} or None
        Whether chance explains the difference.
    reason : str
        Why there are no values.
    first : bool
        Whether the line opens a group.
    """

    title: str
    unit: str
    phase: str
    colour: str
    cells: tuple[str, ...]
    difference: float | None
    allowance: float | None
    standing: Standing | None
    reason: str
    first: bool


@dataclass(frozen=True, slots=True)
class CardTable:
    """A table.

    Parameters
    ----------
    title : str
        What stands over it.
    heads : tuple of str
        Over name, phase and cells; the bar's scale comes after them.
    kinds : tuple of str
        Of each column, the bar included where there is one; see :data:`WEIGHTS`.
    rows : tuple of CardRow
        Its lines.
    bar_range : float
        Relative difference at the end of the bars.
    note : str
        How to read it.
    strong : int
        Column that stands out.
    is_one_sided : bool
        Whether bars begin at the left: distances have no sign.
    """

    title: str
    heads: tuple[str, ...]
    kinds: tuple[ColumnKind, ...]
    rows: tuple[CardRow, ...]
    bar_range: float
    note: str
    strong: int
    is_one_sided: bool = False

    @property
    def scale(self) -> tuple[str, str]:
        """What stands over the ends of the bars."""
        end = f"{100 * self.bar_range:g}\N{NO-BREAK SPACE}%"
        return ("0", end) if self.is_one_sided else (f"{MINUS}{end}", f"+{end}")

    @property
    def has_bars(self) -> bool:
        """Whether the last column shows bars."""
        return self.kinds[-1] == "bar"

    @property
    def widths(self) -> tuple[float, ...]:
        """Width of each column as a share of the whole."""
        weights = [WEIGHTS[kind] for kind in self.kinds]
        return tuple(weight / sum(weights) for weight in weights)


def card_tables(rows: Sequence[Row], validation: Validation | None, volumes: Sequence[str], lengths: Lengths,
                colours: Mapping[int, RGB], *, n_realisations: int) -> tuple[CardTable, ...]:
    """Return the tables that have rows.

    Parameters
    ----------
    rows : sequence of Row
        Of the descriptor table.
    validation : Validation, optional
        Gives the part that was not used and the ensemble.
    volumes : sequence of str
        Titles of further columns.
    lengths : Lengths
        The unit of lengths.
    colours : mapping of int to (int, int, int)
        Colour of each phase by its label.
    n_realisations : int
        Of the model; 0 where it is not measured.
    """
    builder = _Builder(rows, validation, tuple(volumes), lengths, colours, n_realisations)
    values = [row for row in rows if not row.is_distance]
    has_model = n_realisations > 0
    parts = [(FITTED if has_model else "Measured", [r for r in values if r.fitted or not has_model]),
             (NOT_FITTED, [r for r in values if not r.fitted and has_model])]
    tables = [builder.values_table(title, part) for title, part in parts if part]
    for at in range(1, len(tables)):
        tables[at] = replace(tables[at], note=tables[at].note.removeprefix(tables[0].note).strip())  # said above
    distances = [row for row in rows if row.is_distance]
    return (*tables, *([builder.distances_table(distances)] if distances else []))


class _Builder:
    """Writes rows in one unit."""

    def __init__(self, rows: Sequence[Row], validation: Validation | None, volumes: tuple[str, ...],
                 lengths: Lengths, colours: Mapping[int, RGB], n_realisations: int) -> None:
        self._rows, self._lengths, self._colours, self._volumes = rows, lengths, colours, volumes
        self._unused = None if validation is None else validation.unused
        self._ensemble = None if validation is None else validation.ensemble
        self._n = n_realisations
        self._has_data = any(row.data is not None for row in rows)

    def values_table(self, title: str, rows: Sequence[Row]) -> CardTable:
        """Return a table of numbers."""
        columns: list[tuple[str, ColumnKind]] = [("Descriptor", "name"), ("Phase", "phase")]
        columns += [("Image", "value")] if self._has_data else []
        columns += [(f"Not used: {self._unused.words}", "value")] if self._unused is not None else []
        columns += [("Model", "scattered")] if self._n else []
        columns += [("With uncertain parameters", "scattered")] if self._ensemble is not None else []
        columns += [(volume, "value") for volume in self._volumes]
        is_compared = self._has_data and self._n > 0
        columns += [("Difference", "difference"), ("", "bar")] if is_compared else []
        heads = tuple(head for head, kind in columns if kind != "bar")
        strong = next((at for at, (_, kind) in enumerate(columns) if kind == "scattered"), 2)
        return CardTable(title, heads, tuple(kind for _, kind in columns),
                         tuple(self._row(row, self._values(row, is_compared=is_compared)) for row in rows),
                         bar_range(rows), self._note(rows, is_compared=is_compared), strong)

    def distances_table(self, rows: Sequence[Row]) -> CardTable:
        """Return a table of distances of curves."""
        heads = ("Distribution", "Phase", "Distance", "Share", "Chance explains",
                 *([f"Share, not used: {self._unused.words}"] if self._unused is not None else []))
        kinds: tuple[ColumnKind, ...] = ("name", "phase", "value", "value", "value",
                                         *(("value",) if self._unused is not None else ()), "bar")
        lines = []
        for row in rows:
            cells = ["" if row.distance is None else distance_text(row, self._factor(row)),
                     "" if row.difference is None else shown_share(row),
                     "" if row.allowance is None else percent(row.allowance).replace("below", "<")]
            if self._unused is not None:
                share = next((d.relative for d in self._unused.distances if (d.descriptor, d.axis, d.label) == (
                    row.key, row.axis, row.label)), None)
                cells.append("" if share is None else percent(share).replace("below", "<"))
            lines.append(self._row(row, cells))
        unknown = any(row.standing == "unknown" for row in rows)
        return CardTable(DISTANCES, heads, kinds, tuple(lines), bar_range(rows),
                         f"{_DISTANCE_NOTE} {_UNKNOWN * unknown}".strip(), 3, is_one_sided=True)

    def _note(self, rows: Sequence[Row], *, is_compared: bool) -> str:
        told = []
        if self._n:
            told.append(f"Model: mean ± standard deviation over {self._n} realisations." if self._n > 1
                        else "Model: one realisation.")
        if self._ensemble is not None:
            n = self._ensemble.measurement.n_realisations
            told.append(f"With uncertain parameters: mean ± standard deviation over {n} models drawn from the "
                        "covariance of the fitted parameters, one realisation of each; it holds the scatter of "
                        "realisations and the uncertainty of the parameters together.")
        told += [_BARS] if is_compared else []
        scales = [row.relative_to for row in rows if row.difference is not None]
        pieces = next((scale for scale in scales if scale.startswith("one piece")), "")
        if pieces:
            told.append(_PIECES_NOTE.format("ℓ⁻³" if pieces.endswith("cubed") else "ℓ⁻²", pieces.rpartition(" ")[2]))
        told += [_UNKNOWN] if any(row.standing == "unknown" for row in rows) else []
        return " ".join(told)

    def _row(self, row: Row, cells: Sequence[str]) -> CardRow:
        title = row.title + (f", {row.axis}" if row.axis else "")
        is_missing = row.data is None and row.model is None and not row.is_distance
        reason = row.reason if is_missing or (row.is_distance and row.distance is None) else ""
        return CardRow(title if row.first else "", self._unit(row) if row.first else "", row.phase,
                       hex_colour(self._colours.get(row.label, _GREY)), tuple(cells), row.difference, row.allowance,
                       row.standing, reason, row.first)

    def _values(self, row: Row, *, is_compared: bool) -> list[str]:
        factor, writing = self._factor(row), self._writing(row)

        def told(value: float | None) -> str:
            return "" if value is None else writing.value(value * factor)

        cells = [told(row.data)] if self._has_data else []
        if self._unused is not None:
            part = _scalar(self._unused.measurement, row)
            cells.append(told(part) if row.key != "euler_number" else "")
        if self._n:
            cells.append(" ".join(filter(None, (told(row.model), writing.scatter()))))
        if self._ensemble is not None:
            cells.append(self._band(row))
        cells += [told(volume) for volume in row.volumes]
        difference = "" if row.difference is None else shown_share(row)
        for per, short in _PIECES.items():
            difference = difference.replace(per, short)
        return [*cells, difference] if is_compared else cells

    def _band(self, row: Row) -> str:
        assert self._ensemble is not None
        measured = self._ensemble.measurement
        mean, sd = _scalar(measured.mean, row), _scalar(measured.sd, row)
        if mean is None:
            return ""
        factor = self._factor(row)
        writing = self._written(row, (mean * factor,), None if sd is None else sd * factor)
        return " ".join(filter(None, (writing.value(mean * factor), writing.scatter())))

    def _writing(self, row: Row) -> Writing:
        factor = self._factor(row)
        shown = [None if v is None else v * factor for v in (row.data, row.model, *row.volumes)]
        return self._written(row, shown, None if row.sd is None else row.sd * factor)

    def _written(self, row: Row, shown: Sequence[float | None], sd: float | None) -> Writing:
        is_count = row.key == "euler_number"
        return Writing(*shown, sd=sd, is_count=is_count, is_share=row.power == 0 and not is_count,
                       beside=[size * self._factor(row) for size in self._sizes(row)])

    def _sizes(self, row: Row) -> list[float]:
        """Return the largest number of each row of a group."""
        group = [r for r in self._rows if (r.key, r.axis) == (row.key, row.axis)]
        return [max((abs(v) for v in (r.data, r.model, r.sd, *r.volumes) if v is not None), default=0.0)
                for r in group]

    def _factor(self, row: Row) -> float:
        """Return what stored values are multiplied by: for the unit of lengths, and for the power of ten beside it."""
        return float(self._lengths.factor**row.power) / 10.0 ** self._power(row) if row.power else 1.0

    def _power(self, row: Row) -> int:
        """Return the power of ten beside the unit, a multiple of three where all of a group is small."""
        largest = max(self._sizes(row)) * float(self._lengths.factor**row.power)
        if row.is_distance or not 0 < largest < _SMALL:
            return 0
        return 3 * math.floor(math.log10(largest) / 3)

    def _unit(self, row: Row) -> str:
        if row.power == 0:
            return ""
        power = 0 if row.is_distance else self._power(row) + self._writing(row).power
        return (f"{power_of_ten(power)} " if power else "") + raised(self._lengths.name, row.power)


def _scalar(measured: Measurement, row: Row) -> float | None:
    phase = next((p for p in measured.phases if p.label == row.label), None)
    value: Value | None = None if phase is None else phase.scalar(row.key, row.axis or None)  # type: ignore[arg-type]
    return None if value is None else value.value


def bar_range(rows: Sequence[Row]) -> float:
    """Half width of the bars: 5 % or what most differences need."""
    sizes = sorted(abs(row.difference) for row in rows if row.difference is not None)
    typical = sizes[int(0.9 * (len(sizes) - 1))] if sizes else 0.0
    return next((step for step in (0.05, 0.1, 0.2, 0.5) if typical <= step), 1.0)
