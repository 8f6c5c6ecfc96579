"""Spectral sampling of Gaussian random fields on a grid, slab by slab.

A periodic box at least as large as the wanted grid carries the field; its
Fourier modes are noise times the square root of the spectrum, and only modes
with weight are drawn and transformed. Results arrive in slabs, so that no
second full-size array is needed to combine fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import scipy.fft

from morphstudio.core.fields.spectrum import Component, Shape, clipped_share, spectrum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import ThreadPoolExecutor

    from numpy.typing import NDArray

    from morphstudio.core.fields.covariance import Covariance
    from morphstudio.core.fields.spectrum import Spectrum

_T = TypeVar("_T")

# Correlation that may wrap around the padded box, and share of the variance that it may leave out.
_WRAPPED_CORRELATION = 1e-2
_CLIPPED_VARIANCE = 1e-2
# What may be added to a grid at most, in grids; the first to leave out no more than that is taken.
_PADS = (1.0, 1.25, 1.5, 1.75, 2.0)
_LARGEST_BOX = 32768
_SLAB_BYTES = 2**22
# Small grids are cut at least this often, to share them among threads.
_FEWEST_SLABS = 4


class Stopped(Exception):  # noqa: N818 - control flow, not an error
    """The caller asked to stop."""


def padded_box(shape: Shape, spacing: Sequence[float], length: Sequence[float]) -> Shape:
    """Return a box, fast to transform, whose wrap-around the grid does not see.

    Parameters
    ----------
    shape : (int, int, int)
        Wanted grid; axes of length 1 stay 1.
    spacing : sequence of float
        Voxel size.
    length : sequence of float
        Correlation length along each axis, in the unit of ``spacing``. At most
        twice the grid is added.
    """
    box = [1, 1, 1]
    for axis, n in enumerate(shape):
        if n > 1:
            pad = min(int(np.ceil(length[axis] / spacing[axis])), 2 * n)
            # Only x is transformed to real numbers, which fewer lengths suit.
            box[axis] = int(scipy.fft.next_fast_len(n + pad, real=axis == 2))
    return box[0], box[1], box[2]


def wrapped_length(covariance: Covariance) -> float:
    """Return the distance beyond which a field's correlation may wrap around."""
    return covariance.length(_WRAPPED_CORRELATION)


def box_of(covariance: Covariance, shape: Shape, spacing: Sequence[float]) -> Shape:
    """Return the padded box of one field.

    A box of twice the grid never wraps a distance within it. More is added to
    fields of long range only as far as it is needed for a spectrum above 0.

    Parameters
    ----------
    covariance : Covariance
    shape : (int, int, int)
        Wanted grid.
    spacing : sequence of float
        Voxel size (z, y, x) in the unit of the covariance.
    """
    z, y, x = spacing
    length = wrapped_length(covariance)
    widest = padded_box(shape, spacing, (length,) * 3)
    if covariance.separable or all(length <= n * size for n, size in zip(shape, spacing, strict=True) if n > 1):
        return widest
    for pad in _PADS[:-1]:
        box = padded_box(shape, spacing, [min(length, pad * n * size) for n, size in zip(shape, spacing, strict=True)])
        if clipped_share(covariance, box, (z, y, x)) <= _CLIPPED_VARIANCE:
            return box
    return widest


