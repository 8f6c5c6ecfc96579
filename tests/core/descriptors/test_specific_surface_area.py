"""Specific surface area: bodies of known area, exact counts, invariants."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.measure import perimeter_crofton

from morphstudio.core.descriptors.specific_surface_area import specific_surface_areas

AXIS, FACE, SPACE = 0.0915558, 0.0739613, 0.0703913


def ball(radius, spacing=(1.0, 1.0, 1.0), centre=(0.3, 0.1, 0.45), margin=3):
    """Return a ball of phase 1 and its box; ``radius`` and ``centre`` in units of ``spacing``."""
    axes = [np.arange(-int(radius / s) - margin, int(radius / s) + margin + 1) * s - c * s
            for s, c in zip(spacing, centre, strict=True)]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    return (z**2 + y**2 + x**2 <= radius**2).astype(np.uint8)


@pytest.mark.parametrize("radius", [10, 13.7, 20, 33.3])
def test_that_a_ball_has_its_area_within_two_percent(radius):
    indices = ball(radius, margin=30)
    area = specific_surface_areas(indices, 2, (1, 1, 1))[1] * indices.size
    # The estimator is per pair inside the window; a body away from the border is counted per voxel.
    assert area * _pairs_to_voxels(indices.shape) == pytest.approx(4 * np.pi * radius**2, rel=0.02)


@pytest.mark.parametrize("spacing", [(2, 1, 1), (1, 1, 2), (0.5, 0.25, 0.4)])
def test_that_a_ball_of_anisotropic_voxels_has_its_area_within_three_percent(spacing):
    radius = 16 * min(spacing)
    indices = ball(radius, spacing, margin=30)
    area = specific_surface_areas(indices, 2, spacing)[1] * indices.size * np.prod(spacing)
    assert area * _pairs_to_voxels(indices.shape) == pytest.approx(4 * np.pi * radius**2, rel=0.03)


def _pairs_to_voxels(shape):
    """Return the mean ratio of pairs to voxels over the directions, good to 1e-3 here."""
    one, two, three = (np.mean([(n - 1) / n for n in shape]) ** k for k in (1, 2, 3))
    return 3 * AXIS * one + 6 * FACE * two + 4 * SPACE * three


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_that_a_half_space_has_the_exact_weighted_count(axis):
    n = 12
    shape = [7, 8, 9]
    shape[axis] = n
    profile = (np.arange(n) >= 5).astype(np.uint8).reshape([-1 if a == axis else 1 for a in range(3)])
    surface = specific_surface_areas(np.broadcast_to(profile, shape), 2, (1, 1, 1))
    # One pair in n − 1 differs, in every direction that leaves the plane.
    expected = 4 / (2 * (n - 1)) * (AXIS + 4 * FACE / np.sqrt(2) + 4 * SPACE / np.sqrt(3))
    assert surface == pytest.approx([expected, expected], rel=1e-6)


def test_that_checkerboards_have_the_exact_weighted_count():
    z, y, x = np.indices((8, 9, 10))
    cubes = ((z + y + x) % 2).astype(np.uint8)
    in_space = 4 * 0.5 * (3 * AXIS + 4 * SPACE / np.sqrt(3))
    assert specific_surface_areas(cubes, 2, (1, 1, 1)) == pytest.approx([in_space, in_space], rel=1e-6)
    assert specific_surface_areas(cubes[:1], 2, (1, 1, 1)) == pytest.approx([1.0, 1.0])


def test_that_the_image_border_adds_no_surface():
    assert np.array_equal(specific_surface_areas(np.zeros((5, 5, 5), np.uint8), 2, (1, 1, 1)), [0, 0])


@pytest.mark.parametrize("radius", [10, 25])
def test_that_a_disc_has_four_over_pi_times_its_perimeter(radius):
    y, x = np.indices((800, 800))
    section = ((y - 400.3) ** 2 + (x - 400.1) ** 2 <= radius**2)[None].astype(np.uint8)
    surface = specific_surface_areas(section, 2, (1, 1, 1))[1] * section.size
    assert surface == pytest.approx(4 / np.pi * 2 * np.pi * radius, rel=0.02)


def test_that_a_section_agrees_with_the_crofton_perimeter_of_scikit_image():
    rng = np.random.default_rng(0)
    mask = np.zeros((400, 500), bool)
    y, x = np.indices(mask.shape)
    for cy, cx, r in rng.uniform([40, 40, 5], [360, 460, 25], (30, 3)):
        mask |= (y - cy) ** 2 + (x - cx) ** 2 < r * r
    ours = specific_surface_areas(mask[None].astype(np.uint8), 2, (1, 1, 1))[1] * mask.size * np.pi / 4
    assert ours == pytest.approx(perimeter_crofton(mask, 4), rel=0.005)


def test_that_independent_voxels_have_the_expected_value():
    share = 0.3
    indices = (np.random.default_rng(0).random((60, 60, 60)) < share).astype(np.uint8)
    loss = share * (1 - share)
    expected = 4 * loss * (3 * AXIS + 6 * FACE / np.sqrt(2) + 4 * SPACE / np.sqrt(3))
    assert specific_surface_areas(indices, 2, (1, 1, 1)) == pytest.approx([expected, expected], rel=0.01)


def test_that_the_three_planes_of_a_section_are_alike():
    flat = np.random.default_rng(0).integers(0, 3, (20, 30)).astype(np.uint8)
    expected = specific_surface_areas(flat[None], 3, (9, 0.2, 0.3))
    assert specific_surface_areas(flat[:, None], 3, (0.2, 9, 0.3)) == pytest.approx(expected)
    assert specific_surface_areas(flat[:, :, None], 3, (0.2, 0.3, 9)) == pytest.approx(expected)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (1, 2, 0)])
def test_that_permuted_axes_leave_it_unchanged(order):
    indices = np.random.default_rng(0).integers(0, 3, (10, 12, 14)).astype(np.uint8)
    spacing = (0.5, 0.2, 0.3)
    permuted = specific_surface_areas(indices.transpose(order), 3, tuple(spacing[a] for a in order))
    assert permuted == pytest.approx(specific_surface_areas(indices, 3, spacing))


def test_that_it_scales_exactly_with_the_inverse_voxel_size():
    indices = np.random.default_rng(0).integers(0, 2, (10, 12, 14)).astype(np.uint8)
    small = specific_surface_areas(indices, 2, (0.25, 0.5, 0.25))
    assert np.array_equal(small, 4 * specific_surface_areas(indices, 2, (1.0, 2.0, 1.0)))
