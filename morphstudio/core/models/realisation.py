"""Realisations of an excursion-set model: sections and volumes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.core.fields.spectral import box_of, sample
from morphstudio.core.fields.spectrum import Component, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet

# Noise streams: 16 for each field (squared copies 0 …, then the plain field
# and the nugget), then the common fields.
_PLAIN, _NUGGET, _STREAMS_PER_FIELD, _COMMON = 12, 13, 16, 240
_BEYOND = 254  # stands for "neither cut nor in the layer of the second phase" while fields are drawn
LARGEST_SEED = 2**32 - 1
LARGEST_BOX = 32768  # voxels along an axis: the noise numbers its modes no further


def squared_components(model: ExcursionSet, field: int, copy: int) -> tuple[Component, ...]:
    """Return what adds up to X_{f,j} = √(1−γ) X̃_{f,j} + s √γ Z̃_j."""
    cut, common = model.fields[field], model.common
    stretch = (common.scale_z, 1.0, 1.0)
    own = Component(_STREAMS_PER_FIELD * field + copy, model.squared(field),
                    float(np.sqrt(1 - common.correlation)), stretch)
    if common.correlation == 0:
        return (own,)
    shared = Component(_COMMON + copy, model.shared,
                       float(cut.correlation_sign * np.sqrt(common.correlation)), stretch)
    return own, shared


def plain_components(model: ExcursionSet, field: int) -> tuple[Component, ...]:
    """Return the correlated part of σ X_f."""
    cut = model.fields[field]
    weight = float(cut.sigma * np.sqrt(1 - cut.nugget))
    return (Component(_STREAMS_PER_FIELD * field + _PLAIN, model.plain(field), weight,
                      (model.common.scale_z, 1.0, 1.0)),)


def box_for(model: ExcursionSet, shape: Shape, voxel_size: Sequence[float]) -> Shape:
    """Return the padded box of a realisation; it belongs to the seed's record.

    Parameters
    ----------
    model : ExcursionSet
    shape : (int, int, int)
        Wanted voxels along z, y, x.
    voxel_size : sequence of float
        Edge lengths (z, y, x) in µm.
    """
    used = model.covariances if model.common.correlation > 0 else model.covariances[:-1]
    z, y, x = voxel_size
    boxes = [box_of(one, shape, (z * model.common.scale_z, y, x)) for one in used]
    return max(box[0] for box in boxes), max(box[1] for box in boxes), max(box[2] for box in boxes)


def realise(
    model: ExcursionSet, shape: Shape, voxel_size: Sequence[float], seed: int, *, periodic: bool = False,
    box: Shape | None = None, workers: int = 2, report: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> NDArray[np.uint8]:
    """Draw a realisation.

    Parameters
    ----------
    model : ExcursionSet
    shape : (int, int, int)
        Voxels along z, y, x; one axis may be 1: the section is then drawn in
        two dimensions.
    voxel_size : sequence of float
        Edge lengths (z, y, x) in µm.
    seed : int
        0 … 2³²−1. The same seed and box give the same noise for every model.
    periodic : bool
        Whether the structure continues across opposite faces.
    box : (int, int, int), optional
        Periodic box that carries the noise; default :func:`box_for`.
    workers : int
        Threads.
    report : callable, optional
        Called with the share done, 0 … 1.
    should_stop : callable, optional
        Polled several times a second.

    Returns
    -------
    ndarray of uint8, shape (Z, Y, X)
        Phase index 0 … K−1 in the model's order.

    Raises
    ------
    InputError
        Unusable shape, seed or box.
    Stopped
        ``should_stop`` returned true.
    """
    check_request(shape, seed)
    box = shape if periodic else box or box_for(model, shape, voxel_size)
    check_box(box, shape)
    labels = np.full(shape, len(model.phases) - 1, np.uint8)
    squares = np.empty(shape, np.float32)
    n_copies = int(model.common.degrees_of_freedom)
    total = len(model.fields) * (n_copies + 1)
    with ThreadPoolExecutor(workers) as pool:
        for field in range(len(model.fields)):
            for copy in range(n_copies):
                parts = squared_components(model, field, copy)
                for rows, block in sample(parts, shape, voxel_size, box, seed, pool, should_stop):
                    np.square(block, out=block)
                    if copy == 0:
                        squares[:, rows] = block
                    else:
                        squares[:, rows] += block
                _tell(report, (field * (n_copies + 1) + copy + 1) / total)
            white = nugget_noise(model, field, seed)
            for rows, block in sample(plain_components(model, field), shape, voxel_size, box, seed, pool, should_stop):
                # In the order of the preview's sums, so that both round alike.
                if white is not None:
                    block += white(block.shape, rows.start)
                block += squares[:, rows]
                _cut(labels[:, rows], block, model, field)
            _tell(report, (field + 1) * (n_copies + 1) / total)
    return labels


def _cut(labels: NDArray[np.uint8], block: NDArray[np.float32], model: ExcursionSet, field: int) -> None:
    """Give the voxels where a field exceeds its threshold to its phase, in place.

    The last phase is where nothing has exceeded yet. Voxels beyond the layer
    of the second phase wait until its field has passed.
    """
    last = len(model.phases) - 1
    labels[(block >= np.float32(model.fields[field].threshold)) & (labels == last)] = field
    if field == 0 and model.is_layered:
        labels[block < np.float32(model.lower)] = _BEYOND
    elif field == 1:
        labels[labels == _BEYOND] = last


def nugget_noise(model: ExcursionSet, field: int,
                 seed: int) -> Callable[[tuple[int, ...], int], NDArray[np.float32]] | None:
    """Return a function drawing σ √η times white noise for rows, or ``None`` where η = 0."""
    cut = model.fields[field]
    if cut.nugget == 0:
        return None
    from morphstudio.core.fields.noise import fill_white

    scale = np.float32(cut.sigma * np.sqrt(cut.nugget))

    def draw(shape: tuple[int, ...], first_row: int) -> NDArray[np.float32]:
        out = np.empty(shape, np.float32)
        fill_white(out, (0, first_row, 0), seed, _STREAMS_PER_FIELD * field + _NUGGET)
        return out * scale

    return draw


def check_request(shape: Sequence[int], seed: int) -> None:
    """Raise InputError for a shape or a seed that cannot be drawn."""
    if len(shape) != 3 or any(n < 1 or n > 20000 for n in shape) or sum(n > 1 for n in shape) < 2:
        raise InputError("shape", f"A structure of {' × '.join(map(str, shape))} voxels cannot be drawn.",
                         "Give 2 to 20000 voxels along z, y and x; one of them may be 1 for a section.")
    check_seed(seed)


def check_seed(seed: int) -> None:
    """Raise InputError for a seed that names no noise."""
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError("seed", f"The seed {seed} cannot be used.", f"Give a whole number 0 … {LARGEST_SEED}.")


def check_box(box: Sequence[int], shape: Sequence[int]) -> None:
    """Raise InputError for a box that does not hold the shape."""
    if len(box) != len(shape) or any(not n <= b <= LARGEST_BOX for b, n in zip(box, shape, strict=True)):
        raise InputError("noise_box", f"A noise box of {' × '.join(map(str, box))} voxels does not hold "
                         f"{' × '.join(map(str, shape))}.", "Take the box that the record of the volume names.")


def forecast_bytes(model: ExcursionSet, shape: Shape, voxel_size: Sequence[float], box: Shape | None = None) -> int:
    """Return the peak memory of :func:`realise` in bytes, the result included."""
    box = box or box_for(model, shape, voxel_size)
    voxels = int(np.prod(shape))
    modes = box[0] * shape[1] * (box[2] // 2 + 1)
    octant = 0 if all(one.separable for one in model.covariances) else int(np.prod([n // 2 + 1 for n in box]))
    return int(8 * modes + 5 * voxels + 12 * 2**22 * 4 + 2 * 2 * 8 * octant)


def drawing_work(model: ExcursionSet, shape: Shape, voxel_size: Sequence[float], box: Shape | None = None) -> int:
    """Return what :func:`realise` has to draw: the voxels of its box, once for each summand of each field.

    Its time grows with that, whatever the model: within a factor of two for
    cubes of 100 to 300 voxels and for sections.
    """
    box = box or box_for(model, shape, voxel_size)
    return int(np.prod(box)) * len(model.fields) * (int(model.common.degrees_of_freedom) + 1)


def _tell(report: Callable[[float], None] | None, share: float) -> None:
    if report is not None:
        report(share)
