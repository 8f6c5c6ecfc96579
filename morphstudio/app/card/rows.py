"""The rows of the descriptor table: data, model and volumes side by side. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from morphstudio.core.descriptors.comparison import OF_DATA, compare_curves, compare_values
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.phases import AXES
from morphstudio.core.validation import HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.descriptors.comparison import CurveDistance, ValidationRow
    from morphstudio.core.descriptors.values import Measurement, ModelMeasurement, Value
    from morphstudio.core.phases import Axis
    from morphstudio.core.validation import Validation

# Beyond chance and beyond this share a difference counts as one.
SMALLEST = 0.01
# Of the descriptors that are not fitted this one comes last: borders are counted in, and no verdict reads it.
_LAST = "euler_number"

Standing = Literal["within", "beyond", "unknown"]


@dataclass(frozen=True, slots=True)
class Row:
    """One descriptor of one phase: a number, or the distance of two curves.

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
        (model − data) / data, or over the descriptor's own scale; the verdict reads the same.
    relative_to : str
        What the difference is a share of, in words.
    allowance : float or None
        Relative difference that chance explains; ``None`` while that is not known.
    fitted : bool
        Whether calibration fits the descriptor.
    reason : str
        Why a value is missing.
    first : bool
        Whether the row opens its group.
    is_distance : bool
        Whether the row tells how far two curves are apart; there are no values then, only ``distance``.
    distance : float or None
        That distance, in the stored unit.
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
    relative_to: str = OF_DATA
    is_distance: bool = False
    distance: float | None = None

    @property
    def apart(self) -> float | None:
        """Model less data, or the distance of their curves, in the stored unit."""
        if self.is_distance:
            return self.distance
        return None if self.data is None or self.model is None else self.model - self.data

    @property
    def is_of_data(self) -> bool:
        """Whether the difference is a share of the data's value; a distance never is."""
        return not self.is_distance and self.relative_to == OF_DATA

    @property
    def standing(self) -> Standing | None:
        """Whether chance explains the difference, as far as that is known; ``None`` without a difference.

        A difference of at most one per cent counts as explained, once it is known what chance does.
        """
        if self.difference is None:
            return None
        if self.allowance is None:
            return "unknown"
        return "beyond" if abs(self.difference) > max(SMALLEST, self.allowance) else "within"

    @property
    def is_beyond(self) -> bool:
        """Whether the difference is more than chance and more than one per cent."""
        return self.standing == "beyond"


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
    compared, distances = ((validation.rows, validation.distances) if validation is not None
                           else _compared(data, model))
    judged = {(r.descriptor, r.axis, r.label): r for r in compared}
    rows: list[Row] = []
    for key in _keys(with_curves=data is not None and model is not None):
        descriptor = DESCRIPTORS[key]
        for axis in (AXES if descriptor.directional else (None,)):
            if descriptor.kind == "curve":
                apart = [d for d in distances if (d.descriptor, d.axis) == (key, axis)]
                rows += [_distance_row(d, first=number == 0) for number, d in enumerate(apart)]
                continue
            group = [_row(key, axis, phase.label, data, model, volumes, first=number == 0)
                     for number, phase in enumerate(sources[0].phases)]
            for row in group:
                if row is None:
                    continue
                found = judged.get((row.key, row.axis, row.label))
                rows.append(row if found is None else replace(
                    row, difference=found.relative, allowance=found.allowance, relative_to=found.relative_to))
    return tuple(rows)


def _keys(*, with_curves: bool) -> list[str]:
    """Return descriptors in the order of the table, the same before, while and after the model is measured.

    First fraction, surface and chords, which every reader looks for and the calibration fits; below them what
    was not fitted, ``with_curves`` so that each share that the verdict takes its mean of has a row.
    """
    numbers = [key for key, descriptor in DESCRIPTORS.items() if descriptor.kind == "value"]
    keys = [*numbers, *(key for key in HELD_OUT if with_curves and key not in numbers)]
    return sorted(keys, key=lambda key: (not DESCRIPTORS[key].fitted, key == _LAST))


def _compared(data: Measurement | None, model: ModelMeasurement | None
              ) -> tuple[tuple[ValidationRow, ...], tuple[CurveDistance, ...]]:
    """Return the differences of columns that were not compared in the same run, such as those of a project.

    What chance does to curves is seen from single realisations, which are not kept: it stays unknown.
    """
    if data is None or model is None or {p.label for p in data.phases} != {p.label for p in model.mean.phases}:
        return (), ()
    return (compare_values(data, model, same_shape=data.shape == model.mean.shape),
            compare_curves(data, (model.mean,)))


def _distance_row(found: CurveDistance, *, first: bool) -> Row:
    return Row(found.descriptor, found.title, found.axis, power_of_unit(found.unit), found.phase, found.label, None,
               None, None, (), found.relative, found.allowance, found.fitted, found.reason, first, found.relative_to,
               is_distance=True, distance=found.distance)


def _row(key: str, axis: Axis | None, label: int, data: Measurement | None, model: ModelMeasurement | None,
         volumes: Sequence[Measurement], *, first: bool) -> Row | None:
    trees = (data, None, None) if model is None else (data, model.mean, model.sd)
    values = [_value(m, label, key, axis) for m in trees]
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
