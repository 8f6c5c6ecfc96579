"""Every step of undo has a plain name, in the Edit menu and in the status row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.panels.data.edits import with_voxel_size
from morphstudio.gui.undo_steps import steps_of_change

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


def _model(application: Application) -> None:
    session, model = application.context.session, excursion_set(("a", "b", "c"), {"lambda_x": 1.9})
    session.apply("model", replace(session.document, model=model, calibrated=model, model_labels=(0, 1, 2),
                                   voxel_size_um=(0.1, 0.1, 0.1)), undoable=False)


def test_that_undo_shows_the_page_where_the_change_is_seen(opened: Application):
    window, session = opened.window, opened.context.session
    session.apply("change pixel size", with_voxel_size(session.document, 0, (0.1, 0.1, 0.1), confirmed=True))
    _model(opened)
    window.show_step("explore")
    session.apply("change seed 1 → 5", replace(session.document, seed=5))
    session.undo()
    assert window.current_step == "explore"
    assert window.status.message.text() == "Undo: change seed 1 → 5"
    session.undo()
    assert window.current_step == "data"
    assert window.status.message.text() == "Undo: change pixel size (shown on Data)"
    assert not session.document.images[0].voxel_confirmed
    window.show_step("explore")
    session.redo()
    assert window.current_step == "data"
    session.redo()
    assert window.current_step == "explore"
    assert window.status.message.text() == "Redo: change seed 1 → 5 (shown on Explore)"


def test_that_the_buttons_on_the_page_do_so_too(opened: Application):
    window, session = opened.window, opened.context.session
    session.apply("change pixel size", with_voxel_size(session.document, 0, (0.1, 0.1, 0.1), confirmed=True))
    _model(opened)
    window.show_step("explore")
    button = window.workspace.page("explore").inspector._undo
    assert button.toolTip() == "Undo: change pixel size (Ctrl+Z)"
    button.click()
    assert window.current_step == "data"


@pytest.mark.parametrize(("changed", "steps"), [
    ({"seed": 7}, ("explore",)),
    ({"packing": "all"}, ()),
    ({"images": ()}, ("data",)),
    ({"images": (), "seed": 7}, ("data",)),
    ({"measurements": (object(),)}, ("measure",)),
    ({"calibrated": excursion_set(("a", "b"), {})}, ("calibrate", "explore")),
])
def test_that_each_change_has_its_page(opened: Application, changed: dict[str, object], steps: tuple[str, ...]):
    old = opened.context.session.document
    assert steps_of_change(replace(old, **changed), old) == steps
    assert steps_of_change(old, old) == ()
