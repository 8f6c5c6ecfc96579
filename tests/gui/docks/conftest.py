"""Panels of two pages with an image open, in a window tall enough for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.docks.area import DockArea


@pytest.fixture
def docks(opened: Application, qtbot: QtBot) -> DockArea:
    opened.window.resize(1440, 900)
    area = opened.window.docks
    qtbot.waitUntil(lambda: area.isVisible() and not area.is_low)
    qtbot.waitUntil(lambda: area.docks["image"].fold_button.isEnabled())
    return area


@pytest.fixture
def many(opened: Application, qtbot: QtBot) -> DockArea:
    """The seven panels of Calibrate."""
    opened.window.resize(1440, 900)
    opened.window.workspace.show_page("calibrate")
    area = opened.window.workspace.page("calibrate").docks
    qtbot.waitUntil(lambda: area.isVisible() and area.docks["covariances"].fold_button.isEnabled())
    return area
