"""Calibration with other covariances than the Gaussian: begun at the Gaussian fit, better than it, resumable."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.levenberg import LevenbergMarquardt
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, StepRecord
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set, families_of
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.core.twopoint.closed_form import phase_values
from morphstudio.core.twopoint.exact import with_fractions

VOXEL = (0.2, 0.2, 0.2)


@pytest.fixture(scope="module")
def truth() -> ExcursionSet:
    values = {"alpha_chi_x": 1.6, "nu_chi_x": 0.6, "alpha_x": 1.2, "nu_x": 1.5, "lambda_x": 1.5}
    return with_fractions(excursion_set(("am", "pore"), values, families_of(2, "matern")), (0.6, 0.4))


@pytest.fixture(scope="module")
def image(truth: ExcursionSet) -> PhaseImage:
    return phase_image(realise(truth, (1, 512, 512), VOXEL, 3) + np.uint8(1), VOXEL, {1: "am", 2: "pore"})


def run(image: PhaseImage, settings: ExactSettings) -> tuple[CalibrationResult, list[StepRecord]]:
    calibration = ExactCalibration([image], settings)
    records = []
    while not calibration.done:
        records.append(calibration.step())
    return calibration.result(), records


@pytest.mark.parametrize("key", ["matern", "low-parametric", "kernel"])
def test_that_rough_structures_are_met_by_richer_covariances(image: PhaseImage, truth: ExcursionSet, key: str) -> None:
    gaussian, _ = run(image, ExactSettings(order=(0, 1), starts=2))
    rich, records = run(image, ExactSettings(order=(0, 1), starts=2, parameterisation=key))
    assert set(rich.model.families) == {key}
    assert rich.misfit < min(1.0, 0.7 * gaussian.misfit)
    assert "Fitting covariances" in {r.message for r in records}
    shares = [r.share for r in records]
    assert shares == sorted(shares)
    fitted, true = phase_values(rich.model, VOXEL), phase_values(truth, VOXEL)
    for one, other in zip(fitted, true, strict=True):
        assert one.surface_voxel == pytest.approx(other.surface_voxel, rel=0.03)
    assert not any("[" in name for name in rich.estimates)


def test_that_the_best_orders_go_on_and_the_ranking_says_of_what_they_are(image: PhaseImage) -> None:
    result, _ = run(image, ExactSettings(starts=2, parameterisation="matern"))
    assert len(result.ranking) == 2
    assert set(result.model.families) == {"matern"}
    assert result.ranking[0].model == result.model


def test_that_single_fields_can_be_of_another_family(image: PhaseImage) -> None:
    settings = ExactSettings(order=(0, 1), starts=1, covariances={"x": "exponential"}, fixed={"sigma_x": 1.0})
    result, _ = run(image, settings)
    assert result.model.families == ("gaussian", "exponential", "gaussian")
    assert result.model.values()["sigma_x"] == 1.0
    assert "sigma_x" not in result.estimates


@pytest.mark.parametrize("at", [0.3, 0.6, 0.95])
def test_that_a_resumed_run_equals_one_that_never_stopped(image: PhaseImage, at: float) -> None:
    settings = ExactSettings(order=(0, 1), starts=2, parameterisation="matern")
    whole, records = run(image, settings)
    first = ExactCalibration([image], settings)
    for _ in range(int(at * len(records))):
        first.step()
    second = ExactCalibration([image], settings)
    second.load_state_dict(first.state_dict())
    while not second.done:
        second.step()
    assert second.result().model == whole.model
    assert second.result().misfit == whole.misfit


def test_that_a_wrong_family_is_an_error_before_anything_starts(image: PhaseImage) -> None:
    with pytest.raises(InputError, match="matren"):
        ExactCalibration([image], ExactSettings(parameterisation="matren"))


def test_that_damping_shortens_what_hardly_matters() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1e-4]])

    def residuals(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return rows @ (x - np.array([0.5, 40.0])), rows

    bounds = np.full(2, -100.0), np.full(2, 100.0)
    alike, sloppy = (LevenbergMarquardt(np.zeros(2), *bounds, damping=1e-6, sloppy=s) for s in (False, True))
    for fit in (alike, sloppy):
        fit.step(residuals)
    # The step of the second variable is cut, and takes the first with it only where all are cut alike.
    assert alike.x[0] < 0.02
    assert sloppy.x[0] > 0.4
