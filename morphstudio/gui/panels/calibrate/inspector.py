"""Settings of a calibration; locked while one runs."""

from __future__ import annotations

import math
from itertools import permutations
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from morphstudio.core.calibration.records import Cut, ExactSettings
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.errors import InputError
from morphstudio.core.fields.families import FAMILIES
from morphstudio.core.models.excursion_set import GAUSSIAN, families_of, names_in_slot, parameter_table
from morphstudio.gui.panels.calibrate.method import MethodChoice
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.explanation import Explanation
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import Remark
from morphstudio.gui.widgets.panel import Inspector
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from morphstudio.core.phases import Phase
    from morphstudio.gui.context import AppContext

_DEFAULT = ExactSettings()
LOCKED = "Fixed while this run is active. <a href='branch'>Branch</a> to try other settings from here."
CUTS: dict[Cut, str] = {"both": "try both", "free": "anywhere", "layer": "layer on the first"}
CUT_TIP = ("Where the second phase of an order may lie: anywhere that the first one leaves, or only in a layer on the "
           "first, as a binder that coats grains or pores. Both are tried; a layer is kept where it fits clearly "
           "better.")
STARTS_TIP = ("For each order of the phases the fit begins anew from so many guesses. More of them take longer and "
              "miss the best fit less often.")
REFINED_TIP = ("At most so many of the best orders are fitted to the end; the others keep the result of their trial. "
               "One whose curves are far worse than the best one's is not fitted to the end either.")
FROM_BEST, FROM_BEST_ALONE = "Start also from the best so far", "Start from the best so far"
FROM_BEST_TIP = ("Beside the seeded starts, one begins at the best parameters that are known when the run begins, for "
                 "the order of phases that they belong to.")
FROM_BEST_ALONE_TIP = ("In place of an exact calibration or a random start: from the best model that is known when the "
                       "run begins, in its phase order. It must have the covariances chosen here.")
QUEUEING = "A new run with the settings of the present one: change them and queue it. The present one goes on."
STARTING = "A new run with the settings of the one shown: change them and start it. Earlier runs are kept."


