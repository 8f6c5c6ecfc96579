"""What the Calibrate page shows: names in the ranking, where a run stands."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics

from morphstudio.core.calibration.records import ParameterEstimate, RankedOrder
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.panels.calibrate.controls import RunStanding
from morphstudio.gui.panels.calibrate.estimates import EstimatesTable, estimate_texts
from morphstudio.gui.panels.calibrate.ranking import ARROW, SWATCH, RankingTable, shortened
from morphstudio.gui.theme.fonts import body_font

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

@pytest.mark.parametrize(("names", "room", "shown"), [
    (("SE", "AM", "pore"), 8, ["SE", "AM", "pore"]),
    (("SE", "AM", "pore"), 7, ["SE", "AM", "po."]),
    (("SE", "AM", "pore"), 6, ["SE", "AM", "po."]),
    (("active material", "pore"), 8, ["act.", "por."]),
    (("active material", "pore"), 1, ["ac.", "po."]),
    (("pore", "polymer"), 1, ["por.", "pol."]),
    (("active A", "active B", "pore"), 1, ["ac…A", "ac…B", "po."]),
    (("pore", "pore 2"), 1, ["pore", "po…2"]),
])
def test_that_names_are_cut_and_never_left_out(names, room, shown):
    assert shortened(names, lambda texts: sum(map(len, texts)) <= room) == shown


def test_that_a_run_says_that_it_runs_with_a_ring(application: Application, qtbot: QtBot):
    standing = RunStanding(application.context)
    qtbot.addWidget(standing)
    standing.show_standing("Running", "trying phase orders, 11 %", 0.11)
    assert standing.isVisible()
    assert (standing.ring.width(), standing.ring.height()) == (16, 16)
    assert standing.accessibleName() == "Running trying phase orders, 11 %"
    standing.show_standing("", "", 0.0)
    assert not standing.isVisible()


@pytest.mark.parametrize(("value", "error", "texts"), [
    (0.748, 0.00352, ("0.7480", "0.0035")),
    (-0.271, 0.0998, ("\N{MINUS SIGN}0.27", "0.10")),
    (91.04, 12.3, ("91", "12")),
    (0.5, float("inf"), ("0.500", "–")),
])
def test_that_a_value_has_the_decimals_of_its_error(value, error, texts):
    assert estimate_texts(value, error) == texts


@pytest.mark.parametrize(("width", "row", "has_unit"), [(288, 32, False), (360, 32, True), (560, 22, True)])
def test_that_no_figure_and_no_name_of_an_estimate_is_cut(application: Application, qtbot: QtBot, width: int, row: int,
                                                          *, has_unit: bool):
    model = excursion_set(("am", "se", "pore"), {"lambda_x": 1.4, "lambda_y": -0.271})
    known = {p.name: ParameterEstimate(-0.2713, 0.0123, (-0.3, -0.24), weak=False, reason="") for p in model.table}
    table = EstimatesTable(application.context)
    qtbot.addWidget(table)
    table.resize(width, 200)
    table.show()
    table.show_result(SimpleNamespace(model=model, estimates=known), {"am": (200, 60, 50), "se": (60, 90, 200)})
    assert table.isColumnHidden(4) is not has_unit
    assert table.rowHeight(0) == row
    shown, metrics = table.model(), table.fontMetrics()
    assert shown.headerData(5, Qt.Orientation.Horizontal) == "Sure?"
    room = QRect(0, 0, table.columnWidth(1) - 8, 1000)
    for at in range(shown.rowCount()):
        taken = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), str(shown.index(at, 1).data()))
        assert taken.width() <= room.width()
        assert taken.height() <= row
    lengths = [row for row, (p, _) in enumerate(shown.rows) if p.unit == "1/um"]
    assert lengths
    for row in lengths:  # wherever it stands
        assert str(shown.index(row, 4 if has_unit else 1).data()).endswith("µm⁻¹")
        assert str(shown.index(row, 1).data()).endswith("µm⁻¹") is not has_unit
    for column in (2, 3, 4) if has_unit else (2,):
        words = [line for row in range(shown.rowCount()) for line in str(shown.index(row, column).data()).split("\n")]
        assert max(map(table.fontMetrics().horizontalAdvance, words)) <= table.columnWidth(column) - 8
    thresholds = [row for row, (p, _) in enumerate(shown.rows) if p.title == "Threshold"]
    assert len({shown.colour(row) for row in thresholds}) == len(thresholds) == 2
    assert table.horizontalHeader().length() <= table.viewport().width()


LIMIT = "It ran to the limit of what these images can resolve; values beyond fit as well."


@pytest.mark.parametrize("unit", ["nm", "um"])
@pytest.mark.parametrize("width", range(260, 620, 24))
def test_that_units_and_values_at_their_limit_stand_whole_at_any_width(application: Application, qtbot: QtBot,
                                                                       width: int, unit: str):
    model = excursion_set(("am", "se", "pore"), {})
    known = {p.name: ParameterEstimate(0.0025, float("inf"), (0.0025, 60.0), weak=True, reason=LIMIT)
             if p.unit == "1/um" else ParameterEstimate(-0.2713, 0.0123, (-0.3, -0.24)) for p in model.table}
    application.context.units.set_unit(unit)
    table = EstimatesTable(application.context)
    qtbot.addWidget(table)
    table.resize(width, 200)
    table.show()
    table.show_result(SimpleNamespace(model=model, estimates=known), {})
    shown, metrics = table.model(), table.fontMetrics()
    for row, (param, _) in enumerate(shown.rows):
        seen = [column for column in range(6) if not table.isColumnHidden(column)]
        texts = {column: str(shown.index(row, column).data()) for column in seen}
        if param.unit == "1/um":
            assert [column for column, text in texts.items() if "m⁻¹" in text] == [4 if 4 in texts else 1]
            assert "at limit" in texts[3 if 3 in texts else 2].split("\n")
        for column in set(texts) - {0, 1}:
            lines = texts[column].split("\n")
            assert max(map(metrics.horizontalAdvance, lines)) <= table.columnWidth(column) - 8
            assert len(lines) * metrics.lineSpacing() <= table.rowHeight(row)


def test_that_a_value_at_its_bound_says_so_in_place_of_an_error(application: Application, qtbot: QtBot):
    model = excursion_set(("am", "pore"), {})
    at_limit, unseen = [p.name for p in model.table if p.unit == "1/um"][:2]
    infinite = ParameterEstimate(60.0, float("inf"), (0.005, 60.0), weak=True, reason=LIMIT)
    known = {at_limit: infinite, unseen: replace(infinite, value=1.0, reason="Moving it over a wide range changes …")}
    table = EstimatesTable(application.context)
    qtbot.addWidget(table)
    table.show_result(SimpleNamespace(model=model, estimates=known), {})
    cell = table.model().index(0, 3)
    assert cell.data() == "at limit"
    assert "It ran to the limit" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert table.model().index(1, 3).data() == "–", "it has no error either, but it is at no limit"


def test_that_errors_go_under_long_values_before_a_name_is_cut(application: Application, qtbot: QtBot):
    model = excursion_set(("am", "se", "pore"), {})
    known = {p.name: ParameterEstimate(1.77e-4, 5.4e-5, (1e-4, 3e-4)) for p in model.table}
    table = EstimatesTable(application.context)
    qtbot.addWidget(table)
    table.resize(288, 200)
    table.show()
    table.show_result(SimpleNamespace(model=model, estimates=known), {})
    assert table.isColumnHidden(3)
    shown = table.model()
    assert shown.index(0, 2).data().count("\n") == 1
    assert "±" in shown.index(0, 2).data()
    longest = max(table.fontMetrics().horizontalAdvance(word) for row in range(shown.rowCount())
                  for word in shown.index(row, 1).data().split())
    assert table.columnWidth(1) >= longest


def test_that_names_and_figures_of_three_orders_stand_whole_in_the_narrowest_ranking(application: Application,
                                                                                    qtbot: QtBot):
    model = excursion_set(("SE", "AM", "pore"), {})
    rows = tuple(RankedOrder((0, 1, 2), ("SE", "AM", "pore"), misfit, 0.545, error, True, model)
                 for misfit, error in ((0.58, 0.311), (829.0, 2.587)))
    table = RankingTable(application.context)
    qtbot.addWidget(table)
    table.show_ranking(rows, {})
    table.resize(280, 200)
    table.show()
    metrics = table.fontMetrics()
    for column in (2, 3, 4):
        heads = str(table.model().headerData(column, Qt.Orientation.Horizontal)).split("\n")
        texts = [str(table.model().index(row, column).data()) for row in range(len(rows))]
        assert max(map(metrics.horizontalAdvance, texts)) <= table.columnWidth(column) - 12
        assert max(map(metrics.horizontalAdvance, heads)) <= table.columnWidth(column) - 6
    small = QFontMetrics(body_font(11))
    names = sum(map(small.horizontalAdvance, ("SE", "AM", "po.")))
    assert names <= table.columnWidth(1) - 6 - 3 * SWATCH - 2 * ARROW
