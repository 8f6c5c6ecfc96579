from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphstudio.app.document import Document, ImageEntry, RunEntry, Variant, new_run_id
from morphstudio.app.session import MAX_UNDO, Session
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import phase_image

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.core.phases import PhaseImage

MODEL = excursion_set(("a", "b"), {})


def blocks() -> PhaseImage:
    return phase_image(np.random.default_rng(0).integers(0, 2, (10, 10, 10)).astype(np.uint8), None, {})


def with_seed(session: Session, seed: int) -> Document:
    return replace(session.document, seed=seed)


@given(st.lists(st.integers(0, 3), min_size=100, max_size=100))
def test_that_a_hundred_random_actions_can_be_undone_and_redone(choices: list[int]) -> None:
    session = Session()
    states = [session.document]
    for number, choice in enumerate(choices):
        document = session.document
        changed = (replace(document, seed=number),
                   replace(document, model=MODEL.with_values({"lambda_x": number / 10})),
                   replace(document, variants=(*document.variants, Variant(str(number), MODEL))),
                   replace(document, name=f"name {number}"))[choice]
        session.apply(f"change {number}", changed)
        states.append(changed)
    for number in range(99, -1, -1):
        assert session.undo_name == f"change {number}"
        session.undo()
        assert session.document is states[number]
    assert session.undo_name is None
    for number in range(1, 101):
        assert session.redo_name == f"change {number - 1}"
        session.redo()
        assert session.document is states[number]
    assert session.redo_name is None


@given(st.lists(st.sampled_from(["apply", "undo", "redo"]), max_size=60))
def test_that_undo_and_redo_behave_like_a_cursor_in_a_list(actions: list[str]) -> None:
    session = Session()
    states, cursor = [session.document], 0
    for number, action in enumerate(actions):
        if action == "apply":
            session.apply("x", with_seed(session, number + 2))
            states, cursor = [*states[: cursor + 1], session.document], cursor + 1
        elif action == "undo":
            session.undo()
            cursor = max(cursor - 1, 0)
        else:
            session.redo()
            cursor = min(cursor + 1, len(states) - 1)
        assert session.document is states[cursor]


def test_that_the_history_is_bounded() -> None:
    session = Session()
    for number in range(MAX_UNDO + 50):
        session.apply("x", with_seed(session, number + 2))
    undone = 0
    while session.undo_name is not None:
        session.undo()
        undone += 1
    assert undone == MAX_UNDO


def test_that_a_dragged_slider_is_one_step() -> None:
    session = Session()
    start = session.document
    for seed in range(2, 10):
        session.apply("Change seed", with_seed(session, seed), merge="seed")
    session.undo()
    assert session.document is start


def test_that_letting_go_or_another_change_ends_the_row() -> None:
    session = Session()
    for seed in (2, 3):
        session.apply("seed", with_seed(session, seed), merge="seed")
    session.seal()
    session.apply("seed", with_seed(session, 4), merge="seed")
    session.apply("name", replace(session.document, name="n"))
    session.apply("seed", with_seed(session, 5), merge="seed")
    seeds = []
    while session.undo_name is not None:
        session.undo()
        seeds.append(session.document.seed)
    assert seeds == [4, 4, 3, 1]


def test_that_a_result_survives_undo_and_redo() -> None:
    session = Session()
    session.apply("seed", with_seed(session, 2))
    session.apply("seed", with_seed(session, 3))
    session.undo()
    run = RunEntry(new_run_id(), ExactSettings(), "finished")
    session.apply("Calibrated", session.document.with_run(run), undoable=False)
    assert session.redo_name == "seed"
    for move in (session.undo, session.redo, session.redo):
        move()
        assert session.document.runs == (run,)
    assert session.document.seed == 3


def test_that_a_deleted_run_comes_back_by_undo_though_another_one_was_written() -> None:
    session = Session()
    first, second = (RunEntry(name, ExactSettings(), "finished") for name in ("first", "second"))
    session.apply("run", session.document.with_run(first), undoable=False)
    session.apply("delete a calibration", replace(session.document, runs=()))
    session.apply("run", session.document.with_run(second), undoable=False)
    session.undo()
    assert session.document.runs == (first, second)
    session.redo()
    assert session.document.runs == (second,)


def test_that_each_document_of_the_history_keeps_which_images_a_run_fits() -> None:
    run = RunEntry("run", ExactSettings(), "running", images=(1,))
    session = Session(Document(runs=(run,)))
    moved = replace(run, images=(0,))
    session.apply("remove an image", replace(session.document, runs=(moved,)))
    session.apply("calibration", session.document.with_run(replace(moved, status="finished")), undoable=False)
    session.undo()
    assert [(r.status, r.images) for r in session.document.runs] == [("finished", (1,))]


