"""Calibration of a second phase that is kept to a layer on the first: found where it is, left out where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.core.twopoint.exact import with_fractions

VOXEL = (0.2, 0.2, 0.2)
NAMES = {1: "pore", 2: "binder", 3: "am"}
FREE = excursion_set(("pore", "binder", "am"), {
    "alpha_chi_x": 0.5, "alpha_x": 1.6, "alpha_chi_y": 0.9, "alpha_y": 2.2, "sigma_x": 0.6})
ORDER = (0, 1, 2)


@pytest.fixture(scope="module")
def truth() -> ExcursionSet:
    return with_fractions(FREE.with_values({"confinement_y": 1.3}), (0.4, 0.1, 0.5))


def section(model: ExcursionSet, seed: int) -> PhaseImage:
    return phase_image(realise(model, (1, 384, 384), VOXEL, seed) + np.uint8(1), VOXEL, NAMES)


def calibrated(image: PhaseImage, settings: ExactSettings) -> CalibrationResult:
    calibration = ExactCalibration([image], settings)
    while not calibration.done:
        calibration.step()
    return calibration.result()


def test_that_a_layer_is_found_within_its_errors(truth: ExcursionSet) -> None:
    image = section(truth, 2)
    result = calibrated(image, ExactSettings(order=ORDER, starts=2))
    estimate = result.estimates["confinement_y"]
    assert abs(estimate.value - 1.3) < 4.5 * estimate.standard_error
    assert result.misfit < 2
    free = calibrated(image, ExactSettings(order=ORDER, starts=2, cut="free"))
    assert free.model.lower == float("-inf")
    assert "confinement_y" not in free.estimates
    assert free.misfit > 3 * result.misfit
    np.testing.assert_allclose(image.fractions, (0.4, 0.1, 0.5), atol=0.06)


def test_that_no_layer_is_kept_where_there_is_none() -> None:
    image = section(with_fractions(FREE, (0.4, 0.2, 0.4)), 3)
    result = calibrated(image, ExactSettings(order=ORDER, starts=2))
    assert result.model.lower == float("-inf")


def test_that_a_layer_alone_is_fitted_where_it_is_asked_for(truth: ExcursionSet) -> None:
    result = calibrated(section(truth, 4), ExactSettings(order=ORDER, cut="layer", starts=2,
                                                         parameterisation="powered-exponential"))
    assert result.model.lower > float("-inf")
    assert set(result.model.families) == {"powered-exponential"}
    assert "correlation" not in result.estimates
    assert {"confinement_y", "beta_x"} <= set(result.estimates)


def test_that_resuming_in_the_middle_equals_never_stopping(truth: ExcursionSet) -> None:
    image, settings = section(truth, 5), ExactSettings(order=ORDER, starts=1)
    whole, first = ExactCalibration([image], settings), ExactCalibration([image], settings)
    for _ in range(20):
        whole.step()
        first.step()
    again = ExactCalibration([image], settings)
    again.load_state_dict(first.state_dict())
    for _ in range(8):
        a, b = whole.step(), again.step()
        assert a.values == b.values
        assert a.misfit == b.misfit
