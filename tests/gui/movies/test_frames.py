"""The frames: which slice, which angle, exact phase colours, and what is drawn around them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from morphstudio.core.errors import InputError
from morphstudio.core.phases import AXES
from morphstudio.gui.movies.frame import pixels_of
from morphstudio.gui.movies.plan import MoviePlan
from morphstudio.gui.movies.stacks import Stack, block_stack
from morphstudio.gui.movies.sweep import SweepFilm
from morphstudio.gui.theme.tokens import DARK, LIGHT
from morphstudio.gui.units import UnitController

COLOURS = ((0xC4, 0x47, 0x30), (0xBE, 0xC5, 0xCE), (0x1B, 0x28, 0x40))
BARE = MoviePlan(size=(320, 240), bar=False, key=False, position=False)


@pytest.fixture
def block() -> NDArray[np.uint8]:
    """Each slice along every axis differs from its neighbours."""
    return np.random.default_rng(4).integers(0, 3, (9, 12, 15)).astype(np.uint8)


def stack_of(block: NDArray[np.uint8], spacing: tuple[float, float, float] = (0.2, 0.2, 0.2)) -> Stack:
    return block_stack(block, spacing, ("am", "se", "pore"), COLOURS, in_um=True)


def frame_of(stack: Stack, plan: MoviePlan, at: int, units: UnitController | None = None) -> NDArray[np.uint8]:
    return pixels_of(SweepFilm(stack, plan, units or UnitController()).frame(at))


def picture_in(frame: NDArray[np.uint8], ground: tuple[int, int, int] = (255, 255, 255)) -> NDArray[np.uint8]:
    """Return what is not ground."""
    drawn = (frame != ground).any(axis=2)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    return frame[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def phases_of(picture: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.intp]:
    """Return the phase in the middle of each voxel; fails where a colour is no phase's."""
    matches = (picture[:, :, None] == np.array(COLOURS)).all(axis=3)
    assert matches.any(axis=2).all()
    rows, columns = ((2 * np.arange(n) + 1) * size // (2 * n) for n, size in
                     zip(shape, picture.shape[:2], strict=True))
    return matches.argmax(axis=2)[np.ix_(rows, columns)]


@pytest.mark.parametrize("axis", AXES)
def test_that_a_sweep_shows_the_first_slice_first_and_the_last_one_last(qapp: QApplication, block: NDArray[np.uint8],
                                                                       axis: str):
    plan = replace(BARE, axis=axis, seconds=2, fps=20)
    normal = AXES.index(axis)
    for at, slice_ in ((0, 0), (plan.n_frames - 1, block.shape[normal] - 1)):
        wanted = block.take(slice_, axis=normal)
        assert np.array_equal(phases_of(picture_in(frame_of(stack_of(block), plan, at)), wanted.shape), wanted)


def test_that_a_sweep_leaves_no_slice_out_and_never_goes_back():
    plan = replace(BARE, seconds=3, fps=25)
    shown = [plan.slice_at(at, 40) for at in range(plan.n_frames)]
    assert sorted(set(shown)) == list(range(40))
    assert shown == sorted(shown)
    assert max(shown.count(k) for k in shown) <= 3


def test_that_a_sweep_of_one_frame_or_one_slice_works():
    assert replace(BARE, seconds=1, fps=1).slice_at(0, 40) == 0
    assert {replace(BARE, seconds=1).slice_at(at, 1) for at in range(25)} == {0}


def test_that_every_voxel_is_as_large_as_any_other(qapp: QApplication, block: NDArray[np.uint8]):
    picture = picture_in(frame_of(stack_of(block), BARE, 0))
    rows, columns = block.shape[1:]
    times = picture.shape[0] // rows
    assert picture.shape[:2] == (times * rows, times * columns)
    assert np.array_equal(picture, np.array(COLOURS, np.uint8)[np.kron(block[0], np.ones((times, times), int))])


def test_that_voxels_that_are_no_cubes_keep_their_shape(qapp: QApplication, block: NDArray[np.uint8]):
    stack = stack_of(block, (0.5, 0.2, 0.2))
    picture = picture_in(frame_of(stack, replace(BARE, axis="y"), 0))
    assert picture.shape[1] / picture.shape[0] == pytest.approx((15 * 0.2) / (9 * 0.5), rel=0.02)
    assert np.array_equal(phases_of(picture, (9, 15)), block[:, 0])


def test_that_a_volume_larger_than_the_frame_shows_no_colour_but_its_phases(qapp: QApplication):
    large = np.random.default_rng(5).integers(0, 3, (2, 700, 900)).astype(np.uint8)
    picture = picture_in(frame_of(stack_of(large), BARE, 0))
    assert picture.shape[0] < 240
    assert {tuple(colour) for colour in np.unique(picture.reshape(-1, 3), axis=0)} == set(COLOURS)


def test_that_bar_key_and_position_are_drawn_where_they_are_wanted(qapp: QApplication, block: NDArray[np.uint8]):
    plan = replace(BARE, size=(640, 480))
    bare = frame_of(stack_of(block), plan, 0)
    for name in ("bar", "key", "position"):
        assert not np.array_equal(frame_of(stack_of(block), replace(plan, **{name: True}), 0), bare)


def test_that_the_scale_bar_is_as_long_as_it_says(qapp: QApplication, block: NDArray[np.uint8]):
    plan = replace(BARE, size=(1280, 720), bar=True)
    film = SweepFilm(stack_of(block), plan, UnitController())
    length, text = film._bar
    width = picture_in(pixels_of(SweepFilm(stack_of(block), replace(plan, bar=False), UnitController()).frame(0)))
    per_um = width.shape[1] / (15 * 0.2)
    assert text == "0.5 µm"
    assert length == pytest.approx(0.5 * per_um, rel=0.01)


def test_that_the_unit_is_that_of_the_moment_the_film_was_made(qapp: QApplication, block: NDArray[np.uint8]):
    units = UnitController()
    plan = replace(BARE, size=(640, 480), bar=True, position=True)
    film = SweepFilm(stack_of(block), plan, units)
    before = pixels_of(film.frame(3))
    units.set_unit("nm")
    assert np.array_equal(pixels_of(film.frame(3)), before)
    assert not np.array_equal(frame_of(stack_of(block), plan, 3, units), before)


def test_that_the_same_settings_give_the_same_frames(qapp: QApplication, block: NDArray[np.uint8]):
    plan = MoviePlan(size=(640, 480))
    assert np.array_equal(frame_of(stack_of(block), plan, 7), frame_of(stack_of(block), plan, 7))


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_that_the_ground_is_that_of_the_colours_chosen(qapp: QApplication, block: NDArray[np.uint8], tokens):
    frame = frame_of(stack_of(block), replace(BARE, theme=tokens.name), 0)
    assert "#{:02X}{:02X}{:02X}".format(*frame[0, 0]) == tokens.surface


def test_that_a_whole_turn_ends_where_it_began_and_a_part_of_one_where_it_should():
    whole = MoviePlan(what="spin", seconds=2, fps=10)
    assert [whole.angle(k) for k in (0, 5, 19, 20)] == [0, 90, 342, 360]
    part = replace(whole, turn=-90)
    assert [part.angle(k) for k in (0, 19)] == [0, -90]


@pytest.mark.parametrize("changes", [{"size": (321, 240)}, {"seconds": 600, "fps": 60}, {"kind": "gif", "fps": 60},
                                     {"what": "spin", "turn": 0}])
def test_that_what_cannot_be_made_is_refused(changes: dict[str, object]):
    BARE.check()
    with pytest.raises(InputError):
        replace(BARE, **changes).check()
