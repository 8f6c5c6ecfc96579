"""The interval of a volume fraction against simulated scatter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from morphstudio.core.descriptors import representativity
from morphstudio.core.descriptors.representativity import fraction_interval
from morphstudio.core.errors import InputError
from morphstudio.core.phases import phase_image


def blobs(rng, shape, width, threshold=0.4):
    """Return one window of a thresholded stationary Gaussian field of unit variance."""
    open_axes = [n > 1 for n in shape]
    padded = [n + 8 * width if n > 1 else 1 for n in shape]
    field = gaussian_filter(rng.standard_normal(padded), [width * o for o in open_axes], mode="wrap")
    field *= (2 * np.sqrt(np.pi) * width) ** (sum(open_axes) / 2)
    return (field[tuple(slice(n) for n in shape)] > threshold).astype(np.uint8)


@pytest.mark.parametrize(("shape", "width", "count"), [
    ((1, 120, 160), 4, 150), ((150, 1, 100), 2, 150), ((40, 40, 40), 2, 60),
])
def test_that_the_standard_error_is_the_scatter_over_images(shape, width, count):
    rng = np.random.default_rng(0)
    answers = [fraction_interval(phase_image(blobs(rng, shape, width)), 1) for _ in range(count)]
    scatter = np.std([a.fraction for a in answers], ddof=1)
    mean_error = np.sqrt(np.mean([a.standard_error**2 for a in answers]))
    # The scatter itself is known to 1/√(2n): 6 to 9 %.
    assert mean_error == pytest.approx(scatter, rel=0.25)
    true = np.mean([a.fraction for a in answers])
    assert np.mean([abs(a.fraction - true) < a.half_width for a in answers]) > 0.85


def test_that_independent_voxels_have_the_binomial_error():
    labels = (np.random.default_rng(0).random((1, 300, 300)) < 0.3).astype(np.uint8)
    answer = fraction_interval(phase_image(labels, (0.5, 0.5, 0.5)), 1)
    assert answer.standard_error == pytest.approx(np.sqrt(0.3 * 0.7) / 300, rel=0.15)
    assert answer.half_width == pytest.approx(1.96 * answer.standard_error, rel=1e-4)
    assert answer.integral_range == pytest.approx(0.25, rel=0.3)


def test_that_the_error_does_not_depend_on_voxel_size_and_the_integral_range_scales_with_it():
    labels = blobs(np.random.default_rng(0), (1, 200, 200), 4)
    small, large = (fraction_interval(phase_image(labels, (s, s, s)), 1) for s in (0.25, 1.0))
    assert small.standard_error == pytest.approx(large.standard_error)
    assert large.integral_range == pytest.approx(16 * small.integral_range)


def test_that_both_of_two_phases_have_one_error():
    image = phase_image(blobs(np.random.default_rng(0), (1, 200, 200), 4))
    a, b = fraction_interval(image, 0), fraction_interval(image, 1)
    assert a.standard_error == pytest.approx(b.standard_error)
    assert a.fraction + b.fraction == pytest.approx(1)


def test_that_averaging_over_blocks_first_hardly_changes_the_error(monkeypatch):
    image = phase_image(blobs(np.random.default_rng(0), (1, 240, 240), 8))
    fine = fraction_interval(image, 1).standard_error
    monkeypatch.setattr(representativity, "_MOST_CELLS", 3600)
    assert fraction_interval(image, 1).standard_error == pytest.approx(fine, rel=0.1)


def test_that_a_structure_as_long_as_the_image_is_said():
    half = np.zeros((1, 60, 60), np.uint8)
    half[:, 30:] = 1
    answer = fraction_interval(phase_image(half), 1)
    assert answer.half_width is None or answer.half_width > 0.2
    assert answer.half_width is not None or answer.reason


def test_that_a_missing_phase_is_refused():
    image = phase_image(blobs(np.random.default_rng(0), (1, 50, 50), 4))
    with pytest.raises(InputError, match="no phase 2"):
        fraction_interval(image, 2)
