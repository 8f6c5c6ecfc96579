"""Calibrate: the covariance of the fields is chosen, explained, and carried to Explore."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.fields.families import FAMILIES
from morphstudio.core.models.excursion_set import excursion_set, families_of
from morphstudio.gui.panels.calibrate.runs import settings_words

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.calibrate.page import CalibratePage

ANSWER_MS = 120_000


def choose(page: CalibratePage, key: str) -> None:
    page.inspector.model.setCurrentIndex(page.inspector.model.findData(key))


@pytest.mark.parametrize("key", list(FAMILIES))
def test_that_every_family_is_offered_and_explained(page: CalibratePage, key: str):
    choose(page, key)
    assert page.inspector.settings().parameterisation == key
    assert page.inspector._about_model.text().startswith(FAMILIES[key].words)
    assert ("longer" in page.inspector._about_model.text()) == (key != "gaussian")


def test_that_the_settings_of_a_run_show_its_family(page: CalibratePage):
    page.inspector.show_settings(ExactSettings(parameterisation="cauchy", cut="layer"))
    assert page.inspector.settings().cut == "layer"
    assert page.inspector.model.currentData() == "cauchy"
    page.inspector.show_settings(ExactSettings())
    assert page.inspector.model.currentData() == "gaussian"


@pytest.mark.parametrize("key", ["matern", "kernel"])
def test_that_a_run_with_another_family_reaches_explore(page: CalibratePage, application: Application, qtbot: QtBot,
                                                        key: str):
    page.inspector.try_all.setChecked(False)
    choose(page, key)
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    document = application.context.session.document
    assert set(document.model.families) == {key}
    application.window.show_step("explore")
    explore = application.window.workspace.page("explore")
    qtbot.waitUntil(lambda: explore.values.is_filled, timeout=ANSWER_MS)
    form = explore.inspector.form
    assert {"nu_chi_x"} <= set(form.rows) if key == "matern" else not any("[" in name for name in form.rows)
    assert FAMILIES[key].title in explore.inspector._kind.text()
    assert "set by hand" not in explore.inspector._kind.text()
    assert ("fixed" in explore.inspector._kind.text()) == (key == "kernel")
    if key == "matern":
        slider = form.rows["nu_x"].slider
        before = document.model
        slider.setFocus()
        inwards = Qt.Key.Key_Right if before.values()["nu_x"] < 1 else Qt.Key.Key_Left
        qtbot.keyClick(slider, inwards)
        qtbot.waitUntil(lambda: application.context.session.document.model != before, timeout=ANSWER_MS)
        assert application.context.session.document.model.values()["nu_x"] != before.values()["nu_x"]


def test_that_models_of_other_families_are_not_compared_number_by_number(page: CalibratePage,
                                                                         application: Application, qtbot: QtBot):
    session = application.context.session
    values = {"lambda_x": 1.4}
    gaussian = excursion_set(("am", "pore"), values)
    matern = excursion_set(("am", "pore"), values, families_of(2, "matern"))
    session.apply("model", replace(session.document, model=gaussian, calibrated=gaussian, model_labels=(1, 2),
                                   model_roles=("active material", "pore"), voxel_size_um=(0.2, 0.2, 0.2)))
    application.window.show_step("measure")
    measure = application.window.workspace.page("measure")
    measure.run.start(2, 32)
    qtbot.waitUntil(lambda: measure.run.measured_model == gaussian, timeout=ANSWER_MS)
    application.window.show_step("explore")
    explore = application.window.workspace.page("explore")
    explore.inspector.keep_variant()
    # Another calibration: what was measured, kept and compared is of another kind now.
    session.apply("calibrated", replace(session.document, model=matern, calibrated=matern))
    assert measure.run.n_moved == 0
    assert explore.inspector.variants._difference(gaussian) == "other covariances"
    session.undo()
    assert session.document.model == gaussian


def test_that_runs_say_their_model():
    assert settings_words(ExactSettings(parameterisation="kernel")).startswith("Kernel")
    assert settings_words(ExactSettings()).startswith("Gaussian, all orders")
    assert settings_words(ExactSettings(cut="layer")).endswith(", in a layer")


def test_that_a_block_that_takes_long_is_said_to_be_under_way(page: CalibratePage, application: Application,
                                                              qtbot: QtBot):
    session = application.context.session
    model = excursion_set(("am", "pore"), {"lambda_x": 1.4})
    session.apply("model", replace(session.document, model=model, calibrated=model, model_labels=(1, 2),
                                   model_roles=("active material", "pore"), voxel_size_um=(0.2, 0.2, 0.2)))
    application.window.show_step("explore")
    scene = application.window.workspace.page("explore").scene
    state, grid = scene.footer.state, scene._exploration.grid
    qtbot.waitUntil(lambda: "fine" in state.text() and not grid.is_awaited, timeout=ANSWER_MS)
    grid.note_asked(10**9, (0.2, 0.2, 0.2))  # a block that does not come
    qtbot.waitUntil(lambda: "drawing" in state.text(), timeout=ANSWER_MS)
