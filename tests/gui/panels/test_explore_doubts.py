"""Explore left before its answers have come, a variant of another calibration, and what is said of doubts."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.app.document import Document, MeasuredEntry, Realisations, Variant
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.panels.explore.sensitivity_bars import _longest
from morphstudio.gui.steps import standing
from morphstudio.gui.widgets.phases import model_colours

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

ANSWER_MS = 60_000
MODEL = excursion_set(("am", "pore", "binder"), {"alpha_chi_x": 0.75, "alpha_x": 0.65, "lambda_x": 1.4})
ROLES = ("active material", "pore", "binder")


@pytest.fixture
def with_model(application: Application) -> Application:
    session = application.context.session
    session.apply("model", replace(
        session.document, model=MODEL, calibrated=MODEL, model_labels=(7, 3, 5), model_roles=ROLES,
        voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    return application


def test_that_values_come_when_the_step_is_shown_again(with_model: Application, qtbot: QtBot) -> None:
    window = with_model.window
    page = window.workspace.page("explore")
    with qtbot.waitSignal(page.exploration.block_ready, timeout=ANSWER_MS):
        window.show_step("explore")
        window.show_step("measure")
    assert not page.values.is_filled
    window.show_step("explore")
    qtbot.waitUntil(lambda: page.values.is_filled, timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: page.inspector.form.rows["lambda_x"].fraction is not None, timeout=ANSWER_MS)


def test_that_a_variant_of_another_order_keeps_what_each_phase_is(with_model: Application) -> None:
    session = with_model.context.session
    other = excursion_set(("pore", "binder", "am"), {})
    session.apply("variant", replace(session.document, variants=(Variant("Earlier", other, (3, 5, 7)),)))
    window = with_model.window
    window.show_step("explore")
    before = dict(zip(MODEL.phases, model_colours(session.document, MODEL), strict=True))
    window.workspace.page("explore").inspector.variants.use("Earlier")
    document = session.document
    assert document.model == other
    assert dict(zip(other.phases, document.model_labels, strict=True)) == {"am": 7, "pore": 3, "binder": 5}
    assert dict(zip(other.phases, document.model_roles, strict=True)) == dict(zip(MODEL.phases, ROLES, strict=True))
    assert dict(zip(other.phases, model_colours(document, other), strict=True)) == before


def test_that_a_model_that_does_not_fit_is_said_where_it_is_used(with_model: Application, qtbot: QtBot,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    judged = SimpleNamespace(ranking=(SimpleNamespace(grade="no"),))
    monkeypatch.setattr("morphstudio.gui.steps._calibrated_by", lambda document: judged)
    window = with_model.window
    window.show_step("explore")
    assert window.workspace.page("explore").subtitle() == "The model does not fit its image: see Calibrate"
    window.open_export()
    assert "does not fit its image" in window.export_dialog.too_narrow.text.text()
    window.export_dialog.reject()
    judged.ranking[0].grade = "fits"
    assert window.workspace.page("explore").subtitle() == "Same noise, new parameters"


def test_that_a_block_of_few_chords_is_called_a_piece(with_model: Application, qtbot: QtBot) -> None:
    session, window = with_model.context.session, with_model.window
    coarse = MODEL.with_values({"alpha_chi_x": 0.05, "alpha_x": 0.05})
    session.apply("coarse", replace(session.document, model=coarse, calibrated=coarse))
    window.show_step("explore")
    values = window.workspace.page("explore").values
    qtbot.waitUntil(lambda: "mean chords of" in values.note.text(), timeout=ANSWER_MS)
    assert "a piece of the material, not a sample of it" in values.note.text()


@pytest.mark.parametrize(("changes", "cut"), [
    ([[16.0, -2.0], [0.5, 0.1], [0.4, -0.2]], 0.8), ([[1.0, 0.2], [0.5, 0.1]], math.inf), ([[3.0, 0.0]], math.inf)])
def test_that_one_parameter_far_ahead_leaves_the_others_their_length(changes: list[list[float]], cut: float) -> None:
    assert _longest(np.array(changes)) == pytest.approx(cut)


def test_that_a_verdict_that_is_no_fit_marks_the_step_that_gave_it() -> None:
    def measured(grade: str) -> Document:
        made = Realisations(MODEL, (8, 8, 8), 1.0, SimpleNamespace(grade=grade))
        return Document(measurements=(MeasuredEntry("Model", "model", None, None, made),))

    assert standing("measure", measured("fits")) == "done"
    assert standing("measure", measured("no")) == "doubtful"
    assert standing("measure", Document()) == ""
