"""Both engines at work while a person turns pages: every order calibrated, a 256³ volume, surfaces of a whole block."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hand import choose, click, type_into, wait_until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from morphstudio.app.document import ImageEntry
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import Phase, PhaseImage

if TYPE_CHECKING:
    from heartbeat import Heartbeat

    from morphstudio.gui.application import Application

SIZE = (0.2, 0.2, 0.2)
ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.9, "lambda_y": -0.27}
ROLES = ("electrolyte", "active material", "pore")


def open_section_and_model(application: Application) -> None:
    """Give the app a section and a model, and look at every page once."""
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


def turn_pages_beside_engines(application: Application, heartbeat: Heartbeat) -> PhaseImage:
    """Calibrate, generate and extract surfaces at once, the heartbeat on; returns the generated volume."""
    window, jobs = application.window, application.context.jobs
    calibrate, explore = window.workspace.page("calibrate"), window.workspace.page("explore")
    heartbeat.start()
    click(window.rail.entry("calibrate"))
    click(calibrate.inspector.try_all)
    choose(calibrate.inspector.cut, "anywhere")
    type_into(calibrate.inspector.starts, "1", Qt.Key.Key_Tab)
    click(calibrate.start_button)
    generated: list[PhaseImage] = []
    volume = GenerateJob(application.context.session.document.model, (256, 256, 256), SIZE)
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
    return generated[0]
