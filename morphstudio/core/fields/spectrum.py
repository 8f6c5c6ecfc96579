"""Spectra of Gaussian random fields on a periodic box: how strong each Fourier mode is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
import scipy.fft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.fields.covariance import Covariance

Shape = tuple[int, int, int]

# Share of a field's variance that the modes left out may carry, per axis.
_LOST_VARIANCE = 2e-7
# Octants that are remembered: small ones of the fields of one model, and of larger ones, up to 32 MiB, those
# that the copies of one field share.
_REMEMBERED, _SMALL = 24, 2**20
_REMEMBERED_LARGE, _LARGE = 2, 2**23
_TABLE = 2**14  # points of a table of ρ
_COARSE = 40  # points along each axis that tell what a box leaves out


@dataclass(frozen=True, slots=True)
class Component:
    """One independent Gaussian field: a noise stream and its covariance.

    Parameters
    ----------
    stream : int
        Number of the noise stream.
    covariance : Covariance
        Its covariance function.
    weight : float
        Factor on the field.
    stretch : (float, float, float)
        Factors (z, y, x) on lengths in the covariance's argument.
    """

    stream: int
    covariance: Covariance
    weight: float = 1.0
    stretch: tuple[float, float, float] = (1.0, 1.0, 1.0)


class Spectrum(Protocol):
    """The modes of one independent field."""

    @property
    def kept(self) -> tuple[int, int, int]:
        """Modes that carry variance along z, y (both signs) and x (0 and up)."""

    def add_noise(self, out: NDArray[np.complex64], kz: NDArray[np.int64], ky: NDArray[np.int64], seed: int) -> None:
        """Add noise times √S to ``out``, modes kz × ky × 0 … X−1."""


def spectrum(component: Component, spacing: Sequence[float], box: Shape) -> Spectrum:
    """Return the modes of a field on a periodic box of voxels.

    Parameters
    ----------
    component : Component
    spacing : sequence of float
        Voxel size (z, y, x) in the unit of the covariance.
    box : (int, int, int)
        Voxels of the box.
    """
    z, y, x = (size * stretch for size, stretch in zip(spacing, component.stretch, strict=True))
    steps = z, y, x
    if component.covariance.separable:
        return _Separable(component, tuple(_along(component.covariance, n, step, axis)
                                           for axis, (n, step) in enumerate(zip(box, steps, strict=True))))
    modes = np.prod([n // 2 + 1 for n in box])
    octant = _small_octant if modes <= _SMALL else _large_octant if modes <= _LARGE else _octant
    return _Radial(component, octant(component.covariance, box, steps), box)


@dataclass(frozen=True, slots=True, eq=False)
class _Separable:
    """Amplitudes that are products over the axes."""

    component: Component
    along: tuple[NDArray[np.float32], ...]

    @property
    def kept(self) -> tuple[int, int, int]:
        z, y, x = map(len, self.along)
        return z, y, x

    def add_noise(self, out: NDArray[np.complex64], kz: NDArray[np.int64], ky: NDArray[np.int64], seed: int) -> None:
        from morphstudio.core.fields.noise import add_modes

        az, ay, ax = self.along
        scale = np.float32(self.component.weight) * np.outer(_at(az, kz), _at(ay, ky))
        add_modes(out, kz, ky, scale, ax[None, None], seed, self.component.stream)


@dataclass(frozen=True, slots=True, eq=False)
class _Radial:
    """Amplitudes of one octant of modes; the others mirror it."""

    component: Component
    octant: NDArray[np.float32]
    box: Shape

    @property
    def kept(self) -> tuple[int, int, int]:
        z, y = (min(2 * half - 1, n) for half, n in zip(self.octant.shape[:2], self.box[:2], strict=True))
        return z, y, self.octant.shape[2]

    def add_noise(self, out: NDArray[np.complex64], kz: NDArray[np.int64], ky: NDArray[np.int64], seed: int) -> None:
        from morphstudio.core.fields.noise import add_modes

        inside = np.logical_and.outer(np.abs(kz) < self.octant.shape[0], np.abs(ky) < self.octant.shape[1])
        scale = np.where(inside, np.float32(self.component.weight), np.float32(0))
        add_modes(out, kz, ky, scale, self.octant, seed, self.component.stream)


def _octant(covariance: Covariance, box: Shape, steps: tuple[float, float, float]) -> NDArray[np.float32]:
    """Return √S at the modes 0 … m along each axis, shape (A, B, C).

    The covariance wrapped around the box (to its nearest image) is real and
    even along each axis: cosine transforms of one octant give its spectrum.
    What it would need below 0 is left out, and the variance restored.
    """
    values = _transformed(_wrapped(covariance, box, steps), box)
    np.maximum(values, 0, out=values)
    weights = [_multiplicity(n) for n in box]
    values /= np.float32(values @ weights[2] @ weights[1] @ weights[0])
    cuts = []
    for axis, n in enumerate(box):
        low, high = (k for k in range(3) if k != axis)
        line = np.tensordot(np.tensordot(values, weights[high], (high, 0)), weights[low], (low, 0))
        cuts.append(_kept_half(line * weights[axis], n))
    kept = np.sqrt(values[: cuts[0], : cuts[1], : cuts[2]])
    # Modes on these planes along x meet their own mirror image.
    kept[:, :, 0] *= np.sqrt(np.float32(2))
    if box[2] > 1 and box[2] % 2 == 0 and cuts[2] == box[2] // 2 + 1:
        kept[:, :, -1] *= np.sqrt(np.float32(2))
    return np.ascontiguousarray(kept)


_small_octant = lru_cache(maxsize=_REMEMBERED)(_octant)
_large_octant = lru_cache(maxsize=_REMEMBERED_LARGE)(_octant)


@lru_cache(maxsize=512)
def clipped_share(covariance: Covariance, box: Shape, steps: tuple[float, float, float]) -> float:
    """Return the share of a field's variance that a periodic box of voxels would need below 0 and leaves out.

    Correlations within half the box are wrong by no more than twice that. It
    hardly depends on the voxels, so that few of them tell it.

    Parameters
    ----------
    covariance : Covariance
    box : (int, int, int)
        Voxels of the box along z, y, x.
    steps : (float, float, float)
        Voxel size (z, y, x) in the unit of the covariance.

    Notes
    -----
    C. R. Dietrich and G. N. Newsam, SIAM J. Sci. Comput. 18, 1997, Section 2:
    the error of an embedding whose negative eigenvalues are set to zero.
    """
    coarse = tuple(min(n, _COARSE) for n in box)
    wider = tuple(step * n / few for step, n, few in zip(steps, box, coarse, strict=True))
    z, y, x = (_multiplicity(n) for n in coarse)
    values = _transformed(_wrapped(covariance, coarse, wider), coarse)  # type: ignore[arg-type]
    total = float(values @ x @ y @ z)
    return -float(np.minimum(values, 0) @ x @ y @ z) / total


def _wrapped(covariance: Covariance, box: Shape, steps: tuple[float, float, float]) -> NDArray[np.float32]:
    """Return ρ at an octant of the box, to the nearest image of 0."""
    squares = [(np.minimum(np.arange(n // 2 + 1), n - np.arange(n // 2 + 1)) * step) ** 2
               for n, step in zip(box, steps, strict=True)]
    longest = float(np.sqrt(sum(float(axis[-1]) for axis in squares)))
    if longest == 0 or np.prod([len(axis) for axis in squares]) < 4 * _TABLE:
        r = np.sqrt(squares[0][:, None, None] + squares[1][:, None] + squares[2])
        return covariance(r).astype(np.float32)
    from morphstudio.core.fields.radial import from_table

    # Each distance occurs many times: a fine table serves them all, finer near 0, where rough covariances are steep.
    table = covariance(longest * (np.arange(_TABLE) / (_TABLE - 1)) ** 2)
    return np.asarray(from_table(table, longest, *squares))


def _transformed(values: NDArray[np.float32], box: Shape) -> NDArray[np.float32]:
    """Return the Fourier transform of a function that is even along each axis, given one octant of it."""
    for axis, n in enumerate(box):
        if n > 1:
            values = _even_transform(values, axis, n)
    return values


def _even_transform(values: NDArray[np.float32], axis: int, n: int) -> NDArray[np.float32]:
    """Return the Fourier transform over ``n`` points along an axis of which one half, 0 … n/2, is given."""
    if n % 2 == 0:
        return np.asarray(scipy.fft.dct(values, type=1, axis=axis, overwrite_x=True))
    # An odd box has no middle point, for which no cosine transform of this library fits.
    mirrored = np.concatenate([values, np.flip(np.take(values, np.arange(1, n // 2 + 1), axis), axis)], axis)
    return np.asarray(scipy.fft.rfft(mirrored, axis=axis).real)


def _multiplicity(n: int) -> NDArray[np.float64]:
    """Return how many modes of ``n`` have each absolute number 0 … n/2."""
    out = np.full(n // 2 + 1, 2.0)
    out[0] = 1
    if n > 1 and n % 2 == 0:
        out[-1] = 1
    return out


def _along(covariance: Covariance, n: int, step: float, axis: int) -> NDArray[np.float32]:
    """Return √S along one axis of a separable covariance, truncated to the modes that carry variance."""
    amplitude = np.sqrt(_truncate(_line_spectrum(covariance, n, step)))
    if axis == 2:
        amplitude = amplitude[: len(amplitude) // 2 + 1].copy()
        # Modes on these planes meet their own mirror image.
        amplitude[0] *= np.sqrt(2)
        if n % 2 == 0 and len(amplitude) == n // 2 + 1:
            amplitude[-1] *= np.sqrt(2)
        if n == 1:
            amplitude[0] = np.sqrt(2)
    return amplitude.astype(np.float32)


def _line_spectrum(covariance: Covariance, n: int, step: float) -> NDArray[np.float64]:
    """Return the spectrum of the covariance wrapped onto ``n`` points; it sums to 1."""
    if n == 1:
        return np.ones(1)
    reach = int(np.ceil(covariance.length(1e-12) / (n * step)))
    images = np.arange(-min(reach, 64), min(reach, 64) + 1)
    distance = np.abs(np.arange(n)[:, None] + n * images) * step
    spectrum = np.clip(scipy.fft.fft(covariance(distance).sum(1)).real, 0, None)
    return np.asarray(spectrum / spectrum.sum())


def _truncate(spectrum: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep the central modes 0 … m, −m … −1; all where nearly all are needed."""
    n = len(spectrum)
    folded = spectrum[: n // 2 + 1] * _multiplicity(n)
    half = _kept_half(folded, n)
    return spectrum if 2 * half - 1 >= n else np.concatenate([spectrum[:half], spectrum[n - half + 1:]])


def _kept_half(folded: NDArray[np.float64], n: int) -> int:
    """Return how many absolute mode numbers are kept, given the variance at each: all where nearly all are needed."""
    if n <= 2:
        return n // 2 + 1
    lost = np.cumsum(folded[::-1])[::-1]
    m = max(int(np.searchsorted(-lost, -_LOST_VARIANCE)) - 1, 1)
    return n // 2 + 1 if 2 * m + 1 >= n else m + 1


def _at(amplitude: NDArray[np.float32], modes: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return truncated amplitudes at signed mode numbers; 0 beyond them."""
    n = len(amplitude)
    inside = (modes < (n + 1) // 2) & (modes >= -(n // 2))
    return np.where(inside, amplitude[np.where(inside, modes, 0)], np.float32(0))
