"""Measurements as plain data, table rows, CSV and LaTeX."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.descriptors.values import Distribution, Measurement, ModelMeasurement, TableRow, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from morphstudio.core.phases import Axis

Measured = Measurement | ModelMeasurement


def to_json(measurement: Measurement) -> dict[str, Any]:
    """Return a measurement as the documented result file.

    Parameters
    ----------
    measurement : Measurement
        What to write.

    Returns
    -------
    dict
        ``phases.{name}.{descriptor}`` holds ``{"value", "unit"}``, keyed by axis
        where it depends on direction; a value that does not exist is ``None``
        with a ``"reason"``. Curves hold ``{"grid", "values", "unit", "mean"}``.
        Only plain types; no NaN.
    """
    size = measurement.voxel_size_um
    phases = {}
    for phase in measurement.phases:
        tree: dict[str, Any] = {}
        for key in DESCRIPTORS:
            if key in phase.scalars:
                entry = phase.scalars[key]
                tree[key] = ({axis: value_json(v) for axis, v in entry.items()} if isinstance(entry, dict)
                             else value_json(entry))
            if key in phase.distributions:
                tree[key] = {axis: curve_json(c) for axis, c in phase.distributions[key].items()}
        phases[phase.phase] = tree
    return {
        "schema": 1,
        "image": measurement.name,
        "shape": list(measurement.shape),
        "voxel_size_um": None if size is None else list(size),
        "chord_borders": measurement.borders,
        "phases": phases,
    }


def value_json(value: Value) -> dict[str, Any]:
    """Return ``{"value", "unit"}``, with ``"reason"`` where there is one."""
    leaf: dict[str, Any] = {"value": finite(value.value), "unit": value.unit}
    if value.reason:
        leaf["reason"] = value.reason
    return leaf


def curve_json(curve: Distribution) -> dict[str, Any]:
    """Return a curve as lists, with ``"reason"`` where it is empty."""
    leaf: dict[str, Any] = {"grid": curve.grid.tolist(), "values": curve.values.tolist(), "unit": curve.unit}
    if curve.mean is not None or not len(curve.grid):
        leaf["mean"] = finite(curve.mean)
    if curve.reason:
        leaf["reason"] = curve.reason
    return leaf


def finite(number: float | None) -> float | None:
    """Return the number, or ``None`` for what JSON cannot hold."""
    return number if number is not None and math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One column's entry in a table row.

    ``value`` is ``None`` where there is none, with ``reason``; ``sd`` only
    for means over realisations.
    """

    value: float | None
    sd: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row(TableRow):
    """One line of the descriptor table.

    Parameters
    ----------
    descriptor, title, axis, unit, phase, label
        See :class:`~morphstudio.core.descriptors.values.TableRow`.
    fitted : bool
        Whether calibration fits this descriptor.
    cells : tuple of Cell
        One for each column.
    """

    fitted: bool
    cells: tuple[Cell, ...]


def rows(measurement: Measured) -> tuple[Row, ...]:
    """Return the table of one measurement, grouped by descriptor, then axis, then phase."""
    return table({"": measurement})


def table(columns: Mapping[str, Measured]) -> tuple[Row, ...]:
    """Return the table of several measurements side by side.

    Parameters
    ----------
    columns : mapping of str to Measurement or ModelMeasurement
        By heading. Phases are matched by label, names come from the first.

    Returns
    -------
    tuple of Row
        Grouped by descriptor, then axis, then phase; a column that has no such
        value says why.
    """
    found = []
    names: dict[int, str] = {}
    for measured in columns.values():
        for phase in measured.phases:
            names.setdefault(phase.label, phase.phase)
    for key, axis in _keys(columns):
        for label, name in names.items():
            values = [_cell(measured, label, key, axis) for measured in columns.values()]
            unit = next((u for u, _ in values if u), "")
            title = DESCRIPTORS[key].title
            cells = tuple(cell for _, cell in values)
            found.append(Row(key, title, axis or "", unit, name, label, DESCRIPTORS[key].fitted, cells))
    return tuple(found)


def _keys(columns: Mapping[str, Measured]) -> Iterator[tuple[str, Axis | None]]:
    for key in DESCRIPTORS:
        axes: list[Axis | None] = []
        for measured in columns.values():
            for phase in measured.phases:
                entry = phase.scalars.get(key)
                given: list[Axis | None] = list(entry) if isinstance(entry, dict) else [None] * (entry is not None)
                axes += [axis for axis in given if axis not in axes]
        yield from ((key, axis) for axis in axes)


def _cell(measured: Measured, label: int, key: str, axis: Axis | None) -> tuple[str, Cell]:
    phase = next((p for p in measured.phases if p.label == label), None)
    value = phase.scalar(key, axis) if phase is not None else None
    if value is None:
        return "", Cell(None, None, "not measured")
    sd = None
    if isinstance(measured, ModelMeasurement):
        spread = measured.sd.phase(label).scalar(key, axis)
        sd = spread.value if spread is not None else None
    return value.unit, Cell(value.value, sd, value.reason)
