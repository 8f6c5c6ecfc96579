"""The rules for pairs of points have as many nodes as they need."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import chi2

from morphstudio.core.twopoint.pair_accuracy import common_refinement, correlated_counts, independent_counts
from morphstudio.core.twopoint.pair_probabilities import (
    PairInputs,
    assemble_correlated,
    coverage,
    exceedance,
    exceedance_given_common,
    sources,
)
from morphstudio.core.twopoint.pair_quadrature import conditioning
from morphstudio.core.twopoint.pair_slopes import coverage_slopes

LAGS = 12


def drawn(seed: int, squares: int, gamma: float, *, correlated: bool = True, narrowest: float = 0.2) -> PairInputs:
    """Return pairs of two fields near and far, with thresholds from everywhere in their range."""
    rng = np.random.default_rng(seed)
    sigma = np.exp(rng.uniform(math.log(narrowest), math.log(2.0), (2, 1)))
    threshold = chi2.isf(rng.uniform(0.02, 0.9, (2, 1)), squares)
    gap, common = 10 ** rng.uniform(-5, 0.1, (2, LAGS)), 10 ** rng.uniform(-5, 0.1, LAGS)
    plain = 1 - 10 ** rng.uniform(-3, 0.1, (2, LAGS))
    ones = np.ones((2, LAGS))
    return PairInputs(torch.from_numpy(gap), torch.from_numpy(plain), torch.from_numpy(common),
                      torch.from_numpy(gamma * ones[0]), torch.from_numpy(threshold * ones),
                      torch.from_numpy(sigma * ones), squares, correlated)


def with_finer_rules(pairs: PairInputs, finer: float) -> torch.Tensor:
    source, target = correlated_counts(pairs.threshold, pairs.sigma, float(pairs.correlation[0]),
                                       pairs.degrees_of_freedom)
    fine = conditioning(pairs.degrees_of_freedom, tuple(math.ceil(finer * k) for k in source),
                        tuple(math.ceil(finer * k) for k in target))
    found = assemble_correlated([sources(pairs, f, fine.nodes) for f in range(2)], pairs, fine)
    return torch.stack(list(found.values()))


@pytest.mark.parametrize("gamma", [0.05, 0.6, 0.9, 0.97])
@pytest.mark.parametrize("squares", [1, 2, 3])
def test_that_finer_rules_change_no_correlated_coverage_by_a_ten_thousandth(squares: int, gamma: float) -> None:
    for seed in range(3):
        pairs = drawn(100 * squares + seed, squares, gamma)
        got = torch.stack(list(coverage(pairs).values()))
        assert float((got - with_finer_rules(pairs, 1.4)).abs().max()) < 1e-4, seed


@pytest.mark.parametrize("squares", [1, 2, 3])
def test_that_independent_coverage_agrees_with_a_tiny_share_of_a_common_field(squares: int) -> None:
    for seed in range(3):
        pairs = drawn(100 * squares + seed, squares, 0.0, correlated=False)
        shared = drawn(100 * squares + seed, squares, 1e-9)
        got = torch.stack(list(coverage(pairs).values()))
        assert float((got - with_finer_rules(shared, 1.5)).abs().max()) < 1e-4, seed


@pytest.mark.parametrize("squares", [1, 2, 3, 6])
def test_that_a_common_field_changes_no_fraction(squares: int) -> None:
    for sigma in (0.1, 0.2, 0.5, 2.0):
        widths = torch.tensor([sigma], dtype=torch.float64)
        cuts = torch.from_numpy(chi2.isf([0.05, 0.5, 0.9], squares))
        for gamma in (0.1, 0.5, 0.95):
            above, weight = exceedance_given_common(cuts, widths.expand(3), torch.tensor(gamma), squares)
            np.testing.assert_allclose(above @ weight, exceedance(cuts, widths.expand(3), squares), atol=5e-5)


def test_that_slopes_agree_with_finite_differences_of_the_coverage() -> None:
    pairs = drawn(5, 2, 0.55, narrowest=0.5)
    keys, values, slopes = coverage_slopes(pairs)
    plain = coverage(pairs)
    assert keys == list(plain)
    np.testing.assert_allclose(values, torch.stack(list(plain.values())), atol=1e-12)
    rows = ([("chi_gap", f) for f in (0, 1)] + [("plain", f) for f in (0, 1)] + [("threshold", f) for f in (0, 1)]
            + [("sigma", f) for f in (0, 1)] + [("common_gap", None), ("correlation", None)])
    for row, (name, field) in enumerate(rows):
        moved = []
        for sign in (1, -1):
            changed = {n: getattr(pairs, n).clone() for n in ("chi_gap", "plain", "common_gap", "correlation",
                                                              "threshold", "sigma")}
            at = changed[name] if field is None else changed[name][field]
            # Relative steps, for gaps span five decades; correlations are stepped by their distance from 1.
            step = 1e-5 * ((1 - at) if name == "plain" else at.clone())
            at += sign * step
            moved.append(torch.stack(list(coverage(PairInputs(**changed, degrees_of_freedom=2,
                                                              correlated=True)).values())))
        relative = (moved[0] - moved[1]) / 2
        np.testing.assert_allclose(slopes[:, row] * step, relative, atol=1e-5 * 2e-4, rtol=2e-3, err_msg=name)


def test_that_wide_transitions_and_low_thresholds_need_no_refinement() -> None:
    one = torch.ones(2, dtype=torch.float64)
    assert independent_counts(one, one, 2) == (24, 16, 6)
    assert correlated_counts(one, one, 0.5, 2) == ((24, 16, 6), (16, 11, 4))
    assert common_refinement(one, one, 2) == 1.0
