"""What should be said, and can be done, about a run that is not simply the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.app.earlier_image import run_state_words
from morphstudio.app.run_in_use import is_worse
from morphstudio.gui.panels.calibrate.run_said import Said, interrupted, said_of
from morphstudio.gui.panels.calibrate.verdict import finished_words, staying_words
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.layouts import layout_of
from morphstudio.gui.widgets.messages import Remark

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from morphstudio.app.document import RunEntry
    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.calibrate.run import CalibrationRun
    from morphstudio.gui.panels.calibrate.run_said import Way


class RunNotice(Remark):
    """An interrupted run, a failed or stopped one, one that is not of the present model or image, or the one in use.

    Whichever run is opened, it is as high as for the one of which most is to
    be said: the list of runs stays under the pointer.

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
        self._said: Said | None = None
        self._reserved: tuple[object, ...] = ()
        self.resume_button = Button(context, "Resume", "secondary", "play",
                                    lambda: run.resume_interrupted(self._interrupted_id))
        self.discard_button = Button(context, "Discard it", "link",
                                     clicked=lambda: run.discard_interrupted(self._interrupted_id))
        self.use_button = Button(context, "Use the best so far", "secondary", "check", take_shown)
        self.take_button = Button(context, "Use this run", "secondary", "check", take_shown)
        self.retry_button = Button(context, "Retry", "secondary", "arrow-clockwise", lambda: run.retry(self._shown_id))
        self.retry_button.setToolTip("The same settings once more, on the image as it is now")
        self._ways: dict[Way, Button] = {"resume": self.resume_button, "discard": self.discard_button,
                                         "use": self.use_button, "take": self.take_button, "retry": self.retry_button}
        self.add_actions(tuple(self._ways.values()))
        self._column.addStretch(1)  # where more room is kept, title and text stay together
        self.hide()

    def show_standing(self, shown: RunEntry | None) -> None:
        """Say what is to be said, if anything; ``shown`` is the run on the page."""
        self._shown_id = "" if shown is None else shown.id
        self._said = self._what(shown)
        if self._said is not None:
            self._show(self._said)
        self.setVisible(self._said is not None)
        self._reserve()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep as much room as is needed at this width."""
        super().resizeEvent(event)
        self._reserve()

    def _what(self, shown: RunEntry | None) -> Said | None:
        document, cut_off = self._context.session.document, self._run.interrupted
        if cut_off:
            run = shown if shown is not None and shown in cut_off else cut_off[0]
            self._interrupted_id = run.id
            earlier = run_state_words(document, run)
            self.resume_button.setEnabled(not earlier)
            self.resume_button.setToolTip("It can only go on with the image that it began with" if earlier else "")
            return interrupted(document, run)
        return None if self._run.is_active or shown is None else said_of(document, shown)

    def _show(self, said: Said) -> None:
        self.show_remark(said.state, said.title, said.text)
        self.show_actions([self._ways[way] for way in said.ways])

    def _reserve(self) -> None:
        """Keep the height that the words on any of the runs take."""
        document = self._context.session.document
        if self._said is None or not self.isVisible():
            return
        asked = (document.runs, document.calibrated, self.width(), bool(self._run.interrupted), self._said)
        if asked == self._reserved:
            return
        self._reserved = asked
        told = [] if self._run.interrupted else [said_of(document, run) for run in document.runs]
        heights = [self._height_of(said) for said in (*told, self._said) if said is not None]
        self.setMinimumHeight(max(heights))

    def _height_of(self, said: Said) -> int:
        self._show(said)
        layout_of(self).activate()  # with the layouts in it, which keep what they knew of the words before
        return self.heightForWidth(self.width())


def tell_end(context: AppContext, result: CalibrationResult, run: RunEntry | None, stayed: RunEntry | None,
             use: Callable[[], None]) -> None:
    """Tell the end of a run in a notice: how its model fits, or that the model of another run stays in use."""
    if run is not None and stayed is not None:
        context.notify(f"{staying_words(run, stayed)} That one stays.", "Use this run", use,
                       warns=is_worse(run, stayed))
        return
    context.notify(finished_words(result), "Explore", lambda: context.go_to("explore"),
                   warns=result.ranking[0].grade != "fits")
