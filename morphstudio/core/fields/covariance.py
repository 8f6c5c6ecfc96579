"""Covariance functions of unit-variance Gaussian random fields.

A :class:`Family` is one formula with its parameters; a :class:`Covariance` is a
family with values. Every family is written once, for numpy and torch alike.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from morphstudio.core.parameters import Param

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

GENERAL = "Lantuéjoul, Geostatistical Simulation, 2002"
INVERSE_LENGTH = (1e-3, 1e3)
_INVERSE_SLIDER = (0.05, 20.0)
# Distances, in units of the family's scale, over which a length is looked for.
_SEARCHED = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 4001)])


class Family(ABC):
    """A radial formula ρ(h) with ρ(0) = 1 that is a covariance in 3D for all its parameters.

    Attributes
    ----------
    key : str
        Name in files and on the command line.
    title : str
        Name for people.
    words : str
        What it is good for, in a sentence or two.
    formula : str
        ρ(h) in Unicode mathematics.
    reference : str
        Short citation.
    params : tuple of Param
        Its parameters in the order of the values; ``name`` is the stem, and
        ``{part}`` in a description stands for the field.
    separable : bool
        Whether ρ of a vector is the product of ρ of its components.
    smoothest : dict of str to float
        Values of the parameters that come closest to the Gaussian, where not
        their defaults.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    words: ClassVar[str]
    formula: ClassVar[str]
    reference: ClassVar[str] = GENERAL
    params: ClassVar[tuple[Param, ...]]
    separable: ClassVar[bool] = False
    smoothest: ClassVar[dict[str, float]] = {}

    @abstractmethod
    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − ρ(h), without loss of digits where it is small.

        Parameters
        ----------
        h : array, shape (L,)
            Distances in µm, above 0.
        values : array, shape (P,)
            The parameters.
        xp : module
            ``numpy`` or ``torch``: whose arrays these are.
        """

    def slopes(self, h: Any, values: Any) -> Any:
        """Return the derivatives of :meth:`gap` by the values as torch tensors, shape (L, P).

        ``None``: automatic differentiation does it well.
        """
        del h, values

    @abstractmethod
    def scale(self, values: Sequence[float]) -> float:
        """Return a distance in µm, of the order of the correlation length."""

    def resembling(self, alpha: float, step: float, rng: Generator | None) -> tuple[float, ...]:
        """Return values whose ρ falls to one half where exp(−(αh)²) does.

        Parameters
        ----------
        alpha : float
            1/µm.
        step : float
            Voxel size in µm, for families that know distances of their own.
        rng : Generator, optional
            Draws the shape; without it, the one closest to the Gaussian.
        """
        del step
        shape = np.array([p.default if rng is None or p.unit != "1" else _drawn(p, rng) for p in self.params])
        if rng is None:
            shape = np.array([self.smoothest.get(p.name, v) for p, v in zip(self.params, shape, strict=True)])
        lengths = np.array([p.unit == "1/um" for p in self.params])
        if rng is not None:
            shape[lengths] *= np.exp(rng.uniform(-0.7, 0.7, lengths.sum()))
        h = self.scale(tuple(shape)) * _SEARCHED[1:]
        half = h[np.argmax(self.gap(h, shape, np) >= 0.5)]
        shape[lengths] *= half * alpha / np.sqrt(np.log(2))
        return tuple(float(np.clip(v, *p.domain)) for p, v in zip(self.params, shape, strict=True))

    def curvature(self, values: Sequence[float]) -> float:
        """Return a² of 1 − ρ(h) ≈ (a h)² near 0 in 1/µm²; infinite where the field is rough."""
        del values
        return float("inf")

    def length(self, values: Sequence[float], level: float) -> float:
        """Return the distance in µm beyond which |ρ| stays below ``level``, to about half a per cent."""
        h = self.scale(values) * _SEARCHED[1:]
        above = np.flatnonzero(np.abs(1 - self.gap(h, np.asarray(values), np)) > level)
        return float(h[min(above[-1] + 1, len(h) - 1)]) if len(above) else float(h[0])


@dataclass(frozen=True, slots=True)
class Covariance:
    """A family with values.

    Parameters
    ----------
    family : str
        Key of the family.
    values : tuple of float
        Its parameters in the family's order.
    """

    family: str
    values: tuple[float, ...]

    def __call__(self, h: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ρ(h); ``h`` in µm, any shape."""
        flat = np.asarray(h, np.float64).ravel()
        out = np.ones_like(flat)
        moved = flat > 0
        out[moved] = 1 - self.formula.gap(flat[moved], np.asarray(self.values), np)
        return out.reshape(np.shape(h))

    @property
    def formula(self) -> Family:
        """The family."""
        from morphstudio.core.fields.families import family

        return family(self.family)

    @property
    def separable(self) -> bool:
        """Whether ρ of a vector is the product of ρ of its components."""
        return self.formula.separable

    @property
    def curvature(self) -> float:
        """a² of 1 − ρ(h) ≈ (a h)² near 0 in 1/µm²; infinite where the field is rough."""
        return self.formula.curvature(self.values)

    def length(self, level: float) -> float:
        """Return the distance in µm beyond which |ρ| stays below ``level``."""
        return self.formula.length(self.values, level)


