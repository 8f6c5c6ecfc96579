r"""Two-point coverage probabilities of an excursion set from its correlations.

With u_f(t) = 1{Z_f(t) ≥ λ_f}, phase i is the first field that exceeds its
threshold. Given the common fields at both points the fields are independent, so

    C_ij(h) = E[ Π_{f<i} n_f · (u_i(0) − u_i(0) u_i(h)) · Π_{i<f<j} (1 − u_f(h)) · u_j(h) ],  i < j,

with n_f = (1 − u_f(0))(1 − u_f(h)), each factor being its conditional
expectation; C_ii has u_i(0) u_i(h) in the middle. ``pair_assembly`` has the
same for a second phase that is confined to a layer. Nothing is simulated.
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
from morphstudio.core.twopoint.pair_assembly import Cut, Layer, Pairs, assemble
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
    correlated : bool
        Whether the fields share a common one.
    lower : Tensor, shape (L,), or None
        λ_1 − 1/κ where the second phase is confined to a layer.
    """

    chi_gap: Tensor
    plain: Tensor
    common_gap: Tensor
    correlation: Tensor
    threshold: Tensor
    sigma: Tensor
    degrees_of_freedom: int
    correlated: bool
    lower: Tensor | None = None

    def at(self, lags: slice) -> PairInputs:
        """Return some of the pairs."""
        return PairInputs(self.chi_gap[:, lags], self.plain[:, lags], self.common_gap[lags], self.correlation[lags],
                  self.threshold[:, lags], self.sigma[:, lags], self.degrees_of_freedom, self.correlated,
                          None if self.lower is None else self.lower[lags])

    def levels(self, field: int) -> list[Tensor]:
        """Return a field's thresholds, the upper first, shape (L,) each."""
        own = self.threshold[field]
        return [own] if field > 0 or self.lower is None else [own, self.lower]

    def mixed_gap(self, field: int) -> Tensor:
        """Return 1 − correlation of a squared field with its share of the common one, shape (L,)."""
        return (1 - self.correlation) * self.chi_gap[field] + self.correlation * self.common_gap


def coverage(pairs: PairInputs) -> Pairs:
    """Return C_ij for i ≤ j < K−1 (the last phase follows from the sums).

    Returns
    -------
    dict of (int, int) to Tensor, shape (L,)
    """
    if not pairs.correlated:
        return assemble_independent(*independent_factors(pairs), len(pairs.sigma))
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


def assemble_independent(both: Tensor, single: Tensor, n_fields: int) -> Pairs:
    """Return C_ij of independent fields, as :func:`coverage` does.

    Parameters
    ----------
    both, single : Tensor, shapes (F, L), or (F + 2, L) and (F + 1, L)
        What :func:`independent_factors` returns.
    n_fields : int
        F.
    """
    cuts = [Cut(both[f], single[f], single[f]) for f in range(n_fields)]
    layer = None
    if len(both) > n_fields:
        across = both[n_fields]  # of independent fields the same from either point
        layer = Layer(Cut(both[n_fields + 1], single[n_fields], single[n_fields]), across, across)
    return assemble(cuts, layer, lambda values: values)


def independent_factors(pairs: PairInputs) -> tuple[Tensor, Tensor]:
    """Return P(exceeds at both points) and P(exceeds) of each field, shape (F, L).

    Where the second phase is confined there are more rows: of the first field
    P(exceeds the upper threshold here, the lower there) and P(exceeds the
    lower at both), and P(exceeds the lower).
    """
    wanted: list[tuple[int, Tensor, Tensor | None]] = [(f, pairs.threshold[f], None) for f in range(len(pairs.sigma))]
    if pairs.lower is not None:
        wanted += [(0, pairs.threshold[0], pairs.lower), (0, pairs.lower, None)]
    both = [_joint_exceedance(pairs, field, level, other) for field, level, other in wanted]
    single = [exceedance(level, pairs.sigma[field], pairs.degrees_of_freedom)
              for field, level, other in wanted if other is None]
    return torch.stack(both), torch.stack(single)


def _joint_exceedance(pairs: PairInputs, field: int, threshold: Tensor, other: Tensor | None) -> Tensor:
    """Return P(field ≥ threshold at 0, ≥ ``other`` at h), the same threshold where it is ``None``, shape (L,)."""
    gap, plain, sigma, n = pairs.chi_gap[field], pairs.plain[field], pairs.sigma[field], pairs.degrees_of_freedom
    far = is_far(gap, plain)
    rows, near = torch.nonzero(far).ravel(), torch.nonzero(~far).ravel()
    found = torch.zeros_like(gap)
    if len(rows):
        values = far_orthant(gap[rows], plain[rows], threshold[rows], sigma[rows], n,
                             None if other is None else other[rows])
        found = found.index_copy(0, rows, values)
    if len(near):
        grid = pair_nodes(n, *independent_counts(threshold, sigma, n))
        values = _near_orthant(gap[near], plain[near], (threshold[near], None if other is None else other[near]),
                               sigma[near], grid, n)
        found = found.index_copy(0, near, values)
    return found


