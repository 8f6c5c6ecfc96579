"""At the smallest size of the window lengths stand whole in every unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from morphstudio.app.resources import resource_path
from morphstudio.gui.main_window import MINIMUM
from morphstudio.gui.panels.data.image_panel import LEAST_SLIDER

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

ANSWER_MS = 60_000
UNITS = ("nm", "um", "voxel")


@pytest.fixture
def small(application: Application, qtbot: QtBot) -> Application:
    application.window.opener.open_sample()
    qtbot.waitUntil(lambda: application.context.session.active_image is not None, timeout=ANSWER_MS)
    application.window.resize(MINIMUM)
    return application


@pytest.mark.parametrize("unit", UNITS)
def test_that_the_slices_slider_can_be_aimed_with(small: Application, qtbot: QtBot, unit: str) -> None:
    page = small.window.workspace.page("data")
    panel = page.image_panel
    small.context.units.set_unit(unit)
    qtbot.waitUntil(lambda: panel.view.section is not None)
    panel.slider.setValue(panel.slider.maximum())
    qtbot.waitUntil(lambda: panel.slider.width() >= LEAST_SLIDER)
    footer = panel._footer
    for words in (panel.position, footer.extent):
        assert words.shown, words.text()
        assert words.text().startswith(words.shown)
    # With a reading in place of the size, too.
    places = iter(range(10, 400))

    def reads() -> bool:
        QTest.mouseMove(panel.view, panel.view.to_screen(20.0 + 0.01 * next(places), 30.0).toPoint())
        return bool(footer.place.text())

    qtbot.waitUntil(reads)
    qtbot.waitUntil(lambda: footer.place.width() >= footer.place.sizeHint().width())
    assert panel.slider.width() >= LEAST_SLIDER


@pytest.mark.parametrize("unit", UNITS)
def test_that_the_verdict_on_isotropy_stands_whole(small: Application, qtbot: QtBot, unit: str) -> None:
    quality = small.window.workspace.page("data").quality
    small.context.units.set_unit(unit)
    qtbot.waitUntil(lambda: quality.verdict.text() == "z differs", timeout=ANSWER_MS)
    words = quality.verdict._words
    qtbot.waitUntil(lambda: words.width() >= words.sizeHint().width())
    assert quality.sentence.shown.startswith("SE: gap ")
    assert "chance" in quality.sentence.shown


@pytest.mark.parametrize("unit", UNITS)
def test_that_three_linked_planes_say_where_they_stand(small: Application, qtbot: QtBot, unit: str) -> None:
    window = small.window
    window.opener.open_model(resource_path("samples", "assb-cathode.model.json"))
    window.show_step("explore")
    page = window.workspace.page("explore")
    qtbot.mouseClick(page.section.plane.button("all"), Qt.MouseButton.LeftButton)
    small.context.units.set_unit(unit)
    linked = page.section.linked
    qtbot.waitUntil(lambda: linked.isVisible() and linked.views["z"].section is not None, timeout=ANSWER_MS)
    wanted = {"nm": "12\u202f900 nm", "um": "12.9 µm", "voxel": "64.5 voxels"}[unit]
    for value in linked._values.values():
        qtbot.waitUntil(lambda v=value: v.text() == wanted and v.width() >= v.sizeHint().width(), timeout=ANSWER_MS)
    assert page.section.line.slice.text() == f"z {wanted}"
