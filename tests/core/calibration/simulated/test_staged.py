"""An exact calibration first, then simulation: one run, whose state at any moment is enough to go on."""

from dataclasses import replace

import numpy as np
import pytest

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.records import CalibrationResult, StepRecord
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.calibration.simulated.staged import StagedCalibration
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.io.checkpoint import load_state, save_state

VOXEL = (0.2, 0.2, 0.2)
SMALL = SimulatedSettings(
    method="combined", batch=4, window=32, h_max=12, features=(4, 8), n_epochs=2, n_steps=2, learning_rate=0.01,
    pretraining_generator=1, pretraining_discriminator=1, stopping_from=1, exact_first="fit", starts=1, refined=1,
    n_lags=6, max_lag=10)


@pytest.fixture(scope="module")
def section() -> PhaseImage:
    model = excursion_set(("am", "rest"), {"alpha_chi_x": 3.0, "alpha_x": 2.5, "lambda_x": 1.5})
    return phase_image(np.uint8(1) - realise(model, (1, 160, 160), VOXEL, 1), VOXEL, {0: "rest", 1: "am"})


def run(calibration: StagedCalibration) -> list[StepRecord]:
    records = []
    while not calibration.done:
        records.append(calibration.step())
    return records


def told(records: list[StepRecord]) -> str:
    """What records say, apart from what the first one after an interruption says once more."""
    return repr([replace(r, data=None, model=None, best=None, ranking=None) for r in records])


def exact_model(section: PhaseImage, settings: SimulatedSettings) -> ExcursionSet:
    exact = ExactCalibration([section], settings.exact_settings(2))
    while not exact.done:
        exact.step()
    return exact.result().model


def same_end(a: CalibrationResult, b: CalibrationResult) -> bool:
    return (a.model == b.model and a.ranking == b.ranking and a.simulated == b.simulated and a.verdict == b.verdict
            and all(np.array_equal(x.values, y.values) for x, y in zip(a.curves, b.curves, strict=True)))


def test_that_simulation_starts_from_the_exact_fit(section) -> None:
    calibration = StagedCalibration([section], SMALL)
    records = run(calibration)
    stages = list(dict.fromkeys(r.stage for r in records))
    assert stages[0] == "triage"
    assert "refine" in stages
    assert stages[-4:] == ["pretrain generator", "pretrain discriminator", "generator", "discriminator"]
    assert [r.step for r in records] == list(range(1, len(records) + 1))
    shares = [r.share for r in records]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    result = calibration.result()
    assert result.simulated.start.model == exact_model(section, SMALL)
    assert result.simulated.start.refined
    assert result.ranking[0].model == result.model
    assert {ranked.order for ranked in result.ranking} == {(0, 1), (1, 0)}
    told_last = next(r.ranking for r in reversed(records) if r.ranking is not None)
    assert told_last[1:] == result.ranking[1:]
    # The best model so far is known from the first part on.
    best = [r.best for r in records if r.best is not None]
    assert best[-1] == result.model
    assert result.simulated.start.model in best


def test_that_the_order_alone_may_be_found(section) -> None:
    settings = replace(SMALL, exact_first="order", start_spread=0.0)
    calibration = StagedCalibration([section], settings)
    run(calibration)
    result = calibration.result()
    assert result.model.phases == exact_model(section, settings).phases
    start = result.simulated.start
    assert start.model.values()["alpha_x"] == pytest.approx(0.15 / 0.2, rel=0.02), "not the exact fit's"
    assert not start.refined


@pytest.mark.parametrize("changes", [
    {"exact_first": "order", "order": (1, 0)}, {"exact_first": "no"},
    {"begin": excursion_set(("am", "rest"), {"alpha_x": 2.0})}])
def test_that_nothing_comes_first_where_nothing_is_open(section, changes) -> None:
    calibration = StagedCalibration([section], replace(SMALL, **changes))
    assert calibration.step().stage == "pretrain generator"


@pytest.mark.parametrize("exact_first", ["fit", "order"])
def test_that_resuming_at_any_step_equals_never_stopping(section, tmp_path, exact_first) -> None:
    settings = replace(SMALL, exact_first=exact_first)
    whole = StagedCalibration([section], settings)
    records, states = [], [whole.state_dict()]
    while not whole.done:
        records.append(whole.step())
        states.append(whole.state_dict())
    change = next(k for k, r in enumerate(records) if r.message == "Measuring sections")
    for taken in (0, 1, change // 2, change, change + 1, change + 4, len(records) - 1):
        save_state(tmp_path / "run", states[taken])
        resumed = StagedCalibration([section], settings)
        resumed.load_state_dict(load_state(tmp_path / "run"))
        rest = run(resumed)
        assert told(rest) == told(records[taken:])
        assert same_end(resumed.result(), whole.result())


def test_that_a_state_of_other_settings_is_refused(section) -> None:
    state = StagedCalibration([section], SMALL).state_dict()
    with pytest.raises(InputError, match="interrupted"):
        StagedCalibration([section], replace(SMALL, learning_rate=0.02)).load_state_dict(state)


@pytest.mark.parametrize(("changes", "field"), [
    ({"window": 200}, "window"), ({"free": ("nothing",)}, "free"), ({"order": (0, 2)}, "order"),
    ({"parameterisation": "nothing"}, "covariance")])
def test_that_what_the_second_part_cannot_use_is_told_at_once(section, changes, field) -> None:
    with pytest.raises(InputError) as caught:
        StagedCalibration([section], replace(SMALL, **changes))
    assert caught.value.field.startswith(field)


def test_that_no_image_is_told() -> None:
    with pytest.raises(InputError, match="no image"):
        StagedCalibration([], SMALL)
