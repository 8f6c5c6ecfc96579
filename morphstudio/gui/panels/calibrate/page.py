"""The Calibrate step: fit the model to the images and watch it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from morphstudio.app.run_in_use import run_in_use
from morphstudio.app.run_progress import progress_of
from morphstudio.core.errors import InputError
from morphstudio.gui.panels.calibrate.arrangement import dock_area
from morphstudio.gui.panels.calibrate.cards import CovariancesCard, CurvesCard, RankingCard
from morphstudio.gui.panels.calibrate.controls import RunControls
from morphstudio.gui.panels.calibrate.estimates_card import EstimatesCard
from morphstudio.gui.panels.calibrate.image_curves import ImageCurves
from morphstudio.gui.panels.calibrate.inspector import SettingsInspector
from morphstudio.gui.panels.calibrate.judgement import judgement, page_line
from morphstudio.gui.panels.calibrate.progress_card import ProgressCard
from morphstudio.gui.panels.calibrate.run import CalibrationRun
from morphstudio.gui.panels.calibrate.run_notice import RunNotice, tell_end
from morphstudio.gui.panels.calibrate.runs import RunsCard, earlier_words
from morphstudio.gui.panels.calibrate.sections import SectionsPanel
from morphstudio.gui.panels.calibrate.training_said import best_words
from morphstudio.gui.panels.calibrate.verdict import what_to_try
from morphstudio.gui.plots.throttle import Throttle
from morphstudio.gui.steps import model_has_no_run
from morphstudio.gui.theme.tokens import hex_colour
from morphstudio.gui.widgets.empty_state import EmptyState
from morphstudio.gui.widgets.phases import image_colours, shown_lengths
from morphstudio.gui.widgets.step_page import StepPage

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from morphstudio.app.document import Reached, RunEntry
    from morphstudio.app.run_history import RunHistory
    from morphstudio.core.calibration.records import CalibrationResult, StepRecord, TwoPointCurves
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

AFTER_DRAWING_MS = 50


class CalibratePage(StepPage):
    """Start, pause and stop a calibration; everything moves while it runs."""

    title = "Calibrate"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.run = CalibrationRun(context, self)
        self.inspector = SettingsInspector(context)
        self.sections = SectionsPanel(context)
        self._curves_card, self._progress_card = CurvesCard(context), ProgressCard(context)
        self._ranking_card, self._estimates_card = RankingCard(context), EstimatesCard(context)
        self._covariances_card = CovariancesCard(context)
        self.runs = RunsCard(context)
        self._shown_run, self._compared_run = "", ""
        self.grid, self.direction = self._curves_card.grid, self._curves_card.direction
        self.misfit, self.traces = self._progress_card.misfit, self._progress_card.traces
        self.parameter, self.misfit_key = self._progress_card.parameter, self._progress_card.key
        self.ranking, self.estimates = self._ranking_card.table, self._estimates_card.table
        self.verdict = self._estimates_card.verdict
        self.direction.currentIndexChanged.connect(self._show_curves)
        self._data: tuple[TwoPointCurves, ...] = ()
        self._model: tuple[TwoPointCurves, ...] = ()
        self._fresh: StepRecord | None = None
        self._images: tuple[PhaseImage, ...] = ()
        self._throttle = Throttle(self._redraw, self)
        self._image_curves = ImageCurves(context, self)
        self._controls = RunControls(context, self.run, self.start, self.branch)
        self.header_actions = self._controls.widgets
        self.start_button, self.branch_button = self._controls.start_button, self._controls.branch_button
        self.stop_button, self.pause_button = self._controls.stop_button, self._controls.pause_button
        self.go_on_button, self.explore_button = self._controls.go_on_button, self._controls.explore_button
        self.status_label = self._controls.status_label
        self.fill_frame(EmptyState(context, "chart-line", "No image yet",
                                   "Open a segmented image, name its phases and confirm the voxel size.",
                                   "Go to Data", lambda: context.go_to("data")), self._content())
        self._wire()
        self._on_images()
        self._show_status()
        context.views.register("calibrate.sections", self.sections)

    def subtitle(self) -> str:
        """Return the line beside the step's title."""
        images = self.run.images
        if not images:
            return "Needs an image"
        what = images[0].name if len(images) == 1 else f"{len(images)} images"
        shown = self._run_of(self._shown_run)
        return page_line(self._context.session.document, shown, what, active=self.run.is_active)

    def start(self) -> None:
        """Start with the settings shown: at once, or after the run at work."""
        try:
            settings = self.inspector.settings()
        except InputError as error:
            self.inspector.open_advanced()
            self._context.show_error(error)
            return
        branching = self.inspector.is_branching
        from_best = branching and self.inspector.from_best.isChecked()
        self.inspector.set_branching(False)
        if self.run.is_active:
            self.run.queue(settings, from_best=from_best)
            self.docks.bring_forward("runs")
            self._context.notify("The new run starts when the present one has ended")
            self._show_status()
            return
        shown = self._run_of(self._shown_run)
        best = shown.best if shown is not None and shown.best is not None else self.run.best
        self.run.start(settings, best if from_best else None)

    def branch(self) -> None:
        """Open the settings for a new run that starts from the one shown."""
        self.inspector.set_branching(True)
        self._show_status()

    def _discard_branch(self) -> None:
        self.inspector.set_branching(False)
        run = self._run_of(self.run.active_id or self._shown_run)
        if run is not None:
            self.inspector.show_settings(run.settings)
        self._show_status()

    # building

    def _content(self) -> QWidget:
        self.docks = dock_area(
            self._context, sections=self.sections, curves=self._curves_card, progress=self._progress_card,
            ranking=self._ranking_card, covariances=self._covariances_card, estimates=self._estimates_card,
            runs=self.runs)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.notice = RunNotice(self._context, self.run, lambda: self._use_run(self._shown_run))
        self.resume_button, self.discard_button = self.notice.resume_button, self.notice.discard_button
        self.use_button, self.take_button = self.notice.use_button, self.notice.take_button
        layout.addWidget(self.notice)
        layout.addWidget(self.docks, 1)
        return page

    def _wire(self) -> None:
        self._image_curves.measured.connect(self._show_image_curves)
        self.inspector.changed.connect(self._show_image_curves)
        self.run.began.connect(self._on_began)
        self.run.recorded.connect(self._on_record)
        self.run.recalled.connect(lambda history: self._show_history(history, None))
        self.run.finished.connect(self._on_finished)
        self.run.failed.connect(lambda event: self._context.show_error(event.error or event.message, event.details))
        # A run's end changes several of these at once; shown once.
        self._status_soon = QTimer(self, singleShot=True, interval=0, timeout=self._show_status)
        self.run.status_changed.connect(self._show_status)
        self.inspector.changed.connect(self._status_soon.start)
        session = self._context.session
        session.images_changed.connect(self._on_images)
        session.active_changed.connect(self._on_images)
        session.runs_changed.connect(self._status_soon.start)
        self._context.units.changed.connect(self._show_unit)
        self.inspector.branch_asked.connect(self.branch)
        self.inspector.branch_discarded.connect(self._discard_branch)
        self.runs.opened.connect(self._open_run)
        self.runs.compared.connect(self._compare_run)
        self.runs.deleted.connect(self.run.delete)
        self.runs.started.connect(self.run.start_waiting)
        self.runs.retried.connect(self.run.retry)
        session.model_changed.connect(self._status_soon.start)

    def _on_images(self) -> None:
        entry = self._context.session.active_image
        self.set_empty(entry is None)
        self.inspector.setEnabled(entry is not None)
        if entry is None:
            return
        self.inspector.set_phases(entry.image.phases)
        self.sections.show_image(entry.image, confirmed=entry.voxel_confirmed)
        images = tuple(e.image for e in self._context.session.document.images)
        if images != self._images and not self.run.is_active:
            self._images = images
            self._clear()
            self._show_last_result()
            self._show_image_curves()
        self._show_status()

    def _on_began(self) -> None:
        self._shown_run = self.run.active_id
        self._compare_run("")
        self._clear()
        self._progress_card.begin_run(self._run_of(self._shown_run))
        if not self._show_reached(self.run.reached):
            self._show_image_curves()

    def _run_of(self, run_id: str) -> RunEntry | None:
        return next((run for run in self._context.session.document.runs if run.id == run_id), None)

    def _open_run(self, run_id: str) -> None:
        """Show an earlier run in place of the last one; while one is at work, that one stays."""
        run = self._run_of(run_id)
        if run is None or run.status == "waiting" or run_id == self.run.active_id:
            return
        if self.run.is_active:
            self._context.notify("An earlier run can be shown when the present one has ended")
            return
        self._clear()
        self._show_run(run)
        self.docks.bring_forward("runs")
        self._show_status()

    def _compare_run(self, run_id: str) -> None:
        """Lay the curves of a run over those shown; once more takes them away."""
        run = self._run_of(run_id)
        self._compared_run = "" if run is None or run.result is None or run_id == self._compared_run else run_id
        self._show_compared()
        self._show_runs()

    def _show_compared(self) -> None:
        run = self._run_of(self._compared_run)
        at = max(self.direction.currentIndex(), 0)
        curves = run.result.curves if run is not None and run.result is not None else ()
        self.grid.set_compared(curves[at] if at < len(curves) else None)
        history = run.history if run is not None else None
        self.misfit.set_compared(None if history is None else (history.steps, history.best_misfits))
        self._curves_card.show_compared("" if not self._compared_run else "other run")

    def _show_runs(self) -> None:
        if not self.run.images:
            return
        runs = self._context.session.document.runs
        if all(run.id != self._compared_run for run in runs) and self._compared_run:
            self._compared_run = ""
            self._show_compared()
        self.runs.show_runs(runs, self._colours_by_name(), earlier_words(self._context.session.document),
                            shown=self._shown_run, compared=self._compared_run, active=self.run.active_id)

    def _on_record(self, record: StepRecord) -> None:
        if record.data is not None:
            self._data = record.data
            self._show_curves()
        if record.model is not None:
            self._model = record.model
        self._progress_card.note(record)
        if record.ranking is not None:
            self._ranking_card.show_ranking(record.ranking, self._colours_by_name())
        if record.best is not None:
            self._fresh = record
        self._throttle.request()

    def _redraw(self) -> None:
        """Show what has come since the last time; at most ten times a second."""
        self._progress_card.show_steps(self.run.best)
        if self._model:
            at = min(max(self.direction.currentIndex(), 0), len(self._model) - 1)
            self.grid.set_model(self._model[at])
        if self._fresh is not None and self._fresh.best is not None:
            record, self._fresh = self._fresh, None
            assert record.best is not None
            self.sections.show_model(record.best, best_words(record))
            self._covariances_card.show_model(record.best, self._colours_by_name())
        self._show_status()

    def _on_finished(self, result: CalibrationResult) -> None:
        # When all that has just been told of the new model is drawn. The next of a queue may begin before.
        QTimer.singleShot(AFTER_DRAWING_MS, self, lambda: None if self.run.is_active else self._show_result(result))
        run_id = self._shown_run
        tell_end(self._context, result, self._run_of(run_id), self.run.stayed, partial(self._use_run, run_id))

    def _use_run(self, run_id: str) -> None:
        run = self._run_of(run_id)
        if run is not None:
            self.run.take_best(run)
            self._show_status()

    # showing

    def _clear(self) -> None:
        self._data, self._model, self._fresh = (), (), None
        image = self.run.images[0] if self.run.images else None
        if image is not None:
            colours = [hex_colour(c) for c in image_colours(image)]
            self.grid.set_phases(image.phases, colours)
        self._progress_card.clear_steps()
        self._ranking_card.show_ranking((), {})
        self._estimates_card.show_result(None, {})
        self._covariances_card.show_model(None, {})
        self.docks.bring_forward("ranking")
        self.docks.bring_forward("covariances")
        self._show_standing(filled=False)
        self.sections.clear_model()
        self._show_unit()

    def _show_last_result(self) -> None:
        document = self._context.session.document
        ended = [run for run in document.runs if run.result is not None]
        cut_off = self.run.interrupted
        shown = run_in_use(document) or (ended[-1] if ended else cut_off[0] if cut_off else None)
        self._progress_card.begin_run(shown)
        if shown is not None:
            self._show_run(shown)

    def _show_run(self, run: RunEntry) -> None:
        """Show what a run that ended brought; of one that failed, was stopped or cut off, how far it came."""
        self._shown_run = run.id
        self.inspector.show_settings(run.settings)
        self._progress_card.begin_run(run)
        kept = progress_of(run.id) if run in self.run.interrupted else None
        reached = run.reached if kept is None else kept.reached
        if run.result is not None:
            self._show_result(run.result)
        elif not self._show_reached(reached):
            self._show_image_curves()
        self._show_history(run.history if kept is None else kept.history,
                           run.best if reached is None else reached.model)

    def _show_reached(self, reached: Reached | None) -> bool:
        """Show how far a run came; return whether there is something to show."""
        if reached is None or not self._knows(reached.model):
            return False
        self._data, self._model = reached.data, reached.curves
        self._show_curves()
        self._ranking_card.show_ranking(reached.ranking, self._colours_by_name())
        self._covariances_card.show_model(reached.model, self._colours_by_name())
        self.sections.show_model(reached.model, "best so far")
        return True

    def _knows(self, model: ExcursionSet) -> bool:
        """Whether the images have the phases of a model."""
        return bool(self._images) and set(model.phases) == {phase.name for phase in self._images[0].phases}

    def _show_history(self, history: RunHistory | None, model: ExcursionSet | None) -> None:
        if history is None:
            return
        for record in history.records():
            self._progress_card.note(record)
        self._progress_card.show_steps(model)

    def _show_result(self, result: CalibrationResult) -> None:
        if not self._knows(result.model):
            return
        self._throttle.flush()
        self._data, self._model = result.data, result.curves
        self._show_curves()
        run = self._run_of(self._shown_run)
        advice = "" if run is None else what_to_try(run.settings, result)
        self._progress_card.show_end(result)
        self._ranking_card.show_ranking(result.ranking, self._colours_by_name(), ended=True)
        self._estimates_card.show_result(result, self._colours_by_name(), advice)
        self._covariances_card.show_model(result.model, self._colours_by_name())
        self.docks.bring_forward("estimates")
        self.sections.show_model(result.model, "best fit")
        self._status_soon.start()

    def _colours_by_name(self) -> dict[str, RGB]:
        images = self.run.images  # none once they are closed, while the last step is still to be drawn
        return dict(zip((p.name for p in images[0].phases), image_colours(images[0]), strict=True)) if images else {}

    def _show_curves(self) -> None:
        self._curves_card.offer_directions([curves.label for curves in self._data])
        self._show_standing(filled=bool(self._data or self._model))
        at = max(self.direction.currentIndex(), 0)
        self.grid.set_both(self._data[at] if at < len(self._data) else None,
                           self._model[at] if at < len(self._model) else None)

    def _show_standing(self, *, filled: bool) -> None:
        self._curves_card.show_standing(filled=filled, measuring=self.run.is_active or self._image_curves.is_measuring)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_image_curves()

    def _show_image_curves(self) -> None:
        """Show what is measured in the images alone, as long as nothing of a run is shown."""
        if self.isVisible() and not self._model and not (self._data and self.run.is_active):
            self._data = self._image_curves.of(self.run.images, self.inspector.exact_settings())
            self._show_curves()

    def _show_unit(self) -> None:
        unit, factor = shown_lengths(self._context.units, self.run.images[0] if self.run.images else None)
        self.grid.set_unit(unit, factor)
        self._covariances_card.plot.set_unit(unit, factor)

    def _show_status(self) -> None:
        self._status_soon.stop()
        self.inspector.set_locked(locked=self.run.status != "idle")
        document, shown = self._context.session.document, self._run_of(self._shown_run)
        self._controls.show(can_start=self._context.session.active_image is not None, problem=self.inspector.problem,
                            branching=self.inspector.is_branching, judged=judgement(document, shown, self._knows))
        self._progress_card.show_origin(runless=model_has_no_run(document))
        self._show_standing(filled=self._curves_card.place.is_filled)
        self.notice.show_standing(shown)
        self._show_runs()
        self._context.refresh_header()
