"""What the Calibrate page shows: names in the ranking, where a run stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from morphstudio.gui.panels.calibrate.controls import RunStanding
from morphstudio.gui.panels.calibrate.ranking import shortened

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

@pytest.mark.parametrize(("names", "room", "shown"), [
    (("SE", "AM", "pore"), 8, ["SE", "AM", "pore"]),
    (("SE", "AM", "pore"), 7, ["SE", "AM", "po."]),
    (("SE", "AM", "pore"), 6, ["S.", "A.", "p."]),
    (("active material", "pore"), 8, ["act.", "por."]),
    (("active material", "pore"), 1, ["a.", "p."]),
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
