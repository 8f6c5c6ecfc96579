"""Calibrate: the method is chosen with its preset and constants, and a short training is shown while it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from morphstudio.app.project_contents import read_project, write_project
from morphstudio.core.calibration.simulated.settings import METHODS, PRESETS, SimulatedSettings, preset
from morphstudio.core.calibration.simulated.table import EXACT, constants_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.calibrate.page import CalibratePage

ANSWER_MS = 60_000
OTHER_VALUES = {"real": 0.25, "maybe": 0.003, "list": (8, 16)}


def choose(page: CalibratePage, key: str) -> None:
    choice = page.inspector.choice
    choice.method.setCurrentIndex(choice.method.findData(key))


def small(method: str) -> SimulatedSettings:
    """A training of three epochs, from a drawn start."""
    return replace(preset("quick", method), exact_first="no", order=(0, 1), n_epochs=3, n_steps=1, batch=2,
                   window=32, h_max=8, features=(4, 8), pretraining_generator=1, pretraining_discriminator=1,
                   n_lags=8, starts=1, refined=1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", PRESETS)
def test_that_a_preset_shows_its_constants(page: CalibratePage, method: str, name: str):
    asked = replace(preset(name, method), n_lags=8, starts=1, refined=1)
    page.inspector.show_settings(asked)
    assert page.inspector.choice.key == method
    assert page.inspector.choice.preset.current == name
    assert page.inspector.settings() == asked
    assert page.inspector.choice.back.isHidden()


@pytest.mark.parametrize("method", METHODS)
def test_that_every_changed_constant_comes_back(page: CalibratePage, method: str):
    base = replace(preset("quick", method), n_lags=8, starts=1, refined=1)
    for constant in constants_of(method):
        value = getattr(base, constant.name)
        if constant.kind == "yes":
            other = not value
        elif constant.kind == "choice":
            other = next(key for key in constant.choices if key != value)
        else:
            other = OTHER_VALUES[constant.kind] if constant.kind != "whole" else value + 1
        asked = replace(base, **{constant.name: other})
        page.inspector.show_settings(asked)
        assert page.inspector.settings() == asked, constant.name
        assert not page.inspector.choice.back.isHidden(), constant.name


def test_that_the_exact_method_has_no_constants(page: CalibratePage):
    choose(page, "adversarial")
    assert not page.inspector.choice.simulated.isHidden()
    choose(page, EXACT)
    assert page.inspector.choice.simulated.isHidden()
    assert not isinstance(page.inspector.settings(), SimulatedSettings)


def test_that_a_constant_that_cannot_be_used_is_told_once_and_nothing_starts(page: CalibratePage, qtbot: QtBot):
    choose(page, "combined")
    assert page.start_button.isEnabled()
    form = page.inspector.choice.constants
    form.fields["learning_rate"].setText("fast")
    shown = [name for name, error in form._errors.items() if not error.isHidden()]
    assert shown == ["learning_rate"]
    qtbot.waitUntil(lambda: not page.start_button.isEnabled(), timeout=ANSWER_MS)
    assert "constant" in page.start_button.toolTip()
    assert page.inspector.choice.forecast.isHidden()
    form.fields["learning_rate"].setText("0.001")
    qtbot.waitUntil(page.start_button.isEnabled, timeout=ANSWER_MS)
    assert "constant" not in page.start_button.toolTip()
    assert all(error.isHidden() for error in form._errors.values())


def run_to_its_end(page: CalibratePage, qtbot: QtBot, method: str) -> None:
    page.inspector.show_settings(small(method))
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("method", METHODS)
def test_that_a_short_run_is_shown_and_kept(page: CalibratePage, application: Application, qtbot: QtBot, method: str):
    run_to_its_end(page, qtbot, method)
    run = application.context.session.document.runs[-1]
    assert run.settings.method == method
    assert run.result is not None
    card = page._progress_card
    assert len(card.losses.generator) > 1
    assert card.tabs.isTabVisible(3) == (method != "monte-carlo")
    assert (len(card.scores.scores) > 0) == (method != "monte-carlo")
    assert card.said.text()
    for at, title in ((2, "Losses"), (3, "Scores")):
        if card.tabs.isTabVisible(at):
            card.tabs.setCurrentIndex(at)
            assert card.figure().title == title


def test_that_a_training_pauses_and_goes_on(page: CalibratePage, application: Application, qtbot: QtBot):
    page.inspector.show_settings(replace(small("adversarial"), n_epochs=400))
    with qtbot.waitSignal(page.run.recorded, timeout=ANSWER_MS):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.status == "paused", timeout=ANSWER_MS)
    step = page.run.last_record.step
    qtbot.mouseClick(page.go_on_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.last_record.step > step, timeout=ANSWER_MS)
    qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    assert application.context.session.document.runs[-1].settings.method == "adversarial"


def test_that_a_project_keeps_a_training(page: CalibratePage, application: Application, qtbot: QtBot, tmp_path: Path):
    run_to_its_end(page, qtbot, "combined")
    kept = application.context.session.document
    write_project(tmp_path / "kept.morph", kept)
    opened = read_project(tmp_path / "kept.morph")
    assert opened.runs[-1].settings == kept.runs[-1].settings
    assert opened.runs[-1].result.simulated == kept.runs[-1].result.simulated
