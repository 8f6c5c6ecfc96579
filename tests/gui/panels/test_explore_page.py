"""Explore: sliders move the pictures; one drag is one step of undo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from morphstudio.app.jobs.preview_service import PreviewAnswer
from morphstudio.app.previews import BlockPreview, SectionPreview
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.preview import FieldCache
from morphstudio.gui.panels.explore.page import ExplorePage
from morphstudio.gui.param_form.slider import STEPS
from morphstudio.gui.widgets.chip import Chip
from morphstudio.gui.widgets.explanation import explanation_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

ANSWER_MS = 60_000
ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.9, "lambda_y": -0.27}


@pytest.fixture
def model() -> ExcursionSet:
    return excursion_set(("se", "am", "pore"), ROW_D)


@pytest.fixture
def page(application: Application, model: ExcursionSet, qtbot: QtBot) -> ExplorePage:
    session = application.context.session
    session.apply("model", replace(
        session.document, model=model, calibrated=model, model_labels=(1, 2, 3),
        model_roles=("electrolyte", "active material", "pore"), voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    application.window.show_step("explore")
    page = application.window.workspace.page("explore")
    row = page.inspector.form.rows["lambda_x"]
    qtbot.waitUntil(lambda: page.section.view.section is not None and row.fraction is not None
                    and row.slider.mark is not None, timeout=ANSWER_MS)
    return page


def _drag(slider, qtbot: QtBot, start: float, end: float, moves: int = 5) -> None:
    """Drag the handle with the mouse, keeping the button down between moves."""
    def at(position: float) -> QPoint:
        return QPoint(round(slider.x_of(position)), slider.height() // 2)

    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(start))
    for k in range(1, moves + 1):
        QTest.mouseMove(slider, at(start + (end - start) * k / moves))
        qtbot.wait(5)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(end))


def test_that_a_drag_moves_the_section_and_is_one_step_of_undo(page: ExplorePage, application: Application,
                                                               model: ExcursionSet, qtbot: QtBot):
    before = page.section.view.section.indices.copy()
    slider = page.inspector.form.rows["alpha_chi_x"].slider
    with qtbot.waitSignal(page.exploration.block_ready, timeout=ANSWER_MS):
        _drag(slider, qtbot, slider.value(), slider.value() - 150)
    qtbot.waitUntil(lambda: not np.array_equal(page.section.view.section.indices, before), timeout=ANSWER_MS)
    session = application.context.session
    assert session.undo_name.startswith("change detail of squared fields (se) 0.750 → ")
    assert session.undo_name.endswith("µm⁻¹")
    session.undo()
    assert session.document.model == model
    assert session.undo_name is None
    assert page.inspector.form.rows["alpha_chi_x"].value == 0.75


def test_that_the_model_before_lies_in_its_own_box_whatever_was_drawn_since(page: ExplorePage, model: ExcursionSet,
                                                                           qtbot: QtBot):
    drawn = []
    page.exploration.before_ready.connect(lambda indices, _seconds: drawn.append(indices))
    qtbot.mouseClick(page.section.own, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.section.wipe, Qt.MouseButton.LeftButton)
    page.exploration.set_model("coarser", model.with_values({"alpha_chi_x": 0.2, "alpha_x": 0.2}))
    page.exploration.set_seed(7)
    wanted = FieldCache((1, 512, 512), (0.2, 0.2, 0.2), 7, model).update(model)[0]
    qtbot.waitUntil(lambda: bool(drawn) and np.array_equal(drawn[-1], wanted), timeout=ANSWER_MS)


def test_that_all_pictures_share_the_box_of_the_calibrated_model(page: ExplorePage, model: ExcursionSet,
                                                                monkeypatch: pytest.MonkeyPatch):
    asked = []
    page.exploration.set_comparing(True)
    page.exploration.set_own_section(True)
    monkeypatch.setattr(page._context.previews, "request", lambda _key, request: asked.append(request) or 1)
    page.exploration._ask_block()
    page.exploration.set_model("coarser", model.with_values({"alpha_chi_x": 0.2, "alpha_x": 0.2}))
    drawn = [request for request in asked if isinstance(request, (SectionPreview, BlockPreview))]
    assert len(drawn) == 3
    assert all(request.box_model == model for request in drawn)


def test_that_three_planes_cut_the_block_that_is_shown(page: ExplorePage, model: ExcursionSet, qtbot: QtBot):
    blocks = []
    page.exploration.block_ready.connect(lambda block, _seconds: blocks.append(block))
    qtbot.mouseClick(page.section.plane.button("all"), Qt.MouseButton.LeftButton)
    page.exploration.refresh()
    qtbot.waitUntil(lambda: bool(blocks) and blocks[-1].shape[0] == 128, timeout=ANSWER_MS)
    view = page.section.linked.views["z"]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.to_screen(20.1, 5.1).toPoint())
    place = page.exploration.place
    assert (abs(place.at("x") - 100) <= 1, abs(place.at("y") - 25) <= 1, place.at("z")) == (True, True, 64)
    for axis, view in page.section.linked.views.items():
        wanted = blocks[-1].take(place.at(axis), axis="zyx".index(axis))
        assert np.array_equal(view.section.indices, wanted)
    assert page.exploration.place.shown == ("z", "y", "x")


def test_that_brackets_step_the_slice_and_the_line_says_where(page: ExplorePage, application: Application,
                                                             qtbot: QtBot):
    application.window.activateWindow()
    qtbot.waitUntil(application.window.isActiveWindow)
    assert page.section.line.slice.text() == "z 12.9 µm"
    qtbot.keyClick(application.window, Qt.Key.Key_BracketRight)
    qtbot.waitUntil(lambda: page.exploration.place.at("z") == 65)
    assert page.section.line.slice.text() == "z 13.1 µm"
    qtbot.keyClick(application.window, Qt.Key.Key_BracketLeft)
    qtbot.waitUntil(lambda: page.exploration.place.at("z") == 64)


def test_that_a_section_of_its_own_says_that_it_is_another_cut(page: ExplorePage, model: ExcursionSet, qtbot: QtBot):
    with qtbot.waitSignal(page.exploration.section_ready, timeout=ANSWER_MS):
        qtbot.mouseClick(page.section.own, Qt.MouseButton.LeftButton)
    assert page.section.view.section.indices.shape == (512, 512)
    assert "not through the block" in page.section.remark.text()
    assert not page.section.plane.button("all").isEnabled()
    assert page.exploration.place.shown == ()


def test_that_sensitivities_follow_the_model_and_mark_what_was_moved(page: ExplorePage, model: ExcursionSet,
                                                                     qtbot: QtBot):
    from morphstudio.core.twopoint.sensitivity import sensitivities

    panel = page.sensitivity
    slider = page.inspector.form.rows["alpha_chi_x"].slider
    _drag(slider, qtbot, slider.value(), slider.value() - 150)
    wanted = sensitivities(page.exploration.model, (0.2, 0.2, 0.2))

    def shows(changes: np.ndarray) -> bool:
        table = panel.bars.table
        if table is None:
            return False
        rows = [wanted.names.index(param.name) for param in table.params]
        return sorted(rows) == list(range(len(wanted.names))) and np.allclose(table.changes, changes[rows])

    qtbot.waitUntil(lambda: shows(wanted.surface), timeout=ANSWER_MS)
    assert panel.bars.moved == "alpha_chi_x"
    panel.value.setCurrentIndex(panel.value.findData("chord_z"))
    assert shows(wanted.chord[:, 0])
    assert panel.remark.text() == "% per step of parameter"
    assert "0.01" in {panel.bars.table.step(row) for row in range(len(wanted.names))}


def test_that_phases_stand_in_the_order_of_the_image(page: ExplorePage, qtbot: QtBot):
    session = page._context.session
    other = excursion_set(("pore", "se", "am"), {"lambda_x": 1.2})
    session.apply("use the calibrated model", replace(session.document.with_model(other), calibrated=other))
    with qtbot.waitSignal(page.exploration.values_ready, timeout=ANSWER_MS) as found:
        pass
    by_name = {value.phase: value for value in found.args[0]}
    assert [tag.name.text() for tag in page.values._tags] == ["se", "am", "pore"]
    for row, phase in enumerate(("se", "am", "pore")):
        assert page.values.text_of(row, "fraction") == f"{by_name[phase].fraction:.4f}"
    qtbot.waitUntil(lambda: bool(page.values._compared), timeout=ANSWER_MS)
    assert [value.phase for value in page.values._compared] == ["se", "am", "pore"]
    with qtbot.waitSignal(page.exploration.sensitivities_ready, timeout=ANSWER_MS) as found:
        page.exploration._sensitivities_of = None
        page.exploration._ask_sensitivities()
    table = page.sensitivity.bars.table
    assert table.phases == ("se", "am", "pore")
    rows = [found.args[0].names.index(param.name) for param in table.params]
    assert np.array_equal(table.changes[:, 0], found.args[0].surface[rows, found.args[0].phases.index("se")])


def test_that_sensitivities_are_asked_once_when_a_slider_is_let_go(page: ExplorePage, qtbot: QtBot,
                                                                   monkeypatch: pytest.MonkeyPatch):
    slider = page.inspector.form.rows["alpha_chi_x"].slider
    asked: list[ExcursionSet] = []
    request = page._context.previews.request

    def counted(key: str, wanted: object) -> int:
        if key == "explore.sensitivities":
            asked.append(wanted.model)
        return request(key, wanted)

    monkeypatch.setattr(page._context.previews, "request", counted)
    _drag(slider, qtbot, slider.value(), slider.value() - 150)
    qtbot.waitUntil(lambda: bool(asked) and asked[-1] == page.exploration.document.model, timeout=ANSWER_MS)
    with qtbot.waitSignal(page.exploration.block_ready, timeout=ANSWER_MS):
        pass
    qtbot.wait(300)  # what follows the picture would have been asked for by then
    assert asked.count(page.exploration.model) == 1
    # What nobody has got an answer to is asked for again.
    page._context.previews.answered.emit(PreviewAnswer("explore.sensitivities", 10**6, None, None, "", 0.0))
    page.exploration.refresh()
    qtbot.waitUntil(lambda: asked.count(page.exploration.model) == 2, timeout=ANSWER_MS)


def test_that_a_sensitivity_that_is_not_known_is_a_dash_and_spoils_no_bar(page: ExplorePage, qtbot: QtBot):
    bars = page.sensitivity.bars
    qtbot.waitUntil(lambda: bars.table is not None, timeout=ANSWER_MS)
    changes = np.full(bars.table.changes.shape, 0.5)
    changes[:, 0] = np.nan
    for values in (changes, changes * np.nan):
        bars.show_table(replace(bars.table, changes=values))
        assert not bars.grab().isNull()
        assert bars.text_of("alpha_x", 0) == "–"
        assert "nan" not in bars.accessibleDescription()
        assert "– %" not in bars.accessibleDescription()
    bars.show_table(replace(bars.table, changes=changes))
    assert bars.text_of("alpha_x", 1) == "+0.50"


def test_that_a_slider_moves_before_it_is_let_go_without_touching_the_document(page: ExplorePage,
                                                                               application: Application,
                                                                               model: ExcursionSet, qtbot: QtBot):
    slider = page.inspector.form.rows["alpha_x"].slider
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(700)), slider.height() // 2))
    assert page.exploration.model != model
    assert application.context.session.document.model == model
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(700)), slider.height() // 2))
    assert application.context.session.document.model == page.exploration.model


def test_that_editing_a_volume_fraction_sets_the_threshold_exactly(page: ExplorePage, application: Application,
                                                                   qtbot: QtBot):
    row = page.inspector.form.rows["lambda_x"]
    field = row.fraction_field.lineEdit()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.3")
    session = application.context.session
    with qtbot.waitSignal(session.model_changed, timeout=ANSWER_MS):
        QTest.keyClick(field, Qt.Key.Key_Return)
    from morphstudio.core.twopoint.exact import fractions

    assert fractions(session.document.model)[0] == pytest.approx(0.3, abs=1e-4)
    assert session.document.model.values()["lambda_y"] == ROW_D["lambda_y"]
    assert session.undo_name.startswith("change threshold (se) 1.90 → ")


def test_that_arrows_move_by_a_step_and_shift_by_ten(page: ExplorePage, application: Application):
    slider = page.inspector.form.rows["alpha_chi_y"].slider
    at = slider.value()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    one = at - slider.value()
    QTest.keyClick(slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert at - slider.value() == pytest.approx(11 * one, abs=2)
    assert application.context.session.undo_name.startswith("change detail of squared fields (am) ")


def test_that_a_double_click_returns_to_the_calibrated_value(page: ExplorePage, application: Application):
    row = page.inspector.form.rows["scale_z"]
    QTest.keyClick(row.slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert row.is_changed
    QTest.mouseDClick(row.slider, Qt.MouseButton.LeftButton, pos=QPoint(row.slider.width() // 3, 10))
    assert row.value == 0.93
    assert application.context.session.document.model.values()["scale_z"] == 0.93


def test_that_a_value_beyond_the_limits_is_refused_beside_the_field(page: ExplorePage, model: ExcursionSet):
    row = page.inspector.form.rows["alpha_chi_x"]
    field = row.field.lineEdit()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "5000")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert row.error.isVisible()
    assert "the limit" in row.error.text()
    assert page.exploration.model == model


def test_that_the_unit_switch_changes_what_is_shown_and_nothing_else(page: ExplorePage, application: Application,
                                                                     model: ExcursionSet):
    row = page.inspector.form.rows["alpha_chi_x"]
    application.units.set_unit("nm")
    assert row.field.value() == pytest.approx(0.00075)
    assert row.field.suffix() == " nm⁻¹"
    assert page.exploration.model == model
    application.units.set_unit("um")
    assert row.field.text().startswith("0.750")


def test_that_the_seed_draws_another_structure_and_can_be_undone(page: ExplorePage, application: Application,
                                                                 qtbot: QtBot):
    before = page.section.view.section.indices.copy()
    with qtbot.waitSignal(page.exploration.block_ready, timeout=ANSWER_MS):
        qtbot.mouseClick(page.inspector.shuffle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(page.section.view.section.indices, before), timeout=ANSWER_MS)
    application.context.session.undo()
    assert application.context.session.document.seed == 1


def test_that_the_block_arrives_fine_at_rest_with_the_surface_of_the_cut(page: ExplorePage, qtbot: QtBot):
    qtbot.waitUntil(lambda: page.scene.view.is_ready and page.scene.view.n_surfaces == 1, timeout=ANSWER_MS)
    page.scene.look.action("faces").trigger()
    assert page.scene.view.n_surfaces == 0


def test_that_a_plane_clips_the_block_and_leaves_the_camera(page: ExplorePage, qtbot: QtBot):
    scene = page.scene
    qtbot.waitUntil(lambda: scene.view.is_ready and scene.view.n_surfaces == 1, timeout=ANSWER_MS)
    scale = scene.view.plotter.camera.GetParallelScale()
    scene.footer.cut_kind.setCurrentIndex(scene.footer.cut_kind.findData("y"))
    slider = scene.footer.clip
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(250)), slider.height() // 2))
    part, start = scene._part()
    assert part.shape == (128, 128 - start[1], 128)
    assert abs(start[1] - 32) <= 1
    assert np.array_equal(part, scene._indices[:, start[1]:])
    assert scene.view.plotter.camera.GetParallelScale() == scale
    assert not scene.footer.phase.isVisible()


def test_that_the_camera_looks_along_an_axis(page: ExplorePage, qtbot: QtBot):
    view = page.scene.view
    qtbot.waitUntil(lambda: view.is_ready, timeout=ANSWER_MS)
    view.reset_camera("z")
    assert view.plotter.camera.GetDirectionOfProjection() == pytest.approx((0, 0, -1), abs=1e-9)
    assert view.plotter.camera.GetParallelProjection()


def test_that_a_variant_brings_its_parameters_back(page: ExplorePage, application: Application, model: ExcursionSet):
    page.inspector.keep_variant()
    slider = page.inspector.form.rows["scale_z"].slider
    QTest.keyClick(slider, Qt.Key.Key_Right)
    session = application.context.session
    assert session.document.model != model
    page.exploration.set_model("use Variant 1", session.document.variants[0].model)
    assert session.document.model == model
    assert slider.value() == round(page.inspector.form.rows["scale_z"]._scale.position(0.93) * STEPS)


def test_that_a_variant_is_compared_with_renamed_and_deleted_by_undoable_steps(page: ExplorePage,
                                                                               application: Application,
                                                                               qtbot: QtBot):
    session, variants = application.context.session, page.inspector.variants
    page.inspector.keep_variant()
    slider = page.inspector.form.rows["scale_z"].slider
    QTest.keyClick(slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    changed = page.exploration.model
    page.inspector.keep_variant()
    assert list(variants.rows) == ["Calibrated", "Variant 1", "Variant 2"]
    with qtbot.waitSignal(page.exploration.compared_ready, timeout=ANSWER_MS):
        page.exploration.compare_with("Variant 2")
    assert page.exploration.compared == changed
    assert page.inspector.form.n_changed == 0
    qtbot.waitUntil(lambda: page.values.note.text() == "Closed form, no simulation.", timeout=ANSWER_MS)
    assert "reference" in {chip.text() for chip in variants.rows["Variant 2"].findChildren(Chip)}
    with qtbot.waitSignal(page.exploration.values_ready, timeout=ANSWER_MS):
        variants.use("Calibrated")
    qtbot.waitUntil(lambda: page.values.note.text().endswith("Change is against Variant 2."), timeout=ANSWER_MS)
    assert any(page.values.text_of(0, cell) for cell in ("surface_change", "chord_change"))
    variants.use("Variant 2")
    variants.rename("Variant 2", "Stretched")
    assert page.exploration.compared_name == "Stretched"
    assert session.undo_name == "rename Variant 2 to Stretched"
    variants.delete("Stretched")
    assert page.exploration.compared_name == "Calibrated"
    session.undo()
    assert list(variants.rows) == ["Calibrated", "Variant 1", "Stretched"]
    QTest.mouseClick(variants.rows["Calibrated"], Qt.MouseButton.LeftButton, pos=QPoint(40, 12))
    assert session.document.model == session.document.calibrated


def test_that_the_block_is_copied_as_python(page: ExplorePage, application: Application, qtbot: QtBot):
    qtbot.mouseClick(page.inspector.copy, Qt.MouseButton.LeftButton)
    script = QGuiApplication.clipboard().text()
    assert "'alpha_chi_x': 0.75" in script
    assert "realise(model, (128, 128, 128), voxel_size, seed=1" in script


def test_that_both_surface_areas_say_what_they_are(page: ExplorePage):
    heads = page.values._heads
    assert "cont." not in heads["continuum"].text()
    assert "smooth" in heads["continuum"].toolTip()
    assert "voxel" in heads["surface"].toolTip()


@pytest.mark.parametrize(("head", "title"), [
    ("fraction", "Volume fraction"), ("surface", "Specific surface area"), ("chord", "Mean chord length"),
    ("continuum", "Specific surface area of the smooth boundary")])
def test_that_f1_on_a_heading_names_its_descriptor_and_the_source(page: ExplorePage, head: str, title: str):
    found = explanation_of(page.values._heads[head])
    assert found.title == title
    assert found.formula
    assert found.reference


def test_that_live_values_keep_their_width_while_figures_change(page: ExplorePage):
    before = page.values.minimumSizeHint().width()
    for row in page.values._rows:
        for cell in ("fraction_change", "surface_change", "chord_change"):
            row[cell].setText("+12.3 %")
    assert page.values.minimumSizeHint().width() == before
