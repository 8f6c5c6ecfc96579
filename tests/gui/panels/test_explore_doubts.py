"""Explore left before its answers have come, a variant of another calibration, and what is said of doubts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from morphstudio.app.document import Document, MeasuredEntry, Realisations, Variant
from morphstudio.app.previews import BlockPreview
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


def plain(text: str) -> str:
    """Return a text with plain spaces."""
    return normalize("NFKC", text).replace("μ", "µ")


@pytest.fixture
def with_model(application: Application) -> Application:
    session = application.context.session
    session.apply("model", replace(
        session.document, model=MODEL, calibrated=MODEL, model_labels=(7, 3, 5), model_roles=ROLES,
        voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    return application


@pytest.mark.parametrize("left", ["before its grid came", "before its block came"])
def test_that_values_come_when_the_step_is_shown_again(with_model: Application, qtbot: QtBot, left: str) -> None:
    window = with_model.window
    page = window.workspace.page("explore")
    at_once = left == "before its grid came"
    with qtbot.waitSignal(page.exploration.grid.found, timeout=ANSWER_MS):
        window.show_step("explore")
        if at_once:
            window.show_step("measure")
    if not at_once:
        with qtbot.waitSignal(page.exploration.block_ready, timeout=ANSWER_MS):
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
    page = window.workspace.page("explore")
    line = page.scene.block_line
    qtbot.waitUntil(line.isVisible, timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: "mean chords of am wide: a piece, not a sample" in line.text.text(), timeout=ANSWER_MS)
    assert line.text.property("role") == "warnText"
    assert "voxels of 1.2 µm, 6 × those of the model" in plain(line.text.text()), "as far as the smallest chords allow"


def test_that_a_block_of_few_chords_is_drawn_with_larger_voxels_unless_the_images_are_chosen(
        with_model: Application, qtbot: QtBot) -> None:
    session, window = with_model.context.session, with_model.window
    coarse = MODEL.with_values({"alpha_chi_x": 0.25, "alpha_x": 0.25})
    session.apply("finer", replace(session.document, model=coarse, calibrated=coarse, voxel_size_um=(0.1, 0.1, 0.1)))
    window.show_step("explore")
    page = window.workspace.page("explore")
    line, size = page.scene.block_line, page.scene.footer.size_line
    blocks: list[np.ndarray] = []
    page.exploration.block_ready.connect(lambda block, _seconds: blocks.append(block))
    qtbot.waitUntil(lambda: plain(line.text.text()) == "Voxels of 0.40 µm, 4 × those of the model", timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: plain(size.text()).startswith("51.2 µm"), timeout=ANSWER_MS)
    assert page.section.view.section.extent == pytest.approx((51.2, 51.2))
    assert page.filmed().request.voxel_size_um == (0.4, 0.4, 0.4)
    page.inspector.copy.click()
    script = QGuiApplication.clipboard().text()
    names: dict[str, object] = {}
    exec(script, names)
    assert np.array_equal(names["block"], page.scene._indices), "voxel by voxel what is shown"
    assert "4 × those of the image" in script
    line.choice.click()
    qtbot.waitUntil(lambda: plain(size.text()).startswith("12.8 µm"), timeout=ANSWER_MS)
    assert line.text.property("role") == "warnText"
    assert page.scene.view_state()["own_voxels"]
    view = page.scene.view
    qtbot.waitUntil(lambda: view.extent == pytest.approx((12.8,) * 3), timeout=ANSWER_MS)
    assert view.pose(1.0).focus == pytest.approx((6.4,) * 3), "the camera looks at the smaller block"
    page.scene.restore_view({**page.scene.view_state(), "own_voxels": False})
    qtbot.waitUntil(lambda: plain(size.text()).startswith("51.2 µm"), timeout=ANSWER_MS)


def test_that_lengths_are_those_of_the_block_shown_until_another_has_come(with_model: Application,
                                                                          qtbot: QtBot) -> None:
    session, window = with_model.context.session, with_model.window
    coarse = MODEL.with_values({"alpha_chi_x": 0.25, "alpha_x": 0.25})
    session.apply("finer", replace(session.document, model=coarse, calibrated=coarse, voxel_size_um=(0.1, 0.1, 0.1)))
    window.show_step("explore")
    exploration = window.workspace.page("explore").exploration
    qtbot.waitSignal(exploration.block_ready, timeout=ANSWER_MS).wait()
    before = exploration.grid.voxel_size
    with qtbot.waitSignal(exploration.block_ready, timeout=ANSWER_MS):
        exploration.grid.set_own(True)
        assert exploration.grid.voxel_size == before
    assert exploration.grid.voxel_size == (0.1, 0.1, 0.1)


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


def test_that_voxels_are_told_from_those_of_the_image_in_the_unit_voxel(with_model: Application, qtbot: QtBot) -> None:
    session, window = with_model.context.session, with_model.window
    coarse = MODEL.with_values({"alpha_chi_x": 0.25, "alpha_x": 0.25})
    session.apply("finer", replace(session.document, model=coarse, calibrated=coarse, voxel_size_um=(0.1, 0.1, 0.1)))
    with_model.context.units.set_unit("voxel")
    window.show_step("explore")
    page = window.workspace.page("explore")
    line, size = page.scene.block_line, page.scene.footer.size_line
    qtbot.waitUntil(lambda: plain(line.text.text()) == "Drawn with voxels 4 × the model's", timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: size.text() == "512 model voxels wide, drawn as 128³", timeout=ANSWER_MS)
    line.choice.click()
    qtbot.waitUntil(lambda: size.text() == "128³ voxels", timeout=ANSWER_MS)


def test_that_a_block_is_called_fine_only_once_it_is_drawn(with_model: Application, qtbot: QtBot,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    window = with_model.window
    scene = window.workspace.page("explore").scene
    monkeypatch.setattr(scene.view, "_load", lambda: None)  # the library takes as long as it likes
    window.show_step("explore")
    with qtbot.waitSignal(scene._exploration.block_ready, timeout=ANSWER_MS,
                          check_params_cb=lambda block, _seconds: len(block) == 128):
        pass
    assert not scene.view.is_ready
    assert scene.footer.state.text() == ""
    monkeypatch.undo()
    scene.view._load()
    qtbot.waitUntil(lambda: scene.footer.state.text().startswith("✓ fine"), timeout=ANSWER_MS)
    assert scene.view.extent


def test_that_a_preview_that_fails_says_so_and_can_be_tried_again(with_model: Application, qtbot: QtBot,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    window = with_model.window
    page = window.workspace.page("explore")
    monkeypatch.setattr("morphstudio.gui.panels.explore.exploration.BlockPreview", _Broken)
    window.show_step("explore")
    place = page.section._place
    qtbot.waitUntil(lambda: "could not be drawn" in place.text, timeout=ANSWER_MS)
    assert "no such structure" in place.text
    assert place.retry_button is not None
    assert page.scene.footer.state.text() == "not drawn"
    assert 'raise ArithmeticError("no such structure")' in window.dialog.details.toPlainText()
    window.dialog.close()
    monkeypatch.undo()
    place.retry_button.click()
    assert place.text == "Drawing the section…"
    qtbot.waitUntil(lambda: place.is_filled and page.values.is_filled, timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: page.scene.footer.state.text().startswith("✓ fine"), timeout=ANSWER_MS)


@dataclass(frozen=True)
class _Broken(BlockPreview):
    """A block that cannot be drawn."""

    def answer(self, cache: dict[str, Any]) -> np.ndarray:
        raise ArithmeticError("no such structure")
