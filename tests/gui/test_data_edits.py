"""Crop, resample, a drawn scale bar, several images: by real clicks and keys."""

from dataclasses import replace

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from morphstudio.app.jobs.preview_service import PreviewAnswer
from morphstudio.app.model_record import entry_records
from morphstudio.app.project_contents import read_project, write_project
from morphstudio.gui.panels.data.cropping import PREVIEW_KEY

LEFT = Qt.MouseButton.LeftButton
ANSWER_MS = 30_000


@pytest.fixture
def page(opened):
    return opened.window.workspace.page("data")


def enter(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def drag(view, start, end):
    QTest.mousePress(view, LEFT, pos=start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, pos=end)


def corner(view, row, column):
    high, wide = view.section.spacing
    return view.to_screen(column * wide, row * high).toPoint()


def crop(opened, page, qtbot):
    session = opened.context.session
    before = len(session.active_image.edits)
    QTest.mouseClick(page.cropping.form.apply_button, LEFT)
    qtbot.waitUntil(lambda: len(session.active_image.edits) > before, timeout=ANSWER_MS)


def test_that_a_dragged_box_crops_in_one_step_that_undo_names(opened, page, qtbot):
    session, view = opened.context.session, page.image_panel.view
    before = session.document
    QTest.mouseClick(page.crop_button, LEFT)
    form = page.cropping.form
    assert not form.apply_button.isEnabled()
    assert "drag the box" in form.apply_button.toolTip()
    drag(view, corner(view, 40, 60) - QPoint(1, 1), corner(view, 30, 45))
    (_, (top, bottom), (left, right)) = box = page.cropping.tool.box
    assert (top, left) == (0, 0)
    assert abs(bottom - 30) <= 1
    assert abs(right - 45) <= 1
    labels = before.images[0].image.labels[:, :bottom, :right]
    shares = [f"{np.mean(labels == phase.label):.3f}" for phase in before.images[0].image.phases]
    qtbot.waitUntil(lambda: [v.text().split(" ")[0] for v in form.values] == shares, timeout=ANSWER_MS)
    crop(opened, page, qtbot)
    entry = session.active_image
    assert np.array_equal(entry.image.labels, labels)
    assert entry.edits[-1].box == box
    # The file is still what it was: what is remembered of it is not the crop.
    assert opened.settings.value.recent[0].shape == (1, 40, 60)
    assert session.undo_name == f"crop to {right} × {bottom} px"
    assert not page.crop_button.isChecked()
    session.undo()
    assert session.document is before


def test_that_keys_choose_the_box_and_escape_leaves(opened, page, qtbot):
    view, tool = page.image_panel.view, page.cropping.tool
    QTest.mouseClick(page.crop_button, LEFT)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert tool.box == ((0, 1), (0, 39), (1, 51))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not page.cropping.is_active
    assert not opened.context.session.active_image.edits


def test_that_typed_edges_follow_the_unit(opened, page):
    enter(page.voxel_size.fields["x"], "0.5")
    QTest.mouseClick(page.crop_button, LEFT)
    fields, tool = page.cropping.form.fields, page.cropping.tool
    assert fields["x", 1].text() == "30"
    enter(fields["x", 0], "5000 nm")
    assert tool.box[2] == (10, 60)
    opened.context.units.set_unit("nm")
    assert fields["x", 0].text() == "5000"
    opened.context.units.set_unit("voxel")
    assert fields["x", 0].text() == "10"
    enter(fields["y", 1], "1")
    assert tool.box[1] == (0, 8)  # eight voxels are the least
    opened.context.units.set_unit("um")


def test_that_a_crop_is_in_the_records_and_in_the_project(opened, page, qtbot, tmp_path):
    QTest.mouseClick(page.crop_button, LEFT)
    enter(page.cropping.form.fields["x", 1], "40")
    crop(opened, page, qtbot)
    document = opened.context.session.document
    write_project(tmp_path / "p.morph", document)
    entry = read_project(tmp_path / "p.morph").images[0]
    assert np.array_equal(entry.image.labels, document.images[0].image.labels)
    assert entry.edits == document.images[0].edits
    record, = entry_records([entry])
    assert record["edits"] == [{"operation": "crop", "box": {"z": [0, 1], "y": [0, 40], "x": [0, 40]}}]


def test_that_resampling_waits_for_a_voxel_size_and_is_one_step(opened, page, qtbot):
    session = opened.context.session
    assert not page.resample_button.isEnabled()
    assert "pixel size" in page.resample_button.toolTip()
    enter(page.voxel_size.fields["x"], "0.5")
    before = session.document
    QTest.mouseClick(page.resample_button, LEFT)
    dialog = page.resample_dialog
    assert "30 × 20 px" in dialog.then.text()
    dialog.fields["x"].selectAll()
    QTest.keyClicks(dialog.fields["x"], "4")
    assert "Fewer than 8" in dialog.problem.text.text()
    assert not dialog.resample_button.isEnabled()
    dialog.fields["x"].selectAll()
    QTest.keyClicks(dialog.fields["x"], "250 nm")
    assert dialog.fields["y"].text() == "0.25"
    QTest.mouseClick(dialog.resample_button, LEFT)
    qtbot.waitUntil(lambda: bool(session.active_image.edits), timeout=ANSWER_MS)
    image = session.active_image.image
    assert image.shape == (1, 80, 120)
    assert image.voxel_size_um[1:] == (0.25, 0.25)
    assert session.undo_name == "resample to 0.250 µm pixels"
    session.undo()
    assert session.document is before


def test_that_a_line_of_known_length_gives_the_voxel_size(opened, page):
    session, view, form = opened.context.session, page.image_panel.view, page.scale_bar
    QTest.mouseClick(page.voxel_size.draw_button, LEFT)
    assert not form.use_button.isEnabled()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Left)  # a line across the middle: 30 pixels less one
    assert form.line_text.text() == "29 px are"
    QTest.keyClick(view, Qt.Key.Key_Right)
    enter(form.length, "6000 nm")
    assert session.active_image.image.voxel_size_um == (0.2, 0.2, 0.2)
    assert not session.active_image.voxel_confirmed
    assert form.isHidden()
    assert session.undo_name == "set pixel size by a line"


