"""The export dialog writes what it says."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from morphstudio.app.resources import resource_path

ANSWER_MS = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def with_model(application, qtbot):
    application.window.opener.open_path(resource_path("samples", "assb-cathode.model.json"))
    qtbot.waitUntil(lambda: application.context.session.document.model is not None, timeout=ANSWER_MS)
    return application


def test_that_the_model_is_written_as_a_geodict_folder(with_model, tmp_path, qtbot):
    window = with_model.window
    window.actions_.action("export").trigger()
    dialog = window.export_dialog
    dialog.folder.setText(str(tmp_path / "geodict"))
    for axis, length in {"x": 20, "y": 14, "z": 10}.items():
        dialog.edges[axis].setValue(length)
    dialog.materials.ids[1].setValue(7)
    announced = dialog.files.title.text()
    QTest.mouseClick(dialog.export_button, LEFT)
    qtbot.waitUntil(lambda: "Exported" in window.notice.text.text(), timeout=ANSWER_MS)
    written = sorted((tmp_path / "geodict").iterdir())
    assert announced.startswith(f"Writes {len(written)} files")
    raw = next(path for path in written if path.suffix == ".raw")
    assert raw.name.endswith("_0.2um_8bu_20x14x10.raw")
    values = np.fromfile(raw, np.uint8)
    assert values.size == 20 * 14 * 10
    assert set(np.unique(values)) <= {0, 1, 7}


def test_that_the_time_is_told_once_an_export_was_timed(with_model, tmp_path, monkeypatch, qtbot):
    monkeypatch.setattr("morphstudio.app.forecast.TELLING_SECONDS", 0.0)
    window, settings = with_model.window, with_model.settings
    window.open_export()
    dialog = window.export_dialog
    assert dialog._forecast.text().startswith("Needs ")
    dialog.formats.setCurrentRow(1)
    dialog.folder.setText(str(tmp_path / "out"))
    for axis in "xyz":
        dialog.edges[axis].setValue(24)
    QTest.mouseClick(dialog.export_button, LEFT)
    qtbot.waitUntil(lambda: "Exported" in window.notice.text.text(), timeout=ANSWER_MS)
    assert settings.generation_rate > 0
    settings.remember_generation_rate(1e6)
    window.open_export()
    assert window.export_dialog._forecast.text().startswith("Takes about ")
    window.export_dialog.reject()


def test_that_a_cube_of_few_chords_is_called_too_narrow(with_model, tmp_path, qtbot):
    with_model.window.open_export()
    dialog = with_model.window.export_dialog
    for axis in "xyz":
        dialog.edges[axis].setValue(24)
    qtbot.waitUntil(lambda: not dialog.too_narrow.isHidden(), timeout=ANSWER_MS)
    assert "2.2 mean chords of SE across" in dialog.too_narrow.text.text()
    kinds = dialog.materials.kinds
    # The dialog grows with it: nothing is squeezed.
    qtbot.waitUntil(lambda: all(kind.height() >= kind.minimumSizeHint().height() for kind in kinds))
    dialog.grab().save(str(tmp_path / "narrow.png"))
    for axis in "xyz":
        dialog.edges[axis].setValue(96)
    assert dialog.too_narrow.isHidden()
    dialog.reject()


def test_that_nothing_is_overwritten_unasked(opened, tmp_path, qtbot):
    window = opened.window
    page = window.workspace.page("data")
    page.voxel_size.fields["x"].setFocus()
    QTest.keyClicks(page.voxel_size.fields["x"], "0.5")
    QTest.mouseClick(page.voxel_size.confirm_button, LEFT)
    for count in (1, 2):
        window.open_export()
        dialog = window.export_dialog
        dialog.formats.setCurrentRow(1)
        dialog.folder.setText(str(tmp_path / "out"))
        assert dialog.guard.isHidden() == (count == 1)
        window.notice.text.setText("")
        QTest.mouseClick(dialog.export_button, LEFT)
        qtbot.waitUntil(lambda: "Exported" in window.notice.text.text(), timeout=ANSWER_MS)
    assert len(list((tmp_path / "out").glob("*.tif"))) == 2


def test_that_problems_are_said_before_anything_runs(with_model, tmp_path):
    with_model.window.open_export()
    dialog = with_model.window.export_dialog
    dialog.folder.setText(str(tmp_path / "x"))
    assert dialog.export_button.isEnabled()
    dialog.materials.ids[0].setValue(dialog.materials.ids[1].value())
    assert not dialog.export_button.isEnabled()
    assert dialog.problem.text.text()
    dialog.materials.ids[0].setValue(9)
    dialog.name.setText("a/b")
    assert not dialog.export_button.isEnabled()
    dialog.name.setText("fine")
    for axis in "xyz":
        dialog.edges[axis].setValue(4000)
    assert "memory" in dialog.size_form.problem.text.text()
    assert not dialog.export_button.isEnabled()
    dialog.reject()
    assert not (tmp_path / "x").exists()


def test_that_an_export_without_a_fluid_says_so(with_model):
    with_model.window.open_export()
    dialog = with_model.window.export_dialog
    assert dialog.no_fluid.isHidden()
    for kind in dialog.materials.kinds:
        kind.setCurrentText("Solid")
    assert not dialog.no_fluid.isHidden()
    assert dialog.export_button.isEnabled()
    dialog.formats.setCurrentRow(1)
    assert dialog.no_fluid.isHidden()
    dialog.reject()


def test_that_saving_starts_in_the_folder_of_the_image(opened, label_file):
    assert opened.context.save_folder("export") == label_file.parent
    opened.window.open_export()
    assert opened.window.export_dialog.folder.text().startswith(str(label_file.parent))
    opened.window.export_dialog.reject()


def test_that_enter_exports_first_and_the_end_of_a_long_folder_is_shown(with_model, qtbot):
    window = with_model.window
    window.open_export()
    dialog = window.export_dialog
    assert dialog.focusWidget() is dialog.export_button
    folder = "/a/" + "very-long-folder-name/" * 8 + "exports"
    dialog.folder.setText(folder)
    assert dialog.folder.shown.startswith("…")
    assert dialog.folder.shown.endswith("exports")
    assert dialog.folder.text() == dialog.folder.toolTip() == folder
    dialog.reject()


def test_that_what_does_not_fit_into_memory_is_said_in_red(with_model, qtbot):
    window = with_model.window
    window.open_export()
    dialog = window.export_dialog
    for edge in dialog.edges.values():
        edge.setValue(4000)
    assert dialog._forecast.property("role") == "errorText"
    assert " of memory, " in dialog._forecast.text()
    assert not dialog.export_button.isEnabled()
    dialog.reject()


def test_that_the_dialog_is_as_tall_as_its_format_needs(with_model, qtbot):
    window = with_model.window
    window.open_export()
    dialog = window.export_dialog
    qtbot.waitUntil(lambda: dialog.steps.isVisible())
    tall = dialog.height()
    dialog.formats.setCurrentRow(1)
    qtbot.waitUntil(lambda: dialog.height() < tall)
    dialog.formats.setCurrentRow(0)
    qtbot.waitUntil(lambda: dialog.height() == tall)
    dialog.reject()


def test_that_the_dialog_stands_whole_over_the_middle_of_a_small_window(with_model, qtbot):
    window = with_model.window
    window.resize(1180, 720)
    window.open_export()
    dialog = window.export_dialog
    free = window.screen().availableGeometry()
    for row in (*range(dialog.formats.count()), 0):
        dialog.formats.setCurrentRow(row)
        qtbot.wait(50)  # lines that were added ask for their room a moment later
        frame, middle = dialog.frameGeometry(), window.frameGeometry().center()
        assert free.contains(frame)
        assert abs(frame.center().x() - middle.x()) <= 4
        assert abs(frame.center().y() - middle.y()) <= 4
    dialog.reject()


def test_that_a_home_folder_can_be_typed_letter_by_letter(with_model):
    with_model.window.open_export()
    dialog = with_model.window.export_dialog
    for typed in ("~", "~d", "~/d"):
        dialog.folder.setText(typed)  # an exception in a slot fails the test
    assert dialog.export_button.isEnabled()
    dialog.reject()


def test_that_a_dialog_pulled_larger_stays_so_while_one_types(with_model, qtbot):
    with_model.window.open_export()
    dialog = with_model.window.export_dialog
    dialog.resize(dialog.width(), dialog.height() + 40)
    pulled = dialog.height()
    dialog._fit_height(shrink=False)
    assert dialog.height() == pulled
    dialog.reject()
