"""The marker volume: three different lengths, no symmetry, so that no swapped or flipped axis goes unseen."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.phases import PhaseImage, phase_image

VOXEL_SIZE = (0.5, 0.3, 0.398)
NAMES = {1: "se", 2: "am", 3: "pore"}


def marker_labels(shape: tuple[int, int, int] = (5, 7, 11)) -> np.ndarray:
    """Return labels 1, 2, 3 whose every flip and transposition differs."""
    labels = np.random.default_rng(7).choice(np.array([1, 2], np.uint8), shape)
    labels[0, 0, :3] = 3
    labels[0, :2, 0] = 3
    labels[-1, 0, 0] = 3
    return labels


@pytest.fixture
def marker() -> PhaseImage:
    """A volume of 5 × 7 × 11 voxels of 0.5 × 0.3 × 0.398 µm (z, y, x)."""
    return phase_image(marker_labels(), VOXEL_SIZE, NAMES, "marker")


@pytest.fixture
def section() -> PhaseImage:
    """An xy section of 7 × 11 pixels of 0.3 × 0.398 µm."""
    return phase_image(marker_labels()[0], VOXEL_SIZE, NAMES, "section")
