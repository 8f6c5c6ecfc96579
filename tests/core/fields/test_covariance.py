"""Covariance families: formulas against independent values, validity in 3D, one code for numpy and torch."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.special import gamma, kv

from morphstudio.core.errors import InputError
from morphstudio.core.fields.covariance import Covariance
from morphstudio.core.fields.families import FAMILIES, covariance, family, gaussian
from morphstudio.core.fields.kernel import REACH, gaussian_values

KEYS = (*FAMILIES, "gaussian+exponential", "matern+cardinal-sine")
H = np.array([0.01, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0])


def drawn(key: str, seed: int) -> Covariance:
    """Return a covariance of the family with a shape of its own."""
    return covariance(key, family(key).resembling(0.8, 0.2, np.random.default_rng(seed)))


def hat_overlap(distance: float) -> float:
    """Return ∫ (1−|x|)₊ (1−|x−h|)₊ dx in space, by quadrature in spherical coordinates."""
    def product(cosine: float, r: float) -> float:
        other = np.sqrt(r * r + distance * distance - 2 * r * distance * cosine)
        return (1 - r) * max(0.0, 1 - other) * r * r

    return float(dblquad(product, 0, 1, -1, 1, epsabs=1e-9)[0])


@pytest.mark.parametrize("nu", [0.3, 0.5, 1.5, 4.7])
def test_that_matern_is_the_bessel_function(nu: float) -> None:
    x = 0.8 * H
    expected = 2 ** (1 - nu) / gamma(nu) * x**nu * kv(nu, x)
    np.testing.assert_allclose(Covariance("matern", (0.8, nu))(H), expected, atol=2e-6)


def test_that_the_roughest_kernel_gives_the_overlap_of_two_hats() -> None:
    only_centre = Covariance("kernel", (0.2, 1.0, *([0.0] * REACH)))
    for steps in (0.1, 0.5, 1.0, 1.5):
        expected = hat_overlap(steps) / hat_overlap(0.0)
        assert only_centre(np.array([0.2 * steps]))[0] == pytest.approx(expected, abs=5e-5)
    assert only_centre(np.array([0.4, 5.0])) == pytest.approx([0.0, 0.0], abs=1e-6)


def test_that_a_smooth_kernel_gives_its_gaussian() -> None:
    kernel = Covariance("kernel", (0.1, *gaussian_values(0.04)))
    h = np.linspace(0.05, 10, 40)
    # Straight lines between the values of the kernel: second order in their spacing.
    np.testing.assert_allclose(kernel(h), gaussian(0.4)(h), atol=4e-4)


def test_that_many_distances_at_once_give_the_same_kernel_covariance() -> None:
    kernel = drawn("kernel", 3)
    many = np.linspace(0.001, 45, 9000)
    np.testing.assert_allclose(kernel(many)[::300], kernel(many[::300].copy()), atol=2e-6)


def test_that_the_low_parametric_family_is_its_formula() -> None:
    a = (0.2, 0.7, 0.6, 1.3, 0.5, 0.9, 0.8, 0.4, 0.6, 1.2, 1.7, 1.1, 0.8)
    first = np.sin(a[3] * H) / (a[3] * H) * np.exp(-((a[4] * H) ** a[10]))
    powered = np.exp(-((a[5] * H) ** a[11]))
    second = np.sin(a[6] * H) / (a[6] * H) * np.exp(-((a[7] * H) ** a[12]))
    cauchy = (1 + (a[8] * H) ** 2) ** -a[9]
    expected = a[0] * first + (1 - a[0]) * (a[1] * (a[2] * powered + (1 - a[2]) * cauchy) + (1 - a[1]) * second)
    np.testing.assert_allclose(Covariance("low-parametric", a)(H), expected, rtol=1e-12)


@pytest.mark.parametrize("key", KEYS)
def test_that_numpy_and_torch_agree(key: str) -> None:
    one = drawn(key, 1)
    h = np.linspace(0.01, 12, 30)
    by_torch = one.formula.gap(torch.from_numpy(h), torch.tensor(one.values, dtype=torch.float64), torch)
    np.testing.assert_allclose(by_torch.numpy(), one.formula.gap(h, np.array(one.values), np), rtol=1e-9, atol=1e-13)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(KEYS), st.integers(0, 10**6))
def test_that_every_family_is_a_covariance_in_space(key: str, seed: int) -> None:
    one = drawn(key, seed)
    points = np.random.default_rng(seed).uniform(0, 6, (60, 3))
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert np.linalg.eigvalsh(one(distance)).min() > -1e-4
    assert one(np.zeros(1))[0] == 1


@pytest.mark.parametrize("key", KEYS)
def test_that_the_curvature_is_that_at_zero(key: str) -> None:
    one = drawn(key, 5)
    steps = np.array([4e-4, 2e-4, 1e-4])
    ratio = (1 - one(steps)) / steps**2
    if np.isfinite(one.curvature):
        # The kernel's sum over q ends somewhere: a few per cent of what is left is in its tail.
        assert ratio[-1] == pytest.approx(one.curvature, rel=0.03)
    else:
        assert all(later > 1.02 * earlier for earlier, later in pairwise(ratio))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("seed", [None, 7])
def test_that_families_resemble_a_gaussian_at_half_its_height(key: str, seed: int | None) -> None:
    rng = None if seed is None else np.random.default_rng(seed)
    one = covariance(key, family(key).resembling(0.5, 0.2, rng))
    half = np.sqrt(np.log(2)) / 0.5
    # A mixture is alike in each of its parts; a kernel of another shape is as wide, not as high.
    assert one(np.array([half]))[0] == pytest.approx(0.5, abs=0.005 if "+" not in key and key != "kernel" else 0.25)


@pytest.mark.parametrize("key", KEYS)
def test_that_nothing_is_left_beyond_the_length(key: str) -> None:
    one = drawn(key, 11)
    length = one.length(0.01)
    assert np.abs(one(length * np.linspace(1.01, 6, 50))).max() <= 0.0101
    assert np.abs(one(length * np.linspace(0.8, 1, 50))).max() > 0.0099


def test_that_a_wrong_family_names_the_nearest() -> None:
    with pytest.raises(InputError, match="matren") as caught:
        family("matren")
    assert "matern" in caught.value.hint
    with pytest.raises(InputError, match=r"kernel\+gaussian"):
        family("kernel+gaussian")
