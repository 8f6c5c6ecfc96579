"""The words beside the settings fit what the buttons do at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from morphstudio.gui.widgets.buttons import Button

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.panels.calibrate.page import CalibratePage

ANSWER_MS = 120_000


def test_that_a_branch_is_queued_beside_a_run_and_started_without_one(page: CalibratePage, qtbot: QtBot):
    words = page.inspector.branch_card.text
    page.inspector.starts.setValue(30)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.last_record is not None, timeout=ANSWER_MS)
    page.branch()
    assert page.start_button.text() == "Queue"
    assert "queue it" in words.text()
    page.run.stop()
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    assert page.inspector.branch_card.isVisible()
    assert page.start_button.text().startswith("Calibrate")
    assert "start it" in words.text()
    assert "queue" not in words.text()


def test_that_what_is_folded_shows_by_a_chevron_which_way_it_is(page: CalibratePage, qtbot: QtBot):
    button = next(b for b in page.inspector.findChildren(Button) if b.accessibleName() == "Advanced")
    assert button.text() == "Advanced ▸"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Advanced ▾"
    assert page.inspector.seed.isVisibleTo(page.inspector)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Advanced ▸"
    assert not page.inspector.seed.isVisibleTo(page.inspector)
