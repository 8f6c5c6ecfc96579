"""The palette: a few letters, Return; what cannot be done says why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.commands import COMMANDS
from morphstudio.gui.palette.dialog import _ENTRY, _FOUND
from morphstudio.gui.palette.matching import match

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.palette.dialog import CommandPalette

ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.9, "lambda_y": -0.27}


def opened_palette(application: Application) -> CommandPalette:
    application.window.open_palette()
    return application.window.palette_dialog


def test_that_letters_match_in_their_order_and_word_beginnings_count_more():
    assert match("osp", "Open sample") is not None
    assert match("pso", "Open sample") is None
    assert match("sample open", "Open sample") is not None
    assert match("sa", "Save as")[0] > match("sa", "Glossary")[0]
    assert match("s", "Save")[1] == (0,)


def test_that_keys_are_given_once():
    keys = [QKeySequence(line.keys).toString() for line in COMMANDS if line.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_that_the_palette_opens_by_key_and_is_worked_by_keys_alone(application: Application, qtbot: QtBot):
    window = application.window
    application.theme.set_theme("light")
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_P, modifiers)
    palette = window.palette_dialog
    QTest.keyClicks(palette.field, "dark")
    assert palette.titles[0] == "Dark theme"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: application.theme.name == "dark")


def test_that_arrows_choose_and_go_round(application: Application):
    palette = opened_palette(application)
    first = palette.current
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.current.title == palette.titles[-1]
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.current is first
    palette.close()


def test_that_what_cannot_be_done_says_why_and_does_nothing(application: Application):
    palette = opened_palette(application)
    QTest.keyClicks(palette.field, "save project")
    assert palette.current.reason
    assert palette.status.text() == "Not now: open an image or a model first."
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_that_nothing_found_is_told(application: Application):
    palette = opened_palette(application)
    QTest.keyClicks(palette.field, "qqqq")
    assert palette.current is None
    assert palette.status.text() == (
        "Nothing is called that. Panels and parameters are not available yet: open an image, or a model.")
    assert not palette.list.isVisible()
    below = palette.status.mapTo(palette, palette.status.rect().topLeft()).y()
    assert below - palette.field.geometry().bottom() <= 12, "the answer stands under the field"
    palette.field.clear()
    assert palette.list.isVisible()
    palette.close()


def test_that_what_a_hidden_word_finds_comes_after_titles_and_names_the_word(application: Application):
    palette = opened_palette(application)
    QTest.keyClicks(palette.field, "exp")
    titles = palette.titles
    found = {palette.list.item(at).data(_ENTRY).title: palette.list.item(at).data(_FOUND)
             for at in range(palette.list.count())}
    by_word = titles.index("Formula and reference")
    assert {"Export…", "Explore", "Export movie…"} <= set(titles[:by_word])
    assert found["Formula and reference"].word == "explain"
    assert found["Export…"].word == ""
    palette.field.clear()
    QTest.keyClicks(palette.field, "geod")
    assert palette.titles[0] == "Export…"
    palette.close()


@pytest.fixture
def with_model(application: Application) -> Application:
    session = application.context.session
    model = excursion_set(("se", "am", "pore"), ROW_D)
    session.apply("model", replace(
        session.document, model=model, calibrated=model, model_labels=(1, 2, 3),
        model_roles=("electrolyte", "active material", "pore"), voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    application.window.activateWindow()
    assert QTest.qWaitForWindowActive(application.window)
    return application


def test_that_a_parameter_is_found_and_its_row_gets_the_focus(with_model: Application, qtbot: QtBot):
    palette = opened_palette(with_model)
    assert all("_" not in title for title in palette.titles), "symbols are written for people"
    QTest.keyClicks(palette.field, "stretch along z")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    window = with_model.window
    qtbot.waitUntil(lambda: window.current_step == "explore")
    row = window.workspace.page("explore").inspector.form.rows["scale_z"]
    # Which window is active is the window manager's business, and tests have none.
    qtbot.waitUntil(lambda: window.focusWidget() is row.slider)


def test_that_f1_shows_what_the_parameter_table_says(with_model: Application, qtbot: QtBot):
    window = with_model.window
    window.go_to_parameter("scale_z")
    row = window.workspace.page("explore").inspector.form.rows["scale_z"]
    qtbot.waitUntil(lambda: window.focusWidget() is row.slider)
    QTest.keyClick(row.slider, Qt.Key.Key_F1)
    explanation = window.explain_panel.explanation
    assert (explanation.formula, explanation.reference) == (row.param.formula, row.param.reference)
    assert row.param.reference.split()[0] in row.slider.toolTip()
    window.explain_panel.close()


def test_that_the_buttons_of_the_page_in_front_are_commands_too(with_model: Application, qtbot: QtBot):
    with_model.window.show_step("explore")
    palette = opened_palette(with_model)
    QTest.keyClicks(palette.field, "python")
    assert palette.current.title == "Copy as Python"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "excursion_set" in QGuiApplication.clipboard().text())
    palette = opened_palette(with_model)
    QTest.keyClicks(palette.field, "keep as variant")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    session = with_model.context.session
    qtbot.waitUntil(lambda: [variant.name for variant in session.document.variants] == ["Variant 1"])
