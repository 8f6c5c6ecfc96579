"""What follows a slider: sections and blocks from the same noise."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import scipy.fft
from measuring import Row, seconds
from published_models import VOXEL_SIZE, row_d

from morphstudio.core.models.preview import FieldCache

if TYPE_CHECKING:
    from collections.abc import Iterator

COVARIANCE_MOVES = ("alpha_chi_x", "alpha_chi_y", "alpha_x", "alpha_y")


def section(small: bool) -> list[Row]:
    """A section of 512² after a slider move."""
    edge = 64 if small else 512
    return [*_moves((1, edge, edge), f"section {edge}²", 16, 4, inverse_fft((edge, edge))),
            Row(f"section {edge}², stretch along z", _worst(FieldCache((1, edge, edge), VOXEL_SIZE, 1, row_d()),
                                                            ("scale_z",)), "ms", bar=16)]


def block(small: bool) -> list[Row]:
    """A block of 128³ after a slider move."""
    edge = 32 if small else 128
    return _moves((edge, edge, edge), f"block {edge}³", 150, 20, inverse_fft((edge, edge, edge)))


def _moves(shape: tuple[int, int, int], name: str, bar: float, threshold_bar: float, fft_ms: float) -> list[Row]:
    cache = FieldCache(shape, VOXEL_SIZE, 1, row_d())
    return [
        Row(f"{name}, covariance move", _worst(cache, COVARIANCE_MOVES), "ms", "one irfftn of the grid", fft_ms,
            bar=bar, note="slowest of the four covariance sliders, median of 15 moves each"),
        Row(f"{name}, threshold move", _worst(cache, ("lambda_x", "lambda_y")), "ms", "one irfftn of the grid", fft_ms,
            bar=threshold_bar),
    ]


def _worst(cache: FieldCache, names: tuple[str, ...]) -> float:
    """Return the median milliseconds of a move, of the slowest of these sliders."""
    return max(_one(cache, name) for name in names)


def _one(cache: FieldCache, name: str) -> float:
    start = row_d().values()[name]
    positions: Iterator[float] = itertools.cycle(start * (1 + 0.01 * step) for step in (*range(8), *range(6, 0, -1)))
    return 1000 * seconds(lambda: cache.update(row_d(**{name: next(positions)})), repeats=15, warm_up=3)


def inverse_fft(shape: tuple[int, ...]) -> float:
    """Return the milliseconds of one single-precision inverse real FFT, 2 workers."""
    spectrum = np.ones((*shape[:-1], shape[-1] // 2 + 1), np.complex64)
    return 1000 * seconds(lambda: scipy.fft.irfftn(spectrum, s=shape, workers=2), repeats=15)
