"""Draws around a fitted model: their distribution, their range, and the covariance that they come from."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.calibration.ensemble import LARGEST_SPREAD, draw_ensemble
from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.records import ExactSettings, ParameterCovariance
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import phase_image

MODEL = excursion_set(("am", "pore"), {"alpha_chi_x": 0.5, "alpha_x": 0.8, "lambda_x": 1.4})
NAMES = ("alpha_x", "lambda_x", "scale_z")


def covariance(sd=(0.1, 0.05, 0.02), correlation=0.8):
    matrix = np.diag(np.square(sd))
    matrix[0, 1] = matrix[1, 0] = correlation * sd[0] * sd[1]
    return ParameterCovariance(NAMES, matrix)


def free(ensemble, names=NAMES):
    by_name = {p.name: p for p in MODEL.table}
    return np.array([[by_name[n].to_free(m.values()[n]) for n in names] for m in ensemble.models])


def test_that_draws_have_the_covariance_and_leave_the_rest():
    ensemble = draw_ensemble(MODEL, covariance(), 4000, 7)
    drawn = free(ensemble)
    np.testing.assert_allclose(np.cov(drawn.T), covariance().matrix, rtol=0.1, atol=1e-4)
    np.testing.assert_allclose(drawn.mean(0), free_centre(), atol=4 * 0.1 / np.sqrt(4000))
    assert ensemble.drawn == NAMES
    assert ensemble.n_held_back == 0
    untouched = set(MODEL.values()) - set(NAMES)
    assert all(m.values()[name] == MODEL.values()[name] for m in ensemble.models[:20] for name in untouched)


def free_centre():
    by_name = {p.name: p for p in MODEL.table}
    return [by_name[n].to_free(MODEL.values()[n]) for n in NAMES]


def test_that_a_seed_names_the_draws_and_more_begin_with_the_same():
    few, more, other = (draw_ensemble(MODEL, covariance(), n, seed) for n, seed in ((3, 1), (5, 1), (3, 2)))
    assert few.models == more.models[:3]
    assert few.models != other.models


def test_that_draws_are_reflected_into_the_range_and_do_not_pile_up_at_its_end():
    model = excursion_set(("am", "pore"), {"correlation": 0.02})
    ensemble = draw_ensemble(model, ParameterCovariance(("correlation",), np.array([[0.01]])), 500, 3)
    values = np.array([m.common.correlation for m in ensemble.models])
    assert values.min() >= 0
    assert np.all((values > 1e-9) | (values == 0))
    assert np.sum(values == 0) == 0
    # Folded: |0.02 + 0.1 z| has this mean.
    folded = np.abs(0.02 + 0.1 * np.random.default_rng(0).standard_normal(200_000)).mean()
    assert values.mean() == pytest.approx(folded, abs=4 * 0.06 / np.sqrt(500))


def test_that_directions_without_information_are_held_back_and_told():
    ensemble = draw_ensemble(MODEL, covariance(sd=(9.0, 0.05, 0.02), correlation=0.0), 400, 5)
    assert ensemble.n_held_back == 1
    spread = free(ensemble).std(0, ddof=1)
    assert spread[0] == pytest.approx(LARGEST_SPREAD, rel=0.15)
    assert spread[1] == pytest.approx(0.05, rel=0.15)


def test_that_unknown_parameters_and_empty_ensembles_are_refused():
    with pytest.raises(InputError, match="not a known name"):
        draw_ensemble(MODEL, ParameterCovariance(("alpha_y",), np.eye(1)), 3, 1)
    with pytest.raises(InputError, match="cannot be drawn"):
        draw_ensemble(MODEL, covariance(), 0, 1)


@pytest.fixture(scope="module")
def fitted():
    labels = realise(MODEL, (1, 160, 160), (0.2,) * 3, 4)
    calibration = ExactCalibration([phase_image(labels, (0.2,) * 3, {0: "am", 1: "pore"})],
                                   ExactSettings(order=(0, 1), starts=1, n_lags=10))
    while not calibration.done:
        calibration.step()
    return calibration.result()


def test_that_a_calibration_keeps_the_covariance_of_its_standard_errors(fitted):
    kept = fitted.covariance
    assert set(kept.names) <= set(fitted.estimates)
    slopes = {p.name: p.slope(fitted.model.values()[p.name]) for p in fitted.model.table}
    for name, variance in zip(kept.names, np.diag(kept.matrix), strict=True):
        assert slopes[name] * np.sqrt(variance) == pytest.approx(fitted.estimates[name].standard_error)
    left_out = [e for name, e in fitted.estimates.items() if name not in kept.names]
    assert not any(np.isfinite(e.standard_error) for e in left_out)
    np.testing.assert_allclose(kept.matrix, kept.matrix.T, rtol=1e-9)
    assert np.abs(kept.matrix - np.diag(np.diag(kept.matrix))).max() > 0, "parameters of one fit hang together"
