"""Explore's inspector: one width, folded parameters at the headings, kept variants in view, F1 beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.explain_panel import ExplainPanel
from morphstudio.gui.panels.explore.live_values import change_text
from morphstudio.gui.widgets.explanation import explanation_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.explore.page import ExplorePage

LEFT = Qt.MouseButton.LeftButton
ANSWER_MS = 60_000
ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.9, "lambda_y": -0.27}


@pytest.fixture
def page(application: Application, qtbot: QtBot) -> ExplorePage:
    application.window.resize(1440, 900)
    session, model = application.context.session, excursion_set(("SE", "AM", "pore"), ROW_D)
    session.apply("model", replace(
        session.document, model=model, calibrated=model, model_labels=(1, 2, 3),
        model_roles=("electrolyte", "active material", "pore"), voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    application.window.show_step("explore")
    page = application.window.workspace.page("explore")
    row = page.inspector.form.rows["lambda_x"]
    qtbot.waitUntil(lambda: page.section.view.section is not None and row.fraction is not None, timeout=ANSWER_MS)
    return page


def _more_buttons(page: ExplorePage):
    return list(page.inspector.form._more)


def test_that_the_form_says_how_many_parameters_it_folds(page: ExplorePage):
    folded = sum(int(button.text().split()[0]) for button in _more_buttons(page) if not button.isHidden())
    main = sum(param.main for param in page.exploration.model.table)
    assert page.inspector._kind.text() == (
        f"Excursion sets, Gaussian:\n{main} main parameters, {folded} more at their defaults")
    row = page.inspector.form.rows["sigma_x"]
    QTest.mouseClick(_more_buttons(page)[0], LEFT)
    row.slider.setFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_Right)
    assert page.inspector._kind.text().endswith(f", {folded - 1} more at their defaults")


def test_that_parameters_at_their_defaults_open_and_fold_at_the_heading(page: ExplorePage, qtbot: QtBot):
    button = _more_buttons(page)[0]
    row = page.inspector.form.rows["sigma_x"]
    assert button.text() == "3 more ▸"
    assert row.isHidden()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert button.text() == "fewer ▾"
    assert not row.isHidden()
    QTest.mouseClick(button, LEFT)
    assert row.isHidden()


def test_that_nothing_but_a_person_changes_the_inspectors_width(page: ExplorePage, application: Application,
                                                               qtbot: QtBot):
    inspectors = application.window.workspace.inspectors
    viewport, bar = page.inspector._area.viewport(), page.inspector._area.verticalScrollBar()
    widths = {(inspectors.width(), viewport.width())}
    for button in _more_buttons(page):
        QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    widths.add((inspectors.width(), viewport.width()))
    for unit in ("nm", "voxel", "um"):
        application.units.set_unit(unit)
        page.inspector.form.layout().activate()
        widths.add((inspectors.width(), viewport.width()))
        assert page.inspector.content_width() <= inspectors.width()
    assert len(widths) == 1


def test_that_a_kept_variant_is_in_view_and_lit(page: ExplorePage, application: Application, qtbot: QtBot):
    for button in _more_buttons(page):
        QTest.mouseClick(button, LEFT)  # the list is far below the fold
    QTest.mouseClick(page.header_actions[0], LEFT)
    row = page.inspector.variants.rows["Variant 1"]
    assert row.property("state") == "on"
    qtbot.waitUntil(lambda: not row.visibleRegion().isEmpty() and row.visibleRegion().boundingRect() == row.rect())
    qtbot.waitUntil(lambda: row.property("state") == "", timeout=ANSWER_MS)


def test_that_an_explanation_hides_neither_sliders_nor_leaves_the_window(page: ExplorePage, application: Application):
    window, slider = application.window, page.inspector.form.rows["alpha_x"].slider
    panel = ExplainPanel(application.context, explanation_of(slider), window)
    panel.open_beside(slider)
    inspector = QRect(page.inspector.mapToGlobal(QPoint(0, 0)), page.inspector.size())
    assert not panel.geometry().intersects(inspector)
    assert QRect(window.mapToGlobal(QPoint(0, 0)), window.size()).contains(panel.geometry())
    panel.close()


def test_that_no_change_leaves_its_cell_blank(page: ExplorePage):
    assert change_text(1.0, 1.0) == ""
    assert change_text(1.5, 1.0) == "+50 %"
    assert change_text(0.983, 1.0) == "−1.7 %"
    assert page.values.text_of(0, "surface_change") == ""


def test_that_detail_finer_than_a_voxel_has_a_sign_before_its_value(page: ExplorePage, qtbot: QtBot):
    qtbot.waitUntil(lambda: page.values.is_filled, timeout=ANSWER_MS)
    told = [(not sign.isHidden(), value.sub_voxel_detail)
            for sign, value in zip(page.values._signs, page.values._values, strict=True)]
    assert len(told) == 3
    assert all(shown == fine for shown, fine in told)
    assert any(fine for _, fine in told)


def test_that_a_variant_that_is_undone_is_told_and_comes_back_with_redo(page: ExplorePage, application: Application,
                                                                        qtbot: QtBot):
    inspector, session = page.inspector, application.context.session
    inspector.keep_variant()
    assert len(session.document.variants) == 1
    told = []
    application.context.notified.connect(lambda text, label, action, _warns: told.append((text, label, action)))
    area = inspector._area
    area.verticalScrollBar().setValue(0)
    QTest.mouseClick(inspector._undo, LEFT)
    assert not session.document.variants
    (text, label, action), = told
    assert (text, label) == ("Undone: keep Variant 1", "Redo")
    place = inspector.variants
    qtbot.waitUntil(lambda: not place.visibleRegion().isEmpty())
    action()
    assert len(session.document.variants) == 1