def _drawn(param: Param, rng: Generator) -> float:
    """Return a value from the middle of a parameter's slider."""
    low, high = (param.to_free(v) for v in param.slider) if param.scale == "log" else param.slider
    value = float(low + (high - low) * rng.uniform(0.15, 0.9))
    return param.from_free(value) if param.scale == "log" else value


def inverse_length(name: str = "alpha", symbol: str = "α", title: str = "detail", default: float = 0.75) -> Param:
    """Return the parameter that says how fine a field is."""
    return Param(symbol, title, "1/um", default, INVERSE_LENGTH, _INVERSE_SLIDER, "log",
                 f"Higher values make the shapes from {{part}} finer: it varies over a length of 1/{symbol}.",
                 "", "", name=name, hint="higher = finer")


def exponent(name: str, symbol: str, default: float = 1.0) -> Param:
    """Return the parameter in (0, 2] that says how smooth a field is."""
    return Param(symbol, "smoothness", "1", default, (0.1, 2.0), (0.1, 2.0), "logit",
                 "Lower values make the boundaries from {part} rougher.", "", "", name=name)


class Gaussian(Family):
    """ρ(h) = exp(−(αh)²): very smooth fields."""

    key, title, formula = "gaussian", "Gaussian", "ρ(h) = exp(−(α h)²)"
    words = "Smooth random fields cut at thresholds. A handful of numbers, each with a meaning."
    params = (inverse_length(),)
    separable = True

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − exp(−(αh)²)."""
        return -xp.expm1(-((values[0] * h) ** 2))

    def scale(self, values: Sequence[float]) -> float:
        """Return 1/α."""
        return 1 / values[0]

    def curvature(self, values: Sequence[float]) -> float:
        """Return α²."""
        return values[0] ** 2

    def length(self, values: Sequence[float], level: float) -> float:
        """Return √(−ln level)/α."""
        return float(np.sqrt(-np.log(level)) / values[0])


class Exponential(Family):
    """ρ(h) = exp(−αh): rough fields."""

    key, title, formula = "exponential", "Exponential", "ρ(h) = exp(−α h)"
    words = "Rough random fields: boundaries are ragged at every scale."
    params = (inverse_length(),)

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − exp(−αh)."""
        return -xp.expm1(-values[0] * h)

    def scale(self, values: Sequence[float]) -> float:
        """Return 1/α."""
        return 1 / values[0]


