"""The focus stays with the actions while they come and go."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from morphstudio.gui.widgets.buttons import focus_handed_on


def test_that_the_main_action_left_gets_the_focus_of_one_that_goes(qtbot):
    window = QWidget()
    row = QHBoxLayout(window)
    stop, pause, explore = (QPushButton(text) for text in ("Stop", "Pause", "Explore"))
    for button in (stop, pause, explore):
        row.addWidget(button)
    explore.hide()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    pause.setFocus()
    with focus_handed_on((stop, pause, explore)):
        pause.hide()
        stop.hide()
        explore.show()
    assert explore.hasFocus()
