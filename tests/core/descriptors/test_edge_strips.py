"""A strip at the edge is told where chance does not explain it, and only there."""

import numpy as np
import pytest

from morphstudio.core.descriptors.edge_strips import unusual_edge


def profile(rng, n=400, spread=0.05):
    pore = np.clip(0.3 + spread * rng.standard_normal(n), 0, 1)
    return np.stack([pore, 1 - pore], axis=1)


@pytest.mark.parametrize("side", ["low", "high"])
def test_that_a_streak_is_found_on_its_side_with_its_width(side):
    fractions = profile(np.random.default_rng(1))
    where = slice(0, 17) if side == "low" else slice(383, None)
    fractions[where] = (0.6, 0.4)
    found = unusual_edge(fractions)
    assert found is not None
    assert (found.side, found.width) == (side, 17)
    assert found.fraction == pytest.approx((0.6, 0.4)[found.phase], abs=0.1)
    assert found.usual == pytest.approx((0.3, 0.7)[found.phase], abs=0.02)


def test_that_less_than_one_in_a_hundred_alike_images_is_accused():
    rng = np.random.default_rng(2)
    assert sum(unusual_edge(profile(rng)) is not None for _ in range(400)) <= 8  # 4 expected at most


def test_that_a_streak_in_the_middle_is_no_edge():
    fractions = profile(np.random.default_rng(3))
    fractions[200:217] = (0.6, 0.4)
    assert unusual_edge(fractions) is None


def test_that_a_short_axis_or_one_without_spread_is_not_judged():
    assert unusual_edge(profile(np.random.default_rng(4), n=20)) is None
    assert unusual_edge(np.full((400, 2), 0.5)) is None


@pytest.mark.parametrize("side", ["low", "high"])
def test_that_a_phase_found_at_the_border_only_is_told(side):
    fractions = np.column_stack([profile(np.random.default_rng(5)), np.zeros(400)])
    where = slice(0, 10) if side == "low" else slice(390, None)
    fractions[where] = (0.05, 0.05, 0.9)
    found = unusual_edge(fractions)
    assert found is not None
    assert (found.side, found.width, found.phase, found.usual) == (side, 10, 2, 0.0)


def test_that_a_speck_of_another_phase_hides_no_streak():
    fractions = np.column_stack([profile(np.random.default_rng(6)), np.zeros(400)])
    fractions[:17] = (0.6, 0.4, 0.0)
    fractions[3] = (0.6, 0.3999, 0.0001)
    found = unusual_edge(fractions)
    assert found is not None
    assert (found.side, found.width) == ("low", 17)
    assert found.phase != 2


def test_that_odd_planes_apart_from_the_streak_do_not_widen_it():
    fractions = profile(np.random.default_rng(7))
    fractions[:8] = (0.7, 0.3)
    fractions[4] = fractions[8:12] = (0.3, 0.7)
    fractions[13] = (0.7, 0.3)
    found = unusual_edge(fractions)
    assert found is not None
    assert (found.side, found.width) == ("low", 8)
