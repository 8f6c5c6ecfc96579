"""Work that was cut off is offered again."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from morphstudio.app.autosave import Recoverable
from morphstudio.app.document import RunEntry
from morphstudio.app.places import run_checkpoint
from morphstudio.app.project_contents import write_project
from morphstudio.core.calibration.records import ExactSettings

ANSWER_MS = 30_000


def test_that_recovered_work_is_open_and_unsaved(opened, tmp_path, qtbot):
    window, session = opened.window, opened.context.session
    left = tmp_path / "left.morphstudio"
    write_project(left, session.document)
    shape = session.active_image.image.shape
    opened.window.actions_.action("undo").trigger()
    window.welcome.offer_recovery([Recoverable(left, datetime.now(UTC))])
    card = window.welcome.recovery
    QTest.mouseClick(card.recover_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.active_image is not None, timeout=ANSWER_MS)
    assert session.active_image.image.shape == shape
    assert session.dirty
    qtbot.waitUntil(lambda: not left.exists(), timeout=ANSWER_MS)
    assert opened.autosave.path.exists()
    assert card.isHidden()


def test_that_discarding_on_close_removes_the_state_of_a_running_calibration(opened, monkeypatch):
    session = opened.context.session
    run = RunEntry("c1osed", ExactSettings(), "running")
    session.apply("run", session.document.with_run(run), undoable=False)
    run_checkpoint(run.id).write_bytes(b"state")
    monkeypatch.setattr("PySide6.QtWidgets.QMessageBox.exec", lambda _box: QMessageBox.StandardButton.Discard)
    opened.window.ask_before_close = True
    assert opened.window.close()
    opened.autosave.close()
    assert not run_checkpoint(run.id).exists()


def test_that_discarded_work_is_gone(application, tmp_path):
    left = tmp_path / "left.morphstudio"
    write_project(left, application.context.session.document)
    application.window.welcome.offer_recovery([Recoverable(left, datetime.now(UTC))])
    QTest.mouseClick(application.window.welcome.recovery.discard_button, Qt.MouseButton.LeftButton)
    assert not left.exists()
