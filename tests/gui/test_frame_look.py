"""The frame keeps the guide's measures: gaps, icons beside texts, base lines, links at the text edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from morphstudio.gui.header import StepHeader
from morphstudio.gui.theme.controller import BESIDE_TEXT
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application


def test_that_the_page_keeps_one_gap_to_menu_and_status_row(opened: Application, qtbot: QtBot):
    window = opened.window
    inspector, top = window.workspace.page("data").inspector, window.menu_row
    assert inspector.mapTo(window, QPoint(0, 0)).y() - top.height() == METRICS.gap

    def gap_below() -> int:
        below = window.workspace.mapTo(window, QPoint(0, window.workspace.height())).y()
        return window.status.mapTo(window, QPoint(0, 0)).y() - below

    # While jobs go on, their tray stands between the two.
    qtbot.waitUntil(lambda: not window.tray.isVisible() and gap_below() == METRICS.gap, timeout=15_000)


def test_that_letters_of_menus_are_underlined_while_alt_is_held(application: Application, qtbot: QtBot):
    window, menus = application.window, application.window.menu_row.menus
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert not menus.underlines
    QTest.keyPress(window, Qt.Key.Key_Alt)
    assert menus.underlines
    QTest.keyRelease(window, Qt.Key.Key_Alt)
    assert not menus.underlines


def test_that_icons_of_buttons_are_as_large_as_the_guide_has_them(application: Application):
    context = application.context
    assert Button(context, "Export", "primary", "export").iconSize() == BESIDE_TEXT
    ink = _columns(context.theme.icon("square", "text", beside_text=True).pixmap(BESIDE_TEXT).toImage())
    assert (ink[0], ink[-1]) == pytest.approx((2, 13), abs=1)  # 16 px with the icon's own air, then 4 px more


def test_that_a_link_begins_where_the_text_above_it_begins(application: Application, qtbot: QtBot):
    holder = _shown(application, qtbot, Button(application.context, "Ink", "link"), text_label("Ink"))
    link, label = (_columns(each.grab().toImage()) for each in holder.findChildren(QWidget))
    assert abs(link[0] - label[0]) <= 1


def test_that_fields_write_on_the_base_line_of_the_label_beside_them(application: Application, qtbot: QtBot):
    combo, spin, line = QComboBox(), SpinBox(), QLineEdit("8")
    combo.addItem("8")
    spin.setValue(8)
    label = text_label("8")
    holder = _shown(application, qtbot, label, line, combo, spin)
    picture = holder.grab().toImage()

    def rows(widget: QWidget, left: int, right: int) -> tuple[int, int]:
        area = widget.geometry().adjusted(left, 4, -right, -4)
        found = _rows(picture.copy(area))
        return found[0] + area.top(), found[-1] + area.top()

    wanted = rows(label, 0, 0)
    for field, right in ((line, 4), (combo, 22), (spin, 22)):
        assert rows(field, 4, right) == wanted, type(field).__name__


def _shown(application: Application, qtbot: QtBot, *widgets: QWidget) -> QWidget:
    holder = QWidget()
    qtbot.addWidget(holder)
    application.theme.style_window(holder)
    row = QHBoxLayout(holder)
    for widget in widgets:
        row.addWidget(widget)
    holder.show()
    qtbot.waitExposed(holder)
    return holder


def _is_ink(colour: QColor) -> bool:
    return colour.alpha() > 128 and min(colour.red(), colour.green(), colour.blue()) < 150


def _columns(image: QImage) -> list[int]:
    return [x for x in range(image.width()) if any(_is_ink(image.pixelColor(x, y)) for y in range(image.height()))]


def _rows(image: QImage) -> list[int]:
    return [y for y in range(image.height()) if any(_is_ink(image.pixelColor(x, y)) for x in range(image.width()))]


def test_that_a_subtitle_without_room_for_words_steps_aside(application: Application, qtbot: QtBot):
    header = StepHeader()
    qtbot.addWidget(header)
    actions = QPushButton("A long button")
    actions.setFixedWidth(300)
    header.add_page("page", [actions])
    header.resize(700, 48)
    header.show()
    header.show_page("page", "Title", "What is going on in this step just now")
    assert header.subtitle.text() == "What is going on in this step just now"
    header.resize(400, 48)
    qtbot.waitUntil(lambda: header.subtitle.text() == "")
    header.resize(700, 48)
    qtbot.waitUntil(lambda: header.subtitle.text() == "What is going on in this step just now")
