"""Closed-form surfaces and chords against published figures and limits."""

import numpy as np
import pytest

from morphstudio.core import crofton
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.twopoint.closed_form import continuum_surface, phase_values
from morphstudio.core.twopoint.exact import fractions, two_point

PHASES = ("se", "am", "pore")


def per_voxel(*values: float, scale_z: float = 1.0, unit: float = 1.0) -> ExcursionSet:
    names = ("alpha_chi_x", "alpha_chi_y", "alpha_x", "alpha_y")
    alphas = {name: value / unit for name, value in zip(names, values, strict=False)}
    return excursion_set(PHASES, alphas | {"lambda_x": values[4], "lambda_y": values[5], "scale_z": scale_z})


ROW_D = (0.15, 1.18, 0.13, 0.50, 1.90, -0.27)
ROW_G = (0.05, 1.11, 0.23, 0.21, 2.38, -0.04)
BM03 = (0.03, 3.29, 0.26, 0.19, 1.98, -0.30)


def test_that_cubic_voxels_have_the_published_direction_weights() -> None:
    expected = [0.0915558] * 3 + [0.0739613] * 6 + [0.0703913] * 4
    np.testing.assert_allclose(crofton.weights((0.2, 0.2, 0.2)), expected, atol=1e-6)
    np.testing.assert_allclose(crofton.weights((1.0, 1.0, 1.0), (1, 2)), 0.25, atol=1e-12)
    assert crofton.weights((0.5, 1.0, 2.0)).sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("values", "expected"), [
    (ROW_D, (0.1719, 0.2745, 0.1395)), (ROW_G, (0.0994, 0.2497, 0.1788)), (BM03, (0.1163, 0.2131, 0.1208))])
def test_that_voxel_surfaces_are_the_published_ones(values: tuple[float, ...], expected: tuple[float, ...]) -> None:
    got = [v.surface_voxel for v in phase_values(per_voxel(*values), (1.0, 1.0, 1.0))]
    np.testing.assert_allclose(got, expected, atol=1.2e-4)


def test_that_the_stretched_row_has_the_published_surfaces_in_micrometres() -> None:
    values = phase_values(per_voxel(*ROW_D, scale_z=0.93, unit=0.2), (0.2, 0.2, 0.2))
    np.testing.assert_allclose([v.surface_voxel for v in values], (0.8400, 1.3531, 0.6935), atol=3e-4)


def test_that_sections_and_chords_of_the_row_are_the_published_ones() -> None:
    values = phase_values(per_voxel(*ROW_D, unit=0.2), (0.2, 0.2, 0.2))
    assert values[1].surface_voxel_2d == pytest.approx(1.446, abs=1e-3)
    assert values[2].surface_voxel_2d == pytest.approx(0.769, abs=1e-3)
    assert values[1].mean_chord[0] / 0.2 == pytest.approx(6.56, abs=0.01)
    assert values[1].surface_continuum == pytest.approx(2.36, abs=0.01)
    assert [v.sub_voxel_detail for v in values] == [False, True, True]


@pytest.mark.parametrize("more", [{}, {"correlation": 0.6, "alpha_chi_common": 0.4}, {"scale_z": 1.7}])
def test_that_fine_voxels_reach_the_continuum(more: dict[str, float]) -> None:
    model = per_voxel(*ROW_D).with_values(more)
    fine = phase_values(model, (0.02, 0.02, 0.02))
    np.testing.assert_allclose([v.surface_voxel for v in fine], continuum_surface(model), rtol=6e-3)


def test_that_the_slope_at_the_origin_is_a_quarter_of_the_continuum_surface() -> None:
    model = per_voxel(*ROW_D)
    h = 0.01
    loss = fractions(model) - np.einsum("lii->li", two_point(model, np.array([[0.0, 0.0, h]])))[0]
    np.testing.assert_allclose(4 * loss / h, continuum_surface(model), rtol=2e-3)


def test_that_a_nugget_has_no_continuum_surface() -> None:
    values = phase_values(per_voxel(*ROW_D).with_values({"nugget_y": 0.2}), (1.0, 1.0, 1.0))
    assert all(np.isinf(v.surface_continuum) and v.sub_voxel_detail for v in values)
