"""The Data page: names, roles, voxel size, units, undo."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(opened):
    return opened.window.workspace.page("data")


def name_phases(page, *names):
    for row, name in zip(page.phases.rows, names, strict=True):
        row.name.setFocus()
        row.name.selectAll()
        QTest.keyClicks(row.name, name)
        QTest.keyClick(row.name, Qt.Key.Key_Return)


def enter(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def test_that_calibrate_waits_for_names_and_voxel_size(opened, page):
    assert not page.calibrate_button.isEnabled()
    assert opened.window.rail.entry("calibrate").reason == "Name the phases first"
    name_phases(page, "pore", "NMC", "binder")
    assert opened.window.rail.entry("calibrate").reason == "Confirm the pixel size first"
    assert not page.voxel_size.confirm_button.isEnabled()
    enter(page.voxel_size.fields["x"], "0.12")
    assert not page.calibrate_button.isEnabled()
    QTest.mouseClick(page.voxel_size.confirm_button, LEFT)
    assert page.calibrate_button.isEnabled()
    entry = opened.context.session.active_image
    assert entry.voxel_confirmed
    assert entry.image.voxel_size_um == (0.12, 0.12, 0.12)
    assert opened.window.rail.entry("data").badge == "done"
    remembered = opened.settings.value.recent[0]
    assert remembered.voxel_size_um == (0.12, 0.12, 0.12)
    assert remembered.names == {0: "pore", 1: "NMC", 2: "binder"}


def test_that_pixels_may_be_longer_one_way(opened, page):
    QTest.mouseClick(page.voxel_size.link, LEFT)
    enter(page.voxel_size.fields["x"], "0,1")
    enter(page.voxel_size.fields["y"], "0.2")
    QTest.mouseClick(page.voxel_size.confirm_button, LEFT)
    z, y, x = opened.context.session.active_image.image.voxel_size_um
    assert (y, x) == (0.2, 0.1)
    assert z > 0


@pytest.mark.parametrize(("shown", "text"), [("um", "120 nm"), ("um", "0.12µm"), ("nm", "0.12 um"), ("nm", "120")])
def test_that_a_typed_unit_counts_whatever_the_field_shows(opened, page, shown, text):
    opened.context.units.set_unit(shown)
    enter(page.voxel_size.fields["x"], text)
    QTest.mouseClick(page.voxel_size.confirm_button, LEFT)
    assert opened.context.session.active_image.image.voxel_size_um == (0.12, 0.12, 0.12)
    assert page.voxel_size.fields["y"].text() == {"um": "0.12", "nm": "120"}[shown]


@pytest.mark.parametrize(("text", "problem"), [("0", "Must be above 0."), ("-1", "Must be above 0."),
                                               ("abc", "Not a number.")])
def test_that_an_impossible_voxel_size_is_refused_in_place(opened, page, text, problem):
    enter(page.voxel_size.fields["x"], text)
    assert page.voxel_size.problem.text.text() == problem
    assert not page.voxel_size.confirm_button.isEnabled()
    assert opened.context.session.active_image.image.voxel_size_um is None


@pytest.mark.parametrize(("text", "doubt"), [("1e9", "millimetre"), ("1e-5", "smaller than an atom"), ("0.2", "")])
def test_that_a_size_that_no_micrograph_has_is_doubted(opened, page, text, doubt):
    field = page.voxel_size.fields["x"]
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, text)
    assert doubt in page.voxel_size.problem.text.text()
    assert bool(doubt) == page.voxel_size.problem.isVisible()
    assert page.voxel_size.confirm_button.isEnabled()


def test_that_a_rename_can_be_undone_and_done_again(opened, page):
    session = opened.context.session
    name_phases(page, "pore", "NMC", "binder")
    undo = opened.window.actions_.action("undo")
    assert undo.text() == "Undo rename 2 to binder"
    undo.trigger()
    assert [phase.name for phase in session.active_image.image.phases] == ["pore", "NMC", "2"]
    assert page.phases.rows[2].name.text() == "2"
    opened.window.actions_.action("redo").trigger()
    assert page.phases.rows[2].name.text() == "binder"


def test_that_two_phases_cannot_share_a_name(opened, page):
    name_phases(page, "pore", "NMC", "NMC")
    assert "Another phase is called NMC" in page.phases.problem.text.text()
    assert opened.context.session.active_image.image.phases[2].name == "2"
    QTest.mouseClick(page.phases.problem.remedy, LEFT)
    assert page.phases.rows[2].name.text() == "2"
    assert page.phases.problem.isHidden()


def test_that_a_role_names_and_colours_an_unnamed_phase(opened, page):
    row = page.phases.rows[0]
    row.role.setFocus()
    QTest.keyClicks(row.role, "Pore")
    QTest.keyClick(row.role, Qt.Key.Key_Return)
    page.phases._give_role(row)
    phase = opened.context.session.active_image.image.phases[0]
    assert (phase.role, phase.name) == ("pore", "pore")


def test_that_the_unit_changes_what_is_shown_and_nothing_stored(opened, page):
    enter(page.voxel_size.fields["x"], "0.12")
    QTest.mouseClick(page.voxel_size.confirm_button, LEFT)
    before = opened.context.session.document
    units = opened.window.menu_row.units
    QTest.mouseClick(units.button("nm"), LEFT)
    assert page.voxel_size.fields["x"].text() == "120"
    assert "nm" in page.image_panel.view.scale_bar()[1]
    QTest.mouseClick(units.button("voxel"), LEFT)
    assert page.image_panel.view.scale_bar()[1].endswith(" px")
    QTest.mouseClick(units.button("um"), LEFT)
    assert page.voxel_size.fields["x"].text() == "0.12"
    assert opened.context.session.document is before


def test_that_the_scale_bar_says_that_no_pixel_size_is_set_until_it_is(opened, page):
    assert page.image_panel.view.scale_bar()[1].endswith(", pixel size not set")
    enter(page.voxel_size.fields["x"], "0.12")
    QTest.mouseClick(page.voxel_size.confirm_button, LEFT)
    assert "not set" not in page.image_panel.view.scale_bar()[1]


def test_that_fractions_are_those_of_the_image(opened, page):
    shown = [float(row.fraction.text()) for row in page.phases.rows]
    assert shown == pytest.approx(list(opened.context.session.active_image.image.fractions), abs=5e-5)


def test_that_the_cursor_reads_place_and_phase(opened, page, qtbot):
    view = page.image_panel.view
    read = []
    view.hovered.connect(read.append)
    # No event comes where the pointer already happens to be: it comes from aside.
    QTest.mouseMove(view, view.rect().center() / 2)
    QTest.mouseMove(view, view.rect().center())
    qtbot.waitUntil(lambda: bool(read) and read[-1] is not None)
    reading = read[-1]
    image = opened.context.session.active_image.image
    assert reading.phase == image.indices()[0, int(reading.down), int(reading.across)]


def test_that_a_section_can_be_said_to_show_another_plane(opened, page):
    QTest.mouseClick(page.planes.button("xz"), LEFT)
    image = opened.context.session.active_image.image
    assert (image.plane, image.shape) == ("xz", (40, 1, 60))
    opened.window.actions_.action("undo").trigger()
    assert opened.context.session.active_image.image.plane == "xy"


def test_that_a_name_gives_a_phase_its_role_unless_one_was_chosen(opened, page):
    page.phases.rows[1].role.setCurrentIndex(page.phases.rows[1].role.findData("solid"))
    page.phases._give_role(page.phases.rows[1])
    name_phases(page, "pore", "NMC", "stuff")
    roles = [phase.role for phase in opened.context.session.active_image.image.phases]
    assert roles == ["pore", "solid", "other"]


def test_that_a_typed_length_is_told_before_it_is_confirmed(opened, page):
    assert "How long is one?" in page.voxel_size.summary.text()
    enter(page.voxel_size.fields["x"], "0.12")
    image = opened.context.session.active_image.image
    across, down = (f"{image.shape[axis] * 0.12:.3g}" for axis in (2, 1))
    assert page.voxel_size.summary.text().startswith("120 nm per pixel")
    assert image.voxel_size_um is None
    assert across in page.voxel_size.summary.text()
    assert down in page.voxel_size.summary.text()
    page.voxel_size.fields["x"].clear()
    assert "How long is one?" in page.voxel_size.summary.text()


def test_that_a_section_consists_of_pixels(opened, page):
    form = page.voxel_size
    shown = [form.title.text(), form.confirm_button.text(), form.voxels_button.text(), form.summary.text(),
             form.fields["x"].toolTip(), page.resample_button.toolTip(), page.image_panel.view.scale_bar()[1]]
    assert form.title.text() == "Pixel size"
    assert not any("voxel" in text.lower() for text in shown)


def test_that_an_example_stands_in_one_field_of_those_that_are_linked(page):
    assert page.voxel_size.fields["x"].placeholderText()
    assert not page.voxel_size.fields["y"].placeholderText()
    QTest.mouseClick(page.voxel_size.link, LEFT)
    assert page.voxel_size.fields["y"].placeholderText()


def test_that_a_role_is_asked_for_until_there_is_one(page):
    assert [row.role.property("state") for row in page.phases.rows] == ["warn"] * 3
    assert page.phases.found.text() == "Choose a role or name for 3 labels"
    name_phases(page, "pore", "NMC", "binder")
    assert [row.role.property("state") for row in page.phases.rows] == [""] * 3
    assert page.phases.found.text() == "3 labels, all named"


def test_that_names_and_the_axes_of_intervals_have_room(opened, page):
    opened.window.resize(1440, 900)
    assert all(row.name.width() >= 96 for row in page.phases.rows)
    left, right = page.representativity.rows.track()
    assert 118 <= right - left <= 150


def test_that_drawing_a_scale_bar_is_asked_for_on_the_picture(page, monkeypatch):
    told = []
    monkeypatch.setattr("morphstudio.gui.panels.data.scale_bar.paint_tag", lambda _p, _at, text: told.append(text))
    QTest.mouseClick(page.voxel_size.draw_button, LEFT)
    page.image_panel.view.grab()
    assert told == ["Draw along a known length"]
    assert page.image_panel.view.cursor().shape() == Qt.CursorShape.CrossCursor
