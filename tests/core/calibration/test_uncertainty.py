"""The sandwich formula against repeated regressions."""

from dataclasses import replace

import numpy as np

from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.calibration.statistics import image_statistics
from morphstudio.core.calibration.uncertainty import errors_alone, neighbour_factor, sandwich_covariance
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import phase_image


def test_that_it_is_the_usual_covariance_for_independent_unit_residuals() -> None:
    rng = np.random.default_rng(0)
    jacobian = rng.normal(size=(400, 3)) * [1.0, 10.0, 0.01]
    scores = np.diag(np.ones(400))
    expected = np.linalg.inv(jacobian.T @ jacobian)
    np.testing.assert_allclose(sandwich_covariance(jacobian, scores), expected, rtol=1e-8)


def test_that_it_predicts_the_scatter_under_dependent_residuals() -> None:
    rng = np.random.default_rng(1)
    jacobian = rng.normal(size=(60, 2))
    mixing = np.kron(np.eye(12), np.ones((5, 1)))
    estimates = []
    for _ in range(4000):
        residual = mixing @ rng.normal(size=12) + 0.1 * rng.normal(size=60)
        estimates.append(np.linalg.lstsq(jacobian, residual, rcond=None)[0])
    scores = np.concatenate([mixing.T, 0.1 * np.eye(60)])
    predicted = np.sqrt(np.diag(sandwich_covariance(jacobian, scores)))
    np.testing.assert_allclose(predicted, np.std(estimates, axis=0), rtol=0.05)


def test_that_an_unseen_parameter_has_infinite_variance_and_the_others_not() -> None:
    rng = np.random.default_rng(2)
    jacobian = np.column_stack([rng.normal(size=50), np.zeros(50)])
    covariance = sandwich_covariance(jacobian, np.eye(50))
    assert np.isinf(covariance[1, 1])
    assert np.isfinite(covariance[0, 0])


def test_that_one_parameter_that_another_makes_up_for_is_sure_once_the_other_is_known() -> None:
    rng = np.random.default_rng(3)
    column = rng.normal(size=80)
    jacobian = np.column_stack([column, column + 0.01 * rng.normal(size=80), np.zeros(80)])
    scores = np.eye(80)
    alone, together = errors_alone(jacobian, scores), np.sqrt(np.diag(sandwich_covariance(jacobian, scores)))
    np.testing.assert_allclose(alone[:2], 1 / np.linalg.norm(jacobian[:, :2], axis=0))
    assert np.isinf(alone[2])
    assert (together[:2] > 30 * alone[:2]).all()


def test_that_the_fraction_of_a_volume_scatters_as_blocks_predict() -> None:
    """Variance over volumes against variance over blocks of one, made up for their neighbourhood."""
    model = excursion_set(("a", "b"), {"alpha_chi_x": 0.15, "alpha_x": 0.15, "lambda_x": 1.9})
    volumes = [realise(model, (72, 72, 72), (1, 1, 1), seed) == 0 for seed in range(96)]
    scatter = np.var([v.mean() for v in volumes], ddof=1)
    blocks = [v.reshape(3, 24, 3, 24, 3, 24).mean((1, 3, 5)).ravel() for v in volumes]
    naive = np.mean([np.var(b, ddof=1) / 27 for b in blocks])
    image = phase_image(volumes[0].astype(np.uint8), (1, 1, 1))
    statistics = replace(image_statistics([image], ExactSettings()), block_length=24.0, window_length=72.0)
    # The variance over 96 volumes scatters by a seventh.
    assert 0.85 < naive * neighbour_factor(model, statistics) / scatter < 1.5
