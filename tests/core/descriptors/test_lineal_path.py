"""Lineal path against direct counting and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.descriptors.lineal_path import lineal_paths
from morphstudio.core.descriptors.runs import count_runs
from morphstudio.core.twopoint.image import directional


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_that_it_is_the_share_of_segments_inside_the_phase(axis):
    indices = (np.random.default_rng(0).random((9, 10, 11)) < 0.3).astype(np.uint8)
    curves = lineal_paths(count_runs(indices, 2, axis, 0.5), "um")
    lines = np.moveaxis(indices, axis, 2)
    n = lines.shape[2]
    for phase, curve in enumerate(curves):
        inside = lines == phase
        expected = [np.mean([inside[:, :, s : s + k + 1].all(axis=2) for s in range(n - k)]) for k in range(n)]
        assert curve.values == pytest.approx(expected)
        assert np.array_equal(curve.grid, np.arange(n) * 0.5)
        assert curve.mean is None


def test_that_it_starts_at_the_fraction_and_meets_the_two_point_function_after_one_voxel():
    indices = np.random.default_rng(0).integers(0, 3, (9, 10, 11)).astype(np.uint8)
    curves = lineal_paths(count_runs(indices, 3, 1, 1.0), "um")
    pairs = directional(indices, 3, 1, 1)
    for phase, curve in enumerate(curves):
        assert curve.values[0] == pytest.approx(np.mean(indices == phase))
        assert curve.values[1] == pytest.approx(pairs[1, phase, phase])


def test_that_independent_voxels_decay_as_powers():
    indices = (np.random.default_rng(0).random((40, 50, 60)) < 0.5).astype(np.uint8)
    curve = lineal_paths(count_runs(indices, 2, 2, 1.0), "um")[1]
    assert curve.values[:8] == pytest.approx(0.5 ** np.arange(1, 9), abs=0.01)
