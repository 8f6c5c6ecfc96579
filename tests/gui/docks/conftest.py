"""The Data page's panels with an image open, tall enough for all of them."""

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
