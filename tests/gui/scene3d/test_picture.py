"""Pictures of the scene: exact size, exact scale, the same as the window shows, the window undisturbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.gui.scene3d.pose import CAMERAS, ROOM, Pose

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.scene3d.view import BlockView

RED, BLUE = (200, 60, 40), (20, 40, 220)
BLACK = "#000000"


def _is(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    shaded = np.minimum(np.array(colour) * 1.06, 255)
    return np.abs(picture.astype(float) - shaded).max(axis=2) < 3


@pytest.mark.parametrize("size", [(640, 480), (301, 457), (2500, 1100)])
def test_that_a_picture_has_the_size_and_scale_asked_for(view: BlockView, size: tuple[int, int]):
    picture = view.picture(*size, background=BLACK)
    assert picture.shape == (size[1], size[0], 3)
    block = _is(picture, RED) | _is(picture, BLUE)
    edge = min(size) / ROOM  # pixels that 20 µm take
    # The drawn edges of the block are two pixels wide at most.
    assert block.any(axis=0).sum() == pytest.approx(edge, abs=4)
    assert block.any(axis=1).sum() == pytest.approx(edge, abs=4)
    red, blue = (np.flatnonzero(_is(picture, colour).any(axis=0)) for colour in (RED, BLUE))
    assert red.max() + 1 == pytest.approx(size[0] / 2, abs=1)
    assert blue.min() == pytest.approx(size[0] / 2, abs=1)
    assert view.pose(size[0] / size[1]).scale == pytest.approx(20 * ROOM / 2 * size[1] / min(size))


def test_that_a_picture_leaves_window_and_camera_alone(view: BlockView):
    camera = view.plotter.camera
    before = (camera.GetPosition(), camera.GetViewUp(), camera.GetParallelScale(), view.plotter.window_size,
              view.view_state())
    view.picture(900, 200, azimuth=30.0)
    assert before == (camera.GetPosition(), camera.GetViewUp(), camera.GetParallelScale(), view.plotter.window_size,
                      view.view_state())


def test_that_a_zoomed_window_gives_a_zoomed_picture(view: BlockView):
    view.plotter.camera.SetParallelScale(2.0)
    picture = view.picture(400, 300, background=BLACK)
    assert (_is(picture, RED) | _is(picture, BLUE)).all()
    assert view.pose(0.5).scale == pytest.approx(2.0 * (400 / 300) / 0.5)


def test_that_a_picture_follows_the_scene(view: BlockView):
    view.show_block(np.ones((20, 20, 20), np.uint8), (1.0, 1.0, 1.0), (RED, BLUE), cut=False)
    picture = view.picture(200, 200)
    assert not _is(picture, RED).any()
    assert _is(picture, BLUE).any()
    view.show_block(np.ones((20, 20, 20), np.uint8), (1.0, 1.0, 1.0), (RED, BLUE), (True, False), cut=False)
    assert not _is(view.picture(200, 200), BLUE).any()


def test_that_a_turn_of_half_a_circle_swaps_left_and_right(view: BlockView):
    view.reset_camera("y")
    start, half, full = (view.picture(240, 200, azimuth=angle, turning=True, background=BLACK)
                         for angle in (0.0, 180.0, 360.0))
    assert np.abs(start.astype(int) - full).max() <= 1
    assert start[100, 100, 0] > start[100, 100, 2]
    assert half[100, 100, 2] > half[100, 100, 0]


@pytest.mark.parametrize("preset", CAMERAS)
def test_that_a_block_has_room_at_every_azimuth_of_a_turn(view: BlockView, preset: str):
    view.reset_camera(preset)
    for azimuth in (0.0, 45.0, 130.0):
        picture = view.picture(120, 100, azimuth=azimuth, turning=True, background=BLACK)
        assert not picture[[0, -1]].any()
        assert not picture[:, [0, -1]].any()


def test_that_turning_keeps_the_distance_and_goes_round_the_upright_axis():
    pose = Pose((3.0, -4.0, 5.0), (1.0, 1.0, 1.0), (0.0, 0.0, 1.0), 7.0)
    turned = pose.turned(90.0)
    assert turned.position == pytest.approx((6.0, 3.0, 5.0))
    assert (turned.up, turned.scale) == (pytest.approx((0, 0, 1)), 7.0)


def test_that_the_frame_shown_after_a_change_of_size_holds_the_whole_block(view: BlockView, qtbot: QtBot):
    scales: list[float] = []
    view.plotter.render_window.AddObserver(
        "EndEvent", lambda *_: scales.append(view.plotter.camera.GetParallelScale()))
    for size in ((200, 500), (500, 200)):
        view.resize(*size)
        fitted = 20 * ROOM / 2 * size[1] / min(size)
        qtbot.waitUntil(lambda at=fitted: bool(scales) and scales[-1] == pytest.approx(at))
