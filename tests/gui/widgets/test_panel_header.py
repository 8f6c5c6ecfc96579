"""A header that is too narrow lets spare things go, the least needed first, and takes them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from morphstudio.gui.widgets.panel_header import PanelHeader, Spare

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _block(width: int) -> QLabel:
    block = QLabel()
    block.setFixedSize(width, 20)
    return block


@pytest.fixture
def blocks() -> dict[str, QLabel]:
    return {name: _block(width) for name, width in (("title", 100), ("fold", 20), ("figure", 30), ("legend", 80))}


@pytest.fixture
def panel(qtbot: QtBot) -> QWidget:
    panel = QWidget()  # a header as a window of its own would not become narrower than its layout
    qtbot.addWidget(panel)
    panel.resize(500, 40)
    return panel


@pytest.fixture
def header(panel: QWidget, qtbot: QtBot, blocks: dict[str, QLabel]) -> PanelHeader:
    header = PanelHeader(panel)
    header.row.setContentsMargins(0, 0, 0, 0)
    for block in blocks.values():
        header.row.addWidget(block)
    # Not in the order in which they leave.
    for name, rank in (("figure", Spare.FIGURE), ("legend", Spare.LEGEND), ("fold", Spare.FOLD)):
        header.add_spare(blocks[name], rank)
    header.resize(400, 32)
    panel.show()
    qtbot.waitExposed(panel)
    return header


@pytest.mark.parametrize(("width", "shown"), [
    (400, {"title", "fold", "figure", "legend"}),
    (254, {"title", "fold", "figure", "legend"}),  # 100 + 20 + 30 + 80 and three gaps of 8
    (253, {"title", "figure", "legend"}),
    (226, {"title", "figure", "legend"}),
    (225, {"title", "fold", "legend"}),  # the fold button is narrower than the figure's
    (215, {"title", "legend"}),
    (188, {"title", "legend"}),
    (187, {"title", "fold", "figure"}),
    (165, {"title", "figure"}),
    (137, {"title", "fold"}),
    (127, {"title"}),
])
def test_that_what_matters_most_keeps_its_place(header: PanelHeader, blocks: dict[str, QLabel], width: int,
                                                 shown: set[str]) -> None:
    header.resize(width, 32)
    assert {name for name, block in blocks.items() if block.isVisible()} == shown
    assert header.aside == {block for name, block in blocks.items() if name not in shown}
    header.resize(400, 32)
    assert all(block.isVisible() for block in blocks.values())


def test_that_a_header_asks_for_no_more_than_what_it_cannot_spare(header: PanelHeader, blocks: dict[str, QLabel],
                                                                  qtbot: QtBot) -> None:
    for width in (400, 140):
        header.resize(width, 32)
        assert header.minimumSizeHint().width() == 100
    blocks["title"].setFixedWidth(130)
    qtbot.waitUntil(lambda: header.minimumSizeHint().width() == 130)


def test_that_something_hidden_for_its_own_reasons_stays_hidden(header: PanelHeader,
                                                                blocks: dict[str, QLabel]) -> None:
    blocks["legend"].hide()
    header.resize(180, 32)
    assert not header.aside, "there is room without it"
    header.resize(400, 32)
    assert not blocks["legend"].isVisible()
