"""The buttons that start, pause, stop and branch a calibration, and the word where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.calibration.simulated.table import METHOD_TABLE
from morphstudio.gui.jobs_tray import duration_text
from morphstudio.gui.panels.calibrate.runs import settings_words
from morphstudio.gui.panels.calibrate.verdict import GRADE_ICONS, GRADE_STATES, short_words, verdict_text
from morphstudio.gui.steps import model_has_no_run
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import Button, focus_handed_on
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label
from morphstudio.gui.widgets.progress_ring import ProgressRing

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.calibrate.judgement import Judgement
    from morphstudio.gui.panels.calibrate.run import CalibrationRun

GAP = 10  # to the buttons, which keep some room of their own around them
_MOST_REST = 340


class RunControls:
    """The header's buttons; which of them show depends on where the run stands.

    Parameters
    ----------
    context : AppContext
    run : CalibrationRun
    start, branch : callable
        What the page does when asked to start, or to branch.
    """

    def __init__(self, context: AppContext, run: CalibrationRun, start: Callable[[], None],
                 branch: Callable[[], None]) -> None:
        self._context = context
        self._run = run
        self.status = RunStanding(context)
        self.status_label = self.status.word
        self.branch_button = Button(context, "Branch", "header", "git-branch", branch)
        self.branch_button.setToolTip("Copy these settings into a new run that can be changed")
        self.stop_button = Button(context, "Stop", "header", "stop", run.stop)
        self.pause_button = Button(context, "Pause", "primary", "pause", run.pause)
        self.go_on_button = Button(context, "Resume", "primary", "play", run.go_on)
        self.start_button = Button(context, "Calibrate", "primary", "play", start)
        self.explore_button = Button(context, "Explore", "primary", "sliders-horizontal",
                                     lambda: context.go_to("explore"))
        self.widgets: list[QWidget] = [self.status, self.start_button, self.branch_button, self.stop_button,
                                       self.pause_button, self.go_on_button, self.explore_button]

    def show(self, *, can_start: bool, problem: str, branching: bool, judged: Judgement) -> None:
        """Show what can be done now, and where the run stands or what became of it.

        The focus moves on where its button goes.

        Parameters
        ----------
        can_start, branching : bool
            Whether there is an image; whether the settings are those of a run to come.
        problem : str
            Why the settings cannot be used; empty where they can.
        judged : Judgement
            What is known of the model in use.
        """
        with focus_handed_on(self.widgets[1:]):
            self._show_buttons(can_start=can_start, branching=branching, fits=judged.is_used_fit)
        if problem:
            self.start_button.setEnabled(False)
            self.start_button.setToolTip(problem)
        state = self._run.job_state
        if judged.result is not None and not self._run.is_active:
            self.status.show_verdict(judged.result, judged.advice, judged.whose)
            return
        word, rest = self._words()
        self.status.show_standing(word, rest, state.share if state is not None else 0.0)

    def _show_buttons(self, *, can_start: bool, branching: bool, fits: bool) -> None:
        status, document = self._run.status, self._context.session.document
        active = status != "idle"
        # Without a run, as of a model from a file, there is nothing to do again or to branch from.
        done = not active and document.calibrated is not None and not model_has_no_run(document)
        # Beside a run it stays in its place: a second click is not to meet Stop.
        self.branch_button.setVisible(active or (done and not branching))
        self.branch_button.setEnabled(not branching)
        self.stop_button.setVisible(active)
        self.stop_button.setEnabled(status != "stopping")
        self.stop_button.setText("Stopping…" if status == "stopping" else "Stop")
        self.pause_button.setVisible(status == "running")
        self.go_on_button.setVisible(status == "paused")
        self.explore_button.setVisible(done)
        self.start_button.setVisible(not active or branching)
        self.start_button.setEnabled(can_start)
        self.start_button.setText("Queue" if active else "Calibrate again" if done else "Calibrate")
        self.start_button.setToolTip("Starts when the present run has ended" if active else self._time_words())
        quiet = (active or done) and not (branching and not active)
        set_state(self.start_button, kind="header" if quiet else "primary")
        self._context.theme.bind_icon(self.start_button, "play", "text2" if quiet else "on_fill")
        # What does not fit is to be mended before it is explored.
        set_state(self.explore_button, kind="primary" if fits else "header")
        self._context.theme.bind_icon(self.explore_button, "sliders-horizontal", "on_fill" if fits else "text2")

    def _time_words(self) -> str:
        """Return how long the last run took, and with what: what another one takes is not known before."""
        if self._run.last_took is None:
            return ""
        seconds, settings = self._run.last_took
        return f"The last run took {duration_text(seconds)}: {settings_words(settings)}"

    def _words(self) -> tuple[str, str]:
        status, state, record = self._run.status, self._run.job_state, self._run.last_record
        if status == "paused":
            return "Paused", ""
        if status != "running":
            return "", ""
        done = record.message if record is not None else ""
        share = f"{100 * state.share:.0f} %" if state is not None and state.share else ""
        run = next((run for run in self._context.session.document.runs if run.id == self._run.active_id), None)
        method = METHOD_TABLE[run.settings.method].title if run is not None and isinstance(
            run.settings, SimulatedSettings) else ""
        return f"{method}, running" if method else "Running", ", ".join(
            filter(None, (f"{done[:1].lower()}{done[1:]}", share)))


def _shortened_amid() -> ElidedLabel:
    """Return a label for what is off: a long name of a phase is shortened, the figure at the end stays."""
    label = ElidedLabel("", "second", Qt.TextElideMode.ElideMiddle)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    label.setMaximumWidth(_MOST_REST)
    return label


class RunStanding(QWidget):
    """Where the run stands, as a ring that fills, a word, and what it is about; or how its model fits."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, GAP, 0)
        row.setSpacing(6)
        self.ring, self.word, self.rest = ProgressRing(context), text_label("", "strong"), _shortened_amid()
        self.icon = IconLabel(context, *GRADE_ICONS["fits"])
        for widget in (self.ring, self.icon, self.word, self.rest):
            row.addWidget(widget)

    def show_standing(self, word: str, rest: str, share: float) -> None:
        """Say it; without a word there is nothing to say."""
        self.ring.show_share(share)
        self._say(word, rest, "strong", is_verdict=False)
        self.setToolTip("")

    def show_verdict(self, result: CalibrationResult, advice: str, whose: str = "") -> None:
        """Say how the model of a run that has ended fits; why, and what to try, stand in the tooltip.

        ``whose`` goes before it where that is not plain.
        """
        best = result.ranking[0]
        word, off = short_words(best)
        word = f"{whose}: {word[:1].lower()}{word[1:]}" if whose else word
        self.icon.set_icon(*GRADE_ICONS[best.grade])
        self._say(f"{word}:" if off else word, off, f"{GRADE_STATES[best.grade]}Text", is_verdict=True)
        self.setToolTip(f"{verdict_text(result)}{f'<br>{advice}' if advice else ''}")

    def _say(self, word: str, rest: str, role: str, *, is_verdict: bool) -> None:
        self.word.setText(word)
        self.rest.setText(rest)
        # What changes while a run is at work is never shortened: buttons beside it would move while room is made.
        self.rest.setMinimumWidth(0 if is_verdict else min(self.rest.sizeHint().width(), _MOST_REST))
        self.rest.setVisible(bool(rest))
        set_state(self.word, role=role)
        self.setAccessibleName(f"{word} {rest}".rstrip())
        self.icon.setVisible(is_verdict)
        self.ring.setVisible(not is_verdict)
        self.setVisible(bool(word))
