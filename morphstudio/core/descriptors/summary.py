"""Mean and standard deviation of measurements over realisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.descriptors.values import (
    CurveTree,
    Distribution,
    Measurement,
    ModelMeasurement,
    PhaseMeasurement,
    ScalarTree,
    Value,
)
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.phases import Axis

_ONE = "one realisation has no standard deviation"


def summarise(measurements: Sequence[Measurement]) -> ModelMeasurement:
    """Return mean ± standard deviation over realisations of one model.

    Parameters
    ----------
    measurements : sequence of Measurement
        Of images with the same phases and voxel size, at least one.

    Returns
    -------
    ModelMeasurement
        The standard deviation is that of one realisation (n − 1 in the
        denominator). Where a value does not exist in some realisations the mean
        is over the others and its ``reason`` says how many they are.

    Raises
    ------
    InputError
        No measurement, or measurements that do not belong together.
    """
    _check_alike(measurements)
    first = measurements[0]
    means, sds = [], []
    for phase in first.phases:
        same = [m.phase(phase.label) for m in measurements]
        mean, sd = _scalar_trees(same)
        mean_curves, sd_curves = _curve_trees(same)
        means.append(PhaseMeasurement(phase.phase, phase.label, mean, mean_curves))
        sds.append(PhaseMeasurement(phase.phase, phase.label, sd, sd_curves))
    size, shape, borders = first.voxel_size_um, first.shape, first.borders
    return ModelMeasurement(
        Measurement(size, tuple(means), shape, first.name, borders),
        Measurement(size, tuple(sds), shape, first.name, borders),
        len(measurements),
    )


def _check_alike(measurements: Sequence[Measurement]) -> None:
    if not measurements:
        raise InputError("measurements", "There is no measurement to average.", "Measure at least one realisation.")
    first = measurements[0]
    for other in measurements[1:]:
        if [p.label for p in other.phases] != [p.label for p in first.phases]:
            raise InputError("measurements", "The measurements have different phases.", "Average one model at a time.")
        if other.voxel_size_um != first.voxel_size_um or other.open_axes != first.open_axes:
            raise InputError("measurements", "The measurements differ in voxel size or plane.",
                             "Average volumes, or sections of one plane, with one voxel size.")


def _scalar_trees(phases: Sequence[PhaseMeasurement]) -> tuple[ScalarTree, ScalarTree]:
    means: ScalarTree = {}
    sds: ScalarTree = {}
    for key, entry in phases[0].scalars.items():
        if isinstance(entry, dict):
            pairs = {axis: mean_and_sd([p.scalar(key, axis) for p in phases]) for axis in entry}
            means[key] = {axis: pair[0] for axis, pair in pairs.items()}
            sds[key] = {axis: pair[1] for axis, pair in pairs.items()}
        else:
            means[key], sds[key] = mean_and_sd([p.scalar(key) for p in phases])
    return means, sds


def mean_and_sd(values: Sequence[Value | None]) -> tuple[Value, Value]:
    """Return the mean and the standard deviation of the values that exist.

    Parameters
    ----------
    values : sequence of Value or None
        The same quantity in each realisation.
    """
    given = [v for v in values if v is not None]
    numbers = [v.value for v in given if v.value is not None]
    unit = given[0].unit if given else "1"
    if not numbers:
        reason = next((v.reason for v in given if v.reason), "it was not measured")
        return Value(None, unit, reason), Value(None, unit, reason)
    note = "" if len(numbers) == len(values) else f"exists in {len(numbers)} of {len(values)} realisations"
    mean = Value(float(np.mean(numbers)), unit, note)
    if len(numbers) == 1:
        return mean, Value(None, unit, _ONE)
    return mean, Value(float(np.std(numbers, ddof=1)), unit, note)


def _curve_trees(phases: Sequence[PhaseMeasurement]) -> tuple[CurveTree, CurveTree]:
    means: CurveTree = {}
    sds: CurveTree = {}
    for key, by_axis in phases[0].distributions.items():
        pairs = {axis: _mean_curve(key, axis, phases) for axis in by_axis}
        means[key] = {axis: pair[0] for axis, pair in pairs.items()}
        sds[key] = {axis: pair[1] for axis, pair in pairs.items()}
    return means, sds


def _mean_curve(key: str, axis: Axis, phases: Sequence[PhaseMeasurement]) -> tuple[Distribution, Distribution]:
    found = [p.distribution(key, axis) for p in phases]
    curves = [curve for curve in found if curve is not None and len(curve.grid)]
    if not curves:
        empty = next((curve for curve in found if curve is not None), Distribution(np.empty(0), np.empty(0), "um"))
        return empty, empty
    grid, stacked = common_grid(curves, extend=key == "chord_length_distribution")
    means = [curve.mean for curve in curves if curve.mean is not None]
    unit = curves[0].unit
    note = "" if len(curves) == len(phases) else f"exists in {len(curves)} of {len(phases)} realisations"
    average = Distribution(grid, stacked.mean(axis=0), unit, float(np.mean(means)) if means else None, note)
    if len(curves) == 1:
        return average, Distribution(np.empty(0), np.empty(0), unit, None, _ONE)
    spread = float(np.std(means, ddof=1)) if len(means) > 1 else None
    return average, Distribution(grid, stacked.std(axis=0, ddof=1), unit, spread, note)


def common_grid(curves: Sequence[Distribution], *, extend: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bring curves of one step to one grid.

    Parameters
    ----------
    curves : sequence of Distribution
        Curves on multiples of the same length, none empty.
    extend : bool
        Continue shorter curves by their last value (distribution functions);
        otherwise cut all to the shortest (probabilities that are unknown
        beyond it).

    Returns
    -------
    grid : ndarray of float64, shape (M,)
    values : ndarray of float64, shape (len(curves), M)
    """
    lengths = [len(curve.grid) for curve in curves]
    size = max(lengths) if extend else min(lengths)
    longest = curves[int(np.argmax(lengths))]
    rows = [np.concatenate([c.values, np.full(max(size - len(c.values), 0), c.values[-1])])[:size] for c in curves]
    return longest.grid[:size], np.stack(rows)
