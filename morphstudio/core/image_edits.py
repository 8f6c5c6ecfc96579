"""Cropping and resampling of segmented images."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from morphstudio.core.errors import InputError
from morphstudio.core.phases import PhaseImage, label_counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from morphstudio.core.phases import Phase, VoxelSize

# First voxel and the one after the last along z, y, x.
Box = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]

_SMALLEST_EDGE = 8
_MOST_VOXELS = 2_000_000_000
# What breaks a tie, as a share of a new voxel: above the rounding of float32 sums, below what counts.
_TIE, _ROUNDING = 1e-5, 1e-6


def cropped(image: PhaseImage, box: Box) -> PhaseImage:
    """Return the part of an image inside a box.

    Parameters
    ----------
    image : PhaseImage
    box : ((int, int), (int, int), (int, int))
        First voxel and the one after the last, along z, y, x.

    Raises
    ------
    InputError
        The box leaves the image, is thinner than eight voxels along an open
        axis, or holds one phase only.
    """
    for axis, ((start, stop), size) in enumerate(zip(box, image.shape, strict=True)):
        name = "zyx"[axis]
        if not 0 <= start < stop <= size:
            raise InputError(f"crop.{name}", f"The crop {start} … {stop} is not within 0 … {size} along {name}.",
                             "Choose a range inside the image.")
        if size > 1 and stop - start < min(_SMALLEST_EDGE, size):
            raise InputError(f"crop.{name}", f"The crop is {stop - start} voxels along {name}.",
                             f"Keep at least {_SMALLEST_EDGE}.")
    (z0, z1), (y0, y1), (x0, x1) = box
    return _with_labels(image, np.ascontiguousarray(image.labels[z0:z1, y0:y1, x0:x1]), image.voxel_size_um,
                        "A crop needs at least two phases: choose a larger one.")


def resampled(image: PhaseImage, voxel_size_um: VoxelSize,
              report: Callable[[float], None] | None = None) -> PhaseImage:
    """Return the image on voxels of another size.

    Each new voxel takes the phase that fills most of it; where phases fill the
    same, the one of the old voxel at its centre, and the first of them if that
    is yet another. Where a new voxel is an even number of old ones along an
    axis, its centre lies between two of them and the one behind counts: of the
    eight of a doubled voxel always the same corner. That favours no phase,
    since which phase lies there does not depend on its label. A finer grid
    repeats voxels and adds no detail.

    Parameters
    ----------
    image : PhaseImage
        Its voxel size must be known. A section keeps its one voxel across.
    voxel_size_um : (float, float, float)
        New edge lengths (z, y, x) in µm; the extent is kept to within half a
        new voxel.
    report : callable, optional
        Told the done share, 0 … 1.

    Raises
    ------
    InputError
        Unknown voxel size, too few voxels left, or a phase that vanishes.
    """
    if image.voxel_size_um is None:
        raise InputError("voxel_size", "The voxel size of the image is not known.", "Give it before resampling.")
    if any(not np.isfinite(size) or size <= 0 for size in voxel_size_um):
        raise InputError("voxel_size", f"The voxel size {voxel_size_um} is not usable.",
                         "Give lengths above 0 in µm.")
    shape = resampled_shape(image, voxel_size_um)
    sizes = [old if n == 1 else new for n, old, new
             in zip(image.shape, image.voxel_size_um, voxel_size_um, strict=True)]
    for axis, count in enumerate(shape):
        if image.shape[axis] > 1 and count < _SMALLEST_EDGE:
            raise InputError("voxel_size", f"Only {count} voxels would be left along {'zyx'[axis]}.",
                             "Choose a smaller voxel size.")
    if np.prod(shape, dtype=float) > _MOST_VOXELS:
        raise InputError("voxel_size", "The resampled image would have more than two thousand million voxels.",
                         "Choose a larger voxel size.")
    labels = _majority(image, shape, voxel_size_um, report or (lambda _share: None))
    found = label_counts(labels)
    lost = next((p for p in image.phases if not found[p.label]), None)
    if lost is not None:
        raise InputError("voxel_size", f"{lost.name} is finer than these voxels and would vanish.",
                         "Choose a smaller voxel size.")
    return _with_labels(image, labels, (sizes[0], sizes[1], sizes[2]), "")


def resampled_shape(image: PhaseImage, voxel_size_um: VoxelSize) -> tuple[int, int, int]:
    """Return how many voxels of another size, along z, y, x, an image would have; a section keeps its one."""
    z, y, x = (1 if n == 1 else round(n * old / new)
               for n, old, new in zip(image.shape, image.spacing, voxel_size_um, strict=True))
    return z, y, x


def _with_labels(image: PhaseImage, labels: NDArray[np.uint8], size: VoxelSize | None, hint: str) -> PhaseImage:
    """Return an image of these labels with the phases that are in it."""
    histogram = label_counts(labels)
    kept: tuple[Phase, ...] = tuple(p for p in image.phases if histogram[p.label])
    if len(kept) < 2:
        raise InputError("image.labels", f"Only {kept[0].name} would be left.", hint)
    changed = replace(image, labels=labels, phases=kept, voxel_size_um=size)
    changed.__dict__["counts"] = histogram[[p.label for p in kept]].astype(np.int64)
    return changed


def _majority(image: PhaseImage, shape: tuple[int, int, int], size: VoxelSize,
              report: Callable[[float], None]) -> NDArray[np.uint8]:
    assert image.voxel_size_um is not None
    steps = [new / old for old, new in zip(image.voxel_size_um, size, strict=True)]
    axes = list(zip(image.shape, shape, steps, strict=True))
    shares = [_shares(*axis) for axis in axes]
    central = image.labels[np.ix_(*(_centres(*axis) for axis in axes))]
    labels = np.zeros(shape, np.uint8)
    most = np.full(shape, -1.0, np.float32)
    for number, phase in enumerate(image.phases):
        filled = (image.labels == phase.label).astype(np.float32)
        for axis, share in enumerate(shares):
            filled = _along(filled, share, axis)
        # Ties to one fixed label would let that phase grow with every step to coarser voxels.
        filled[central == phase.label] += _TIE
        won = filled > most + _ROUNDING
        labels[won], most[won] = phase.label, filled[won]
        report((number + 1) / len(image.phases))
    return labels


def _centres(n_in: int, n_out: int, step: float) -> NDArray[np.intp]:
    """Return the old voxel at the centre of each new one along an axis; the one behind where it lies between two."""
    # A hair further: 0.6 / 0.2 and the like must not fall short of a whole number.
    centres: NDArray[np.intp] = np.minimum((np.arange(n_out) + 0.5) * step + 1e-6, n_in - 1).astype(np.intp)
    return centres


def _shares(n_in: int, n_out: int, step: float) -> csr_array:
    """Return which share of each new voxel each old one fills along an axis, shape (n_out, n_in)."""
    if n_in == 1:
        return csr_array(np.ones((1, 1), np.float32))
    rows, columns, values = [], [], []
    for row in range(n_out):
        start, stop = row * step, min((row + 1) * step, n_in)
        first, last = min(int(start), n_in - 1), min(int(np.ceil(stop)), n_in)
        for column in range(first, max(last, first + 1)):
            overlap = min(stop, column + 1) - max(start, column)
            if overlap > 1e-9 or last <= first + 1:
                rows.append(row)
                columns.append(column)
                values.append(max(overlap, 1e-9))
    # Shares of what lies within the image, so that a tie is the same small number for every step.
    whole = np.bincount(rows, values, n_out)[rows]
    return csr_array(((values / whole).astype(np.float32), (rows, columns)), shape=(n_out, n_in))


def _along(values: NDArray[np.float32], share: csr_array, axis: int) -> NDArray[np.float32]:
    moved = np.moveaxis(values, axis, 0)
    flat = share @ moved.reshape(moved.shape[0], -1)
    return np.moveaxis(np.asarray(flat, np.float32).reshape(share.shape[0], *moved.shape[1:]), 0, axis)
