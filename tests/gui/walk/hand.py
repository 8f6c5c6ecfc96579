"""A hand that works the window: it clicks only what a person could see and reach."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.param_form.slider import ThinSlider

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 240.0
POLL_MS = 10
LAYOUT_SECONDS = 5.0


def wait_until(done: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Let the window live until ``done()``."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        QTest.qWait(POLL_MS)


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click a widget, after scrolling to it; fails where a person could not."""
    target = _reach(widget, at)
    QTest.mouseClick(widget, LEFT, pos=target)


def type_into(field: QLineEdit | QAbstractSpinBox, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    """Replace what a field says and leave it with Return or Tab."""
    line = field.lineEdit() if isinstance(field, QAbstractSpinBox) else field
    click(line)
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, text)
    QTest.keyClick(field, end)


def choose(box: QComboBox, text: str) -> None:
    """Go through a box's entries with the arrow keys until it says ``text``."""
    _reach(box, None)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentText() == text:
            return
        QTest.keyClick(box, Qt.Key.Key_Down)
    raise AssertionError(f"{box.accessibleName()} has no entry {text!r}")


def drag(slider: ThinSlider, by: int, moves: int = 6) -> None:
    """Drag a slider's handle, with the button down between the moves."""
    _reach(slider, None)  # before its size is known, no point of it is
    start = slider.value()

    def at(position: float) -> QPoint:
        return QPoint(round(slider.x_of(position)), slider.height() // 2)

    _reach(slider, at(start))
    QTest.mousePress(slider, LEFT, pos=at(start))
    for k in range(1, moves + 1):
        QTest.mouseMove(slider, at(start + by * k / moves))
        QTest.qWait(POLL_MS)
    QTest.mouseRelease(slider, LEFT, pos=at(start + by))


def click_and_choose_file(button: QWidget, path: Path) -> None:
    """Click what opens a file dialog, type the path there and press Return."""
    typed: list[Path] = []
    clock = QTimer(interval=100)

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog) or not dialog.isVisible():
            return
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        if line.text() != str(path):
            line.clear()
            QTest.keyClicks(line, str(path))
            typed.append(path)
        else:
            # In the next round: by then the dialog has looked whether the file exists.
            QTest.keyClick(line, Qt.Key.Key_Return)

    clock.timeout.connect(answer)
    clock.start()
    click(button)
    clock.stop()
    assert typed, "no file dialog asked"


def _reach(widget: QWidget, at: QPoint | None) -> QPoint:
    """Scroll to a widget and return the point to click; fails where something covers it."""
    # What was just made is shown, and finds its place, with the next events.
    end = time.monotonic() + LAYOUT_SECONDS
    while not widget.isVisible() and time.monotonic() < end:
        QTest.qWait(POLL_MS)
    assert widget.isVisible(), f"{_name(widget)} is not shown"
    assert widget.isEnabled(), f"{_name(widget)} is disabled"
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
            QTest.qWait(0)
        parent = parent.parentWidget()
    if at is None:
        # Check boxes take clicks on their mark and text only.
        edge = isinstance(widget, (QCheckBox, QRadioButton))
        at = QPoint(9 if edge else widget.width() // 2, widget.height() // 2)
    while not _is_seen(widget, at) and time.monotonic() < end:
        QTest.qWait(POLL_MS)
    there = QApplication.widgetAt(widget.mapToGlobal(at))
    assert there is not None, f"{_name(widget)} is off the screen"
    assert _is_seen(widget, at), f"{_name(widget)} is covered by {_name(there)}"
    return at


def _is_seen(widget: QWidget, at: QPoint) -> bool:
    there = QApplication.widgetAt(widget.mapToGlobal(at))
    return there is not None and (there is widget or widget.isAncestorOf(there))


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", str)()
    return f"{type(widget).__name__} {widget.accessibleName() or text or widget.objectName()!r}"