def sample(
    components: Sequence[Component], shape: Shape, spacing: Sequence[float], box: Shape, seed: int,
    pool: ThreadPoolExecutor, should_stop: Callable[[], bool] | None = None,
) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Draw the sum of independent fields, as slabs along y.

    Parameters
    ----------
    components : sequence of Component
        Fields to add up; unit variance each, times its weight.
    shape, box : (int, int, int)
        Wanted grid and periodic box (z, y, x).
    spacing : sequence of float
        Voxel size in the covariances' length unit.
    seed : int
        0 … 2³²−1.
    pool : ThreadPoolExecutor
        Threads to use.
    should_stop : callable, optional
        Polled between slabs.

    Yields
    ------
    slice, ndarray of float32, shape (Z, slab, X)
        Rows along y and their values.

    Raises
    ------
    Stopped
        ``should_stop`` returned true.
    """
    spectra = [spectrum(c, spacing, box) for c in components]
    keep = [max(s.kept[axis] for s in spectra) for axis in range(3)]
    if max(box) > _LARGEST_BOX:
        raise ValueError(f"box {box} has an axis longer than {_LARGEST_BOX}")
    half = _modes_along_y(spectra, keep, shape, box, seed, pool, should_stop)
    fitting = max(1, _SLAB_BYTES // (8 * box[0] * max(keep[2], box[2] // 2)))
    rows = min(fitting, -(-shape[1] // _FEWEST_SLABS))
    slabs = [slice(y, min(y + rows, shape[1])) for y in range(0, shape[1], rows)]

    def finish(rows_: slice) -> tuple[slice, NDArray[np.float32]]:
        block = _ifft_padded(half[:, rows_], 0, box[0])[: shape[0]]
        scale = np.float32(box[0] * box[1] * box[2])
        values = scipy.fft.irfft(block, n=box[2], axis=2, overwrite_x=True)[:, :, : shape[2]] if box[2] > 1 else (
            block.real)
        return rows_, np.multiply(values, scale, dtype=np.float32)

    yield from _in_order(pool, finish, slabs, should_stop)


def _modes_along_y(
    spectra: Sequence[Spectrum], keep: Sequence[int], shape: Shape, box: Shape, seed: int,
    pool: ThreadPoolExecutor, should_stop: Callable[[], bool] | None,
) -> NDArray[np.complex64]:
    """Draw the modes and transform along y; shape (modes z, Y, modes x)."""
    half = np.empty((keep[0], shape[1], keep[2]), np.complex64)
    kz, ky = signed_modes(keep[0]), signed_modes(keep[1])

    def fill(block: NDArray[np.complex64], planes: slice, rows: slice) -> None:
        for one in spectra:
            one.add_noise(block[:, rows], kz[planes], ky[rows], seed)

    def draw(planes: slice) -> None:
        block = np.zeros((planes.stop - planes.start, keep[1], keep[2]), np.complex64)
        fill(block, planes, slice(None))
        half[planes] = _ifft_padded(block, 1, box[1])[:, : shape[1]]

    if keep[0] == 1:
        # A section has one plane: threads share its rows instead.
        block, step = np.zeros((1, keep[1], keep[2]), np.complex64), -(-keep[1] // _FEWEST_SLABS)
        rows = [slice(y, min(y + step, keep[1])) for y in range(0, keep[1], step)]
        for _ in _in_order(pool, lambda part: fill(block, slice(None), part), rows, should_stop):
            pass
        half[:] = _ifft_padded(block, 1, box[1])[:, : shape[1]]
        return half
    step = max(1, _SLAB_BYTES // (8 * box[1] * keep[2]))
    planes = [slice(z, min(z + step, keep[0])) for z in range(0, keep[0], step)]
    for _ in _in_order(pool, draw, planes, should_stop):
        pass
    return half


def _in_order(
    pool: ThreadPoolExecutor, work: Callable[[slice], _T], slabs: Sequence[slice],
    should_stop: Callable[[], bool] | None,
) -> Iterator[_T]:
    """Run ``work`` on slabs in threads, a few ahead, and yield results in order."""
    waiting = []
    ahead = 4
    try:
        for slab in slabs:
            if should_stop is not None and should_stop():
                raise Stopped
            waiting.append(pool.submit(work, slab))
            if len(waiting) >= ahead:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:
        for future in waiting:
            future.cancel()


def signed_modes(n: int) -> NDArray[np.int64]:
    """Return mode numbers 0, 1, …, −2, −1 of ``n`` kept modes."""
    return np.fft.fftfreq(n, 1 / n).round().astype(np.int64)


def _ifft_padded(block: NDArray[np.complex64], axis: int, n: int) -> NDArray[np.complex64]:
    """Transform kept modes along ``axis`` to ``n`` points."""
    kept = block.shape[axis]
    if kept == n:
        return np.asarray(scipy.fft.ifft(block, axis=axis))
    shape = list(block.shape)
    shape[axis] = n
    padded = np.zeros(shape, np.complex64)
    head = (kept + 1) // 2
    index: list[slice] = [slice(None)] * 3
    index[axis] = slice(0, head)
    padded[tuple(index)] = block[tuple(index)]
    index[axis] = slice(head, kept)
    tail = block[tuple(index)]
    index[axis] = slice(n - (kept - head), n)
    padded[tuple(index)] = tail
    return np.asarray(scipy.fft.ifft(padded, axis=axis, overwrite_x=True))
