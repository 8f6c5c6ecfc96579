"""Derivatives of two-point coverage by what it depends on at one lag.

These local quantities are, for F fields, in this order: the gaps of the F
squared fields, the correlations of the F plain ones, F thresholds, F weights σ,
the gap of the common field and γ, M = 4F + 2 in all. Lags do not mix, so one
sweep back through a sum over lags serves all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from morphstudio.core.twopoint.bivariate import normal_pdf, upper_orthant_slopes
from morphstudio.core.twopoint.pair_probabilities import (
    PairInputs,
    assemble_correlated,
    assemble_independent,
    condition_of,
    in_parts,
    independent_factors,
    limits,
    sources,
)

if TYPE_CHECKING:
    from morphstudio.core.twopoint.pair_quadrature import Conditioning, PairNodes

_Slopes = tuple[list[tuple[int, int]], Tensor, Tensor]


def coverage_slopes(pairs: PairInputs) -> _Slopes:
    """Return the coverage functions and their derivatives.

    Parameters
    ----------
    pairs : PairInputs
        L lags, without gradients.

    Returns
    -------
    pairs of phases : list of (int, int)
        Q of them, i ≤ j < K − 1.
    values : Tensor, shape (Q, L)
    slopes : Tensor, shape (Q, M, L)
        Derivatives by the local quantities.
    """
    if not pairs.correlated:
        return _independent(pairs)
    condition = condition_of(pairs)
    parts = [_correlated(part, condition) for part in in_parts(pairs, condition)]
    keys, values, slopes = zip(*parts, strict=True)
    return keys[0], torch.cat(values, 1), torch.cat(slopes, 2)


def _independent(pairs: PairInputs) -> _Slopes:
    """Go back through each field alone, then combine."""
    packed = _pack(pairs).requires_grad_(True)
    both, single = independent_factors(_unpack(packed, pairs))
    (back_both,) = torch.autograd.grad(both.sum(), packed, retain_graph=True)
    (back_single,) = torch.autograd.grad(single.sum(), packed)
    leaf_both, leaf_single = (t.detach().requires_grad_(True) for t in (both, single))
    found = assemble_independent(leaf_both, leaf_single)
    c = torch.stack(list(found.values()))
    # Each local quantity belongs to one field: its row in the packed order.
    field = torch.arange(len(packed)) % len(both)
    rows = []
    for row in c:
        d_both, d_single = torch.autograd.grad(row.sum(), (leaf_both, leaf_single), retain_graph=True,
                                               materialize_grads=True)
        rows.append(d_both[field] * back_both + d_single[field] * back_single)
    return list(found), c.detach(), torch.stack(rows)


def _correlated(pairs: PairInputs, condition: Conditioning) -> _Slopes:
    """Go back to what each field does given its squares; how that changes is in closed form."""
    packed = _pack(pairs).requires_grad_(True)
    leaves = [tuple(t.requires_grad_(True) for t in sources(pairs, f, condition.nodes))
              for f in range(len(pairs.sigma))]
    found = assemble_correlated([(a, b, c) for a, b, c in leaves], _unpack(packed, pairs), condition)
    c = torch.stack(list(found.values()))
    flat = [t for of_field in leaves for t in of_field]
    back = [torch.autograd.grad(row.sum(), (packed, *flat), retain_graph=True, materialize_grads=True) for row in c]
    slopes = torch.stack([of_row[0] for of_row in back])
    for f in range(len(leaves)):
        first = 1 + 3 * f
        adjoint = [torch.stack([of_row[first + k] for of_row in back]) for k in range(3)]
        _add_field(slopes, _by_field(pairs, f, condition.nodes, adjoint), pairs, f)
    return list(found), c.detach(), slopes


def _by_field(pairs: PairInputs, field: int, nodes: PairNodes, adjoint: list[Tensor]) -> tuple[Tensor, ...]:
    """Return derivatives by a field's mixed gap, plain correlation, threshold and σ, shape (Q, L) each.

    Parameters
    ----------
    adjoint : list of Tensor, shape (Q, L, A, B, C)
        Derivatives by P(both), P(at 0) and P(at h) at the nodes.
    """
    gap, sigma = pairs.mixed_gap(field), pairs.sigma[field][:, None, None, None]
    a, b = limits(nodes, gap, pairs.threshold[field], pairs.sigma[field])
    joint_a, joint_b, joint_plain = upper_orthant_slopes(a, b, pairs.plain[field][:, None, None, None])
    a_gap, b_gap = (by_gap / -sigma for by_gap in nodes.squares_slopes(gap))
    zero, lag = -normal_pdf(a), -normal_pdf(b)
    by_both = (joint_a * a_gap + joint_b * b_gap, joint_plain, joint_a + joint_b, joint_a * a + joint_b * b)
    by_zero = (zero * a_gap, zero, zero * a)
    by_lag = (lag * b_gap, lag, lag * b)
    of_both, of_zero, of_lag = (_contract(given, slopes) for given, slopes in
                                zip(adjoint, (by_both, by_zero, by_lag), strict=True))
    single = of_zero + of_lag
    width = pairs.sigma[field]
    return (of_both[..., 0] + single[..., 0], of_both[..., 1], (of_both[..., 2] + single[..., 1]) / width,
            -(of_both[..., 3] + single[..., 2]) / width)


def _contract(adjoint: Tensor, slopes: tuple[Tensor, ...]) -> Tensor:
    """Return Σ over the nodes of adjoint (Q, L, …) times each slope (L, …), shape (Q, L, S)."""
    q, n_lags = adjoint.shape[:2]
    rows = adjoint.reshape(q, n_lags, -1).transpose(0, 1)
    columns = torch.stack([s.reshape(n_lags, -1) for s in slopes], 1)
    return (rows @ columns.mT).transpose(0, 1)


def _add_field(slopes: Tensor, found: tuple[Tensor, ...], pairs: PairInputs, field: int) -> None:
    """Add what comes through one field, in place; its gap is (1 − γ) of its own and γ of the common one."""
    n = len(pairs.sigma)
    by_gap, by_plain, by_threshold, by_sigma = found
    gamma = pairs.correlation
    slopes[:, field] += (1 - gamma) * by_gap
    slopes[:, n + field] += by_plain
    slopes[:, 2 * n + field] += by_threshold
    slopes[:, 3 * n + field] += by_sigma
    slopes[:, 4 * n] += gamma * by_gap
    slopes[:, 4 * n + 1] += (pairs.common_gap - pairs.chi_gap[field]) * by_gap


def _pack(pairs: PairInputs) -> Tensor:
    return torch.cat([pairs.chi_gap, pairs.plain, pairs.threshold, pairs.sigma,
                      pairs.common_gap[None], pairs.correlation[None]]).detach().clone()


def _unpack(packed: Tensor, like: PairInputs) -> PairInputs:
    n = len(like.sigma)
    chi_gap, plain, threshold, sigma = (packed[k * n:(k + 1) * n] for k in range(4))
    return PairInputs(chi_gap, plain, packed[4 * n], packed[4 * n + 1], threshold, sigma, like.degrees_of_freedom,
                      like.correlated)
