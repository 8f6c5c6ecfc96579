"""Standard errors, intervals and joint covariance of fitted parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

from morphstudio.core.calibration.records import ParameterCovariance, ParameterEstimate
from morphstudio.core.calibration.weak import AT_LIMIT, RIVAL, TRADED
from morphstudio.core.twopoint.exact import fractions, two_point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.calibration.problem import Problem
    from morphstudio.core.calibration.statistics import PairStatistics
    from morphstudio.core.models.excursion_set import ExcursionSet
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


def errors_alone(jacobian: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard error that each parameter would have if all others were known.

    Parameters
    ----------
    jacobian : ndarray, shape (R, P)
    scores : ndarray, shape (B, R)
        Both as for :func:`sandwich_covariance`.

    Returns
    -------
    ndarray, shape (P,)
        ‖S J_k‖ / ‖J_k‖², the sandwich formula for column k alone; infinite where the data do not see it.
    """
    seen = (jacobian**2).sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(seen > 0, np.sqrt(((scores @ jacobian) ** 2).sum(0)) / seen, np.inf)


def neighbour_factor(model: ExcursionSet, statistics: PairStatistics) -> float:
    r"""Return by how much independent blocks underrate the variance of an image's mean.

    Parameters
    ----------
    model : ExcursionSet
        The fitted model.
    statistics : PairStatistics

    Returns
    -------
    float
        A(W)/A(B), at least 1, where A(L) = Σ_i ∫ (C_ii(h) − ε_i²) Π_a (1 − |h_a|/L)₊ dh
        is edge-length^d times the variance of the phase fractions in a window of
        edge L, and W, B are the edges of image and block.

    Notes
    -----
    Source: C. Lantuéjoul, Geostatistical Simulation, 2002 (integral range).
    """
    dimension = max(len(axes) for _, axes, _ in statistics.surface_of)
    longest = 1.5 * statistics.window_length
    r = longest * (np.arange(160) + 0.5) ** 2 / 160**2
    step = longest * (2 * np.arange(160) + 1) / 160**2
    same = np.einsum("lii->li", two_point(model, np.stack([0 * r, 0 * r, r], 1)))
    excess = (same - fractions(model) ** 2).sum(1)
    angle = (np.arange(48) + 0.5) * np.pi / 96
    if dimension == 2:
        parts = np.stack([np.cos(angle), np.sin(angle)])
    else:
        height = (np.arange(12) + 0.5) / 12
        flat = np.sqrt(1 - height**2)[:, None]
        parts = np.stack(np.broadcast_arrays(height[:, None], flat * np.cos(angle), flat * np.sin(angle)))
        parts = parts.reshape(3, -1)

    def integral(edge: float) -> float:
        inside = np.clip(1 - parts[..., None] * r / edge, 0, None).prod(0).mean(0)
        return float((excess * inside * r ** (dimension - 1) * step).sum())

    block = integral(statistics.block_length)
    return max(integral(statistics.window_length) / block, 1.0) if block > 0 else 1.0


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
    Blocks that touch are not independent; :func:`neighbour_factor` makes up
    for it. The interval is symmetric in the free variable (logarithm of inverse
    lengths) with Student's quantile for the number of blocks. A parameter at
    the limit of its range has an infinite standard error.
    """
    low, high = problem.bounds()
    inside = _inside(problem, x)
    # At a limit the usual error does not exist; the others are taken given it.
    error = np.full(len(x), np.inf)
    error[inside] = np.sqrt(np.diag(_covariance(problem, x, jacobian, inside)))
    factor = neighbour_factor(problem.model(x), problem.statistics)
    alone = errors_alone(jacobian, _scores(problem, jacobian)) * np.sqrt(factor)
    quantile = float(student.ppf(0.975, max(problem.statistics.n_blocks - 1, 1)))
    out = {}
    for k, param in enumerate(problem.params):
        if param.array:
            continue
        box = (float(low[k]), float(high[k]))
        out[param.name] = _estimate(param, float(x[k]), (float(error[k]), float(alone[k])), quantile, box,
                                    at_limit=not inside[k])
    return out


def joint_covariance(problem: Problem, x: NDArray[np.float64],
                     jacobian: NDArray[np.float64]) -> ParameterCovariance | None:
    """Return the covariance of the fitted parameters that the images determine, given the others.

    Parameters
    ----------
    problem, x, jacobian
        As in :func:`estimates`, whose standard errors are the roots of its diagonal.

    Returns
    -------
    ParameterCovariance or None
        ``None`` for kernels, whose values have no scatter of their own, and
        where nothing is determined.
    """
    if any(param.array for param in problem.params):
        return None
    inside = np.flatnonzero(_inside(problem, x))
    covariance = _covariance(problem, x, jacobian, inside)
    known = np.flatnonzero(np.isfinite(np.diag(covariance)))
    if not len(known):
        return None
    names = tuple(problem.names[k] for k in inside[known])
    scale = np.array([problem.scales.get(name, 1.0) for name in names])
    return ParameterCovariance(names, covariance[np.ix_(known, known)] * np.outer(scale, scale))


def _inside(problem: Problem, x: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which free variables are not at the limit of their range."""
    low, high = problem.bounds()
    margin = 1e-3 * (high - low)
    return np.asarray((x > low + margin) & (x < high - margin))


