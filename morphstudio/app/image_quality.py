"""What the Data step shows of an image: fractions along each axis, isotropy, representativity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from morphstudio.core.phases import AXES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.descriptors.edge_strips import EdgeStrip
    from morphstudio.core.descriptors.isotropy import DirectionGap
    from morphstudio.core.descriptors.representativity import FractionInterval
    from morphstudio.core.phases import Axis, PhaseImage, VoxelSize

MAX_BINS = 48
MAX_LAG = 100
MAX_LINES = 10_000


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
    odd_edge : EdgeStrip or None
        A strip at either end that chance does not explain.
    """

    edges: NDArray[np.int64]
    fractions: NDArray[np.float64]
    two_point: NDArray[np.float64]
    odd_edge: EdgeStrip | None = None


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
        How well the image pins each fraction; lengths in the unit of ``spacing``.
    gaps : tuple of DirectionGap
        How the phases differ by direction, and what chance explains; empty
        where the image is too small to compare. Lengths in the unit of ``spacing``.
    spacing : (float, float, float)
        Voxel size (z, y, x) that this was computed with. The image may have
        another one by now, of the same :func:`proportions`.
    """

    counts: NDArray[np.int64]
    axes: dict[Axis, AxisQuality]
    intervals: tuple[FractionInterval, ...]
    gaps: tuple[DirectionGap, ...] = ()
    spacing: VoxelSize = (1.0, 1.0, 1.0)


@dataclass(frozen=True, eq=False)
class QualityPreview:
    """Asks for the quality of an image.

    Names and roles do not matter to it. Of the voxel size the :func:`proportions` do: directions are compared at
    equal lengths, not at equal numbers of voxels.

    Parameters
    ----------
    image : PhaseImage
        The image; the lengths of the answer are in the unit of its spacing.
    """

    image: PhaseImage

    modules: ClassVar[tuple[str, ...]] = (
        "morphstudio.core.descriptors.representativity", "morphstudio.core.descriptors.edge_strips",
        "morphstudio.core.descriptors.isotropy", "morphstudio.core.twopoint.image", "scipy.interpolate")

    def answer(self, cache: dict[str, Any]) -> ImageQuality:
        """Compute it."""
        return image_quality(self.image)


def proportions(image: PhaseImage) -> tuple[float, ...]:
    """Return the edges of a voxel as shares of the longest: all that the quality takes from the voxel size."""
    edges = [image.spacing[axis] for axis in image.open_axes]
    return tuple(round(edge / max(edges), 9) for edge in edges)


def image_quality(image: PhaseImage) -> ImageQuality:
    """Return what the Data step shows of ``image``."""
    from morphstudio.core.descriptors.isotropy import direction_gaps
    from morphstudio.core.descriptors.representativity import fraction_interval

    indices = image.indices()
    n_phases = len(image.phases)
    per_plane = {axis: np.empty((image.shape[axis], n_phases)) for axis in image.open_axes}
    for phase in range(n_phases):
        mask = indices == phase
        for axis, counts in per_plane.items():
            others = tuple(other for other in range(3) if other != axis)
            counts[:, phase] = np.count_nonzero(mask, axis=others)
    axes = {AXES[axis]: _along(indices, counts, axis, len(per_plane)) for axis, counts in per_plane.items()}
    intervals = tuple(fraction_interval(image, phase) for phase in range(n_phases))
    gaps = direction_gaps(indices, n_phases, image.spacing)
    return ImageQuality(image.counts, axes, intervals, gaps, image.spacing)


def _along(indices: NDArray[np.uint8], per_plane: NDArray[np.float64], axis: int,
           n_axes: int) -> AxisQuality:
    from morphstudio.core.descriptors.edge_strips import unusual_edge
    from morphstudio.core.twopoint.image import directional

    length, n_phases = per_plane.shape
    edges = np.unique(np.linspace(0, length, min(length, MAX_BINS) + 1).astype(np.int64))
    counts = np.add.reduceat(per_plane, edges[:-1], axis=0)
    fractions = counts / counts.sum(axis=1, keepdims=True)
    lag = max(1, min(MAX_LAG, length // 3))
    pairs = directional(_fewer_lines(indices, axis), n_phases, axis, lag)
    odd = unusual_edge(per_plane / per_plane.sum(axis=1, keepdims=True), n_axes)
    return AxisQuality(edges, fractions, np.diagonal(pairs, axis1=1, axis2=2).copy(), odd)


def _fewer_lines(indices: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    """Leave out whole planes beside the axis where there are more lines than a plot needs."""
    beside = max((other for other in range(3) if other != axis), key=lambda other: indices.shape[other])
    lines = indices.size // indices.shape[axis]
    step = max(1, min(lines // MAX_LINES, indices.shape[beside] // 8))
    chosen: list[slice] = [slice(None)] * 3
    chosen[beside] = slice(None, None, step)
    return indices[tuple(chosen)]
