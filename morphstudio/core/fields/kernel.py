"""Covariances given by the values of a radial kernel in 3D."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import scipy.fft
from scipy.interpolate import CubicSpline
from scipy.special import roots_legendre

from morphstudio.core.fields.covariance import Family, sine_gap
from morphstudio.core.parameters import Param

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

REACH = 100  # steps: the kernel has REACH + 1 values
_PERIOD = 4 * (REACH + 1) + 12  # beyond twice the reach of ρ, in steps: the sums over q then repeat nothing
_HIGHEST_Q = 48.0  # per step: beyond, less than 1e-5 of the variance of the roughest kernel
_TABULATED = 16  # nodes per step of the table that serves many distances
_NODES = 40  # Gauss–Legendre nodes within a step: its sine turns up to eight times there


def gaussian_values(alpha_step: float) -> tuple[float, ...]:
    """Return the kernel of exp(−(αh)²): exp(−2(αr)²) at r = 0 … 100 steps; ``alpha_step`` is α times the step."""
    return tuple(float(v) for v in np.exp(-2 * (alpha_step * np.arange(REACH + 1)) ** 2))


def _params() -> tuple[Param, ...]:
    step = Param("Δ", "kernel step", "um", 0.2, (1e-4, 1e4), (0.01, 2.0), "log",
                 "Higher values stretch {part}: its kernel is known at multiples of this length.", "", "",
                 name="kernel_step", main=False)
    values = tuple(Param(f"k_{r}", f"kernel at {r}", "1", value, (-1e3, 1e3), (-1.0, 1.0), "linear",
                         "Value of the radial kernel of {part}, up to a common factor.", "", "",
                         name=f"kernel[{r}]", main=False, array="kernel")
                   for r, value in enumerate(gaussian_values(0.15)))
    return (step, *values)


class Kernel(Family):
    r"""ρ = k∗k with a radial kernel in 3D, linear between 101 values.

    Notes
    -----
    K(q) = 4π ∫ k(r) r sin(qr)/q dr and ρ(h) = Σ K² q² sinc(qh)/Σ K² q² over equidistant q, which is exact for
    h up to twice the kernel's reach but for what lies beyond the highest q. The paper gives the values on Z² of a
    kernel for sections; here they are those of a kernel in space, so that every section is one of a 3D model.
    """

    key: ClassVar[str] = "kernel"
    title: ClassVar[str] = "Kernel (101 values each)"
    words: ClassVar[str] = ("The published high-parametric model: 101 numbers for each field, the curve of a kernel. "
                            "Fits most and explains least.")
    formula: ClassVar[str] = "ρ = k ∗ k, k radial, linear between 101 values"
    reference: ClassVar[str] = "Excursion set models calibrated with GANs, Eqs. 10 and 11"
    params: ClassVar[tuple[Param, ...]] = _params()

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − ρ(h)."""
        q, transform = _transform()
        density = ((xp.asarray(transform) @ values[1:]) * xp.asarray(q)) ** 2
        steps = h / values[0]
        if xp is np and len(steps) > _TABULATED * 2 * (REACH + 1):
            return _interpolated(steps, q, density)
        loss = sine_gap(steps[:, None] * xp.asarray(q), xp) @ density / density.sum()
        return xp.where(steps >= 2 * (REACH + 1), loss * 0 + 1, loss)

    def slopes(self, h: Any, values: Any) -> Any:
        """Return the derivatives of :meth:`gap`: two matrix products instead of a hundred sweeps."""
        import torch

        q, transform = (torch.from_numpy(array) for array in _transform())
        amplitude = (transform @ values[1:]) * q
        total = (amplitude**2).sum()
        density = amplitude**2 / total
        phase = (h / values[0])[:, None] * q
        wave = sine_gap(phase, torch)
        loss = wave @ density
        by_kernel = 2 / total * ((wave - loss[:, None]) * (amplitude * q)) @ transform
        # d sinc(x)/dx = (cos x − sinc x)/x, and x falls as the step grows.
        by_step = (torch.cos(phase) - (1 - wave)) @ density / values[0]
        out = torch.cat([by_step[:, None], by_kernel], 1)
        return torch.where(((h / values[0]) >= 2 * (REACH + 1))[:, None], torch.zeros(()), out)

    def resembling(self, alpha: float, step: float, rng: Generator | None) -> tuple[float, ...]:
        """Return the kernel of exp(−(αh)²) at multiples of ``step``, or of a drawn shape as wide."""
        smooth = gaussian_values(alpha * step)
        if rng is None:
            return (step, *smooth)
        # From rather pointed to rather flat.
        power = float(rng.uniform(0.5, 1.3))
        return (step, *(float(v**power if v > 0 else 0.0) for v in smooth))

    def scale(self, values: Sequence[float]) -> float:
        """Return the reach of the covariance, a tenth of it."""
        return 0.2 * REACH * values[0]

    def curvature(self, values: Sequence[float]) -> float:
        """Return Σ K² q⁴/(6 Σ K² q²)."""
        q, transform = _transform()
        density = ((transform @ np.asarray(values[1:])) * q) ** 2
        return float(density @ q**2 / (6 * density.sum()) / values[0] ** 2)


def _interpolated(steps: NDArray[np.float64], q: NDArray[np.float64],
                  density: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 − ρ at very many distances from a cubic spline through values that one Fourier transform gives."""
    nodes = np.arange(2 * (REACH + 1) * _TABULATED + 1) / _TABULATED
    # Both q and the nodes are equidistant: Σ (K q)²/q sin(q h) is a sine transform.
    strength = np.zeros(_PERIOD * _TABULATED)
    strength[1: len(q) + 1] = density / q
    waves = -scipy.fft.fft(strength).imag[1: len(nodes)]
    loss = np.concatenate([[0.0], 1 - waves / (nodes[1:] * density.sum())])
    spline = CubicSpline(nodes, loss, bc_type="clamped")
    return np.where(steps >= nodes[-1], 1.0, spline(np.minimum(steps, nodes[-1])))


@cache
def _transform() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return q per step, shape (Q,), and the matrix from kernel values to K(q), shape (Q, 101)."""
    q = np.arange(1, int(_HIGHEST_Q * _PERIOD / (2 * np.pi)), dtype=np.float64) * (2 * np.pi / _PERIOD)
    node, weight = roots_legendre(_NODES)
    node, weight = (node + 1) / 2, weight / 2
    out = np.zeros((len(q), REACH + 2))
    for first in range(REACH + 1):
        r = first + node
        wave = np.sin(q[:, None] * r) * (r * weight) / q[:, None]
        out[:, first] += wave @ (1 - node)
        out[:, first + 1] += wave @ node
    return q, out[:, :-1].copy()
