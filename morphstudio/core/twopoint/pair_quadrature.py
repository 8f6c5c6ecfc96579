r"""Quadrature and expansion for pairs of points of squared Gaussian vectors.

A pair X(0), X(h) of n-vectors with correlation r per component becomes
independent in S = (X(0) + X(h))/√2 and D = (X(0) − X(h))/√2, with variances
1 + r and 1 − r. What the model needs depends on |S|, |D| and the angle between
them alone, so three short Gauss–Legendre rules do; they run over half the
angles, because what is to be integrated may have a crease where |X(0)| = |X(h)|.

Functions of the pair expand in products of Laguerre polynomials and zonal
harmonics. In this basis the conditional expectation given a correlated pair
(Mehler's formula) is diagonal: the factor is κ_S^{2a+m} κ_D^{2b+m}.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import eval_gegenbauer, eval_genlaguerre, gammaln, roots_genlaguerre, roots_legendre
from scipy.stats import chi2
from torch import Tensor

_Array = NDArray[np.float64]
# Probability that the radial rules leave out.
_TAIL = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class PairNodes:
    """Product rule in |S|², |D|² and the cosine, for unit-variance S and D.

    Attributes
    ----------
    sum_sq, diff_sq : Tensor, shapes (A, 1, 1) and (1, B, 1)
    cosine : Tensor, shape (1, 1, C)
        Positive cosines; each stands for itself and its negative.
    weight : Tensor, shape (A, B, C)
        Probabilities; they sum to 1.
    """

    sum_sq: Tensor
    diff_sq: Tensor
    cosine: Tensor
    weight: Tensor

    def squares(self, correlation_gap: Tensor) -> tuple[Tensor, Tensor]:
        """Return |X(0)|² and |X(h)|² at the nodes for 1 − r = ``correlation_gap``.

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

    def squares_slopes(self, correlation_gap: Tensor) -> tuple[Tensor, Tensor]:
        """Return the derivatives of :meth:`squares` by the gap."""
        gap = correlation_gap[:, None, None, None]
        mean = (self.diff_sq - self.sum_sq) / 2
        cross = torch.sqrt(self.sum_sq * self.diff_sq) * ((1 - gap) / torch.sqrt((2 - gap) * gap)) * self.cosine
        return mean + cross, mean - cross

    def mean(self, values: Tensor) -> Tensor:
        """Return the expectation of values (L, A, B, C), shape (L,)."""
        return values.reshape(len(values), -1) @ self.weight.ravel()


@dataclass(frozen=True, slots=True, eq=False)
class _Basis:
    """Weighted functions at the nodes, functions at the targets, for one parity."""

    project: tuple[Tensor, Tensor, Tensor]
    evaluate: tuple[Tensor, Tensor, Tensor]
    degree: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Conditioning:
    """Conditional expectation from ``nodes`` of a pair to ``targets`` of a correlated pair."""

    nodes: PairNodes
    targets: PairNodes
    bases: tuple[_Basis, _Basis]

    def __call__(self, values: Tensor, kappa_s: Tensor, kappa_d: Tensor, parity: int) -> Tensor:
        """Return E[F(S, D) | S', D'] at the targets.

        Parameters
        ----------
        values : Tensor, shape (L, A, B, C)
            F at the nodes, even (``parity`` 0) or odd (1) in the cosine.
        kappa_s, kappa_d : Tensor, shape (L,)
            Correlations of S with S' and of D with D'.
        """
        basis = self.bases[parity]
        p_sum, p_diff, p_angle = basis.project
        e_sum, e_diff, e_angle = basis.evaluate
        coefs = p_sum.mT @ torch.einsum("labc,ch->lhab", values, p_angle) @ p_diff
        power_s = 2 * torch.arange(p_sum.shape[-1]) + basis.degree[:, None]
        power_d = 2 * torch.arange(p_diff.shape[-1]) + basis.degree[:, None]
        coefs = coefs * (kappa_s[:, None, None] ** power_s)[..., None] * (kappa_d[:, None, None] ** power_d)[:, :, None]
        return torch.einsum("lhab,ch->labc", e_sum @ coefs @ e_diff.mT, e_angle)


@lru_cache(maxsize=64)
def pair_nodes(n: int, n_sum: int, n_diff: int, n_cos: int) -> PairNodes:
    """Return the product rule for n degrees of freedom (cached)."""
    return _as_nodes(_radial_rule(n, n_sum), _radial_rule(n, n_diff), _angle_rule(n, n_cos))


@lru_cache(maxsize=64)
def conditioning(n: int, source: tuple[int, int, int], target: tuple[int, int, int]) -> Conditioning:
    """Return conditional expectations for n degrees of freedom (cached).

    Parameters
    ----------
    n : int
        Components of the vectors.
    source : tuple of int
        Nodes in sum, difference and angle where functions are given.
    target : tuple of int
        Points where expectations are wanted; the expansion has as many
        functions, of which the source rule must integrate products.
    """
    sums, diffs, angles = _radial_rule(n, source[0]), _radial_rule(n, source[1]), _angle_rule(n, source[2])
    sizes, degree_count = target[:2], 1 if n == 1 else target[2]
    t_sums, t_diffs = (_laguerre_rule(n, size) for size in sizes)
    t_angles = _angle_rule(n, degree_count)
    bases = []
    for parity in (0, 1):
        degree = np.arange(parity, 2 * degree_count + parity, 2, dtype=np.float64)
        evaluate = (_radial(n, t_sums[0], degree, sizes[0]), _radial(n, t_diffs[0], degree, sizes[1]),
                    _zonal(n, t_angles[0], degree))
        project = (_radial(n, sums[0], degree, sizes[0]) * sums[1][:, None],
                   _radial(n, diffs[0], degree, sizes[1]) * diffs[1][:, None],
                   _zonal(n, angles[0], degree) * angles[1][:, None])
        bases.append(_Basis(_tensors(project), _tensors(evaluate), torch.from_numpy(degree)))
    return Conditioning(_as_nodes(sums, diffs, angles), _as_nodes(t_sums, t_diffs, t_angles), (bases[0], bases[1]))


