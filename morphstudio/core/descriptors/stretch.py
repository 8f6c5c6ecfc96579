r"""Stretch along z of a structure that is isotropic in the plane, from chord lengths.

A structure s(x, y, z) = iso(x, y, ŝ z) has chords along z that are 1/ŝ times those
in the plane. ŝ is where

    Σ_i ∫ |Φ_xy,i(t) − Φ_z,i(t/ŝ)| dt

is least, Φ being the distributions of chord lengths of phase i. Source:
"Excursion sets" paper, Eq. 40, which as printed has ŝ t in place of t/ŝ and so
estimates 1/ŝ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar

from morphstudio.core.descriptors.chord_lengths import chord_length_distributions
from morphstudio.core.descriptors.runs import count_runs
from morphstudio.core.errors import InputError
from morphstudio.core.image_edits import cropped
from morphstudio.core.phases import AXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.descriptors.values import Distribution
    from morphstudio.core.phases import PhaseImage

_LOWEST, _HIGHEST = 0.1, 10.0
_COARSE, _POINTS = 81, 400
_PARTS = 2  # along each axis, for the standard error
_LEAST_SIDE = 16  # voxels of such a part

_Curves = dict[str, dict[int, list["Distribution"]]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """ŝ and how sure it is.

    Attributes
    ----------
    value : float
        ŝ; 1 for an isotropic structure, below 1 where it is longer along z.
    standard_error : float or None
        From the scatter between parts of the images; ``None`` where they are
        too small to be divided.
    distance : float
        What is left of the sum of integrals, over the sum of the mean chords:
        near 0 where stretching alone explains the difference.
    """

    value: float
    standard_error: float | None
    distance: float


def stretch_along_z(images: Sequence[PhaseImage]) -> Stretch:
    """Return the stretch along z of volumes, or of sections in two planes or more.

    Parameters
    ----------
    images : sequence of PhaseImage
        Together they show z and at least one of x and y; same phase labels.

    Raises
    ------
    InputError
        No image shows z, none shows x or y, or no phase has whole chords along both.
    """
    value, distance = _fitted(_curves(images))
    return Stretch(value, _standard_error(images, value), distance)


def _standard_error(images: Sequence[PhaseImage], value: float) -> float | None:
    """Return the error of ŝ by the scatter of log ŝ between parts; ``None`` where a part is too small to tell."""
    if not all(min(image.labels.shape[a] for a in image.open_axes) >= _PARTS * _LEAST_SIDE for image in images):
        return None
    corners = list(np.ndindex(_PARTS, _PARTS, _PARTS))
    if all(image.is_section for image in images):
        # Each part of a section is to be used once: halves of z go with halves of y.
        corners = [corner for corner in corners if corner[0] == corner[1]]
    try:
        found = [np.log(_fitted(_curves([_part(image, corner) for image in images]))[0]) for corner in corners]
    except InputError:
        return None
    return float(value * np.std(found, ddof=1) / np.sqrt(len(found)))


def _curves(images: Sequence[PhaseImage]) -> _Curves:
    """Return the chord length distributions along the plane's axes and along z, by label."""
    found: _Curves = {"plane": {}, "z": {}}
    for image in images:
        for axis in image.open_axes:
            runs = count_runs(image.indices(), len(image.phases), axis, image.spacing[axis])
            where = found["z" if AXES[axis] == "z" else "plane"]
            for phase, curve in zip(image.phases, chord_length_distributions(runs, "", "kaplan-meier"), strict=True):
                if len(curve.grid):
                    where.setdefault(phase.label, []).append(curve)
    if not (found["z"].keys() & found["plane"].keys()):
        raise InputError("stretch", "These images do not show whole chords both along z and across it.",
                         "Give a volume, or sections of two planes, one of them with z.")
    return found


def _fitted(curves: _Curves) -> tuple[float, float]:
    labels = sorted(curves["z"].keys() & curves["plane"].keys())
    pairs = [(curves["plane"][label], curves["z"][label]) for label in labels]

    def total(log_stretch: float) -> float:
        return sum(_apart(plane, along, float(np.exp(log_stretch))) for plane, along in pairs)

    tried = np.linspace(np.log(_LOWEST), np.log(_HIGHEST), _COARSE)
    best = int(np.argmin([total(x) for x in tried]))
    ends = tried[max(best - 1, 0)], tried[min(best + 1, len(tried) - 1)]
    found = minimize_scalar(total, bounds=ends, method="bounded", options={"xatol": 1e-5})
    lengths = sum(float(np.mean([c.mean or 0.0 for c in plane])) for plane, _ in pairs)
    return float(np.exp(found.x)), float(found.fun) / lengths


def _apart(plane: list[Distribution], along: list[Distribution], stretch: float) -> float:
    """Return ∫ |Φ_xy(t) − Φ_z(t/ŝ)| dt of one phase."""
    longest = max(*(c.grid[-1] for c in plane), *(stretch * c.grid[-1] for c in along))
    t = np.linspace(0, longest, _POINTS + 1)
    gap = np.abs(_mean(plane, t) - _mean(along, t / stretch))
    return float((gap[1:] + gap[:-1]).sum() * (t[1] - t[0]) / 2)


def _mean(curves: list[Distribution], t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of distributions; a chord of k voxels is k − ½ … k + ½ voxels long, evenly."""
    values = [np.interp(t, np.concatenate([[0.0], c.grid + (c.grid[1] - c.grid[0]) / 2]),
                        np.concatenate([[0.0], c.values])) for c in curves]
    return np.asarray(np.mean(values, 0))


def _part(image: PhaseImage, corner: tuple[int, ...]) -> PhaseImage:
    """Return one of the parts of an image; of an axis of one voxel all of it."""
    ends = [(0, 1) if n == 1 else (at * (n // _PARTS), (at + 1) * (n // _PARTS))
            for n, at in zip(image.labels.shape, corner, strict=True)]
    return cropped(image, (ends[0], ends[1], ends[2]))
