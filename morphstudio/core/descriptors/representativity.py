"""How well one image pins the volume fraction of a phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.phases import PhaseImage

_MOST_CELLS = 1 << 21
_NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True)
class FractionInterval:
    """A volume fraction and how far one image pins it.

    Parameters
    ----------
    fraction : float
        Fraction of the phase in the image.
    half_width : float or None
        Half the 95 % interval, 1.96 standard errors; ``None`` where the image
        cannot tell, with ``reason``.
    standard_error : float or None
        Standard deviation of the fraction over images of this size.
    integral_range : float or None
        Volume (area, in a section) that counts as one independent sample, in
        the image's length unit to the power of its dimension.
    reason : str
        Why there is no interval, or why it may be too narrow.
    """

    fraction: float
    half_width: float | None
    standard_error: float | None
    integral_range: float | None
    reason: str = ""


def fraction_interval(image: PhaseImage, phase: int, most_cells: int = _MOST_CELLS) -> FractionInterval:
    """Return how well one image determines the fraction of a phase.

    Parameters
    ----------
    image : PhaseImage
        Section or volume.
    phase : int
        Position in ``image.phases``.
    most_cells : int
        Larger images are averaged over blocks down to this many.

    Returns
    -------
    FractionInterval

    Raises
    ------
    InputError
        There is no such phase.

    Notes
    -----
    For a stationary structure Var ε̂ = Σ_t c(t) (C(t) − ε²) / N², with c(t)
    the number of voxel pairs at offset t and N all voxels. With ε̂ in place of
    ε the full sum is zero whatever the image, so it runs over the offsets up
    to the distance at which the isotropic covariance first falls to zero, and ε̂²
    is corrected for its own bias: E[Ĉ(t) − ε̂²] = C(t) − ε² − Var ε̂ gives
    Var ε̂ = S / (1 − Σ c(t)/N²), S the truncated sum of Ĉ(t) − ε̂². The integral
    range is A = Var ε̂ · V / (ε (1 − ε)) with V the size of the image
    (C. Lantuéjoul, J. Microsc. 161, 387 (1991)). Large images are averaged
    over blocks first, which leaves Var ε̂ unchanged.
    """
    if not 0 <= phase < len(image.phases):
        raise InputError("phase", f"The image has no phase {phase}.", f"Choose 0 … {len(image.phases) - 1}.")
    fraction = float(image.fractions[phase])
    if fraction in (0.0, 1.0):
        return FractionInterval(fraction, None, None, None, "the phase fills all or nothing of the image")
    cells, edges = _coarse(image, phase, most_cells)
    variance, reached = _variance(cells, edges)
    if variance is None:
        return FractionInterval(fraction, None, None, None, "the structure is as long as the image")
    error = float(np.sqrt(variance))
    size = float(np.prod([image.shape[a] * image.spacing[a] for a in image.open_axes]))
    note = "" if reached else "the structure may be longer than the image shows"
    integral_range = variance * size / (fraction * (1 - fraction))
    return FractionInterval(fraction, _NORMAL_95 * error, error, integral_range, note)


def _coarse(image: PhaseImage, phase: int,
            most_cells: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return block means of the phase and the block edges, with few enough blocks for one FFT."""
    mask = image.labels == image.phases[phase].label
    factors = [1, 1, 1]
    while np.prod([n // f for n, f in zip(mask.shape, factors, strict=True)]) > most_cells:
        edges = [f * s if n > 1 else np.inf for f, s, n in zip(factors, image.spacing, mask.shape, strict=True)]
        factors[int(np.argmin(edges))] += 1
    whole = [n // f for n, f in zip(mask.shape, factors, strict=True)]
    cropped = mask[tuple(slice(w * f) for w, f in zip(whole, factors, strict=True))]
    split = cropped.reshape(whole[0], factors[0], whole[1], factors[1], whole[2], factors[2])
    return split.mean(axis=(1, 3, 5)), np.array(factors) * np.array(image.spacing)


def _variance(cells: NDArray[np.float64], edges: NDArray[np.float64]) -> tuple[float | None, bool]:
    """Return Var ε̂ (``None``: cannot tell) and whether the covariance fell to zero inside the image."""
    size = [fft.next_fast_len(n + n // 2, real=True) for n in cells.shape]
    spectrum = fft.rfftn(cells - cells.mean(), size)
    sums = fft.irfftn(spectrum.real**2 + spectrum.imag**2, size)
    offsets = [np.arange(-(n // 2), n // 2 + 1) for n in cells.shape]
    sums = sums[np.ix_(*offsets)]
    pairs = np.ones(())
    squares = np.zeros(())
    for offset, n, edge in zip(offsets, cells.shape, edges, strict=True):
        pairs = pairs[..., None] * (n - np.abs(offset))
        squares = squares[..., None] + (offset * edge) ** 2
    reach, reached = _zero_distance(sums, pairs, np.sqrt(squares), cells.shape, edges)
    near = squares <= reach**2
    share = float(pairs[near].sum()) / cells.size**2
    total = float(sums[near].sum()) / cells.size**2
    if share >= 0.5 or total <= 0:
        return None, reached
    return total / (1 - share), reached


def _zero_distance(sums: NDArray[np.float64], pairs: NDArray[np.float64], distance: NDArray[np.float64],
                   shape: tuple[int, ...], edges: NDArray[np.float64]) -> tuple[float, bool]:
    """Return where the covariance averaged over directions first falls to zero."""
    open_edges = [e for e, n in zip(edges, shape, strict=True) if n > 1]
    width = float(max(open_edges))
    longest = min(e * (n // 2) for e, n in zip(edges, shape, strict=True) if n > 1)
    shell = np.rint(distance / width).astype(np.intp).ravel()
    mean = np.bincount(shell, sums.ravel()) / np.bincount(shell, pairs.ravel())
    mean = mean[: int(longest / width) + 1]
    below = np.flatnonzero(mean <= 0)
    return (float(below[0] - 0.5) * width, True) if len(below) else (longest, False)
