"""What is kept of a calibration's steps: the curves come back, within bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from morphstudio.app.run_history import MAX_STEPS, HistoryKeeper
from morphstudio.core.calibration.records import StepRecord
from morphstudio.core.calibration.simulated.records import SimulatedRecord


def _record(step: int, misfit: float = 2.0, **values: float) -> StepRecord:
    return StepRecord(step, "refine", 0.5, "fitting", misfit=misfit, best_misfit=min(misfit, 3.0), values=values)


def test_that_steps_come_back_as_they_were_noted() -> None:
    noted = [_record(1), _record(2, 5.0, lambda_x=0.5), _record(3, math.nan, lambda_x=0.6, alpha_x=1.5)]
    keeper = HistoryKeeper()
    for record in noted:
        keeper.note(record)
    history = keeper.history()
    assert history is not None
    back = list(history.records())
    assert [r.step for r in back] == [1, 2, 3]
    assert [r.misfit for r in back] == pytest.approx([2.0, 5.0, math.nan], nan_ok=True)
    assert [r.values for r in back] == [{}, {"lambda_x": 0.5}, {"lambda_x": 0.6, "alpha_x": 1.5}]


def test_that_a_long_run_is_thinned_evenly_and_keeps_its_ends() -> None:
    keeper = HistoryKeeper()
    for step in range(1, 5 * MAX_STEPS + 1):
        keeper.note(_record(step))
    history = keeper.history()
    assert history is not None
    assert len(history.steps) <= MAX_STEPS
    assert history.steps[0] == 1
    assert history.steps[-1] == 5 * MAX_STEPS
    assert len(history.steps) > MAX_STEPS / 2
    apart = np.diff(history.steps).tolist()
    assert set(apart[:-1]) == {8}
    assert apart[-1] <= 8
    resumed = HistoryKeeper(history)
    for step in range(5 * MAX_STEPS + 1, 6 * MAX_STEPS):
        resumed.note(_record(step))
    longer = resumed.history()
    assert longer is not None
    assert set(np.diff(longer.steps).tolist()[:-1]) == {8}


def test_that_a_run_that_goes_on_continues_its_curve() -> None:
    keeper = HistoryKeeper()
    for step in (1, 2, 3):
        keeper.note(_record(step))
    resumed = HistoryKeeper(keeper.history())
    for step in (3, 4):
        resumed.note(_record(step, 9.0))
    history = resumed.history()
    assert history is not None
    assert history.steps.tolist() == [1, 2, 3, 4]
    assert history.misfits.tolist() == [2.0, 2.0, 9.0, 9.0]


def test_that_no_steps_are_no_history() -> None:
    assert HistoryKeeper().history() is None


def _trained(step: int) -> StepRecord:
    """One of ten steps of an epoch: five of the generator, five of the discriminator."""
    epoch, within = divmod(step - 1, 10)
    simulated = (SimulatedRecord(epoch + 1, generator_loss=1 / step, squared_misfit=2 / step) if within < 5 else
                 SimulatedRecord(epoch + 1, discriminator_error=0.5, mean_real=0.6, mean_generated=0.4,
                                 error=0.1 if within == 9 else math.nan, real_scores=(0.5,)))
    return StepRecord(step, "generator" if within < 5 else "discriminator", 0.5, "", misfit=1.5 if within == 9 else
                      math.nan, best_misfit=1.5 if step > 9 else math.inf, values={"lambda_x": 1.0},
                      simulated=simulated)


def test_that_training_comes_back() -> None:
    keeper = HistoryKeeper()
    keeper.note(_record(1))
    for step in range(2, 13):
        keeper.note(_trained(step))
    history = keeper.history()
    assert history is not None
    assert np.isnan(history.training["epoch"][0])
    assert history.training["epoch"][1:].tolist() == [1] * 9 + [2, 2]
    assert history.training["generator_loss"][[1, 10]].tolist() == [1 / 2, 1 / 11]
    # What a step does not tell is as it was told before.
    assert history.training["generator_loss"][8] == 1 / 5
    assert history.misfits[-1] == 1.5
    back = list(history.records())
    assert back[0].simulated is None
    trained = back[9].simulated
    assert trained is not None
    assert (trained.epoch, trained.squared_misfit, trained.mean_real, trained.error) == (1, 2 / 5, 0.6, 0.1)
    assert math.isnan(trained.discriminator_loss)
    resumed = HistoryKeeper(history)
    resumed.note(_trained(13))
    again = resumed.history()
    assert again is not None
    assert again.training["error"][-1] == 0.1


def test_that_thinning_loses_no_kind_of_step() -> None:
    keeper = HistoryKeeper()
    for step in range(1, 4 * MAX_STEPS):
        keeper.note(_trained(step))
    history = keeper.history()
    assert history is not None
    assert len(history.steps) <= MAX_STEPS
    for name in ("generator_loss", "discriminator_error", "error"):
        assert np.isfinite(history.training[name][2:]).all()
    assert (history.misfits[2:] == 1.5).all()
