"""Measuring an image: every descriptor asked for, piece by piece."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.descriptors.chord_lengths import chord_length_distributions, mean_chord_lengths
from morphstudio.core.descriptors.euler_number import euler_number_densities, euler_numbers
from morphstudio.core.descriptors.lineal_path import lineal_paths
from morphstudio.core.descriptors.registry import DESCRIPTORS, check_descriptors
from morphstudio.core.descriptors.report import to_json
from morphstudio.core.descriptors.runs import RunCounts, count_runs
from morphstudio.core.descriptors.specific_surface_area import specific_surface_areas
from morphstudio.core.descriptors.summary import summarise
from morphstudio.core.descriptors.values import (
    Borders,
    Distribution,
    Measurement,
    ModelMeasurement,
    PhaseMeasurement,
    Value,
)
from morphstudio.core.descriptors.volume_fraction import volume_fractions
from morphstudio.core.errors import InputError
from morphstudio.core.parameters import check_names
from morphstudio.core.phases import AXES
from morphstudio.core.twopoint.image import directional

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from morphstudio.core.phases import Axis, PhaseImage

__all__ = [
    "Distribution", "Measurement", "Measuring", "ModelMeasurement", "PhaseMeasurement", "Value", "measure",
    "summarise", "to_json",
]

_MAX_LAG = 100


class _Sample:
    """An image as phase indices, with the runs along each axis counted once."""

    def __init__(self, image: PhaseImage, borders: Borders) -> None:
        self.image = image
        self.borders = borders
        self.n_phases = len(image.phases)
        self.indices = image.indices()
        self._runs: dict[Axis, RunCounts] = {}

    def runs(self, axis: Axis) -> RunCounts:
        if axis not in self._runs:
            number = AXES.index(axis)
            self._runs[axis] = count_runs(self.indices, self.n_phases, number, self.image.spacing[number])
        return self._runs[axis]

    def unit(self, key: str) -> str:
        return DESCRIPTORS[key].unit_in(self.image.length_unit, len(self.image.open_axes))


def _fractions(sample: _Sample) -> NDArray[np.float64]:
    return volume_fractions(sample.indices, sample.n_phases)


def _surfaces(sample: _Sample) -> NDArray[np.float64]:
    return specific_surface_areas(sample.indices, sample.n_phases, sample.image.spacing)


def _euler(sample: _Sample) -> NDArray[np.float64]:
    return euler_numbers(sample.indices, sample.n_phases).astype(np.float64)


def _euler_density(sample: _Sample) -> NDArray[np.float64]:
    return euler_number_densities(sample.indices, sample.n_phases, sample.image.spacing)


def _mean_chords(sample: _Sample, axis: Axis) -> list[Value]:
    return mean_chord_lengths(sample.runs(axis), sample.image.length_unit)


def _chords(sample: _Sample, axis: Axis) -> list[Distribution]:
    return chord_length_distributions(sample.runs(axis), sample.image.length_unit, sample.borders)


def _lineal(sample: _Sample, axis: Axis) -> list[Distribution]:
    return lineal_paths(sample.runs(axis), sample.image.length_unit)


def _two_point(sample: _Sample, axis: Axis) -> list[Distribution]:
    number = AXES.index(axis)
    longest = min(sample.indices.shape[number] // 2, _MAX_LAG)
    curves = directional(sample.indices, sample.n_phases, number, longest)
    grid = np.arange(longest + 1) * sample.image.spacing[number]
    return [Distribution(grid, curves[:, i, i].copy(), sample.image.length_unit) for i in range(sample.n_phases)]


_WHOLE: dict[str, Callable[[_Sample], NDArray[np.float64]]] = {
    "volume_fraction": _fractions,
    "specific_surface_area": _surfaces,
    "euler_number": _euler,
    "euler_number_density": _euler_density,
}
_ALONG: dict[str, Callable[[_Sample, Axis], list[Value]]] = {"mean_chord_length": _mean_chords}
_CURVES: dict[str, Callable[[_Sample, Axis], list[Distribution]]] = {
    "chord_length_distribution": _chords,
    "lineal_path": _lineal,
    "two_point": _two_point,
}


class Measuring:
    """A measurement in progress: one short piece of work per step.

    Parameters
    ----------
    image : PhaseImage
        What to measure.
    descriptors : sequence of str, optional
        Keys of the registry; default: all.
    axes : sequence of {"z", "y", "x"}, optional
        Axes of direction-dependent descriptors; default: all that are longer
        than one voxel.
    borders : {"exclude", "kaplan-meier"}
        How chords cut by the border enter the chord length distribution.

    Raises
    ------
    InputError
        Unknown descriptor or axis, or an axis of one voxel.
    """

    def __init__(self, image: PhaseImage, descriptors: Sequence[str] | None = None,
                 axes: Sequence[Axis] | None = None, borders: Borders = "exclude") -> None:
        self._sample = _Sample(image, borders)
        self._phases = [PhaseMeasurement(p.name, p.label) for p in image.phases]
        keys = _chosen(descriptors)
        chosen_axes = _checked_axes(image, axes)
        self._work: list[tuple[str, Callable[[], None]]] = []
        for key in keys:
            title = DESCRIPTORS[key].title
            if key in _WHOLE:
                self._work.append((title, partial(self._measure_whole, key)))
            else:
                self._work += [(f"{title}, {axis}", partial(self._measure_along, key, axis)) for axis in chosen_axes]
        self._taken = 0

    @property
    def done(self) -> bool:
        """Whether everything is measured."""
        return self._taken == len(self._work)

    @property
    def share(self) -> float:
        """Share of the steps taken, 0 … 1."""
        return self._taken / len(self._work) if self._work else 1.0

    @property
    def message(self) -> str:
        """What the next step measures, in plain words."""
        return "" if self.done else self._work[self._taken][0]

    def step(self) -> None:
        """Measure the next piece: one descriptor, of one axis if it has a direction."""
        self._work[self._taken][1]()
        self._taken += 1

    def result(self) -> Measurement:
        """Return what has been measured so far."""
        image = self._sample.image
        phases = tuple(deepcopy(self._phases))
        return Measurement(image.voxel_size_um, phases, image.shape, image.name, self._sample.borders)

    def _measure_whole(self, key: str) -> None:
        unit = self._sample.unit(key)
        for phase, number in zip(self._phases, _WHOLE[key](self._sample), strict=True):
            phase.scalars[key] = Value(float(number), unit)

    def _measure_along(self, key: str, axis: Axis) -> None:
        if key in _ALONG:
            for phase, value in zip(self._phases, _ALONG[key](self._sample, axis), strict=True):
                entry = phase.scalars.setdefault(key, {})
                assert isinstance(entry, dict)
                entry[axis] = value
        else:
            for phase, curve in zip(self._phases, _CURVES[key](self._sample, axis), strict=True):
                phase.distributions.setdefault(key, {})[axis] = curve


def measure(image: PhaseImage, descriptors: Sequence[str] | None = None, axes: Sequence[Axis] | None = None,
            report: Callable[[float], None] | None = None, should_stop: Callable[[], bool] | None = None,
            *, borders: Borders = "exclude") -> Measurement:
    """Measure the descriptors of every phase of an image.

    Parameters
    ----------
    image : PhaseImage
        Section or volume.
    descriptors : sequence of str, optional
        Keys of :data:`~morphstudio.core.descriptors.registry.DESCRIPTORS`;
        default: all.
    axes : sequence of {"z", "y", "x"}, optional
        Axes of direction-dependent descriptors; default: all that are longer
        than one voxel.
    report : callable, optional
        Told the share that is done, 0 … 1, after each step.
    should_stop : callable, optional
        Asked before each step; when true, what is measured so far is returned.
    borders : {"exclude", "kaplan-meier"}
        How chords cut by the border enter the chord length distribution.

    Returns
    -------
    Measurement
        In µm, or in voxels where the voxel size is unknown.

    Raises
    ------
    InputError
        Unknown descriptor or axis, or an axis of one voxel.
    """
    work = Measuring(image, descriptors, axes, borders)
    while not work.done and not (should_stop is not None and should_stop()):
        work.step()
        if report is not None:
            report(work.share)
    return work.result()


def _chosen(descriptors: Sequence[str] | None) -> list[str]:
    if descriptors is None:
        return list(DESCRIPTORS)
    check_descriptors(descriptors)
    return [key for key in DESCRIPTORS if key in descriptors]


def _checked_axes(image: PhaseImage, axes: Sequence[Axis] | None) -> list[Axis]:
    open_axes = [AXES[axis] for axis in image.open_axes]
    if axes is None:
        return open_axes
    if not axes:
        raise InputError("axes", "No axis is chosen.", f"Choose from {', '.join(open_axes)}.")
    check_names(axes, AXES, "axes")
    for axis in axes:
        if axis not in open_axes:
            raise InputError("axes", f"The image is one voxel thick along {axis}.",
                             f"Choose from {', '.join(open_axes)}.")
    return [axis for axis in open_axes if axis in axes]
