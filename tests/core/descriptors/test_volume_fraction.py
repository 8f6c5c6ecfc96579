"""Volume fractions."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.descriptors.volume_fraction import volume_fractions


def test_that_fractions_are_voxel_shares():
    indices = np.zeros((2, 3, 4), np.uint8)
    indices[0, 0] = 1
    indices[1, 2, :2] = 2
    assert volume_fractions(indices, 4) == pytest.approx([18 / 24, 4 / 24, 2 / 24, 0])
