"""The rows of the descriptor table: data, model and volumes side by side. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from morphstudio.core.descriptors.comparison import compare_values
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.phases import AXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.descriptors.comparison import ValidationRow
    from morphstudio.core.descriptors.values import Measurement, ModelMeasurement, Value
    from morphstudio.core.phases import Axis
    from morphstudio.core.validation import Validation

# Beyond chance and beyond this share a difference counts as one.
SMALLEST = 0.01


@dataclass(frozen=True, slots=True)
class Row:
    """One descriptor of one phase.

    Attributes
    ----------
    key, title, axis : str
        Descriptor, its name for people, direction or empty.
    power : int
        Power of length in its unit.
    phase : str
    label : int
    data, model, sd : float or None
        In stored units.
    volumes : tuple of float or None
        One for each volume added.
    difference : float or None
        (model − data) / data, or over the descriptor's own scale.
    is_of_data : bool
        Whether the difference is a share of the data.
    allowance : float or None
        Relative difference that chance explains.
    fitted : bool
        Whether calibration fits the descriptor.
    reason : str
        Why a value is missing.
    first : bool
        Whether the row opens its group.
    """

    key: str
    title: str
    axis: str
    power: int
    phase: str
    label: int
    data: float | None
    model: float | None
    sd: float | None
    volumes: tuple[float | None, ...]
    difference: float | None
    allowance: float | None
    fitted: bool
    reason: str
    first: bool
    is_of_data: bool = True

    @property
    def apart(self) -> float | None:
        """Model less data, in the stored unit."""
        return None if self.data is None or self.model is None else self.model - self.data

    @property
    def is_in_percent(self) -> bool:
        """Whether its difference can be told in per cent of the data; an Euler number has either sign."""
        return not self.key.startswith("euler_number")

    @property
    def bar(self) -> float | None:
        """The difference that a bar shows: the scale of the bars is one of shares of the data."""
        return self.difference if self.is_in_percent else None

    @property
    def is_beyond(self) -> bool:
        """Whether the difference is more than chance and more than one per cent."""
        return (self.difference is not None and abs(self.difference) > SMALLEST
                and abs(self.difference) > (self.allowance or 0.0))


def power_of_unit(unit: str) -> int:
    """Return the power of length in a stored unit: ``"um"`` 1, ``"1/um"`` −1, ``"1/um^3"`` −3, ``"1"`` 0."""
    plain = unit.removeprefix("1/")
    if plain == "1":
        return 0
    power = int(plain.partition("^")[2] or 1)
    return -power if unit.startswith("1/") else power


def table_rows(data: Measurement | None, model: ModelMeasurement | None, volumes: Sequence[Measurement] = (),
               validation: Validation | None = None) -> tuple[Row, ...]:
    """Return every number measured, by descriptor, axis and phase.

    Parameters
    ----------
    data : Measurement, optional
        The image.
    model : ModelMeasurement, optional
        Mean and standard deviation over realisations.
    volumes : sequence of Measurement
        Further columns.
    validation : Validation, optional
        Gives differences with their allowance for chance where it has them.
    """
    sources = [m for m in (data, model and model.mean, *volumes) if m is not None]
    if not sources:
        return ()
    compared = validation.rows if validation is not None else _compared(data, model)
    judged = {(r.descriptor, r.axis, r.label): r for r in compared}
    rows: list[Row] = []
    # What was not fitted is the evidence: where there is something to compare, it comes first.
    keys = [key for key, descriptor in DESCRIPTORS.items() if descriptor.kind == "value"]
    if data is not None and model is not None:
        keys.sort(key=lambda key: (DESCRIPTORS[key].fitted, key == "euler_number"))
    for key in keys:
        descriptor = DESCRIPTORS[key]
        for axis in (AXES if descriptor.directional else (None,)):
            group = [_row(key, axis, phase.label, data, model, volumes, first=number == 0)
                     for number, phase in enumerate(sources[0].phases)]
            for row in group:
                if row is None:
                    continue
                found = judged.get((row.key, row.axis, row.label))
                rows.append(row if found is None else replace(
                    row, difference=found.relative, allowance=found.allowance,
                    is_of_data=found.is_of_data or found.relative is None))
    return tuple(rows)


def _compared(data: Measurement | None, model: ModelMeasurement | None) -> tuple[ValidationRow, ...]:
    """Return the differences of columns that were not compared in the same run, such as those of a project."""
    if data is None or model is None or {p.label for p in data.phases} != {p.label for p in model.mean.phases}:
        return ()
    return compare_values(data, model, same_shape=data.shape == model.mean.shape)


def _row(key: str, axis: Axis | None, label: int, data: Measurement | None, model: ModelMeasurement | None,
         volumes: Sequence[Measurement], *, first: bool) -> Row | None:
    values = [_value(m, label, key, axis) for m in (data, model and model.mean, model and model.sd)]
    others = [_value(m, label, key, axis) for m in volumes]
    known = next((v for v in (*values, *others) if v is not None), None)
    if known is None:
        return None
    seen, mean, sd = (None if v is None else v.value for v in values)
    source = next(m for m in (data, model and model.mean, *volumes) if m is not None)
    phase = next(p.phase for p in source.phases if p.label == label)
    reason = next((v.reason for v in (*values[:2], *others) if v is not None and v.value is None and v.reason), "")
    descriptor = DESCRIPTORS[key]
    return Row(key, descriptor.title, axis or "", power_of_unit(known.unit), phase, label, seen, mean, sd,
               tuple(None if v is None else v.value for v in others), None, None, descriptor.fitted, reason, first)


def _value(measurement: Measurement | None, label: int, key: str, axis: Axis | None) -> Value | None:
    if measurement is None:
        return None
    phase = next((p for p in measurement.phases if p.label == label), None)
    return None if phase is None else phase.scalar(key, axis)
