"""What images say about two points: coverage at chosen lags, and how surely.

Standard errors come from blocks of the images (sections count as blocks of
their own when there are several): block averages vary, and neighbouring pairs
are not independent observations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core import crofton
from morphstudio.core.errors import InputError
from morphstudio.core.twopoint.closed_form import surface_from_losses
from morphstudio.core.twopoint.pair_counts import pair_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.calibration.records import ExactSettings
    from morphstudio.core.phases import PhaseImage

_LONGEST_LAG = 100
# A block spans this many ranges of the two-point functions, if enough blocks remain.
_RANGES_PER_BLOCK = 6.0
_FEWEST_BLOCKS = 16
# Errors of the model's quadrature, below which no data can be resolved.
_MODEL_ERROR = 2e-5


@dataclass(frozen=True, slots=True, eq=False)
class PairStatistics:
    """Measured two-point coverage at L lags.

    Attributes
    ----------
    lags : ndarray, shape (L, 3)
        (z, 0, in-plane distance) in the images' length unit.
    values : ndarray, shape (L, K, K)
        Coverage, symmetrised, in the images' phase order.
    deviations : ndarray, shape (B, L, K, K)
        Each block's share of the deviation from ``values``; their outer
        products sum to the covariance of ``values``.
    standard_errors : ndarray, shape (L, K, K)
    fractions : ndarray, shape (K,)
    surface, chord : ndarray, shape (K,)
        Voxel specific surface area and mean chord over the open axes.
    surface_of : tuple
        For each image, its (spacing, open axes, weight): what a model must be
        compared on.
    block_length : float
        Edge of a block in the length unit.
    window_length : float
        Edge of an image, the mean over its open axes and over the images.
    """

    lags: NDArray[np.float64]
    values: NDArray[np.float64]
    deviations: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    fractions: NDArray[np.float64]
    surface: NDArray[np.float64]
    chord: NDArray[np.float64]
    surface_of: tuple[tuple[tuple[float, float, float], tuple[int, ...], float], ...]
    block_length: float
    window_length: float

    @property
    def n_blocks(self) -> int:
        """Number of blocks."""
        return len(self.deviations)

    @property
    def sees_z(self) -> bool:
        """Whether any lag has a part along z."""
        return bool((self.lags[:, 0] > 0).any())


def check_images(images: Sequence[PhaseImage]) -> None:
    """Raise InputError for images that cannot enter one calibration."""
    if not images:
        raise InputError("images", "There is no image to calibrate to.", "Open a segmented image first.")
    names = [p.name for p in images[0].phases]
    for image in images:
        if [p.name for p in image.phases] != names:
            raise InputError("images", f"{image.name or 'An image'} has other phases than the first image.",
                             "Give the same phase names to all images.")
        if image.length_unit != images[0].length_unit:
            raise InputError("voxel_size", "Some images have a voxel size and some have none.",
                             "Give all of them a voxel size.")
        if min(image.labels.shape[a] for a in image.open_axes) < 16:
            raise InputError("image.shape", f"The image of {' × '.join(map(str, image.shape))} voxels is too small.",
                             "Calibration needs at least 16 voxels along each axis.")


def image_statistics(images: Sequence[PhaseImage], settings: ExactSettings) -> PairStatistics:
    """Measure images for a calibration.

    Parameters
    ----------
    images : sequence of PhaseImage
        Sections or volumes with the same phases.
    settings : ExactSettings
        ``n_lags`` and ``max_lag`` are used.

    Raises
    ------
    InputError
        Images that do not belong together or are too small, also against the
        range of their own two-point functions.
    """
    check_images(images)
    per_image = [_one_image(image, settings, len(images)) for image in images]
    n_blocks = sum(one.counts.shape[1] for one in per_image)
    keys = sorted({key for one in per_image for key in one.keys})
    n_phases = len(images[0].phases)
    counts = np.zeros((n_blocks, len(keys), n_phases, n_phases))
    first = 0
    for one in per_image:
        rows = np.array([keys.index(key) for key in one.keys])
        part = counts[first:first + one.counts.shape[1]]
        np.add.at(part.swapaxes(0, 1), rows, one.counts)
        first += one.counts.shape[1]
    counts = (counts + counts.swapaxes(2, 3)) / 2
    pairs = counts.sum((0, 2, 3))
    values = counts.sum(0) / pairs[:, None, None]
    own_pairs = counts.sum((2, 3))
    deviations = (counts - own_pairs[..., None, None] * values) / pairs[:, None, None]
    deviations *= np.sqrt(n_blocks / (n_blocks - 1))
    errors = np.sqrt((deviations**2).sum(0) + _MODEL_ERROR**2)
    voxels = np.array([image.labels.size for image in images], float)
    share = voxels / voxels.sum()
    return PairStatistics(
        np.array([[z, 0.0, r] for z, r in keys]), values, deviations, errors,
        share @ np.array([image.fractions for image in images]),
        share @ np.array([one.surface for one in per_image]), share @ np.array([one.chord for one in per_image]),
        tuple((image.spacing, image.open_axes, float(w)) for image, w in zip(images, share, strict=True)),
        float(np.mean([one.block_length for one in per_image])),
        float(np.mean([image.shape[a] * image.spacing[a] for image in images for a in image.open_axes])))


@dataclass(frozen=True, slots=True, eq=False)
class _ImagePart:
    keys: list[tuple[float, float]]
    counts: NDArray[np.int64]
    surface: NDArray[np.float64]
    chord: NDArray[np.float64]
    block_length: float


def _one_image(image: PhaseImage, settings: ExactSettings, n_images: int) -> _ImagePart:
    indices = image.indices()
    n_phases = len(image.phases)
    offsets = _offsets(image, settings)
    reach = _range_in_voxels(indices, n_phases, image, offsets)
    shortest = min(image.labels.shape[a] for a in image.open_axes)
    if reach >= shortest // 3:
        raise InputError(
            "image.shape",
            f"The image is too small: its structure is still correlated over a third of its {shortest} voxels.",
            "Use a larger image, or several images of the same material.")
    blocks, edge = _blocks(image, reach, n_images)
    counts = pair_counts(indices, n_phases, offsets, blocks)
    total = counts.sum(1)
    coverage = total / total.sum((1, 2), keepdims=True)
    spacing = np.array(image.spacing)
    keys = [(round(abs(float(d[0] * spacing[0])), 9), round(float(np.hypot(*(d[1:] * spacing[1:]))), 9))
            for d in offsets]
    steps = crofton.directions(image.open_axes)
    rows = [int(np.flatnonzero((offsets == step).all(1))[0]) for step in steps]
    loss = image.fractions - np.einsum("lii->li", coverage[rows])
    surface = surface_from_losses(loss, np.array(steps) * spacing, crofton.weights(image.spacing, image.open_axes))
    axis_rows = [k for k, step in enumerate(steps) if sum(map(abs, step)) == 1]
    edges = np.array([spacing[int(np.argmax(steps[k]))] for k in axis_rows])
    chord = (image.fractions * edges[:, None] / np.maximum(loss[axis_rows], 1e-12)).mean(0)
    return _ImagePart(keys, counts, surface, chord, float(edge * np.mean(spacing[list(image.open_axes)])))


def _offsets(image: PhaseImage, settings: ExactSettings) -> NDArray[np.int64]:
    """Return neighbour offsets, and log-spaced lags along the open axes and plane diagonals."""
    found = [tuple(d) for d in crofton.directions(image.open_axes)]
    for axis in image.open_axes:
        longest = min(settings.max_lag or _LONGEST_LAG, image.labels.shape[axis] // 3)
        lags = np.unique(np.round(np.geomspace(1, max(longest, 2), settings.n_lags)).astype(int))
        for lag in lags:
            step = [0, 0, 0]
            step[axis] = int(lag)
            found.append(tuple(step))
    unique = sorted(set(found))
    return np.array(unique, dtype=np.int64)


def _range_in_voxels(indices: NDArray[np.uint8], n_phases: int, image: PhaseImage,
                     offsets: NDArray[np.int64]) -> float:
    """Return the lag beyond which every phase's covariance stays below a tenth of its variance."""
    counts = pair_counts(indices, n_phases, offsets, (1, 1, 1))[:, 0].astype(float)
    coverage = counts / counts.sum((1, 2), keepdims=True)
    eps = image.fractions
    variance = np.maximum(eps * (1 - eps), 1e-12)
    correlation = (np.einsum("lii->li", coverage) - eps**2) / variance
    length = np.abs(offsets).max(1)
    weight = eps * (1 - eps)
    mean = correlation @ weight / weight.sum()
    above = length[mean > 0.1]
    return float(above.max()) if len(above) else 1.0


def _blocks(image: PhaseImage, reach: float, n_images: int) -> tuple[tuple[int, int, int], float]:
    """Return the number of blocks along each axis and a block's edge in voxels."""
    sizes = [image.labels.shape[a] for a in image.open_axes]
    edge = max(_RANGES_PER_BLOCK * reach, 8.0)
    wanted = max(1, int(np.ceil(_FEWEST_BLOCKS / n_images)))
    while np.prod([max(1, int(n // edge)) for n in sizes]) < wanted and edge > 8:
        edge *= 0.95
    number = [1, 1, 1]
    for axis, n in zip(image.open_axes, sizes, strict=True):
        number[axis] = max(1, min(int(n // edge), 64))
    return (number[0], number[1], number[2]), float(np.mean([n / number[a] for a, n in
                                                             zip(image.open_axes, sizes, strict=True)]))
