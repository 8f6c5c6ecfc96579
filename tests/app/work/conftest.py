"""Images and models that take no time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from morphstudio.app.jobs.control import Control
from morphstudio.app.jobs.events import Failed, Finished
from morphstudio.app.jobs.runner import run_job
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.jobs.events import Event
    from morphstudio.app.jobs.job import Job
    from morphstudio.core.phases import PhaseImage

ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.90, "lambda_y": -0.27}


@pytest.fixture
def model() -> ExcursionSet:
    """The three-phase model of the sample."""
    return excursion_set(("se", "am", "pore"), ROW_D)


@pytest.fixture
def result_of() -> Callable[[Job], Any]:
    """Run a job in this thread and return its result, or raise its error."""
    def run(job: Job) -> Any:
        events: list[Event] = []
        run_job("a", job, events.append, Control())
        end = events[-1]
        if isinstance(end, Failed):
            if end.error is not None:
                raise end.error
            pytest.fail(end.details)
        assert isinstance(end, Finished)
        return end.result

    return run


@pytest.fixture
def volume(model: ExcursionSet, result_of: Callable[[Job], Any]) -> PhaseImage:
    """A small realisation with labels out of the model's order."""
    image: PhaseImage = result_of(GenerateJob(model, (24, 28, 32), (0.2, 0.2, 0.2), 3, (3, 1, 2)))
    return image
