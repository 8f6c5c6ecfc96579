"""Standard errors and intervals of fitted parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

from morphstudio.core.calibration.records import ParameterEstimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.calibration.problem import Problem
    from morphstudio.core.parameters import Param

# A parameter known no better than this (relative, or absolute where it may be
# 0) is called weakly determined.
_WEAK = 0.25
_SINGULAR = 1e-11


def sandwich_covariance(jacobian: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the covariance of a least-squares estimate whose residuals are dependent.

    Parameters
    ----------
    jacobian : ndarray, shape (R, P)
        Derivatives of the weighted residuals.
    scores : ndarray, shape (B, R)
        Independent parts of the data's deviation, weighted alike; their outer
        products sum to the covariance of the residuals.

    Returns
    -------
    ndarray, shape (P, P)
        H⁻¹ Jᵀ Σ J H⁻¹ with H = JᵀJ. Directions the data do not see at all have
        infinite variance.

    Notes
    -----
    Source: H. White, Econometrica 48 (1980) 817; blocks stand for clusters.
    """
    scale = np.sqrt((jacobian**2).sum(0))
    scale[scale == 0] = 1.0
    scaled = jacobian / scale
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    seen = values > _SINGULAR * values.max()
    inverse = vectors[:, seen] / values[seen] @ vectors[:, seen].T
    projected = scores @ scaled @ inverse
    covariance = projected.T @ projected
    blind = (np.abs(vectors[:, ~seen]) > 0.1).any(1)
    covariance[blind, blind] = np.inf
    return np.asarray(covariance / np.outer(scale, scale))


def estimates(problem: Problem, x: NDArray[np.float64], jacobian: NDArray[np.float64]) -> dict[str, ParameterEstimate]:
    """Return value, standard error and 95 % interval of each fitted parameter.

    Parameters
    ----------
    problem : Problem
    x : ndarray, shape (P,)
        The optimum in free variables.
    jacobian : ndarray, shape (R, P)
        Derivatives of the residuals there.

    Notes
    -----
    The interval is symmetric in the free variable (logarithm of inverse
    lengths) with Student's quantile for the number of blocks. A parameter at
    the limit of its range has an infinite standard error.
    """
    low, high = problem.bounds()
    margin = 1e-3 * (high - low)
    inside = (x > low + margin) & (x < high - margin)
    # At a limit the usual error does not exist; the others are taken given it.
    error = np.full(len(x), np.inf)
    error[inside] = np.sqrt(np.diag(sandwich_covariance(jacobian[:, inside], problem.scores())))
    quantile = float(student.ppf(0.975, max(problem.statistics.n_blocks - 1, 1)))
    out = {}
    for k, param in enumerate(problem.params):
        box = (float(low[k]), float(high[k]))
        out[param.name] = _estimate(param, float(x[k]), float(error[k]), quantile, box, at_limit=not inside[k])
    return out


def _estimate(param: Param, x: float, error: float, quantile: float, box: tuple[float, float], *,
              at_limit: bool) -> ParameterEstimate:
    value = param.from_free(x)
    reach = min(quantile * error, 50.0)
    interval = (param.from_free(max(x - reach, box[0])), param.from_free(min(x + reach, box[1])))
    weak, reason = False, ""
    if at_limit:
        weak, reason = True, "It ran to the limit of what these images can resolve; values beyond fit as well."
    elif not error < _WEAK:
        spread = "over a wide range" if not np.isfinite(error) or error > 1 else f"by about {100 * error:.0f} %"
        if param.scale != "log":
            spread = "over a wide range" if not np.isfinite(error) or error > 1 else f"by about {error:.2g}"
        weak, reason = True, f"Moving it {spread} changes the curves by less than the images' own scatter."
    return ParameterEstimate(value, param.slope(value) * error, interval, weak, reason)
