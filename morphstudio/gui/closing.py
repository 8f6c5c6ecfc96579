"""Asks before unsaved work is left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtWidgets import QMessageBox, QWidget

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext

ICON_SIZE = 32
WRITING_KINDS = ("save", "export")  # a calibration goes on from its checkpoint another time


def ask_to_save(context: AppContext, parent: QWidget) -> Literal["close", "save", "stay"]:
    """Return what to do about unsaved work before the window closes.

    An image that was only looked at asks nothing: there is nothing to lose.
    """
    document = context.session.document
    worth_keeping = document.model is not None or document.runs or document.measurements
    if not context.session.dirty or not worth_keeping:
        return "close"
    box = QMessageBox(parent)
    box.setWindowTitle("MorphStudio")
    box.setText(f"Save {document.name} before closing?")
    box.setIconPixmap(context.theme.pixmap("floppy-disk", "accent", ICON_SIZE))
    lost = ("Changes since the last save will be lost." if document.path is not None else
            "The model, its runs and measurements are not in any project file yet.")
    going_on = " The calibration at work ends; it can be resumed from the saved project."
    box.setInformativeText(lost + (going_on if context.jobs.running("calibrate") else ""))
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    answer = box.exec()
    if answer == buttons.Save:
        return "save"
    return "close" if answer == buttons.Discard else "stay"


def leaves_unfinished(context: AppContext, parent: QWidget, *, movie: bool) -> bool:
    """Return whether the window may close; asks where a file is still being written."""
    titles = [state.title for kind in WRITING_KINDS for state in context.jobs.running(kind)]
    titles += ["Export movie"] if movie else []
    if not titles:
        return True
    box = QMessageBox(parent)
    box.setWindowTitle("MorphStudio")
    box.setText("Close before everything is written?")
    box.setIconPixmap(context.theme.pixmap("warning", "warn", ICON_SIZE))
    box.setInformativeText("Still at work: " + ", ".join(titles) + ". Nothing of it is kept if the window closes now.")
    leave = box.addButton("Close anyway", QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton("Let it finish", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.exec()
    return box.clickedButton() is leave
