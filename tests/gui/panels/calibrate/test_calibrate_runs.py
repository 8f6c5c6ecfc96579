"""Runs of an earlier image, queued ones, resumed ones, failed ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from morphstudio.app.document import Document, ImageEdit, ImageEntry
from morphstudio.app.jobs import events
from morphstudio.app.places import run_checkpoint
from morphstudio.app.project_contents import read_project, write_project
from morphstudio.app.work.calibrate import CalibrationJob
from morphstudio.core.errors import InputError
from morphstudio.core.image_edits import cropped
from morphstudio.core.phases import PhaseImage
from morphstudio.gui.panels.data.edits import with_edited, with_voxel_size
from morphstudio.io.checkpoint import save_state

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from morphstudio.app.document import RunEntry
    from morphstudio.app.jobs.job import StepOutcome
    from morphstudio.core.calibration.records import CalibrationResult, ExactSettings
    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.calibrate.page import CalibratePage
    from morphstudio.gui.session_model import SessionModel

ANSWER_MS = 120_000
BOX = ((0, 1), (0, 100), (0, 140))


@pytest.fixture
def session(application: Application) -> SessionModel:
    return application.context.session


def _finish(page: CalibratePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)


def _crop(session: SessionModel) -> None:
    source = session.active_image.image
    document = with_edited(session.document, source, cropped(source, BOX), ImageEdit("crop", box=BOX))
    session.apply("Crop", document)


def test_that_a_run_of_the_image_before_a_crop_says_so_until_the_crop_is_undone(
        page: CalibratePage, session: SessionModel, qtbot: QtBot, tmp_path: Path):
    _finish(page, qtbot)
    row = next(iter(page.runs.rows.values()))
    assert row.remark == ""
    _crop(session)
    assert row.remark == "of the image before the crop"
    assert "Undo the crop, or calibrate again." in row.toolTip()
    assert page.notice.isVisible()
    assert page.notice.title.text() == "This run is of the image before the crop."
    write_project(tmp_path / "p.morphstudio", session.document)
    session.undo()
    assert row.remark == ""
    assert not page.notice.isVisible()
    # By content, not by a mark: a project opened anew knows it as well.
    session.replace_all(read_project(tmp_path / "p.morphstudio"), saved=True)
    assert next(iter(page.runs.rows.values())).remark == "of the image before the crop"


def test_that_another_voxel_size_makes_a_run_one_of_the_earlier_image(page: CalibratePage, session: SessionModel,
                                                                      qtbot: QtBot):
    _finish(page, qtbot)
    row = next(iter(page.runs.rows.values()))
    session.apply("size", with_voxel_size(session.document, 0, (0.3, 0.3, 0.3), confirmed=True))
    assert row.remark == "of the image before its voxel size was changed"
    session.apply("size", with_voxel_size(session.document, 0, (0.2, 0.2, 0.2), confirmed=True))
    assert row.remark == ""


def test_that_a_queued_run_fits_the_image_that_was_shown_when_it_was_queued(
        page: CalibratePage, session: SessionModel, qtbot: QtBot):
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.branch_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    shown = session.active_image.image
    _crop(session)
    qtbot.waitUntil(lambda: page.run.active_id == session.document.runs[1].id, timeout=ANSWER_MS)
    assert page.run.images == (shown,)
    qtbot.waitUntil(lambda: session.document.runs[1].status == "finished", timeout=ANSWER_MS)
    assert page.runs.rows[session.document.runs[1].id].remark == "of the image before the crop"


def test_that_a_waiting_run_of_a_project_tells_that_it_takes_the_changed_image(
        page: CalibratePage, session: SessionModel, application: Application):
    run = replace(page.run._new_run(page.inspector.settings(), "waiting"), id="kept")
    session.apply("restore", session.document.with_run(run), undoable=False)
    _crop(session)
    assert page.runs.rows["kept"].remark == "of the image before the crop"
    told: list[str] = []
    application.context.notified.connect(lambda text, *_: told.append(text))
    page.runs.started.emit("kept")
    assert told == ["The image has changed since this run was queued: it fits the present one"]
    assert page.run.images == (session.active_image.image,)
    assert page.runs.rows["kept"].remark == ""
    page.run.stop()


def _steps_until(outcomes: list[StepOutcome], work: object, n_steps: int) -> None:
    while len(outcomes) < n_steps:
        outcomes.append(work.step())


def test_that_the_curves_of_a_resumed_run_begin_with_its_first_step(
        page: CalibratePage, session: SessionModel, qtbot: QtBot):
    run = page.run._new_run(page.inspector.settings(), "paused")
    before: list[StepOutcome] = []
    work = CalibrationJob((session.active_image.image,), run.settings).create()
    _steps_until(before, work, 6)
    save_state(run_checkpoint(run.id), {"schema": 1, "title": "", "state": work.state_dict()})
    session.apply("restore", session.document.with_run(run), undoable=False)
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(page.resume_button, Qt.MouseButton.LeftButton)
    steps = session.document.runs[0].history.steps.tolist()
    assert steps == sorted(set(steps))
    assert steps[:6] == [outcome.record.step for outcome in before]
    drawn = [outcome.record.step for outcome in before if np.isfinite(outcome.record.misfit)]
    assert page.misfit._steps[:len(drawn)] == drawn
    assert len(page.misfit._steps) > len(drawn)


def test_that_an_interrupted_run_does_not_go_on_with_a_cropped_image(
        page: CalibratePage, session: SessionModel, application: Application):
    run = page.run._new_run(page.inspector.settings(), "paused")
    run_checkpoint(run.id).write_bytes(b"kept")
    session.apply("restore", session.document.with_run(run), undoable=False)
    assert page.resume_button.isEnabled()
    _crop(session)
    assert not page.resume_button.isEnabled()
    assert "of the image before the crop" in page.notice.title.text()
    page.run.resume_interrupted()
    assert not page.run.is_active
    assert "Undo the crop" in application.window.dialog.hint.text()
    application.window.dialog.close()
    session.undo()
    assert page.resume_button.isEnabled()


def _fail(page: CalibratePage, application: Application) -> str:
    """Start a run and let its engine tell that it cannot be done."""
    page.run.start(page.inspector.settings())
    job_id = page.run._job_id
    error = InputError("images", "The image is too small to calibrate to.", "Open a larger one.")
    application.context.jobs._deliver(events.Failed(job_id, error, str(error), ""))
    application.window.dialog.close()
    return job_id


@pytest.mark.parametrize("way", ["tray", "row", "notice"])
def test_that_a_failed_run_says_why_and_can_be_retried(way: str, page: CalibratePage, session: SessionModel,
                                                       application: Application, qtbot: QtBot):
    job_id = _fail(page, application)
    (run,) = session.document.runs
    assert run.status == "failed"
    why = "The image is too small to calibrate to. Open a larger one."
    assert page.runs.rows[run.id].remark == page.notice.text.text() == why
    assert "too small" in application.window.tray.rows[job_id]._work.text()
    assert not page.run.is_active
    page.docks.bring_forward("runs")
    application.window.tray.set_wanted(True)  # it closed with the dialog that told of the failure
    button = {"tray": application.window.tray.rows[job_id].retry_button,
              "row": page.runs.rows[run.id].retry_button, "notice": page.notice.retry_button}[way]
    assert button.isVisible()
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (after,) = session.document.runs
    assert (after.id, after.status, after.problem) == (run.id, "finished", "")
    assert session.document.calibrated == after.result.model
    assert page.runs.rows[run.id].remark == ""


def test_that_curves_of_a_run_that_failed_at_once_are_not_waited_for(page: CalibratePage, application: Application,
                                                                     session: SessionModel, qtbot: QtBot):
    small = replace(session.active_image.image, labels=session.active_image.image.labels[:, :6, :6].copy())
    session.apply("open", Document(images=(ImageEntry(small, "", "", voxel_confirmed=True),)), starts_over=True)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert page._curves_card.place.fact.text() == "Measuring the image…"
    qtbot.waitUntil(lambda: session.document.runs[-1].status == "failed", timeout=ANSWER_MS)
    application.window.dialog.close()
    assert "too small" in page.notice.text.text()
    qtbot.waitUntil(lambda: page._curves_card.place.fact.text() == "No curves yet", timeout=ANSWER_MS)


def test_that_a_failed_run_of_another_document_is_not_retried_into_this_one(
        page: CalibratePage, session: SessionModel, application: Application, qtbot: QtBot, image: PhaseImage):
    job_id = _fail(page, application)
    failed = session.document.runs[-1].id
    entry = ImageEntry(replace(image, name="another"), "", "", voxel_confirmed=True)
    session.replace_all(Document(images=(entry,)), saved=True)
    assert job_id not in application.window.tray.rows  # it went with its document
    page.run.retry(failed)
    assert session.document.runs == ()
    assert "not in the open document" in application.window.dialog.headline.text()
    application.window.dialog.close()


def _end_with(page: CalibratePage, result: CalibrationResult, settings: ExactSettings) -> RunEntry:
    """Let a run with these settings end with this result, without fitting anything."""
    run = page.run._new_run(settings, "running")
    page.run._run_id, page.run._images, page._shown_run = run.id, page.run.images, run.id
    page.run._keep(run)
    page.run._on_finished(result)
    return page._run_of(run.id)


def test_that_a_worse_run_of_the_same_image_is_kept_and_the_model_in_use_stays(
        page: CalibratePage, session: SessionModel, application: Application, qtbot: QtBot):
    _finish(page, qtbot)
    first = session.document.runs[0].result
    other = replace(first, model=first.model.with_values({"lambda_x": 0.9}))
    told: list[tuple] = []
    application.context.notified.connect(lambda *parts: told.append(parts))
    settings = session.document.runs[0].settings
    worse = _end_with(page, replace(other, misfit=1.5 * first.misfit), settings)
    assert worse.status == "finished"
    assert session.document.model == session.document.calibrated == first.model
    text, label, use, warns = told[-1]
    assert text.startswith("This run fits worse than the model in use: misfit ")
    assert (label, warns) == ("Use this run", True)
    qtbot.waitUntil(lambda: page.take_button.isVisible())
    assert page.take_button.text() == "Use this run"
    assert page.notice.title.text().startswith("This run fits worse than the model in use: misfit ")
    use()
    assert session.document.model == session.document.calibrated == other.model
    session.undo()
    assert session.document.calibrated == first.model
    # One that hardly fits better is kept, too; one that fits noticeably better takes its place.
    for factor in (1.01, 0.97):
        _end_with(page, replace(other, misfit=factor * first.misfit), settings)
        assert session.document.calibrated == first.model
        text, label, _, warns = told[-1]
        assert text.startswith("This run hardly fits better than the model in use: misfit ")
        assert (label, warns) == ("Use this run", False)
    _end_with(page, replace(other, misfit=0.9 * first.misfit), settings)
    assert session.document.calibrated == other.model
    session.undo()
    # So does any of another image or of other lags: there is nothing to compare.
    _end_with(page, replace(other, misfit=1.5 * first.misfit), replace(settings, n_lags=9))
    assert session.document.calibrated == other.model
    session.undo()
    assert session.document.calibrated == first.model
    _crop(session)
    _end_with(page, replace(other, misfit=1.5 * first.misfit), settings)
    assert session.document.calibrated == other.model


def test_that_better_curves_do_not_make_up_for_worse_surfaces_and_chords(page: CalibratePage, session: SessionModel,
                                                                         application: Application, qtbot: QtBot):
    _finish(page, qtbot)
    run = session.document.runs[0]
    first = run.result
    model = first.model.with_values({"lambda_x": 0.9})
    ranked = replace(first.ranking[0], model=model, surface_error=first.ranking[0].surface_error + 0.2)
    told: list[tuple] = []
    application.context.notified.connect(lambda *parts: told.append(parts))
    _end_with(page, replace(first, model=model, ranking=(ranked,), misfit=0.5 * first.misfit), run.settings)
    assert session.document.calibrated == first.model
    assert told[-1][0].startswith("Surfaces and chords of this run are further off than those of the model in use: ")
    qtbot.waitUntil(lambda: page.take_button.isVisible())
    assert page.notice.title.text() in told[-1][0]
    qtbot.mouseClick(page.take_button, Qt.MouseButton.LeftButton)
    assert session.document.calibrated == model


def test_that_a_stopped_run_shows_how_far_it_came_also_from_a_project(
        page: CalibratePage, session: SessionModel, qtbot: QtBot, tmp_path: Path):
    page.inspector.starts.setValue(30)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.best is not None and page.misfit.n_points > 3, timeout=ANSWER_MS)
    qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    page.inspector.starts.setValue(1)
    _finish(page, qtbot)
    write_project(tmp_path / "p.morphstudio", session.document)
    session.replace_all(read_project(tmp_path / "p.morphstudio"), saved=True)
    stopped, finished = session.document.runs
    assert page._shown_run == finished.id
    page.docks.bring_forward("runs")
    qtbot.waitUntil(lambda: stopped.id in page.runs.rows)
    assert page.runs.rows[stopped.id].toolTip() == "Stopped: show how far it came"
    qtbot.mouseClick(page.runs.rows[stopped.id], Qt.MouseButton.LeftButton)
    assert page.inspector.starts.value() == 30
    assert page.misfit._steps == [step for step, misfit in zip(
        stopped.history.steps.tolist(), stopped.history.misfits.tolist(), strict=True) if np.isfinite(misfit)]
    assert page._model == stopped.reached.curves != ()
    assert page._data == stopped.reached.data != ()
    assert page.sections._model == stopped.best
    assert page.notice.title.text().startswith("This run stopped at misfit ")
    assert page.use_button.isVisible()
    assert page.notice.retry_button.isVisible()
    qtbot.mouseClick(page.use_button, Qt.MouseButton.LeftButton)
    assert session.document.calibrated == stopped.best
    assert not page.use_button.isVisible()


def test_that_the_interrupted_run_that_is_clicked_is_the_one_to_go_on_with(
        page: CalibratePage, session: SessionModel, qtbot: QtBot):
    runs = [page.run._new_run(replace(page.inspector.settings(), starts=n), "paused") for n in (3, 5)]
    for run in runs:
        run_checkpoint(run.id).write_bytes(b"kept")
        session.apply("restore", session.document.with_run(run), undoable=False)
    page.docks.bring_forward("runs")
    qtbot.waitUntil(lambda: len(page.runs.rows) == 2)
    assert page.notice._interrupted_id == runs[1].id
    qtbot.mouseClick(page.runs.rows[runs[0].id], Qt.MouseButton.LeftButton)
    assert page.inspector.starts.value() == 3
    assert page.notice._interrupted_id == runs[0].id
    qtbot.mouseClick(page.discard_button, Qt.MouseButton.LeftButton)
    assert [run.status for run in session.document.runs] == ["cancelled", "paused"]


def _open_again(session: SessionModel, run: RunEntry, folder: Path) -> None:
    """Open the document with a run as a project."""
    write_project(folder / "p.morphstudio", session.document.with_run(run))
    session.replace_all(read_project(folder / "p.morphstudio"), saved=True)


def test_that_an_interrupted_run_shows_how_far_it_had_come_before_it_goes_on(
        page: CalibratePage, session: SessionModel, qtbot: QtBot, tmp_path: Path):
    run = page.run._new_run(replace(page.inspector.settings(), starts=3), "paused")
    work = CalibrationJob((session.active_image.image,), run.settings).create()
    before: list[StepOutcome] = []
    _steps_until(before, work, 8)
    save_state(run_checkpoint(run.id), {"schema": 1, "title": "", "state": work.state_dict()})
    _open_again(session, run, tmp_path)
    best = next(outcome.record.best for outcome in reversed(before) if outcome.record.best is not None)
    assert page._shown_run == run.id
    assert page.inspector.starts.value() == 3
    assert page.sections._model == best
    assert len(page.grid.deviations) == 3
    assert page.ranking.n_orders > 0
    drawn = [outcome.record.step for outcome in before if np.isfinite(outcome.record.misfit)]
    assert page.misfit._steps == drawn
    assert page.resume_button.isVisible()
    qtbot.mouseClick(page.resume_button, Qt.MouseButton.LeftButton)
    assert page.sections._model == best, "it stays while the run takes up its work"
    assert page.run.reached.model == best
    qtbot.waitUntil(lambda: page.misfit.n_points > len(drawn), timeout=ANSWER_MS)
    page.run.stop()
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    assert session.document.runs[-1].best is not None


def test_that_an_interrupted_run_without_a_readable_checkpoint_is_still_offered(page: CalibratePage,
                                                                              session: SessionModel, tmp_path: Path):
    run = page.run._new_run(page.inspector.settings(), "paused")
    run_checkpoint(run.id).write_bytes(b"damaged")
    _open_again(session, run, tmp_path)
    assert page._shown_run == run.id
    assert page.misfit.n_points == 0
    assert page.resume_button.isVisible()
