"""A 3D view of a block with known answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.gui.scene3d.view import BlockView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

READY_MS = 30_000
RED, BLUE = (200, 60, 40), (20, 40, 220)


@pytest.fixture
def view(application: Application, qtbot: QtBot) -> Iterator[BlockView]:
    """A block of 20 × 20 × 20 µm, red where x is below 10 µm, blue beyond, seen along z."""
    shown = BlockView(application.theme)
    shown.resize(400, 300)
    indices = np.zeros((20, 20, 20), np.uint8)
    indices[:, :, 10:] = 1
    shown.show_block(indices, (1.0, 1.0, 1.0), (RED, BLUE), cut=False)
    shown.show()
    qtbot.waitUntil(lambda: shown.is_ready, timeout=READY_MS)
    shown.reset_camera("z")
    yield shown
    shown.shut()
    shown.deleteLater()
