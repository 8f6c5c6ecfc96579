"""Damped least squares, one iteration at a time, with a state that can be saved.

Source: D. W. Marquardt, SIAM J. Appl. Math. 11 (1963) 431; damping as in
H. B. Nielsen, IMM-REP-1999-05.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Residuals = Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]

_SMALL_GAIN = 1e-4
_SMALL_STEP = 1e-4
_LONGEST_STEP = 0.6
_LARGEST_DAMPING = 1e8


@dataclass(slots=True)
class LevenbergMarquardt:
    """Minimises ½ Σ r² inside a box.

    Attributes
    ----------
    x : ndarray, shape (P,)
        Current point.
    cost : float
        Σ r² there; infinite before the first step.
    damping, growth : float
        Damping and the factor of its next increase.
    iterations : int
        Steps taken.
    done : bool
        Converged, or no better point within reach.
    sloppy : bool
        Whether there are many directions that hardly matter. They are damped
        like those that matter most, and a step that is too long is shortened
        by more damping instead of all along.
    """

    x: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    cost: float = float("inf")
    damping: float = 1e-2
    growth: float = 2.0
    iterations: int = 0
    done: bool = False
    residual: NDArray[np.float64] | None = None
    jacobian: NDArray[np.float64] | None = None
    sloppy: bool = False

    def step(self, residuals: Residuals) -> None:
        """Take one iteration: one evaluation of ``residuals`` (two on the first)."""
        if self.residual is None or self.jacobian is None:
            self.residual, self.jacobian = residuals(self.x)
            self.cost = float(self.residual @ self.residual)
        self.iterations += 1
        gradient = self.jacobian.T @ self.residual
        free = ~(((self.x <= self.lower) & (gradient > 0)) | ((self.x >= self.upper) & (gradient < 0)))
        move = np.zeros_like(self.x)
        normal = self.jacobian[:, free].T @ self.jacobian[:, free]
        scale = np.diag(normal) + 1e-9 * max(float(np.trace(normal)), 1e-30)
        if self.sloppy:
            scale = np.full(len(normal), max(float(np.diag(normal).max()), 1e-30))
        if free.any():
            move[free] = self._solve(normal, scale, gradient[free])
        move *= min(1.0, _LONGEST_STEP / max(float(np.abs(move).max()), 1e-30))
        trial = np.clip(self.x + move, self.lower, self.upper)
        move = trial - self.x
        if np.abs(move).max() < _SMALL_STEP * 1e-2:
            self.done = True
            return
        self._judge(trial, move, gradient, residuals)

    def _solve(self, normal: NDArray[np.float64], scale: NDArray[np.float64],
               gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        move = -np.linalg.solve(normal + self.damping * np.diag(scale), gradient)
        while self.sloppy and np.abs(move).max() > _LONGEST_STEP and self.damping < _LARGEST_DAMPING:
            self.damping *= 2
            move = -np.linalg.solve(normal + self.damping * np.diag(scale), gradient)
        return np.asarray(move)

    def _judge(self, trial: NDArray[np.float64], move: NDArray[np.float64], gradient: NDArray[np.float64],
               residuals: Residuals) -> None:
        assert self.jacobian is not None
        residual, jacobian = residuals(trial)
        cost = float(residual @ residual)
        linear = self.jacobian @ move
        predicted = -(2 * gradient @ move + linear @ linear)
        gain = (self.cost - cost) / max(float(predicted), 1e-300)
        if np.isfinite(cost) and cost < self.cost:
            relative = (self.cost - cost) / self.cost
            self.done = relative < _SMALL_GAIN and float(np.abs(move).max()) < 0.05
            self.x, self.cost, self.residual, self.jacobian = trial, cost, residual, jacobian
            self.damping = max(self.damping * max(1 / 3, 1 - (2 * min(gain, 2.0) - 1) ** 3), 1e-12)
            self.growth = 2.0
        else:
            self.damping *= self.growth
            self.growth *= 2
            self.done = float(np.abs(move).max()) < _SMALL_STEP or self.damping > _LARGEST_DAMPING

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs to continue bit for bit."""
        return {"x": self.x, "lower": self.lower, "upper": self.upper, "cost": self.cost, "damping": self.damping,
                "growth": self.growth, "iterations": self.iterations, "done": self.done,
                "residual": self.residual, "jacobian": self.jacobian, "sloppy": self.sloppy}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> LevenbergMarquardt:
        """Rebuild from :meth:`state_dict`."""
        return cls(**state)
