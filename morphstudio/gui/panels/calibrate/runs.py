"""The calibrations of the document: what each was asked, what it brought; open, compare, delete."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from morphstudio.app.earlier_image import run_remedy, run_state_words
from morphstudio.app.run_families import families_not_reached
from morphstudio.core.calibration.simulated.settings import SimulatedSettings, preset
from morphstudio.core.calibration.simulated.table import METHOD_TABLE, changed_constants, preset_of
from morphstudio.core.fields.families import family
from morphstudio.core.grades import GRADE_WORDS
from morphstudio.gui.panels.calibrate.verdict import GRADE_ICONS
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.clickable_row import ClickableRow
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.place import Place
from morphstudio.gui.widgets.swatch import Swatch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.app.document import Document, RunEntry
    from morphstudio.core.calibration.records import ExactSettings
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_ICONS = {"waiting": ("circle-dashed", "text2"), "running": ("play-circle", "accent"),
          "paused": ("pause-circle", "warn"), "finished": ("check-circle", "ok"),
          "cancelled": ("stop-circle", "text2"), "failed": ("x-circle", "error")}
_WORDS = {"waiting": "waits", "running": "at work", "paused": "interrupted", "finished": "", "cancelled": "stopped",
          "failed": "failed"}
_TIPS = {"waiting": "It has not begun yet", "running": "At work", "cancelled": "Stopped: show how far it came",
         "paused": "Interrupted: show its settings, and go on with it"}


class RunsCard(Panel):
    """The list of runs, the latest first.

    Signals
    -------
    opened, compared, deleted, started, retried : str
        What is asked of the run with this id.
    """

    opened = Signal(str)
    compared = Signal(str)
    deleted = Signal(str)
    started = Signal(str)
    retried = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Runs", "", (0, 0, 0, 4), parent)
        self._context = context
        self._rows: dict[str, RunRow] = {}
        content = QWidget()
        content.setProperty("role", "scrolled")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        self.place = Place(area, "Every calibration is kept with the project: open it again, or lay its curves over "
                                 "another’s.", context, "clock-counter-clockwise", "No runs yet")
        self.body.addWidget(self.place, 1)

    @property
    def rows(self) -> Mapping[str, RunRow]:
        """The rows by run id, the latest first."""
        return self._rows

    def show_runs(self, runs: Sequence[RunEntry], colours: Mapping[str, RGB], earlier: Mapping[str, tuple[str, str]], *,
                  shown: str, compared: str, active: str) -> None:
        """Show the document's runs.

        Parameters
        ----------
        runs : sequence of RunEntry
            Oldest first.
        colours : mapping of str to RGB
            Phase colours by name.
        earlier : mapping of str to (str, str)
            By run id, of which earlier image a run is, and what to do about it.
        shown, compared, active : str
            Id of the run that the page shows, whose curves lie over it, that is at work; empty for none.
        """
        if [run.id for run in reversed(runs)] != list(self._rows):
            self._build(runs)
        for run in runs:
            self._rows[run.id].show_run(
                run, colours, earlier.get(run.id, ("", "")), is_shown=run.id == shown,
                is_compared=run.id == compared, is_active=run.id == active, is_busy=bool(active))
        self.place.set_filled(bool(runs))
        self.set_remark("" if not runs else "kept with the project")

    def _build(self, runs: Sequence[RunEntry]) -> None:
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        for run in reversed(runs):
            row = RunRow(self._context, run.id)
            row.clicked.connect(lambda i=run.id: self.opened.emit(i))
            row.compare_button.clicked.connect(lambda _=False, i=run.id: self.compared.emit(i))
            row.delete_button.clicked.connect(lambda _=False, i=run.id: self.deleted.emit(i))
            row.start_button.clicked.connect(lambda _=False, i=run.id: self.started.emit(i))
            row.retry_button.clicked.connect(lambda _=False, i=run.id: self.retried.emit(i))
            self._rows[run.id] = row
            self._column.insertWidget(self._column.count() - 1, row)


class RunRow(ClickableRow):
    """One run: when, and its misfit; below, its best order, its settings, and what is to be known about it."""

    def __init__(self, context: AppContext, run_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run_id = run_id
        self._icon = IconLabel(context, "circle-dashed")
        self._when = ElidedLabel("", "strong")
        self._when.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._order = QHBoxLayout()
        self._order.setSpacing(4)
        self._misfit = text_label("")
        self._settings = ElidedLabel("", "second")
        self._remark = ElidedLabel("", "warnText")
        self.start_button = IconButton(context, "play", "Start this run")
        self.retry_button = IconButton(context, "arrow-clockwise", "Retry: the same settings, on the present image")
        self.compare_button = IconButton(context, "git-diff", "Lay its curves over those shown", checkable=True)
        self.delete_button = IconButton(context, "trash", "Delete this run")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._when, 1)
        top.addWidget(self._misfit)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addLayout(self._order)
        below.addWidget(self._settings, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(top)
        words.addLayout(below)
        words.addWidget(self._remark)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for button in (self.start_button, self.retry_button, self.compare_button, self.delete_button):
            buttons.addWidget(button)
        row.addLayout(buttons)

    @property
    def remark(self) -> str:
        """Why it failed, or of which earlier image it is."""
        return self._remark.text()

    def show_run(self, run: RunEntry, colours: Mapping[str, RGB], earlier: tuple[str, str], *, is_shown: bool,
                 is_compared: bool, is_active: bool, is_busy: bool) -> None:
        """Bring the row up to date."""
        status = "paused" if run.status == "running" and not is_active else run.status
        set_state(self, state="on" if is_shown else "")
        best = None if run.result is None else run.result.ranking[0]
        self._icon.set_icon(*(_ICONS[status] if best is None else GRADE_ICONS[best.grade]))
        grade = "" if best is None else GRADE_WORDS[best.grade]
        order = "" if best is None else " › ".join(best.phases)
        self._when.setText(when_words(run.begun) or "Earlier run")
        result = run.result
        self._misfit.setText(f"misfit {number(result.misfit, 2)}" if result is not None else
                             _WORDS[status] if status != "cancelled" or run.misfit is None else
                             f"stopped at {number(run.misfit, 2)}")
        self._settings.setText(settings_words(run.settings))
        self._show_order(() if result is None else result.model.phases, colours)
        wanted = families_not_reached(run)
        remark = "; ".join(filter(None, (f"fields still Gaussian, not {wanted}" if wanted else "", earlier[0])))
        self._show_remark(run.problem if status == "failed" else remark, is_error=status == "failed")
        self.setAccessibleName(", ".join(filter(None, (
            "Calibration", self._when.text(), grade, order, self._misfit.text(), self._settings.text(), self.remark))))
        tip = f"{grade}: {order}. Show this run" if result is not None else run.problem or _TIPS.get(status, "")
        self.setToolTip(f"{tip}\n{sentence(earlier[0])} {earlier[1]}" if earlier[0] else tip)
        self.retry_button.setVisible(status in ("failed", "cancelled") and not is_busy)
        self.start_button.setVisible(status == "waiting" and not is_busy)
        self.compare_button.setVisible(result is not None and not is_shown)
        self.compare_button.setChecked(is_compared)
        self.delete_button.setEnabled(not is_active)
        self.delete_button.setToolTip("Stop it first: it is at work" if is_active else "Delete this run")

    def _show_remark(self, text: str, *, is_error: bool) -> None:
        self._remark.setText(text)
        self._remark.setVisible(bool(text))
        set_state(self._remark, role="errorText" if is_error else "warnText")

    def _show_order(self, phases: Sequence[str], colours: Mapping[str, RGB]) -> None:
        while (item := self._order.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        for position, name in enumerate(phases):
            if position:
                self._order.addWidget(text_label("›", "muted"))
            swatch = Swatch(colours.get(name, (128, 128, 128)))
            swatch.setToolTip(name)
            self._order.addWidget(swatch)


def when_words(begun: str) -> str:
    """Return when a run was begun, in local time: ``"14:02"`` of today, else with its day."""
    if not begun:
        return ""
    local, today = datetime.fromisoformat(begun).astimezone(), datetime.now().astimezone()
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local.day} {local:%b %H:%M}"


def earlier_words(document: Document) -> dict[str, tuple[str, str]]:
    """Return of which earlier image each run is and what to do about it, by run id; none of the present image."""
    # A run that ended without a model is of nothing any more.
    return {run.id: (words, run_remedy(document, run)) for run in document.runs
            if (run.best is not None or run.status in ("waiting", "paused"))
            and (words := run_state_words(document, run))}


def sentence(state_words: str) -> str:
    """Return of which image a run is, as a sentence: ``"It is of the image before the crop."``."""
    return f"It is {state_words}."


def settings_words(settings: ExactSettings | SimulatedSettings) -> str:
    """Return the settings of a run in one line."""
    orders = "all orders" if settings.order is None else "one order"
    correlation = ", no correlation" if "correlation" in settings.fixed else ""
    correlation += {"both": "", "free": ", no layer", "layer": ", in a layer"}[settings.cut]
    begin = ", from an earlier best" if settings.begin is not None else ""
    model = family(settings.parameterisation).title
    if isinstance(settings, SimulatedSettings):
        return f"{METHOD_TABLE[settings.method].title}, {model}, {_training_words(settings)}{correlation}{begin}"
    starts = f"{settings.starts} start{'s' if settings.starts != 1 else ''}"
    return f"{model}, {orders}, {starts}, {settings.refined} refined, seed {settings.seed}{correlation}{begin}"


def _training_words(settings: SimulatedSettings) -> str:
    """Return preset and effort of a run by simulation."""
    name = preset_of(settings)
    changed = len(changed_constants(settings, preset(name, settings.method)))
    constants = f" with {changed} constant{'s' if changed != 1 else ''} changed" if changed else ""
    return f"{name}{constants}, {settings.n_epochs} epochs at most, seed {settings.seed}"
