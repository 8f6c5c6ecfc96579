r"""Two-point coverage probabilities of an excursion set from its correlations.

With u_f(t) = 1{Z_f(t) ≥ λ_f}, phase i is the first field that exceeds its
threshold. Given the common fields at both points the fields are independent, so

    C_ij(h) = E[ Π_{f<i} n_f · (u_i(0) − u_i(0) u_i(h)) · Π_{i<f<j} (1 − u_f(h)) · u_j(h) ],  i < j,

with n_f = (1 − u_f(0))(1 − u_f(h)), each factor being its conditional
expectation; C_ii has u_i(0) u_i(h) in the middle. Nothing is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from morphstudio.core.twopoint.bivariate import normal_cdf, upper_orthant
from morphstudio.core.twopoint.pair_accuracy import (
    common_refinement,
    correlated_counts,
    independent_counts,
    single_count,
)
from morphstudio.core.twopoint.pair_expansion import far_orthant, is_far
from morphstudio.core.twopoint.pair_quadrature import (
    Conditioning,
    PairNodes,
    conditional_rule,
    conditioning,
    pair_nodes,
    single_rule,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# Correlated pairs are computed so many nodes at a time: what is at work then fits a processor's cache.
_AT_A_TIME = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class PairInputs:
    """Local quantities of L pairs of points, F fields; all float64 tensors.

    Attributes
    ----------
    chi_gap : Tensor, shape (F, L)
        1 − correlation of the squared fields' parts X̃ alone.
    plain : Tensor, shape (F, L)
        Correlation of the plain fields, nugget included.
    common_gap : Tensor, shape (L,)
        1 − correlation of the common fields.
    correlation : Tensor, shape (L,)
        γ.
    threshold, sigma : Tensor, shape (F, L)
    degrees_of_freedom : int
    """

    chi_gap: Tensor
    plain: Tensor
    common_gap: Tensor
    correlation: Tensor
    threshold: Tensor
    sigma: Tensor
    degrees_of_freedom: int
    correlated: bool

    def at(self, lags: slice) -> PairInputs:
        """Return some of the pairs."""
        return PairInputs(self.chi_gap[:, lags], self.plain[:, lags], self.common_gap[lags], self.correlation[lags],
                          self.threshold[:, lags], self.sigma[:, lags], self.degrees_of_freedom, self.correlated)

    def mixed_gap(self, field: int) -> Tensor:
        """Return 1 − correlation of a squared field with its share of the common one, shape (L,)."""
        return (1 - self.correlation) * self.chi_gap[field] + self.correlation * self.common_gap


def coverage(pairs: PairInputs) -> dict[tuple[int, int], Tensor]:
    """Return C_ij for i ≤ j < K−1 (the last phase follows from the sums).

    Returns
    -------
    dict of (int, int) to Tensor, shape (L,)
    """
    if not pairs.correlated:
        return assemble_independent(*independent_factors(pairs))
    condition = condition_of(pairs)
    parts = [assemble_correlated([sources(part, f, condition.nodes) for f in range(len(part.sigma))], part, condition)
             for part in in_parts(pairs, condition)]
    return {key: torch.cat([part[key] for part in parts]) for key in parts[0]}


def condition_of(pairs: PairInputs) -> Conditioning:
    """Return the rules that correlated pairs need."""
    return conditioning(pairs.degrees_of_freedom, *correlated_counts(
        pairs.threshold.detach(), pairs.sigma.detach(), float(pairs.correlation.detach().max()),
        pairs.degrees_of_freedom))


def in_parts(pairs: PairInputs, condition: Conditioning) -> list[PairInputs]:
    """Return the same pairs, a few lags at a time."""
    size = max(1, _AT_A_TIME // condition.nodes.weight.numel())
    return [pairs.at(slice(first, first + size)) for first in range(0, len(pairs.common_gap), size)]


def limits(nodes: PairNodes, gap: Tensor, threshold: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
    """Return what the plain field must exceed at 0 and at h, given the squares at the nodes."""
    q0, qh = nodes.squares(gap)
    lam, sig = threshold[:, None, None, None], sigma[:, None, None, None]
    return (lam - q0) / sig, (lam - qh) / sig


def assemble_independent(both: Tensor, single: Tensor) -> dict[tuple[int, int], Tensor]:
    """Return C_ij of independent fields, as :func:`coverage` does.

    Parameters
    ----------
    both, single : Tensor, shape (F, L)
        P(field exceeds at both points) and P(field exceeds at one).
    """
    return _assemble(list(both), list(single), list(single), None)


def independent_factors(pairs: PairInputs) -> tuple[Tensor, Tensor]:
    """Return P(exceeds at both points) and P(exceeds) of each field, shape (F, L)."""
    both, single = [], []
    for gap, plain, lam, sig in zip(pairs.chi_gap, pairs.plain, pairs.threshold, pairs.sigma, strict=True):
        far = is_far(gap, plain)
        rows, near = torch.nonzero(far).ravel(), torch.nonzero(~far).ravel()
        found = torch.zeros_like(gap)
        if len(rows):
            values = far_orthant(gap[rows], plain[rows], lam[rows], sig[rows], pairs.degrees_of_freedom)
            found = found.index_copy(0, rows, values)
        if len(near):
            grid = pair_nodes(pairs.degrees_of_freedom, *independent_counts(lam, sig, pairs.degrees_of_freedom))
            found = found.index_copy(0, near, _near_orthant(gap[near], plain[near], lam[near], sig[near], grid,
                                                            pairs.degrees_of_freedom))
        both.append(found)
        single.append(exceedance(lam, sig, pairs.degrees_of_freedom))
    return torch.stack(both), torch.stack(single)


def _near_orthant(gap: Tensor, plain: Tensor, threshold: Tensor, sigma: Tensor, grid: PairNodes, n: int) -> Tensor:
    a, b = limits(grid, gap, threshold, sigma)
    with torch.no_grad():
        # Where the loss p − f is small, the grid gives it better than f: the error of p goes out of f.
        error = exceedance(threshold, sigma, n) - grid.mean(normal_cdf(-a) + normal_cdf(-b)) / 2
    return grid.mean(upper_orthant(a, b, plain[:, None, None, None])) + error


def sources(pairs: PairInputs, field: int, nodes: PairNodes) -> tuple[Tensor, Tensor, Tensor]:
    """Return P(both), P(at 0), P(at h) that a field exceeds given its squares, shape (L, A, B, C) each."""
    a, b = limits(nodes, pairs.mixed_gap(field), pairs.threshold[field], pairs.sigma[field])
    plain = pairs.plain[field][:, None, None, None]
    return upper_orthant(a, b, plain), normal_cdf(-a), normal_cdf(-b)


def assemble_correlated(given_squares: Sequence[tuple[Tensor, Tensor, Tensor]], pairs: PairInputs,
                        condition: Conditioning) -> dict[tuple[int, int], Tensor]:
    """Return C_ij of fields that share a common one.

    Parameters
    ----------
    given_squares : sequence of tuple of Tensor
        What :func:`sources` returns for each field.
    pairs : PairInputs
    condition : Conditioning
    """
    both, at_zero, at_lag = [], [], []
    gamma, gap_z = pairs.correlation, pairs.common_gap
    for field, (joint, u0, uh) in enumerate(given_squares):
        gap = pairs.mixed_gap(field)
        kappa_s = torch.sqrt(gamma * (2 - gap_z) / (2 - gap))
        kappa_d = torch.sqrt(gamma * gap_z / gap)
        even = condition((u0 + uh) / 2, kappa_s, kappa_d, 0)
        odd = condition((u0 - uh) / 2, kappa_s, kappa_d, 1)
        zero, lag = even + odd, even - odd
        together = condition(joint, kappa_s, kappa_d, 0)
        if len(given_squares) > 2:
            together, zero, lag = _as_probabilities(together, zero, lag)
        both.append(together)
        at_zero.append(zero)
        at_lag.append(lag)
    forward = _assemble(both, at_zero, at_lag, condition.targets)
    mirrored = _assemble(both, at_lag, at_zero, condition.targets)
    return {key: (forward[key] + mirrored[key]) / 2 for key in forward}


def _as_probabilities(joint: Tensor, zero: Tensor, lag: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Bring expanded conditional probabilities back into their range.

    Far out, where there is next to no weight, the expansions leave it. Of two
    factors the rule integrates the product exactly all the same; three blow up.
    """
    zero, lag = torch.clamp(zero, 0, 1), torch.clamp(lag, 0, 1)
    joint = torch.maximum(joint, torch.clamp(zero + lag - 1, min=0))
    return torch.minimum(joint, torch.minimum(zero, lag)), zero, lag


