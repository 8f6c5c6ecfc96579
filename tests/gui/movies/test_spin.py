"""The spin: frames of the real 3D view, the same whatever happens in the window meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer

from morphstudio.app.document import ImageEntry
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage
from morphstudio.gui.movies.frame import pixels_of
from morphstudio.gui.movies.plan import MoviePlan
from morphstudio.gui.movies.spin import SpinFilm
from morphstudio.gui.movies.stacks import block_stack
from morphstudio.gui.panels.explore.scene_tools import VOLUME, CameraButton

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.movies.spin import Filmed
    from morphstudio.gui.panels.explore.page import ExplorePage

ANSWER_MS = 60_000
LEFT = Qt.MouseButton.LeftButton
ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.9, "lambda_y": -0.27}
PLAN = MoviePlan(what="spin", size=(160, 120), seconds=1, fps=8)


@pytest.fixture
def page(application: Application, qtbot: QtBot) -> ExplorePage:
    """Explore with its 3D view ready and its surface drawn."""
    session = application.context.session
    model = excursion_set(("se", "am", "pore"), ROW_D)
    session.apply("model", replace(
        session.document, model=model, calibrated=model, model_labels=(1, 2, 3),
        model_roles=("electrolyte", "active material", "pore"), voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    application.window.show_step("explore")
    page = application.window.workspace.page("explore")
    qtbot.waitUntil(lambda: page.scene.view.is_ready and page.scene.view.n_surfaces > 0, timeout=ANSWER_MS)
    return page


def test_that_the_frame_after_the_last_is_the_first_and_a_quarter_of_a_turn_is_not(page: ExplorePage,
                                                                                  application: Application):
    film = SpinFilm(page.filmed(), PLAN, application.units)
    first, quarter, after = (pixels_of(film.frame(at)) for at in (0, 2, PLAN.n_frames))
    film.close()
    assert np.array_equal(first, after)
    assert (first != quarter).any(axis=2).mean() > 0.1


def test_that_a_film_shows_what_was_there_when_it_was_made(page: ExplorePage, application: Application,
                                                          qtbot: QtBot):
    film = SpinFilm(page.filmed(), PLAN, application.units)
    before = pixels_of(film.frame(1))
    page.scene.view.reset_camera("z")
    with qtbot.waitSignal(page.exploration.block_ready, timeout=ANSWER_MS):
        page.exploration.set_seed(7)
    again = pixels_of(film.frame(1))
    film.close()
    assert np.array_equal(again, before)
    other = SpinFilm(page.filmed(), PLAN, application.units)
    assert not np.array_equal(pixels_of(other.frame(1)), before)
    other.close()


def test_that_a_block_that_one_sees_through_is_filmed_too(page: ExplorePage, application: Application):
    film = SpinFilm(page.filmed(), PLAN, application.units)
    solid = pixels_of(film.frame(1))
    film.close()
    page.scene.look.choose("volume")
    film = SpinFilm(page.filmed(), PLAN, application.units)
    first, seen_through, after = (pixels_of(film.frame(at)) for at in (0, 1, PLAN.n_frames))
    page.scene.look.choose("faces")
    again = pixels_of(film.frame(1))
    film.close()
    assert np.array_equal(first, after)
    assert np.array_equal(again, seen_through)
    assert (seen_through != solid).any(axis=2).mean() > 0.1


def test_that_a_hidden_phase_is_neither_shown_nor_in_the_key(page: ExplorePage, application: Application,
                                                             qtbot: QtBot):
    whole = first_frame(page.filmed(), application)
    qtbot.mouseClick(page.scene.phase_button(1), LEFT)
    filmed = page.filmed()
    assert filmed.visible == (True, False, True)
    left = first_frame(filmed, application)
    assert [has_colour(whole, colour) for colour in filmed.colours] == [True, True, True]
    assert [has_colour(left, colour) for colour in filmed.colours] == [True, False, True]
    middle = np.s_[20:80, 30:130]
    assert (whole[middle] != left[middle]).any(axis=2).mean() > 0.1


def first_frame(filmed: Filmed, application: Application, plan: MoviePlan = PLAN) -> NDArray[np.uint8]:
    film = SpinFilm(filmed, plan, application.units)
    pixels = pixels_of(film.frame(0))
    film.close()
    return pixels


def has_colour(frame: NDArray[np.uint8], colour: tuple[int, int, int]) -> bool:
    return bool((frame == colour).all(axis=2).any())


def test_that_an_unconfirmed_voxel_size_is_said_in_the_frame(page: ExplorePage, application: Application):
    assert page.filmed().confirmed
    session = application.context.session
    image = PhaseImage(np.zeros((1, 8, 8), np.uint8), (Phase(0, "se", "other"),), (0.2, 0.2, 0.2))
    session.apply("image", replace(session.document, images=(ImageEntry(image, "", "ab12", voxel_confirmed=False),)),
                  undoable=False)
    filmed = page.filmed()
    assert not filmed.confirmed
    for bar in (True, False):
        plan = replace(PLAN, bar=bar, size=(640, 480))
        said, certain = (first_frame(at, application, plan) for at in (filmed, replace(filmed, confirmed=True)))
        assert np.array_equal(said, certain) != bar
    block = np.zeros((4, 4, 4), np.uint8)
    stack = block_stack(block, (0.2,) * 3, filmed.names, filmed.colours, in_um=True, confirmed=filmed.confirmed)
    assert not stack.section("z", 0).confirmed


def test_that_a_spin_is_made_by_clicks_while_the_window_is_used(page: ExplorePage, application: Application,
                                                               tmp_path: Path, qtbot: QtBot):
    camera = application.window.findChild(CameraButton)
    menu = camera.menu()
    # The menu has a loop of its own until something is chosen.
    menu.aboutToShow.connect(lambda: QTimer.singleShot(
        0, menu, lambda: qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(camera.movie).center())))
    qtbot.mouseClick(camera, LEFT)
    dialog = application.window.movie_dialog
    assert dialog.fields.what.current == "spin"
    for field, value in ((dialog.fields.seconds, 1), (dialog.fields.fps, 8), (dialog.fields.width_field, 160),
                         (dialog.fields.height_field, 120)):
        field.setValue(value)
    dialog.place.folder.setText(str(tmp_path))
    dialog.place.name.setText("turn")
    qtbot.mouseClick(dialog.make_button, LEFT)
    qtbot.waitUntil(lambda: dialog.progress.bar.value() > 1, timeout=ANSWER_MS)
    page.exploration.set_seed(9)
    qtbot.waitUntil(lambda: not dialog.is_making, timeout=ANSWER_MS)
    with av.open(str(tmp_path / "turn.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(container.streams.video[0])]
    assert len(frames) == 8
    assert frames[0].shape == (120, 160, 3)
    assert (np.abs(frames[0].astype(int) - frames[4]) > 40).any(axis=2).mean() > 0.05


def test_that_the_models_block_is_drawn_for_a_sweep_alone(page: ExplorePage, application: Application, qtbot: QtBot,
                                                         monkeypatch: pytest.MonkeyPatch):
    previews, asked = application.context.previews, []
    request = previews.request
    monkeypatch.setattr(previews, "request", lambda key, wanted: asked.append(key) or request(key, wanted))
    application.window.actions_.action("movie").trigger()
    dialog = application.window.movie_dialog
    qtbot.mouseClick(dialog.fields.what.button("spin"), LEFT)
    qtbot.waitUntil(lambda: not dialog.preview.picture.pixmap().isNull(), timeout=ANSWER_MS)
    assert "movie.block" not in asked
    qtbot.mouseClick(dialog.fields.what.button("sweep"), LEFT)
    qtbot.waitUntil(lambda: dialog.sources.stack(0) is not None, timeout=ANSWER_MS)
    assert asked.count("movie.block") == 1


def test_that_rays_through_a_volume_are_as_fine_as_in_a_still_picture(page: ExplorePage, application: Application,
                                                                     qtbot: QtBot):
    page.scene.look.choose(VOLUME)
    shown = page.scene.view.volume
    film = SpinFilm(page.filmed(), PLAN, application.units)
    film.frame(0)
    volumes = [twin for prop, twin in film._window._twins.items() if prop.IsA("vtkVolume")]
    steps = [volume.GetMapper().GetSampleDistance() for volume in volumes]
    film.close()
    assert steps == [pytest.approx(shown.mapper.GetSampleDistance() / 2)]


def test_that_the_models_block_is_swept_as_the_sections_show_it(page: ExplorePage, application: Application,
                                                               qtbot: QtBot):
    application.window.actions_.action("movie").trigger()
    dialog = application.window.movie_dialog
    qtbot.mouseClick(dialog.fields.what.button("sweep"), LEFT)
    qtbot.waitUntil(lambda: dialog.sources.stack(0) is not None, timeout=ANSWER_MS)
    section = dialog.sources.stack(0).section("z", page.exploration.place.at("z"))
    assert np.array_equal(section.indices, page.section.view.section.indices)
    assert section.colours == page.section.view.section.colours
    assert dialog.fields.source.currentText() == "Model, 128 × 128 × 128 voxels"
