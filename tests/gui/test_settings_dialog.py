"""Settings hold at once and are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from morphstudio.app.settings import load_settings
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.gui.application import Application

LEFT = Qt.MouseButton.LeftButton


def test_that_the_rail_opens_the_settings_and_choices_hold(application: Application, tmp_path: Path):
    window = application.window
    QTest.mouseClick(window.rail.settings, LEFT)
    dialog = window.settings_dialog
    QTest.mouseClick(dialog.theme.button("dark"), LEFT)
    assert application.theme.name == "dark"
    QTest.mouseClick(dialog.theme.button("system"), LEFT)
    QTest.mouseClick(dialog.unit.button("nm"), LEFT)
    assert application.units.unit == "nm"
    dialog.threads.setValue(1)
    QTest.mouseClick(dialog.close_button, LEFT)
    application.settings.write()
    written = load_settings().settings
    assert (written.theme, written.unit, written.options["engine.threads"]) == ("system", "nm", 1)


def test_that_a_closed_hint_stays_away_until_it_is_asked_for(opened: Application):
    workspace = opened.window.workspace
    opened.window.show_step("measure")
    hint = workspace.hints["measure"]
    assert hint.isVisible()
    QTest.mouseClick(hint.close_button, LEFT)
    assert not hint.isVisible()
    opened.window.show_step("data")
    opened.window.show_step("measure")
    assert not hint.isVisible()
    opened.window.open_settings()
    QTest.mouseClick(opened.window.settings_dialog.hints, LEFT)
    assert hint.isVisible()
    dialog = opened.window.settings_dialog
    assert not dialog.hints.isVisible(), "nothing is left to do"
    assert dialog.hints_state.text() == "All hints are shown."
    assert dialog.hints_state.isVisible()
    dialog.accept()


def test_that_problems_are_listed_with_a_report_to_copy(application: Application):
    window = application.window
    window.show_error(InputError("image", "The file is empty.", "Open another."), "trace of it")
    window.dialog.close()
    row = window.tray.errors.rows[0]
    window.tray.show_problems()
    assert row.isVisible()
    assert not row.details.isVisible()
    QTest.mouseClick(row.fold, LEFT)
    assert row.details.isVisible()
    QTest.mouseClick(row.copy, LEFT)
    text = QGuiApplication.clipboard().text()
    assert "The file is empty." in text
    assert "trace of it" in text
