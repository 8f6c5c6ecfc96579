"""The window stays awake while the engines work; ``heartbeat`` says how that is measured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hand import click, type_into, wait_until
from heartbeat import Heartbeat
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from morphstudio.app.document import ImageEntry
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import Phase, PhaseImage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from morphstudio.gui.application import Application

LONGEST_STALL = 0.1
SIZE = (0.2, 0.2, 0.2)
ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.9, "lambda_y": -0.27}
ROLES = ("electrolyte", "active material", "pore")


@pytest.fixture
def heartbeat() -> Iterator[Heartbeat]:
    heartbeat = Heartbeat()
    heartbeat.wrap_all()
    yield heartbeat
    heartbeat.stop()


@pytest.fixture
def loaded(heartbeat: Heartbeat, application: Application) -> Application:
    """The app with a section and a model, every page built and seen once."""
    model = excursion_set(("se", "am", "pore"), ROW_D)
    labels = realise(model, (1, 300, 320), SIZE, 4) + 1
    phases = tuple(Phase(k + 1, name, role) for k, (name, role) in enumerate(zip(model.phases, ROLES, strict=True)))
    image = PhaseImage(labels, phases, SIZE, "section")
    session = application.context.session
    session.apply("open", replace(
        session.document, images=(ImageEntry(image, "", "", voxel_confirmed=True),), model=model,
        model_labels=(1, 2, 3), model_roles=ROLES, voxel_size_um=SIZE), undoable=False)
    window = application.window
    for step in ("calibrate", "measure", "explore"):
        click(window.rail.entry(step))
    explore = window.workspace.page("explore")
    wait_until(lambda: explore.scene.view.is_ready and explore.scene.view.n_surfaces > 0, "the first surfaces")
    return application


def test_that_no_stall_is_longer_than_a_tenth_of_a_second_while_the_engines_work(loaded: Application,
                                                                                heartbeat: Heartbeat):
    window, jobs = loaded.window, loaded.context.jobs
    calibrate, explore = window.workspace.page("calibrate"), window.workspace.page("explore")
    heartbeat.start()
    click(window.rail.entry("calibrate"))
    click(calibrate.inspector.try_all)
    type_into(calibrate.inspector.starts, "2", Qt.Key.Key_Tab)
    click(calibrate.start_button)
    generated: list[PhaseImage] = []
    volume = GenerateJob(loaded.context.session.document.model, (256, 256, 256), SIZE)
    jobs.submit(volume, kind="generate", finished=generated.append)
    wait_until(lambda: calibrate.run.best is not None, "the first fit")
    click(window.rail.entry("explore"))
    # Hiding a phase asks for the surfaces of the whole block.
    explore.scene.view.clear_surfaces()
    click(explore.scene.phase_button(2))
    wait_until(lambda: explore.scene.view.n_surfaces == 2, "the surfaces of two phases")
    click(window.rail.entry("calibrate"))
    wait_until(lambda: not calibrate.run.is_active, "the end of the calibration")
    wait_until(lambda: bool(generated), "the volume")
    QTest.qWait(500)
    heartbeat.stop()
    assert generated[0].shape == (256, 256, 256)
    assert loaded.context.session.document.calibrated is not None
    assert len(heartbeat.gaps) > 100
    assert not heartbeat.over(LONGEST_STALL), heartbeat.report(LONGEST_STALL)
