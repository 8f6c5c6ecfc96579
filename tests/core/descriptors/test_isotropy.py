"""Differences by direction: seen where they are, and seldom where they are not."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from morphstudio.core.descriptors.isotropy import DirectionGap, direction_gaps, most_different
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise

VOXEL = (0.2, 0.2, 0.2)


@pytest.fixture
def row_d():
    return excursion_set(("se", "am", "pore"), {
        "alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
        "lambda_x": 1.90, "lambda_y": -0.27})


def blobs(shape, seed, sigma=3.0, at=0.4):
    """Return two phases of a smooth Gaussian field, alike in every direction by construction."""
    noise = np.random.default_rng(seed).standard_normal([n + 8 if n > 1 else 1 for n in shape])
    field = ndimage.gaussian_filter(noise, [sigma if n > 1 else 0 for n in shape], mode="wrap")
    field = field[tuple(slice(n) for n in shape)]
    return (field > at * field.std()).astype(np.uint8)


def stretched(model, scale):
    return replace(model, common=replace(model.common, scale_z=scale))


@pytest.mark.parametrize(("shape", "n", "most"), [((1, 120, 120), 60, 9), ((48, 48, 48), 40, 8)])
def test_that_isotropic_structures_seldom_differ(row_d, shape, n, most):
    model = stretched(row_d, 1.0)
    drawn = (realise(model, shape, VOXEL, seed, workers=1) for seed in range(1, n + 1))
    false = [any(gap.is_beyond_chance for gap in direction_gaps(indices, 3, VOXEL)) for indices in drawn]
    # One in twenty is expected; so many more come by chance once in a thousand times.
    assert sum(false) <= most


def test_that_smooth_blobs_seldom_differ():
    false = [direction_gaps(blobs((1, 100, 160), seed), 2, (1, 1, 1))[0].is_beyond_chance for seed in range(60)]
    assert sum(false) <= 9


def test_that_a_stretch_is_seen_and_its_axis_named(row_d):
    volume = realise(stretched(row_d, 0.93), (120, 120, 120), VOXEL, 3, workers=1)
    found = most_different(direction_gaps(volume, 3, VOXEL))
    assert found.is_beyond_chance
    assert (found.axis, found.others) == ("z", ("y", "x"))
    assert found.gap > 0
    assert found.distance <= found.reach < 120 * VOXEL[0] / 3


def test_that_voxels_of_unequal_edges_make_no_difference(row_d):
    spacing = (0.3, 0.2, 0.2)
    model = stretched(row_d, 1.0)
    false = [any(g.is_beyond_chance for g in direction_gaps(realise(model, (48, 72, 72), spacing, seed, workers=1), 3,
                                                            spacing)) for seed in range(1, 21)]
    assert sum(false) <= 5


def test_that_the_gap_is_the_difference_of_the_variograms():
    image = blobs((1, 90, 130), 5)
    found = direction_gaps(image, 2, (1, 0.5, 0.5))[1]
    lag = round(found.distance / 0.5)
    mask = image[0] == 1
    along_y = np.mean(mask[lag:] ^ mask[:-lag]) / 2
    along_x = np.mean(mask[:, lag:] ^ mask[:, :-lag]) / 2
    assert (found.axis, found.others) == ("y", ("x",))
    assert found.gap == pytest.approx((along_x - along_y) / (mask.mean() * (1 - mask.mean())))


def test_that_two_phases_differ_alike_and_a_turned_image_the_other_way():
    image = blobs((1, 128, 128), 2)
    first, second = direction_gaps(image, 2, (1, 1, 1))
    assert first.gap == pytest.approx(second.gap)
    assert first.allowance == pytest.approx(second.allowance)
    turned = direction_gaps(np.ascontiguousarray(image.transpose(0, 2, 1)), 2, (1, 1, 1))[0]
    assert turned.gap == pytest.approx(-first.gap)


def test_that_more_of_the_same_leaves_less_to_chance():
    small, large = (direction_gaps(blobs((1, n, n), 4), 2, (1, 1, 1))[0] for n in (64, 512))
    assert large.allowance < small.allowance / 4


@pytest.mark.parametrize("image", [np.zeros((1, 99, 99), np.uint8), blobs((1, 12, 200), 1)])
def test_that_nothing_is_said_where_nothing_can_be_compared(image):
    assert direction_gaps(image, 2, (1, 1, 1)) == ()


def test_that_layers_differ_beyond_any_chance():
    layers = np.zeros((40, 60, 80), np.uint8)
    layers[::8] = layers[1::8] = layers[2::8] = 1
    found = most_different(direction_gaps(layers, 2, (1, 1, 1)))
    assert found.axis == "z"
    assert found.is_beyond_chance


def test_that_the_widest_gap_beyond_chance_comes_first():
    within, narrow, wide = (DirectionGap(phase, "z", ("y", "x"), 1.0, gap, allowance)
                            for phase, (gap, allowance) in enumerate([(0.2, 0.3), (0.02, 0.001), (-0.05, 0.01)]))
    assert most_different([within, narrow, wide]) is wide
    assert most_different([replace(within, gap=0.01), within]) is within
