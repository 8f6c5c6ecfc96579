"""A project comes back whole: as it was seen, with its images, or with a question where they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from morphstudio.app.document import Document
from morphstudio.app.project_contents import read_project
from morphstudio.core.models.excursion_set import excursion_set

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

ANSWER_MS = 30_000
MODEL = excursion_set(("a", "b", "c"), {"lambda_x": 1.25})


@pytest.fixture
def volume(application: Application, tmp_path: Path, qtbot: QtBot) -> Application:
    """The app with a volume of 24 × 28 × 32 voxels open and seen."""
    coarse = np.random.default_rng(5).integers(1, 4, (6, 7, 8)).astype(np.uint8)
    path = tmp_path / "data" / "volume.npy"
    path.parent.mkdir()
    np.save(path, np.kron(coarse, np.ones((4, 4, 4), np.uint8)))
    application.window.opener.open_image(path)
    qtbot.waitUntil(lambda: application.context.session.active_image is not None, timeout=ANSWER_MS)
    return application


def save(application: Application, path: Path, packing: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer the save dialog."""
    def answer(dialog) -> int:
        dialog.packing_box.setCurrentIndex(dialog.packing_box.findData(packing))
        dialog.selectFile(str(path))
        return 1

    monkeypatch.setattr("morphstudio.gui.save_dialog.SaveProjectDialog.exec", answer)
    application.window.actions_.action("save_as").trigger()
    session = application.context.session
    qtbot.waitUntil(lambda: session.document.path == path and not session.dirty, timeout=ANSWER_MS)


def start_over(application: Application) -> None:
    application.context.views.forget()
    application.context.session.replace_all(Document(), saved=True)


def test_that_a_project_is_seen_as_it_was(volume: Application, tmp_path: Path, qtbot: QtBot,
                                          monkeypatch: pytest.MonkeyPatch):
    window, session, units = volume.window, volume.context.session, volume.context.units
    panel = window.workspace.page("data").image_panel
    panel.planes.button("xz").click()
    panel.slider.setValue(9)
    panel.view.zoom(3.0, QPointF(60, 50))
    units.set_unit("nm")
    seen = panel.view.view_state()
    steps = len(session.history())
    save(volume, tmp_path / "p.morphstudio", "all", qtbot, monkeypatch)
    assert len(session.history()) == steps
    start_over(volume)
    units.set_unit("um")
    window.opener.open_project(tmp_path / "p.morphstudio")
    qtbot.waitUntil(lambda: session.active_image is not None, timeout=ANSWER_MS)
    assert panel.planes.current == "xz"
    assert panel.slider.value() == 9
    assert panel.view.view_state() == seen
    assert units.unit == "nm"
    assert not session.dirty


@pytest.fixture
def nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page is built before it is shown."""
    monkeypatch.setattr("morphstudio.gui.main_window.PRELOAD_MS", 10**6)


@pytest.mark.usefixtures("nothing_ahead")
def test_that_a_page_built_later_is_seen_as_it_was(volume: Application):
    views = volume.context.views
    kept = {"plane": "yz", "wipe": False, "section": {}}
    assert not volume.window.workspace.has_page("explore")
    views.restore({"explore.section": kept})
    session = volume.context.session
    session.apply("open a model", replace(session.document, model=MODEL, calibrated=MODEL, model_labels=(1, 2, 3)))
    assert views.gather()["explore.section"] == kept
    page = volume.window.workspace.page("explore")
    assert page.section.plane.current == "yz"
    assert page.exploration.axis == "x"


def test_that_a_spoiled_view_does_not_keep_a_project_closed(volume: Application):
    volume.window.workspace.page("data")
    volume.context.views.restore({"data.image": {"plane": "xy", "slices": {"xy": "many"}}, "window": 3,
                                  "data.layout": {"sizes": [[1]]}, "unknown": None})
    assert volume.context.session.active_image is not None


def test_that_an_image_that_has_moved_is_located(volume: Application, tmp_path: Path, qtbot: QtBot,
                                                 monkeypatch: pytest.MonkeyPatch):
    window, session = volume.window, volume.context.session
    project = tmp_path / "p.morphstudio"
    save(volume, project, "none", qtbot, monkeypatch)
    labels = session.active_image.image.labels
    moved = tmp_path / "moved.npy"
    Path(session.active_image.path).rename(moved)
    start_over(volume)
    window.opener.open_project(project)
    qtbot.waitUntil(lambda: window.opener.absent_dialog is not None, timeout=ANSWER_MS)
    dialog = window.opener.absent_dialog
    assert "volume.npy is no longer in" in dialog.text()
    assert not dialog.accept_button.isVisible()
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileName", lambda *_a, **_k: (str(moved), ""))
    QTest.mouseClick(dialog.locate_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.active_image is not None, timeout=ANSWER_MS)
    assert np.array_equal(session.active_image.image.labels, labels)
    assert session.document.path == project


def test_that_a_project_without_its_image_opens_as_a_copy_and_the_file_keeps_all(
        volume: Application, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    window, session = volume.window, volume.context.session
    session.apply("change seed 1 → 7", replace(session.document, seed=7))
    project = tmp_path / "p.morphstudio"
    save(volume, project, "none", qtbot, monkeypatch)
    image = Path(session.active_image.path)
    image.rename(tmp_path / "moved.npy")
    before = project.read_bytes()
    start_over(volume)
    window.opener.open_project(project)
    qtbot.waitUntil(lambda: window.opener.absent_dialog is not None, timeout=ANSWER_MS)
    QTest.mouseClick(window.opener.absent_dialog.leave_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.document.seed == 7, timeout=ANSWER_MS)
    assert session.document.images == ()
    assert session.document.path is None
    assert session.dirty
    assert project.read_bytes() == before
    (tmp_path / "moved.npy").rename(image)
    assert len(read_project(project).images) == 1


def test_that_panels_stand_where_the_project_had_them(volume: Application, tmp_path: Path, qtbot: QtBot,
                                                      monkeypatch: pytest.MonkeyPatch):
    window, session = volume.window, volume.context.session
    docks = window.workspace.page("data").docks
    docks.set_shown("isotropy", False)
    save(volume, tmp_path / "p.morphstudio", "all", qtbot, monkeypatch)
    docks.reset()
    assert docks.is_shown("isotropy")
    start_over(volume)
    window.opener.open_project(tmp_path / "p.morphstudio")
    qtbot.waitUntil(lambda: session.active_image is not None, timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: not docks.is_shown("isotropy"), timeout=ANSWER_MS)


def test_that_closing_goes_back_to_the_welcome_page(volume: Application):
    window, session = volume.window, volume.context.session
    window.actions_.action("close_project").trigger()
    assert session.document.images == ()
    assert session.undo_name is None
    assert window.welcome.isVisible()
