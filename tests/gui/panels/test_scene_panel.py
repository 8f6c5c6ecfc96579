"""The 3D panel of Explore: ways to draw the block, opacities, scale bar, figure, and all of it put back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.figures.dialog import FigureDialog
from morphstudio.gui.param_form.slider import STEPS
from morphstudio.gui.scene3d import volume_actor
from morphstudio.gui.scene3d.volume import EMPTY, STRIDE, lit_volume
from morphstudio.gui.widgets.scale_bar import bar_for

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.explore.scene_panel import ScenePanel

ANSWER_MS = 60_000
VOXEL = 0.2


@pytest.fixture
def scene(application: Application, qtbot: QtBot) -> ScenePanel:
    """The panel with a fine block of three phases."""
    session, model = application.context.session, excursion_set(("se", "am", "pore"), {"lambda_x": 1.5})
    session.apply("model", replace(
        session.document, model=model, calibrated=model, model_labels=(1, 2, 3),
        model_roles=("electrolyte", "active material", "pore"), voxel_size_um=(VOXEL,) * 3), undoable=False)
    application.window.show_step("explore")
    panel = application.window.workspace.page("explore").scene
    qtbot.waitUntil(lambda: panel.view.is_ready and panel._indices is not None and len(panel._indices) == 128,
                    timeout=ANSWER_MS)
    return panel


def _volume(scene: ScenePanel, qtbot: QtBot) -> None:
    scene.look.action("volume").trigger()
    qtbot.waitUntil(lambda: scene._lit is not None, timeout=ANSWER_MS)


def _near(picture: np.ndarray, colour: tuple[int, int, int]) -> float:
    """Return the share of pixels whose direction in colour space is a phase's."""
    wanted = np.array(colour) / np.linalg.norm(colour)
    pixels = picture.reshape(-1, 3).astype(float)
    length = np.linalg.norm(pixels, axis=1)
    return float(((pixels @ wanted > 0.995 * length) & (length > 40)).mean())


def test_that_the_menu_draws_the_block_in_three_ways(scene: ScenePanel, qtbot: QtBot):
    view = scene.view
    qtbot.waitUntil(lambda: view.n_surfaces == 1, timeout=ANSWER_MS)
    scene.look.action("faces").trigger()
    assert view.n_surfaces == 0
    faces = view.picture(160, 120)
    assert not scene.opacity.isVisible()
    _volume(scene, qtbot)
    assert np.array_equal(scene._lit, lit_volume(scene._indices, 3, cut=True))
    assert np.abs(view.picture(160, 120).astype(int) - faces).mean() > 5
    assert scene.opacity.isVisible()
    assert not scene.footer.phase.isVisible()
    assert "see through" in scene.look.toolTip()
    scene.look.action("faces").trigger()
    assert np.abs(view.picture(160, 120).astype(int) - faces).mean() < 0.5


def test_that_a_hidden_phase_is_absent_from_the_volume(scene: ScenePanel, qtbot: QtBot):
    _volume(scene, qtbot)
    _electrolyte, active, _pore = scene._exploration.colours
    for hidden in (0, 2):
        qtbot.mouseClick(scene.phase_button(hidden), Qt.MouseButton.LeftButton)
    assert scene.opacity.opacities == (0.0, 0.8, 0.0)
    assert _near(scene.view.picture(160, 120, background="#000000"), active) > 0.2
    qtbot.mouseClick(scene.phase_button(1), Qt.MouseButton.LeftButton)
    assert _near(scene.view.picture(160, 120, background="#000000"), active) < 0.02  # edges and planes alone
    assert not scene.opacity.slider.isEnabled()
    assert "am is hidden" in scene.opacity.slider.toolTip()


