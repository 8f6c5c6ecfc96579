"""Distances between curves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from morphstudio.core.descriptors.distances import largest_gap, wasserstein
from morphstudio.core.descriptors.values import Distribution

EMPTY = Distribution(np.empty(0), np.empty(0), "um")


def curve(grid, values):
    return Distribution(np.array(grid, float), np.array(values, float), "um")


def empirical(sample, step):
    counts = np.bincount(sample)
    return curve(np.arange(len(counts)) * step, np.cumsum(counts) / len(sample))


def test_that_moving_all_chords_by_one_length_costs_that_length():
    assert wasserstein(curve([0, 1, 2], [0, 0, 1]), curve([0, 1, 2, 3, 4, 5], [0, 0, 0, 0, 0, 1])) == pytest.approx(3)


def test_that_it_agrees_with_scipy_on_unlike_grids():
    rng = np.random.default_rng(0)
    a, b = rng.integers(1, 20, 200), rng.integers(1, 12, 300)
    assert wasserstein(empirical(a, 0.3), empirical(b, 0.7)) == pytest.approx(wasserstein_distance(a * 0.3, b * 0.7))
    nearly = empirical(b, 0.1 * 3)  # the same step, but for a rounding error
    assert wasserstein(empirical(a, 0.3), nearly) == pytest.approx(wasserstein_distance(a * 0.3, b * 0.3))


def test_that_it_is_a_distance():
    rng = np.random.default_rng(1)
    a, b = empirical(rng.integers(1, 20, 50), 0.1), empirical(rng.integers(1, 20, 50), 0.1)
    assert wasserstein(a, a) == 0
    assert wasserstein(a, b) == wasserstein(b, a) > 0


def test_that_the_largest_gap_covers_what_both_curves_know():
    a, b = curve([0, 1, 2], [1, 0.5, 0.2]), curve([0, 1], [1, 0.1])
    assert largest_gap(a, b) == pytest.approx(0.4)
    assert largest_gap(curve([0, 2], [1, 0]), curve([0, 1, 2], [1, 0.5, 0.2])) == pytest.approx(0.2)


def test_that_empty_curves_have_no_distance():
    assert wasserstein(EMPTY, curve([0, 1], [0, 1])) is None
    assert largest_gap(curve([0, 1], [0, 1]), EMPTY) is None
