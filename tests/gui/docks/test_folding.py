"""Panels folded to their headers: by click and key, remembered, and only where others take the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from morphstudio.gui.docks.folding import ALONE, FILLING
from morphstudio.gui.docks.panel_dock import FOLD_TIP, OPEN_TIP

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.docks.area import DockArea

LEFT = Qt.MouseButton.LeftButton


def heights(area: DockArea) -> dict[str, int]:
    return {key: dock.height() for key, dock in area.docks.items()}


def is_header_alone(area: DockArea, key: str) -> bool:
    dock = area.docks[key]
    return dock.height() <= dock.titleBarWidget().sizeHint().height() + 1


def test_that_a_click_folds_a_panel_to_its_header_and_another_opens_it_as_it_was(docks: DockArea, qtbot: QtBot):
    dock, before = docks.docks["across"], heights(docks)
    QTest.mouseClick(dock.fold_button, LEFT)
    qtbot.waitUntil(lambda: is_header_alone(docks, "across"))
    assert not dock.panel.isVisible()
    assert dock.maximise_button.isVisible()
    assert dock.fold_button.toolTip() == dock.fold_button.accessibleName() == OPEN_TIP
    after = heights(docks)
    assert after["image"] == before["image"] + before["across"] - after["across"], "its room goes to the panel above"
    assert (after["down"], after["isotropy"]) == (before["down"], before["isotropy"])
    QTest.mouseClick(dock.fold_button, LEFT)
    qtbot.waitUntil(lambda: all(abs(height - before[key]) <= 2 for key, height in heights(docks).items()))
    assert dock.panel.isVisible()
    assert dock.fold_button.toolTip() == FOLD_TIP


def test_that_the_keyboard_folds_the_panel_in_focus_and_opens_it_again(docks: DockArea, opened: Application):
    opened.window.activateWindow()
    assert QTest.qWaitForWindowActive(opened.window)
    dock = docks.docks["image"]
    opened.window.workspace.page("data").image_panel.view.setFocus()
    QTest.keyClick(opened.window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert dock.is_folded
    assert opened.window.focusWidget() is dock.fold_button, "the next key stroke acts on the same panel"
    QTest.keyClick(opened.window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert not dock.is_folded
    QTest.keyClick(dock.fold_button, Qt.Key.Key_Space)
    assert dock.is_folded


def test_that_the_last_open_panel_of_a_column_is_not_folded_and_says_why(docks: DockArea, opened: Application):
    QTest.mouseClick(docks.docks["across"].fold_button, LEFT)
    button = docks.docks["image"].fold_button
    assert not button.isEnabled()
    assert button.toolTip() == ALONE
    assert docks.folding.toggle("image") == ALONE
    assert not docks.docks["image"].is_folded
    opened.window.activateWindow()
    assert QTest.qWaitForWindowActive(opened.window)
    opened.window.workspace.page("data").image_panel.view.setFocus()
    QTest.keyClick(opened.window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert ALONE in opened.window.status.message.text()
    docks.set_shown("across", False)
    docks.set_shown("across", True)
    assert docks.docks["down"].fold_button.isEnabled()


def test_that_panels_beside_one_another_are_not_folded_with_each_other(docks: DockArea, qtbot: QtBot):
    for key in ("image", "down", "across"):
        docks.set_shown(key, False)
    docks.set_shown("image", True)
    docks.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks.docks["image"])
    docks.splitDockWidget(docks.docks["image"], docks.docks["isotropy"], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: docks.docks["image"].y() == docks.docks["isotropy"].y())
    assert docks.folding.toggle("image") == ALONE


def test_that_a_folded_panel_opens_while_it_fills_the_page(docks: DockArea, qtbot: QtBot):
    dock = docks.docks["across"]
    QTest.mouseClick(dock.fold_button, LEFT)
    QTest.mouseClick(dock.maximise_button, LEFT)
    qtbot.waitUntil(lambda: dock.size() == docks.size())
    assert dock.panel.isVisible()
    assert dock.fold_button.toolTip() == FILLING
    QTest.mouseClick(dock.maximise_button, LEFT)
    qtbot.waitUntil(lambda: dock.is_folded and is_header_alone(docks, "across"))


def test_that_several_panels_fold_at_once_and_keep_width_and_gaps(many: DockArea, qtbot: QtBot):
    widths = {key: dock.width() for key, dock in many.docks.items()}
    for key in ("sections", "ranking", "covariances"):
        assert many.folding.toggle(key) == ""
    qtbot.waitUntil(lambda: all(is_header_alone(many, key) for key in ("sections", "ranking", "covariances")))
    shown = ("sections", "curves", "progress", "ranking", "covariances")
    assert {key: many.docks[key].width() for key in shown} == {key: widths[key] for key in shown}
    assert many.docks["curves"].y() - many.docks["sections"].geometry().bottom() > 6, "a gap stays between cards"
    assert not many.docks["progress"].fold_button.isEnabled()
    for key in ("covariances", "ranking", "sections"):
        assert many.folding.toggle(key) == ""
    assert not any(dock.is_folded or not dock.panel.isVisibleTo(many) for dock in many.docks.values())


def test_that_panels_in_tabs_are_folded_together(many: DockArea, qtbot: QtBot):
    area = many
    area.show_panel("estimates")
    assert area.folding.toggle("estimates") == ""
    assert all(area.docks[key].is_folded for key in ("covariances", "estimates", "runs"))
    area.show_panel("runs")
    qtbot.waitUntil(lambda: is_header_alone(area, "runs"))
    area.folding.toggle("runs")
    assert not any(dock.is_folded for dock in area.docks.values())


def test_that_what_is_folded_is_kept_for_each_step_and_put_back(docks: DockArea, opened: Application, qtbot: QtBot):
    dock = docks.docks["across"]
    QTest.mouseClick(dock.fold_button, LEFT)
    assert opened.settings.value.layout["data.folded"] == "across"
    state = docks.view_state()
    docks.reset()
    qtbot.waitUntil(lambda: not dock.is_folded)
    assert "data.folded" not in opened.settings.value.layout
    docks.restore_view(state)
    qtbot.waitUntil(lambda: dock.is_folded)
    opened.settings.change(layout={"data.folded": "across,unknown"})
    docks.folding.read()
    assert docks.folding.text == "across"
