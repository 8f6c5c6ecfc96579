"""Opening by click, by drop, and what happens when a file is bad."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from morphstudio.app.settings import RecentFile
from morphstudio.gui.opening import kind_of
from morphstudio.io.images import file_sha256

ANSWER_MS = 30_000
LEFT = Qt.MouseButton.LeftButton


def drop(window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)


def test_that_a_click_opens_the_sample_ready_to_calibrate(application, qtbot):
    window = application.window
    QTest.mouseClick(window.welcome.sample_card.button, LEFT)
    session = application.context.session
    qtbot.waitUntil(lambda: session.active_image is not None, timeout=60_000)
    entry = session.active_image
    assert "simulated" in entry.source_note.lower()
    assert entry.voxel_confirmed
    assert entry.image.voxel_size_um == (0.2, 0.2, 0.2)
    page = window.workspace.page("data")
    assert page.calibrate_button.isEnabled()
    assert window.current_step == "data"


def test_that_a_dropped_file_is_opened_and_remembered(application, label_file, qtbot):
    drop(application.window, label_file)
    session = application.context.session
    qtbot.waitUntil(lambda: session.active_image is not None, timeout=ANSWER_MS)
    assert session.active_image.image.shape == (1, 40, 60)
    assert [file.path for file in application.settings.value.recent] == [str(label_file)]
    assert application.window.workspace.isVisible()


@pytest.mark.parametrize("same", [True, False])
def test_that_what_was_said_about_a_file_holds_for_its_content_only(application, tmp_path, same, qtbot):
    path = tmp_path / "scan.tif"
    size = {"imagej": True, "resolution": (10, 10), "metadata": {"unit": "um", "spacing": 0.1}}
    blocks = np.kron(np.arange(12).reshape(3, 4) % 2, np.ones((8, 8))).astype(np.uint8)
    tifffile.imwrite(path, blocks)
    said = RecentFile(str(path), "image", {0: "pore", 1: "NMC"}, (0.5, 0.5, 0.5), file_sha256(path))
    if not same:
        tifffile.imwrite(path, np.stack([blocks + 3] * 4), **size)
    application.settings.remember_file(said)
    application.window.opener.open_image(path)
    session = application.context.session
    qtbot.waitUntil(lambda: session.active_image is not None, timeout=ANSWER_MS)
    entry = session.active_image
    assert entry.voxel_confirmed == same
    assert entry.image.voxel_size_um == pytest.approx((0.5, 0.5, 0.5) if same else (0.1, 0.1, 0.1))
    assert (entry.image.phases[1].name == "NMC") == same


def test_that_a_second_file_can_be_added_to_the_first(opened, tmp_path, qtbot):
    other = tmp_path / "other.tif"
    tifffile.imwrite(other, np.tile(np.arange(3, dtype=np.uint8), (30, 10)))
    opened.window.opener.open_image(other, add=True)
    session = opened.context.session
    qtbot.waitUntil(lambda: len(session.document.images) == 2, timeout=ANSWER_MS)
    assert session.active_image.image.name == "other.tif"
    session.undo()
    assert session.active_image.image.name == "section.tif"


@pytest.mark.parametrize(("values", "word"), [
    (np.arange(2500, dtype=np.uint8).reshape(50, 50), "256"),
    (np.full((20, 20), 3, np.uint8), "one label"),
])
def test_that_a_bad_file_says_why_and_leaves_the_session(opened, tmp_path, values, word, qtbot):
    before = opened.context.session.document
    bad = tmp_path / "bad.tif"
    tifffile.imwrite(bad, values)
    opened.window.opener.open_image(bad)
    qtbot.waitUntil(lambda: opened.window.opener.dialog is not None, timeout=ANSWER_MS)
    dialog = opened.window.opener.dialog
    assert dialog.headline.text() == "bad.tif was not opened"
    assert word in dialog.message.text()
    assert dialog.hint.text()
    assert opened.context.session.document is before
    QTest.mouseClick(dialog.close_button, LEFT)


def test_that_a_missing_file_is_an_error_in_words(application, tmp_path, qtbot):
    application.window.opener.open_image(tmp_path / "gone.tif")
    qtbot.waitUntil(lambda: application.window.opener.dialog is not None, timeout=ANSWER_MS)
    assert "Traceback" not in application.window.opener.dialog.message.text()
    assert application.window.opener.dialog.message.text()
    application.window.opener.dialog.close()


def test_that_a_model_file_opens_the_explore_step(application, qtbot):
    from morphstudio.app.resources import resource_path

    application.window.opener.open_path(resource_path("samples", "assb-cathode.model.json"))
    session = application.context.session
    qtbot.waitUntil(lambda: session.document.model is not None, timeout=ANSWER_MS)
    assert session.document.model_labels == (1, 2, 3)
    assert session.document.voxel_size_um == (0.2, 0.2, 0.2)


def test_that_a_model_in_um_is_not_taken_for_one_in_voxels(application, tmp_path, qtbot):
    path = tmp_path / "m.json"
    path.write_text('{"schema": 1, "model": "excursion", "phases": ["am", "pore"], "units": {"alpha_*": "1/um"}, '
                    '"parameters": {"alpha_chi_x": 1.2}}', encoding="utf-8")
    application.window.opener.open_model(path)
    qtbot.waitUntil(lambda: application.window.dialog is not None, timeout=ANSWER_MS)
    assert "how large a voxel is" in application.window.dialog.headline.text()
    assert application.context.session.document.model is None
    application.window.dialog.close()


def test_that_a_project_comes_back_as_it_was_saved(opened, tmp_path, qtbot, monkeypatch):
    window, session = opened.window, opened.context.session
    path = tmp_path / "work.morphstudio"
    monkeypatch.setattr("morphstudio.gui.save_dialog.SaveProjectDialog.exec",
                        lambda dialog: dialog.selectFile(str(path)) or 1)
    window.actions_.action("save").trigger()
    qtbot.waitUntil(lambda: session.document.path == path, timeout=ANSWER_MS)
    assert not session.dirty
    saved = session.document.images[0].image
    window.opener.open_project(path)
    qtbot.waitUntil(lambda: session.document.images[0].image is not saved, timeout=ANSWER_MS)
    assert np.array_equal(session.document.images[0].image.labels, saved.labels)
    assert session.document.path == path


@pytest.mark.parametrize(("name", "kind"), [
    ("a.tif", "image"), ("folder", "image"), ("m.json", "model"), ("p.morphstudio", "project")])
def test_that_files_are_told_apart_by_their_ending(name, kind):
    assert kind_of(Path(name)) == kind
