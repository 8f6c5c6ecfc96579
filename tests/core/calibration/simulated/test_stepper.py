"""The three algorithms on small problems: progress, rules, state."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from morphstudio.core.calibration.problem import Problem
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.calibration.simulated import networks
from morphstudio.core.calibration.simulated.coverage import flat_pairs, section_coverage
from morphstudio.core.calibration.simulated.data import Cutouts
from morphstudio.core.calibration.simulated.discriminator import Discriminator, least_squares_error
from morphstudio.core.calibration.simulated.exact_term import ExactTerm
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.calibration.simulated.stepper import SimulatedCalibration
from morphstudio.core.calibration.simulated.variables import FreeVariables
from morphstudio.core.calibration.statistics import image_statistics
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.core.twopoint.exact import two_point
from morphstudio.io.checkpoint import load_state, save_state

VOXEL = (0.2, 0.2, 0.2)
NAMES = {1: "se", 2: "am", 3: "pore"}
SIX = ("alpha_chi_x", "alpha_x", "lambda_x", "alpha_chi_y", "alpha_y", "lambda_y")
SMALL = SimulatedSettings(
    method="combined", free=SIX, batch=4, window=32, h_max=12, features=(4, 8), n_epochs=3, n_steps=2,
    learning_rate=0.02, discriminator_learning_rate=1e-3, pretraining_generator=2, pretraining_discriminator=2,
    stopping_from=1, patience=5)


@pytest.fixture(scope="module")
def truth() -> ExcursionSet:
    return excursion_set(("se", "am", "pore"), {
        "alpha_chi_x": 1.0, "alpha_chi_y": 2.5, "alpha_x": 0.8, "alpha_y": 1.5, "lambda_x": 1.90, "lambda_y": 0.3})


@pytest.fixture(scope="module")
def section(truth: ExcursionSet) -> PhaseImage:
    return phase_image(realise(truth, (1, 200, 200), VOXEL, 4) + np.uint8(1), VOXEL, NAMES)


@pytest.fixture(scope="module")
def wrong(truth: ExcursionSet) -> ExcursionSet:
    return truth.with_values({"lambda_x": 3.0, "lambda_y": 1.2, "alpha_chi_x": 2.0})


def run(calibration: SimulatedCalibration) -> list:
    records = []
    while not calibration.done:
        records.append(calibration.step())
    return records


def told(records: list) -> str:
    """What records say, apart from what the first one after an interruption says once more."""
    return repr([replace(r, data=None, model=None, best=None, ranking=None) for r in records])


def test_that_monte_carlo_comes_down_from_a_wrong_start(section, wrong, truth) -> None:
    settings = replace(SMALL, method="monte-carlo", begin=wrong, learning_rate=0.08, n_epochs=40, n_steps=1,
                       patience=60)
    calibration = SimulatedCalibration([section], settings)
    records = run(calibration)
    assert len(records) == 40
    first, last = (np.mean([r.simulated.generator_loss for r in part]) for part in (records[:5], records[-10:]))
    assert last < 0.3 * first
    result = calibration.result()
    assert result.simulated.reason == "epochs"
    assert calibration.error_of(result.model) < 0.3 * calibration.error_of(wrong)
    assert result.simulated.error == pytest.approx(min(r.simulated.error for r in records))
    assert result.simulated.start_error == pytest.approx(calibration.error_of(wrong))
    assert abs(result.model.values()["lambda_x"] - truth.values()["lambda_x"]) < 0.5


def test_that_combined_with_the_exact_term_comes_down(section, wrong) -> None:
    settings = replace(SMALL, begin=wrong, exact_term=True, learning_rate=0.08, n_epochs=5, pretraining_generator=10)
    calibration = SimulatedCalibration([section], settings)
    records = run(calibration)
    assert [r.stage for r in records[:12]] == ["pretrain generator"] * 10 + ["pretrain discriminator"] * 2
    assert [r.stage for r in records[12:16]] == ["generator"] * 2 + ["discriminator"] * 2
    assert len(records) == 12 + 5 * 4
    misfits = [r.simulated.squared_misfit for r in records if np.isfinite(r.simulated.squared_misfit)]
    assert misfits[-1] < 0.2 * misfits[0]
    assert records[-1].share == 1
    assert records[-1].simulated.reason == "epochs"
    judged = [r for r in records if r.stage == "discriminator"]
    assert all(0 < r.simulated.mean_real < 1 and 0 < r.simulated.mean_generated < 1 for r in judged)
    assert calibration.result().simulated.error < calibration.error_of(wrong)


def test_that_the_exact_terms_derivative_is_that_of_finite_differences(section, wrong) -> None:
    cutouts = Cutouts([section], (0, 1, 2), SMALL)
    data, smoothing = section_coverage(cutouts.sections, 3, VOXEL, 12, 0.5)
    variables = FreeVariables(wrong, SIX, 0.2, 2.4)
    term = ExactTerm(variables, data, smoothing, 2)
    free = variables.start().requires_grad_(True)
    (slope,) = torch.autograd.grad(term(free), free)
    for k in range(len(SIX)):
        step = torch.zeros(len(SIX), dtype=torch.float64)
        step[k] = 1e-3
        difference = float((term(free + step) - term(free - step)).detach()) / 2e-3
        assert difference == pytest.approx(float(slope[k]), rel=2e-2, abs=2e-3 * float(slope.abs().max()))


def test_that_exact_curves_at_the_truth_are_the_images(section, truth) -> None:
    cutouts = Cutouts([section], (0, 1, 2), SMALL)
    data, smoothing = section_coverage(cutouts.sections, 3, VOXEL, 12, 0.5)
    variables = FreeVariables(truth, SIX, 0.2, 2.4)
    value, _ = ExactTerm(variables, data, smoothing, 2).curves(variables.start())
    assert value.shape == (6, 13)
    assert np.abs(value - flat_pairs(data)).max() < 0.05
    # The short-lag drop, which carries the surface, hardly varies between realisations.
    drop = (value[:, 0] - value[:, 1]), (flat_pairs(data)[:, 0] - flat_pairs(data)[:, 1])
    np.testing.assert_allclose(*drop, rtol=0.1)


@pytest.mark.parametrize(("limit", "skips"), [(2.0, True), (0.0, False)])
def test_that_the_discriminator_rests_while_its_error_is_small(section, truth, limit, skips) -> None:
    calibration = SimulatedCalibration([section], replace(SMALL, method="adversarial", begin=truth, skip_below=limit))
    before = calibration.state_dict()["networks"]["discriminator"]["layers.0.weight"]
    calibration.step()
    calibration.step()
    record = calibration.step()
    after = calibration.state_dict()["networks"]["discriminator"]["layers.0.weight"]
    assert record.stage == "discriminator"
    assert record.simulated.skipped == skips
    assert 0 <= record.simulated.discriminator_error <= 2
    assert -2 <= record.simulated.discriminator_loss <= 0
    assert np.array_equal(before, after) == skips


def test_that_the_rule_reads_the_least_squares_error() -> None:
    perfect, undecided = (torch.ones(3), torch.zeros(3)), (torch.full((3,), 0.5),) * 2
    assert float(least_squares_error(*perfect)) == 0
    assert float(least_squares_error(*undecided)) == 0.5


def test_that_a_discriminator_learns_to_tell_windows_apart(section, wrong) -> None:
    settings = replace(SMALL, begin=wrong, pretraining_generator=0, pretraining_discriminator=40, batch=8,
                       discriminator_learning_rate=3e-3, skip_below=0.05)
    calibration = SimulatedCalibration([section], settings)
    records = [calibration.step() for _ in range(40)]
    errors = [r.simulated.discriminator_error for r in records]
    assert np.mean(errors[-5:]) < 0.6 * errors[0]


@pytest.mark.parametrize("method", ["monte-carlo", "adversarial", "combined"])
def test_that_resuming_equals_never_stopping(section, wrong, method) -> None:
    settings = replace(SMALL, method=method, begin=wrong)
    whole = SimulatedCalibration([section], settings)
    for _ in range(3):
        whole.step()
    state = whole.state_dict()
    resumed = SimulatedCalibration([section], settings)
    resumed.load_state_dict(state)
    for _ in range(2):
        # Only once restarted: the state in between is a state as well.
        assert told([whole.step()]) == told([resumed.step()])
    again = SimulatedCalibration([section], settings)
    again.load_state_dict(resumed.state_dict())
    records = run(whole), run(again)
    assert told(records[0]) == told(records[1])
    assert equal(whole.state_dict(), again.state_dict())
    assert whole.result().model == again.result().model


def test_that_the_first_step_after_an_interruption_tells_what_was_best(section, wrong) -> None:
    settings = replace(SMALL, begin=wrong, learning_rate=0.08)
    whole = SimulatedCalibration([section], settings)
    for _ in range(9):
        whole.step()
    resumed = SimulatedCalibration([section], settings)
    resumed.load_state_dict(whole.state_dict())
    first, second = resumed.step(), resumed.step()
    assert first.best == whole.best
    assert first.ranking[0].misfit == pytest.approx(first.best_misfit)
    assert first.data is not None
    assert second.data is None
    assert second.best is None


def test_that_the_result_is_that_of_any_calibration(section, wrong) -> None:
    calibration = SimulatedCalibration([section], replace(SMALL, begin=wrong, exact_term=True, learning_rate=0.08))
    records = run(calibration)
    result = calibration.result()
    statistics = image_statistics([section], ExactSettings())
    problem = Problem(statistics, tuple(NAMES.values()), (0, 1, 2), SIX, result.model.values())
    gap = problem.residuals(problem.free(result.model.values()))[0]
    assert result.misfit == pytest.approx(float(gap @ gap) / len(gap), rel=1e-6), "in the exact calibration's unit"
    assert result.ranking[0].model == result.model
    assert set(result.estimates) == set(SIX)
    assert not any(e.has_error for e in result.estimates.values())
    assert all(result.estimates[name].value == result.model.values()[name] for name in SIX)
    # Curves of the model, in the images' order, between the measured ones as well.
    middle = result.curves[0].values[4]
    np.testing.assert_allclose(middle, two_point(result.model, np.array([[0.0, 0, result.curves[0].lags[4]]]))[0])
    assert len(result.curves[0].lags) == 4 * (len(result.data[0].lags) - 1) + 1
    outcome = result.simulated
    assert outcome.start.model.values()["lambda_y"] == 1.2
    assert result.misfit < outcome.start.misfit
    assert outcome.start_squared_misfit == pytest.approx(records[0].simulated.squared_misfit, rel=1e-6)
    assert "All epochs were run." in result.verdict
    assert f"epoch {outcome.epoch} of 3" in result.verdict
    assert f"{outcome.start.misfit:.3g}" in result.verdict
    best = [r for r in records if r.best is not None][-1]
    assert best.best == result.model
    assert best.misfit == best.best_misfit == result.misfit
    assert records[0].data is not None


def test_that_a_run_that_compares_no_epochs_says_so(section, wrong) -> None:
    calibration = SimulatedCalibration([section], replace(SMALL, method="monte-carlo", begin=wrong, stopping_from=101))
    records = run(calibration)
    assert calibration.result().model == calibration.best
    assert "No epochs were compared" in calibration.result().verdict
    assert [r.best is not None for r in records] == [False, True] * 3, "until then the present model is the best"


@pytest.mark.parametrize(("errors", "says"), [((0.1, 0.2), True), ((0.2, 0.1), False)])
def test_that_a_start_that_came_closer_is_told(section, truth, errors, says) -> None:
    calibration = SimulatedCalibration([section], replace(SMALL, method="monte-carlo", begin=truth))
    start, later = errors
    calibration.error_of = lambda model: start if model == truth else later
    run(calibration)
    assert ("the start came closer" in calibration.result().verdict) == says


def test_that_a_step_tells_some_scores(section, wrong) -> None:
    settings = replace(SMALL, begin=wrong, batch=20, pretraining_generator=1, pretraining_discriminator=1)
    calibration = SimulatedCalibration([section], settings)
    fitted, judged, both = (calibration.step().simulated for _ in range(3))
    assert fitted.generated_scores == ()
    assert len(judged.real_scores) == len(judged.generated_scores) == 16
    assert both.real_scores == ()
    assert len(both.generated_scores) == 16
    assert all(0 < score < 1 for score in (*judged.real_scores, *both.generated_scores))
    assert min(both.generated_scores) <= both.mean_generated <= max(both.generated_scores)


def test_that_the_printed_objective_can_be_had(section, wrong) -> None:
    settings = replace(SMALL, begin=wrong, pretraining_generator=0, skip_below=0.0)
    ends = []
    for objective in ("least-squares", "printed"):
        calibration = SimulatedCalibration([section], replace(settings, objective=objective))
        records = [calibration.step() for _ in range(2)]
        ends.append(records[1].simulated.discriminator_error)
    assert ends[0] != ends[1]


def test_that_states_are_numbers_text_and_arrays(section, truth) -> None:
    calibration = SimulatedCalibration([section], replace(SMALL, begin=truth))
    for _ in range(5):
        calibration.step()
    assert is_plain(calibration.state_dict())


def test_that_a_checkpoint_keeps_every_bit(section, wrong, tmp_path) -> None:
    whole = SimulatedCalibration([section], replace(SMALL, begin=wrong, stopping_from=2))
    for _ in range(5):
        whole.step()
    save_state(tmp_path / "run", whole.state_dict())
    resumed = SimulatedCalibration([section], replace(SMALL, begin=wrong, stopping_from=2))
    resumed.load_state_dict(load_state(tmp_path / "run"))
    assert equal(whole.state_dict(), resumed.state_dict())
    assert told(run(whole)) == told(run(resumed))


def test_that_a_state_of_other_settings_is_refused(section, truth) -> None:
    one, other = (SimulatedCalibration([section], replace(SMALL, begin=truth, seed=seed)) for seed in (0, 1))
    with pytest.raises(InputError, match="interrupted"):
        other.load_state_dict(one.state_dict())


def test_that_a_run_ends_when_its_error_stays(section, truth) -> None:
    settings = replace(SMALL, method="monte-carlo", begin=truth, learning_rate=1e-8, n_epochs=50, n_steps=1,
                       stopping_from=3, patience=4)
    calibration = SimulatedCalibration([section], settings)
    errors = iter([1.0, 0.5] + [0.6] * 50)
    calibration.error_of = lambda model: next(errors)
    records = run(calibration)
    # Errors from epoch 3; the best at 4; four epochs without a better one.
    assert [np.isnan(r.simulated.error) for r in records[:4]] == [True, True, False, False]
    assert len(records) == 8
    assert records[-1].simulated.reason == "patience"
    assert calibration.result().simulated.epoch == 4


def test_that_a_start_is_drawn_by_the_seed(section) -> None:
    settings = replace(SMALL, method="monte-carlo", free=None, match_fractions=True)
    one, same, other = (SimulatedCalibration([section], replace(settings, seed=s)) for s in (0, 0, 1))
    assert one.best == same.best
    assert one.best != other.best
    assert one.error_of(one.best) < 3


@pytest.mark.parametrize(("changes", "field"), [
    ({"window": 400}, "window"), ({"order": (0, 1)}, "order"), ({"order": (0, 0, 1)}, "order"),
    ({"begin": excursion_set(("a", "b", "c"), {})}, "begin"), ({"free": ("nothing",)}, "free.nothing")])
def test_that_what_does_not_fit_the_images_is_refused(section, changes, field) -> None:
    with pytest.raises(InputError) as caught:
        SimulatedCalibration([section], replace(SMALL, **changes))
    assert caught.value.field == field


@pytest.mark.parametrize(("n_phases", "shape"), [(2, (40, 40, 40)), (4, (1, 96, 96)), (3, (96, 1, 96))])
def test_that_two_to_four_phases_volumes_and_upright_sections_work(n_phases, shape) -> None:
    names = tuple("abcd"[:n_phases])
    model = excursion_set(names, {"alpha_chi_1": 2.0, "alpha_1": 1.5, "lambda_1": 2.5, "scale_z": 1.5,
                                  **({"alpha_chi_2": 2.0, "alpha_2": 3.0} if n_phases > 2 else {})})
    labels = realise(model, shape, VOXEL, 1)
    image = phase_image(labels, VOXEL, dict(enumerate(names)))
    settings = replace(SMALL, begin=model, free=None, n_epochs=1, n_steps=1, pretraining_generator=1,
                       pretraining_discriminator=1, fixed={"correlation": 0.0})
    calibration = SimulatedCalibration([image], settings)
    records = run(calibration)
    assert len(records) == 4
    assert np.isfinite(records[-1].simulated.error)
    assert records[-1].best == calibration.result().model
    assert calibration.result().model.values()["scale_z"] == 1.5


def test_that_sections_of_different_planes_are_refused(section) -> None:
    upright = phase_image(section.labels.reshape(200, 1, 200), VOXEL, NAMES)
    with pytest.raises(InputError, match="planes"):
        SimulatedCalibration([section, upright], SMALL)


def test_that_the_discriminator_has_the_published_style() -> None:
    made = Discriminator(3, SimulatedSettings(), torch.Generator().manual_seed(0))
    kinds = [type(layer).__name__ for layer in made.layers]
    assert kinds[:5] == ["Conv2d", "LeakyReLU", "Conv2d", "BatchNorm2d", "LeakyReLU"]
    with torch.no_grad():
        out = made(torch.rand(2, 3, 201, 201))
    assert out.shape == (2,)
    assert bool(((out > 0) & (out < 1)).all())
    assert networks.Losses().finite


def is_plain(value) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return isinstance(value, (int, float, str, np.ndarray))


def equal(a, b) -> bool:
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
