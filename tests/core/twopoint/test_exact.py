"""The model's exact two-point functions against published vectors, closed forms and simulation."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.twopoint.exact import fractions, two_point, two_point_jacobian, with_fractions

PHASES = ("se", "am", "pore")
# Row: α_X̃, α_Ỹ, α_X, α_Y per voxel, λ_X, λ_Y.
ROWS = {
    "d": (0.15, 1.18, 0.13, 0.50, 1.90, -0.27),
    "g": (0.05, 1.11, 0.23, 0.21, 2.38, -0.04),
    "BM03": (0.03, 3.29, 0.26, 0.19, 1.98, -0.30),
}
LAGS = (1, 2, 5, 10, 20, 40)
VECTORS = {
    "d": ((0.43156, 0.50738),
          (0.38828, 0.34686, 0.25014, 0.19493, 0.18630, 0.18625),
          (0.03863, 0.07560, 0.16193, 0.21121, 0.21892, 0.21896),
          (0.42999, 0.38953, 0.30836, 0.26436, 0.25748, 0.25744)),
    "g": ((0.34302, 0.56271),
          (0.31794, 0.29424, 0.23964, 0.18919, 0.13234, 0.11771),
          (0.02149, 0.04178, 0.08855, 0.13176, 0.18045, 0.19299),
          (0.48781, 0.46444, 0.41188, 0.36930, 0.32741, 0.31668)),
    "BM03": ((0.41567, 0.52404),
             (0.38616, 0.35915, 0.30654, 0.27634, 0.22784, 0.17853),
             (0.02646, 0.05068, 0.09787, 0.12495, 0.16845, 0.21267),
             (0.46142, 0.43683, 0.38654, 0.35816, 0.31891, 0.27925)),
}


def row(name: str, **more: float) -> ExcursionSet:
    alpha_chi_x, alpha_chi_y, alpha_x, alpha_y, lambda_x, lambda_y = ROWS[name]
    return excursion_set(PHASES, {
        "alpha_chi_x": alpha_chi_x, "alpha_chi_y": alpha_chi_y, "alpha_x": alpha_x, "alpha_y": alpha_y,
        "lambda_x": lambda_x, "lambda_y": lambda_y, **more})


def along_x(*lags: float) -> np.ndarray:
    return np.array([[0.0, 0.0, lag] for lag in lags])


@pytest.mark.parametrize("name", VECTORS)
def test_that_published_rows_give_the_test_vectors(name: str) -> None:
    eps, c11, c12, c22 = VECTORS[name]
    got = two_point(row(name), along_x(*LAGS))
    np.testing.assert_allclose(fractions(row(name))[:2], eps, atol=1e-5)
    np.testing.assert_allclose(got[:, 0, 0], c11, atol=2e-4)
    np.testing.assert_allclose(got[:, 0, 1], c12, atol=2e-4)
    np.testing.assert_allclose(got[:, 1, 1], c22, atol=2e-4)


def test_that_the_stretch_along_z_scales_lags_along_z() -> None:
    stretched, plain = row("d", scale_z=0.93), row("d")
    along_z = np.array([[h, 0.0, 0.0] for h in LAGS])
    np.testing.assert_allclose(two_point(stretched, along_z), two_point(plain, along_z * 0.93), atol=1e-12)
    np.testing.assert_allclose(two_point(stretched, along_x(*LAGS)), two_point(plain, along_x(*LAGS)), atol=1e-12)


def test_that_the_tail_of_the_field_is_the_closed_form_for_two_squares() -> None:
    for name in ROWS:
        for sigma in (0.3, 1.0, 2.5):
            lam = ROWS[name][4]
            expected = ndtr(-lam / sigma) + np.exp(-lam / 2 + sigma**2 / 8) * ndtr(lam / sigma - sigma / 2)
            assert fractions(row(name, sigma_x=sigma))[0] == pytest.approx(expected, abs=1e-7)


def test_that_coverage_sums_to_fractions_and_decays_to_their_product() -> None:
    model = row("d", correlation=0.5, alpha_chi_common=0.3)
    eps = fractions(model)
    c = two_point(model, along_x(0.0, 1.0, 500.0))
    np.testing.assert_allclose(c.sum(2), np.tile(eps, (3, 1)), atol=1e-12)
    np.testing.assert_allclose(c[0], np.diag(eps), atol=0)
    np.testing.assert_allclose(c[2], np.outer(eps, eps), atol=2e-5)


def test_that_a_vanishing_correlation_joins_the_independent_formula() -> None:
    lags = along_x(*LAGS)
    np.testing.assert_allclose(two_point(row("d", correlation=1e-9), lags), two_point(row("d"), lags), atol=3e-5)


def test_that_the_sign_of_the_common_field_does_not_change_the_law() -> None:
    """Squares forget it, in the formula and, to the voxel counts' scatter, in simulation."""
    plus = row("d", correlation=0.7, alpha_chi_common=0.2)
    minus = plus.with_values({"correlation_sign": -1})
    np.testing.assert_allclose(two_point(plus, along_x(1, 5)), two_point(minus, along_x(1, 5)), atol=0)
    counts = [np.stack([np.bincount(realise(m, (1, 256, 256), (1, 1, 1), s).ravel(), minlength=3) / 256**2
                        for s in range(12)]) for m in (plus, minus)]
    error = np.sqrt((counts[0].var(0, ddof=1) + counts[1].var(0, ddof=1)) / 12)
    assert (np.abs(counts[0].mean(0) - counts[1].mean(0)) < 4 * error).all()


