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
