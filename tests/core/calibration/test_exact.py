"""Exact calibration: known parameters found, orders ranked, state carried."""

import numpy as np
import pytest

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.problem import surface_and_chord
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, StepRecord
from morphstudio.core.calibration.statistics import image_statistics
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.core.twopoint.closed_form import phase_values
from morphstudio.core.twopoint.exact import fractions, two_point

VOXEL = (0.2, 0.2, 0.2)
NAMES = {1: "se", 2: "am", 3: "pore"}
SEVEN = ("alpha_chi_x", "alpha_x", "lambda_x", "alpha_chi_y", "alpha_y", "lambda_y", "scale_z")
SIX = SEVEN[:-1]


@pytest.fixture(scope="module")
def truth() -> ExcursionSet:
    return excursion_set(("se", "am", "pore"), {
        "alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
        "lambda_x": 1.90, "lambda_y": -0.27})


@pytest.fixture(scope="module")
def section(truth: ExcursionSet) -> PhaseImage:
    return phase_image(realise(truth, (1, 256, 256), VOXEL, 4) + np.uint8(1), VOXEL, NAMES)


@pytest.fixture(scope="module")
def volume(truth: ExcursionSet) -> PhaseImage:
    return phase_image(realise(truth, (128, 128, 128), VOXEL, 5) + np.uint8(1), VOXEL, NAMES)


def run(images: list[PhaseImage], settings: ExactSettings) -> tuple[CalibrationResult, list[StepRecord]]:
    calibration = ExactCalibration(images, settings)
    records = []
    while not calibration.done:
        records.append(calibration.step())
    return calibration.result(), records


def test_that_known_parameters_are_found_within_their_errors(volume: PhaseImage, truth: ExcursionSet) -> None:
    result, _ = run([volume], ExactSettings(order=(0, 1, 2), free=SEVEN))
    expected = truth.values()
    for name in SEVEN:
        estimate = result.estimates[name]
        assert abs(estimate.value - expected[name]) < 4.5 * estimate.standard_error, name
    fitted, true = phase_values(result.model, VOXEL), phase_values(truth, VOXEL)
    np.testing.assert_allclose([v.surface_voxel for v in fitted], [v.surface_voxel for v in true], rtol=0.04)
    assert result.misfit < 2
    assert result.verdict.startswith("The model fits")


def test_that_all_orders_are_ranked_and_the_true_one_wins(section: PhaseImage) -> None:
    result, records = run([section], ExactSettings(starts=1, n_lags=12, cut="free"))
    assert len(result.ranking) == 6
    assert result.ranking[0].phases == ("se", "am", "pore")
    misfits = [r.misfit for r in result.ranking]
    assert misfits == sorted(misfits)
    assert result.ranking[-1].misfit > 5 * result.ranking[0].misfit
    statistics = image_statistics([section], ExactSettings(n_lags=12))
    for ranked in result.ranking:  # the largest difference is that of the phase and quantity named
        quantity, _, phase = ranked.largest_of.partition(" of ")
        k = ranked.phases.index(phase)
        surface, chord = surface_and_chord(ranked.model, statistics)
        fitted, seen = ((surface, statistics.surface) if quantity == "surface area" else (chord, statistics.chord))
        assert abs(fitted[k] / seen[ranked.order[k]] - 1) == pytest.approx(ranked.largest_error)
    # No plane shows z: the stretch stays as it was given.
    assert result.model.common.scale_z == 1
    shares = [r.share for r in records]
    assert all(0 <= s <= 1 for s in shares)
    assert shares[-1] == 1
    assert records[0].data is not None


def test_that_the_first_steps_say_what_is_tried(section: PhaseImage) -> None:
    for order, said in ((None, "Trying phase orders"), ((0, 1, 2), "Trying starts")):
        calibration = ExactCalibration([section], ExactSettings(order=order, starts=1, n_lags=6))
        assert [calibration.step().message for _ in range(2)] == ["Measuring the images", said]


