"""What is kept of a calibration's steps: the curves come back, within bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from morphstudio.app.run_history import MAX_STEPS, HistoryKeeper
from morphstudio.core.calibration.records import StepRecord


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
    assert set(np.diff(history.steps).tolist()) <= {5, 6}


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