def test_that_a_drawn_line_is_as_long_as_it_was_drawn(opened, page):
    view, form = page.image_panel.view, page.scale_bar
    QTest.mouseClick(page.voxel_size.draw_button, LEFT)
    drag(view, corner(view, 10, 10), corner(view, 10, 50))
    assert abs(form._pixels() - 40) < 1.5
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not form.is_active


def test_that_an_edge_unlike_the_rest_is_offered_for_cropping(opened, page, qtbot, tmp_path):
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 2, (200, 300)).astype(np.uint8)
    labels[:, 291:] = 1
    tifffile.imwrite(tmp_path / "streak.tif", labels)
    opened.window.opener.open_image(tmp_path / "streak.tif", add=True)
    button = page.quality.edge_buttons[page.quality.across]
    qtbot.waitUntil(lambda: not button.isHidden(), timeout=ANSWER_MS)
    assert button.text().startswith("Right edge: more ")
    assert page.quality.edge_buttons[page.quality.down].isHidden()
    QTest.mouseClick(button, LEFT)
    assert page.cropping.is_active
    assert page.cropping.tool.box[2][1] == 291


def test_that_images_that_differ_beyond_chance_are_marked(opened, page, qtbot, tmp_path):
    rng = np.random.default_rng(3)
    for name, share in (("a", 0.4), ("b", 0.7)):
        tifffile.imwrite(tmp_path / f"{name}.tif", (rng.random((120, 120)) < share).astype(np.uint8))
    opened.window.opener.open_image(tmp_path / "a.tif")
    qtbot.waitUntil(lambda: opened.context.session.active_image.image.name.startswith("a"), timeout=ANSWER_MS)
    opened.window.opener.open_image(tmp_path / "b.tif", add=True)
    qtbot.waitUntil(lambda: "differ from the other" in page.images._hint.text(), timeout=ANSWER_MS)
    session = opened.context.session
    session.apply("twice", replace(session.document, images=(session.document.images[0],) * 2, active=0))
    assert "agree within" in page.images._hint.text()
    assert len(page.images.rows) == 2


def test_that_a_crop_ends_when_another_image_comes_to_the_front(opened, page):
    QTest.mouseClick(page.crop_button, LEFT)
    session = opened.context.session
    session.apply("empty", replace(session.document, images=()))
    assert not page.cropping.is_active


def test_that_a_voxel_size_changed_during_the_first_look_sends_the_image_again(opened, page, qtbot, monkeypatch):
    previews, session = opened.context.previews, opened.context.session
    asked = []
    monkeypatch.setattr(previews, "request", lambda key, request: asked.append((key, request)) or 0)

    def crops():
        return [request for key, request in asked if key == PREVIEW_KEY]

    def answer(request, cache):
        page.cropping._on_answer(PreviewAnswer(PREVIEW_KEY, 1, request.answer(cache), None, "", 0.0))

    QTest.mouseClick(page.crop_button, LEFT)
    (first,) = crops()
    entry = session.active_image
    changed = replace(entry.image, voxel_size_um=(0.7, 0.7, 0.7))
    session.apply("size", replace(session.document, images=(replace(entry, image=changed),)))
    second = crops()[-1]
    assert second.image is changed
    assert second.token != first.token
    cache = {}
    answer(first, cache)  # late: it must not pass for the changed image
    assert not page.cropping._sent
    answer(second, cache)
    assert page.cropping._sent
    page.cropping.tool.set_box(((0, 1), (0, 20), (0, 20)))
    assert crops()[-1].image is None
    assert crops()[-1].answer(cache) is not None


def test_that_the_plane_of_a_volume_is_chosen_in_one_place(opened, page, qtbot, tmp_path):
    volume = np.random.default_rng(1).integers(0, 2, (12, 14, 16)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "volume.tif", volume)
    opened.window.opener.open_image(tmp_path / "volume.tif")
    qtbot.waitUntil(lambda: not opened.context.session.active_image.image.is_section, timeout=ANSWER_MS)
    assert not page.planes.isVisibleTo(page.inspector)
    QTest.mouseClick(page.image_panel.planes.button("yz"), LEFT)
    assert page.image_panel.view.section.indices.shape == (12, 14)
    QTest.mouseClick(page.image_panel.planes.button("xz"), LEFT)
    assert page.image_panel.view.section.indices.shape == (12, 16)
    opened.window.activateWindow()
    qtbot.waitUntil(lambda: opened.window.isActiveWindow())
    slice_before = page.image_panel.slider.value()
    QTest.keyClick(page.image_panel.view, Qt.Key.Key_BracketRight)
    assert page.image_panel.slider.value() == slice_before + 1
    QTest.mouseClick(page.crop_button, LEFT)
    assert not page.cropping.form.fields["z", 0].isHidden()


def test_that_a_closed_apply_button_says_why(opened, page, qtbot):
    QTest.mouseClick(page.crop_button, LEFT)
    button = page.cropping.form.apply_button
    assert not button.isEnabled()
    assert button.toolTip() == "Nothing is cut off yet: drag the box"
