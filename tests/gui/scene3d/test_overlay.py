"""Scale bar and triad in the 3D view: exact lengths, true directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor

from morphstudio.gui.scene3d.pose import Pose
from morphstudio.gui.scene3d.view import BlockView
from morphstudio.gui.widgets.scale_bar import bar_for

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application


def _shot(view: BlockView) -> np.ndarray:
    view.plotter.render()
    return view.plotter.screenshot(return_img=True)[:, :, :3]


def _bar_pixels(shot: np.ndarray) -> int:
    """Return the longest run of white in a row of the lower right corner."""
    corner = shot[-40:, shot.shape[1] // 2 :]
    white = (corner == 255).all(axis=2)
    return max(max(map(len, "".join("x" if on else " " for on in row).split()), default=0) for row in white)


@pytest.mark.parametrize("scale", [12.0, 5.0, 2.2])
def test_that_the_bar_is_as_long_as_it_says(view: BlockView, application: Application, scale: float):
    told = []

    def bar(pixels: float, longest: float) -> tuple[float, str]:
        told.append(bar_for(application.context.units, pixels, longest, in_um=True))
        return told[-1]

    view.set_scale_bar(bar)
    view.plotter.camera.SetParallelScale(scale)
    shot = _shot(view)
    length, text = told[-1]
    um = float(text.removesuffix(" µm"))
    rows = shot.shape[0]
    assert um in (1.0, 2.0, 5.0)
    assert length == pytest.approx(um * rows / (2 * scale))
    assert _bar_pixels(shot) == pytest.approx(length, abs=1)


def test_that_the_bar_keeps_to_the_section_bars_limits(view: BlockView, application: Application):
    drawn = []
    view.set_scale_bar(lambda pixels, longest: drawn.append(longest) or (pixels, "1 µm"))
    _shot(view)
    assert drawn[-1] == pytest.approx(min(0.25 * view.width(), 140))
    view.set_scale_bar(None)
    assert _bar_pixels(_shot(view)) < 10


def test_that_there_is_no_bar_before_there_is_a_block(application: Application, qtbot: QtBot):
    asked = []
    empty = BlockView(application.theme)
    empty.resize(400, 300)
    empty.set_scale_bar(lambda pixels, longest: asked.append(pixels) or (longest, "1 µm"))
    empty.show()
    try:
        qtbot.waitUntil(lambda: empty.is_ready, timeout=30_000)
        assert _bar_pixels(_shot(empty)) < 10
        assert asked == []
        empty.show_block(np.zeros((4, 4, 4), np.uint8), (1.0, 1.0, 1.0), ((200, 60, 40),))
        assert _bar_pixels(_shot(empty)) > 50
    finally:
        empty.shut()
        empty.deleteLater()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_the_triad_points_where_the_axes_do(view: BlockView, application: Application, theme: str):
    application.theme.set_theme(theme)
    view.reset_camera("y")  # x to the right, z up
    square = _shot(view)[-66:-2, 4:68]
    tokens = application.theme.tokens
    for colour, (row, column) in ((tokens.error, (32, 42)), (tokens.accent, (22, 32))):
        wanted = np.array(QColor(colour).getRgb()[:3])
        assert np.abs(square[row - 1 : row + 2, column - 1 : column + 2].astype(int) - wanted).max(axis=2).min() < 12


def test_that_a_camera_sees_the_axes_as_a_right_hand():
    seen = Pose((0.0, 0.0, 5.0), (0.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0).axes_seen()
    assert seen["x"] == pytest.approx((1, 0, 0))
    assert seen["y"] == pytest.approx((0, 1, 0))
    assert seen["z"] == pytest.approx((0, 0, 1))
