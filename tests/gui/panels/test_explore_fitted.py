"""Explore says where its parameters come from, and which of them no image determines."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.app.document import Document, ImageEntry, RunEntry
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, ParameterEstimate, RankedOrder
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage
from morphstudio.gui.panels.explore.fitted_words import ASSUMED, assumed_notes, count_words, doubt_notes

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

PHASES = (Phase(1, "am", "active material"), Phase(2, "binder", "binder"), Phase(3, "pore", "pore"))
MODEL = excursion_set(("am", "binder", "pore"), {"alpha_chi_x": 0.75, "lambda_x": 1.4})
SECTION = ("alpha_chi_x", "alpha_x", "lambda_x", "alpha_chi_y", "alpha_y", "lambda_y", "correlation",
           "alpha_chi_common")


def _image(*shape: int) -> ImageEntry:
    labels = (np.arange(np.prod(shape)).reshape(shape) % 3 + 1).astype(np.uint8)
    return ImageEntry(PhaseImage(labels, PHASES, (0.2, 0.2, 0.2), "image"), "", "", voxel_confirmed=True)


def _fitted(*names: str) -> SimpleNamespace:
    return SimpleNamespace(estimates=dict.fromkeys(names))


def test_that_the_parts_of_the_count_make_up_the_whole() -> None:
    assert count_words(MODEL, _fitted(*SECTION)) == "16 parameters: 8 fitted, 8 at their defaults"
    moved = MODEL.with_values({"sigma_x": 2.0})
    assert count_words(moved, _fitted(*SECTION)) == "16 parameters: 8 fitted, 7 at their defaults, 1 set by hand"
    assert count_words(MODEL, None) == "7 main parameters, 9 more at their defaults"


@pytest.mark.parametrize(("shapes", "fitted", "is_assumed"), [
    ([(1, 8, 9)], _fitted(*SECTION), True), ([(1, 8, 9), (1, 6, 6)], None, True), ([(8, 1, 9)], None, False),
    ([(1, 8, 9), (8, 9, 1)], None, False), ([(4, 8, 9)], None, False), ([], None, False),
    ([(1, 8, 9)], _fitted(*SECTION, "scale_z"), False)])
def test_that_the_stretch_is_assumed_where_no_image_shows_z(
        shapes: list[tuple[int, ...]], fitted: SimpleNamespace | None, *, is_assumed: bool) -> None:
    document = Document(images=tuple(_image(*shape) for shape in shapes), calibrated=MODEL)
    assert assumed_notes(document, fitted) == ({"scale_z": ASSUMED} if is_assumed else {})


def test_that_a_model_from_a_file_may_know_its_stretch() -> None:
    known = MODEL.with_values({"scale_z": 0.93})
    assert assumed_notes(Document(images=(_image(1, 8, 9),), calibrated=known), None) == {}


def test_that_it_is_said_under_the_slider_until_an_image_shows_z(application: Application, qtbot: QtBot) -> None:
    session, window = application.context.session, application.window
    session.apply("open", replace(
        session.document, images=(_image(1, 40, 40),), model=MODEL, calibrated=MODEL, model_labels=(1, 2, 3),
        model_roles=tuple(phase.role for phase in PHASES), voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    window.show_step("explore")
    form = window.workspace.page("explore").inspector.form
    row = form.rows["scale_z"]
    assert row.note.isVisibleTo(row)
    assert row.note.text() == "assumed: no section shows z"
    qtbot.waitUntil(lambda: row.note.y() > row.slider.y())
    assert not form.rows["alpha_x"].note.isVisibleTo(form.rows["alpha_x"])
    document = session.document
    session.apply("add", replace(document, images=(*document.images, _image(40, 1, 40))), undoable=False)
    assert not row.note.isVisibleTo(row)


TRADED = "Others make up for it: moved by about 40 % together with them, it changes the curves by less than that."


def _result() -> CalibrationResult:
    best = RankedOrder((0, 1, 2), MODEL.phases, 0.5, 0.01, 0.01, refined=True, model=MODEL)
    sure, weak = ParameterEstimate(1.4, 0.02, (1.36, 1.44)), ParameterEstimate(0.7, 0.3, (0.2, 2.0), weak=True,
                                                                               reason=TRADED)
    return CalibrationResult(MODEL, (best,), {"alpha_chi_x": sure, "alpha_x": weak, "lambda_x": weak}, 0.5, (), (),
                             3.0, 8, "")


def test_that_doubts_are_those_of_the_run_of_the_calibrated_model() -> None:
    result = _result()
    notes = doubt_notes(Document(calibrated=MODEL), result)
    assert set(notes) == {"alpha_x", "lambda_x"}
    assert notes["alpha_x"] == f"Hardly determined by the image: others make up for a change.\n{TRADED}"
    assert doubt_notes(Document(calibrated=MODEL.with_values({"lambda_x": 2.0})), result) == {}
    assert doubt_notes(Document(calibrated=MODEL), None) == {}


def test_that_sliders_of_parameters_hardly_determined_are_marked(application: Application) -> None:
    session, window, result = application.context.session, application.window, _result()
    run = RunEntry("one", ExactSettings(), "finished", result)
    session.apply("open", replace(
        session.document, model=MODEL, calibrated=MODEL, runs=(run,), model_labels=(1, 2, 3),
        model_roles=tuple(phase.role for phase in PHASES), voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    window.show_step("explore")
    form = window.workspace.page("explore").inspector.form
    marked = {name for name, row in form.rows.items() if row.doubt.isVisibleTo(row)}
    assert marked == {"alpha_x", "lambda_x"}, "a slider, and the linked row of a threshold"
    assert "others make up for a change" in form.rows["alpha_x"].doubt.toolTip()
