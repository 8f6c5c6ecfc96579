"""Panels: arranged, hidden, maximised, kept for the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar

from morphstudio.gui.docks.area import DockArea
from morphstudio.gui.docks.arrangement import card, column, keys_of, lowered, row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

LEFT = Qt.MouseButton.LeftButton


def shown(docks: DockArea) -> list[str]:
    return [key for key in docks.docks if docks.docks[key].isVisible()]


def test_that_lower_cards_of_a_tall_column_become_tabs():
    tall = row(column(card("a"), card("b")), column(card("c"), card("d", share=2), card("e")))
    low = lowered(tall)
    assert list(keys_of(low)) == ["a", "b", "c", "d", "e"]
    assert low == row(column(card("a"), card("b")), column(card("c"), card("d", "e", share=3)))


def test_that_the_maximise_button_fills_the_page_and_brings_the_others_back(docks: DockArea, qtbot: QtBot):
    before = {key: dock.geometry() for key, dock in docks.docks.items()}
    QTest.mouseClick(docks.docks["isotropy"].maximise_button, LEFT)
    assert shown(docks) == ["isotropy"]
    qtbot.waitUntil(lambda: docks.docks["isotropy"].size() == docks.size())
    QTest.mouseClick(docks.docks["isotropy"].maximise_button, LEFT)
    qtbot.waitUntil(lambda: {key: dock.geometry() for key, dock in docks.docks.items()} == before)


def test_that_f11_takes_the_panel_in_focus(docks: DockArea, opened: Application, qtbot: QtBot):
    opened.window.activateWindow()
    assert QTest.qWaitForWindowActive(opened.window)
    docks.docks["down"].maximise_button.setFocus()
    QTest.keyClick(opened.window, Qt.Key.Key_F11)
    assert docks.maximised == "down"
    QTest.keyClick(opened.window, Qt.Key.Key_F11)
    assert not docks.maximised
    assert set(shown(docks)) == set(docks.docks)


def test_that_a_double_click_on_a_header_maximises(docks: DockArea):
    QTest.mouseDClick(docks.docks["across"].titleBarWidget(), LEFT)
    assert docks.maximised == "across"
    assert not docks.docks["across"].isFloating()


def test_that_the_panels_menu_hides_and_shows_but_never_the_last(docks: DockArea):
    for key in docks.docks:
        docks.set_shown(key, False)
    assert len(shown(docks)) == 1
    docks.set_shown("image", True)
    assert docks.is_shown("image")


def test_that_a_panel_taken_out_comes_back_to_its_place(docks: DockArea, qtbot: QtBot):
    dock = docks.docks["isotropy"]
    docks.toggle_maximised("image")
    docks.toggle_maximised()
    qtbot.waitUntil(dock.isVisible)
    place = dock.geometry()
    dock.setFloating(True)
    dock.resize(400, 300)
    qtbot.waitUntil(dock.isFloating)
    dock.setFloating(False)
    qtbot.waitUntil(lambda: abs(dock.x() - place.x()) < 20 and docks.rect().contains(dock.geometry()))


def test_that_a_layout_is_kept_for_the_next_time_and_reset(docks: DockArea, opened: Application, qtbot: QtBot):
    docks.set_shown("isotropy", False)
    docks.move_to_edge("across", Qt.DockWidgetArea.TopDockWidgetArea)
    docks.keep()
    kept = opened.settings.value.layout["data.tall"]
    docks.reset()
    assert "data.tall" not in opened.settings.value.layout
    assert docks.is_shown("isotropy")
    opened.settings.change(layout={**opened.settings.value.layout, "data.tall": kept})
    assert docks.place_kept()
    assert not docks.is_shown("isotropy")
    assert docks.dockWidgetArea(docks.docks["across"]) == Qt.DockWidgetArea.TopDockWidgetArea


def test_that_a_layout_of_other_panels_is_not_used(docks: DockArea, opened: Application):
    opened.settings.change(layout={"data.tall": "one,two AAAA"})
    assert not docks.place_kept()
    opened.settings.change(layout={"data.tall": f"{','.join(sorted(docks.docks))} AAAA"})
    assert not docks.place_kept()


def test_that_a_low_window_puts_lower_panels_into_tabs(opened: Application, qtbot: QtBot):
    page = opened.window.workspace.page("calibrate")
    area = page.docks
    area.setParent(None)
    area.resize(900, 780)
    area.show()
    qtbot.waitUntil(lambda: not area.is_low)
    assert not area.tabifiedDockWidgets(area.docks["ranking"])
    area.resize(900, 560)
    qtbot.waitUntil(lambda: area.is_low)
    assert area.docks["estimates"] in area.tabifiedDockWidgets(area.docks["ranking"])
    qtbot.waitUntil(lambda: not area.docks["ranking"].panel.title.isVisible())
    area.resize(900, 780)
    qtbot.waitUntil(lambda: not area.is_low and not area.tabifiedDockWidgets(area.docks["ranking"]))
    area.close()


def test_that_the_inspector_keeps_its_width_for_the_next_time(docks: DockArea, opened: Application):
    splitter = opened.window.workspace.splitter
    splitter.setSizes([splitter.width() - 408, 400])
    width = opened.window.workspace.inspectors.width()
    opened.window.workspace.keep_layout()
    assert opened.settings.value.layout["data.inspector"] == str(width)


def _click_tab(area: DockArea, title: str, qtbot: QtBot) -> None:
    def place() -> tuple[QTabBar, int] | None:
        return next(((bar, at) for bar in area.findChildren(QTabBar) if bar.isVisible()
                     for at in range(bar.count()) if bar.tabText(at) == title), None)

    qtbot.waitUntil(lambda: place() is not None and not area._fit_later.isActive() and not area._later.isActive())
    bar, at = place()
    QTest.mouseClick(bar, LEFT, pos=bar.tabRect(at).center())
    assert bar.currentIndex() == at


def _is_in_front(area: DockArea, key: str) -> bool:
    return not area.docks[key].visibleRegion().isEmpty()


def test_that_the_tab_in_front_stays_in_front_when_panels_are_arranged_anew(many: DockArea, opened: Application,
                                                                            qtbot: QtBot):
    def low(*, is_low: bool) -> None:
        opened.window.resize(1440, 730 if is_low else 950)
        qtbot.waitUntil(lambda: many.is_low is is_low and not many._later.isActive())

    low(is_low=False)
    _click_tab(many, "Runs", qtbot)
    assert _is_in_front(many, "runs")
    low(is_low=True)
    qtbot.waitUntil(lambda: _is_in_front(many, "runs"))
    low(is_low=False)
    qtbot.waitUntil(lambda: _is_in_front(many, "runs"))
    low(is_low=True)
    _click_tab(many, "Phase order", qtbot)
    low(is_low=False)
    qtbot.waitUntil(lambda: _is_in_front(many, "runs"))
    _click_tab(many, "Estimates", qtbot)
    QTest.mouseClick(many.docks["curves"].maximise_button, LEFT)
    many.bring_forward("covariances")
    QTest.mouseClick(many.docks["curves"].maximise_button, LEFT)
    qtbot.waitUntil(lambda: _is_in_front(many, "covariances"))
    _click_tab(many, "Estimates", qtbot)
    assert _is_in_front(many, "estimates")
    QTest.mouseClick(many.docks["curves"].maximise_button, LEFT)
    QTest.mouseClick(many.docks["curves"].maximise_button, LEFT)
    qtbot.waitUntil(lambda: _is_in_front(many, "estimates"))
    many.reset()
    qtbot.waitUntil(lambda: _is_in_front(many, "covariances"))
