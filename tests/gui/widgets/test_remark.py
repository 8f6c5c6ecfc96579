"""A remark's actions stand on the line of its text where there is room, else below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.messages import Remark

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application


def test_that_actions_stand_beside_the_text_where_there_is_room(application: Application, qtbot: QtBot):
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    remark = Remark(application.context, "info", "Stopped before the end.", "The best model so far can be used.")
    use, retry = (Button(application.context, text, "secondary") for text in ("Use the best so far", "Retry"))
    remark.add_actions((use, retry))
    column.addWidget(remark)
    column.addStretch(1)
    holder.resize(900, 300)
    holder.show()
    remark.show_actions((use, retry))

    def is_beside() -> bool:
        return use.geometry().left() > remark.text.geometry().right()

    qtbot.waitUntil(is_beside)
    assert retry.geometry().left() > use.geometry().right()
    assert remark.width() - retry.geometry().right() < 20
    qtbot.waitUntil(lambda: remark.height() < 64)
    holder.resize(420, 300)
    qtbot.waitUntil(lambda: use.geometry().top() >= remark.text.geometry().bottom() and not is_beside())
    assert retry.geometry().top() == use.geometry().top()
    remark.show_actions((retry,))
    holder.resize(540, 300)
    qtbot.waitUntil(lambda: retry.geometry().left() > remark.text.geometry().right())
