"""Data beside model: differences of numbers and distances of curves, with what chance explains.

Every comparison is relative to a scale of its own and has an allowance for
chance: the data are one sample, as each realisation is.

=====================  ==========================================  ======================
comparison             difference                                  scale
=====================  ==========================================  ======================
numbers                mean over n realisations − data             the data's value
Euler number           the same                                    the larger of the data's
                                                                   value and ε / ℓ^d, one
                                                                   piece per mean chord
                                                                   cubed (squared)
chord lengths          Wasserstein distance of data and mean       the data's mean chord
lineal path,           largest gap of data and mean                the data's ε
two-point function
=====================  ==========================================  ======================

Allowance of numbers: 2 sd √(1 + 1/n). Of curves: mean + 2 sd of the distances
between each realisation and the mean of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from morphstudio.core.descriptors.distances import largest_gap, wasserstein
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.descriptors.summary import common_grid
from morphstudio.core.descriptors.values import (
    Distribution,
    Measurement,
    ModelMeasurement,
    TableRow,
    Value,
    phase_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.phases import Axis

OF_DATA = "the data's value"
_OF_PIECES = {2: "one piece per mean chord squared", 3: "one piece per mean chord cubed"}
_OF_CURVES = {"chord_length_distribution": "the data's mean complete chord"}
_OF_SHARE = "the data's volume fraction"


@dataclass(frozen=True, slots=True)
class ValidationRow(TableRow):
    """One descriptor of one phase, data beside model.

    Parameters
    ----------
    descriptor, title, axis, unit, phase, label
        See :class:`~morphstudio.core.descriptors.values.TableRow`.
    data, model_mean, model_sd : float or None
        Measured value; mean and standard deviation over realisations.
    difference : float or None
        ``model_mean − data``.
    relative : float or None
        Difference over the scale of the descriptor (see the module's table), with sign.
    allowance : float or None
        Relative difference that chance explains.
    fitted : bool
        Whether calibration fits this descriptor; else it is held out.
    reason : str
        Why a value does not exist.
    relative_to : str
        What ``relative`` and ``allowance`` are shares of, in words.
    """

    data: float | None
    model_mean: float | None
    model_sd: float | None
    difference: float | None
    relative: float | None
    allowance: float | None
    fitted: bool
    reason: str = ""
    relative_to: str = OF_DATA

    @property
    def excess(self) -> float | None:
        """Relative difference beyond what chance explains, at least 0."""
        return None if self.relative is None else max(abs(self.relative) - (self.allowance or 0.0), 0.0)

    @property
    def is_of_data(self) -> bool:
        """Whether ``relative`` is a share of the data's own value; an Euler number near zero has another scale."""
        return self.relative_to == OF_DATA

    @property
    def is_other_sign(self) -> bool:
        """Whether data and model lie on opposite sides of zero, by more than the scale of the descriptor."""
        return (self.data or 0.0) * (self.model_mean or 0.0) < 0 and abs(self.relative or 0.0) > 1

    @property
    def subject(self) -> str:
        """What the row is about, in words."""
        along = f" along {self.axis}" if self.axis else ""
        return f"{DESCRIPTORS[self.descriptor].noun} of {self.phase_words}{along}"


@dataclass(frozen=True, slots=True)
class CurveDistance:
    """How far a curve of the model is from that of the data.

    Parameters
    ----------
    descriptor, title : str
        Key and name for people.
    axis : str
        Direction.
    phase : str
        Name of the phase.
    label : int
        Its label.
    measure : {"wasserstein", "largest_gap"}
        Which distance.
    distance : float or None
        In ``unit``; ``None`` with ``reason`` where a curve does not exist.
    unit : str
        ``"um"`` or ``"voxel"`` (Wasserstein), ``"1"`` (gap).
    relative : float or None
        Over the data's mean chord (Wasserstein) or fraction (gap).
    allowance : float or None
        The same between realisations of the model: what chance explains.
    fitted : bool
        Whether calibration fits this curve; else it is held out.
    reason : str
        Why there is no distance.
    """

    descriptor: str
    title: str
    axis: str
    phase: str
    label: int
    measure: Literal["wasserstein", "largest_gap"]
    distance: float | None
    unit: str
    relative: float | None
    allowance: float | None
    fitted: bool
    reason: str = ""

    @property
    def relative_to(self) -> str:
        """What ``relative`` and ``allowance`` are shares of, in words."""
        return _OF_CURVES.get(self.descriptor, _OF_SHARE)

    @property
    def excess(self) -> float | None:
        """Relative distance beyond what chance explains, at least 0."""
        return None if self.relative is None else max(self.relative - (self.allowance or 0.0), 0.0)

    @property
    def phase_words(self) -> str:
        """The phase inside a sentence: one without a name is called by its label."""
        return phase_words(self.phase, self.label)

    @property
    def subject(self) -> str:
        """What the distance is about, in words."""
        return f"{DESCRIPTORS[self.descriptor].noun} of {self.phase_words} along {self.axis}"


def compare_values(data: Measurement, model: ModelMeasurement, *, same_shape: bool) -> tuple[ValidationRow, ...]:
    """Compare every number the data have.

    Parameters
    ----------
    data : Measurement
        The image.
    model : ModelMeasurement
        Its realisations; same phase labels.
    same_shape : bool
        Whether image and realisations have one shape; otherwise the Euler
        number, which grows with the image, is left to its density.

    Returns
    -------
    tuple of ValidationRow
        By descriptor, axis and phase.
    """
    rows = []
    for key in DESCRIPTORS:
        if key == "euler_number" and not same_shape:
            continue
        for axis in _axes_of(data, key):
            rows += [_row(key, axis, p.label, data, model) for p in data.phases]
    return tuple(rows)


def _axes_of(data: Measurement, key: str) -> list[Axis | None]:
    entry = next((p.scalars[key] for p in data.phases if key in p.scalars), None)
    if entry is None:
        return []
    return list(entry) if isinstance(entry, dict) else [None]


def _row(key: str, axis: Axis | None, label: int, data: Measurement, model: ModelMeasurement) -> ValidationRow:
    phase = data.phase(label)
    measured = phase.scalar(key, axis) or Value(None, "", "not measured")
    mean = model.mean.phase(label).scalar(key, axis) or Value(None, measured.unit, "not measured")
    sd = model.sd.phase(label).scalar(key, axis)
    spread = sd.value if sd is not None else None
    difference = relative = allowance = None
    relative_to = OF_DATA
    if measured.value is not None and mean.value is not None:
        difference = mean.value - measured.value
        scale, relative_to = _scale(key, label, data, measured.value)
        relative = difference / scale if scale > 0 else None
        if spread is not None and scale > 0:
            allowance = 2 * spread * float(np.sqrt(1 + 1 / model.n_realisations)) / scale
    reason = "; ".join(dict.fromkeys(v.reason for v in (measured, mean) if v.reason))
    descriptor = DESCRIPTORS[key]
    return ValidationRow(key, descriptor.title, axis or "", measured.unit or mean.unit, phase.phase, label,
                         measured.value, mean.value, spread, difference, relative, allowance, descriptor.fitted, reason,
                         relative_to)


def _scale(key: str, label: int, data: Measurement, value: float) -> tuple[float, str]:
    """Return what a difference of this descriptor is measured against, and its name."""
    own = abs(value), OF_DATA
    if key not in ("euler_number", "euler_number_density"):
        return own
    phase = data.phase(label)
    fraction = phase.scalar("volume_fraction")
    chords = phase.scalars.get("mean_chord_length")
    lengths = [v.value for v in chords.values() if v.value is not None] if isinstance(chords, dict) else []
    n_axes = len(data.open_axes)
    if fraction is None or fraction.value is None or not lengths or n_axes not in _OF_PIECES:
        return own
    density = fraction.value / float(np.mean(lengths)) ** n_axes
    spacing = data.voxel_size_um or (1.0, 1.0, 1.0)
    size = float(np.prod([data.shape[a] * spacing[a] for a in data.open_axes]))
    pieces = density * (size if key == "euler_number" else 1.0)
    return own if own[0] >= pieces else (pieces, _OF_PIECES[n_axes])


def compare_curves(data: Measurement, realisations: Sequence[Measurement]) -> tuple[CurveDistance, ...]:
    """Compare every curve the data have with the mean over the realisations.

    Parameters
    ----------
    data : Measurement
        The image.
    realisations : sequence of Measurement
        Of the model; same phase labels.

    Returns
    -------
    tuple of CurveDistance
        By descriptor, axis and phase.
    """
    found = []
    for key, descriptor in DESCRIPTORS.items():
        if descriptor.kind != "curve":
            continue
        axes = {axis: None for p in data.phases for axis in p.distributions.get(key, {})}
        for axis in axes:
            found += [_distance(key, axis, p.label, data, realisations) for p in data.phases]
    return tuple(found)


def _distance(key: str, axis: Axis, label: int, data: Measurement,
              realisations: Sequence[Measurement]) -> CurveDistance:
    phase = data.phase(label)
    is_cdf = key == "chord_length_distribution"
    measure: Literal["wasserstein", "largest_gap"] = "wasserstein" if is_cdf else "largest_gap"
    of = wasserstein if is_cdf else largest_gap
    unit = data.length_unit if is_cdf else "1"
    descriptor = DESCRIPTORS[key]
    curve = phase.distribution(key, axis)
    others = [m.phase(label).distribution(key, axis) for m in realisations]
    curves = [c for c in others if c is not None and len(c.grid)]
    if curve is None or not len(curve.grid) or not curves:
        reason = next((c.reason for c in (curve, *others) if c is not None and c.reason), "it was not measured")
        return CurveDistance(key, descriptor.title, axis, phase.phase, label, measure, None, unit, None, None,
                             descriptor.fitted, reason)
    distance = of(curve, _mean_of(curves, extend=is_cdf))
    scale = curve.mean if is_cdf else float(curve.values[0])
    relative = distance / scale if distance is not None and scale else None
    allowance = None
    if len(curves) > 2 and scale:
        chance = [of(c, _mean_of(curves[:i] + curves[i + 1 :], extend=is_cdf)) or 0.0 for i, c in enumerate(curves)]
        allowance = float(np.mean(chance) + 2 * np.std(chance, ddof=1)) / scale
    return CurveDistance(key, descriptor.title, axis, phase.phase, label, measure, distance, unit, relative, allowance,
                         descriptor.fitted)


def _mean_of(curves: Sequence[Distribution], *, extend: bool) -> Distribution:
    grid, stacked = common_grid(curves, extend=extend)
    return Distribution(grid, stacked.mean(axis=0), curves[0].unit)
