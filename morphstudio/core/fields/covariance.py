"""Covariance functions of unit-variance Gaussian random fields, one class per formula."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Covariance(ABC):
    """A radial function ρ(h) with ρ(0) = 1 that is a covariance in 3D."""

    formula: ClassVar[str]
    bounds: ClassVar[dict[str, tuple[float, float]]]

    @abstractmethod
    def __call__(self, h: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ρ(h); ``h`` in µm, any shape."""

    @abstractmethod
    def length(self, level: float) -> float:
        """Return the distance in µm beyond which |ρ| stays below ``level``."""

    @property
    def separable(self) -> bool:
        """Whether ρ of a vector is the product of ρ of its components."""
        return False


@dataclass(frozen=True, slots=True)
class Gaussian(Covariance):
    """ρ(h) = exp(−(αh)²).

    Parameters
    ----------
    alpha : float
        Inverse length, 1/µm.
    """

    alpha: float
    formula: ClassVar[str] = "ρ(h) = exp(−(α h)²)"
    bounds: ClassVar[dict[str, tuple[float, float]]] = {"alpha": (0.0, np.inf)}

    def __call__(self, h: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ρ(h); ``h`` in µm, any shape."""
        return np.exp(-np.square(self.alpha * h))

    def length(self, level: float) -> float:
        """Return √(−ln level)/α in µm."""
        return float(np.sqrt(-np.log(level)) / self.alpha)

    @property
    def separable(self) -> bool:
        """True: the exponent is a sum over axes."""
        return True