def test_that_the_opacity_of_one_phase_or_of_all_is_set(scene: ScenePanel, qtbot: QtBot):
    _volume(scene, qtbot)
    line = scene.opacity
    assert line.phase.currentText() == "am"
    QTest.mouseClick(line.slider, Qt.MouseButton.LeftButton,
                     pos=QPoint(round(line.slider.x_of(500)), line.slider.height() // 2))
    assert line.opacities[1] == pytest.approx(0.5, abs=0.01)
    assert line.opacities[0] == line.opacities[2] == 0.25
    line.phase.setCurrentIndex(0)
    assert line.value.text().startswith("≤ 5")
    QTest.keyClick(line.slider, Qt.Key.Key_End)
    assert line.opacities == (1.0, 1.0, 1.0)
    assert line.value.text().startswith("100")
    dense = scene.view.picture(160, 120, background="#00ff00")
    QTest.keyClick(line.slider, Qt.Key.Key_Home)
    assert line.opacities == (0.0, 0.0, 0.0)
    clear = scene.view.picture(160, 120, background="#00ff00")
    green = [(np.abs(p.astype(int) - (0, 255, 0)).max(axis=2) < 4).mean() for p in (dense, clear)]
    assert green[0] < 0.75 < 0.9 < green[1]


def test_that_cut_and_clip_hold_for_the_volume(scene: ScenePanel, qtbot: QtBot):
    _volume(scene, qtbot)
    assert (scene._lit[65:-1, 1:65, 65:-1] == EMPTY).all()
    qtbot.mouseClick(scene.cut, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: scene._lit is not None, timeout=ANSWER_MS)
    assert np.array_equal(scene._lit[1:-1, 1:-1, 1:-1] // STRIDE, scene._indices)
    qtbot.mouseClick(scene.cut, Qt.MouseButton.LeftButton)
    scene.footer.cut_kind.setCurrentIndex(scene.footer.cut_kind.findData("x"))
    slider = scene.footer.clip
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(250)), slider.height() // 2))
    qtbot.waitUntil(lambda: scene._lit is not None, timeout=ANSWER_MS)
    kept = scene._lit.shape[2] - 2
    assert abs(kept - 32) <= 1
    assert np.array_equal(scene._lit[1:-1, 1:-1, 1:-1] // STRIDE, scene._indices[:, :, :kept])


def test_that_the_view_is_put_back_as_it_was(scene: ScenePanel, qtbot: QtBot):
    _volume(scene, qtbot)
    scene.opacity.phase.setCurrentIndex(1)
    QTest.keyClick(scene.opacity.slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.mouseClick(scene.phase_button(2), Qt.MouseButton.LeftButton)
    scene.view.reset_camera("x")
    seen = scene.view_state()
    assert (seen["look"], seen["phases"]) == ("volume", (True, True, False))
    for look in ("faces", "surfaces"):
        scene.restore_view({"look": look})
        assert scene.look.current == look
    qtbot.mouseClick(scene.phase_button(2), Qt.MouseButton.LeftButton)
    scene.view.reset_camera("z")
    scene.restore_view(seen)
    assert scene.view_state() == seen
    assert scene.opacity.slider.value() == round(STEPS * seen["opacity"]["values"][0])


def test_that_a_volume_too_slow_for_this_computer_is_coarse_and_says_so(scene: ScenePanel, qtbot: QtBot,
                                                                       monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(volume_actor, "_REST_SECONDS", 1e-3)
    _volume(scene, qtbot)
    qtbot.waitUntil(lambda: "drawn coarsely" in scene.footer.state.text(), timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: scene.view.volume.mapper.GetImageSampleDistance() > 1, timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: "on this computer" in scene.footer.state.toolTip(), timeout=ANSWER_MS)
    scene.look.action("faces").trigger()
    assert "coarsely" not in scene.footer.state.text()
    assert scene.footer.state.text().startswith("✓ fine, ")


def test_that_the_line_under_the_block_never_cuts_a_unit(scene: ScenePanel, qtbot: QtBot):
    qtbot.waitUntil(lambda: scene.footer.state.text().startswith("✓ fine, "), timeout=ANSWER_MS)
    words = scene.footer.state
    told = words.text()
    assert told.endswith(" s")
    words.resize(words.fontMetrics().horizontalAdvance(told), 20)
    assert words.shown == told
    words.resize(words.width() - 1, 20)
    assert words.shown == "✓ fine"
    assert words.minimumSizeHint().width() <= words.width()


@pytest.mark.parametrize(("surfaces", "look"), [(True, "surfaces"), (False, "faces")])
def test_that_a_project_from_before_the_volume_is_understood(scene: ScenePanel, surfaces: bool, look: str):
    scene.restore_view({"surfaces": surfaces})
    assert scene.look.current == look


def test_that_the_bar_follows_the_unit_and_says_when_the_voxel_size_is_in_doubt(
        scene: ScenePanel, application: Application, label_file, qtbot: QtBot):
    bar = scene._scale_bar
    assert bar(10.0, 140.0) == (pytest.approx(100.0), "10 µm")
    application.units.set_unit("nm")
    assert bar(10.0, 140.0) == (pytest.approx(100.0), bar_for(application.units, 10.0, 140.0, in_um=True)[1])
    assert bar(10.0, 140.0)[1].endswith("000 nm")
    application.units.set_unit("voxel")
    assert bar(10.0, 140.0) == (pytest.approx(100.0), "50 voxels")
    application.units.set_unit("um")
    application.window.opener.open_image(label_file)
    qtbot.waitUntil(lambda: application.context.session.active_image is not None, timeout=ANSWER_MS)
    assert bar(10.0, 140.0)[1].endswith(", voxel size not set")


def test_that_the_camera_button_opens_the_figure_of_what_is_seen(scene: ScenePanel, qtbot: QtBot):
    qtbot.mouseClick(scene.phase_button(0), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(scene.picture, Qt.MouseButton.LeftButton)
    dialog = scene.picture.dialog
    assert isinstance(dialog, FigureDialog)
    assert [entry.words for entry in scene._key()] == ["am", "pore"]
    dialog.reject()


def test_that_what_is_hidden_stays_hidden_over_undo_and_another_order_of_phases(scene: ScenePanel, qtbot: QtBot):
    session = scene._context.session
    QTest.mouseClick(scene.phase_button(0), Qt.MouseButton.LeftButton)
    scene.footer.phase.setCurrentIndex(2)
    scene.opacity.phase.setCurrentIndex(3)
    scene.opacity._take(STEPS // 2)
    scene._exploration.move("lambda_x", 1.1)
    scene._exploration.settle("lambda_x")
    session.undo()
    assert scene.visible_phases == (False, True, True)
    other = excursion_set(("pore", "se", "am"), {"lambda_x": 1.2})
    session.apply("use the calibrated model", session.document.with_model(other))
    assert scene.visible_phases == (True, False, True)
    assert scene.opacity.opacities == (0.5, 0.0, 0.8)
    assert (scene.footer.phase.currentText(), scene.opacity.phase.currentText()) == ("pore", "pore")
    # In the order of the image, as on the other pages, whatever order the model cuts its phases in.
    assert [scene.footer.phase.itemText(at) for at in range(3)] == ["se", "am", "pore"]
    assert [scene._chips.itemAt(at).widget().text() for at in range(3)] == ["se", "am", "pore"]
    assert [entry.words for entry in scene._key()] == ["am", "pore"]
    session.undo()
    assert scene.visible_phases == (False, True, True)
    assert scene.opacity.opacities == (0.0, 0.8, 0.5)
    # Another document has phases of its own.
    session.apply("open", replace(session.document.with_model(other)), starts_over=True)
    assert scene.visible_phases == (True, True, True)
    session.undo()
    assert scene.visible_phases == (False, True, True)
