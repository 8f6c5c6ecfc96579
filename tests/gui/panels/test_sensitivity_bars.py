"""Sensitivity bars of many parameters: strongest first, at one height, the others reached by scrolling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from morphstudio.core.models.excursion_set import families_of, parameter_table
from morphstudio.gui.panels.explore.sensitivity import strongest_first
from morphstudio.gui.panels.explore.sensitivity_bars import BarTable, FigureBars, SensitivityBars

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

PARAMS = parameter_table(3, families_of(3, "matern"))[:16]


def _table(n: int = 16) -> BarTable:
    changes = np.linspace(2.0, 0.1, n)[:, None] * np.array([[1.0, -0.5]])
    return BarTable(PARAMS[:n], (True,) * n, ("am", "se"), ((200, 0, 0), (0, 0, 200)), changes, (False,) * n)


@pytest.fixture
def bars(application: Application, qtbot: QtBot) -> SensitivityBars:
    shown = SensitivityBars(application.context)
    qtbot.addWidget(shown)
    shown.resize(420, 22 + 7 * 20 + 9)
    shown.show_table(_table())
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def _wheel(bars: SensitivityBars, turn: int) -> bool:
    at = QPointF(100, 80)
    event = QWheelEvent(at, at, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                        Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(bars, event)
    return event.isAccepted()


def test_that_only_whole_rows_are_shown_and_the_others_are_scrolled_to(bars: SensitivityBars) -> None:
    assert bars.shown == tuple(range(7))
    assert not bars.scroll.isHidden()
    assert bars.scroll.maximum() == 9
    assert _wheel(bars, -120)
    assert bars.shown[1] > 1
    bars.scroll.setValue(9)
    assert bars.shown == (0, *range(10, 16)), "the strongest stays"
    assert bars._tip(bars._row_at(30)).startswith(PARAMS[0].title)
    assert bars._tip(bars._row_at(50)).startswith(PARAMS[10].title)
    assert bars._row_at(22 + 7 * 20 + 5) is None


def test_that_nothing_scrolls_where_all_rows_fit(bars: SensitivityBars) -> None:
    bars.resize(420, 22 + 16 * 20 + 4)
    assert bars.scroll.isHidden()
    assert bars.shown == tuple(range(16))
    bars.show_table(_table(3))
    assert bars.shown == tuple(range(3))
    assert not _wheel(bars, -120)


def test_that_the_moved_row_comes_into_view(bars: SensitivityBars) -> None:
    bars.mark(PARAMS[12].name)
    assert bars.shown == (0, *range(7, 13)), "the strongest stays beside it"
    bars.mark(PARAMS[2].name)
    assert bars.shown[:2] == (0, 2)
    bars.mark("nobody")
    assert bars.shown[:2] == (0, 2)


def test_that_rows_say_their_step_where_these_are_of_two_kinds(bars: SensitivityBars) -> None:
    table = _table(3)
    assert not table.has_steps
    mixed = replace(table, relative=(True, False, True))
    assert mixed.has_steps
    assert [mixed.step(row) for row in range(3)] == ["1 %", "0.01", "1 %"]
    bars.show_table(table)
    before = bars.grab().toImage()
    bars.show_table(mixed)
    assert bars.grab().toImage() != before


def test_that_rows_keep_their_height(bars: SensitivityBars) -> None:
    """The last row to be seen ends at the same place however many there are."""
    for n in (3, 7, 16):
        bars.show_table(_table(n))
        shown = min(n, 7)
        assert [bars._row_at(22 + 20 * row + 1) for row in range(shown)] == list(range(shown))
        assert bars._row_at(22 + 20 * shown + 1) is None


def test_that_a_figure_has_every_row(application: Application, qtbot: QtBot) -> None:
    bars = FigureBars(application.context)
    qtbot.addWidget(bars)
    bars.resize(420, 300)
    bars.show_table(_table())
    assert bars.scroll.isHidden()
    assert bars.shown == tuple(range(16))


def test_that_the_strongest_come_first_and_equal_ones_stay_in_order() -> None:
    changes = np.array([[0.1, -0.2], [np.nan, np.nan], [0.0, 1e-9], [-3.0, 0.0], [0.2, 0.0]])
    assert strongest_first(changes) == [3, 0, 4, 1, 2]
