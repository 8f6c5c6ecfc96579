"""Memory (and time) of large work before it begins, so that running out is never a surprise."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import psutil

from morphstudio.core.errors import InsufficientMemoryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage, VoxelSize

Shape = tuple[int, int, int]

TELLING_SECONDS = 0.5
RESERVE_SHARE = 0.9  # of the free memory; the rest stays with the system

# Peak of measuring and of calibrating, labels not counted, as seen on volumes
# of 160³ to 320³ and sections of 1500² to 4000²: a fixed part and so much a voxel, with room above.
MEASURE_BYTES, MEASURE_BYTES_PER_VOXEL, MEASURE_BYTES_PER_PIXEL = 150_000_000, 12, 45
CALIBRATE_BYTES, CALIBRATE_BYTES_PER_VOXEL = 250_000_000, 12
# A training step of a calibration by simulation, as seen with 2 to 4 phases, windows of 64 to 201 pixels and batches
# of 8 to 32: for each pixel of the boxes that the windows are cut from so much, and so much for each phase.
TRAIN_BYTES, TRAIN_BYTES_PER_PIXEL, TRAIN_BYTES_PER_PHASE, BOX_PER_WINDOW = 100_000_000, 230, 90, 1.6
# Resampling holds shares as float32, three times while an axis is turned, the winner so far and what breaks ties.
RESAMPLE_BYTES_PER_VOXEL, RESAMPLED_BYTES_PER_VOXEL = 14, 11


@dataclass(frozen=True, slots=True)
class Forecast:
    """What work will need.

    Parameters
    ----------
    bytes_needed : int
        Peak memory beyond what is in use now.
    bytes_free : int
        Memory that is free now.
    seconds : float or None
        Expected time; ``None`` where nothing is known.
    largest_cube : int or None
        Edge in voxels of the largest cube that would fit, where that is the question.
    """

    bytes_needed: int
    bytes_free: int
    seconds: float | None = None
    largest_cube: int | None = None

    @property
    def fits(self) -> bool:
        """Whether the work fits into the free memory."""
        return self.bytes_needed <= RESERVE_SHARE * self.bytes_free

    def check(self, field: str = "shape") -> None:
        """Do nothing where the work fits.

        Raises
        ------
        InsufficientMemoryError
            It does not; names the cube that would.
        """
        if self.fits:
            return
        hint = "Close other programs or take a smaller volume."
        if self.largest_cube:
            n = self.largest_cube
            hint = f"A cube of {n} × {n} × {n} voxels would fit."
        raise InsufficientMemoryError(
            field, f"This needs {_gigabytes(self.bytes_needed)} of memory and {_gigabytes(self.bytes_free)} are free.",
            hint)


def forecast_generate(model: ExcursionSet, shape: Shape, voxel_size_um: VoxelSize, box: Shape | None = None,
                      rate: float | None = None) -> Forecast:
    """Return what a realisation of ``model`` will need.

    Parameters
    ----------
    model : ExcursionSet
        The model; its correlation length sets the padding.
    shape : (int, int, int)
        Voxels along z, y, x.
    voxel_size_um : (float, float, float)
        Voxel size (z, y, x) in µm.
    box : (int, int, int), optional
        Periodic box that carries the noise, where it is given.
    rate : float, optional
        What :func:`generation_rate` made of an earlier generation on this
        computer; without it the time is unknown.
    """
    from morphstudio.core.models.realisation import drawing_work, forecast_bytes

    seconds = drawing_work(model, shape, voxel_size_um, box) / rate if rate else None
    return replace(_forecast(shape, lambda s: forecast_bytes(model, s, voxel_size_um, box)), seconds=seconds)


def generation_rate(model: ExcursionSet, shape: Shape, voxel_size_um: VoxelSize, seconds: float) -> float | None:
    """Return how fast this computer draws, from a generation that took ``seconds``.

    ``None`` where it was over too soon to tell: starting would count for more
    than drawing.
    """
    from morphstudio.core.models.realisation import drawing_work

    return drawing_work(model, shape, voxel_size_um) / seconds if seconds >= TELLING_SECONDS else None


def forecast_measure(shape: Shape) -> Forecast:
    """Return what measuring a volume of ``shape`` will need."""
    each = MEASURE_BYTES_PER_PIXEL if 1 in shape else MEASURE_BYTES_PER_VOXEL
    return _forecast(shape, lambda s: MEASURE_BYTES + each * math.prod(s))


def forecast_calibrate(images: tuple[PhaseImage, ...]) -> Forecast:
    """Return what calibrating to ``images`` will need; one image is worked on at a time."""
    largest = max((image.shape for image in images), key=math.prod)
    return _forecast(largest, lambda s: CALIBRATE_BYTES + CALIBRATE_BYTES_PER_VOXEL * math.prod(s))


def forecast_simulate(images: tuple[PhaseImage, ...], batch: int, window: int) -> Forecast:
    """Return what calibrating by simulation will need, with ``batch`` windows of ``window``² pixels a step."""
    exact = forecast_calibrate(images)
    each = TRAIN_BYTES_PER_PIXEL + TRAIN_BYTES_PER_PHASE * len(images[0].phases)
    training = TRAIN_BYTES + int(each * batch * (BOX_PER_WINDOW * window) ** 2)
    return replace(exact, bytes_needed=exact.bytes_needed + training, largest_cube=None)


def forecast_resample(shape: Shape, new_shape: Shape) -> Forecast:
    """Return what resampling an image of ``shape`` to ``new_shape`` will need."""
    old, new = math.prod(shape), math.prod(new_shape)
    needed = RESAMPLE_BYTES_PER_VOXEL * max(old, new) + RESAMPLED_BYTES_PER_VOXEL * new
    return Forecast(needed, int(psutil.virtual_memory().available))


def _forecast(shape: Shape, bytes_for: Callable[[Shape], int]) -> Forecast:
    needed, free = bytes_for(shape), int(psutil.virtual_memory().available)
    fits = needed <= RESERVE_SHARE * free
    return Forecast(needed, free, None, None if fits else _largest_cube(bytes_for, RESERVE_SHARE * free))


def _largest_cube(bytes_for: Callable[[Shape], int], limit: float) -> int | None:
    """Find the largest edge that fits, by halving."""
    low, high = 1, 20000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if bytes_for((middle, middle, middle)) <= limit else (low, middle)
    return low if low > 1 else None


def _gigabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB"
