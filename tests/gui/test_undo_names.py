"""Every step of undo has a plain name, in the Edit menu and in the status row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.gui.application import Application


def test_that_the_menu_names_the_step_and_the_status_row_tells_it(opened: Application):
    window, session = opened.window, opened.context.session
    session.apply("Change seed 1 → 5", replace(session.document, seed=5))
    undo, redo = window.actions_.action("undo"), window.actions_.action("redo")
    assert undo.text() == "Undo change seed 1 → 5"
    undo.trigger()
    assert window.status.message.text() == "Undo: change seed 1 → 5"
    assert redo.text() == "Redo change seed 1 → 5"
    redo.trigger()
    assert window.status.message.text() == "Redo: change seed 1 → 5"
    assert session.document.seed == 5


def test_that_the_history_can_be_travelled(opened: Application):
    window, session = opened.window, opened.context.session
    before = len(session.history())
    for seed in (3, 4, 5):
        session.apply(f"change seed to {seed}", replace(session.document, seed=seed))
    session.go_to(before + 1)
    assert session.document.seed == 3
    assert window.status.message.text() == "Undo: 2 steps"
    session.go_to(before + 2)
    assert window.status.message.text() == "Redo: change seed to 4"
    assert [step.is_undone for step in session.history()][-2:] == [False, True]
