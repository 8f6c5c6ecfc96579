"""What a comparison of data with a model does not show, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.core.descriptors.values import Measurement, ModelMeasurement
    from morphstudio.core.validation import FitUse, Validation


_SEEN = {
    "whole": "All of the image was used in the fit: what the model does elsewhere in the material was not seen.",
    "unknown": "Whether the image was used in the fit is not known.",
}


def limits_of(data: ModelMeasurement, *, one_shape: bool, use: FitUse | None = None) -> tuple[str, ...]:
    """Return what a comparison does not show; the first sentence names the size of the sample, in µm or voxels."""
    image = data.mean
    edges = " × ".join(map(_length, edges_of(image)))
    limits = [_one_sample(data, f"{edges} {'µm' if image.voxel_size_um else 'voxels'}")]
    if len(image.open_axes) == 2:
        limits.append("Sections were compared: nothing was seen of the third direction.")
    if not one_shape:
        limits.append("Realisations and image differ in size, so what chance explains is only roughly known.")
    if use is not None and use.kind in _SEEN:
        limits.append(_SEEN[use.kind])
    limits.append("Transport (tortuosity, constrictivity, conductivity) was not compared.")
    return tuple(limits)


def _one_sample(data: ModelMeasurement, size: str) -> str:
    count = "one sample" if data.n_realisations == 1 else f"{data.n_realisations} samples"
    return f"The data are {count} of {size}; another place of the material may differ."


def edges_of(image: Measurement) -> tuple[float, ...]:
    """Return how long what was measured is, x first, in µm, or in voxels where their size is unknown."""
    spacing = image.voxel_size_um or (1.0, 1.0, 1.0)
    return tuple(image.shape[a] * spacing[a] for a in reversed(image.open_axes))


def limits_told(validation: Validation, size: str) -> tuple[str, ...]:
    """Return the limits with the sample's size as ``size``, such as one in the unit that a window shows.

    Parameters
    ----------
    validation : Validation
        The comparison.
    size : str
        Edges with their unit; :func:`edges_of` gives their lengths.
    """
    return (_one_sample(validation.data, size), *validation.limits[1:])


def _length(value: float) -> str:
    """Return a length with three figures, closing zeros included."""
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"
