"""Calibrate: methods are explained, changed constants named, forecasts follow, and four tabs have room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt

from morphstudio.core.calibration.simulated.settings import SimulatedSettings, preset
from morphstudio.core.calibration.simulated.table import CONSTANTS, METHOD_TABLE, constants_of
from morphstudio.gui.panels.calibrate.method import rough_duration
from morphstudio.gui.units import NO_BREAK_SPACE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.calibrate.page import CalibratePage

ANSWER_MS = 120_000
TINY = {"window": 32, "h_max": 12, "features": (4, 8), "n_epochs": 3, "n_steps": 2, "pretraining_generator": 1,
        "pretraining_discriminator": 2, "order": (0, 1), "starts": 1, "refined": 1, "n_lags": 8}


def choose(page: CalibratePage, method: str) -> None:
    box = page.inspector.choice.method
    box.setCurrentIndex(box.findData(method))


def run(page: CalibratePage, qtbot: QtBot, method: str, **constants: object) -> None:
    page.inspector.show_settings(preset("quick", method, **{**TINY, **constants}))  # type: ignore[arg-type]
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("method", list(METHOD_TABLE))
def test_that_each_method_is_explained_and_shows_the_constants_that_matter(page: CalibratePage, method: str):
    choose(page, method)
    choice = page.inspector.choice
    assert choice.about.text() == METHOD_TABLE[method].words
    assert choice.simulated.isVisibleTo(page.inspector) == (method != "exact")
    shown = {c.name for c in CONSTANTS if choice.constants.lines[c.name].isVisibleTo(choice.constants)}
    if method != "exact":
        assert shown == {c.name for c in constants_of(method)}
    assert isinstance(page.inspector.settings(), SimulatedSettings) == (method != "exact")


def test_that_changed_constants_are_named_and_go_back_to_the_preset(page: CalibratePage, qtbot: QtBot):
    choose(page, "combined")
    choice = page.inspector.choice
    assert not choice.back.isVisibleTo(page.inspector)
    choice.constants.fields["n_epochs"].setValue(77)
    choice.constants.fields["steepness"].setText("4")
    assert "Changed: epochs at most, steepness ν." in choice.preset_about.text()
    choose(page, "adversarial")  # what was changed stays changed
    assert (page.inspector.settings().n_epochs, page.inspector.settings().steepness) == (77, 4.0)
    qtbot.mouseClick(choice.back, Qt.MouseButton.LeftButton)
    assert page.inspector.settings().n_epochs == preset("quick", "adversarial").n_epochs
    assert not choice.back.isVisibleTo(page.inspector)


def test_that_the_forecast_follows_the_constants(page: CalibratePage):
    choose(page, "combined")
    choice = page.inspector.choice
    forecast = choice.forecast.text()
    assert choice.forecast.isVisibleTo(page.inspector)
    choice.constants.fields["n_epochs"].setValue(100_000)
    assert choice.forecast.text() != forecast
    assert "days" in choice.forecast.text() or f"{NO_BREAK_SPACE}h" in choice.forecast.text()
    assert [rough_duration(s) for s in (10, 2400, 4 * 3600, 5 * 86400)] == [
        f"1{NO_BREAK_SPACE}min", f"40{NO_BREAK_SPACE}min", f"4{NO_BREAK_SPACE}h", f"5{NO_BREAK_SPACE}days"]


def test_that_the_choice_of_a_parameter_has_room_below_four_tabs_and_goes_back_beside_two(
        page: CalibratePage, application: Application, qtbot: QtBot):
    application.window.resize(1180, 720)
    run(page, qtbot, "combined", exact_first="no")
    card = page._progress_card
    card.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: card.parameter.isVisible() and card.parameter.count() > 2)
    rects = [card.tabs.tabRect(at) for at in range(4)]
    assert all(card.tabs.rect().contains(rect) for rect in rects), "no tab is scrolled away"
    tops = [widget.mapTo(application.window, QPoint()).y() for widget in (card.tabs, card.parameter)]
    assert tops[1] >= tops[0] + card.tabs.height()
    page.inspector.show_settings(page.inspector.exact_settings())
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [card.tabs.isTabVisible(at) for at in range(4)] == [True, True, False, False])
    card.tabs.setCurrentIndex(1)
    qtbot.waitUntil(card.parameter.isVisible)
    tops = [widget.mapTo(application.window, QPoint()).y() for widget in (card.tabs, card.parameter)]
    assert abs(tops[1] - tops[0]) < card.tabs.height()
