"""How a model fits is said by core's grade wherever it is said: header, rail, runs, ranking, notice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from morphstudio.app.document import ImageEntry, Reached, RunEntry
from morphstudio.app.earlier_image import state_of
from morphstudio.app.run_history import RunHistory
from morphstudio.app.run_in_use import run_in_use
from morphstudio.core.calibration.records import (
    CalibrationResult,
    ExactSettings,
    ParameterEstimate,
    RankedOrder,
    StepRecord,
    TwoPointCurves,
)
from morphstudio.core.grades import GRADE_WORDS
from morphstudio.core.models.excursion_set import excursion_set, families_of
from morphstudio.gui.panels.calibrate.verdict import (
    AT_SCATTER,
    doubt_words,
    misfit_words,
    reason_words,
    short_words,
    verdict_text,
    what_to_try,
)
from morphstudio.gui.param_form.symbol import symbol_html

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.calibrate.page import CalibratePage

NBSP = "\N{NO-BREAK SPACE}"
MODEL = excursion_set(("am", "pore"), {"alpha_chi_x": 1.2, "alpha_x": 1.2, "lambda_x": 1.4})
THREE = excursion_set(("am", "se", "pore"), {})


def _result(surface: float, chord: float, misfit: float = 0.58, largest: float = float("nan"), model=MODEL,
            ) -> CalibrationResult:
    n = len(model.phases)
    best = RankedOrder(tuple(range(n)), model.phases, misfit, surface, chord, True, model, largest)
    curves = (TwoPointCurves(np.linspace(0.0, 4.0, 9), np.full((9, n, n), 1 / n**2), None, "in plane"),)
    name = model.table[0].name
    return CalibrationResult(model, (best,), {name: ParameterEstimate(1.2, 0.1, (1.0, 1.4))}, misfit, curves, curves,
                             4.0, 20, "")


FITS, PARTLY, NO = _result(0.01, 0.02), _result(0.096, 0.114), _result(0.2, 0.3)


def _show(application: Application, image: PhaseImage, result: CalibrationResult) -> CalibratePage:
    session = application.context.session
    entry = ImageEntry(image, "", "", voxel_confirmed=True)
    run = RunEntry("r", ExactSettings(order=(0, 1), starts=4), "finished", result, (0,), None, "", (state_of(entry),))
    session.apply("open", replace(
        session.document, images=(entry,), runs=(run,), model=result.model, calibrated=result.model,
        model_labels=(1, 2), model_roles=tuple(phase.role for phase in image.phases)), undoable=False)
    application.window.show_step("calibrate")
    return application.window.workspace.page("calibrate")


@pytest.mark.parametrize(("result", "words", "chip", "badge", "kind"), [
    (FITS, "Fits", "The model fits", "done", "primary"),
    (PARTLY, f"Fits in part: chords off by 11.4{NBSP}%", "The model fits in part", "doubtful", "primary"),
    (NO, f"Does not fit: chords off by 30.0{NBSP}%", "The model does not fit", "doubtful", "header"),
])
def test_that_header_rail_runs_and_chip_say_the_same_of_a_fit(
        application: Application, image: PhaseImage, result: CalibrationResult, words: str, chip: str, badge: str,
        kind: str):
    page = _show(application, image, result)
    status = page.status_label.parentWidget()
    assert status.isVisible()
    assert status.accessibleName() == words
    assert page.verdict.text() == chip
    entry = application.window.rail.entry("calibrate")
    assert entry.badge == badge
    assert entry.toolTip().endswith(chip.lower())
    assert chip in next(iter(page.runs.rows.values())).accessibleName()
    assert page.explore_button.property("kind") == kind


def test_that_a_misfit_below_one_does_not_hide_that_surfaces_and_chords_are_off(application: Application,
                                                                                image: PhaseImage):
    page = _show(application, image, PARTLY)
    assert page._ranking_card.explained.text() == (
        "Curves differ by no more than the image’s own scatter (pale band): they do not decide. The verdict is by "
        f"formula: surfaces off by 9.6{NBSP}%, chords by 11.4{NBSP}%")
    assert "Measure counts realisations" in page._ranking_card.explained.toolTip()
    heads = [page.ranking.model().headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
             for column in (3, 4)]
    assert all("By formula" in tip for tip in heads)
    assert misfit_words(FITS.ranking[0]) == AT_SCATTER
    assert misfit_words(_result(0.1, 0.1, misfit=3.0).ranking[0]) == AT_SCATTER


def test_that_the_reason_is_told_whole_in_the_narrowest_window(application: Application, image: PhaseImage,
                                                               qtbot: QtBot):
    page = _show(application, image, PARTLY)
    application.window.resize(1180, 720)
    page.docks.bring_forward("estimates")
    card = page._estimates_card
    qtbot.waitUntil(card.reason.isVisible)
    for label in (card.reason, card.advice):
        qtbot.waitUntil(lambda label=label: label.height() >= label.heightForWidth(label.width()))
    assert card.reason.text() == f"By formula: surfaces off by 9.6{NBSP}%, chords by 11.4{NBSP}%."
    assert card.advice.text().startswith("Try all phase orders and a Matérn model (Branch), or a larger image")


def test_that_verdict_and_estimates_scroll_together_while_the_tray_is_open(application: Application,
                                                                           image: PhaseImage, qtbot: QtBot):
    known = {p.name: ParameterEstimate(1.2, 0.1, (1.0, 1.4)) for p in MODEL.table}
    page = _show(application, image, replace(PARTLY, estimates=known))
    application.window.resize(1180, 720)
    application.window.tray.set_wanted(True)
    page.docks.bring_forward("estimates")
    card = page._estimates_card
    bar, table = card.area.verticalScrollBar(), card.table
    qtbot.waitUntil(lambda: card.reason.isVisible() and bar.maximum() > 0)
    for label in (card.reason, card.advice):
        qtbot.waitUntil(lambda label=label: label.height() >= label.heightForWidth(label.width()))
    assert table.viewport().height() >= table.verticalHeader().length(), "every row has its whole height"
    bar.setValue(bar.maximum())
    last = table.visualRect(table.model().index(table.n_parameters - 1, 1))
    bottom = table.viewport().mapTo(card.area.viewport(), last.bottomLeft()).y()
    assert bottom <= card.area.viewport().height()


def test_that_one_phase_far_off_is_named_as_the_reason():
    result = _result(0.05, 0.1, largest=0.6)
    best = replace(result.ranking[0], largest_of="mean chord of AM & more")
    assert short_words(best) == ("Does not fit", f"mean chord of AM & more off by 60.0{NBSP}%")
    assert reason_words(best) == (f"By formula: surfaces off by 5.0{NBSP}%, chords by 10.0{NBSP}%, mean chord of AM & "
                                  f"more by 60.0{NBSP}% (mean over directions)")
    surface = replace(best, largest_of="surface of AM")
    assert reason_words(surface).endswith(f"surface of AM by 60.0{NBSP}%"), "there is one for all directions"
    assert f"Furthest off is the mean chord of AM &amp; more, by 60.0{NBSP}% (mean over directions)." in verdict_text(
        replace(result, ranking=(best,)))
    # A project of an earlier version does not say whose it is.
    assert short_words(result.ranking[0]) == ("Does not fit", f"one phase off by 60.0{NBSP}%")


def test_that_a_long_name_of_a_phase_leaves_the_buttons_their_room_in_the_narrowest_window(
        application: Application, image: PhaseImage, qtbot: QtBot):
    result = _result(0.05, 0.1, largest=0.6)
    best = replace(result.ranking[0], largest_of="mean chord of active material of the second batch")
    application.window.resize(1180, 720)
    page = _show(application, image, replace(result, ranking=(best,)))
    button, header = page.explore_button, application.window.workspace.header
    qtbot.waitUntil(lambda: button.isVisible()
                    and button.mapTo(header, button.rect().bottomRight()).x() < header.width())
    rest = page._controls.status.rest
    assert rest.text() == f"mean chord of active material of the second batch off by 60.0{NBSP}%"
    assert 60 < rest.width() < rest.sizeHint().width()


@pytest.mark.parametrize(("settings", "start"), [
    (ExactSettings(fixed={"correlation": 0.0}), "Try a Matérn model and fitting the correlation γ (Branch), or a "),
    (ExactSettings(order=(0, 1, 2), starts=32), "Try all phase orders and a Matérn model (Branch), or a larger image"),
    (ExactSettings(starts=32), "Try a Matérn model (Branch), or a larger image"),
])
def test_that_what_to_try_is_what_the_run_has_not_tried(settings: ExactSettings, start: str):
    assert what_to_try(settings, _result(0.1, 0.1, model=THREE)).startswith(start)
    rough = excursion_set(THREE.phases, {}, families_of(3, "matern"))
    rest = what_to_try(settings, _result(0.1, 0.1, model=rough))
    assert "Matérn" not in rest
    assert rest.startswith("Try ")
    assert what_to_try(settings, _result(0.01, 0.01, model=THREE)) == ""


def test_that_a_model_from_a_file_is_no_finished_calibration(application: Application, page: CalibratePage,
                                                             qtbot: QtBot):
    session = application.context.session
    session.apply("open a model", replace(session.document, model=MODEL, calibrated=MODEL, model_labels=(1, 2)))
    assert application.window.rail.entry("calibrate").badge == ""
    qtbot.waitUntil(lambda: not page.branch_button.isVisible())
    assert page.start_button.text() == "Calibrate"
    assert not page.branch_button.isVisible()
    assert not page.explore_button.isVisible()


def test_that_no_single_order_is_shown_while_all_are_tried(page: CalibratePage):
    inspector = page.inspector
    assert inspector.order.currentIndex() == -1
    assert inspector.order.placeholderText() == "all orders"
    inspector.show_settings(ExactSettings(order=(1, 0)))
    assert inspector.order.currentText() == "pore › am"
    inspector.try_all.click()
    assert inspector.order.currentIndex() == -1
    inspector.try_all.click()
    assert inspector.settings().order == (1, 0)


def test_that_the_end_of_a_run_tells_its_grade_and_how_long_it_took(page: CalibratePage, application: Application,
                                                                    qtbot: QtBot):
    told: list[tuple[str, bool]] = []
    application.context.notified.connect(lambda text, _label, _action, warns: told.append((text, warns)))
    with qtbot.waitSignal(page.run.finished, timeout=120_000):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    best = application.context.session.document.runs[-1].result.ranking[0]
    text, warns = told[-1]
    assert text.startswith(f"Calibrated. {GRADE_WORDS[best.grade]}")
    assert warns is (best.grade != "fits")
    qtbot.waitUntil(lambda: page.start_button.toolTip().startswith("The last run took "))
    assert "all orders, 1 start, 1 refined" in page.start_button.toolTip()
    qtbot.waitUntil(lambda: page.status_label.text().rstrip(":") == short_words(best)[0])


@pytest.mark.parametrize("directions", [("in plane",), ("in plane", "along z")])
def test_that_the_curves_keep_their_key_in_the_narrowest_window(
        application: Application, image: PhaseImage, qtbot: QtBot, directions: tuple[str, ...]):
    curves = tuple(replace(PARTLY.curves[0], label=label) for label in directions)
    application.window.resize(1180, 720)
    page = _show(application, image, replace(PARTLY, data=curves, curves=curves))
    card = page._curves_card
    qtbot.waitUntil(lambda: card._legend.isVisible() and "Model" in card._legend.text())
    card.show_compared("run 2")
    for words in ("Image", "Model", "run 2", "independent"):
        assert words in card._legend.text()
    qtbot.waitUntil(lambda: card._legend.isVisible() and card._legend.is_stacked)
    qtbot.waitUntil(lambda: card._legend.width() >= card._legend.minimumSizeHint().width())
    assert "know nothing of each other" in card._legend.toolTip()


def test_that_the_misfit_keeps_its_key_in_the_narrowest_window(application: Application, image: PhaseImage,
                                                              qtbot: QtBot):
    application.window.resize(1180, 720)
    page = _show(application, image, PARTLY)
    for step, misfit in enumerate((9.0, 4.0), 1):
        page._progress_card.note(StepRecord(step, "triage", 0.1, "", misfit=misfit, best_misfit=misfit))
    page._progress_card.show_steps(None)
    key = page.misfit_key
    qtbot.waitUntil(lambda: key.isVisible() and key.is_stacked)
    assert "steps" in key.text()
    assert "4.00" in key.text(), "the figure stays where there is no room for its word"
    application.window.resize(1600, 900)
    qtbot.waitUntil(lambda: key.isVisible() and not key.is_stacked)
    assert "best 4.00" in key.text()


def _keep_stopped(application: Application, misfit: float, used: CalibrationResult) -> str:
    """Put a run into the document that was stopped at this misfit, beside the one in use."""
    session = application.context.session
    first = session.document.runs[0]
    model = used.model.with_values({"lambda_x": 0.9})
    history = RunHistory(np.array([1, 2]), np.array([9000.0, misfit]), np.array([9000.0, misfit]), {})
    ranked = replace(used.ranking[0], misfit=misfit, model=model, refined=False)
    stopped = RunEntry("s", first.settings, "cancelled", None, (0,), history, "", first.made_from,
                       reached=Reached(model, used.data, used.curves, (ranked,)))
    session.apply("calibration", session.document.with_run(stopped), undoable=False)
    return stopped.id


def _open(page: CalibratePage, run_id: str, qtbot: QtBot) -> None:
    page.docks.bring_forward("runs")
    qtbot.waitUntil(lambda: run_id in page.runs.rows)
    row = page.runs.rows[run_id]
    qtbot.waitUntil(lambda: row.isVisible() and not row.visibleRegion().isEmpty())
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("result", "kind", "header"), [
    (FITS, "primary", "In use: fits"), (NO, "header", f"In use: does not fit: chords off by 30.0{NBSP}%")])
def test_that_a_stopped_run_is_set_against_the_model_in_use_and_takes_nothing_from_its_verdict(
        application: Application, image: PhaseImage, qtbot: QtBot, result: CalibrationResult, kind: str, header: str):
    page = _show(application, image, result)
    stopped = _keep_stopped(application, 829.0, result)
    _open(page, stopped, qtbot)
    assert page.notice.title.text() == "This run stopped at misfit 829, against 0.580 of the model in use."
    assert page.notice.text.text().startswith("That model stays in Explore and Measure.")
    assert page.use_button.isVisible()
    assert page.use_button.property("kind") == "secondary"
    assert page.subtitle() == "Stopped run of tiny"
    assert page._controls.status.accessibleName() == header
    assert page.explore_button.property("kind") == kind
    assert "stopped at 829" in page.runs.rows[stopped].accessibleName()
    _open(page, "r", qtbot)
    assert page._controls.status.accessibleName() == header.removeprefix("In use: ").capitalize()
    assert page.subtitle() == "tiny"


@pytest.mark.parametrize(("misfit", "words"), [
    (0.3, "0.300, against 0.580 of the model in use: it fits better."),
    (0.585, "0.585, against 0.580 of the model in use: it fits about as well.")])
def test_that_a_stopped_run_that_fits_better_says_so(application: Application, image: PhaseImage, qtbot: QtBot,
                                                     misfit: float, words: str):
    page = _show(application, image, FITS)
    stopped = _keep_stopped(application, misfit, FITS)
    _open(page, stopped, qtbot)
    assert page.notice.title.text() == f"This run stopped at misfit {words}"
    assert page.notice.text.text() == "The best model so far can be used; it has no standard errors."
    qtbot.mouseClick(page.use_button, Qt.MouseButton.LeftButton)
    assert page.notice.title.text() == "Stopped before the end."
    assert run_in_use(application.context.session.document).id == stopped
    _open(page, "r", qtbot)
    assert page._controls.status.accessibleName() == "Not in use: fits"
    assert page.explore_button.property("kind") == "primary"


@pytest.mark.parametrize("size", [(1180, 720), (1440, 900), (1920, 1080)])
def test_that_the_list_of_runs_stays_under_the_pointer_whichever_run_is_opened(
        application: Application, image: PhaseImage, qtbot: QtBot, size: tuple[int, int]):
    page = _show(application, image, FITS)
    stopped = _keep_stopped(application, 829.0, FITS)
    session = application.context.session
    for run_id, status, problem in (("f", "failed", "One word. " * 40), ("g", "finished", "")):
        run = replace(session.document.runs[0], id=run_id, status=status, problem=problem,
                      result=replace(FITS, model=MODEL.with_values({"lambda_x": 1.1})) if not problem else None)
        session.apply("calibration", session.document.with_run(run), undoable=False)
    application.window.resize(*size)
    _open(page, "r", qtbot)
    qtbot.waitUntil(lambda: page.notice.title.text() == "The model of this run is in use.")
    qtbot.wait(100)
    places = set()
    for run_id in (stopped, "r", "f", "g", stopped, "r"):
        _open(page, run_id, qtbot)
        qtbot.wait(100)
        assert page.notice.isVisible()
        places.add((page.runs.mapTo(application.window, QPoint()).toTuple(), page.notice.height(), page.docks.is_low))
        assert page.notice.text.height() >= page.notice.text.heightForWidth(page.notice.text.width())
    assert len(places) == 1


def test_that_one_run_alone_takes_no_room_for_a_notice(application: Application, image: PhaseImage):
    assert not _show(application, image, FITS).notice.isVisible()


def test_that_the_key_of_the_misfit_tells_what_the_end_of_the_run_tells(application: Application, image: PhaseImage,
                                                                        qtbot: QtBot):
    application.window.resize(1600, 900)
    page = _show(application, image, replace(FITS, misfit=0.584))
    assert "model" not in page.misfit_key.text()
    for step, misfit in enumerate((9.0, 0.58), 1):
        page._progress_card.note(StepRecord(step, "triage", 0.1, "", misfit=misfit, best_misfit=misfit))
    page._progress_card.show_steps(None)
    qtbot.waitUntil(lambda: "model 0.584" in page.misfit_key.text())
    assert "lowest of all fits is 0.580" in page.misfit_key.toolTip()
    page._progress_card.show_chosen(0.58)
    assert "best 0.580" in page.misfit_key.text()
    assert "chosen" not in page.misfit_key.toolTip()


def test_that_an_order_that_was_only_tried_is_marked_when_the_run_has_ended(application: Application,
                                                                            image: PhaseImage):
    first = FITS.ranking[0]
    tried = replace(first, order=(1, 0), phases=("pore", "am"), misfit=8.1, refined=False, chord_error=2.138)
    page = _show(application, image, replace(FITS, ranking=(first, tried)))
    model = page.ranking.model()
    assert [model.is_only_tried(row) for row in range(2)] == [False, True]
    assert page._ranking_card.remark.text() == "2 tried, best 1 fitted to the end"
    tip = model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("pore › am. Not fitted to the end")
    assert "cannot win" in tip
    assert model.index(1, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "pore › am, tried"
    assert model.index(1, 4).data() == "214 %"
    table = page.ranking
    ink = [_darkest(table.viewport().grab(table.visualRect(model.index(row, 2))).toImage()) for row in range(2)]
    assert ink[0] < ink[1], "its figures are greyer"
    page._ranking_card.show_ranking((first, tried), {})  # while a run goes on, any order may still win
    assert not model.is_only_tried(1)


def _darkest(picture: QImage) -> int:
    return min(picture.pixelColor(x, y).lightness() for x in range(picture.width()) for y in range(picture.height()))


def _weak(value: float, low: float, high: float, reason: str) -> ParameterEstimate:
    return ParameterEstimate(value, float("inf"), (low, high), weak=True, reason=reason)


LONG = _weak(0.005, 0.005, 60.0, "It ran to the limit of what these images can resolve.")
FLAT = _weak(1.0, 0.005, 60.0, "Moving it over a wide range changes the curves by less than the scatter.")
SURE = ParameterEstimate(1.2, 0.1, (1.0, 1.4))


def test_that_the_sentence_over_the_estimates_says_why_parameters_are_not_determined_and_what_helps():
    rough = excursion_set(("am", "se", "pore"), {"correlation": 0.4}, families_of(3, "matern"))
    estimates = {p.name: FLAT if p.name.startswith("nu_") and p.name != "nu_chi_common" else SURE for p in rough.table}
    result = _result(0.01, 0.01, model=rough)
    assert doubt_words(result) == ""
    words = doubt_words(replace(result, estimates=estimates | {"alpha_x": LONG}))
    assert words.startswith(f"5 of {len(estimates)} parameters hardly determined (correlations longer than the image: ")
    assert symbol_html("α_X") in words
    assert words.endswith("left open by the curves: 4). Surer: Gaussian fields or a larger image.")
    words = doubt_words(replace(result, estimates=estimates | {"correlation": FLAT}))
    assert words == (f"5 of {len(estimates)} parameters hardly determined (left open by the curves). "
                     "Surer: Gaussian fields, no correlation γ or a larger image.")
    # Where the model does not fit, what to try stands above it, a larger image among that.
    poor = replace(_result(0.1, 0.1, model=THREE), estimates={"correlation": FLAT, "lambda_x": SURE})
    assert doubt_words(poor).endswith(f"(left open by the curves: {symbol_html('γ')}). Surer: no correlation γ.")


def test_that_a_richer_model_is_not_asked_for_where_this_one_is_not_determined():
    weak = replace(_result(0.1, 0.1, model=THREE), estimates={"alpha_x": FLAT, "alpha_y": FLAT, "lambda_x": SURE})
    assert "Matérn" not in what_to_try(ExactSettings(), weak)
    assert "Matérn" in what_to_try(ExactSettings(), replace(weak, estimates={"alpha_x": FLAT, "lambda_x": SURE}))


def test_that_the_doubt_is_told_whole_in_the_narrowest_window(application: Application, image: PhaseImage,
                                                              qtbot: QtBot):
    estimates = {p.name: LONG if p.unit == "1/um" else SURE for p in MODEL.table}
    application.window.resize(1180, 720)
    page = _show(application, image, replace(PARTLY, estimates=estimates))
    page.docks.bring_forward("estimates")
    doubt = page._estimates_card.doubt
    qtbot.waitUntil(doubt.isVisible)
    qtbot.waitUntil(lambda: doubt.height() >= doubt.heightForWidth(doubt.width()))
    assert "correlations longer than the image" in doubt.text()
    assert "longer than the image" in doubt.toolTip()
    page._estimates_card.show_result(FITS, {})
    assert not doubt.isVisible()


@pytest.mark.parametrize("is_in_use", [False, True])
def test_that_a_run_stopped_with_gaussian_fields_says_so_beside_the_fields_it_was_to_have(
        application: Application, image: PhaseImage, qtbot: QtBot, *, is_in_use: bool):
    page = _show(application, image, FITS)
    session = application.context.session
    stopped = _keep_stopped(application, 0.4, FITS)
    run = replace(page._run_of(stopped), settings=ExactSettings(parameterisation="kernel"))
    document = session.document.with_run(run)
    session.apply("calibration", replace(document, calibrated=run.best) if is_in_use else document, undoable=False)
    _open(page, stopped, qtbot)
    assert page.inspector.model.currentData() == "kernel"
    qtbot.waitUntil(lambda: page.notice.text.text().startswith("Its fields are still Gaussian, not Kernel."))
    assert page.runs.rows[stopped].remark == "fields still Gaussian, not Kernel"
    assert "fields still Gaussian, not Kernel" in page.runs.rows[stopped].accessibleName()
    assert page.runs.rows["r"].remark == ""


def test_that_the_key_of_the_misfit_has_one_line_in_a_window_of_1440_pixels(application: Application,
                                                                           image: PhaseImage, qtbot: QtBot):
    application.window.resize(1440, 900)
    page = _show(application, image, PARTLY)
    for step, misfit in enumerate((9.0, 0.58), 1):
        page._progress_card.note(StepRecord(step, "triage", 0.1, "", misfit=misfit, best_misfit=misfit))
    page._progress_card.show_steps(None)
    key = page.misfit_key
    qtbot.waitUntil(lambda: key.isVisible() and not key.is_stacked and key.width() >= 100)
    assert "best 0.580" in key.text()
