"""At the smallest size of the window every panel is inside its page, beside its neighbours."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect

from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.main_window import MINIMUM

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.docks.area import DockArea

ANSWER_MS = 60_000
LONG_NAMES = ("solid electrolyte, sintered", "active material NMC 811", "pore space")


@pytest.fixture
def small(application: Application, qtbot: QtBot) -> Application:
    window, session = application.window, application.context.session
    model = excursion_set(LONG_NAMES, {"alpha_chi_x": 0.75, "lambda_x": 1.9, "lambda_y": -0.27})
    window.opener.open_sample()
    qtbot.waitUntil(lambda: session.active_image is not None, timeout=ANSWER_MS)
    session.apply("model", replace(session.document, model=model, calibrated=model, model_labels=(1, 2, 3),
                                   voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    window.resize(MINIMUM)
    return application


def _assert_whole(area: DockArea) -> None:
    places = _shown(area)
    for key, place in places.items():
        assert area.rect().contains(place), f"{key} at {place} leaves the page, {area.rect()}"
    for (one, a), (other, b) in combinations(places.items(), 2):
        assert not a.intersects(b), f"{one} and {other} overlap"


def _shown(area: DockArea) -> dict[str, QRect]:
    """Return where panels stand; Qt parks those behind a tab far above and left of the page."""
    return {key: dock.geometry() for key, dock in area.docks.items()
            if dock.isVisible() and dock.geometry().right() > 0}


@pytest.mark.parametrize("step", ["data", "calibrate", "explore"])
def test_that_panels_neither_leave_the_page_nor_cover_one_another(small: Application, qtbot: QtBot,
                                                                  step: str) -> None:
    small.window.show_step(step)
    page = small.window.workspace.page(step)
    qtbot.waitUntil(lambda: len(_shown(page.docks)) > 1, timeout=ANSWER_MS)
    if step == "explore":
        qtbot.waitUntil(lambda: page.values.is_filled and len(page.scene.visible_phases) == 3, timeout=ANSWER_MS)
    qtbot.wait(50)
    qtbot.waitUntil(lambda: _assert_whole(page.docks))  # what is laid out late may come a moment later
    assert small.window.size() == MINIMUM


def test_that_the_curves_are_whole_above_log_and_below_a_notice(small: Application, qtbot: QtBot):
    window = small.window
    window.show_step("calibrate")
    page = window.workspace.page("calibrate")
    qtbot.waitUntil(lambda: page.grid.isVisible() and page._curves_card.place.is_filled, timeout=ANSWER_MS)
    window.tray.show_log()
    low = window.tray.height()
    page.notice.show_remark("info", "Stopped before the end.", "The best model so far can be used.")
    page.notice.show_actions((page.use_button, page.notice.retry_button))
    page.notice.show()
    qtbot.wait(50)
    _assert_whole(page.docks)
    view = page.grid.viewport().rect()
    assert all(cell.plot.sceneBoundingRect().bottom() <= view.height() for cell in page.grid._cells)
    assert all(cell.plot.getViewBox().height() > 30 for cell in page.grid._cells), "and can be read"
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: window.tray.height() > low)
