r"""Expansion of P(field exceeds at both points) for pairs that are far apart.

Laguerre polynomials of |X|²/2 and Hermite polynomials of the plain field
diagonalise a correlated pair (Mehler's formula), so for a field χ²_n + σX

    P(≥ s at 0, ≥ t at h) = Σ_{k,m} r^{2k} ρ^m c_km(s) c_km(t),    c_km(λ) = E[ℓ_k(|X|²/2) h_m(X̂) 1{|X|² + σX̂ ≥ λ}],

with the polynomials normalised and r, ρ the correlations of the two parts. The
c_km are common to all lags: where neither correlation is near 1, a few matrix
products give a whole curve.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from morphstudio.core.twopoint.bivariate import normal_cdf
from morphstudio.core.twopoint.pair_quadrature import single_rule

# What is left out beyond these degrees is at most 1e-5 for r² and |ρ| up to the bound.
_TERMS = 48
_FARTHEST = 0.9
_NODES, _MOST_NODES = 200, 1000
_NODE_STEP = 100  # a slider of σ shall not ask for a table of its own at every step


def is_far(chi_gap: Tensor, plain: Tensor) -> Tensor:
    """Return where the expansion holds.

    Parameters
    ----------
    chi_gap, plain : Tensor, shape (L,)
        1 − r and ρ.

    Returns
    -------
    Tensor of bool, shape (L,)
    """
    return ((1 - chi_gap) ** 2 <= _FARTHEST) & (plain.abs() <= _FARTHEST)


def far_orthant(chi_gap: Tensor, plain: Tensor, threshold: Tensor, sigma: Tensor, n: int,
                at_lag: Tensor | None = None) -> Tensor:
    """Return P(field exceeds at both points), with derivatives by all arguments.

    Parameters
    ----------
    chi_gap, plain : Tensor of float64, shape (L,)
        1 − r and ρ of pairs that :func:`is_far` accepts.
    threshold, sigma : Tensor of float64, shape (L,)
        λ and σ, each the same for all pairs.
    n : int
        Degrees of freedom.
    at_lag : Tensor, shape (L,), optional
        Threshold at h where it is another than at 0.

    Returns
    -------
    Tensor, shape (L,)
    """
    cut, sig = threshold[0].detach(), sigma[0].detach()
    here = _coefficients(cut, sig, n)
    there = here if at_lag is None else _coefficients(at_lag[0].detach(), sig, n)
    order = torch.arange(_TERMS)
    squares = (1 - chi_gap[:, None]) ** (2 * order)
    plains = plain[:, None] ** order

    def total(table: Tensor) -> Tensor:
        return ((squares @ table) * plains).sum(1)

    # The differences are 0; they carry the derivatives.
    moved = (sigma - sig) * total(here[2] * there[0] + here[0] * there[2]).detach()
    moved = moved + (threshold - cut) * total(here[1] * there[0]).detach()
    other = threshold if at_lag is None else at_lag
    return total(here[0] * there[0]) + moved + (other - other[0].detach()) * total(here[0] * there[1]).detach()


def _coefficients(threshold: Tensor, sigma: Tensor, n: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return c_km and its derivatives by λ and σ, shape (K, M)."""
    laguerre, squares = _weighted_laguerre(n, _node_count(float(sigma)))
    limit = (threshold - squares) / sigma
    hermite = _hermite_density(limit)
    order = torch.arange(1, _TERMS).sqrt()
    tails = torch.cat([normal_cdf(-limit)[:, None], hermite[:, :-1] / order], 1)
    by_limit = -hermite / sigma
    return laguerre @ tails, laguerre @ by_limit, laguerre @ (by_limit * -limit[:, None])


def _node_count(sigma: float) -> int:
    """Return how many nodes resolve a transition of width σ."""
    wanted = min(_NODES / min(sigma, 1.0), _MOST_NODES)
    return math.ceil(wanted / _NODE_STEP) * _NODE_STEP


def _hermite_density(x: Tensor) -> Tensor:
    """Return φ(x) h_m(x) with normalised Hermite polynomials, shape (A, M)."""
    rows = [torch.exp(-x * x / 2) / (2 * np.pi) ** 0.5]
    rows.append(x * rows[0])
    for m in range(1, _TERMS - 1):
        rows.append((x * rows[m] - m**0.5 * rows[m - 1]) / (m + 1) ** 0.5)
    return torch.stack(rows, 1)


@lru_cache(maxsize=16)
def _weighted_laguerre(n: int, count: int) -> tuple[Tensor, Tensor]:
    """Return normalised ℓ_k times probabilities at the nodes, shape (K, A), and |X|² there, shape (A,)."""
    squares, weight = single_rule(n, count)
    alpha, x = n / 2 - 1, squares / 2
    rows = [weight, (1 + alpha - x) * weight / (1 + alpha) ** 0.5]
    for k in range(1, _TERMS - 1):
        step, back = ((k + 1) * (k + 1 + alpha)) ** 0.5, (k * (k + alpha)) ** 0.5
        rows.append(((2 * k + 1 + alpha - x) * rows[k] - back * rows[k - 1]) / step)
    return torch.stack(rows), squares
