"""What a measurement is made of: frozen values with units and reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.phases import Axis, VoxelSize

Borders = Literal["exclude", "kaplan-meier"]


@dataclass(frozen=True, slots=True)
class Value:
    """One number with its unit.

    Parameters
    ----------
    value : float or None
        ``None`` where the quantity does not exist.
    unit : str
        ``"1"``, ``"um"``, ``"1/um"``, …, or the same with ``voxel``.
    reason : str
        Why there is no value, in plain words; of a mean over realisations
        also in how many of them it exists, where not in all.
    """

    value: float | None
    unit: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """What a line of a table is about.

    Parameters
    ----------
    descriptor, title : str
        Key and name for people.
    axis : str
        ``"z"``, ``"y"``, ``"x"``, or empty.
    unit : str
        Unit of its values.
    phase : str
        Name of the phase.
    label : int
        Its label.
    """

    descriptor: str
    title: str
    axis: str
    unit: str
    phase: str
    label: int

    @property
    def phase_words(self) -> str:
        """The phase inside a sentence: one without a name is called by its label."""
        return phase_words(self.phase, self.label)


def phase_words(name: str, label: int) -> str:
    """Return what a phase is called inside a sentence."""
    return f"label {label}" if name == str(label) else name


@dataclass(frozen=True, eq=False, slots=True)
class Distribution:
    """A curve that belongs to one phase and direction.

    Parameters
    ----------
    grid : ndarray of float64, shape (M,)
        Ascending lengths in ``unit``, starting at 0.
    values : ndarray of float64, shape (M,)
        Chord lengths: P(chord ≤ grid), a step function that is constant up to
        the next grid point. Lineal path and two-point function: the
        probability at each length. Empty, like ``grid``, where nothing could be
        measured.
    unit : str
        Unit of ``grid`` and ``mean``: ``"um"`` or ``"voxel"``.
    mean : float or None
        Mean chord of this distribution; ``None`` for other curves.
    reason : str
        Why the curve is empty.
    """

    grid: NDArray[np.float64]
    values: NDArray[np.float64]
    unit: str
    mean: float | None = None
    reason: str = ""

    @property
    def cdf(self) -> NDArray[np.float64]:
        """The values, under the name that chord lengths go by."""
        return self.values


ScalarTree = dict[str, "Value | dict[Axis, Value]"]
CurveTree = dict[str, "dict[Axis, Distribution]"]


@dataclass(frozen=True, eq=False, slots=True)
class PhaseMeasurement:
    """Everything measured on one phase.

    Parameters
    ----------
    phase : str
        Name of the phase.
    label : int
        Its value in the label array.
    scalars : dict of str to Value or dict of axis to Value
        By descriptor key; direction-dependent ones by axis.
    distributions : dict of str to dict of axis to Distribution
        By descriptor key, then by axis.
    """

    phase: str
    label: int
    scalars: ScalarTree = field(default_factory=dict)
    distributions: CurveTree = field(default_factory=dict)

    def scalar(self, key: str, axis: Axis | None = None) -> Value | None:
        """Return one value; ``None`` where it was not measured."""
        entry = self.scalars.get(key)
        if isinstance(entry, dict):
            return entry.get(axis) if axis is not None else None
        return entry if axis is None else None

    def distribution(self, key: str, axis: Axis) -> Distribution | None:
        """Return one curve; ``None`` where it was not measured."""
        return self.distributions.get(key, {}).get(axis)


@dataclass(frozen=True, eq=False, slots=True)
class Measurement:
    """Descriptors of one image, phase by phase.

    Parameters
    ----------
    voxel_size_um : (float, float, float) or None
        Voxel size (z, y, x); ``None``: all lengths are in voxels.
    phases : tuple of PhaseMeasurement
        In the order of the image's phases.
    shape : (int, int, int)
        Voxels along z, y, x.
    name : str
        Name of the image.
    borders : {"exclude", "kaplan-meier"}
        How chords cut by the border entered the chord length distribution.
    """

    voxel_size_um: VoxelSize | None
    phases: tuple[PhaseMeasurement, ...]
    shape: tuple[int, int, int]
    name: str = ""
    borders: Borders = "exclude"

    @property
    def length_unit(self) -> str:
        """``"um"`` where the voxel size is known, else ``"voxel"``."""
        return "um" if self.voxel_size_um else "voxel"

    @property
    def open_axes(self) -> tuple[int, ...]:
        """Axes longer than one voxel: three for a volume, two for a section."""
        return tuple(a for a, n in enumerate(self.shape) if n > 1)

    def phase(self, label: int) -> PhaseMeasurement:
        """Return the phase with this label.

        Raises
        ------
        InputError
            No phase has this label.
        """
        for phase in self.phases:
            if phase.label == label:
                return phase
        known = ", ".join(str(p.label) for p in self.phases)
        raise InputError("phases", f"No measured phase has label {label}.", f"Labels are {known}.")


@dataclass(frozen=True, eq=False, slots=True)
class ModelMeasurement:
    """Mean and standard deviation over realisations of a model.

    Parameters
    ----------
    mean, sd : Measurement
        Two trees of the same form. With one realisation there is no standard
        deviation and its values are ``None``.
    n_realisations : int
        How many realisations were measured.
    """

    mean: Measurement
    sd: Measurement
    n_realisations: int

    @property
    def phases(self) -> tuple[PhaseMeasurement, ...]:
        """The phases of the mean."""
        return self.mean.phases
