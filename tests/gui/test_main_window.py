"""Steps, theme, notices, errors of the frame."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from morphstudio.core.errors import InputError
from morphstudio.gui.about import ShortcutsDialog
from morphstudio.gui.theme.tokens import DARK, LIGHT
from morphstudio.gui.widgets.empty_state import EmptyState

LEFT = Qt.MouseButton.LeftButton


def test_that_the_package_itself_imports_no_qt():
    code = "import sys, morphstudio.gui; print('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_that_the_window_starts_without_plots_and_renderers():
    code = ("import sys, morphstudio.gui.application; "
            "print(sorted({'pyqtgraph', 'pyvista', 'vtkmodules', 'torch', 'numba'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_that_the_theme_switches_by_key_and_is_remembered(application, qtbot):
    window = application.window
    application.theme.set_theme("light")
    assert application.theme.tokens is LIGHT
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: application.theme.tokens is DARK, timeout=5000)
    assert window.palette().window().color().name().upper() == DARK.bg
    assert application.settings.value.theme == "dark"
    QTest.mouseClick(window.menu_row.theme, LEFT)
    assert application.theme.tokens is LIGHT


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_that_the_window_and_what_opens_from_it_take_the_theme(application, tokens):
    application.theme.set_theme(tokens.name)
    window = application.window
    window.show_error("Something.")
    assert window.dialog.grab().toImage().pixelColor(4, 4).name().upper() == tokens.surface
    assert window.rail.grab().toImage().pixelColor(4, window.rail.height() - 4).name().upper() == tokens.rail
    window.dialog.close()


def test_that_the_theme_reaches_a_page_that_is_not_shown(application):
    page = application.window.workspace.page("measure")
    application.theme.set_theme("dark")
    title = page.findChild(EmptyState).findChildren(QLabel)[-1]
    assert title.palette().color(title.foregroundRole()).name().upper() in (DARK.text, DARK.text2, DARK.text3)


def test_that_a_step_not_ready_says_why(application):
    rail = application.window.rail
    QTest.mouseClick(rail.entry("explore"), LEFT)
    assert "calibrate first" in application.window.status.message.text()
    assert application.window.current_step == "data"


def test_that_an_error_dialog_says_what_and_what_to_do(application):
    window = application.window
    window.show_error(InputError("image.labels", "The image holds one label only.", "Check the segmentation."),
                      "trace of it")
    dialog = window.dialog
    assert dialog.headline.text() == "The image holds one label only."
    assert dialog.hint.text() == "Check the segmentation."
    assert dialog.details.isHidden()
    QTest.mouseClick(dialog.fold, LEFT)
    assert dialog.details.isVisible()
    assert "trace of it" in dialog.details.toPlainText()
    QTest.mouseClick(dialog.close_button, LEFT)
    assert not dialog.isVisible()


@pytest.mark.parametrize("error", [
    InputError("memory", "The volume needs 27.0 GB of memory.", "Choose a smaller edge, or close other programs."),
    "The file could not be read to its end, since the drive that it lies on was taken away in the meantime.",
])
def test_that_an_error_dialog_is_no_taller_than_its_texts(application, qtbot, error):
    application.window.show_error(error)
    dialog = application.window.dialog
    qtbot.waitUntil(lambda: dialog.height() == dialog.layout().totalHeightForWidth(dialog.width()))
    below = dialog.hint.mapTo(dialog, dialog.hint.rect().bottomLeft()).y()
    if not isinstance(error, InputError):
        footer = dialog.close_button.parentWidget().geometry().top()
        assert footer - below <= 24
    dialog.close()


def test_that_the_keys_stand_in_groups(application):
    groups = application.window.actions_.shortcuts()
    assert [heading for heading, _ in groups] == ["File", "Edit", "View", "Window", "Help", "Explore", "Mouse"]
    assert ("Undo", "Ctrl+Z") in dict(groups)["Edit"]
    assert all(keys for _, lines in groups for _, keys in lines)
    application.window.show_shortcuts()
    dialog = application.window.findChild(ShortcutsDialog)
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    assert {"File", "Explore", "Mouse", "New seed", "R"} <= shown
    dialog.close()


def test_that_a_notice_stays_in_the_log(application):
    application.context.notify("Exported 5 files")
    assert application.window.notice.isVisible()
    assert "Exported 5 files" in application.window.tray.log.toPlainText()


def test_that_a_notice_covers_nothing_and_widens_nothing(application, qtbot):
    window = application.window
    width, height = window.width(), window.workspace.height()
    called = []
    application.context.notify("Much has happened and it takes a long sentence to say it. " * 6, "Show folder",
                               lambda: called.append(1))
    qtbot.waitUntil(window.notice.isVisible)
    assert window.notice.parentWidget() is window.status
    assert window.status.rect().contains(window.notice.geometry())
    assert window.notice.geometry().contains(window.notice.button.geometry().translated(window.notice.pos()))
    assert (window.width(), window.workspace.height()) == (width, height)
    QTest.mouseClick(window.notice.button, LEFT)
    assert called == [1]
    assert not window.notice.isVisible()


def test_that_undo_of_opening_leads_back_to_the_welcome_page(opened):
    opened.window.actions_.action("undo").trigger()
    assert opened.window.welcome.isVisible()
    assert not opened.window.menu_row.name.text()
    opened.window.actions_.action("redo").trigger()
    assert opened.window.workspace.isVisible()


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_that_texts_can_be_read(tokens):
    pairs = [("text", "surface"), ("text2", "surface"), ("text3", "surface"), ("text3", "inset"), ("accent", "surface"),
             ("on_fill", "fill"), ("ok", "ok_tint"), ("warn", "warn_tint"), ("error", "error_tint"),
             ("on_notice", "notice"), ("text2", "rail")]
    low = [(front, back) for front, back in pairs
           if contrast(getattr(tokens, front), getattr(tokens, back)) < 4.5]
    assert not low


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_that_disabled_texts_can_still_be_made_out(tokens):
    assert min(contrast(tokens.disabled, getattr(tokens, back)) for back in ("surface", "rail", "inset")) >= 3.2
    assert contrast(tokens.disabled, tokens.surface) < contrast(tokens.text3, tokens.surface)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_that_the_status_row_says_what_runs(application, monkeypatch):
    window, jobs = application.window, application.context.jobs
    state = SimpleNamespace(kind="calibrate", title="Fit the model", status="running")
    monkeypatch.setattr(jobs, "running", lambda: [state])
    window._refresh_standing()
    assert window.status.message.text() == "Fit the model…"
    monkeypatch.setattr(jobs, "running", list)
    window._refresh_standing()
    assert window.status.message.text() == "Ready"


def test_that_the_inspector_widens_when_its_content_needs_more(application, qtbot):
    workspace = application.window.workspace
    application.window._stack.setCurrentWidget(application.window._work)
    workspace.show_page("calibrate")
    inspector = workspace.page("calibrate").inspector
    wide = QLabel()
    wide.setFixedWidth(420)
    inspector.add_section("Wide").addWidget(wide)
    qtbot.waitUntil(lambda: workspace.inspectors.width() >= inspector.content_width() > 420, timeout=5000)
