"""The Calibrate step: fit the model to the images and watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from morphstudio.gui.docks.area import DockArea
from morphstudio.gui.docks.arrangement import card, column, row
from morphstudio.gui.docks.panel_dock import PanelDock
from morphstudio.gui.panels.calibrate.cards import CurvesCard, EstimatesCard, ProgressCard, RankingCard
from morphstudio.gui.panels.calibrate.inspector import SettingsInspector
from morphstudio.gui.panels.calibrate.run import CalibrationRun
from morphstudio.gui.panels.calibrate.sections import SectionsPanel
from morphstudio.gui.plots.throttle import Throttle
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.theme.tokens import hex_colour
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import Button, focus_handed_on
from morphstudio.gui.widgets.empty_state import EmptyState
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import Remark
from morphstudio.gui.widgets.phases import image_colours
from morphstudio.gui.widgets.step_page import StepPage

if TYPE_CHECKING:
    from morphstudio.app.jobs import events
    from morphstudio.app.run_history import RunHistory
    from morphstudio.core.calibration.records import CalibrationResult, StepRecord, TwoPointCurves
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.context import AppContext

_STAGES = {"statistics": "measuring the image", "triage": "trying phase orders", "refine": "refining the best",
           "uncertainty": "standard errors"}


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
        self.grid, self.direction = self._curves_card.grid, self._curves_card.direction
        self.misfit, self.traces = self._progress_card.misfit, self._progress_card.traces
        self.parameter, self.best_label = self._progress_card.parameter, self._progress_card.best_label
        self.ranking, self.estimates = self._ranking_card.table, self._estimates_card.table
        self.verdict = self._estimates_card.verdict
        self.direction.currentIndexChanged.connect(self._show_curves)
        self._data: tuple[TwoPointCurves, ...] = ()
        self._model: tuple[TwoPointCurves, ...] = ()
        self._fresh: StepRecord | None = None
        self._images: tuple[PhaseImage, ...] = ()
        self._throttle = Throttle(self._redraw, self)
        self.header_actions = self._actions()
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
        fitted = any(run.result is not None for run in self._context.session.document.runs)
        verb = "Fitting the model" if self.run.is_active else "Fitted" if fitted else "Fit the model"
        return f"{verb} to {what or 'the image'}"

    def start(self) -> None:
        """Start with the settings shown."""
        self.run.start(self.inspector.settings())

    # building

    def _content(self) -> QWidget:
        self.docks = DockArea(self._context, "calibrate", (
            PanelDock(self._context, "sections", self.sections),
            PanelDock(self._context, "curves", self._curves_card),
            PanelDock(self._context, "progress", self._progress_card, "Progress"),
            PanelDock(self._context, "ranking", self._ranking_card),
            PanelDock(self._context, "estimates", self._estimates_card),
        ), row(column(card("sections", share=46), card("curves", share=54), share=8),
               column(card("progress", share=30), card("ranking", share=27), card("estimates", share=43), share=5)))
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.notice = Remark(self._context, "info")
        self.resume_button = Button(self._context, "Resume", "secondary", "play", self.run.resume_interrupted)
        self.discard_button = Button(self._context, "Discard it", "link", clicked=self.run.discard_interrupted)
        self.use_button = Button(self._context, "Use the best so far", "secondary", "check", self._use_best)
        for button in (self.resume_button, self.discard_button, self.use_button):
            self.notice.add_widget(button)
        self.notice.hide()
        layout.addWidget(self.notice)
        layout.addWidget(self.docks, 1)
        return page

    def _actions(self) -> list[QWidget]:
        context = self._context
        self.status_label = text_label("", "second")
        self.stop_button = Button(context, "Stop", "header", "stop", self.run.stop)
        self.pause_button = Button(context, "Pause", "primary", "pause", self.run.pause)
        self.go_on_button = Button(context, "Resume", "primary", "play", self.run.go_on)
        self.start_button = Button(context, "Calibrate", "primary", "play", self.start)
        self.explore_button = Button(context, "Explore", "primary", "sliders-horizontal",
                                     lambda: context.go_to("explore"))
        return [self.status_label, self.stop_button, self.start_button, self.pause_button, self.go_on_button,
                self.explore_button]

    def _wire(self) -> None:
        self.run.began.connect(self._on_began)
        self.run.recorded.connect(self._on_record)
        self.run.finished.connect(self._on_finished)
        self.run.failed.connect(self._on_failed)
        self.run.status_changed.connect(self._show_status)
        session = self._context.session
        session.images_changed.connect(self._on_images)
        session.active_changed.connect(self._on_images)
        session.runs_changed.connect(self._show_status)
        self._context.units.changed.connect(self._show_unit)

    # what happens

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
        self._show_status()

    def _on_began(self) -> None:
        self._clear()

    def _on_record(self, record: StepRecord) -> None:
        if record.data is not None:
            self._data = record.data
            self._model = ()
            self._offer_directions()
            self._show_curves()
        if record.model is not None:
            self._model = record.model
        self.misfit.append(record)
        self.traces.append(record.step, record.values)
        if record.ranking is not None:
            self._show_ranking(record.ranking)
        if record.best is not None:
            self._fresh = record
        self._throttle.request()

    def _redraw(self) -> None:
        """Show what has come since the last time; at most ten times a second."""
        self._show_progress(self.run.best)
        if self._model:
            at = min(max(self.direction.currentIndex(), 0), len(self._model) - 1)
            self.grid.set_model(self._model[at])
        if self._fresh is not None and self._fresh.best is not None:
            record, self._fresh = self._fresh, None
            assert record.best is not None
            self.sections.show_model(record.best, f"best so far, step {record.step}")
        self._show_status()

    def _on_finished(self, result: CalibrationResult) -> None:
        self._throttle.flush()
        self._show_result(result)
        self._context.notify("The calibration is finished: its model is in Explore", "Explore",
                             lambda: self._context.go_to("explore"))

    def _on_failed(self, event: events.Failed) -> None:
        self._context.show_error(event.error or event.message, event.details)

    def _use_best(self) -> None:
        self.run.take_best()
        self.run.best = None
        self._show_status()

    # showing

    def _clear(self) -> None:
        self._data, self._model, self._fresh = (), (), None
        image = self.run.images[0] if self.run.images else None
        if image is not None:
            colours = [hex_colour(c) for c in image_colours(image)]
            self.grid.set_phases(image.phases, colours)
        self.misfit.clear_records()
        self.traces.clear_records()
        self.parameter.clear()
        self.best_label.setText("")
        self.ranking.show_ranking((), {})
        self._ranking_card.show_count(0)
        self._estimates_card.show_result(None)
        self.docks.bring_forward("ranking")
        self._curves_card.show_waiting(running=self.run.is_active)
        self._progress_card.place.set_filled(False)
        self.sections.clear_model()
        self._show_unit()

    def _show_last_result(self) -> None:
        for run in reversed(self._context.session.document.runs):
            if run.result is not None:
                self.inspector.show_settings(run.settings)
                self._show_result(run.result)
                self._show_history(run.history, run.result.model)
                return

    def _show_history(self, history: RunHistory | None, model: ExcursionSet) -> None:
        if history is None:
            return
        for record in history.records():
            self.misfit.append(record)
            self.traces.append(record.step, record.values)
        self._show_progress(model)

    def _show_result(self, result: CalibrationResult) -> None:
        names = {p.name for p in self._images[0].phases} if self._images else set()
        if set(result.model.phases) != names:
            return
        self._data, self._model = result.data, result.curves
        self._offer_directions()
        self._show_curves()
        self._show_ranking(result.ranking)
        self._estimates_card.show_result(result)
        self.docks.bring_forward("estimates")
        self.sections.show_model(result.model, "best fit")

    def _show_ranking(self, ranking: tuple[object, ...]) -> None:
        image = self.run.images[0]
        colours = dict(zip((p.name for p in image.phases), image_colours(image), strict=True))
        self.ranking.show_ranking(ranking, colours)  # type: ignore[arg-type]
        self._ranking_card.show_count(len(ranking))

    def _show_curves(self) -> None:
        self._curves_card.place.set_filled(bool(self._data or self._model))
        at = max(self.direction.currentIndex(), 0)
        # The model first: the range that the data fix leaves room for both.
        self.grid.set_model(self._model[at] if at < len(self._model) else None)
        self.grid.set_data(self._data[at] if at < len(self._data) else None)

    def _offer_directions(self) -> None:
        self._curves_card.offer_directions([curves.label for curves in self._data])

    def _show_progress(self, model: ExcursionSet | None) -> None:
        """Show the noted steps; ``model`` names the parameters."""
        self._progress_card.place.set_filled(self.misfit.n_points > 1)  # one step draws no line
        self.misfit.redraw()
        self._offer_parameters(model)
        self.traces.redraw()
        best = self.misfit.best
        self.best_label.setText("" if best is None else f"lowest {number(best)}")

    def _offer_parameters(self, model: ExcursionSet | None) -> None:
        if self.parameter.count() == len(self.traces.names) or model is None:
            return
        titles = {p.name: f"{p.symbol}  {p.title}" for p in model.table}
        chosen = self.parameter.currentData()
        self.parameter.blockSignals(True)
        self.parameter.clear()
        for name in self.traces.names:
            self.parameter.addItem(titles.get(name, name), name)
        self.parameter.setCurrentIndex(max(0, self.parameter.findData(chosen)))
        self.parameter.blockSignals(False)
        self.traces.choose(self.parameter.currentData())

    def _show_unit(self) -> None:
        image = self.run.images[0] if self.run.images else None
        if image is None or image.voxel_size_um is None:
            self.grid.set_unit("voxel", 1.0)
        else:
            self.grid.set_unit(self._context.units.unit_text(), self._context.units.factor())

    def _show_status(self) -> None:
        with focus_handed_on(self.header_actions[1:]):
            self._show_actions()

    def _show_actions(self) -> None:
        status, state = self.run.status, self.run.job_state
        active = status != "idle"
        has_image = self._context.session.active_image is not None
        done = not active and self._context.session.document.calibrated is not None
        self.inspector.set_locked(locked=active)
        self.stop_button.setVisible(active)
        self.stop_button.setEnabled(status != "stopping")
        self.stop_button.setText("Stopping…" if status == "stopping" else "Stop")
        self.pause_button.setVisible(status == "running")
        self.go_on_button.setVisible(status == "paused")
        self.start_button.setVisible(not active)
        self.start_button.setEnabled(has_image)
        self.start_button.setText("Calibrate again" if done else "Calibrate")
        set_state(self.start_button, kind="header" if done else "primary")
        self._context.theme.bind_icon(self.start_button, "play", "text2" if done else "on_fill")
        self.explore_button.setVisible(done)
        words = ""
        record = self.run.last_record
        if status == "paused":
            words = "Paused"
        elif status == "running":
            words = "Running" + (f", {_STAGES[record.stage]}" if record is not None else "")
            if state is not None and state.share:
                words += f", {100 * state.share:.0f} %"
        self.status_label.setText(words)
        self._show_notice(active=active, ended=state.status if state is not None and not active else "")
        self._context.refresh_header()

    def _show_notice(self, *, active: bool, ended: str) -> None:
        interrupted = self.run.interrupted
        stopped = not active and ended == "cancelled" and self.run.best is not None
        for button in (self.resume_button, self.discard_button):
            button.setVisible(interrupted is not None)
        self.use_button.setVisible(stopped and interrupted is None)
        if interrupted is not None:
            self.notice.show_remark("info", "A calibration was interrupted.", "It can go on where it was, with the "
                                    "same result as without the interruption.")
        elif stopped:
            self.notice.show_remark("info", "Stopped before the end.", "The best model so far can be used; it has "
                                    "no standard errors.")
        self.notice.setVisible(interrupted is not None or stopped)