@lru_cache(maxsize=16)
def single_rule(n: int, count: int = 160) -> tuple[Tensor, Tensor]:
    """Return |X|² at one point and its probabilities, shapes (A,)."""
    u, w = _radial_rule(n, count)
    return torch.from_numpy(2 * u), torch.from_numpy(w)


@cache
def conditional_rule(n: int, refinement: float) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Return the rule for |√γ Z + √(1−γ) G|² given |Z|, at one point.

    Returns
    -------
    z_sq, z_weight : Tensor, shape (A,)
        |Z|² and probabilities.
    g_sq, g_weight : Tensor, shape (B,)
        |G|² and probabilities.
    cosine, c_weight : Tensor, shape (2C,)
        Cosines of the angle between them, both signs, and probabilities.
    """
    z, wz = _radial_rule(n, round(40 * refinement))
    g, wg = _radial_rule(n, round(20 * refinement))
    c, wc = _angle_rule(n, round(7 * refinement))
    arrays = (2 * z, wz, 2 * g, wg, np.concatenate([c, -c]), np.concatenate([wc, wc]) / 2)
    a, b, d, e, f, h = (torch.from_numpy(array) for array in arrays)
    return a, b, d, e, f, h


def _tensors(arrays: tuple[_Array, _Array, _Array]) -> tuple[Tensor, Tensor, Tensor]:
    a, b, c = (torch.from_numpy(array) for array in arrays)
    return a, b, c


def _as_nodes(sums: tuple[_Array, _Array], diffs: tuple[_Array, _Array], angles: tuple[_Array, _Array]) -> PairNodes:
    weight = sums[1][:, None, None] * diffs[1][:, None] * angles[1]
    return PairNodes(torch.from_numpy(2 * sums[0])[:, None, None], torch.from_numpy(2 * diffs[0])[None, :, None],
                     torch.from_numpy(angles[0])[None, None, :], torch.from_numpy(weight))


def _radial_rule(n: int, count: int) -> tuple[_Array, _Array]:
    """Return u = |X|²/2 and probabilities, by Gauss–Legendre in |X|."""
    longest = np.sqrt(chi2.isf(_TAIL, n))
    nodes, weights = roots_legendre(count)
    radius = (nodes + 1) / 2 * longest
    weights = weights * radius ** (n - 1) * np.exp(-(radius**2) / 2)
    return radius**2 / 2, weights / weights.sum()


def _laguerre_rule(n: int, count: int) -> tuple[_Array, _Array]:
    nodes, weights = roots_genlaguerre(count, n / 2 - 1)
    return nodes, weights / weights.sum()


def _angle_rule(n: int, count: int) -> tuple[_Array, _Array]:
    """Return cosines in (0, 1) and probabilities, by Gauss–Legendre in the angle."""
    if n == 1:
        return np.ones(1), np.ones(1)
    nodes, weights = roots_legendre(count)
    angle = (nodes + 1) * np.pi / 4
    weights = weights * np.sin(angle) ** (n - 2)
    return np.cos(angle), weights / weights.sum()


def _zonal(n: int, cosine: _Array, degree: _Array) -> _Array:
    """Return orthonormal zonal functions, shape (C, H)."""
    if n == 1:
        return np.ones((1, 1))
    if n == 2:
        values = np.cos(degree * np.arccos(cosine)[:, None])
        return np.asarray(values * np.where(degree == 0, 1.0, np.sqrt(2.0)))
    order = n / 2 - 1
    # Norm of the Gegenbauer polynomials under the probability of the cosine.
    log_norm = (gammaln(degree + 2 * order) - gammaln(2 * order) - gammaln(degree + 1)
                + np.log(order / (degree + order)))
    return np.asarray(eval_gegenbauer(degree, order, cosine[:, None]) * np.exp(-log_norm / 2))


def _radial(n: int, u: _Array, degree: _Array, count: int) -> _Array:
    """Return orthonormal u^{m/2} L_a^{(n/2−1+m)}(u), shape (H, A, count)."""
    alpha = n / 2 - 1
    a = np.arange(count)
    m = degree[:, None, None]
    log_norm = gammaln(a + alpha + m + 1) - gammaln(a + 1) - gammaln(alpha + 1)
    values = eval_genlaguerre(a, alpha + m, u[:, None]) * np.exp((m * np.log(u)[:, None] - log_norm) / 2)
    # Those of higher degree than the target rule integrates are left out.
    return np.asarray(np.where(2 * a + m < 2 * count, values, 0.0))