class PoweredExponential(Family):
    """ρ(h) = exp(−(αh)^β), 0 < β ≤ 2: from rough to the Gaussian."""

    key, title, formula = "powered-exponential", "Powered exponential", "ρ(h) = exp(−(α h)^β)"
    words = "From rough to smooth: one more number for each field says how ragged its boundaries are."
    params = (inverse_length(), exponent("beta", "β"))
    smoothest: ClassVar[dict[str, float]] = {"beta": 1.9}

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − exp(−(αh)^β)."""
        return -xp.expm1(-((values[0] * h) ** values[1]))

    def scale(self, values: Sequence[float]) -> float:
        """Return 1/α."""
        return 1 / values[0]

    def curvature(self, values: Sequence[float]) -> float:
        """Return α² where β = 2."""
        return values[0] ** 2 if values[1] == 2 else float("inf")


class Matern(Family):
    r"""ρ(h) = 2^{1−ν}/Γ(ν) (αh)^ν K_ν(αh): as smooth as ν says.

    Notes
    -----
    Taken as the mixture of Gaussians Γ(ν)⁻¹ ∫ exp(−t − (αh)²/4t) t^{ν−1} dt by
    the trapezoidal rule in ln t, which has derivatives by ν as well.
    """

    key, title, formula = "matern", "Matérn", "ρ(h) = 2^(1−ν)/Γ(ν) · (α h)^ν K_ν(α h)"
    words = "From rough to smooth: one more number for each field says how often it can be differentiated."
    params = (inverse_length(),
              Param("ν", "smoothness", "1", 1.5, (0.1, 20.0), (0.2, 10.0), "log",
                    "Higher values make the boundaries from {part} smoother.", "", "", name="nu"))
    smoothest: ClassVar[dict[str, float]] = {"nu": 5.0}
    _LOG_T = np.linspace(-46.0, 6.0, 209)

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − ρ(h)."""
        alpha, nu = values[0], values[1]
        log_t = xp.asarray(self._LOG_T)
        t = xp.exp(log_t)
        log_weight = nu * log_t - t
        weight = xp.exp(log_weight - xp.max(log_weight))
        loss = -xp.expm1(-((alpha * h)[:, None] ** 2) / (4 * t))
        return loss @ weight / weight.sum()

    def scale(self, values: Sequence[float]) -> float:
        """Return √(1 + ν)/α."""
        return float(np.sqrt(1 + values[1]) / values[0])

    def curvature(self, values: Sequence[float]) -> float:
        """Return α²/(4(ν − 1)) where ν > 1."""
        return values[0] ** 2 / (4 * (values[1] - 1)) if values[1] > 1 else float("inf")


class Cauchy(Family):
    """ρ(h) = (1 + (αh)²)^−β: smooth fields with long memory."""

    key, title, formula = "cauchy", "Cauchy", "ρ(h) = (1 + (α h)²)^−β"
    words = "Smooth fields with long memory: one region differs from the next over long distances."
    params = (inverse_length(),
              Param("β", "decay", "1", 1.0, (0.1, 20.0), (0.2, 10.0), "log",
                    "Higher values end the long-range correlation of {part} sooner.", "", "", name="beta"))

    smoothest: ClassVar[dict[str, float]] = {"beta": 4.0}

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − (1 + (αh)²)^−β."""
        return -xp.expm1(-values[1] * xp.log1p((values[0] * h) ** 2))

    def scale(self, values: Sequence[float]) -> float:
        """Return √(1/β)/α."""
        return float(1 / (values[0] * np.sqrt(values[1])))

    def curvature(self, values: Sequence[float]) -> float:
        """Return β α²."""
        return values[1] * values[0] ** 2


class CardinalSine(Family):
    """ρ(h) = sin(ωh)/(ωh) · exp(−(αh)²): a damped wave, for structures with a regular spacing."""

    key, title, formula = "cardinal-sine", "Damped cardinal sine", "ρ(h) = sin(ω h)/(ω h) · exp(−(α h)²)"
    words = "Waves that die away: for structures that repeat at a typical spacing."
    params = (inverse_length("alpha", "α", "damping", 0.2),
              Param("ω", "wave number", "1/um", 1.5, INVERSE_LENGTH, _INVERSE_SLIDER, "log",
                    "Higher values bring the waves of {part} closer together: they repeat over a length of 2π/ω.",
                    "", "", name="omega"))

    smoothest: ClassVar[dict[str, float]] = {"alpha": 1.0, "omega": 0.5}

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − sinc(ωh) exp(−(αh)²)."""
        damping = -xp.expm1(-((values[0] * h) ** 2))
        wave = sine_gap(values[1] * h, xp)
        return wave + damping - wave * damping

    def scale(self, values: Sequence[float]) -> float:
        """Return 1/α."""
        return 1 / min(values[0], values[1])

    def curvature(self, values: Sequence[float]) -> float:
        """Return α² + ω²/6."""
        return values[0] ** 2 + values[1] ** 2 / 6


def sine_gap(x: Any, xp: Any) -> Any:
    """Return 1 − sin(x)/x for x > 0, in full precision near 0."""
    near = x < 0.05
    # Each branch gets arguments of its own side: an unused division by 0 would spoil the derivative.
    small, large = xp.where(near, x, x * 0 + 0.05), xp.where(near, x * 0 + 0.05, x)
    series = small**2 / 6 * (1 - small**2 / 20 * (1 - small**2 / 42))
    return xp.where(near, series, 1 - xp.sin(large) / large)
