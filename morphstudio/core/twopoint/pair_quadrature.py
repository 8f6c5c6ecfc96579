r"""Quadrature and expansion for pairs of points of squared Gaussian vectors.

A pair X(0), X(h) of n-vectors with correlation r per component becomes
independent in S = (X(0) + X(h))/√2 and D = (X(0) − X(h))/√2, with variances
1 + r and 1 − r. What the model needs depends on |S|, |D| and the angle between
them alone, so three short Gauss rules do: Laguerre in |S|²/2 and |D|²/2,
Gegenbauer in the cosine.

Functions on that grid expand in products of Laguerre polynomials and zonal
harmonics. In this basis the conditional expectation given a correlated pair
(Mehler's formula) is diagonal: the factor is κ_S^{2a+m} κ_D^{2b+m}.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from scipy.special import eval_gegenbauer, eval_genlaguerre, gammaln, roots_gegenbauer, roots_genlaguerre
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class PairGrid:
    """Nodes and weights for unit-variance S, D; cosines c ≥ 0 stand for ±c.

    Attributes
    ----------
    sum_sq, diff_sq : Tensor, shapes (A, 1, 1) and (1, B, 1)
        |S|² and |D|².
    cosine : Tensor, shape (1, 1, C)
        Cosine of the angle between S and D.
    weight : Tensor, shape (A, B, C)
        Probabilities; they sum to 1.
    sum_basis, diff_basis : Tensor, shapes (2, H, A, P), (2, H, B, Q)
        Orthonormal radial functions by parity of the harmonic degree.
    angle_basis : Tensor, shape (2, C, H)
        Orthonormal zonal functions, even and odd degrees.
    degree : Tensor, shape (2, H)
        Harmonic degree m of each.
    """

    sum_sq: Tensor
    diff_sq: Tensor
    cosine: Tensor
    weight: Tensor
    sum_weight: Tensor
    diff_weight: Tensor
    angle_weight: Tensor
    sum_basis: Tensor
    diff_basis: Tensor
    angle_basis: Tensor
    degree: Tensor

    def squares(self, correlation_gap: Tensor) -> tuple[Tensor, Tensor]:
        """Return |X(0)|² and |X(h)|² on the grid for 1 − r = ``correlation_gap``.

        Parameters
        ----------
        correlation_gap : Tensor, shape (L,)

        Returns
        -------
        tuple of Tensor, shape (L, A, B, C)
        """
        gap = correlation_gap[:, None, None, None]
        s, d = (2 - gap) * self.sum_sq, gap * self.diff_sq
        mean, cross = (s + d) / 2, torch.sqrt(s * d) * self.cosine
        return mean + cross, mean - cross

    def mean(self, values: Tensor) -> Tensor:
        """Return the expectation over the grid, shape (L,)."""
        return torch.tensordot(values.reshape(len(values), -1), self.weight.ravel(), 1)

    def condition(self, values: Tensor, kappa_s: Tensor, kappa_d: Tensor, parity: int) -> Tensor:
        """Return E[F(S, D) | S', D'] on the same grid of S', D'.

        Parameters
        ----------
        values : Tensor, shape (L, A, B, C)
            F, even (``parity`` 0) or odd (1) in the cosine.
        kappa_s, kappa_d : Tensor, shape (L,)
            Correlations of S with S' and of D with D'.
        """
        angle, degree = self.angle_basis[parity], self.degree[parity]
        s_basis, d_basis = self.sum_basis[parity], self.diff_basis[parity]
        zonal = torch.einsum("labc,ch->lhab", values, angle * self.angle_weight[:, None])
        coefs = (s_basis * self.sum_weight[:, None]).mT @ zonal @ (d_basis * self.diff_weight[:, None])
        power_s = 2 * torch.arange(s_basis.shape[-1]) + degree[:, None]
        power_d = 2 * torch.arange(d_basis.shape[-1]) + degree[:, None]
        coefs = coefs * (kappa_s[:, None, None] ** power_s)[..., None] * (kappa_d[:, None, None] ** power_d)[:, :, None]
        return torch.einsum("lhab,ch->labc", s_basis @ coefs @ d_basis.mT, angle)


@cache
def pair_grid(n: int, n_sum: int, n_diff: int, n_cos: int) -> PairGrid:
    """Return the grid for n degrees of freedom (cached).

    Parameters
    ----------
    n : int
        Components of the vectors.
    n_sum, n_diff, n_cos : int
        Nodes for |S|, |D| and (an even number of) cosines.
    """
    u, wu = _laguerre(n, n_sum)
    v, wv = _laguerre(n, n_diff)
    cos, wc = _half_cosines(n, n_cos)
    degrees = np.array([np.arange(parity, 2 * len(cos) + parity, 2) for parity in (0, 1)])
    if n == 1:
        degrees = np.array([[0], [1]])
    angle = np.stack([_zonal(n, cos, wc, degrees[parity]) for parity in (0, 1)])
    return PairGrid(
        torch.from_numpy(2 * u)[:, None, None], torch.from_numpy(2 * v)[None, :, None],
        torch.from_numpy(cos)[None, None, :],
        torch.from_numpy(wu[:, None, None] * wv[:, None] * wc),
        torch.from_numpy(wu), torch.from_numpy(wv), torch.from_numpy(wc),
        torch.from_numpy(_radial(n, u, degrees)), torch.from_numpy(_radial(n, v, degrees)),
        torch.from_numpy(angle), torch.from_numpy(degrees))


def _laguerre(n: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = roots_genlaguerre(count, n / 2 - 1)
    return nodes, weights / weights.sum()


def _half_cosines(n: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    if n == 1:
        return np.ones(1), np.ones(1)
    if n == 2:
        nodes, weights = np.cos(np.pi * (np.arange(count) + 0.5) / count), np.full(count, 1 / count)
    else:
        nodes, weights = roots_gegenbauer(count, n / 2 - 1)
    keep = nodes > 0
    return nodes[keep], weights[keep] / weights[keep].sum()


def _zonal(n: int, cos: np.ndarray, weight: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    if n == 1:
        return np.ones((1, 1))
    if n == 2:
        values = np.cos(degrees * np.arccos(cos)[:, None])
    else:
        values = eval_gegenbauer(degrees, n / 2 - 1, cos[:, None])
    norm = np.asarray(np.sqrt(weight @ values**2))
    return np.asarray(values / norm)


def _radial(n: int, u: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Orthonormal u^{m/2} L_a^{(n/2−1+m)}(u); those the rule cannot resolve are 0."""
    alpha = n / 2 - 1
    a = np.arange(len(u))
    m = degrees[..., None, None]
    log_norm = gammaln(a + alpha + m + 1) - gammaln(a + 1) - gammaln(alpha + 1)
    values = eval_genlaguerre(a, alpha + m, u[:, None]) * np.exp((m * np.log(u)[:, None] - log_norm) / 2)
    return np.where(2 * a + m < 2 * len(u), values, 0.0)
