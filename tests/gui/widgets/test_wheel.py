"""The wheel scrolls past boxes instead of changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox, QVBoxLayout, QWidget

from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application


def turn_wheel(widget: QWidget) -> bool:
    """Turn the wheel by one notch over the middle of a widget; whether the widget took it."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(middle, QPointF(widget.mapToGlobal(widget.rect().center())), QPoint(), QPoint(0, -120),
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    event.ignore()
    widget.wheelEvent(event)
    return event.isAccepted()


def shown(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    window = QWidget()
    column = QVBoxLayout(window)
    for widget in widgets:
        column.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_that_a_box_takes_the_wheel_only_with_the_focus(qtbot: QtBot) -> None:
    number, choice = SpinBox(), ComboBox()
    number.setValue(5)
    choice.addItems(["a", "b", "c"])
    window = shown(qtbot, number, choice)
    window.setFocus()
    assert not turn_wheel(number)
    assert not turn_wheel(choice)
    assert (number.value(), choice.currentText()) == (5, "a")
    number.setFocus()
    assert turn_wheel(number)
    assert number.value() == 4
    choice.setFocus()
    assert turn_wheel(choice)
    assert choice.currentText() == "b"


@pytest.mark.parametrize("key", ["data", "calibrate", "explore", "measure"])
def test_that_no_page_has_a_box_that_the_wheel_changes_in_passing(application: Application, key: str) -> None:
    page = application.window.workspace.page(key)
    for kind in (QSpinBox, QComboBox):
        boxes = [box for part in (page, page.inspector) for box in part.findChildren(kind)]
        assert all(isinstance(box, (SpinBox, ComboBox)) for box in boxes)


def test_that_a_short_list_opens_with_all_its_entries(opened: Application, qtbot: QtBot) -> None:
    box = opened.window.workspace.page("data").phases.rows[0].role
    box.setCurrentIndex(box.count() - 1)
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    QApplication.processEvents()
    try:
        first, last = (view.visualRect(view.model().index(row, 0)) for row in (0, box.count() - 1))
        assert first.top() >= 0
        assert last.bottom() <= view.viewport().height()
        assert view.viewport().width() >= view.sizeHintForColumn(0)
    finally:
        box.hidePopup()
