"""Undo and redo, seen: the step whose page shows what changed comes to the front, and the status row names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.gui.steps import STEPS, why_disabled

if TYPE_CHECKING:
    from morphstudio.app.document import Document
    from morphstudio.gui.main_window import MainWindow
    from morphstudio.gui.session_model import SessionModel

# What is edited on the page of each step. An edit of an image may take model and runs along: it is one of Data.
_EDITED_ON = {"data": ("images",), "calibrate": ("runs", "calibrated"),
              "explore": ("model", "calibrated", "seed", "variants"), "measure": ("measurements",)}
_TITLES = {step.key: step.title for step in STEPS}


def steps_of_change(new: Document, old: Document) -> tuple[str, ...]:
    """Return the keys of the steps that show how two documents differ, the likeliest first; none for nothing seen."""
    changed = [key for key, names in _EDITED_ON.items()
               if any(_seen(getattr(new, name)) != _seen(getattr(old, name)) for name in names)]
    return ("data",) if "data" in changed else tuple(changed)


def _seen(value: object) -> object:
    """Return what tells one value of a document from another: runs are written into its past, too, as copies."""
    if isinstance(value, tuple):
        return [getattr(one, "id", None) or id(one) for one in value]
    return value


def follow_undo(session: SessionModel, window: MainWindow) -> None:
    """Let ``window`` show each step back or forth where it is seen, and say so."""

    def on_stepped(text: str, steps: tuple[str, ...]) -> None:
        present, target = window.current_step, next(iter(steps), "")
        if not target or present in steps or why_disabled(target, session.document):
            window.status.show_message(text)
            return
        window.show_step(target)
        window.status.show_message(f"{text} (shown on {_TITLES[target]})")

    session.stepped.connect(on_stepped)
