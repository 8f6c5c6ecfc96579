"""The sandwich formula against repeated regressions."""

import numpy as np

from morphstudio.core.calibration.uncertainty import sandwich_covariance


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