def _near_orthant(gap: Tensor, plain: Tensor, thresholds: tuple[Tensor, Tensor | None], sigma: Tensor,
                  grid: PairNodes, n: int) -> Tensor:
    upper, lower = thresholds
    a, b = limits(grid, gap, upper, sigma)
    with torch.no_grad():
        # Where the loss p − f is small, the grid gives it better than f: the error of p goes out of f.
        error = exceedance(upper, sigma, n) - grid.mean(normal_cdf(-a) + normal_cdf(-b)) / 2
    rho = plain[:, None, None, None]
    if lower is None:
        return grid.mean(upper_orthant(a, b, rho)) + error
    c, d = limits(grid, gap, lower, sigma)
    # The grid has the positive cosines alone; the negative ones swap the points.
    return grid.mean(upper_orthant(a, d, rho) + upper_orthant(c, b, rho)) / 2 + error


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What a field does given its squares at the nodes, shape (L, A, B, C) each.

    Attributes
    ----------
    cuts : list of Cut
        At each of the field's thresholds, the upper first.
    across : tuple of Tensor, or None
        P(upper at 0, lower at h) and the other way round; ``None`` with one
        threshold.
    """

    cuts: list[Cut]
    across: tuple[Tensor, Tensor] | None = None


def sources(pairs: PairInputs, field: int, nodes: PairNodes) -> Source:
    """Return what a field does given its squares."""
    gap, sigma = pairs.mixed_gap(field), pairs.sigma[field]
    rho = pairs.plain[field][:, None, None, None]
    ends = [limits(nodes, gap, level, sigma) for level in pairs.levels(field)]
    cuts = [Cut(upper_orthant(a, b, rho), normal_cdf(-a), normal_cdf(-b)) for a, b in ends]
    if len(ends) == 1:
        return Source(cuts)
    (a, b), (c, d) = ends
    return Source(cuts, (upper_orthant(a, d, rho), upper_orthant(c, b, rho)))


def assemble_correlated(given_squares: Sequence[Source], pairs: PairInputs, condition: Conditioning) -> Pairs:
    """Return C_ij of fields that share a common one.

    Parameters
    ----------
    given_squares : sequence of Source
        What :func:`sources` returns for each field.
    pairs : PairInputs
    condition : Conditioning
    """
    cuts: list[Cut] = []
    layer: Layer | None = None
    gamma, gap_z = pairs.correlation, pairs.common_gap
    for field, source in enumerate(given_squares):
        gap = pairs.mixed_gap(field)
        kappa = torch.sqrt(gamma * (2 - gap_z) / (2 - gap)), torch.sqrt(gamma * gap_z / gap)
        found = [_conditioned(cut, condition, kappa) for cut in source.cuts]
        if source.across is not None:
            layer = Layer(found[1], *_split(*source.across, condition, kappa))
        cuts.append(found[0])
    if len(cuts) > 2:
        cuts = [cut.within_bounds() for cut in cuts]
        layer = None if layer is None else layer.within_bounds(cuts[0])
    forward = assemble(cuts, layer, condition.targets.mean)
    back = assemble([cut.mirrored() for cut in cuts], None if layer is None else layer.mirrored(),
                    condition.targets.mean)
    return {key: (forward[key] + back[key]) / 2 for key in forward}


def _conditioned(cut: Cut, condition: Conditioning, kappa: tuple[Tensor, Tensor]) -> Cut:
    zero, lag = _split(cut.zero, cut.lag, condition, kappa)
    return Cut(condition(cut.both, *kappa, 0), zero, lag)


def _split(here: Tensor, there: Tensor, condition: Conditioning,
           kappa: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the conditional expectations of two functions that swapping the points makes of one another."""
    even = condition((here + there) / 2, *kappa, 0)
    odd = condition((here - there) / 2, *kappa, 1)
    return even + odd, even - odd


def exceedance(threshold: Tensor, sigma: Tensor, n: int) -> Tensor:
    """Return P(χ²_n + σX ≥ λ), shape of ``threshold``, by quadrature."""
    squares, weight = single_rule(n, single_count(threshold, sigma))
    tail = normal_cdf((squares - threshold[..., None]) / sigma[..., None])
    return tail @ weight


def joint_fractions(threshold: Tensor, sigma: Tensor, gamma: Tensor, n: int, *, correlated: bool,
                    lower: Tensor | None = None) -> Tensor:
    """Return the fractions of all but the last phase at one point.

    Parameters
    ----------
    threshold, sigma : Tensor, shape (..., F)
    gamma : Tensor, shape (...)
    n : int
        Degrees of freedom.
    correlated : bool
        Whether the fields share a common field.
    lower : Tensor, shape (...), optional
        λ_1 − 1/κ where the second phase is confined to a layer.

    Returns
    -------
    Tensor, shape (..., F)
    """
    n_fields = threshold.shape[-1]
    if lower is not None:
        threshold = torch.cat([threshold, lower[..., None]], -1)
        sigma = torch.cat([sigma, sigma[..., :1]], -1)
    if correlated:
        above, weight = exceedance_given_common(threshold, sigma, gamma, n)
    else:
        above, weight = exceedance(threshold, sigma, n)[..., None], torch.ones(1, dtype=threshold.dtype)
    parts = list(above[..., :n_fields, :].unbind(-2))
    found, free = [parts[0]], 1 - parts[0]
    for at, part in enumerate(parts[1:]):
        inside = above[..., n_fields, :] - parts[0] if at == 0 and lower is not None else free
        found.append(inside * part)
        free = free - found[-1]
    return torch.stack(found, -2) @ weight


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
