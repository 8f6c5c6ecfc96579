from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from morphstudio.app.autosave import Autosave, find_recoverable, prune_checkpoints, resumable_runs
from morphstudio.app.document import Document, RunEntry, new_run_id
from morphstudio.app.places import run_checkpoint
from morphstudio.app.project_contents import read_project
from morphstudio.app.session import Session
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.errors import InputError
from morphstudio.io.checkpoint import save_state

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHSTUDIO_CONFIG_DIR", str(tmp_path))


def wait_until_written(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert path.exists()


def test_that_a_change_is_saved_by_itself_and_removed_at_the_end() -> None:
    session = Session()
    autosave = Autosave(session, delay=0.01)
    session.apply("seed", replace(session.document, seed=2))
    session.apply("seed", replace(session.document, seed=3))
    wait_until_written(autosave.path)
    autosave.write_now()
    assert read_project(autosave.path).seed == 3
    assert find_recoverable() == (), "a session that still runs needs no recovery"
    autosave.close()
    assert not autosave.path.exists()
    session.apply("seed", replace(session.document, seed=4))
    assert not autosave.path.exists()


def test_that_a_recovered_file_stays_until_the_session_is_written_anew(tmp_path: Path,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    autosave = Autosave(session, delay=3600)
    left = tmp_path / "left.morphstudio"
    left.write_bytes(b"the only copy")
    refused = threading.Event()

    def full(path: Path, document: Document) -> None:
        refused.set()
        raise InputError("project", "The disk is full.", "")

    with monkeypatch.context() as patch:
        patch.setattr("morphstudio.app.autosave.write_project", full)
        autosave.supersede(left)
        assert refused.wait(10)
        assert left.exists()
    autosave.write_now()
    assert autosave.path.exists()
    assert not left.exists()
    autosave.close()


def test_that_a_started_calibration_is_saved_without_delay() -> None:
    session = Session()
    autosave = Autosave(session, delay=3600)
    session.apply("seed", replace(session.document, seed=2))
    session.apply("run", session.document.with_run(RunEntry("one", ExactSettings(), "running")), undoable=False)
    wait_until_written(autosave.path)
    autosave.close()


KILLED = """
import sys
import threading
from dataclasses import replace
from morphstudio.app.autosave import Autosave
from morphstudio.app.document import RunEntry
from morphstudio.app.places import run_checkpoint
from morphstudio.app.session import Session
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.errors import InputError
from morphstudio.io.checkpoint import save_state

session = Session()
autosave = Autosave(session)
session.apply("seed", replace(session.document, seed=77, name="cut off"))
for run_id, status in (("going", "running"), ("lost", "running"), ("done", "finished")):
    session.apply("run", session.document.with_run(RunEntry(run_id, ExactSettings(), status)), undoable=False)
for run_id in ("going", "done"):
    save_state(run_checkpoint(run_id), {"state": 1})
autosave.write_now()
print("ready", flush=True)
sys.stdin.read()
"""


def killed_session() -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


def test_that_a_killed_session_is_found_with_the_run_to_go_on_with() -> None:
    killed_session()
    found, = find_recoverable()
    session = Session()
    session.recover(found)
    assert session.document.seed == 77
    assert session.document.name == "cut off"
    assert session.dirty
    assert [run.status for run in session.document.runs] == ["paused", "paused", "finished"]
    assert [run.id for run in resumable_runs(session.document)] == ["going"]


def test_that_a_discarded_session_takes_its_checkpoints_along() -> None:
    killed_session()
    found, = find_recoverable()
    found.discard()
    assert find_recoverable() == ()
    assert not run_checkpoint("going").exists()


def test_that_a_broken_autosave_can_be_discarded(tmp_path: Path) -> None:
    path = tmp_path / "state" / "autosave" / "1-2-3.morphstudio"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"broken")
    found, = find_recoverable()
    found.discard()
    assert not path.exists()


def test_that_only_runs_with_a_state_on_disk_can_be_resumed() -> None:
    run = RunEntry(new_run_id(), ExactSettings(), "paused")
    document = Document(runs=(run,))
    assert resumable_runs(document) == ()
    save_state(run_checkpoint(run.id), {})
    assert resumable_runs(document) == (run,)


def test_that_discarded_changes_take_their_checkpoints_along(tmp_path: Path) -> None:
    session = Session()
    autosave = Autosave(session, delay=3600)
    for run_id in ("kept", "discarded"):
        save_state(run_checkpoint(run_id), {})
    session.apply("run", session.document.with_run(RunEntry("kept", ExactSettings(), "paused")), undoable=False)
    session.save(tmp_path / "project.morphstudio")
    session.apply("run", session.document.with_run(RunEntry("discarded", ExactSettings(), "running")), undoable=False)
    autosave.close()
    assert run_checkpoint("kept").exists()
    assert not run_checkpoint("discarded").exists()


def test_that_a_session_never_saved_leaves_no_checkpoint() -> None:
    session = Session()
    autosave = Autosave(session, delay=3600)
    save_state(run_checkpoint("one"), {})
    session.apply("run", session.document.with_run(RunEntry("one", ExactSettings(), "running")), undoable=False)
    autosave.close()
    assert not run_checkpoint("one").exists()


def test_that_forgotten_checkpoints_are_pruned_and_wanted_ones_kept() -> None:
    killed_session()
    save_state(run_checkpoint("forgotten"), {})
    save_state(run_checkpoint("recent"), {})
    for run_id in ("going", "forgotten"):
        os.utime(run_checkpoint(run_id), (0, 0))
    prune_checkpoints()
    assert run_checkpoint("going").exists(), "a session that can be recovered goes on with it"
    assert run_checkpoint("recent").exists()
    assert not run_checkpoint("forgotten").exists()
