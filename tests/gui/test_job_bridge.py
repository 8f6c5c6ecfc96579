"""What the window keeps of a job that has ended."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.app.previews import ClosedFormPreview
from morphstudio.app.work.edit_image import CropJob
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import phase_image

if TYPE_CHECKING:
    from morphstudio.app.jobs.engine import PreviewService
    from morphstudio.gui.application import Application


def test_that_a_finished_job_does_not_hold_its_image(application: Application, qtbot):
    image = phase_image(np.random.default_rng(2).integers(0, 2, (1, 64, 64)))
    held = weakref.ref(image)
    done: list[object] = []
    job_id = application.context.jobs.submit(CropJob(image, ((0, 1), (0, 32), (0, 32))), finished=done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=30_000)
    del image
    gc.collect()
    assert held() is None
    assert application.context.jobs.retry(job_id) is None


def test_that_an_answer_to_somebody_else_is_not_taken_for_ones_own(application: Application,
                                                                   preview_service: PreviewService, qtbot):
    request = ClosedFormPreview(excursion_set(("am", "pore"), {}), (0.2, 0.2, 0.2))
    arrived: list[int] = []
    passed: list[int] = []
    unsubscribe = preview_service.subscribe(lambda answer: arrived.append(answer.generation))
    application.context.previews.answered.connect(
        lambda answer: passed.append(answer.generation) if answer.key == "shared" else None)
    theirs = preview_service.request("shared", request)
    qtbot.waitUntil(lambda: theirs in arrived, timeout=30_000)
    ours = application.context.previews.request("shared", request)
    qtbot.waitUntil(lambda: ours in passed, timeout=30_000)
    unsubscribe()
    assert passed == [ours]


def test_that_nothing_is_asked_for_once_the_window_has_closed(application):
    previews = application.context.previews
    previews.close()
    assert previews.request("late", object()) == -1
