from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch

from morphstudio.app.document import ImageEntry
from morphstudio.app.jobs.control import Control
from morphstudio.app.jobs.events import Checkpointed, Finished, Recorded
from morphstudio.app.jobs.runner import run_job
from morphstudio.app.model_record import calibrated_model
from morphstudio.app.run_history import RunHistory
from morphstudio.app.work.calibrate import CalibrationJob, CalibrationSteps, training_threads
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, StepRecord
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.errors import InputError
from morphstudio.core.phases import Phase
from morphstudio.io.model_file import read_model, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.app.jobs.events import Event
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage

QUICK = ExactSettings(order=(0, 1), starts=2, refined=1, n_lags=6, max_lag=10)


@pytest.fixture
def section(volume: PhaseImage, model: ExcursionSet, result_of: Callable[..., Any]) -> PhaseImage:
    """A two-phase section: quick to fit."""
    from morphstudio.app.work.generate import GenerateJob

    image = result_of(GenerateJob(model, (1, 160, 180), (0.2, 0.2, 0.2), 5, (1, 2, 3)))
    labels = image.labels.copy()
    labels[labels == 3] = 1
    return replace(image, labels=labels, phases=(Phase(1, "rest"), Phase(2, "am", "active material")))


def model_values(events: list[Event]) -> dict[str, float]:
    end = events[-1]
    assert isinstance(end, Finished)
    assert isinstance(end.result, CalibrationResult)
    return end.result.model.values()


def _steps(events: list[Event]) -> list[int]:
    return [e.record.step for e in events if isinstance(e, Recorded) and isinstance(e.record, StepRecord)]


def test_that_a_killed_calibration_resumes_to_the_same_end(section: PhaseImage, tmp_path: Path) -> None:
    straight: list[Event] = []
    run_job("a", CalibrationJob((section,), QUICK), straight.append, Control())
    job = CalibrationJob((section,), QUICK, tmp_path / "run.checkpoint")

    class Killed(BaseException):
        """Stands for the end of the process."""

    before: list[Event] = []

    def kill_in_the_middle(event: Event) -> None:
        before.append(event)
        if sum(isinstance(e, Checkpointed) for e in before) == 5:
            raise Killed

    with pytest.raises(Killed):
        run_job("a", job, kill_in_the_middle, Control(), checkpoint_seconds=0.0)
    after: list[Event] = []
    run_job("a", job, after.append, Control())
    steps = [_steps(events) for events in (straight, before, after)]
    assert steps[0] == steps[1] + steps[2]
    assert model_values(after) == model_values(straight)
    told = next(e.record for e in after if isinstance(e, Recorded))
    assert isinstance(told, RunHistory), "what was before comes first, for the curves"
    assert told.steps.tolist() == steps[1]
    first = [e.record for e in before if isinstance(e, Recorded)]
    assert told.misfits.tolist() == pytest.approx([record.misfit for record in first], nan_ok=True)
    assert told.values.keys() == {name for record in first for name in record.values}


SIMULATED = SimulatedSettings(
    method="combined", batch=4, window=32, h_max=12, features=(4, 8), n_epochs=2, n_steps=2, learning_rate=0.01,
    pretraining_generator=1, pretraining_discriminator=2, stopping_from=1, exact_first="fit", starts=1, refined=1,
    n_lags=6, max_lag=10)


def _told(events: list[Event]) -> list[StepRecord]:
    """The steps, apart from what the first one after an interruption says once more."""
    return [replace(e.record, data=None, model=None, best=None, ranking=None) for e in events
            if isinstance(e, Recorded) and isinstance(e.record, StepRecord)]


