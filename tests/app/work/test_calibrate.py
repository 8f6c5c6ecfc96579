from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from morphstudio.app.document import ImageEntry
from morphstudio.app.jobs.control import Control
from morphstudio.app.jobs.events import Checkpointed, Finished, Recorded
from morphstudio.app.jobs.runner import run_job
from morphstudio.app.model_record import calibrated_model
from morphstudio.app.run_history import RunHistory
from morphstudio.app.work.calibrate import CalibrationJob
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, StepRecord
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
