"""See-through blocks: no third phase, the phases' colours, hidden phases left out, cut and clip kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.gui.scene3d.scene import DENSITY_VOXELS
from morphstudio.gui.scene3d.volume import (
    BRIGHTEST,
    DARKEST,
    EMPTY,
    GAP,
    LEVELS,
    STRIDE,
    VolumePreview,
    colour_points,
    density,
    density_points,
    flat_volume,
    lit_volume,
)
from morphstudio.gui.scene3d.volume_actor import coarseness

if TYPE_CHECKING:
    from morphstudio.gui.scene3d.view import BlockView

RED, GREEN, BLUE = (200, 0, 0), (0, 200, 0), (0, 0, 200)
BLACK = "#000000"


@pytest.fixture
def layers() -> np.ndarray:
    """Phase 0, 1, 2 in slabs along x, 8 voxels each."""
    indices = np.zeros((24, 24, 24), np.uint8)
    indices[:, :, 8:16], indices[:, :, 16:] = 1, 2
    return indices


@pytest.mark.parametrize("cut", [False, True])
def test_that_every_voxel_keeps_its_phase(layers: np.ndarray, cut: bool):
    for numbers in (flat_volume(layers, cut=cut), VolumePreview(layers, 3, cut).answer({})):
        inner = numbers[1:-1, 1:-1, 1:-1]
        seen = inner != EMPTY
        assert np.array_equal(inner[seen] // STRIDE, layers[seen])
        assert (numbers[0] == EMPTY).all()
        assert (~seen).sum() == (12**3 if cut else 0)
        level = inner[seen] % STRIDE - GAP
        assert level.min() >= 0
        assert level.max() < LEVELS


def test_that_light_falls_from_above_and_the_inside_is_plain():
    ball = np.zeros((31, 31, 31), np.uint8)
    z, y, x = np.indices(ball.shape) - 15
    ball[z * z + y * y + x * x < 12**2] = 1
    numbers = lit_volume(ball, 2)[1:-1, 1:-1, 1:-1]
    assert numbers[26, 15, 15] > numbers[15, 15, 15] > numbers[4, 15, 15]
    assert numbers[15, 15, 15] == flat_volume(ball)[16, 16, 16]


def test_that_no_number_of_a_phase_reads_another_phases_colour():
    table = colour_points((RED, GREEN, BLUE))
    at, colours = np.array([p[0] for p in table]), np.array([p[1] for p in table])
    for phase, colour in enumerate((RED, GREEN, BLUE)):
        used = phase * STRIDE + GAP + np.arange(LEVELS)
        # A driver may read its table half a number beside: still the same phase.
        for aside in (-0.5, 0, 0.5):
            seen = np.column_stack([np.interp(used + aside, at, colours[:, k]) for k in range(3)])
            hue = np.array(colour) / 200
            assert np.allclose(seen * (1 - hue), 0)
            assert seen.max() <= 200 / 255 * BRIGHTEST + 1e-9
            assert seen.max(axis=1).min() >= 200 / 255 * DARKEST - 1e-9


def test_that_a_hidden_phase_holds_no_light_back():
    at, values = np.array(density_points((0.0, 1.0, 0.5))).T
    for phase, opacity in enumerate((0.0, 1.0, 0.5)):
        used = phase * STRIDE + GAP + np.arange(LEVELS)
        assert np.allclose(np.interp(used, at, values), density(opacity))
    assert np.interp(EMPTY, at, values) == 0
    assert (density(0), density(1)) == (0, 1)


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, 1.0), (0.01, 1.0), (0.04, 1.0), (0.16, 2.0), (9.0, 6.0)])
def test_that_fewer_rays_are_cast_where_frames_take_long(seconds: float, expected: float):
    assert coarseness(seconds, 0.04) == expected


def numbers_brightness() -> float:
    """Return how bright an unlit voxel is shown."""
    level = flat_volume(np.zeros((2, 2, 2), np.uint8))[1, 1, 1] % STRIDE - GAP
    return DARKEST + level / (LEVELS - 1) * (BRIGHTEST - DARKEST)


def _seen(picture: np.ndarray, channel: int) -> np.ndarray:
    """Return the columns in which one colour alone is to be seen."""
    rest = [k for k in range(3) if k != channel]
    rows = picture[picture.shape[0] // 2 - 3 : picture.shape[0] // 2 + 4].astype(int).mean(axis=0)
    return np.flatnonzero((rows[:, channel] > 60) & (rows[:, rest].max(axis=1) < 8))


def test_that_phases_stand_where_they_are_in_their_own_colours(view: BlockView, layers: np.ndarray):
    view.show_volume(flat_volume(layers), (1.0, 1.0, 1.0), (RED, GREEN, BLUE), (1.0, 1.0, 1.0), whole=layers.shape,
                     cut=False)
    view.reset_camera("y")
    picture = view.picture(270, 270, background=BLACK)
    per_um = 270 / (2 * view.pose(1.0).scale)
    for channel in range(3):
        columns = _seen(picture, channel)
        assert len(columns) == pytest.approx(8 * per_um, abs=4)
        assert columns.mean() == pytest.approx(135 + (8 * channel - 8) * per_um, abs=2)


def test_that_a_hidden_phase_is_absent_and_one_looks_through_it(view: BlockView, layers: np.ndarray):
    view.show_volume(flat_volume(layers), (1.0, 1.0, 1.0), (RED, GREEN, BLUE), (0.0, 1.0, 0.3), whole=layers.shape,
                     cut=False)
    view.reset_camera("x")  # blue in front of green in front of red
    picture = view.picture(200, 200, background=BLACK)
    assert picture[..., 0].max() < 120  # edges alone
    middle = picture[90:110, 90:110].reshape(-1, 3)
    let_through = (1 - density(0.3)) ** (8.0 / (24.0 / DENSITY_VOXELS))  # 8 µm of blue
    inside = numbers_brightness() * 200
    assert np.median(middle, axis=0) == pytest.approx((0, inside * let_through, inside * (1 - let_through)), abs=5)


def test_that_window_and_picture_show_the_same_volume(view: BlockView, layers: np.ndarray):
    view.show_volume(lit_volume(layers, 3), (1.0, 1.0, 1.0), (RED, GREEN, BLUE), (0.5, 0.6, 0.7), whole=layers.shape)
    view.reset_camera()
    view.plotter.render()
    shot = view.plotter.screenshot(return_img=True)[:, :, :3].astype(int)
    picture = view.picture(shot.shape[1], shot.shape[0]).astype(int)
    middle = (slice(60, 240), slice(100, 300))
    assert np.abs(shot[middle] - picture[middle]).mean() < 4
    view.plotter.render()
    assert view.volume.seconds > 0


def test_that_faces_come_back_in_place_of_the_volume(view: BlockView, layers: np.ndarray):
    view.show_volume(flat_volume(layers), (1.0, 1.0, 1.0), (RED, GREEN, BLUE), (0.0, 0.0, 0.0), whole=layers.shape,
                     cut=False)
    view.reset_camera("y")
    assert len(_seen(view.picture(100, 100, background=BLACK), 2)) == 0
    view.show_block(layers, (1.0, 1.0, 1.0), (RED, GREEN, BLUE), cut=False)
    assert len(_seen(view.picture(100, 100, background=BLACK), 2)) > 20
