"""A step ends at the limit of its parameter, and a step that would leave the range is told the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.core.models.excursion_set import parameter_table
from morphstudio.gui.panels.explore.sensitivity_bars import BarTable, SensitivityBars
from morphstudio.gui.param_form.linked_row import LinkedRow
from morphstudio.gui.param_form.row import ParameterRow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.core.parameters import Param
    from morphstudio.gui.application import Application


def _param(name: str) -> Param:
    return next(param for param in parameter_table(3) if param.name == name)


@pytest.mark.parametrize(("name", "start"), [("correlation", 0.98), ("degrees_of_freedom", 7.0), ("lambda_x", 99.985)])
def test_that_steps_end_at_the_limit(application: Application, qtbot: QtBot, name: str, start: float) -> None:
    param = _param(name)
    row = (LinkedRow(param, "am", 0, application.context) if name == "lambda_x"
           else ParameterRow(param, application.context))
    qtbot.addWidget(row)
    row.set_value(start)
    for _ in range(5):
        row.field.stepBy(1)
    assert row.value == param.domain[1]
    assert not row.error.isVisibleTo(row)


def test_that_a_step_beyond_the_range_is_told_downwards(application: Application, qtbot: QtBot) -> None:
    bars = SensitivityBars(application.context)
    qtbot.addWidget(bars)
    params = (_param("correlation"), _param("lambda_x"))
    bars.show_table(BarTable(params, (False, False), ("am",), ((0, 0, 0),), np.array([[0.5], [0.5]]), (True, False)))
    assert bars._tip(0).endswith("0.01 smaller: am \N{MINUS SIGN}0.50 %")
    assert bars._tip(1).endswith("0.01 larger: am +0.50 %")


def test_that_the_ends_of_the_slider_are_those_of_the_fraction(application: Application, qtbot: QtBot) -> None:
    row = LinkedRow(_param("lambda_x"), "am", 0, application.context)
    qtbot.addWidget(row)
    for end, label in ((0, row.low), (1, row.high)):
        assert "ε" in label.text()
        assert label.text().endswith(str(end))
        assert label.sizeHint().width() <= label.width(), "its room is fixed"