class SettingsInspector(Inspector):
    """Model, method, phase order, effort; gives an :class:`ExactSettings` or :class:`SimulatedSettings`.

    Signals
    -------
    changed :
        Some setting is another one.
    branch_asked :
        The settings shown are to become those of a new run.
    branch_discarded :
        The new run is not wanted.
    """

    changed = Signal()
    branch_asked = Signal()
    branch_discarded = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._phases: tuple[Phase, ...] = ()
        self._orders: list[tuple[int, ...]] = []
        self._branching = False
        self._chosen = 0  # the order to fit where not all are tried
        self._lock = Remark(context, "locked", "", LOCKED)
        self._lock.text.setTextFormat(Qt.TextFormat.RichText)
        self._lock.text.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse
                                                | Qt.TextInteractionFlag.LinksAccessibleByKeyboard)
        self._lock.text.linkActivated.connect(lambda _: self.branch_asked.emit())
        self.branch_card = Remark(context, "branch")
        self.from_best = QCheckBox(FROM_BEST)
        self.from_best.setChecked(True)
        self.branch_card.add_widget(self.from_best)
        self.branch_card.add_widget(Button(context, "Discard the branch", "link", clicked=self.branch_discarded.emit,
                                           flush=True))
        self._controls: list[QWidget] = []
        head = self.add_section("Settings")
        head.addWidget(self._lock)
        head.addWidget(self.branch_card)
        self._add_model()
        self._add_method()
        self._add_order()
        self._add_effort()
        self._add_advanced()
        self._show_method()
        self.choice.changed.connect(self.changed)
        self.model.currentIndexChanged.connect(self.changed)
        self.try_all.toggled.connect(self.changed)
        self.changed.connect(self._show_method)
        self.set_locked(locked=False)

    def set_phases(self, phases: tuple[Phase, ...]) -> None:
        """Offer the orders of these phases."""
        if phases == self._phases:
            self._show_method()  # it may be another image
            return
        self._phases = phases
        self._orders = list(permutations(range(len(phases))))
        self._chosen = 0
        self.order.clear()
        self.order.addItems([" › ".join(phases[k].name for k in order) for order in self._orders])
        self._show_order()
        count = math.factorial(len(phases))
        self.try_all.setText(f"Try all {count} orders and rank them")
        # Two phases have one field: nothing to correlate it with.
        self.fit_correlation.setVisible(len(phases) > 2)
        self._cut_line.setVisible(len(phases) > 2)
        self._show_method()

    def set_locked(self, *, locked: bool) -> None:
        """Lock the settings while a run is active; those of a run to come can still be changed."""
        self.branch_card.show_remark("branch", "", QUEUEING if locked else STARTING)
        locked = locked and not self._branching
        self._lock.setVisible(locked)
        self.branch_card.setVisible(self._branching)
        for control in self._controls:
            control.setEnabled(not locked)
        self.order.setEnabled(not locked and not self.try_all.isChecked())

    @property
    def problem(self) -> str:
        """Why nothing can be started with what is chosen; empty where it can."""
        if not self.choice.is_simulated or self.choice.problem is None:
            return ""
        return "A constant of the method cannot be used: see Advanced"

    @property
    def is_branching(self) -> bool:
        """Whether the settings are those of a run to come."""
        return self._branching

    def set_branching(self, branching: bool) -> None:
        """Open the settings for a run to come, or go back to those of the present one."""
        self._branching = branching

    def settings(self) -> ExactSettings | SimulatedSettings:
        """Return what is chosen.

        Raises
        ------
        InputError
            A constant that cannot be used.
        """
        exact = self.exact_settings()
        if not self.choice.is_simulated:
            return exact
        return self.choice.settings(order=exact.order, fixed=exact.fixed, starts=exact.starts, refined=exact.refined,
                                    seed=exact.seed, n_lags=exact.n_lags, max_lag=exact.max_lag,
                                    parameterisation=exact.parameterisation, cut=exact.cut)

    def exact_settings(self) -> ExactSettings:
        """Return what is chosen of all that the exact method takes; also how the images are measured."""
        order = None if self.try_all.isChecked() or not self._orders else self._orders[self.order.currentIndex()]
        fixed = {}
        if len(self._phases) > 2 and not self.fit_correlation.isChecked():
            # Without correlation the common field's covariance has no effect: nothing could determine it.
            n_phases, families = len(self._phases), families_of(len(self._phases), self.model.currentData())
            shared = ("correlation", *names_in_slot(n_phases, families, "chi_common"))
            fixed = {p.name: p.default for p in parameter_table(n_phases, families) if p.name in shared}
        return ExactSettings(order=order, fixed=fixed, starts=self.starts.value(), refined=self.refined.value(),
                             seed=self.seed.value(), n_lags=self.n_lags.value(), max_lag=self.max_lag.value() or None,
                             parameterisation=self.model.currentData(), cut=self.cut.currentData())

    def show_settings(self, settings: ExactSettings | SimulatedSettings) -> None:
        """Show the settings of a run."""
        self.choice.show_settings(settings)
        self.try_all.setChecked(settings.order is None)
        self._chosen = self._orders.index(settings.order) if settings.order in self._orders else 0
        self._show_order()
        self.fit_correlation.setChecked("correlation" not in settings.fixed)
        self.model.setCurrentIndex(max(self.model.findData(settings.parameterisation), 0))
        self.cut.setCurrentIndex(self.cut.findData(settings.cut))
        for field, value in ((self.starts, settings.starts), (self.refined, settings.refined),
                             (self.seed, settings.seed), (self.n_lags, settings.n_lags),
                             (self.max_lag, settings.max_lag or 0)):
            field.setValue(value)
        self._show_method()

    def _add_model(self) -> None:
        section = self.add_section("Model")
        self.model = ComboBox()
        for key, made_of in FAMILIES.items():
            self.model.addItem(f"Excursion sets, {made_of.title}", key)
        self.model.setAccessibleName("Model")
        self.model.setToolTip("The covariance of the random fields. Phase orders are always told apart with Gaussian "
                              "ones, in seconds; the best orders go on with what is chosen here.")
        self._about_model = text_label("", "muted", wrap=True)
        self.model.currentIndexChanged.connect(self._show_model)
        section.addWidget(self._controlled(self.model))
        section.addWidget(self._about_model)
        self._show_model()

    def _show_model(self) -> None:
        made_of = FAMILIES[self.model.currentData()]
        longer = "" if made_of.key == GAUSSIAN else " Takes a minute or more longer than Gaussian fields."
        self._about_model.setText(made_of.words + longer)
        about = Explanation(made_of.title, formula=made_of.formula, reference=made_of.reference)
        self._about_model.setToolTip(about.tip())

    def _add_method(self) -> None:
        section = self.add_section("Method")
        self.choice = MethodChoice(self._context)
        section.addWidget(self._controlled(self.choice))

    def _show_method(self) -> None:
        """Show what matters for the method, and how long it takes."""
        self.choice.constants.setVisible(self.choice.is_simulated)
        self.from_best.setText(FROM_BEST_ALONE if self.choice.is_simulated else FROM_BEST)
        self.from_best.setToolTip(FROM_BEST_ALONE_TIP if self.choice.is_simulated else FROM_BEST_TIP)
        try:
            settings = self.settings()
        except InputError:
            self.choice.show_forecast((), None, 1.0)
            return
        if not isinstance(settings, SimulatedSettings):
            self._effort.setVisible(True)
            return
        self._effort.setVisible(settings.begins_exactly)
        images = tuple(entry.image for entry in self._context.session.document.images)
        self.choice.show_forecast(images, settings, self._context.settings.training_pace)

    def _add_order(self) -> None:
        section = self.add_section("Phase order")
        self.try_all = QCheckBox("Try all orders and rank them")
        self.try_all.setChecked(True)
        self.order = ComboBox()
        self.order.setAccessibleName("Phase order")
        self.order.setToolTip("The first phase is cut out first, the last is what remains.")
        self.order.setPlaceholderText("all orders")
        self.order.currentIndexChanged.connect(self._choose_order)
        self.try_all.toggled.connect(self._show_order)
        self._show_order()
        self.fit_correlation = QCheckBox("Fit the correlation γ of the fields")
        self.fit_correlation.setChecked(True)
        self.fit_correlation.setToolTip("Lets the phases follow each other; often matters as much as the order.")
        self.cut = ComboBox()
        for key, title in CUTS.items():
            self.cut.addItem(title, key)
        self.cut.setAccessibleName("Second phase")
        for widget in (self.try_all, self.order, self.fit_correlation):
            section.addWidget(self._controlled(widget))
        self._cut_line = QWidget()
        line = self._line("Second phase", self._controlled(self.cut), CUT_TIP)
        line.setContentsMargins(0, 0, 0, 0)
        self._cut_line.setLayout(line)
        section.addWidget(self._cut_line)

    def _choose_order(self, at: int) -> None:
        if at >= 0 and not self.try_all.isChecked():
            self._chosen = at

    def _show_order(self) -> None:
        """Show the order chosen; while all are tried, none of them is."""
        all_tried = self.try_all.isChecked()
        self.order.setEnabled(not all_tried)
        self.order.setCurrentIndex(-1 if all_tried or not self._orders else self._chosen)

    def _add_effort(self) -> None:
        section = self.add_section("Effort")
        self._effort = section.parentWidget()
        self.starts = self._number(1, 32, _DEFAULT.starts)
        self.refined = self._number(1, 24, _DEFAULT.refined)
        section.addLayout(self._line("Starts for each order", self.starts, STARTS_TIP))
        section.addLayout(self._line("Best orders refined", self.refined, REFINED_TIP))

    def _add_advanced(self) -> None:
        self._advanced_button = Button(self._context, "", "link")
        self._advanced_button.setAccessibleName("Advanced")
        self._advanced_button.setCheckable(True)
        section = self.add_section()
        section.addWidget(self._advanced_button)
        self._advanced = QWidget()
        column = QVBoxLayout(self._advanced)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.seed = self._number(0, 2**31 - 1, _DEFAULT.seed)
        self.n_lags = self._number(5, 80, _DEFAULT.n_lags)
        self.max_lag = self._number(0, 1000, 0)
        self.max_lag.setSpecialValueText("automatic")
        column.addLayout(self._line("Seed of the starts", self.seed, "The same seed gives the same run."))
        column.addLayout(self._line("Distances used in the fit", self.n_lags, "Log-spaced, for each direction."))
        column.addLayout(self._line("Longest distance, voxels", self.max_lag,
                                    "Automatic: a third of the image, at most 100 voxels."))
        column.addWidget(self._controlled(self.choice.constants))
        section.addWidget(self._advanced)
        self._advanced_button.toggled.connect(self._show_advanced)
        self._show_advanced(opened=False)

    def open_advanced(self) -> None:
        """Unfold what is folded, as where a constant is to be put right."""
        self._advanced_button.setChecked(True)

    def _show_advanced(self, opened: bool) -> None:
        self._advanced_button.setText("Advanced ▾" if opened else "Advanced ▸")
        self._advanced.setVisible(opened)

    def _number(self, low: int, high: int, value: int) -> QSpinBox:
        field = SpinBox()
        field.setRange(low, high)
        field.setValue(value)
        field.setFixedWidth(104)
        field.valueChanged.connect(self.changed)
        self._controlled(field)
        return field

    def _line(self, text: str, field: QWidget, tip: str) -> QHBoxLayout:
        row = QHBoxLayout()
        label = text_label(text, "second")
        for widget in (label, field):
            widget.setToolTip(tip)
        field.setAccessibleName(text)
        row.addWidget(label, 1)
        row.addWidget(field)
        return row

    def _controlled(self, widget: QWidget) -> QWidget:
        self._controls.append(widget)
        return widget
