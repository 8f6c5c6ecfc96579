"""Calibrate: from the start button to a model, stop, lock and resume."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from morphstudio.app.document import Document, ImageEntry, RunEntry
from morphstudio.app.places import run_checkpoint
from morphstudio.core.calibration.records import ExactSettings, RankedOrder
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage
from morphstudio.gui.panels.data.edits import with_phase, without_image

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.calibrate.page import CalibratePage

ANSWER_MS = 120_000


def test_that_the_curves_of_the_image_are_there_before_a_run(page: CalibratePage, application: Application,
                                                             qtbot: QtBot):
    card = page._curves_card
    if not card.place.is_filled:
        assert (card.place.fact.text(), card._legend.text()) == ("Measuring the image…", "")
    qtbot.waitUntil(lambda: page._curves_card.place.is_filled, timeout=ANSWER_MS)
    assert "Model" in card._legend.text()
    assert not application.context.session.document.runs
    assert len(page.grid._cells[0].data.getData()[0]) > 5
    assert page.grid.deviations == []
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert page._curves_card.place.is_filled
    page.run.stop()
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)


def test_that_a_calibration_fills_curves_ranking_estimates_and_gives_the_model(
        page: CalibratePage, application: Application, qtbot: QtBot):
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert page.run.is_active
    assert not page.inspector.starts.isEnabled()
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        pass
    assert page.misfit.n_points > 3
    assert len(page.grid.deviations) == 3
    assert page.ranking.n_orders == 2
    qtbot.waitUntil(lambda: page.estimates.n_parameters >= 3, timeout=ANSWER_MS)
    assert page.verdict.isVisible()
    document = application.context.session.document
    assert document.model == document.calibrated is not None
    assert document.runs[-1].status == "finished"
    names = dict(zip(document.model.phases, document.model_labels, strict=True))
    assert names == {"am": 1, "pore": 2}
    assert page.inspector.starts.isEnabled()
    assert not run_checkpoint(document.runs[-1].id).exists()
    _curves_come_back(page, application)
    qtbot.waitUntil(lambda: page.sections.model_view.section is not None, timeout=ANSWER_MS)
    assert page.sections.model_view.section.extent == page.sections.data_view.section.extent
    qtbot.mouseClick(page.explore_button, Qt.MouseButton.LeftButton)
    assert application.window.current_step == "explore"


def _curves_come_back(page: CalibratePage, application: Application) -> None:
    """Open the document as a project that was closed is opened, and look at the curves."""
    session = application.context.session
    shown, lowest, names = page.misfit.n_points, page.misfit.best, list(page.traces.names)
    document = session.document
    session.replace_all(Document(), saved=True)
    session.replace_all(document, saved=True)
    application.window.show_step("calibrate")
    assert (page.misfit.n_points, page.misfit.best) == (shown, lowest)
    assert list(page.traces.names) == names
    assert page.parameter.count() == len(names)
    assert page._progress_card.place.is_filled
    assert "best" in page.misfit_key.text()


def _ranking(n_orders: int) -> tuple[RankedOrder, ...]:
    model = excursion_set(("am", "pore"), {})
    return tuple(RankedOrder((1, 0), ("am", "pore"), 1.0 + n, 0.01, 0.01, refined=True, model=model)
                 for n in range(n_orders))


def test_that_six_orders_are_seen_at_once_and_24_scroll(page: CalibratePage, application: Application,
                                                        qtbot: QtBot):
    application.window.resize(1440, 900)
    application.window.show_step("data")  # as when a project opens: the page is filled before it is seen
    page._ranking_card.show_ranking(_ranking(6), {}, ended=True)
    application.window.show_step("calibrate")
    bar = page.ranking.verticalScrollBar()
    qtbot.waitUntil(lambda: page.ranking.viewport().height() >= 6 * 24 and bar.maximum() == 0, timeout=5000)
    page._ranking_card.show_ranking(_ranking(24), {}, ended=True)
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=5000)


def test_that_stop_ends_the_run_and_leaves_the_document_without_a_model(
        page: CalibratePage, application: Application, qtbot: QtBot):
    page.inspector.starts.setValue(30)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.last_record is not None, timeout=ANSWER_MS)
    qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    document = application.context.session.document
    assert document.runs[-1].status == "cancelled"
    assert document.model is None


def test_that_the_best_model_of_a_stopped_run_can_be_used(page: CalibratePage, application: Application,
                                                          qtbot: QtBot):
    page.inspector.starts.setValue(30)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.best is not None, timeout=ANSWER_MS)
    assert not page.use_button.isVisible()
    qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    best = page.run.best
    assert page.use_button.isVisible()
    qtbot.mouseClick(page.use_button, Qt.MouseButton.LeftButton)
    document = application.context.session.document
    assert document.model == document.calibrated == best
    assert document.runs[-1].status == "cancelled"
    assert document.runs[-1].result is None
    assert not page.use_button.isVisible()
    assert page.explore_button.isVisible()


def test_that_a_paused_run_waits_and_goes_on(page: CalibratePage, application: Application, qtbot: QtBot):
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.last_record is not None, timeout=ANSWER_MS)
    qtbot.mouseClick(page.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.status == "paused", timeout=ANSWER_MS)
    assert page.go_on_button.isVisible()
    assert page.status_label.text() == "Paused"
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(page.go_on_button, Qt.MouseButton.LeftButton)
    assert application.context.session.document.calibrated is not None


def test_that_an_interrupted_run_is_offered_and_can_be_discarded(page: CalibratePage, application: Application,
                                                                 qtbot: QtBot):
    session = application.context.session
    run = RunEntry("cut0ff", ExactSettings(), "running")
    run_checkpoint(run.id).write_bytes(b"kept")
    session.apply("restore", session.document.with_run(run), undoable=False)
    qtbot.waitUntil(page.resume_button.isVisible)
    qtbot.mouseClick(page.discard_button, Qt.MouseButton.LeftButton)
    assert not page.resume_button.isVisible()
    assert not run_checkpoint(run.id).exists()
    assert session.document.runs[-1].status == "cancelled"


def test_that_a_resumed_run_fits_the_images_it_began_with(page: CalibratePage, application: Application,
                                                          image: PhaseImage):
    session = application.context.session
    page.run.start(page.inspector.settings())
    page.run.stop()
    run = session.document.runs[-1]
    entry = ImageEntry(replace(image, name="another"), "", "", voxel_confirmed=True)
    session.apply("add", replace(session.document, images=(*session.document.images, entry)))
    assert [fitted.name for fitted in session.document.run_images(run)] == ["tiny"]


def test_that_a_run_whose_image_was_taken_away_is_not_resumed(page: CalibratePage, application: Application,
                                                              image: PhaseImage):
    session = application.context.session
    other = ImageEntry(replace(image, name="another"), "", "", voxel_confirmed=True)
    run = RunEntry("cut0ff", ExactSettings(), "running", images=(0,))
    run_checkpoint(run.id).write_bytes(b"kept")
    document = replace(session.document, images=(*session.document.images, other)).with_run(run)
    session.apply("restore", without_image(document, 0), undoable=False)
    page.run.resume_interrupted()
    assert not page.run.is_active
    assert "is not open" in application.window.dialog.headline.text()
    application.window.dialog.close()


@pytest.mark.parametrize("way", ["close", "open"])
def test_that_a_run_is_let_go_with_its_document_and_gives_nothing_to_another(
        way: str, page: CalibratePage, application: Application, qtbot: QtBot, image: PhaseImage):
    session, jobs = application.context.session, application.context.jobs
    page.run.start(page.inspector.settings())
    page.run.queue(page.inspector.settings(), from_best=True)
    qtbot.waitUntil(lambda: page.run.last_record is not None, timeout=ANSWER_MS)
    other = Document(images=(ImageEntry(replace(image, name="another"), "", "", voxel_confirmed=True),))
    if way == "close":
        session.replace_all(Document(), saved=True)
    else:
        session.apply("open", other)
    assert not page.run.is_active
    qtbot.waitUntil(lambda: not jobs.running("calibrate"), timeout=ANSWER_MS)
    assert page.run.best is None
    assert session.document.runs == ()
    assert session.document.model is None


def test_that_the_end_of_a_run_let_go_does_not_end_the_next_one(
        page: CalibratePage, application: Application, qtbot: QtBot, image: PhaseImage):
    session = application.context.session
    page.run.start(page.inspector.settings())
    entry = ImageEntry(replace(image, name="another"), "", "", voxel_confirmed=True)
    session.replace_all(Document(images=(entry,)), saved=True)
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        page.run.start(page.inspector.settings())
    assert [run.status for run in session.document.runs] == ["finished"]


def test_that_a_waiting_run_without_its_image_does_not_hold_up_the_next(page: CalibratePage,
                                                                        application: Application):
    session = application.context.session
    lost, ready = (RunEntry(name, ExactSettings(), "waiting", images=(at,)) for name, at in (("lost", 3), ("ready", 0)))
    session.apply("restore", session.document.with_run(lost).with_run(ready), undoable=False)
    page.run._queue = [(lost.id, False), (ready.id, False)]
    page.run._start_next()
    assert page.run.active_id == ready.id
    assert "is not open" in application.window.dialog.headline.text()
    application.window.dialog.close()
    page.run.stop()


def test_that_settings_shown_are_the_settings_given(page: CalibratePage):
    wanted = ExactSettings(order=(1, 0), starts=7, refined=2, seed=5, n_lags=12, max_lag=30)
    page.inspector.show_settings(wanted)
    assert page.inspector.settings() == wanted


def test_that_without_correlation_its_covariance_is_not_fitted_either(page: CalibratePage):
    page.inspector.set_phases((Phase(1, "se"), Phase(2, "am"), Phase(3, "pore")))
    page.inspector.fit_correlation.setChecked(False)
    assert page.inspector.settings().fixed == {"correlation": 0.0, "alpha_chi_common": 0.75}


def test_that_tips_speak_plainly(page: CalibratePage):
    tips = [widget.toolTip() for widget in page.inspector.findChildren(QWidget)]
    assert any("fit begins anew" in tip for tip in tips)
    assert not any("triage" in tip for tip in tips)


def _finish(page: CalibratePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.run.finished, timeout=ANSWER_MS):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)


def test_that_a_branch_can_be_changed_before_the_run_has_ended_and_starts_after_it_from_its_best(
        page: CalibratePage, application: Application, qtbot: QtBot):
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    # Held at once: on a busy machine so short a run may end between two clicks.
    qtbot.mouseClick(page.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.run.status == "paused", timeout=ANSWER_MS)
    assert page.inspector._lock.isVisible()
    window, button = application.window, page.branch_button

    def place() -> QPoint:
        return button.mapTo(window, button.rect().center())

    qtbot.waitUntil(lambda: page.go_on_button.isVisible() and window.childAt(place()) is button)
    qtbot.wait(50)  # the header has found its shape
    clicked = place()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.inspector.branch_card.isVisible()
    qtbot.waitUntil(page.start_button.isVisible)
    qtbot.wait(50)
    assert window.childAt(clicked) is button, "a second click at the same place does nothing"
    assert not button.isEnabled()
    assert page.inspector.starts.value() == 1
    assert page.inspector.starts.isEnabled()
    page.inspector.try_all.setChecked(False)
    page.inspector.n_lags.setValue(9)
    assert page.start_button.text() == "Queue"
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert not page.inspector.branch_card.isVisible()
    document = application.context.session.document
    assert [run.status for run in document.runs] == ["running", "waiting"]
    assert document.runs[1].settings.n_lags == 9
    assert document.runs[0].settings.n_lags == 8
    qtbot.mouseClick(page.go_on_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: application.context.session.document.runs[1].status == "finished", timeout=ANSWER_MS)
    first, second = application.context.session.document.runs
    assert second.settings.begin == first.result.model
    assert list(page.runs.rows) == [second.id, first.id]


def test_that_runs_are_opened_compared_deleted_and_come_back_by_undo(page: CalibratePage, application: Application,
                                                                     qtbot: QtBot):
    session = application.context.session
    _finish(page, qtbot)
    page.inspector.n_lags.setValue(10)
    _finish(page, qtbot)
    first, second = session.document.runs
    page.docks.bring_forward("runs")
    rows = page.runs.rows
    qtbot.mouseClick(rows[first.id].compare_button, Qt.MouseButton.LeftButton)
    assert page.grid.compared is first.result.curves[0]
    qtbot.mouseClick(rows[first.id].compare_button, Qt.MouseButton.LeftButton)
    assert page.grid.compared is None
    qtbot.mouseClick(rows[first.id], Qt.MouseButton.LeftButton)
    assert page.inspector.n_lags.value() == 8
    assert page.take_button.isVisible()
    qtbot.mouseClick(page.take_button, Qt.MouseButton.LeftButton)
    assert session.document.calibrated == first.result.model
    qtbot.mouseClick(rows[second.id].delete_button, Qt.MouseButton.LeftButton)
    assert [run.id for run in session.document.runs] == [first.id]
    session.undo()
    assert [run.id for run in session.document.runs] == [first.id, second.id]
    qtbot.waitUntil(lambda: list(page.runs.rows) == [second.id, first.id])


def test_that_a_branch_starts_from_the_run_shown(page: CalibratePage, application: Application, qtbot: QtBot):
    session = application.context.session
    _finish(page, qtbot)
    page.inspector.n_lags.setValue(10)
    _finish(page, qtbot)
    first, second = session.document.runs
    assert first.result.model != second.result.model
    page.runs.opened.emit(first.id)
    page.branch()
    page.inspector.from_best.setChecked(True)
    page.start()
    assert session.document.runs[-1].settings.begin == first.result.model


def test_that_the_model_of_a_run_before_a_phase_was_renamed_is_not_taken(
        page: CalibratePage, application: Application, qtbot: QtBot):
    session = application.context.session
    _finish(page, qtbot)
    renamed = with_phase(session.document, 1, lambda phase: replace(phase, name="another"))
    session.apply("rename", renamed)
    page.run.take_best(session.document.runs[0])
    assert session.document is renamed
    assert "other names" in application.window.dialog.headline.text()
    application.window.dialog.close()


def test_that_parameters_are_offered_by_typeset_symbol_and_plain_name(page: CalibratePage, qtbot: QtBot):
    _finish(page, qtbot)
    assert not page.parameter.itemIcon(0).isNull()
    assert page.parameter.itemText(0) == "Squared fields: detail, am" or page.parameter.itemText(0).endswith("pore")
    assert "_" not in page.parameter.itemText(0)
    assert page._covariances_card.plot.lines[0].words == "squared"
