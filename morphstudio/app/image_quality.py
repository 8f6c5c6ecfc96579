"""What the Data step shows of an image: fractions along each axis, isotropy, representativity."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.phases import AXES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.descriptors.representativity import FractionInterval
    from morphstudio.core.phases import Axis, PhaseImage

MAX_BINS = 48
MAX_LAG = 100


@dataclass(frozen=True, eq=False)
class AxisQuality:
    """What an image shows along one axis.

    Parameters
    ----------
    edges : ndarray of int64, shape (B + 1,)
        Bin edges in voxels.
    fractions : ndarray of float64, shape (B, K)
        Phase fractions in each bin, in the order of the image's phases.
    two_point : ndarray of float64, shape (L + 1, K)
        C_ii at lags 0 … L voxels along the axis.
    """

    edges: NDArray[np.int64]
    fractions: NDArray[np.float64]
    two_point: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ImageQuality:
    """All of it.

    Parameters
    ----------
    counts : ndarray of int64, shape (K,)
        Voxels of each phase.
    axes : dict of Axis to AxisQuality
        One entry for each axis longer than one voxel.
    intervals : tuple of FractionInterval
        How well the image pins each fraction; lengths in voxels.
    """

    counts: NDArray[np.int64]
    axes: dict[Axis, AxisQuality]
    intervals: tuple[FractionInterval, ...]


@dataclass(frozen=True, eq=False)
class QualityPreview:
    """Asks for the quality of an image; names, roles and voxel size do not matter to it.

    Parameters
    ----------
    image : PhaseImage
        The image; its voxel size sets the shape of the distances only.
    """

    image: PhaseImage

    def answer(self, cache: dict[str, Any]) -> ImageQuality:
        """Compute it."""
        return image_quality(self.image)


def image_quality(image: PhaseImage) -> ImageQuality:
    """Return what the Data step shows of ``image``."""
    from morphstudio.core.descriptors.representativity import fraction_interval

    indices = image.indices()
    n_phases = len(image.phases)
    axes = {AXES[axis]: _along(indices, n_phases, axis) for axis in image.open_axes}
    return ImageQuality(image.counts, axes, tuple(fraction_interval(image, phase) for phase in range(n_phases)))


def _along(indices: NDArray[np.uint8], n_phases: int, axis: int) -> AxisQuality:
    from morphstudio.core.twopoint.image import directional

    length = indices.shape[axis]
    edges = np.unique(np.linspace(0, length, min(length, MAX_BINS) + 1).astype(np.int64))
    lines = np.moveaxis(indices, axis, 0)
    counts = np.array([[np.count_nonzero(lines[start:end] == phase) for phase in range(n_phases)]
                       for start, end in pairwise(edges)])
    fractions = counts / counts.sum(axis=1, keepdims=True)
    lag = max(1, min(MAX_LAG, length // 3))
    pairs = directional(indices, n_phases, axis, lag)
    return AxisQuality(edges, fractions, np.diagonal(pairs, axis1=1, axis2=2).copy())
