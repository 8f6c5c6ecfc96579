"""Chips: what is said in colour is said with an icon and a word as well."""

import pytest

from morphstudio.gui.widgets.chip import Chip


@pytest.mark.parametrize(("state", "marked"), [("ok", True), ("warn", True), ("error", True), ("accent", False),
                                               ("", False)])
def test_that_a_verdict_has_an_icon_before_its_word(application, qtbot, state, marked):
    chip = Chip(application.context, "confirmed", state)
    qtbot.addWidget(chip)
    chip.show()
    assert chip.icon.isVisible() == marked
    assert chip.text() == "confirmed"
    if marked:
        assert not chip.icon.pixmap().isNull()


def test_that_an_empty_chip_takes_no_room(application, qtbot):
    chip = Chip(application.context)
    qtbot.addWidget(chip)
    assert chip.isHidden()
