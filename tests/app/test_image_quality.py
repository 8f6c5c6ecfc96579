"""What the Data step shows of an image, against answers known by construction."""

import numpy as np
import pytest

from morphstudio.app.image_quality import MAX_BINS, image_quality
from morphstudio.core.phases import phase_image


def layered(shape=(6, 40, 60)):
    """Phase 1 in the left third, else phase 0."""
    labels = np.zeros(shape, np.uint8)
    labels[:, :, : shape[2] // 3] = 1
    return phase_image(labels, (0.1, 0.1, 0.1))


def test_that_profiles_show_layers_along_their_normal_only():
    quality = image_quality(layered())
    assert quality.counts.tolist() == [6 * 40 * 40, 6 * 40 * 20]
    np.testing.assert_allclose(quality.axes["y"].fractions[:, 1], 1 / 3)
    along = quality.axes["x"]
    middles = (along.edges[:-1] + along.edges[1:]) / 2
    np.testing.assert_allclose(along.fractions[middles < 19, 1], 1.0)
    np.testing.assert_allclose(along.fractions[middles > 21, 1], 0.0)
    assert len(along.fractions) <= MAX_BINS


def test_that_two_point_functions_tell_the_direction():
    axes = image_quality(layered()).axes
    np.testing.assert_allclose(axes["y"].two_point[:, 1], 1 / 3)
    assert axes["x"].two_point[0, 1] == pytest.approx(1 / 3)
    # Pairs 10 apart along x: both ends within the first 20 of 60 columns.
    assert axes["x"].two_point[10, 1] == pytest.approx(10 / 50)


def test_that_a_section_has_two_axes():
    quality = image_quality(phase_image(np.tile(np.arange(3, dtype=np.uint8), (30, 10))))
    assert set(quality.axes) == {"y", "x"}
    assert len(quality.intervals) == 3


def test_that_fewer_lines_keep_the_fractions_whole():
    rng = np.random.default_rng(3)
    labels = (rng.random((40, 200, 300)) < 0.3).astype(np.uint8)
    quality = image_quality(phase_image(labels))
    assert quality.counts.sum() == labels.size
    for axis in quality.axes.values():
        assert axis.two_point[0, 1] == pytest.approx(0.3, abs=0.005)
        assert axis.two_point[5, 1] == pytest.approx(0.09, abs=0.005)


def test_that_a_difference_by_direction_comes_with_what_chance_explains():
    layers = np.random.default_rng(3).random(160) < 0.4
    labels = np.broadcast_to(layers, (30, 40, 160)).astype(np.uint8)
    found = {gap.phase: gap for gap in image_quality(phase_image(labels)).gaps}
    assert set(found) == {0, 1}
    assert all(gap.axis == "x" and gap.gap < 0 and gap.is_beyond_chance for gap in found.values())
    assert image_quality(layered((6, 20, 60))).gaps == ()


def test_that_distances_are_in_the_images_unit():
    rng = np.random.default_rng(8)
    labels = (rng.random((1, 90, 90)) < 0.4).astype(np.uint8)
    (gap, _) = image_quality(phase_image(labels, (0.25, 0.25, 0.25))).gaps
    assert gap.distance / 0.25 == pytest.approx(round(gap.distance / 0.25))
    assert abs(gap.gap) < 5 * gap.allowance
