"""The buttons that start, pause, stop and branch a calibration, and the word where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import Button, focus_handed_on
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.progress_ring import ProgressRing

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.calibrate.run import CalibrationRun

GAP = 10  # to the buttons, which keep some room of their own around them
_STAGES = {"statistics": "measuring the image", "triage": "trying phase orders", "refine": "refining the best",
           "uncertainty": "standard errors"}


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
        self.widgets: list[QWidget] = [self.status, self.branch_button, self.stop_button, self.start_button,
                                       self.pause_button, self.go_on_button, self.explore_button]

    def show(self, *, can_start: bool, branching: bool) -> None:
        """Show what can be done now; the focus moves on where its button goes."""
        with focus_handed_on(self.widgets[1:]):
            self._show_buttons(can_start=can_start, branching=branching)
        state = self._run.job_state
        word, rest = self._words()
        self.status.show_standing(word, rest, state.share if state is not None else 0.0)

    def _show_buttons(self, *, can_start: bool, branching: bool) -> None:
        status = self._run.status
        active = status != "idle"
        done = not active and self._context.session.document.calibrated is not None
        self.branch_button.setVisible((active or done) and not branching)
        self.stop_button.setVisible(active)
        self.stop_button.setEnabled(status != "stopping")
        self.stop_button.setText("Stopping…" if status == "stopping" else "Stop")
        self.pause_button.setVisible(status == "running")
        self.go_on_button.setVisible(status == "paused")
        self.explore_button.setVisible(done)
        self.start_button.setVisible(not active or branching)
        self.start_button.setEnabled(can_start)
        self.start_button.setText("Queue" if active else "Calibrate again" if done else "Calibrate")
        self.start_button.setToolTip("Starts when the present run has ended" if active else "")
        quiet = (active or done) and not (branching and not active)
        set_state(self.start_button, kind="header" if quiet else "primary")
        self._context.theme.bind_icon(self.start_button, "play", "text2" if quiet else "on_fill")

    def _words(self) -> tuple[str, str]:
        status, state, record = self._run.status, self._run.job_state, self._run.last_record
        if status == "paused":
            return "Paused", ""
        if status != "running":
            return "", ""
        stage = _STAGES[record.stage] if record is not None else ""
        share = f"{100 * state.share:.0f} %" if state is not None and state.share else ""
        return "Running", ", ".join(filter(None, (stage, share)))


class RunStanding(QWidget):
    """Where the run stands: a ring that fills, a word, and what it is about."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, GAP, 0)
        row.setSpacing(6)
        self.ring, self.word, self.rest = ProgressRing(context), text_label("", "strong"), text_label("", "second")
        for widget in (self.ring, self.word, self.rest):
            row.addWidget(widget)

    def show_standing(self, word: str, rest: str, share: float) -> None:
        """Say it; without a word there is nothing to say."""
        self.word.setText(word)
        self.rest.setText(rest)
        self.setAccessibleName(f"{word} {rest}".rstrip())
        self.ring.show_share(share)
        self.setVisible(bool(word))
