"""How well a model fits is the same however it was found."""

import pytest

from morphstudio.core.calibration.assessment import misfit_of, ranked_order
from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.calibration.statistics import image_statistics
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import phase_image


def test_that_the_exact_calibrations_ranking_is_met() -> None:
    model = excursion_set(("a", "b", "c"), {"alpha_chi_x": 1.0, "alpha_chi_y": 2.5, "alpha_x": 0.8, "alpha_y": 1.5,
                                            "lambda_x": 1.9, "lambda_y": 0.3})
    labels = realise(model, (1, 160, 160), (0.2,) * 3, 2)
    image = phase_image(labels, (0.2,) * 3, {0: "a", 1: "b", 2: "c"})
    settings = ExactSettings(order=(2, 0, 1), starts=1, refined=1, n_lags=8, max_lag=20)
    calibration = ExactCalibration([image], settings)
    while not calibration.done:
        calibration.step()
    result = calibration.result()
    known, = result.ranking
    statistics = image_statistics([image], settings)
    assert misfit_of(result.model, (2, 0, 1), statistics) == pytest.approx(result.misfit, rel=1e-6)
    found = ranked_order(result.model, (2, 0, 1), statistics, image.phases, refined=True)
    assert found.phases == known.phases == ("c", "a", "b")
    assert found.surface_error == pytest.approx(known.surface_error)
    assert found.chord_error == pytest.approx(known.chord_error)
    assert found.largest_error == pytest.approx(known.largest_error)
    assert found.largest_of == known.largest_of