def test_that_what_arrives_by_itself_stays_with_the_document_it_belongs_to(tmp_path: Path) -> None:
    session = Session()
    session.apply("seed", with_seed(session, 2))
    session.apply("Open b", Document(name="b"), starts_over=True)
    session.apply("seed", with_seed(session, 3))
    run = RunEntry("run", ExactSettings(), "finished")
    session.apply("Calibrated", replace(session.document.with_run(run), model=MODEL), undoable=False)
    session.mark_saved(tmp_path / "b.morphstudio", session.document)
    session.undo()
    assert (session.document.runs, session.document.model) == ((run,), MODEL)
    session.undo()
    first = session.document
    assert (first.seed, first.runs, first.model, first.path) == (2, (), None, None)
    session.apply("Calibrated", session.document.with_run(RunEntry("first", ExactSettings(), "failed")),
                  undoable=False)
    session.redo()
    assert session.document.runs == (run,)
    session.undo()
    assert [r.id for r in session.document.runs] == ["first"]


def test_that_a_save_marks_the_document_it_saved_and_no_other(tmp_path: Path) -> None:
    session = Session()
    session.apply("seed", with_seed(session, 2))
    written, lineage = session.document, session.lineage
    session.apply("Open b", Document(name="b"), starts_over=True)
    other = session.document
    session.mark_saved(tmp_path / "a.morphstudio", written, lineage)
    assert session.document is other
    assert session.dirty
    session.undo()
    assert (session.document.name, session.document.path) == ("a", tmp_path / "a.morphstudio")
    assert session.lineage == lineage
    assert not session.dirty
    session.redo()
    assert (session.document.name, session.document.path, session.dirty) == ("b", None, True)
    session.mark_saved(tmp_path / "b.morphstudio", session.document, session.lineage)
    session.mark_saved(tmp_path / "a.morphstudio", written, lineage)
    assert not session.dirty, "what lies in b's file is not forgotten over a later word about a"


def test_that_a_save_of_a_document_that_is_gone_marks_nothing(tmp_path: Path) -> None:
    session = Session()
    written, lineage = session.document, session.lineage
    session.replace_all(Document(name="b"), saved=True)
    other = session.document
    session.mark_saved(tmp_path / "a.morphstudio", written, lineage)
    assert session.document is other
    assert not session.dirty


def test_that_observers_hear_the_new_and_the_old_document() -> None:
    session, heard = Session(), []
    unsubscribe = session.subscribe(lambda new, old: heard.append((new, old)))
    old = session.document
    session.apply("seed", with_seed(session, 2))
    new = session.document
    session.undo()
    session.apply("nothing", session.document)
    unsubscribe()
    session.redo()
    assert heard == [(new, old), (old, new)]


def test_that_undoing_to_the_saved_state_is_clean(tmp_path: Path) -> None:
    session = Session()
    assert not session.dirty
    session.apply("seed", with_seed(session, 2))
    assert session.dirty
    session.save(tmp_path / "first.morphstudio")
    assert not session.dirty
    assert session.document.name == "first"
    session.apply("seed", with_seed(session, 3))
    assert session.dirty
    session.undo()
    assert not session.dirty
    session.undo()
    assert session.dirty
    assert session.document.path == tmp_path / "first.morphstudio", "undo does not forget where it was saved"


def test_that_loading_brings_the_document_back_without_history(tmp_path: Path) -> None:
    first = Session(Document(seed=7, model=MODEL, model_labels=(0, 1)))
    first.save(tmp_path / "p.morphstudio")
    second = Session()
    second.apply("seed", with_seed(second, 2))
    second.load(tmp_path / "p.morphstudio")
    assert (second.document.seed, second.document.model) == (7, MODEL)
    assert second.undo_name is None
    assert not second.dirty


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nonsense", np.random.default_rng(1).bytes(1000)])
def test_that_a_broken_project_leaves_the_session_untouched(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.morphstudio").write_bytes(content)
    session = Session()
    session.apply("seed", with_seed(session, 2))
    before = session.document
    with pytest.raises(InputError):
        session.load(tmp_path / "p.morphstudio")
    assert session.document is before
    assert session.undo_name == "seed"
    assert session.dirty


def test_that_old_steps_do_not_hold_ever_more_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("morphstudio.app.session.MAX_UNDO_BYTES", 2500)
    session = Session()
    for number in range(6):
        image = blocks()
        entry = ImageEntry(image, f"{number}.tif", "", voxel_confirmed=False)
        session.apply(f"open {number}", Document(images=(entry,)))
        session.apply(f"seed {number}", replace(session.document, seed=number + 2))
    for _ in range(5):
        session.undo()
    # Of the images of 1000 bytes, the present one and two behind it are held.
    assert session.document.images[0].path == "3.tif"
    assert session.undo_name is None


def test_that_the_latest_step_can_be_undone_however_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("morphstudio.app.session.MAX_UNDO_BYTES", 10)
    image = blocks()
    session = Session(Document(images=(ImageEntry(image, "a.tif", "", voxel_confirmed=False),)))
    session.apply("remove a", Document())
    session.undo()
    assert session.document.images[0].image is image


def test_that_the_history_names_every_step() -> None:
    session = Session()
    for seed in (2, 3, 4):
        session.apply(f"seed {seed}", with_seed(session, seed))
    session.undo()
    assert [(step.name, step.is_undone) for step in session.history()] == [
        ("seed 2", False), ("seed 3", False), ("seed 4", True)]
    session.go_to(0)
    assert session.document.seed == 1
    assert session.redo_name == "seed 2"
    session.go_to(3)
    assert session.document.seed == 4
    assert all(not step.is_undone for step in session.history())
