"""Packed counting against plain loops over offsets."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.ndimage import maximum_filter

from morphstudio.core.crofton import directions
from morphstudio.core.descriptors.packed_bits import blocks_hit, differing_pairs, pairs_inside

SHAPES = [(5, 6, 7), (70, 3, 130), (33, 2, 64), (1, 9, 65), (40, 1, 8), (6, 70, 1), (2, 2, 2)]


def _pairs(indices, step):
    """Return the two ends of all pairs at offset ``step``."""
    near = tuple(slice(max(-d, 0), n - max(d, 0)) for d, n in zip(step, indices.shape, strict=True))
    far = tuple(slice(max(d, 0), n - max(-d, 0)) for d, n in zip(step, indices.shape, strict=True))
    return indices[near], indices[far]


@pytest.mark.parametrize("shape", SHAPES)
def test_that_differing_pairs_are_those_a_plain_comparison_finds(shape):
    indices = np.random.default_rng(1).integers(0, 3, shape).astype(np.uint8)
    steps = directions(tuple(a for a in range(3) if shape[a] > 1))
    expected = [[np.count_nonzero((a == i) != (b == i)) for i in range(3)] for a, b in
                (_pairs(indices, step) for step in steps)]
    assert np.array_equal(differing_pairs(indices, 3, steps), expected)


@pytest.mark.parametrize("step", [(0, 0, 1), (1, -1, 1), (0, 1, -1), (1, 0, 0)])
def test_that_pairs_inside_are_counted(step):
    indices = np.zeros((5, 6, 7), np.uint8)
    assert pairs_inside((5, 6, 7), step) == _pairs(indices, step)[0].size


@pytest.mark.parametrize("shape", SHAPES)
def test_that_blocks_hit_are_those_a_maximum_filter_finds(shape):
    mask = np.random.default_rng(2).random(shape) < 0.2
    axes = tuple(a for a in range(3) if shape[a] > 1)
    hits = blocks_hit(mask, axes)
    assert len(hits) == 2 ** len(axes)
    for extent in itertools.product((0, 1), repeat=3):
        if extent in hits:
            size = tuple(e + 1 for e in extent)
            inside = tuple(slice(e, None) for e in extent)
            expected = np.count_nonzero(maximum_filter(mask, size, mode="constant")[inside])
            assert hits[extent] == expected
