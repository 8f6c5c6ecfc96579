"""Padded boxes of fields of long range: no larger than a spectrum above 0 needs, and the covariance they carry."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.fft

from morphstudio.core.fields.covariance import Covariance
from morphstudio.core.fields.families import gaussian
from morphstudio.core.fields.radial import from_table
from morphstudio.core.fields.spectral import box_of, padded_box, wrapped_length
from morphstudio.core.fields.spectrum import Component, clipped_share, spectrum

LONG = [Covariance("cauchy", (0.75, 0.3)), Covariance("powered-exponential", (0.3, 0.4)),
        Covariance("exponential", (0.2,)), Covariance("matern", (0.3, 1.5))]
SHAPE, SPACING = (64, 64, 64), (0.2, 0.2, 0.2)


def _ids(covariance: Covariance) -> str:
    return covariance.family


def _carried(covariance: Covariance, box: tuple[int, int, int], steps: tuple[float, float, float]) -> np.ndarray:
    """Return the covariance that the modes drawn really have, at lags 0 … 63 along each axis."""
    octant = spectrum(Component(0, covariance), steps, box).octant.astype(float) ** 2
    octant[:, :, 0] /= 2
    if octant.shape[2] == box[2] // 2 + 1 and box[2] % 2 == 0:
        octant[:, :, -1] /= 2
    full = np.zeros([n // 2 + 1 for n in box])
    full[: octant.shape[0], : octant.shape[1], : octant.shape[2]] = octant
    mirrored = full[np.ix_(*(np.minimum(np.arange(n), n - np.arange(n)) for n in box))]
    return scipy.fft.fftn(mirrored).real[:64, :64, :64]


@pytest.mark.parametrize("covariance", LONG, ids=_ids)
def test_that_the_box_carries_the_covariance_at_every_lag_of_the_grid(covariance: Covariance) -> None:
    box = box_of(covariance, SHAPE, SPACING)
    lag = np.arange(64) * SPACING[0]
    wanted = covariance(np.sqrt(lag[:, None, None] ** 2 + lag[:, None] ** 2 + lag**2))
    error = np.abs(_carried(covariance, box, SPACING) - wanted).max()
    share = clipped_share(covariance, box, SPACING)
    assert share <= 0.01
    # The bound, with what the few voxels that tell the share do not see.
    assert error <= 2 * share + 0.002


@pytest.mark.parametrize("covariance", LONG, ids=_ids)
def test_that_fields_of_long_range_get_no_larger_box_than_they_need(covariance: Covariance) -> None:
    box = box_of(covariance, SHAPE, SPACING)
    widest = padded_box(SHAPE, SPACING, (wrapped_length(covariance),) * 3)
    assert all(2 * n <= b < w for n, b, w in zip(SHAPE, box, widest, strict=True))


def test_that_short_ranges_and_gaussian_fields_keep_their_length_as_padding() -> None:
    for covariance in (Covariance("matern", (4.0, 1.5)), gaussian(0.2)):
        length = wrapped_length(covariance)
        assert box_of(covariance, SHAPE, SPACING) == padded_box(SHAPE, SPACING, (length,) * 3)


def test_that_a_section_has_a_box_of_its_own_thickness() -> None:
    z, y, x = box_of(LONG[0], (1, 64, 64), SPACING)
    assert z == 1
    assert y == x == 128


@pytest.mark.parametrize("covariance", LONG, ids=_ids)
def test_that_few_voxels_tell_what_a_box_leaves_out(covariance: Covariance) -> None:
    n = 128
    lag = np.arange(n // 2 + 1) * SPACING[0]
    modes = scipy.fft.dctn(covariance(np.sqrt(lag[:, None, None] ** 2 + lag[:, None] ** 2 + lag**2)), type=1) / n**3
    weight = np.full(n // 2 + 1, 2.0)
    weight[[0, -1]] = 1
    wanted = -(np.minimum(modes, 0) @ weight @ weight @ weight)
    assert clipped_share(covariance, (n, n, n), SPACING) == pytest.approx(wanted, rel=0.15)


def test_that_a_table_gives_the_function_at_every_distance() -> None:
    points, longest = 2**14, 7.0
    at = longest * (np.arange(points) / (points - 1)) ** 2
    z, y, x = (np.linspace(0, 4, n) for n in (5, 7, 9))
    r = np.sqrt(z[:, None, None] ** 2 + y[:, None] ** 2 + x**2)
    values = from_table(np.exp(-at), longest, z**2, y**2, x**2)
    np.testing.assert_allclose(values, np.interp(r, at, np.exp(-at)), rtol=2e-7)
    np.testing.assert_allclose(values, np.exp(-r), rtol=1e-6)
