"""The expansion for far pairs against quadrature, finite differences and limits."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import eval_genlaguerre, gammaln
from scipy.stats import chi2, multivariate_normal, norm

from morphstudio.core.twopoint.bivariate import upper_orthant
from morphstudio.core.twopoint.pair_expansion import _node_count, _weighted_laguerre, far_orthant, is_far
from morphstudio.core.twopoint.pair_probabilities import exceedance
from morphstudio.core.twopoint.pair_quadrature import pair_nodes, single_rule


def _tensors(*values: float, count: int = 1) -> list[torch.Tensor]:
    return [torch.full((count,), value, dtype=torch.float64) for value in values]


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize(("threshold", "sigma"), [(1.9, 1.0), (-0.27, 1.0), (4.0, 0.3), (0.5, 2.5)])
def test_that_it_agrees_with_refined_quadrature_up_to_its_bound(n: int, threshold: float, sigma: float) -> None:
    squared = torch.tensor([0.9, 0.9, 0.0, 0.5, 0.2], dtype=torch.float64)
    plain = torch.tensor([0.9, 0.0, 0.9, -0.4, 0.7], dtype=torch.float64)
    gap = 1 - squared.sqrt()
    lam, sig = _tensors(threshold, sigma, count=len(gap))
    grid = pair_nodes(n, 140, 90, 36)
    q0, qh = grid.squares(gap)
    reference = grid.mean(upper_orthant((threshold - q0) / sigma, (threshold - qh) / sigma,
                                        plain[:, None, None, None]))
    np.testing.assert_allclose(far_orthant(gap, plain, lam, sig, n), reference, rtol=0, atol=2e-5)


def test_that_derivatives_agree_with_finite_differences() -> None:
    step = 1e-5
    base = _tensors(0.3, 0.6, 1.4, 0.7)
    leaves = [value.clone().requires_grad_(True) for value in base]
    slopes = torch.autograd.grad(far_orthant(*leaves, 2).sum(), leaves)
    for k, slope in enumerate(slopes):
        up, down = ([v + sign * step * (i == k) for i, v in enumerate(base)] for sign in (1, -1))
        difference = (far_orthant(*up, 2) - far_orthant(*down, 2)) / (2 * step)
        assert slope.item() == pytest.approx(difference.item(), abs=1e-8)


def test_that_without_correlation_the_points_are_independent() -> None:
    gap, plain, lam, sig = _tensors(1.0, 0.0, 2.0, 0.8)
    alone = exceedance(lam, sig, 3)
    assert far_orthant(gap, plain, lam, sig, 3).item() == pytest.approx(alone.item() ** 2, abs=1e-9)


def test_that_a_strong_plain_field_is_the_bivariate_normal() -> None:
    """With σ large the squared part is a small, independent shift of the threshold."""
    sigma, rho = 400.0, 0.6
    gap, plain, lam, sig = _tensors(1.0, rho, 0.0, sigma)
    # |X|² has mean n: P(σX ≥ −n) to first order.
    shifted = multivariate_normal(cov=[[1, rho], [rho, 1]]).cdf(np.array([2.0, 2.0]) / sigma)
    assert far_orthant(gap, plain, lam, sig, 2).item() == pytest.approx(shifted, abs=2e-5)
    assert exceedance(lam, sig, 2).item() == pytest.approx(norm.cdf(2 / sigma), abs=2e-5)


def test_that_a_fully_kept_plain_value_would_need_the_quadrature() -> None:
    gap, plain = torch.tensor([0.5, 0.01, 0.5]), torch.tensor([0.5, 0.1, 0.95])
    assert is_far(gap, plain).tolist() == [True, False, False]


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_that_the_laguerre_table_holds_the_polynomials(n: int) -> None:
    table, squares = _weighted_laguerre(n, 200)
    _, weight = single_rule(n, 200)
    alpha, usual = n / 2 - 1, squares.numpy() < 30
    for k in (0, 1, 2, 17, 47):
        norm_squared = np.exp(gammaln(k + alpha + 1) - gammaln(k + 1) - gammaln(alpha + 1))
        wanted = eval_genlaguerre(k, alpha, squares.numpy() / 2) / norm_squared**0.5 * weight.numpy()
        np.testing.assert_allclose(table[k].numpy()[usual], wanted[usual], rtol=0, atol=1e-10)


def test_that_a_slider_of_sigma_shares_its_tables() -> None:
    counts = {_node_count(sigma) for sigma in np.linspace(0.05, 3.0, 500)}
    assert len(counts) <= 9
    assert min(counts) == 200
    assert max(counts) == 1000
    assert all(_node_count(sigma) >= 200 / sigma for sigma in (0.21, 0.33, 0.77, 1.0))


def test_that_narrow_transitions_approach_the_chi_squared_tail() -> None:
    gap, plain, lam, sig = _tensors(1.0, 0.0, 3.0, 0.2)
    sharp = chi2.sf(3.0, 2)
    # A transition of width σ changes the tail by σ²/2 times the density's slope, e^{−λ/2}/4.
    smooth = sharp + 0.2**2 / 2 * np.exp(-1.5) / 4
    assert far_orthant(gap, plain, lam, sig, 2).item() == pytest.approx(smooth**2, abs=1e-4)