def _covariance(problem: Problem, x: NDArray[np.float64], jacobian: NDArray[np.float64],
                chosen: NDArray[np.bool_] | NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the covariance of the chosen free variables, the others given."""
    covariance = sandwich_covariance(jacobian[:, chosen], _scores(problem, jacobian))
    return covariance * neighbour_factor(problem.model(x), problem.statistics)


def _scores(problem: Problem, jacobian: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each block's part of all residuals; a kernel's roughness is no measurement: it has no scatter."""
    scores = problem.scores()
    return np.concatenate([scores, np.zeros((len(scores), len(jacobian) - problem.n_measured))], 1)


def with_rival(best: dict[str, ParameterEstimate], rival: dict[str, ParameterEstimate],
               misfits: tuple[float, float]) -> dict[str, ParameterEstimate]:
    """Return estimates that own up to a second set of values which fits as well.

    Parameters
    ----------
    best, rival : dict of str to ParameterEstimate
        Of the best fit and of another minimum of the same model.
    misfits : (float, float)
        Their misfits.

    Returns
    -------
    dict of str to ParameterEstimate
        Where the two 95 % intervals do not meet: weak, with an interval that
        spans both; the others unchanged.
    """
    out = {}
    for name, estimate in best.items():
        other = rival[name]
        low, high = estimate.interval
        if other.interval[1] < low or other.interval[0] > high:
            reason = (f"{RIVAL}, here {other.value:.3g}, fits nearly as well "
                      f"(misfit {misfits[1]:.3g} against {misfits[0]:.3g}).")
            interval = (min(low, other.interval[0]), max(high, other.interval[1]))
            estimate = replace(estimate, interval=interval, weak=True, reason=reason)
        out[name] = estimate
    return out


def _estimate(param: Param, x: float, errors: tuple[float, float], quantile: float, box: tuple[float, float], *,
              at_limit: bool) -> ParameterEstimate:
    """Return the estimate; ``errors`` are the standard error of the free variable, and that with all others known."""
    (error, alone), value = errors, param.from_free(x)
    reach = min(quantile * error, 50.0)
    interval = (param.from_free(max(x - reach, box[0])), param.from_free(min(x + reach, box[1])))
    weak, reason = False, ""
    if at_limit:
        weak, reason = True, f"{AT_LIMIT} of what these images can resolve; values beyond fit as well."
    elif not error < _WEAK:
        traded = alone < _WEAK
        spread = _spread(param, error if traded else alone)
        weak, reason = True, (
            f"{TRADED}: moved {spread} together with them, it changes the curves by less than the images' own scatter; "
            "on its own it would be seen." if traded else
            f"Moving it {spread} changes the curves by less than the images' own scatter.")
    return ParameterEstimate(value, param.slope(value) * error, interval, weak, reason)


def _spread(param: Param, error: float) -> str:
    """Return how far a standard error of the free variable reaches, in words."""
    if not np.isfinite(error) or error > 1:
        return "over a wide range"
    return f"by about {100 * error:.0f} %" if param.scale == "log" else f"by about {error:.2g}"
