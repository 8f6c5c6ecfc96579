"""Volume fractions, whole and by slice."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.descriptors.volume_fraction import slice_fractions, volume_fractions


def test_that_fractions_are_voxel_shares():
    indices = np.zeros((2, 3, 4), np.uint8)
    indices[0, 0] = 1
    indices[1, 2, :2] = 2
    assert volume_fractions(indices, 4) == pytest.approx([18 / 24, 4 / 24, 2 / 24, 0])


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_that_slice_fractions_show_a_laminate_across_its_layers_only(axis):
    layers = np.array([0, 0, 1, 0, 1, 1], np.uint8)
    shape = [3, 4, 5]
    shape[axis] = 6
    indices = np.broadcast_to(layers.reshape([-1 if a == axis else 1 for a in range(3)]), shape)
    across = slice_fractions(indices, 2, axis)
    assert np.array_equal(across[:, 1], layers)
    assert np.array_equal(across.sum(axis=1), np.ones(6))
    other = (axis + 1) % 3
    assert slice_fractions(indices, 2, other)[:, 1] == pytest.approx(np.full(shape[other], 0.5))


def test_that_slice_fractions_average_to_the_whole():
    indices = np.random.default_rng(0).integers(0, 3, (7, 8, 9)).astype(np.uint8)
    for axis in range(3):
        assert slice_fractions(indices, 3, axis).mean(axis=0) == pytest.approx(volume_fractions(indices, 3))
