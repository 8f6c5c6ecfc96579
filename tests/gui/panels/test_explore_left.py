"""Explore left before its answers have come, and a variant of another calibration."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from morphstudio.app.document import Variant
from morphstudio.core.models.excursion_set import excursion_set
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
