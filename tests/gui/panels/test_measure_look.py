"""Measure: how numbers are written, what the table leaves out, what fits a narrow window."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from morphstudio.app.card.look import LOOK
from morphstudio.app.card.rows import Row, table_rows
from morphstudio.app.card.values import Writing, percent, shown_share, signed_number, signed_percent, warnings_first
from morphstudio.app.document import ImageEntry
from morphstudio.core.descriptors.comparison import CurveDistance
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage
from morphstudio.core.validation import Finding
from morphstudio.gui.main_window import MINIMUM
from morphstudio.gui.panels.measure.descriptor_model import (
    BAR,
    DATA,
    DIFFERENCE,
    MODEL,
    SD,
    TITLE,
    UNIT,
    DescriptorModel,
)
from morphstudio.gui.panels.measure.error_scale import PUBLISHED_ERROR, ErrorScale
from morphstudio.gui.panels.measure.table import DescriptorTable, WholeRows
from morphstudio.gui.panels.measure.table_painting import ROW_HEIGHT
from morphstudio.gui.panels.measure.text_export import table_cells
from morphstudio.gui.panels.measure.verdict import ValidationInspector
from morphstudio.gui.panels.measure.verdict_card import emphasised
from morphstudio.gui.theme.tokens import LIGHT
from morphstudio.gui.widgets.buttons import RING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

ANSWER_MS = 60_000
THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(("values", "sd", "told", "scatter"), [
    ((1.3512, 1.35), 0.0061, ("1.3512", "1.3500"), "± 0.0061"),
    ((0.287, 0.28651), 0.0005, ("0.28700", "0.28651"), "± 0.00050"),
    ((2.0, 1.95), 0.0998, ("2.00", "1.95"), "± 0.10"),
    ((51332.0, 51290.4), 214.2, (f"51{THIN}332", f"51{THIN}290"), "± 214"),
    ((1.35e-5, 1.351e-5), 6e-8, ("1.3500", "1.3510"), "± 0.0060"),
    ((1.3512,), None, ("1.35",), ""), ((0.5, 0.5), 1e-17, ("0.500", "0.500"), ""),
])
def test_that_value_and_scatter_end_with_the_same_decimal(values, sd, told, scatter):
    writing = Writing(*values, sd=sd)
    assert tuple(map(writing.value, values)) == told
    assert writing.scatter() == scatter


def test_that_rows_beside_each_other_have_one_power_of_ten():
    beside = (8.358e-4, 1.3496e-3)
    written = [Writing(value, sd=sd, beside=beside) for value, sd in zip(beside, (4.3e-6, 6.1e-6), strict=True)]
    assert [w.value(v) for w, v in zip(written, beside, strict=True)] == ["0.8358", "1.3496"]
    assert [w.scatter() for w in written] == ["± 0.0043", "± 0.0061"]
    assert [w.power for w in written] == [-3, -3]
    assert Writing(8.358e-4, beside=beside).value(8.358e-4) == "0.836"
    assert Writing(8.358e-4, beside=(8.358e-4, 2.1)).power == 0, "a power would push the larger one out of the way"


def test_that_a_power_of_ten_stands_with_the_unit(application: Application):
    model = DescriptorModel(application.context)
    rows = (_row(), _row(label=2, first=False, data=0.8358, model=0.8354, sd=0.0043))
    model.set_rows(rows, (), in_um=True)
    assert model.text(rows[0], UNIT) == "µm⁻¹"
    application.units.set_unit("nm")
    assert model.text(rows[0], UNIT) == "10⁻³ nm⁻¹"
    assert [model.text(row, DATA) for row in rows] == ["1.3500", "0.8358"]
    application.units.set_unit("um")
    model.set_rows(rows, (), in_um=False)
    assert model.text(rows[0], UNIT) == "voxel⁻¹"


def test_that_warnings_come_before_what_agrees(application: Application, monkeypatch: pytest.MonkeyPatch):
    findings = tuple(Finding(title, f"{title} text.", agrees, fitted=False)
                     for title, agrees in (("a", True), ("b", False), ("c", True), ("d", False)))
    assert [finding.title for finding in warnings_first(findings)] == ["b", "d", "a", "c"]
    inspector = ValidationInspector(application.context)
    monkeypatch.setattr("morphstudio.gui.panels.measure.verdict.limits_in", lambda *_: ())
    inspector.show_validation(SimpleNamespace(
        rows=(), distances=(), grade="partly", title="t", summary="s", findings=findings, limits=(),
        held_out_error=None, fitted_error=None))
    shown = [label.text() for label in inspector.findChildren(QLabel) if label.text().endswith(" text.")]
    assert shown == ["B text.", "D text.", "A text.", "C text."]


def test_that_counts_stay_whole_and_shares_have_four_decimals():
    assert Writing(1242.0, -5898.3, sd=3.4, is_count=True).value(1242.0) == "1242"
    assert Writing(0.12345, is_share=True).value(0.12345) == "0.1235"
    assert [signed_number(v) for v in (0.0010449, -7140.0, 0.0)] == ["+0.00104", "−7140", "0"]


def test_that_decimals_are_held_while_a_scatter_settles(application: Application):
    model = DescriptorModel(application.context)
    model.waiting_model = True
    row = replace(_row(), data=0.0185, model=0.0174, sd=0.0123)
    told = []
    for sd in (0.0123, 0.0009):
        model.set_rows((replace(row, sd=sd),), (), in_um=True)
        told.append(model.text(model.rows[0], DATA))
    assert told == ["0.018", "0.018"]
    model.waiting_model = False
    model.set_rows((replace(row, sd=0.0009),), (), in_um=True)
    assert model.text(model.rows[0], DATA) == "0.01850"


def test_that_differences_are_rounded_before_they_get_a_sign():
    assert [signed_percent(s) for s in (0.019, -0.002, 0.0, -0.0004, 0.0004)] == [
        "+1.9 %", "−0.2 %", "0 %", "< 0.1 %", "< 0.1 %"]
    assert [percent(s) for s in (0.003, 0.0004, 0.2249)] == ["0.3 %", "below 0.1 %", "22.5 %"]


def _row(key: str = "specific_surface_area", *, power: int = -1, label: int = 1, **changed: object) -> Row:
    base = Row(key, "Specific surface area", "", power, "se", label, 1.35, 1.36, 0.0061, (), 0.0074, 0.009, fitted=True,
               reason="", first=True)
    return replace(base, **changed)


EULER = replace(_row("euler_number", power=0), title="Euler number with borders", data=1242.0, model=-5898.0, sd=210.0,
                difference=-0.041, allowance=0.002, fitted=False,
                relative_to="one piece per mean chord cubed")


CHORDS = replace(_row("chord_length_distribution", power=1), title="Chord length distribution", axis="x", data=None,
                 model=None, sd=None, difference=0.008, allowance=0.011, fitted=False, is_distance=True,
                 distance=0.0102, relative_to="the data's mean complete chord")


def test_that_a_difference_that_is_no_share_of_the_data_says_what_it_is_of(application: Application):
    model = DescriptorModel(application.context)
    model.set_rows((_row(), EULER), (), in_um=True)
    assert [model.text(EULER, c) for c in (DATA, MODEL, SD, DIFFERENCE)] == ["1242", "−5898", "± 210",
                                                                             "−0.041 per chord³"]
    assert EULER.standing == "beyond"
    tip = str(model.data(model.index(1, DIFFERENCE), Qt.ItemDataRole.ToolTipRole))
    assert tip == ("Model less data: −7140, −4.1 % of one piece per mean chord cubed (εV/ℓ³: ε the volume fraction, "
                   "ℓ the mean chord of the data, V the volume).\n"
                   "Chance explains up to 0.2 %.")
    assert model.text(_row(), DIFFERENCE) == "+0.7 %"
    assert [model.section(at) for at in (0, 1)] == ["Fitted by the calibration", "Not fitted: these test the model"]


def test_that_chance_that_is_not_known_is_neither_within_nor_beyond():
    far = _row(difference=0.3)
    assert [replace(far, allowance=chance).standing for chance in (None, 0.0, 0.2, 0.4)] == [
        "unknown", "beyond", "beyond", "within"]
    assert not replace(far, allowance=None).is_beyond
    assert replace(far, difference=None).standing is None
    assert replace(far, difference=0.009, allowance=0.0).standing == "within", "not more than one per cent"


def test_that_a_card_has_the_colours_of_the_light_theme():
    assert {name: getattr(LIGHT, name) for name in LOOK.__slots__} == {
        name: getattr(LOOK, name) for name in LOOK.__slots__}


def test_that_a_distance_of_curves_is_a_row_with_its_share_and_what_it_is_of(application: Application):
    model = DescriptorModel(application.context)
    model.set_rows((CHORDS,), (), in_um=True)
    assert [model.text(CHORDS, c) for c in (UNIT, DATA, MODEL, SD, DIFFERENCE)] == [
        "µm", "", "0.010 apart", "", "0.8 %"]
    tip = str(model.data(model.index(0, MODEL), Qt.ItemDataRole.ToolTipRole))
    assert tip == ("The curves of image and model are 0.0102 µm apart (Wasserstein distance), 0.8 % of the data's mean "
                   "complete chord of 1.28 µm.\nChance explains up to 1.1 %.").replace(" µm", "\N{NO-BREAK SPACE}µm")
    application.units.set_unit("nm")
    assert [model.text(CHORDS, c) for c in (UNIT, MODEL)] == ["nm", "10 apart"]
    application.units.set_unit("um")


def test_that_fraction_surface_and_chords_come_first_also_while_the_model_is_measured():
    phase = SimpleNamespace(label=1, phase="se", scalar=lambda _key, _axis: SimpleNamespace(
        value=1.0, unit="1", reason=""))
    seen = SimpleNamespace(phases=(phase,), shape=(8, 8, 8))
    apart = CurveDistance("lineal_path", "Lineal path function", "x", "se", 1, "largest_gap", 0.01, "1", 0.02, 0.01,
                          fitted=False)
    fitted_curve = replace(apart, descriptor="two_point", fitted=True)
    validation = SimpleNamespace(rows=(), distances=(apart, fitted_curve))
    rows = table_rows(seen, SimpleNamespace(mean=seen, sd=seen), (), validation)
    keys = list(dict.fromkeys(row.key for row in rows))
    assert keys[:3] == ["volume_fraction", "specific_surface_area", "mean_chord_length"]
    fitted = [row.fitted for row in rows]
    assert fitted == sorted(fitted, reverse=True)
    assert [row.key for row in rows if not row.fitted] == ["euler_number_density", "lineal_path", "euler_number"]
    assert "two_point" not in {row.key for row in rows}, "no verdict reads it"
    alone = list(dict.fromkeys(row.key for row in table_rows(seen, None)))
    assert alone == [key for key in keys if key in alone], "the order is the same before there is a model"


def test_that_exports_stay_plain():
    heads, surface, euler = table_cells((replace(_row(), data=51332.0, model=51333.0), EULER), (), "um")
    named = dict(zip(heads, surface, strict=True))
    assert (named["data"], named["difference"], named["relative difference"]) == ("51332", "1", "0.0074")
    named = dict(zip(heads, euler, strict=True))
    assert (named["difference"], named["relative difference"], named["chance explains"], named["relative to"]) == (
        "-7140", "-0.041", "0.002", "one piece per mean chord cubed")
    _, chords = table_cells((CHORDS,), ("other",), "um")
    named = dict(zip([*heads[:-1], "other", "remark"], chords, strict=True))
    assert (named["unit"], named["data"], named["difference"], named["relative difference"], named["other"]) == (
        "um", "", "0.0102", "0.008", "")


@pytest.mark.parametrize(("width", "has_unit", "labels"), [(900, True, ("−5 %", "0", "+5 %")), (640, False, None)])
def test_that_a_narrow_table_keeps_its_scale(application: Application, qtbot: QtBot, width: int, has_unit: bool,
                                             labels: tuple[str, str, str] | None):
    table = DescriptorTable(application.context)
    qtbot.addWidget(table)
    table.resize(width, 300)
    table.show()
    table.show_rows((_row(), EULER), (), {}, in_um=True)
    assert table.isColumnHidden(UNIT) is not has_unit
    assert table.descriptors.titled(_row()) == "Specific surface area" + ("" if has_unit else ", µm⁻¹")
    assert table.descriptors.titled(CHORDS) == ("Chord length distribution, x" if has_unit else "Chord lengths, x, µm")
    assert table.descriptors.text(CHORDS, TITLE) == "Chord length distribution, x", "in full where it leaves the window"
    assert table.descriptors.text(EULER, DIFFERENCE) == ("−0.041 per chord³" if has_unit else "−0.041/chord³")
    assert table.heads.sectionSize(BAR) >= 96
    assert table.heads.length() <= table.viewport().width()
    if labels:
        assert table.heads.scale_labels == labels
    table.setColumnWidth(BAR, 60)
    assert table.heads.scale_labels == ("", "± 5 %", ""), "a scale without its ends says nothing"


def test_that_what_is_told_in_pieces_has_no_bar_on_the_scale_of_per_cent(application: Application, qtbot: QtBot):
    table = DescriptorTable(application.context)
    qtbot.addWidget(table)
    table.resize(900, 300)
    table.show()
    pieces = replace(EULER, difference=-0.705)
    assert shown_share(pieces) == "−0.705 per chord³"
    table.show_rows((_row(), pieces), (), {}, in_um=True)
    assert table.descriptors.bar_range == 0.05, "of those in per cent alone"
    cells = [table.visualRect(table.descriptors.index(row, BAR)) for row in range(2)]
    inks = []
    for cell in cells:
        picture = table.viewport().grab(cell.adjusted(2, 2, -2, -2)).toImage()
        inks.append({picture.pixel(x, picture.height() - 8) for x in range(picture.width())})
    assert len(inks[0]) > 1
    assert len(inks[1]) == 1, "nothing is drawn"


def test_that_columns_of_what_there_is_not_are_left_out(application: Application, qtbot: QtBot):
    table = DescriptorTable(application.context)
    qtbot.addWidget(table)
    table.show_rows((_row(model=None, sd=None, difference=None),), (), {}, in_um=True, has_model=False)
    assert all(table.isColumnHidden(c) for c in (MODEL, SD, DIFFERENCE))
    assert not table.isColumnHidden(DATA)
    assert table.descriptors.section(0) == ""
    table.show_rows((_row(data=None, difference=None),), (), {}, in_um=True, has_data=False)
    assert [table.isColumnHidden(c) for c in (DATA, MODEL, SD, DIFFERENCE)] == [True, False, False, True]
    assert not table.descriptors.is_compared


@pytest.mark.parametrize("height", [200, 211, 233])
def test_that_no_row_is_cut(application: Application, qtbot: QtBot, height: int):
    holder = WholeRows(DescriptorTable(application.context))
    qtbot.addWidget(holder)
    holder._table.show_rows([_row(label=n, first=n == 0) for n in range(40)], (), {}, in_um=True)
    holder.resize(900, height)
    holder.show()
    assert holder._table.viewport().height() % ROW_HEIGHT == 0
    assert 0 <= height - holder._table.height() < ROW_HEIGHT


def test_that_the_verdict_stresses_its_figure():
    assert emphasised("On what it was not fitted to, the model differs by 0.3 % on average.") == (
        "On what it was <b>not</b> fitted to, the model differs by <b>0.3\N{NO-BREAK SPACE}%</b> on average.")
    assert "by <b>less than 0.1\N{NO-BREAK SPACE}%</b>" in emphasised("It differs by less than 0.1 % on average.")


def test_that_a_difference_beyond_the_scale_is_told_as_that(application: Application, qtbot: QtBot):
    within, beyond = (ErrorScale(application.context, error, PUBLISHED_ERROR) for error in (0.11, 0.22))
    for scale in (within, beyond):
        qtbot.addWidget(scale)
        scale.resize(260, 34)
    assert [scale.is_beyond for scale in (within, beyond)] == [False, True]
    assert (PUBLISHED_ERROR, "published: 12.7 %") in within.figures
    accent = application.context.theme.colour("accent")
    picture = beyond.grab().toImage()
    ratio = picture.devicePixelRatio()
    arrow = picture.pixelColor(round((260 - 6) * ratio), round(8.5 * ratio))
    assert arrow == accent
    assert within.grab().toImage().pixelColor(round((260 - 6) * ratio), round(8.5 * ratio)) != accent


@pytest.mark.parametrize(("size", "reason"), [((0.2,) * 3, "Confirm the pixel size first"), (None, None)])
def test_that_without_a_model_one_line_says_so_and_the_link_says_why_not(
        application: Application, qtbot: QtBot, size: tuple[float, ...] | None, reason: str | None):
    labels = np.kron(np.random.default_rng(3).integers(1, 3, (8, 10)), np.ones((4, 4), int)).astype(np.uint8)[None]
    image = PhaseImage(labels, (Phase(1, "am", "active material"), Phase(2, "pore", "pore")), (0.2,) * 3, "tiny")
    session = application.context.session
    session.apply("open", replace(session.document, images=(
        ImageEntry(image, "", "", voxel_confirmed=reason is None),)), undoable=False)
    application.window.show_step("measure")
    page = application.window.workspace.page("measure")
    assert not page.inspector.report_button.isEnabled()
    assert page.inspector.python_button.toolTip() == "Nothing is measured yet"
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    assert page.notice.title.text() == "Only the image is measured: there is no model yet."
    assert page.calibrate_button.isVisible()
    assert page.calibrate_button.isEnabled() is (reason is None)
    assert page.calibrate_button.toolTip() == (reason or "")
    assert not page.inspector.card.isVisible()
    assert "model" not in page.subtitle()


def test_that_the_ways_out_share_the_row(application: Application, qtbot: QtBot):
    session = application.context.session
    model = excursion_set(("am", "pore"), {})
    session.apply("model", replace(session.document, model=model, calibrated=model, model_labels=(1, 2)),
                  undoable=False)
    application.window.show_step("measure")
    inspector = application.window.workspace.page("measure").inspector
    qtbot.waitUntil(lambda: inspector.card.isVisible() and inspector.card.width() > 100)

    def edges(widget: QWidget, inset: int = 0) -> tuple[int, int]:
        left = widget.mapTo(inspector, widget.rect().topLeft()).x()
        return left + inset, left + widget.width() - inset

    qtbot.waitUntil(lambda: edges(inspector.python_button, RING)[1] == edges(inspector.card)[1])
    assert edges(inspector.report_button, RING)[0] == edges(inspector.card)[0]
    assert abs(inspector.report_button.width() - inspector.python_button.width()) <= 1


def test_that_long_names_fit_a_small_window(application: Application, qtbot: QtBot):
    names = ("solid electrolyte, sintered", "active material NMC 811", "pore space")
    labels = np.kron(np.random.default_rng(3).integers(1, 4, (8, 10)), np.ones((4, 4), int)).astype(np.uint8)[None]
    phases = tuple(Phase(n, name, "other") for n, name in enumerate(names, start=1))
    session, window = application.context.session, application.window
    model = excursion_set(names, {"alpha_chi_x": 0.75, "lambda_x": 1.9, "lambda_y": -0.27})
    session.apply("open", replace(
        session.document, images=(ImageEntry(PhaseImage(labels, phases, (0.2,) * 3), "", "", voxel_confirmed=True),),
        model=model, calibrated=model, model_labels=(1, 2, 3), voxel_size_um=(0.2,) * 3), undoable=False)
    window.resize(MINIMUM)
    window.show_step("measure")
    page = window.workspace.page("measure")
    page.run.start(3, None)
    qtbot.waitUntil(lambda: not page.run.is_active and page.run.validation is not None, timeout=ANSWER_MS)
    assert window.size() == MINIMUM
    qtbot.waitUntil(lambda: all(card.width() >= 200 for card in page.distributions.cards))
    assert len(page.distributions.cards) == 3
    for card in page.distributions.cards:
        # The panel's first layout comes with its first results.
        qtbot.waitUntil(lambda c=card: page.rect().contains(c.mapTo(page, c.rect().bottomRight())))
        qtbot.waitUntil(lambda c=card: c._words.text() == c._said[1])
        qtbot.waitUntil(lambda c=card: c._words.x() > c._title.geometry().right() and (
            c._words.fontMetrics().horizontalAdvance(c._words.text()) <= c._words.width()))
    assert page.table.heads.length() <= page.table.viewport().width()
    assert page.table.heads.sectionSize(BAR) >= 96