def _assemble(both: list[Tensor], zero: list[Tensor], lag: list[Tensor],
              grid: PairNodes | None) -> dict[tuple[int, int], Tensor]:
    out: dict[tuple[int, int], Tensor] = {}
    ahead: Tensor | float = 1.0
    for i in range(len(both)):
        out[i, i] = _expect(ahead * both[i], grid)
        between = ahead * (zero[i] - both[i])
        for j in range(i + 1, len(both)):
            out[i, j] = _expect(between * lag[j], grid)
            between = between * (1 - lag[j])
        ahead = ahead * (1 - zero[i] - lag[i] + both[i])
    return out


def _expect(values: Tensor, grid: PairNodes | None) -> Tensor:
    return values if grid is None else grid.mean(values)


def exceedance(threshold: Tensor, sigma: Tensor, n: int) -> Tensor:
    """Return P(χ²_n + σX ≥ λ), shape of ``threshold``, by quadrature."""
    squares, weight = single_rule(n, single_count(threshold, sigma))
    tail = normal_cdf((squares - threshold[..., None]) / sigma[..., None])
    return tail @ weight


def joint_fractions(threshold: Tensor, sigma: Tensor, gamma: Tensor, n: int, correlated: bool) -> Tensor:
    """Return the fractions of all but the last phase at one point.

    Parameters
    ----------
    threshold, sigma : Tensor, shape (..., F)
    gamma : Tensor, shape (...)
    n : int
        Degrees of freedom.
    correlated : bool
        Whether the fields share a common field.

    Returns
    -------
    Tensor, shape (..., F)
    """
    if correlated:
        above, weight = exceedance_given_common(threshold, sigma, gamma, n)
    else:
        above, weight = exceedance(threshold, sigma, n)[..., None], torch.ones(1, dtype=threshold.dtype)
    ahead = torch.cumprod(1 - above, -2)
    first = torch.cat([above[..., :1, :], above[..., 1:, :] * ahead[..., :-1, :]], -2)
    return first @ weight


def exceedance_given_common(threshold: Tensor, sigma: Tensor, gamma: Tensor, n: int) -> tuple[Tensor, Tensor]:
    """Return P(Z_f ≥ λ_f | |Z̃| at A nodes), shape (..., F, A), and the nodes' probabilities, shape (A,).

    Parameters
    ----------
    threshold, sigma : Tensor, shape (..., F)
    gamma : Tensor, shape (...)
    n : int
        Degrees of freedom.
    """
    z_sq, z_weight, g_sq, g_weight, cosine, c_weight = conditional_rule(n, common_refinement(threshold, sigma, n))
    share = gamma[..., None, None, None]
    cross = 2 * torch.sqrt(share * (1 - share) * z_sq[:, None, None] * g_sq[:, None]) * cosine
    squares = share * z_sq[:, None, None] + (1 - share) * g_sq[:, None] + cross
    lam, sig = threshold[..., None, None, None], sigma[..., None, None, None]
    tail = normal_cdf((squares.unsqueeze(-4) - lam) / sig)
    return torch.einsum("...bc,b,c->...", tail, g_weight, c_weight), z_weight
