"""Derivatives of two-point coverage by what it depends on at one lag.

These local quantities are, for F fields, in this order: the gaps of the F
squared fields, the correlations of the F plain ones, F thresholds, F weights σ,
the gap of the common field and γ, M = 4F + 2 in all; one more, the first field's
lower threshold, where the second phase is confined to a layer. Lags do not mix,
so one sweep back through a sum over lags serves all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from morphstudio.core.twopoint.bivariate import normal_pdf, upper_orthant_slopes
from morphstudio.core.twopoint.pair_probabilities import (
    PairInputs,
    Source,
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
    n = len(pairs.sigma)
    packed = _pack(pairs).requires_grad_(True)
    both, single = independent_factors(_unpack(packed, pairs))
    # Each local quantity belongs to one field: its row in the packed order; all that comes after is the first's.
    field = torch.arange(len(packed)) % n
    field[4 * n:] = 0
    leaf_both, leaf_single = (t.detach().requires_grad_(True) for t in (both, single))
    found = assemble_independent(leaf_both, leaf_single, n)
    c = torch.stack(list(found.values()))
    backs = [_backs(factors, packed, n) for factors in (both, single)]
    rows = []
    for row in c:
        given = torch.autograd.grad(row.sum(), (leaf_both, leaf_single), retain_graph=True, materialize_grads=True)
        total = torch.zeros_like(packed)
        for by_factor, (own, others) in zip(given, backs, strict=True):
            total = total + by_factor[field] * own
            for k, other in enumerate(others):
                total = total + by_factor[n + k] * other
        rows.append(total)
    return list(found), c.detach(), torch.stack(rows)


def _backs(factors: Tensor, packed: Tensor, n: int) -> tuple[Tensor, list[Tensor]]:
    """Return the derivatives of the first n rows, each by what belongs to it, and those of each other row."""
    of = [factors[:n].sum(), *(row.sum() for row in factors[n:])]
    first, *others = (torch.autograd.grad(one, packed, retain_graph=True)[0] for one in of)
    return first, others


def _correlated(pairs: PairInputs, condition: Conditioning) -> _Slopes:
    """Go back to what each field does given its squares; how that changes is in closed form."""
    packed = _pack(pairs).requires_grad_(True)
    leaves = [_as_leaves(sources(pairs, f, condition.nodes)) for f in range(len(pairs.sigma))]
    found = assemble_correlated(leaves, _unpack(packed, pairs), condition)
    c = torch.stack(list(found.values()))
    flat = [t for source in leaves for t in _tensors(source)]
    back = [torch.autograd.grad(row.sum(), (packed, *flat), retain_graph=True, materialize_grads=True) for row in c]
    slopes = torch.stack([of_row[0] for of_row in back])
    first = 1
    for f, source in enumerate(leaves):
        count = len(_tensors(source))
        adjoint = [torch.stack([of_row[first + k] for of_row in back]) for k in range(count)]
        _add_field(slopes, pairs, f, condition.nodes, adjoint)
        first += count
    return list(found), c.detach(), slopes


def _tensors(source: Source) -> list[Tensor]:
    return [t for cut in source.cuts for t in (cut.both, cut.zero, cut.lag)] + list(source.across or ())


def _as_leaves(source: Source) -> Source:
    for tensor in _tensors(source):
        tensor.requires_grad_(True)
    return source


def _add_field(slopes: Tensor, pairs: PairInputs, field: int, nodes: PairNodes, adjoint: list[Tensor]) -> None:
    """Add what comes through one field, in place; its gap is (1 − γ) of its own and γ of the common one.

    Parameters
    ----------
    slopes : Tensor, shape (Q, M, L)
    adjoint : list of Tensor, shape (Q, L, A, B, C)
        Derivatives by what :func:`sources` returns, in the order of ``_tensors``.
    """
    n = len(pairs.sigma)
    by_gap, by_plain, by_sigma, by_level = _by_field(pairs, field, nodes, adjoint)
    gamma = pairs.correlation
    slopes[:, field] += (1 - gamma) * by_gap
    slopes[:, n + field] += by_plain
    slopes[:, 3 * n + field] += by_sigma
    for row, found in zip((2 * n + field, 4 * n + 2), by_level, strict=False):
        slopes[:, row] += found
    slopes[:, 4 * n] += gamma * by_gap
    slopes[:, 4 * n + 1] += (pairs.common_gap - pairs.chi_gap[field]) * by_gap


def _by_field(pairs: PairInputs, field: int, nodes: PairNodes,
              adjoint: list[Tensor]) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
    """Return derivatives by a field's mixed gap, plain correlation, σ and each threshold, shape (Q, L) each."""
    gap, width = pairs.mixed_gap(field), pairs.sigma[field]
    plain, sigma = pairs.plain[field][:, None, None, None], pairs.sigma[field][:, None, None, None]
    a_gap, b_gap = (by_gap / -sigma for by_gap in nodes.squares_slopes(gap))
    levels = [limits(nodes, gap, level, pairs.sigma[field]) for level in pairs.levels(field)]
    total = torch.zeros(3, len(adjoint[0]), len(gap), dtype=gap.dtype)
    by_level = [torch.zeros_like(total[0]) for _ in levels]

    def add_joint(given: Tensor, at: int, other: int) -> None:
        a, b = levels[at][0], levels[other][1]
        joint_a, joint_b, joint_plain = upper_orthant_slopes(a, b, plain)
        found = _contract(given, (joint_a * a_gap + joint_b * b_gap, joint_plain, joint_a * a + joint_b * b,
                                  joint_a, joint_b))
        total[0] += found[..., 0]
        total[1] += found[..., 1]
        total[2] -= found[..., 2] / width
        by_level[at] += found[..., 3] / width
        by_level[other] += found[..., 4] / width

    def add_single(given: Tensor, limit: Tensor, limit_gap: Tensor, at: int) -> None:
        slope = -normal_pdf(limit)
        found = _contract(given, (slope * limit_gap, slope * limit, slope))
        total[0] += found[..., 0]
        total[2] -= found[..., 1] / width
        by_level[at] += found[..., 2] / width

    for at, (a, b) in enumerate(levels):
        add_joint(adjoint[3 * at], at, at)
        add_single(adjoint[3 * at + 1], a, a_gap, at)
        add_single(adjoint[3 * at + 2], b, b_gap, at)
    for given, (at, other) in zip(adjoint[3 * len(levels):], ((0, 1), (1, 0)), strict=False):
        add_joint(given, at, other)
    return total[0], total[1], total[2], by_level


def _contract(adjoint: Tensor, slopes: tuple[Tensor, ...]) -> Tensor:
    """Return Σ over the nodes of adjoint (Q, L, …) times each slope (L, …), shape (Q, L, S)."""
    q, n_lags = adjoint.shape[:2]
    rows = adjoint.reshape(q, n_lags, -1).transpose(0, 1)
    columns = torch.stack([s.reshape(n_lags, -1) for s in slopes], 1)
    return (rows @ columns.mT).transpose(0, 1)


def _pack(pairs: PairInputs) -> Tensor:
    rows = [pairs.chi_gap, pairs.plain, pairs.threshold, pairs.sigma, pairs.common_gap[None], pairs.correlation[None]]
    return torch.cat(rows + ([] if pairs.lower is None else [pairs.lower[None]])).detach().clone()


def _unpack(packed: Tensor, like: PairInputs) -> PairInputs:
    n = len(like.sigma)
    chi_gap, plain, threshold, sigma = (packed[k * n:(k + 1) * n] for k in range(4))
    return PairInputs(chi_gap, plain, packed[4 * n], packed[4 * n + 1], threshold, sigma, like.degrees_of_freedom,
                      like.correlated, None if like.lower is None else packed[4 * n + 2])