def test_that_curves_come_in_the_order_of_the_image(section: PhaseImage) -> None:
    result, _ = run([section], ExactSettings(order=(1, 0, 2), starts=1, free=SIX))
    assert result.model.phases == ("am", "se", "pore")
    data, model = result.data[0], result.curves[0]
    np.testing.assert_allclose(np.diag(data.values[0]), section.fractions, atol=1e-12)
    fitted = dict(zip(result.model.phases, fractions(result.model), strict=True))
    np.testing.assert_allclose(np.diag(model.values[0]), [fitted[p.name] for p in section.phases], atol=1e-9)
    shared = np.isin(model.lags, data.lags)
    np.testing.assert_array_equal(model.lags[shared], data.lags)
    assert len(model.lags) > 2 * len(data.lags)  # drawn as a curve, not as a polygon
    along_x = np.stack([np.zeros_like(model.lags), np.zeros_like(model.lags), model.lags], axis=1)
    exact = two_point(result.model, along_x)
    position = [result.model.phases.index(phase.name) for phase in section.phases]
    np.testing.assert_allclose(model.values, exact[:, np.array(position)[:, None], position], atol=1e-12)


def test_that_resuming_equals_never_stopping(section: PhaseImage) -> None:
    settings = ExactSettings(starts=2, order=(0, 1, 2), n_lags=10, cut="free")
    whole, records = run([section], settings)
    for stop in (1, len(records) - 6):
        first = ExactCalibration([section], settings)
        for _ in range(stop):
            first.step()
        second = ExactCalibration([section], settings)
        second.load_state_dict(first.state_dict())
        while not second.done:
            last = second.step()
        resumed = second.result()
        assert resumed.model == whole.model
        assert resumed.estimates == whole.estimates
        assert last.step == len(records)


def test_that_a_state_of_other_images_is_refused(section: PhaseImage) -> None:
    settings = ExactSettings(starts=1, order=(0, 1, 2), n_lags=6)
    first = ExactCalibration([section], settings)
    first.step()
    for images, asked in (([section, section], settings), ([section], ExactSettings(starts=1, n_lags=6))):
        with pytest.raises(InputError, match="interrupted"):
            ExactCalibration(images, asked).load_state_dict(first.state_dict())


def test_that_an_undetermined_parameter_is_called_weak(section: PhaseImage) -> None:
    """With its weight free as well, one field's scale and weight trade against each other."""
    result, _ = run([section], ExactSettings(order=(0, 1, 2), free=(*SIX, "sigma_x", "sigma_y"), starts=1, n_lags=6))
    weak = {name for name, e in result.estimates.items() if e.weak}
    assert weak
    for name in weak:
        assert result.estimates[name].reason.endswith(".")
        assert name in result.verdict


def test_that_a_second_minimum_that_fits_as_well_is_owned_up_to(truth: ExcursionSet) -> None:
    """In this small volume, either part of field X may be the coarse one."""
    image = phase_image(realise(truth, (112, 112, 112), VOXEL, 3) + np.uint8(1), VOXEL, NAMES)
    result, _ = run([image], ExactSettings(order=(0, 1, 2), free=SEVEN))
    for name in ("alpha_chi_x", "alpha_x"):
        estimate = result.estimates[name]
        assert estimate.weak
        assert "fits nearly as well" in estimate.reason
        assert estimate.interval[0] < truth.values()[name] < estimate.interval[1]


def test_that_two_phases_are_calibrated() -> None:
    model = excursion_set(("solid", "pore"), {"alpha_chi_x": 0.2, "alpha_x": 0.4, "lambda_x": 1.6})
    image = phase_image(realise(model, (1, 300, 300), (1, 1, 1), 2), None, {0: "solid", 1: "pore"})
    result, _ = run([image], ExactSettings(starts=2))
    assert {r.phases for r in result.ranking} == {("solid", "pore"), ("pore", "solid")}
    true, fitted = phase_values(model, (1, 1, 1)), phase_values(result.model, (1, 1, 1))
    surface = {v.phase: v.surface_voxel_2d for v in fitted}
    assert surface["solid"] == pytest.approx(true[0].surface_voxel_2d, rel=0.05)


def test_that_starting_points_are_seeded(section: PhaseImage) -> None:
    settings = ExactSettings(order=(0, 1, 2), free=SIX, starts=1)
    first, again = run([section], settings)[0], run([section], settings)[0]
    assert first.model == again.model


@pytest.mark.parametrize(("settings", "message"), [
    (ExactSettings(order=(0, 1)), "order"),
    (ExactSettings(free=("alpha_w",)), "alpha_"),
    (ExactSettings(free=("degrees_of_freedom",)), "whole values"),
    (ExactSettings(fixed={"sigma_x": -1.0}), "sigma_x"),
    (ExactSettings(free=("alpha_x",), fixed={"alpha_x": 1.0}), "both"),
])
def test_that_impossible_settings_are_refused(section: PhaseImage, settings: ExactSettings, message: str) -> None:
    calibration = ExactCalibration([section], settings)
    with pytest.raises(InputError, match=message):
        calibration.step()
