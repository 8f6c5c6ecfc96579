"""Euler numbers of known bodies, and scikit-image as oracle."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.measure import euler_number

from morphstudio.core.descriptors.euler_number import euler_number_densities, euler_numbers


def test_that_bodies_have_their_euler_number():
    shell = np.ones((5, 5, 5), np.uint8)
    shell[2, 2, 2] = 0
    ring = np.ones((1, 5, 5), np.uint8)
    ring[0, 2, 2] = 0
    torus = np.zeros((3, 5, 5), np.uint8)
    torus[1] = ring[0]
    two = np.zeros((5, 5, 5), np.uint8)
    two[0, 0, 0] = two[3, 3, 3] = 1
    touching = np.zeros((4, 4, 4), np.uint8)
    touching[1, 1, 1] = touching[2, 2, 2] = 1
    assert euler_numbers(shell, 2).tolist() == [1, 2]  # a piece with a cavity counts 2
    assert euler_numbers(ring, 2).tolist() == [1, 0]
    assert euler_numbers(torus, 2)[1] == 0
    assert euler_numbers(two, 2)[1] == 2
    assert euler_numbers(touching, 2)[1] == 1  # corners connect


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.8])
def test_that_volumes_agree_with_scikit_image(share):
    mask = np.random.default_rng(0).random((35, 20, 70)) < share
    assert euler_numbers(mask.astype(np.uint8), 2)[1] == euler_number(mask, connectivity=3)


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_that_sections_of_any_plane_agree_with_scikit_image(closed):
    mask = np.random.default_rng(0).random((60, 70)) < 0.4
    section = np.expand_dims(mask.astype(np.uint8), closed)
    assert euler_numbers(section, 2)[1] == euler_number(mask, connectivity=2)


def test_that_the_density_counts_the_pieces_of_a_periodic_lattice_of_cubes():
    cell = np.zeros((4, 4, 4), np.uint8)
    cell[1:3, 1:3, 1:3] = 1
    # One piece in 64 voxels; averaged over where the window lies, the estimator is exact.
    lattice = np.tile(cell, (4, 4, 4))
    windows = [lattice[z : z + 7, y : y + 5, x : x + 10] for z, y, x in np.ndindex(4, 4, 4)]
    densities = [euler_number_densities(w, 2, (0.5, 0.25, 0.5))[1] for w in windows]
    assert np.mean(densities) == pytest.approx(1 / 4)


def test_that_the_density_does_not_depend_on_the_window_while_the_number_does():
    rng = np.random.default_rng(3)
    noise = gaussian_filter(rng.standard_normal((120, 120, 120)), 1.5, mode="wrap")
    mask = (noise > 0.5 * noise.std()).astype(np.uint8)
    whole = euler_number_densities(mask, 2, (1, 1, 1))[1]
    parts = [euler_number_densities(mask[z : z + 30, y : y + 30, x : x + 30], 2, (1, 1, 1))[1]
             for z in range(0, 120, 30) for y in range(0, 120, 30) for x in range(0, 120, 30)]
    error = np.std(parts, ddof=1) / np.sqrt(len(parts))
    assert abs(np.mean(parts) - whole) < 4 * error
    cut = [euler_numbers(mask[z : z + 30, :30, :30], 2)[1] / 30**3 for z in range(0, 120, 30)]
    assert abs(np.mean(cut) - whole) > 4 * error


def test_that_the_density_of_a_section_is_per_area():
    cell = np.zeros((1, 4, 4), np.uint8)
    cell[0, 1:3, 1:3] = 1
    lattice = np.tile(cell, (1, 4, 4))
    windows = [lattice[:, y : y + 7, x : x + 10] for y, x in np.ndindex(4, 4)]
    densities = [euler_number_densities(w, 2, (7.0, 0.5, 0.5))[1] for w in windows]
    assert np.mean(densities) == pytest.approx(1 / 4)
