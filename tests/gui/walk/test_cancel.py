"""Cancel in the jobs tray answers within a second, whatever the job does.

The engine ends its process where a job has not answered after
``CANCEL_SECONDS``; that deadline is the bound, not the load of this machine.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hand import click, wait_until

from morphstudio.app.document import ImageEntry
from morphstudio.app.jobs import engine as engine_module
from morphstudio.app.work.calibrate import CalibrationJob
from morphstudio.app.work.generate import GenerateJob
from morphstudio.app.work.measure import MeasureJob, MeasureModelJob
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage

if TYPE_CHECKING:
    from morphstudio.app.jobs.job import Job
    from morphstudio.gui.application import Application

SIZE = (0.2, 0.2, 0.2)
MODEL = excursion_set(("am", "pore"), {"alpha_chi_x": 1.2, "alpha_x": 1.2, "lambda_x": 1.4})
PHASES = (Phase(1, "am", "active material"), Phase(2, "pore", "pore"))


def _volume(*shape: int) -> PhaseImage:
    rng = np.random.default_rng(1)
    return PhaseImage(rng.integers(1, 3, shape).astype(np.uint8), PHASES, SIZE, "noise")


def _jobs() -> dict[str, Job]:
    many = ExactSettings(starts=32, refined=24)
    return {"calibrate": CalibrationJob((_volume(1, 200, 200),), many),
            "generate": GenerateJob(MODEL, (500, 500, 500), SIZE),
            "measure": MeasureJob(_volume(300, 300, 300)),
            "measure a model": MeasureModelJob(MODEL, (200, 200, 200), SIZE, tuple(range(50)))}


@pytest.mark.parametrize("kind", list(_jobs()))
def test_that_a_click_on_cancel_ends_the_job_by_the_engines_deadline(application: Application, kind: str):
    assert engine_module.CANCEL_SECONDS < 1.0
    jobs, tray = application.context.jobs, application.window.tray
    ended: list[str] = []
    job_id = jobs.submit(_jobs()[kind], kind="job", finished=lambda _: ended.append("finished"),
                         cancelled=lambda: ended.append("cancelled"))
    wait_until(lambda: job_id in tray.rows and jobs.state(job_id).status == "running", "the job in the tray")
    click(tray.rows[job_id].cancel_button)
    assert jobs.state(job_id).status == "stopping"
    wait_until(lambda: bool(ended), "the end of the job")
    assert ended == ["cancelled"]
    assert jobs.state(job_id).status == "cancelled"
    # The engine takes work again, from the same process or a new one.
    section: list[PhaseImage] = []
    jobs.submit(GenerateJob(MODEL, (1, 20, 20), SIZE), finished=section.append)
    wait_until(lambda: bool(section), "the next job")


def test_that_stop_on_the_measure_page_ends_everything_it_asked_for(application: Application):
    session = application.context.session
    session.apply("open", replace(
        session.document, images=(ImageEntry(_volume(150, 150, 150), "", "", voxel_confirmed=True),), model=MODEL,
        model_labels=(1, 2), model_roles=("active material", "pore"), voxel_size_um=SIZE), undoable=False)
    click(application.window.rail.entry("measure"))
    page = application.window.workspace.page("measure")
    click(page.measure_button)
    wait_until(lambda: page.stop_button.isVisible(), "the stop button")
    click(page.stop_button)
    wait_until(lambda: not page.run.is_active, "the stop")
    assert page.run.validation is None
    assert page.measure_button.isVisible()