@pytest.mark.parametrize("stop_at", ["triage", "pretrain discriminator", "discriminator"])
def test_that_a_killed_calibration_by_simulation_resumes_to_the_same_end(
        section: PhaseImage, tmp_path: Path, stop_at: str) -> None:
    straight: list[Event] = []
    run_job("a", CalibrationJob((section,), SIMULATED), straight.append, Control())
    job = CalibrationJob((section,), SIMULATED, tmp_path / "run.checkpoint")

    class Killed(BaseException):
        """Stands for the end of the process."""

    before: list[Event] = []

    def kill_after_a_step(event: Event) -> None:
        before.append(event)
        stages = [r.stage for r in _told(before)]
        if isinstance(event, Checkpointed) and stages.count(stop_at) == 2:
            raise Killed

    with pytest.raises(Killed):
        run_job("a", job, kill_after_a_step, Control(), checkpoint_seconds=0.0)
    threads = torch.get_num_threads()
    after: list[Event] = []
    run_job("a", job, after.append, Control())
    assert repr(_told(before) + _told(after)) == repr(_told(straight))
    ends = [events[-1].result for events in (straight, after)]
    assert ends[0].model == ends[1].model
    assert ends[0].simulated == ends[1].simulated
    assert ends[0].ranking == ends[1].ranking
    history = next(e.record for e in after if isinstance(e, Recorded))
    assert isinstance(history, RunHistory)
    assert history.steps.tolist() == _steps(before)
    if stop_at != "triage":
        assert history.training["epoch"][-1] == _told(before)[-1].simulated.epoch
    assert torch.get_num_threads() == threads, "other work keeps its own"


def test_that_a_run_goes_on_with_as_many_threads_as_it_began_with(section: PhaseImage) -> None:
    seen: list[int] = []

    class Counting:
        done = False

        def step(self) -> StepRecord:
            seen.append(torch.get_num_threads())
            return StepRecord(1, "generator", 0.5, "")

        def state_dict(self) -> dict[str, Any]:
            return {}

        def load_state_dict(self, state: dict[str, Any]) -> None:
            seen.append(torch.get_num_threads())

    before = torch.get_num_threads()
    first = CalibrationSteps(Counting(), before + 1)
    first.step()
    later = CalibrationSteps(Counting(), before + 2)
    later.load_state_dict(first.state_dict())
    while later.step().message:
        pass
    assert seen == [before + 1] * 3
    assert torch.get_num_threads() == before


def test_that_small_windows_take_one_thread() -> None:
    assert training_threads(SIMULATED) == 1
    assert training_threads(SimulatedSettings()) == max(1, torch.get_num_threads() // 2)


def test_that_a_simulated_model_file_tells_method_and_start(section: PhaseImage, tmp_path: Path,
                                                            result_of: Callable[..., Any]) -> None:
    result = result_of(CalibrationJob((section,), SIMULATED))
    entry = ImageEntry(section, "section.tif", "abc", voxel_confirmed=True)
    write_model(tmp_path / "m.json", calibrated_model(result, [entry], SIMULATED))
    back = read_model(tmp_path / "m.json")
    assert back.model == result.model
    assert back.standard_errors == {}
    settings, outcome = back.provenance["settings"], back.provenance["outcome"]
    assert (settings["method"], settings["window"], settings["exact_first"]) == ("combined", 32, "fit")
    assert outcome["stopped_for"] == "epochs"
    assert outcome["start"]["misfit"] == result.simulated.start.misfit
    assert outcome["misfit"] == result.misfit


def test_that_the_model_file_of_a_calibration_keeps_labels_errors_and_source(
        section: PhaseImage, tmp_path: Path, result_of: Callable[..., Any]) -> None:
    result = result_of(CalibrationJob((section,), replace(QUICK, order=(1, 0))))
    entry = ImageEntry(section, "section.tif", "abc", voxel_confirmed=True)
    write_model(tmp_path / "m.json", calibrated_model(result, [entry], QUICK))
    back = read_model(tmp_path / "m.json")
    assert back.model == result.model
    assert back.model.phases == ("am", "rest")
    assert back.labels == (2, 1)
    assert back.voxel_size_um == 0.2
    assert set(back.standard_errors) == set(result.estimates)
    assert back.provenance["images"][0]["sha256"] == "abc"


def test_that_no_image_is_told() -> None:
    with pytest.raises(InputError, match="no image"):
        CalibrationJob((), QUICK).create()


def test_that_the_title_names_the_image(section: PhaseImage) -> None:
    assert CalibrationJob((replace(section, name="sem.tif"),), QUICK).title == "Calibrating to sem.tif"
    assert CalibrationJob((section, section), QUICK).title == "Calibrating to 2 images"


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_that_a_seed_out_of_range_is_refused(section: PhaseImage, seed: int) -> None:
    with pytest.raises(InputError, match="seed"):
        CalibrationJob((section,), replace(QUICK, seed=seed)).create()
