"""How a calibration goes: misfit, parameters and, of one by simulation, losses and scores, on tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QStackedWidget, QTabBar, QWidget

from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.models.excursion_set import field_names
from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.figure import KeyEntry
from morphstudio.gui.figures.plot_figure import PlotFigure
from morphstudio.gui.panels.calibrate.training_said import TrainingSaid
from morphstudio.gui.param_form.symbol import ICON_SIZE, symbol_icon
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import number
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import ElidedLabel
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.panel_header import PanelHeader, Spare
from morphstudio.gui.widgets.place import Place
from morphstudio.gui.widgets.plot_key import PlotKey

if TYPE_CHECKING:
    from morphstudio.app.document import RunEntry
    from morphstudio.core.calibration.records import CalibrationResult, StepRecord
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.parameters import Param
    from morphstudio.gui.context import AppContext

_BOLDER = 6  # pixels that a tab may gain by being chosen
NO_STEPS = "A calibration draws its misfit here, step by step."
NO_TRAINING = "The run draws misfit, losses and scores here, step by step."
RUNLESS = "It was opened from a file, or its run was deleted. A calibration draws its misfit here, step by step."
KEY_TIP = ("The lowest misfit so far (bold); the thin line is that of each step. Mean squared error in units of the "
           "standard error: the dashed line at 1 is what noise alone leaves.")
PASSED_TIP = ("The lowest of all fits is {}. The model chosen has {}: of fits that are hardly told apart, it meets "
              "surfaces and chords best, or does without correlated fields.")
TRAINED_TIP = ("The misfit of the best model so far (bold), which is the one whose volume fractions and surface areas "
               "are closest; the thin line is that of each epoch. The dashed line at 1 is what noise alone leaves.")
SCORES_TIP = ("The discriminator’s mean score: 1 where it takes sections for real, 0 where it takes them for "
              "generated. Dashed: ½, where it cannot tell.")
_PARAMETERS, _LOSSES, _SCORES = 1, 2, 3
TABS = (("Misfit", ""), ("Parameters", ""),
        ("Losses", "What the model lowers (on decades) and, beside it, what the discriminator lowers; dashed: while "
         "its error is not above this, it rests"),
        ("Scores", SCORES_TIP))


class WholeTabBar(QTabBar):
    """A tab bar that never gives up a tab: with less room, the plain one scrolls to the chosen one and stays there."""

    def minimumSizeHint(self) -> QSize:
        """Return room for all tabs shown, whichever is chosen: the chosen one's letters are wider."""
        sizes = [self.tabSizeHint(at) for at in range(self.count()) if self.isTabVisible(at)]
        return QSize(sum(size.width() + _BOLDER for size in sizes), max((size.height() for size in sizes), default=0))

    def sizeHint(self) -> QSize:
        """Return the same."""
        return self.minimumSizeHint()


