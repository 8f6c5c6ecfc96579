"""The tray shows what jobs do and passes pause and cancel on."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from morphstudio.app.document import Document
from morphstudio.app.jobs import events
from morphstudio.core.errors import InputError
from morphstudio.gui import jobs_tray
from morphstudio.gui.jobs_tray import duration_text

LEFT = Qt.MouseButton.LeftButton
ANSWER_MS = 5_000


class Work:
    """A job that only the test moves."""

    title = "Calibrate section.tif"
    checkpoint = None


class SteeredEngine:
    """Stands in for the process: keeps what it is told."""

    def __init__(self):
        self.told, self.listener, self.count = [], None, 0

    def subscribe(self, listener):
        self.listener = listener
        return lambda: None

    def submit(self, job):
        self.count += 1
        return f"job-{self.count}"

    def __getattr__(self, name):
        return lambda job_id: self.told.append((name, job_id))


@pytest.fixture
def steered(application):
    """The app with a steered engine behind its bridge."""
    engine = SteeredEngine()
    bridge = application.context.jobs
    bridge._unsubscribe()
    bridge._engine = engine
    engine.listener = bridge._arrived.emit
    return application, engine


def test_that_a_job_shows_its_work_and_can_be_paused_and_cancelled(steered, qtbot):
    application, engine = steered
    tray = application.window.tray
    job_id = application.context.jobs.submit(Work(), kind="calibrate")
    engine.listener(events.Started(job_id, Work.title))
    engine.listener(events.Advanced(job_id, 0.71, "Order 2 of 6", 102.0))
    qtbot.waitUntil(lambda: job_id in tray.rows, timeout=ANSWER_MS)
    row = tray.rows[job_id]
    assert tray.isVisible()
    assert (row._work.text(), row._share.text(), row._left.text()) == ("Order 2 of 6", "71 %", "1 min 42 s left")
    assert application.window.rail.entry("calibrate").badge == "running"
    QTest.mouseClick(row.pause_button, LEFT)
    engine.listener(events.Paused(job_id))
    qtbot.waitUntil(lambda: row.pause_button.toolTip() == "Resume", timeout=ANSWER_MS)
    QTest.mouseClick(row.pause_button, LEFT)
    QTest.mouseClick(row.cancel_button, LEFT)
    assert engine.told == [("pause", job_id), ("resume", job_id), ("cancel", job_id)]
    assert row._work.text() == "Stopping…"
    engine.listener(events.Cancelled(job_id))
    qtbot.waitUntil(lambda: row._work.text() == "Cancelled", timeout=ANSWER_MS)
    QTest.mouseClick(row.cancel_button, LEFT)
    assert job_id not in tray.rows


def test_that_a_failure_stays_with_its_reason_and_a_retry(steered, qtbot):
    application, engine = steered
    seen = []
    job_id = application.context.jobs.submit(Work(), failed=seen.append)
    error = InputError("shape", "This needs 27.0 GB of memory and 18.0 GB are free.", "")
    engine.listener(events.Failed(job_id, error, str(error), ""))
    tray = application.window.tray
    qtbot.waitUntil(lambda: job_id in tray.rows, timeout=ANSWER_MS)
    assert seen[0].error is error
    assert tray.rows[job_id]._work.text() == error.message
    assert error.message in tray.log.toPlainText()
    QTest.mouseClick(tray.rows[job_id].retry_button, LEFT)
    assert job_id not in tray.rows
    assert engine.count == 2


def test_that_what_was_stopped_leaves_by_itself_and_closes_the_tray(steered, qtbot, monkeypatch):
    monkeypatch.setattr(jobs_tray, "KEEP_ENDED_MS", 50)
    application, engine = steered
    jobs, tray = application.context.jobs, application.window.tray
    job_id = jobs.submit(Work(), kind="calibrate")
    engine.listener(events.Started(job_id, Work.title))
    qtbot.waitUntil(lambda: job_id in tray.rows, timeout=ANSWER_MS)
    jobs.cancel(job_id)
    engine.listener(events.Cancelled(job_id))
    qtbot.waitUntil(lambda: not tray.isVisible(), timeout=ANSWER_MS)
    assert not tray.rows
    assert jobs.state(job_id) is None


def test_that_a_document_takes_its_failed_jobs_along_and_leaves_those_at_work(steered, qtbot):
    application, engine = steered
    window, jobs = application.window, application.context.jobs
    failed, at_work = (jobs.submit(Work(), kind="export", failed=lambda _: None) for _ in range(2))
    engine.listener(events.Failed(failed, None, "It broke", ""))
    engine.listener(events.Started(at_work, Work.title))
    qtbot.waitUntil(lambda: set(window.tray.rows) == {failed, at_work}, timeout=ANSWER_MS)
    application.context.session.apply("rename", Document(name="the same"), undoable=False)
    assert failed in window.tray.rows
    window.close_project()
    assert set(window.tray.rows) == {at_work}
    assert jobs.state(failed) is None


def test_that_an_unwatched_failure_is_shown(steered, qtbot):
    application, engine = steered
    job_id = application.context.jobs.submit(Work())
    engine.listener(events.Failed(job_id, None, "Calibrate stopped because its process ended.", "exit code 9"))
    qtbot.waitUntil(lambda: application.window.dialog is not None, timeout=ANSWER_MS)
    assert "exit code 9" in application.window.dialog.details.toPlainText()
    application.window.dialog.close()


def test_that_a_failure_that_was_read_leaves_the_tray_and_stays_in_the_problems(steered, qtbot):
    application, engine = steered
    window = application.window
    job_id = application.context.jobs.submit(Work())
    engine.listener(events.Failed(job_id, None, "It broke", "trace"))
    qtbot.waitUntil(lambda: window.dialog is not None and window.tray.isVisible(), timeout=ANSWER_MS)
    QTest.mouseClick(window.dialog.close_button, LEFT)
    assert not window.tray.isVisible()
    window.tray.show_problems()
    assert len(window.tray.errors.rows) == 1
    window.tray._tabs.setCurrentIndex(0)
    assert window.tray.rows[job_id].retry_button.isVisible(), "whoever looks can still try again"


def test_that_a_tray_that_was_asked_for_or_shows_other_jobs_keeps_a_failure(steered, qtbot):
    application, engine = steered
    window, jobs = application.window, application.context.jobs
    other = jobs.submit(Work(), kind="calibrate")
    engine.listener(events.Started(other, Work.title))
    qtbot.waitUntil(lambda: other in window.tray.rows, timeout=ANSWER_MS)
    failed = jobs.submit(Work())
    engine.listener(events.Failed(failed, None, "It broke", ""))
    qtbot.waitUntil(lambda: window.dialog is not None, timeout=ANSWER_MS)
    QTest.mouseClick(window.dialog.close_button, LEFT)
    assert window.tray.isVisible()
    assert set(window.tray.rows) == {other, failed}


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (25, "25 s"), (102, "1 min 42 s"), (7500, "2 h 5 min")])
def test_that_durations_are_said_in_words(seconds, text):
    assert duration_text(seconds) == text


def test_that_the_columns_of_all_rows_stand_under_one_another(steered, qtbot):
    application, engine = steered
    jobs, tray = application.context.jobs, application.window.tray
    ids = [jobs.submit(Work(), kind="calibrate") for _ in range(3)]
    for job_id in ids:
        engine.listener(events.Started(job_id, Work.title))
    engine.listener(events.Advanced(ids[0], 0.5, "Order 2 of 6", 102.0))
    qtbot.waitUntil(lambda: len(tray.rows) == 3, timeout=ANSWER_MS)
    engine.listener(events.Cancelled(ids[1]))
    engine.listener(events.Failed(ids[2], None, "It broke", ""))
    qtbot.waitUntil(lambda: jobs.state(ids[2]).status == "failed", timeout=ANSWER_MS)
    rows = [tray.rows[job_id] for job_id in ids]
    for row in rows:
        row.layout().activate()
    for part in ("_title", "_work", "cancel_button"):
        assert len({getattr(row, part).geometry().left() for row in rows}) == 1, part
    assert rows[0]._bar.geometry() == rows[1]._bar.geometry()
    application.window.dialog.reject()
