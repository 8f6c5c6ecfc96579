"""Measure: rows fill, differences and the verdict arrive, tables leave as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from morphstudio.app.card.rows import power_of_unit
from morphstudio.app.document import Document, ImageEdit, ImageEntry
from morphstudio.app.project_contents import read_project, write_project
from morphstudio.core.grades import GRADE_WORDS
from morphstudio.core.image_edits import cropped
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage
from morphstudio.core.validation import HELD_OUT
from morphstudio.gui.panels.data.edits import with_edited
from morphstudio.gui.panels.measure.descriptor_model import BAR, COMPARED, DATA, MODEL
from morphstudio.gui.units import plain_text

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.measure.page import MeasurePage
    from morphstudio.gui.session_model import SessionModel

ANSWER_MS = 60_000


@pytest.fixture
def image() -> PhaseImage:
    rng = np.random.default_rng(3)
    labels = np.kron(rng.integers(1, 3, (8, 10)), np.ones((4, 4), int)).astype(np.uint8)[None]
    return PhaseImage(labels, (Phase(1, "am", "active material"), Phase(2, "pore", "pore")), (0.2, 0.2, 0.2), "tiny")


@pytest.fixture
def page(application: Application, image: PhaseImage) -> MeasurePage:
    session = application.context.session
    session.apply("open", replace(session.document, images=(ImageEntry(image, "", "", voxel_confirmed=True),)),
                  undoable=False)
    application.window.show_step("measure")
    return application.window.workspace.page("measure")


def _give_model(application: Application) -> None:
    session = application.context.session
    model = excursion_set(("am", "pore"), {"alpha_chi_x": 2.0, "alpha_x": 2.0, "lambda_x": 1.4})
    session.apply("model", replace(session.document, model=model, calibrated=model, model_labels=(1, 2),
                                   model_roles=("active material", "pore"), voxel_size_um=(0.2, 0.2, 0.2)),
                  undoable=False)


def _measure(page: MeasurePage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    assert page.run.is_active
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)


def test_that_measuring_an_image_alone_fills_the_data_and_says_that_a_model_is_missing(
        page: MeasurePage, image: PhaseImage, qtbot: QtBot):
    _measure(page, qtbot)
    table = page.table.descriptors
    assert [r.data for r in table.rows if r.key == "volume_fraction"] == pytest.approx(image.fractions.tolist())
    assert table.text(table.rows[0], MODEL) == ""
    assert page.notice.isVisible()
    assert page.notice.height() == 32
    assert not any(page.inspector.card.isVisible() or not page.table.isColumnHidden(c) for c in COMPARED if c != BAR)
    assert page._legend.text() == ""
    assert [card.plot.shown for card in page.distributions.cards] == [("data",), ("data",)]


def test_that_model_columns_differences_and_verdict_arrive(page: MeasurePage, application: Application,
                                                           qtbot: QtBot):
    _give_model(application)
    page.inspector.realisations.setValue(3)
    _measure(page, qtbot)
    rows = page.table.descriptors.rows
    assert all(r.model is not None for r in rows if r.key == "specific_surface_area")
    assert page.run.validation is not None
    titles = {*GRADE_WORDS.values(), "Images of this size cannot tell"}
    assert page.inspector.card.title.text() in titles
    assert page.inspector.card.title.text() == page.run.validation.title
    assert page.inspector.card.text.text()[0].isupper()
    assert not any(page.table.isColumnHidden(c) for c in COMPARED)
    assert "± chance" in page._legend.text()
    assert page.distributions.cards[0].plot.shown == ("data", "model")
    assert "Data" in page.distributions._legend.text()
    assert "Model ± 2 sd" in page.distributions._legend.text()
    assert "known" not in page._legend.text(), "three realisations tell what chance does to curves as well"
    # Each share that the verdict takes its mean of has a row.
    shares = [min(abs(r.difference), 1.0) for r in rows if r.key in HELD_OUT and r.difference is not None]
    assert np.mean(shares) == pytest.approx(page.run.validation.held_out_error)
    card = page.distributions.cards[0]
    assert card.words.startswith("image and model ")
    assert card.words.endswith(" µm apart")
    qtbot.waitUntil(lambda: "Wasserstein" in card._words.toolTip())


@pytest.mark.parametrize(("own", "measured"), [(0.5, 0.5), (None, 0.2)])
def test_that_an_added_volume_keeps_its_own_voxel_size(page: MeasurePage, image: PhaseImage, tmp_path: Path,
                                                       own: float | None, measured: float, qtbot: QtBot):
    said = {"imagej": True, "resolution": (1 / own,) * 2, "metadata": {"unit": "um", "spacing": own}} if own else {}
    tifffile.imwrite(tmp_path / "other.tif", np.repeat(image.labels, 6, axis=0), **said)
    page.run.add_volume(tmp_path / "other.tif")
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    added = page.run.entry("volume")
    assert added.measurement.voxel_size_um == pytest.approx((measured,) * 3)


def test_that_a_model_in_voxels_is_not_held_against_an_image_in_um(page: MeasurePage, application: Application,
                                                                  qtbot: QtBot):
    _give_model(application)
    session = application.context.session
    session.apply("voxels", replace(session.document, voxel_size_um=None), undoable=False)
    _measure(page, qtbot)
    assert page.run.entry("data") is not None
    assert page.run.entry("model") is None
    assert "the model in voxels" in application.window.dialog.headline.text()
    application.window.dialog.close()


def test_that_the_table_leaves_as_text(page: MeasurePage, tmp_path: Path, qtbot: QtBot):
    _measure(page, qtbot)
    qtbot.mouseClick(page.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("descriptor\taxis\tunit")
    page.save_csv(tmp_path / "table.csv")
    assert "Specific surface area,,1/um,am" in (tmp_path / "table.csv").read_text(encoding="utf-8")
    page.copy_latex()
    assert QGuiApplication.clipboard().text().count(r"\\") > 5


def test_that_the_unit_switch_converts_the_table(page: MeasurePage, application: Application, qtbot: QtBot):
    _measure(page, qtbot)
    table = page.table.descriptors
    row = next(r for r in table.rows if r.key == "mean_chord_length")
    in_um = float(table.text(row, DATA))
    application.units.set_unit("nm")
    assert float(plain_text(table.text(row, DATA))) == pytest.approx(1000 * in_um, rel=0.01)
    application.units.set_unit("um")


def test_that_the_size_of_the_sample_follows_the_unit(page: MeasurePage, application: Application, qtbot: QtBot):
    _give_model(application)
    page.inspector.realisations.setValue(2)
    _measure(page, qtbot)

    def size() -> str:
        told = page.inspector._limits.itemAt(0).widget().text()
        return told.partition("sample of ")[2].partition(";")[0].replace("\N{NO-BREAK SPACE}", "|")

    assert size() == "8.00 × 6.40|µm"
    application.units.set_unit("nm")
    assert size() == "8000 × 6400|nm"
    application.units.set_unit("voxel")
    assert size() == "40 × 32|voxels"
    application.units.set_unit("um")


def test_that_an_added_volume_is_a_further_column_until_it_is_removed(
        page: MeasurePage, application: Application, image: PhaseImage, tmp_path: Path, monkeypatch, qtbot: QtBot):
    _measure(page, qtbot)
    other = tmp_path / "other.tif"
    tifffile.imwrite(other, np.kron(np.array([[1, 2], [2, 2]], np.uint8), np.ones((20, 20), np.uint8)))
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileName", lambda *_a, **_k: (str(other), ""))
    assert not page.drop_button.isVisible()
    qtbot.mouseClick(page.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.table.descriptors.volumes == ["other.tif"], timeout=ANSWER_MS)
    rows = [r for r in page.table.descriptors.rows if r.key == "volume_fraction"]
    assert [r.volumes[0] for r in rows] == pytest.approx([0.25, 0.75])
    assert [r.data for r in rows] == pytest.approx(image.fractions.tolist())
    assert application.context.session.active_image.image is image
    qtbot.mouseClick(page.drop_button, Qt.MouseButton.LeftButton)
    assert page.table.descriptors.volumes == []
    application.context.session.undo()
    assert page.table.descriptors.volumes == ["other.tif"]


def test_that_a_volume_that_cannot_be_read_says_why_and_adds_nothing(
        page: MeasurePage, application: Application, tmp_path: Path, monkeypatch, qtbot: QtBot):
    bad = tmp_path / "bad.tif"
    bad.write_bytes(b"no picture")
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileName", lambda *_a, **_k: (str(bad), ""))
    qtbot.mouseClick(page.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: application.window.dialog is not None, timeout=ANSWER_MS)
    assert application.window.dialog.hint.text()
    assert application.context.session.document.measurements == ()
    application.window.dialog.close()


def test_that_the_scale_of_the_bars_names_its_ends(page: MeasurePage, application: Application, qtbot: QtBot):
    _give_model(application)
    page.inspector.realisations.setValue(2)
    _measure(page, qtbot)
    application.window.resize(1440, 900)
    qtbot.waitUntil(lambda: page.table.heads.sectionSize(BAR) >= 120)
    reach = f"{100 * page.table.descriptors.bar_range:g} %"
    assert page.table.heads.scale_labels == (f"−{reach}", "0", f"+{reach}")
    assert page.table.descriptors.headerData(BAR, Qt.Orientation.Horizontal) == ""
    at = page.table.heads.sectionViewportPosition(BAR)
    picture = page.table.heads.grab().toImage()
    ground = picture.pixelColor(at + 2, 4)
    right = at + page.table.heads.sectionSize(BAR)
    for left in (at + 10, right - 10 - 24):
        assert any(picture.pixelColor(x, y) != ground for x in range(left, left + 24) for y in range(6, 20))


def test_that_stored_units_have_their_power():
    assert [power_of_unit(u) for u in ("1", "um", "1/um", "1/um^3", "voxel", "1/voxel^2")] == [0, 1, -1, -3, 1, -2]


def test_that_what_was_measured_before_another_image_was_opened_is_dropped(page: MeasurePage,
                                                                           application: Application, qtbot: QtBot):
    session = application.context.session
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    other = session.active_image.image.labels[:, :, ::-1].copy()
    entry = replace(session.active_image, image=replace(session.active_image.image, labels=other))
    session.apply("open another", Document(images=(entry,)), starts_over=True)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    assert session.document.measurements == ()


def _crop(session: SessionModel) -> None:
    source, box = session.active_image.image, ((0, 1), (0, 24), (0, 40))
    session.apply("Crop", with_edited(session.document, source, cropped(source, box), ImageEdit("crop", box=box)))


def test_that_data_of_the_image_before_a_crop_say_so_until_the_crop_is_undone(
        page: MeasurePage, application: Application, qtbot: QtBot):
    session, table = application.context.session, page.table.descriptors
    _measure(page, qtbot)

    def head(role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> object:
        return table.headerData(DATA, Qt.Orientation.Horizontal, role)

    assert head() == "Data"
    _crop(session)
    assert head() == "Data, earlier"
    assert "of the image before the crop" in str(head(Qt.ItemDataRole.ToolTipRole))
    assert page.notice.title.text() == "The data column is of the image before the crop."
    assert page.notice.text.text() == "Undo the crop, or measure again."
    session.undo()
    assert head() == "Data"
    assert "earlier" not in page.notice.title.text()
    session.redo()
    _measure(page, qtbot)
    assert head() == "Data"
    session.undo()
    assert page.notice.title.text() == "The data column is of the image after the crop."


def test_that_data_of_an_image_that_is_not_shown_say_whose_they_are(page: MeasurePage, application: Application,
                                                                    image: PhaseImage, qtbot: QtBot):
    session = application.context.session
    other = replace(image, name="other", labels=image.labels[:, ::-1].copy())
    session.apply("add", replace(session.document, images=(*session.document.images, ImageEntry(
        other, "other.tif", "sum", voxel_confirmed=True))))
    _measure(page, qtbot)
    session.apply("show", replace(session.document, active=1), undoable=False)
    assert page.notice.title.text() == "The data column is of tiny, which is not shown."
    session.apply("show", replace(session.document, active=0), undoable=False)
    assert "which is not shown" not in page.notice.title.text()


def test_that_a_verdict_belongs_to_its_columns_and_comes_back_with_their_project(
        page: MeasurePage, application: Application, qtbot: QtBot, tmp_path: Path):
    _give_model(application)
    page.inspector.realisations.setValue(3)
    _measure(page, qtbot)
    assert page.run.validation is not None
    session, before = application.context.session, page.run.validation
    facts = page.reporting.facts
    write_project(tmp_path / "p.morphstudio", session.document)
    # Equal in every number, but nobody compared them here.
    others = tuple(replace(entry, realisations=None) for entry in session.document.measurements)
    session.replace_all(replace(session.document, measurements=others), saved=True)
    assert page.run.validation is None
    assert page.run.measured_model is None
    assert page.run.shape is None
    assert page.inspector.card.title.text() not in {*GRADE_WORDS.values(), "Images of this size cannot tell"}
    session.replace_all(read_project(tmp_path / "p.morphstudio"), saved=True)
    assert page.run.validation.findings == before.findings
    assert page.inspector.card.title.text() == before.title
    assert page.reporting.facts == facts
    assert not page.notice.isVisible()


def test_that_a_model_moved_in_explore_is_told_apart_from_the_calibrated_one(
        page: MeasurePage, application: Application, qtbot: QtBot):
    _give_model(application)
    session = application.context.session
    calibrated = session.document.model
    moved = calibrated.with_values({"alpha_chi_x": 2.5, "lambda_x": 0.5})
    session.apply("move", replace(session.document, calibrated=calibrated, model=moved))
    page.inspector.realisations.setValue(2)
    _measure(page, qtbot)
    assert page.notice.title.text() == "The model was measured as it stands in Explore."
    assert ("Model", "2 parameters differ from the calibrated one") in page.reporting.facts
    assert page.reporting.card().record["model"]["parameters"]["alpha_chi_x"] == 2.5
    assert ("Changed in Explore", "2 parameters differ from the calibrated one") in page.reporting.card().facts
    session.apply("back", replace(session.document, model=calibrated))
    assert page.notice.title.text() == "The model has changed since it was measured."
    assert page.reporting.card().record["model"]["parameters"]["alpha_chi_x"] == 2.5
    assert ("Changed in Explore", "2 parameters differ from the calibrated one") in page.reporting.card().facts


def test_that_a_phase_with_another_role_has_its_colour_on_the_cards_too(page: MeasurePage, application: Application,
                                                                         qtbot: QtBot):
    _measure(page, qtbot)
    session, before = application.context.session, page.distributions.cards
    entry = session.document.images[0]
    phases = (replace(entry.image.phases[0], role="electrolyte"), entry.image.phases[1])
    changed = replace(entry, image=replace(entry.image, phases=phases))
    session.apply("role", replace(session.document, images=(changed,)))
    page.refresh()
    assert page.distributions.cards != before


def test_that_nothing_leaves_the_page_before_the_measurement_has_ended(page: MeasurePage, application: Application,
                                                                       qtbot: QtBot):
    page.start()
    ways = (page.export_button, page.copy_button, page.inspector.report_button, page.inspector.python_button)
    assert not any(button.isEnabled() for button in ways)
    assert {button.toolTip() for button in ways} == {"Wait until the measurement has ended"}
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    assert all(button.isEnabled() for button in ways)


def test_that_an_axis_has_its_unit_before_its_curve(page: MeasurePage, application: Application, qtbot: QtBot):
    page.start()
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    session = application.context.session
    session.apply("size", replace(session.document, voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    card = page.distributions.cards[0]
    card.show_axis("x", None, None, None)
    assert card.plot._unit == "µm"


def test_that_a_notice_takes_the_place_of_the_hint(page: MeasurePage, application: Application, qtbot: QtBot):
    hint = application.window.workspace.hints["measure"]
    assert hint.isVisible()
    page.start()
    qtbot.waitUntil(lambda: not page.run.is_active and page.notice.isVisible(), timeout=ANSWER_MS)  # of no model
    assert not hint.isVisible()
    _give_model(application)
    assert not page.notice.isVisible()
    assert hint.isVisible()