class ProgressCard(Panel):
    """Misfit and parameters over the steps, on two tabs; losses and scores on two more where a method has them."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("", "", (8, 0, 4, 4), parent)
        from morphstudio.gui.plots.traces import MisfitPlot, ParameterTraces
        from morphstudio.gui.plots.training import LossPlot, ScorePlot

        self.misfit, self.traces = MisfitPlot(context.theme), ParameterTraces(context.theme)
        self.losses, self.scores = LossPlot(context.theme), ScorePlot(context.theme)
        self.tabs = self._tab_bar()
        self.parameter = self._parameter_box()
        self.key = PlotKey()
        self.said = ElidedLabel("", "caption")
        self.said.setContentsMargins(4, 0, 4, 0)
        self._training = TrainingSaid()
        self._is_trained = False
        self._chosen: float | None = None
        plots = QStackedWidget()
        for plot in (self.misfit, self.traces, self.losses, self.scores):
            plots.addWidget(plot)
        self.place = Place(plots, NO_STEPS, context, "trend-down", "No steps yet")
        self.place.setMinimumHeight(110)
        self.tabs.currentChanged.connect(plots.setCurrentIndex)
        self.tabs.currentChanged.connect(lambda at: self.parameter.setVisible(at == _PARAMETERS))
        self._plots, self._theme = plots, context.theme
        self.tabs.currentChanged.connect(lambda _: self._show_legend())
        self._header = _line(self.tabs, None, self.key, self.parameter, FigureButton(context, self.figure))
        self._header.add_spare(self.key, Spare.LEGEND)
        self.use_header(self._header)
        self._strip, self.low_key = QWidget(), PlotKey()
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(4, 0, 4, 0)
        row.addStretch()
        row.addWidget(self.low_key)
        self.body.addWidget(self._strip)
        self.body.addWidget(self.place, 1)
        self.body.addWidget(self.said)
        self._params: dict[str, Param] = {}
        context.theme.changed.connect(self._renew_symbols)
        context.theme.changed.connect(self._show_legend)
        self.begin_run(None)

    def _tab_bar(self) -> WholeTabBar:
        tabs = WholeTabBar()
        tabs.setAccessibleName("Plot shown")
        for at, (title, tip) in enumerate(TABS):
            tabs.addTab(title)
            tabs.setTabToolTip(at, tip)
        tabs.setDrawBase(False)
        tabs.setExpanding(False)
        tabs.setUsesScrollButtons(False)
        return tabs

    def _parameter_box(self) -> ComboBox:
        box = ComboBox()
        box.setAccessibleName("Parameter shown")
        # Long names must not widen the column when their tab is opened.
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(4)
        box.setMinimumWidth(80)  # the symbol at least
        box.setMaximumWidth(220)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.setIconSize(ICON_SIZE)
        box.currentIndexChanged.connect(lambda _: self.traces.choose(box.currentData() or ""))
        box.hide()
        return box

    def begin_run(self, run: RunEntry | None) -> None:
        """Forget every step and get ready for those of a run; ``None`` for no run."""
        settings = None if run is None else run.settings
        trained = settings if isinstance(settings, SimulatedSettings) else None
        self._is_trained = trained is not None
        self.tabs.setTabVisible(_LOSSES, trained is not None)
        self.tabs.setTabVisible(_SCORES, trained is not None and trained.method != "monte-carlo")
        self.said.setVisible(trained is not None)
        self.tabs.updateGeometry()
        self._place_choice()
        self.clear_steps()
        self._training.begin(trained)
        if trained is not None:
            self.losses.begin(trained)
        self._show_said()

    def _place_choice(self) -> None:
        """Put the choice of a parameter where there is room for it: beside two tabs, below four."""
        row = self._strip.layout() if self._is_trained else self._header.row
        assert isinstance(row, QHBoxLayout)
        if row.indexOf(self.parameter) < 0:
            row.insertWidget(row.count() - (not self._is_trained), self.parameter, int(self._is_trained))
            self.parameter.setVisible(self.tabs.currentIndex() == _PARAMETERS)

    def note(self, record: StepRecord) -> None:
        """Note one step; :meth:`show_steps` shows it."""
        self.misfit.append(record)
        self.traces.append(record.step, record.values)
        if self._is_trained:
            self._training.note(record)
            self.losses.append(record)
            self.scores.append(record)

    def clear_steps(self) -> None:
        """Forget every step."""
        self.misfit.clear_records()
        self.traces.clear_records()
        for plot in (self.losses, self.scores):
            plot.clear_records()
        self._training.begin(None)
        self._show_said()
        self.parameter.clear()
        self._chosen = None
        self.place.set_filled(False)
        self._show_legend()

    def show_steps(self, model: ExcursionSet | None) -> None:
        """Show the noted steps; ``model`` names the parameters."""
        # One step draws no line; losses come before the first misfit.
        self.place.set_filled(self.misfit.n_points > 1 or len(self.losses.generator) > 1)
        self.misfit.redraw()
        if model is not None:
            self.offer_parameters(model)
        self.traces.redraw()
        if self._is_trained:
            self.losses.redraw()
            self.scores.redraw()
        self._show_said()
        self._show_legend()

    def show_end(self, result: CalibrationResult) -> None:
        """Tell why training ended, and the misfit of the model chosen."""
        self._training.end(result.simulated)
        self._show_said()
        self.show_chosen(result.misfit)

    def show_chosen(self, misfit: float) -> None:
        """Tell the misfit of the model that a run chose; fits with a lower one may have been passed over."""
        self._chosen = misfit
        self._show_legend()

    def _show_said(self) -> None:
        self.said.setText(self._training.words)
        self.said.explain(self._training.explanation)

    def show_origin(self, *, runless: bool) -> None:
        """Say why there are no steps: a model is in use, and no run of it is kept."""
        waiting = NO_TRAINING if self._is_trained else NO_STEPS
        self.place.set_text(RUNLESS if runless else waiting, "No run of this model" if runless else "No steps yet")

    def _show_legend(self) -> None:
        shown = self._plots.currentWidget()
        key, other = (self.low_key, self.key) if self._is_trained else (self.key, self.low_key)
        other.show_parts("", "")
        self._show_key(key)
        self._strip.setVisible(self._is_trained and self.place.is_filled and shown is not self.losses)

    def _show_key(self, key: PlotKey) -> None:
        tokens, best, shown = self._theme.tokens, self.misfit.best, self._plots.currentWidget()
        if self.place.is_filled and shown is self.scores:
            key.setToolTip(SCORES_TIP)
            key.show_parts(f"<b style='color:{tokens.text}'>—</b> real",
                           f"<b style='color:{tokens.accent}'>—</b> generated")
            return
        if best is None or not self.place.is_filled or shown is not self.misfit:
            key.show_parts("", "")
            return
        chosen = best if self._chosen is None else self._chosen if self._is_trained else max(self._chosen, best)
        passed = number(chosen) != number(best) and not self._is_trained
        tip = TRAINED_TIP if self._is_trained else KEY_TIP
        key.setToolTip(f"{tip}\n{PASSED_TIP.format(number(best), number(chosen))}" if passed else tip)
        word = "model" if passed or self._is_trained else "best"
        key.show_parts(f"<span style='color:{tokens.text2}'>—</span> steps",
                       f"<b style='color:{tokens.accent}'>—</b> {word} {number(chosen)}",
                       f"<b style='color:{tokens.accent}'>—</b> {number(chosen)}")

    def offer_parameters(self, model: ExcursionSet) -> None:
        """Offer the parameters that the traces hold, with the symbols and phases of ``model``."""
        if self.parameter.count() == len(self.traces.names):
            return
        of = dict(zip(field_names(len(model.phases)), model.phases, strict=False))
        self._params = {p.name: p for p in model.table}
        chosen = self.parameter.currentData()
        self.parameter.blockSignals(True)
        self.parameter.clear()
        for name in self.traces.names:
            param = self._params.get(name)
            title = name if param is None else f"{param.title}, {of[param.group]}" if param.group else param.title
            self.parameter.addItem(title, name)
        self._renew_symbols()
        self.parameter.setCurrentIndex(max(0, self.parameter.findData(chosen)))
        self.parameter.blockSignals(False)
        self.traces.choose(self.parameter.currentData())

    def _renew_symbols(self) -> None:
        for at in range(self.parameter.count()):
            param = self._params.get(self.parameter.itemData(at))
            if param is not None:
                self.parameter.setItemIcon(at, symbol_icon(param.symbol, self.palette()))

    def figure(self) -> PlotFigure | None:
        """Return the plot in front as a figure; ``None`` before there is any."""
        if not self.place.is_filled:
            return None
        if self._plots.currentWidget() is self.misfit:
            bold = "Best model so far" if self._is_trained else "Lowest so far"
            return PlotFigure("Misfit", self.misfit, self._theme, lambda: [
                KeyEntry("line", bold, "accent"), KeyEntry("line", "Each step", "strong")])
        if self._plots.currentWidget() is self.losses:
            return PlotFigure("Losses", self.losses, self._theme)
        if self._plots.currentWidget() is self.scores:
            return PlotFigure("Scores", self.scores, self._theme, lambda: [
                KeyEntry("line", "Real sections"), KeyEntry("line", "Generated sections", "accent"),
                KeyEntry("dashed", "cannot tell", "strong")])
        name = self.parameter.currentText()
        return PlotFigure(f"Parameter {name}", self.traces, self._theme,
                          lambda: [KeyEntry("line", name, "accent")])


def _line(*widgets: QWidget | None) -> PanelHeader:
    """Return the widgets in a row; ``None`` is a stretch."""
    holder = PanelHeader()
    holder.setFixedHeight(METRICS.panel_header)
    holder.row.setSpacing(4)
    for widget in widgets:
        if widget is None:
            holder.row.addStretch(1)
            continue
        holder.row.addWidget(widget)
        if isinstance(widget, FigureButton):
            holder.add_spare(widget, widget.spare)
    return holder
