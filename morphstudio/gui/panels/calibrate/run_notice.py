"""What should be said, and can be done, about a run that is not simply the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.app.earlier_image import run_remedy, run_state_words
from morphstudio.app.run_in_use import better_in_use, comparable_in_use, is_worse
from morphstudio.gui.panels.calibrate.runs import sentence, when_words
from morphstudio.gui.panels.calibrate.verdict import finished_words, stopped_words, worse_words
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.messages import Remark

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from morphstudio.app.document import RunEntry
    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.calibrate.run import CalibrationRun

_STAYS = "That model stays in Explore and Measure."


class RunNotice(Remark):
    """An interrupted run, a failed or stopped one, or one that is shown and is not of the present model or image.

    Parameters
    ----------
    context : AppContext
    run : CalibrationRun
    take_shown : callable
        What the page does to put the model of the run shown to use.
    """

    def __init__(self, context: AppContext, run: CalibrationRun, take_shown: Callable[[], None],
                 parent: QWidget | None = None) -> None:
        super().__init__(context, "info", parent=parent)
        self._context = context
        self._run = run
        self._shown_id = self._interrupted_id = ""
        self.resume_button = Button(context, "Resume", "secondary", "play",
                                    lambda: run.resume_interrupted(self._interrupted_id))
        self.discard_button = Button(context, "Discard it", "link",
                                     clicked=lambda: run.discard_interrupted(self._interrupted_id))
        self.use_button = Button(context, "Use the best so far", "secondary", "check", take_shown)
        self.take_button = Button(context, "Use this run", "secondary", "check", take_shown)
        self.retry_button = Button(context, "Retry", "secondary", "arrow-clockwise", lambda: run.retry(self._shown_id))
        self.retry_button.setToolTip("The same settings once more, on the image as it is now")
        self.add_actions((self.resume_button, self.discard_button, self.use_button, self.take_button,
                          self.retry_button))
        self.hide()

    def show_standing(self, shown: RunEntry | None) -> None:
        """Say what is to be said, if anything; ``shown`` is the run on the page."""
        self._shown_id = "" if shown is None else shown.id
        offered = self._say(shown)
        self.show_actions(offered or ())
        self.setVisible(offered is not None)

    def _say(self, shown: RunEntry | None) -> tuple[Button, ...] | None:
        """Say it and return the buttons that go with it; ``None`` where there is nothing to say."""
        interrupted = self._run.interrupted
        if interrupted:
            return self._say_interrupted(shown if shown in interrupted else interrupted[0])
        if self._run.is_active or shown is None:
            return None
        if shown.status == "failed":
            self.show_remark("error", "The calibration failed.", shown.problem)
            return (self.retry_button,)
        if shown.status == "cancelled":
            return self._say_stopped(shown)
        return self._say_result(shown) if shown.result is not None else None

    def _say_stopped(self, run: RunEntry) -> tuple[Button, ...]:
        """Say how far a stopped run came, and what can be done with that."""
        document = self._context.session.document
        earlier, in_use = run_state_words(document, run), run.best is not None and run.best == document.calibrated
        title, text = "Stopped before the end.", "There was no model yet."
        if run.best is not None:
            text = f"The best model so far {'is in use' if in_use else 'can be used'}; it has no standard errors."
        if not in_use and (used := comparable_in_use(document, run)) is not None:
            title = stopped_words(run, used)
            if is_worse(run, used):
                text = f"{_STAYS} What this run found has no standard errors."
        if earlier:
            text = f"{sentence(earlier)} {text}"
        self.show_remark("warn" if earlier else "info", title, text)
        return (self.retry_button,) if run.best is None or in_use else (self.use_button, self.retry_button)

    def _say_interrupted(self, run: RunEntry) -> tuple[Button, ...]:
        document, self._interrupted_id = self._context.session.document, run.id
        earlier = run_state_words(document, run)
        self.resume_button.setEnabled(not earlier)
        self.resume_button.setToolTip("It can only go on with the image that it began with" if earlier else "")
        self.show_remark("info", f"A calibration {earlier} was interrupted." if earlier else
                         "A calibration was interrupted.",
                         f"It can only go on with that image. {run_remedy(document, run)}" if earlier else
                         "It can go on where it was, with the same result as without the interruption.")
        return self.resume_button, self.discard_button

    def _say_result(self, shown: RunEntry) -> tuple[Button, ...] | None:
        """Say it where the run shown is of another image or model than those in use."""
        document = self._context.session.document
        assert shown.result is not None
        other = shown.result.model != document.calibrated
        earlier, remedy = run_state_words(document, shown), run_remedy(document, shown)
        title = f"An earlier run is shown: {when_words(shown.begun) or 'without its time'}."
        text = "The model in Explore and Measure is another one."
        if earlier:
            text = f"{remedy} {text}" if other else remedy
            title = f"This run is {earlier}."
        elif not other:
            return None
        elif (better := better_in_use(document, shown)) is not None:
            title, text = worse_words(shown, better), _STAYS
        self.show_remark("warn" if earlier else "info", title, text)
        return (self.take_button,) if other else ()


def tell_end(context: AppContext, result: CalibrationResult, run: RunEntry | None, better: RunEntry | None,
             use: Callable[[], None]) -> None:
    """Tell the end of a run in a notice: how its model fits, or that the better one of another run stays in use."""
    if run is not None and better is not None:
        context.notify(f"{worse_words(run, better)} That one stays.", "Use this run", use, warns=True)
        return
    context.notify(finished_words(result), "Explore", lambda: context.go_to("explore"),
                   warns=result.ranking[0].grade != "fits")