def finer(model: ExcursionSet, factor: float) -> ExcursionSet:
    """Shorten every length, so that a small volume holds many of them."""
    return model.with_values({k: v * factor for k, v in model.values().items() if k.startswith("alpha")})


SIMULATED = {
    "two phases": (excursion_set(("solid", "pore"), {"alpha_chi_x": 0.4, "alpha_x": 0.8, "lambda_x": 1.7}), 2),
    "three, correlated": (finer(row("d", correlation=0.6, alpha_chi_common=0.3, sigma_x=0.7, nugget_y=0.3), 2.5), 3),
    "one square": (finer(row("d", correlation=0.4, degrees_of_freedom=1, scale_z=1.4), 2.5), 3),
    "three squares": (finer(row("BM03", correlation=0.95, degrees_of_freedom=3, alpha_chi_x=0.3), 2.0), 3),
    "four phases": (excursion_set(("a", "b", "c", "d"), {
        "alpha_chi_1": 0.5, "alpha_1": 0.5, "lambda_1": 3.0, "alpha_chi_2": 0.6, "alpha_2": 0.4, "lambda_2": 2.0,
        "alpha_chi_3": 0.4, "alpha_3": 0.9, "lambda_3": 1.0, "correlation": 0.5, "alpha_chi_common": 0.5,
        "correlation_sign_2": -1}), 4),
}
OFFSETS = ((1, 0, 0), (0, 1, 1), (0, 0, 3), (5, 0, 0), (2, 3, 4), (0, 12, 0))


@pytest.mark.parametrize("name", SIMULATED)
def test_that_simulated_volumes_agree_within_four_standard_errors(name: str) -> None:
    model, k = SIMULATED[name]
    samples = []
    for seed in range(20):
        volume = realise(model, (80, 80, 80), (1, 1, 1), seed)
        samples.append([_pair_table(volume, k, offset) for offset in OFFSETS])
    measured = np.array(samples)
    error = measured.std(0, ddof=1) / np.sqrt(len(samples))
    expected = two_point(model, np.array(OFFSETS, float))
    assert error.max() < 1e-3
    assert (np.abs(measured.mean(0) - expected) < 4 * error + 2e-5).all()


def _pair_table(volume: np.ndarray, k: int, offset: tuple[int, int, int]) -> np.ndarray:
    z, y, x = offset
    n = len(volume)
    first, second = volume[: n - z, : n - y, : n - x], volume[z:, y:, x:]
    table = np.bincount((first.astype(int) * k + second).ravel(), minlength=k * k).reshape(k, k) / first.size
    return (table + table.T) / 2


@pytest.mark.parametrize("squares", [1, 2, 3])
def test_that_strongly_correlated_four_phases_stay_probabilities(squares: int) -> None:
    model = SIMULATED["four phases"][0].with_values({"correlation": 0.9, "degrees_of_freedom": squares})
    eps = fractions(model)
    c = two_point(model, along_x(0.5, 1, 3, 900))
    assert (c > -1e-9).all()
    np.testing.assert_allclose(c[-1], np.outer(eps, eps), atol=2e-4)


@pytest.mark.parametrize("correlation", [0.0, 0.45])
def test_that_gradients_agree_with_finite_differences(correlation: float) -> None:
    model = row("d", correlation=correlation, alpha_chi_common=0.2, scale_z=0.9, nugget_y=0.1, nugget_x=0.05,
                sigma_x=1.3, confinement_y=0.4)
    names = [p.name for p in model.table if p.scale not in ("integer", "sign")]
    if correlation == 0:
        names = [n for n in names if n not in ("correlation", "alpha_chi_common")]
    lags = np.array([[1, 0, 0], [0, 3, 4], [7, 1, 0], [0, 0, 30.0]])
    value, slope = two_point_jacobian(model, lags, names)
    np.testing.assert_allclose(value, two_point(model, lags), atol=1e-12)
    for k, name in enumerate(names):
        x = model.values()[name]
        step = 1e-5 * max(abs(x), 0.1)
        high, low = (two_point(model.with_values({name: x + s}), lags) for s in (step, -step))
        # The slope of the quadrature's own small error is not part of the gradient.
        np.testing.assert_allclose(slope[..., k], (high - low) / (2 * step), atol=1e-5)


@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_that_thresholds_and_fractions_convert_both_ways(correlation: float) -> None:
    model = with_fractions(row("d", correlation=correlation), (0.2, 0.5, 0.3))
    np.testing.assert_allclose(fractions(model), (0.2, 0.5, 0.3), atol=1e-8)
    again = with_fractions(model.with_values({"lambda_x": 5.0}), tuple(fractions(row("d"))))
    np.testing.assert_allclose(fractions(again), fractions(row("d")), atol=1e-8)


def test_that_impossible_fractions_are_refused() -> None:
    with pytest.raises(InputError, match="No threshold"):
        with_fractions(row("d", sigma_x=10.0), (0.9999, 5e-5, 5e-5))
    with pytest.raises(InputError, match="sum to 1"):
        with_fractions(row("d"), (0.5, 0.6, 0.3))


def test_that_renaming_phases_renames_nothing_else() -> None:
    lags = along_x(1, 3)
    for order in itertools.permutations(PHASES):
        np.testing.assert_array_equal(two_point(replace(row("d"), phases=order), lags), two_point(row("d"), lags))


def test_that_scaling_the_unit_scales_nothing_else() -> None:
    finer = row("d").with_values({k: v / 0.2 for k, v in row("d").values().items() if k.startswith("alpha")})
    np.testing.assert_allclose(two_point(finer, along_x(*LAGS) * 0.2), two_point(row("d"), along_x(*LAGS)), atol=1e-12)
