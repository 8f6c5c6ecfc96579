from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from event_log import EventLog
from small_jobs import Call, Walk

from morphstudio.app.jobs.control import Control
from morphstudio.app.jobs.events import Advanced, Cancelled, Checkpointed, Failed, Finished, Paused, Recorded, Warned
from morphstudio.app.jobs.runner import run_job

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.app.jobs.job import Job


def run(job: Job, control: Control | None = None, **options: float) -> EventLog:
    log = EventLog()
    run_job("a", job, log, control or Control(), **options)
    return log


def in_thread(job: Job) -> tuple[EventLog, Control, threading.Thread]:
    log, control = EventLog(), Control()
    thread = threading.Thread(target=run_job, args=("a", job, log, control))
    thread.start()
    return log, control, thread


def test_that_events_come_in_order_and_end_once() -> None:
    kinds = run(Walk(3)).kinds("a")
    assert kinds[0] == "Started"
    assert kinds[-1] == "Finished"
    assert kinds.count("Recorded") == 3
    assert sum(kind in ("Finished", "Cancelled", "Failed") for kind in kinds) == 1


def test_that_shares_grow_to_one() -> None:
    shares = [e.share for e in run(Walk(5)).events if isinstance(e, Advanced)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_that_a_cancelled_job_ends_between_two_steps() -> None:
    log, control, thread = in_thread(Walk(10**6, pause=0.001))
    log.wait_for("a", Recorded)
    control.cancel()
    thread.join(10)
    assert isinstance(log.events[-1], Cancelled)


def test_that_a_job_cancelled_before_its_start_says_only_that() -> None:
    control = Control()
    control.cancel()
    assert run(Walk(), control).kinds("a") == ["Cancelled"]


def test_that_what_a_cancelled_step_raises_is_no_failure() -> None:
    log, control, thread = in_thread(Call("poll"))
    log.wait_for("a", Advanced)
    control.cancel()
    thread.join(10)
    assert isinstance(log.events[-1], Cancelled)


def test_that_a_pause_saves_waits_and_goes_on(tmp_path: Path) -> None:
    log, control, thread = in_thread(Walk(200, pause=0.001, checkpoint=tmp_path / "walk.checkpoint"))
    log.wait_for("a", Recorded)
    control.pause()
    log.wait_for("a", Paused)
    recorded = log.kinds("a").count("Recorded")
    assert (tmp_path / "walk.checkpoint").exists()
    thread.join(0.1)
    assert log.kinds("a").count("Recorded") == recorded
    control.resume()
    thread.join(20)
    kinds = log.kinds("a")
    assert kinds.index("Checkpointed") < kinds.index("Paused") < kinds.index("Resumed")
    assert kinds[-1] == "Finished"


def test_that_a_paused_job_can_be_cancelled() -> None:
    log, control, thread = in_thread(Walk(10**6, pause=0.001))
    control.pause()
    log.wait_for("a", Paused)
    control.cancel()
    thread.join(10)
    assert log.kinds("a")[-2:] == ["Paused", "Cancelled"]


@pytest.mark.parametrize("stop_after", [1, 7, 19])
def test_that_resuming_equals_never_stopping(tmp_path: Path, stop_after: int) -> None:
    straight = run(Walk(20)).events[-1]
    job = Walk(20, checkpoint=tmp_path / "walk.checkpoint")

    class Killed(BaseException):
        """Stands for the end of the process: nothing tidies up after it."""

    taken: list[object] = []

    def kill_later(event: object) -> None:
        taken.append(event)
        if sum(isinstance(e, Checkpointed) for e in taken) == stop_after:
            raise Killed

    with pytest.raises(Killed):
        run_job("a", job, kill_later, Control(), checkpoint_seconds=0.0)
    resumed = run(job)
    assert isinstance(straight, Finished)
    assert isinstance(resumed.events[-1], Finished)
    assert sum(isinstance(e, Recorded) for e in resumed.events) == 20 - stop_after
    np.testing.assert_array_equal(resumed.events[-1].result, straight.result)


def test_that_an_ended_job_leaves_no_checkpoint(tmp_path: Path) -> None:
    log = run(Walk(5, checkpoint=tmp_path / "walk.checkpoint"), checkpoint_seconds=0.0)
    assert log.kinds("a").count("Checkpointed") == 4
    assert not list(tmp_path.iterdir())


def test_that_large_states_are_written_less_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("morphstudio.app.jobs.runner.SMALL_CHECKPOINT_BYTES", 0)
    monkeypatch.setattr("morphstudio.app.jobs.runner.CHECKPOINT_BYTES_PER_SECOND", 1)
    log = run(Walk(5, checkpoint=tmp_path / "walk.checkpoint"), checkpoint_seconds=0.0)
    assert log.kinds("a").count("Checkpointed") == 1


def test_that_an_unusable_checkpoint_is_told_and_the_work_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "walk.checkpoint"
    path.write_bytes(b"not a checkpoint")
    log = run(Walk(5, checkpoint=path))
    assert "starts anew" in next(e for e in log.events if isinstance(e, Warned)).message
    assert isinstance(log.events[-1], Finished)
    assert log.kinds("a").count("Recorded") == 5


def test_that_bad_input_carries_its_error() -> None:
    failed = run(Call("reject")).events[-1]
    assert isinstance(failed, Failed)
    assert failed.error is not None
    assert failed.error.field == "image"
    assert failed.message == "The image is upside down. Turn it."
    assert failed.details == ""


def test_that_a_defect_carries_its_traceback() -> None:
    failed = run(Call("break_down")).events[-1]
    assert isinstance(failed, Failed)
    assert failed.error is None
    assert "a defect" in failed.message
    assert "break_down" in failed.details


def test_that_running_out_of_memory_says_what_to_do() -> None:
    failed = run(Call("run_out_of_memory")).events[-1]
    assert isinstance(failed, Failed)
    assert "smaller volume" in failed.message


def test_that_progress_is_told_no_more_often_than_anybody_reads() -> None:
    log = run(Walk(2000))
    assert log.kinds("a").count("Recorded") == 2000
    assert log.kinds("a").count("Advanced") < 1000
