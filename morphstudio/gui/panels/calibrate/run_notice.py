"""What should be said, and can be done, about a run that is not simply the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.gui.panels.calibrate.runs import when_words
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.messages import Remark

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from morphstudio.app.document import RunEntry
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.calibrate.run import CalibrationRun


class RunNotice(Remark):
    """An interrupted run, a stopped one, or an earlier one that is shown.

    Parameters
    ----------
    context : AppContext
    run : CalibrationRun
    use_best, take_shown : callable
        What the page does with the best model so far, or with the run shown.
    """

    def __init__(self, context: AppContext, run: CalibrationRun, use_best: Callable[[], None],
                 take_shown: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(context, "info", parent=parent)
        self._context = context
        self._run = run
        self.resume_button = Button(context, "Resume", "secondary", "play", run.resume_interrupted)
        self.discard_button = Button(context, "Discard it", "link", clicked=run.discard_interrupted)
        self.use_button = Button(context, "Use the best so far", "secondary", "check", use_best)
        self.take_button = Button(context, "Use its model", "secondary", "check", take_shown)
        for button in (self.resume_button, self.discard_button, self.use_button, self.take_button):
            self.add_widget(button)
        self.hide()

    def show_standing(self, shown: RunEntry | None) -> None:
        """Say what is to be said, if anything; ``shown`` is the run on the page."""
        state, active = self._run.job_state, self._run.status != "idle"
        interrupted = self._run.interrupted is not None
        stopped = (not interrupted and not active and state is not None and state.status == "cancelled"
                   and self._run.best is not None)
        other = None if active or interrupted or stopped else self._other(shown)
        for button in (self.resume_button, self.discard_button):
            button.setVisible(interrupted)
        self.use_button.setVisible(stopped)
        self.take_button.setVisible(other is not None)
        if interrupted:
            self.show_remark("info", "A calibration was interrupted.", "It can go on where it was, with the "
                             "same result as without the interruption.")
        elif stopped:
            self.show_remark("info", "Stopped before the end.", "The best model so far can be used; it has "
                             "no standard errors.")
        elif other is not None:
            self.show_remark("info", f"An earlier run is shown: {when_words(other.begun) or 'without its time'}.",
                             "The model in Explore and Measure is another one.")
        self.setVisible(interrupted or stopped or other is not None)

    def _other(self, shown: RunEntry | None) -> RunEntry | None:
        """Return the run shown where its model is not the one in use."""
        if shown is None or shown.result is None:
            return None
        return shown if shown.result.model != self._context.session.document.calibrated else None
