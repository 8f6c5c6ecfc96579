"""Two-point functions of images against counting pair by pair."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from morphstudio.core.errors import InputError
from morphstudio.core.twopoint import image as module
from morphstudio.core.twopoint.image import directional, radial


def shares_by_hand(indices, n_phases, offset):
    """Return c_ij(t), averaged over ±t, by slicing."""
    near = tuple(slice(max(-d, 0), n - max(d, 0)) for d, n in zip(offset, indices.shape, strict=True))
    far = tuple(slice(max(d, 0), n - max(-d, 0)) for d, n in zip(offset, indices.shape, strict=True))
    a, b = indices[near], indices[far]
    one_way = np.array([[np.mean((a == i) & (b == j)) for j in range(n_phases)] for i in range(n_phases)])
    return (one_way + one_way.T) / 2


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_that_directional_functions_are_exact_pair_counts(axis):
    indices = np.random.default_rng(0).integers(0, 4, (7, 8, 9)).astype(np.uint8)
    longest = indices.shape[axis] - 1
    result = directional(indices, 4, axis, longest)
    assert result.shape == (longest + 1, 4, 4)
    for lag in range(longest + 1):
        offset = [lag if a == axis else 0 for a in range(3)]
        assert result[lag] == pytest.approx(shares_by_hand(indices, 4, offset), abs=1e-15)


def test_that_directional_functions_do_not_depend_on_the_batches(monkeypatch):
    indices = np.random.default_rng(0).integers(0, 3, (9, 8, 7)).astype(np.uint8)
    whole = directional(indices, 3, 2, 5)
    monkeypatch.setattr(module, "_BATCH", 1)
    assert np.array_equal(directional(indices, 3, 2, 5), whole)


def test_that_functions_sum_to_the_fractions_seen_by_the_pairs():
    indices = np.random.default_rng(0).integers(0, 3, (1, 30, 40)).astype(np.uint8)
    result = directional(indices, 3, 2, 10)
    assert result.sum(axis=(1, 2)) == pytest.approx(np.ones(11))
    assert np.diagonal(result[0]) == pytest.approx([np.mean(indices == i) for i in range(3)])
    assert result[0] - np.diag(np.diagonal(result[0])) == pytest.approx(np.zeros((3, 3)))
    assert np.array_equal(result, result.transpose(0, 2, 1))


def test_that_a_laminate_has_a_triangle_wave():
    layers = np.tile(np.repeat([0, 1], 4), 5).astype(np.uint8)
    indices = np.broadcast_to(layers, (3, 4, 40))
    across = directional(indices, 2, 2, 8)[:, 1, 1]
    assert across[8] == pytest.approx(0.5)
    assert across[4] == pytest.approx(0)
    assert directional(indices, 2, 1, 3)[:, 1, 1] == pytest.approx(np.full(4, 0.5))


@pytest.mark.parametrize("lag", [-1, 9])
def test_that_a_lag_that_does_not_fit_is_refused(lag):
    with pytest.raises(InputError, match="does not fit"):
        directional(np.zeros((9, 9, 9), np.uint8), 2, 0, lag)


def regression_by_hand(indices, n_phases, spacing, lags, bandwidth):
    """Return the kernel regression over all offsets, as the formula stands."""
    ranges = [range(-(n - 1), n) for n in indices.shape]
    offsets = list(itertools.product(*ranges))
    lengths = np.array([np.linalg.norm(np.array(t) * spacing) for t in offsets])
    values = np.array([shares_by_hand(indices, n_phases, t) for t in offsets])
    weights = np.exp(-0.5 * ((lags[:, None] - lengths) / bandwidth) ** 2)
    return np.einsum("lt,tij->lij", weights, values) / weights.sum(axis=1)[:, None, None]


@pytest.mark.parametrize(("shape", "spacing"), [
    ((6, 7, 8), (1.0, 1.0, 1.0)),
    ((6, 7, 8), (0.4, 0.2, 0.3)),
    ((1, 12, 13), (5.0, 1.0, 1.0)),
    ((12, 1, 13), (1.0, 5.0, 1.5)),
    ((12, 13, 1), (0.2, 0.2, 5.0)),
])
def test_that_radial_functions_are_the_kernel_regression_over_all_pairs(shape, spacing):
    indices = np.random.default_rng(0).integers(0, 3, shape).astype(np.uint8)
    result = radial(indices, 3, spacing, 4)
    edge = min(s for s, n in zip(spacing, shape, strict=True) if n > 1)
    assert result.lags == pytest.approx(np.arange(5) * edge)
    expected = regression_by_hand(indices, 3, spacing, result.lags, 0.5 * edge)
    # Offsets beyond four bandwidths weigh less than 3e-4 each.
    assert result.values == pytest.approx(expected, abs=2e-4)


def test_that_a_wide_kernel_and_four_phases_agree_too():
    indices = np.random.default_rng(1).integers(0, 4, (1, 14, 15)).astype(np.uint8)
    result = radial(indices, 4, (1.0, 1.0, 1.0), 3, bandwidth=0.8)
    assert result.values == pytest.approx(regression_by_hand(indices, 4, (1, 1, 1), result.lags, 0.8), abs=2e-4)


def test_that_single_precision_is_good_enough(monkeypatch):
    indices = np.random.default_rng(0).integers(0, 3, (30, 31, 32)).astype(np.uint8)
    exact = radial(indices, 3, (1.0, 1.0, 1.0), 10).values
    monkeypatch.setattr(module, "_EXACT_BELOW", 0)
    assert radial(indices, 3, (1.0, 1.0, 1.0), 10).values == pytest.approx(exact, abs=1e-6)


def test_that_smoothing_a_function_is_what_the_estimator_does_to_it():
    indices = np.random.default_rng(0).integers(0, 2, (1, 40, 40)).astype(np.uint8)
    result = radial(indices, 2, (0.5, 0.5, 0.5), 10)
    assert result.smooth(np.ones_like) == pytest.approx(np.ones(11))
    linear = result.smooth(lambda h: np.stack([h, 2 * h], axis=1))
    assert linear.shape == (11, 2)
    assert linear[3:, 0] == pytest.approx(result.lags[3:], rel=0.05)
    assert linear[:, 1] == pytest.approx(2 * linear[:, 0])
    assert linear[0, 0] > 0  # at lag 0 the kernel sees neighbours


def test_that_independent_voxels_have_products_of_fractions():
    indices = (np.random.default_rng(0).random((40, 40, 40)) < 0.3).astype(np.uint8)
    result = radial(indices, 2, (1.0, 1.0, 1.0), 12)
    assert result.values[4:, 1, 1] == pytest.approx(np.full(9, 0.09), abs=0.003)
    assert result.values.sum(axis=(1, 2)) == pytest.approx(np.ones(13))


def test_that_permuted_axes_and_scaled_voxels_change_nothing_but_the_lags():
    indices = np.random.default_rng(0).integers(0, 3, (9, 10, 11)).astype(np.uint8)
    spacing = (0.5, 0.25, 0.75)
    there = radial(indices, 3, spacing, 6)
    back = radial(indices.transpose(2, 0, 1), 3, (0.75, 0.5, 0.25), 6)
    assert back.values == pytest.approx(there.values, abs=1e-12)
    large = radial(indices, 3, (2.0, 1.0, 3.0), 6)
    assert large.values == pytest.approx(there.values, abs=1e-12)
    assert np.array_equal(large.lags, 4 * there.lags)


@pytest.mark.parametrize("lag", [0, 20])
def test_that_radial_lags_that_do_not_fit_are_refused(lag):
    with pytest.raises(InputError, match="does not fit"):
        radial(np.zeros((1, 15, 15), np.uint8), 2, (1.0, 1.0, 1.0), lag)
