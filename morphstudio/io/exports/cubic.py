"""Cubic voxels for programs whose grid has no other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.errors import InputError, InsufficientMemoryError
from morphstudio.io.images.limits import free_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.phases import PhaseImage, VoxelSize
    from morphstudio.io.exports.plan import Volume


def is_cubic(size: VoxelSize, shape: tuple[int, int, int]) -> bool:
    """Return whether the voxels are cubes; a section's thickness does not count."""
    edges = [s for s, n in zip(size, shape, strict=True) if n > 1] or [size[2]]
    return max(edges) - min(edges) <= 1e-6 * max(edges)


def cubic_edge(size: VoxelSize, shape: tuple[int, int, int]) -> float:
    """Return the edge of the cubic grid: the finest of the open axes, so that no detail is lost."""
    return min(s for s, n in zip(size, shape, strict=True) if n > 1)


def cubic_outline(volume: Volume, *, resample: bool) -> tuple[tuple[int, int, int], float]:
    """Return shape and edge length in µm of the cubic grid of a volume.

    Raises
    ------
    InputError
        The voxel size is unknown, or the voxels are not cubes and must not
        be resampled.
    """
    size = volume.voxel_size_um
    if size is None:
        raise InputError("voxel_size", "GeoDict needs the voxel size, which is unknown.", "Give the voxel size in µm.")
    edge = cubic_edge(size, volume.shape)
    if is_cubic(size, volume.shape):
        return volume.shape, edge
    if not resample:
        shown = " × ".join(f"{s:g}" for s in size)
        raise InputError("export.voxel_size", f"GeoDict's voxels are cubes, these are {shown} µm (z, y, x).",
                         f"Choose to resample to cubes of {edge:g} µm.")
    z, y, x = (max(1, round(n * s / edge)) if n > 1 else 1 for n, s in zip(volume.shape, size, strict=True))
    return (z, y, x), edge


def resampled(image: PhaseImage, shape: tuple[int, int, int], edge: float) -> PhaseImage:
    """Return the image on a cubic grid, each voxel with the nearest label.

    Raises
    ------
    InsufficientMemoryError
        The cubic grid does not fit into memory.
    """
    if shape == image.shape:
        return replace(image, voxel_size_um=(edge, edge, edge))
    needed = shape[0] * shape[1] * shape[2]
    if needed > 0.8 * free_memory():
        raise InsufficientMemoryError("export.voxel_size", f"On cubic voxels the volume needs {needed / 1e9:.3g} GB.",
                                      "Crop it, or choose coarser voxels.")
    labels = image.labels
    for axis in range(3):
        if shape[axis] != image.shape[axis]:
            labels = np.take(labels, _nearest(shape[axis], image.shape[axis]), axis=axis)
    return replace(image, labels=np.ascontiguousarray(labels), voxel_size_um=(edge, edge, edge))


def _nearest(n_new: int, n_old: int) -> NDArray[np.intp]:
    """Return for each new voxel the old one that its centre lies in."""
    centres = (np.arange(n_new) + 0.5) * (n_old / n_new)
    return np.minimum(centres.astype(np.intp), n_old - 1)
