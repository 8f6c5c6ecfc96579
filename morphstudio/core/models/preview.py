"""The same noise under moving parameters: structures that follow a slider."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.fields.spectral import sample
from morphstudio.core.fields.spectrum import Component, Shape
from morphstudio.core.models.realisation import (
    box_for,
    check_request,
    nugget_noise,
    plain_components,
    squared_components,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet

_Parts = tuple[tuple[Component, ...], ...]


@dataclass(slots=True)
class _CachedField:
    """One field's two summands and the parameters they were drawn with."""

    squares: NDArray[np.float32]
    plain: NDArray[np.float32]
    total: NDArray[np.float32]
    squares_of: _Parts = ()
    plain_of: tuple[object, ...] = ()


class FieldCache:
    """Redraws only what a parameter change touches, always from the same noise.

    Parameters
    ----------
    shape : (int, int, int)
        Voxels along z, y, x; one axis may be 1 for a section drawn in 2D.
    voxel_size : sequence of float
        Edge lengths (z, y, x) in µm.
    seed : int
        Noise seed.
    box_model : ExcursionSet
        Model whose correlation length fixes the padded box. The box stays
        frozen: another box would be another structure.
    workers : int
        Threads.
    box : (int, int, int), optional
        The box itself, in place of ``box_model``'s, so that grids of other
        spacing show the same structure.

    Notes
    -----
    A threshold move compares, a change of σ or of one covariance redraws one
    summand of one field; nothing else is recomputed.
    """

    def __init__(self, shape: Shape, voxel_size: Sequence[float], seed: int, box_model: ExcursionSet,
                 workers: int = 2, box: Shape | None = None) -> None:
        check_request(shape, seed)
        self.shape, self.voxel_size, self.seed = shape, tuple(voxel_size), seed
        self.box = box or box_for(box_model, shape, voxel_size)
        self._pool = ThreadPoolExecutor(workers)
        self._fields: list[_CachedField] = []

    def update(self, model: ExcursionSet) -> NDArray[np.uint8]:
        """Return the structure of ``model`` as phase indices, shape (Z, Y, X)."""
        while len(self._fields) < len(model.fields):
            squares, plain, total = (np.empty(self.shape, np.float32) for _ in range(3))
            self._fields.append(_CachedField(squares, plain, total))
        labels = np.full(self.shape, len(model.phases) - 1, np.uint8)
        for index in range(len(model.fields)):
            self._refresh(model, index)
        for index in range(len(model.fields) - 1, -1, -1):
            above = self._fields[index].total >= np.float32(model.fields[index].threshold)
            if index == 1 and model.is_layered:
                above &= self._fields[0].total >= np.float32(model.lower)
            np.putmask(labels, above, index)
        return labels

    def _refresh(self, model: ExcursionSet, index: int) -> None:
        cached = self._fields[index]
        copies = range(int(model.common.degrees_of_freedom))
        squares_of = tuple(self._seen(squared_components(model, index, copy)) for copy in copies)
        plain = self._seen(plain_components(model, index))
        plain_of = (plain, model.fields[index].nugget, model.fields[index].sigma)
        if squares_of == cached.squares_of and plain_of == cached.plain_of:
            return
        if squares_of != cached.squares_of:
            for copy, parts in enumerate(squares_of):
                for rows, block in self._sample(parts):
                    np.square(block, out=block)
                    if copy == 0:
                        cached.squares[:, rows] = block
                    else:
                        cached.squares[:, rows] += block
            cached.squares_of = squares_of
        if plain_of != cached.plain_of:
            white = nugget_noise(model, index, self.seed)
            for rows, block in self._sample(plain):
                cached.plain[:, rows] = block if white is None else block + white(block.shape, rows.start)
            cached.plain_of = plain_of
        np.add(cached.squares, cached.plain, out=cached.total)

    def _seen(self, parts: tuple[Component, ...]) -> tuple[Component, ...]:
        """Leave out a stretch across a section: nothing in the section shows it."""
        z, y, x = (n > 1 for n in self.shape)
        return tuple(replace(part, stretch=(part.stretch[0] if z else 1.0, part.stretch[1] if y else 1.0,
                                            part.stretch[2] if x else 1.0)) for part in parts)

    def _sample(self, parts: tuple[Component, ...]) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        return sample(parts, self.shape, self.voxel_size, self.box, self.seed, self._pool)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
