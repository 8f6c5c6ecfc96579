from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest
from small_jobs import Call, LightCall, Unreadable, Walk

from morphstudio.app.jobs.events import Advanced, Cancelled, Checkpointed, Failed, Finished, Paused, Recorded, Started

if TYPE_CHECKING:
    from event_log import EventLog

    from morphstudio.app.jobs.engine import Engine


def test_that_a_job_runs_in_another_process(engine: Engine, log: EventLog) -> None:
    end = log.wait_for_end(engine.submit(Call("own_pid")))
    assert isinstance(end, Finished)
    assert end.result == engine.pid
    assert end.result != os.getpid()


def test_that_events_arrive_in_order(engine: Engine, log: EventLog) -> None:
    job_id = engine.submit(Walk(5))
    end = log.wait_for_end(job_id)
    assert log.kinds(job_id)[0] == "Started"
    assert [e.record for e in log.of(job_id) if isinstance(e, Recorded)] == list(end.result[1:])


def test_that_large_arrays_come_back_whole(engine: Engine, log: EventLog) -> None:
    end = log.wait_for_end(engine.submit(Call("big_array", 50_000_000)))
    assert isinstance(end, Finished)
    np.testing.assert_array_equal(end.result, (np.arange(50_000_000) % 251).astype(np.uint8))


def test_that_heavy_jobs_wait_for_each_other_and_light_ones_do_not(engine: Engine, log: EventLog) -> None:
    heavy = engine.submit(Call("poll"))
    log.wait_for(heavy, Started)
    waiting = engine.submit(Call("give", 1))
    light = engine.submit(LightCall("give", 2))
    beside = engine.submit(Call("give", 3), at_once=True)
    assert log.wait_for_end(light).result == 2
    assert log.wait_for_end(beside).result == 3
    assert log.kinds(waiting) == []
    engine.cancel(heavy)
    assert isinstance(log.wait_for_end(heavy), Cancelled)
    assert log.wait_for_end(waiting).result == 1


def test_that_a_waiting_job_can_be_cancelled(engine: Engine, log: EventLog) -> None:
    heavy = engine.submit(Call("poll"))
    log.wait_for(heavy, Started)
    waiting = engine.submit(Call("give", 1))
    engine.cancel(waiting)
    assert isinstance(log.wait_for_end(waiting), Cancelled)
    assert log.kinds(waiting) == ["Cancelled"]


def test_that_a_job_that_polls_is_cancelled_without_a_new_process(engine: Engine, log: EventLog) -> None:
    job_id = engine.submit(Call("poll"))
    log.wait_for(job_id, Advanced)
    pid = engine.pid
    engine.cancel(job_id)
    assert isinstance(log.wait_for_end(job_id), Cancelled)
    assert log.wait_for_end(engine.submit(Call("own_pid"))).result == pid


def test_that_a_deaf_job_is_killed_and_the_others_go_on(engine: Engine, log: EventLog, tmp_path: Path) -> None:
    walk = engine.submit(Walk(300, pause=0.01, checkpoint=tmp_path / "walk.checkpoint"))
    log.wait_for(walk, Recorded)
    engine.pause(walk)
    log.wait_for(walk, Paused)
    deaf = engine.submit(Call("sleep_deaf", 3600.0))
    log.wait_for(deaf, Started)
    waiting = engine.submit(Call("own_pid"))
    pid = engine.pid
    engine.cancel(deaf)
    assert isinstance(log.wait_for_end(deaf), Cancelled)
    assert log.wait_for_end(waiting).result != pid
    engine.resume(walk)
    end = log.wait_for_end(walk)
    assert isinstance(end, Finished)
    assert log.kinds(walk).count("Started") == 1
    assert log.kinds(walk).count("Recorded") == 300, "it went on from its checkpoint"


def test_that_a_pause_and_its_end_are_told(engine: Engine, log: EventLog) -> None:
    job_id = engine.submit(Walk(50, pause=0.01))
    log.wait_for(job_id, Recorded)
    engine.pause(job_id)
    log.wait_for(job_id, Paused)
    other = engine.submit(Call("give", 1))
    assert log.wait_for_end(other).result == 1, "a paused job leaves its turn to others"
    engine.resume(job_id)
    assert isinstance(log.wait_for_end(job_id), Finished)


def test_that_a_crash_fails_its_job_and_spares_the_waiting_ones(engine: Engine, log: EventLog) -> None:
    crash, waiting = engine.submit(Call("crash")), engine.submit(Call("give", 1))
    failed = log.wait_for_end(crash)
    assert isinstance(failed, Failed)
    assert failed.error is None
    assert "exit code 3" in failed.details
    assert log.wait_for_end(waiting).result == 1


def test_that_a_result_that_cannot_be_sent_fails_the_job(engine: Engine, log: EventLog) -> None:
    failed = log.wait_for_end(engine.submit(Call("give_lambda")))
    assert isinstance(failed, Failed)
    assert "handed over" in failed.message


def test_that_a_spec_that_cannot_be_read_fails_the_job(engine: Engine, log: EventLog) -> None:
    failed = log.wait_for_end(engine.submit(Unreadable()))
    assert isinstance(failed, Failed)
    assert log.wait_for_end(engine.submit(Call("give", 1))).result == 1


def test_that_a_spec_that_cannot_be_sent_is_refused_at_once(engine: Engine) -> None:
    with pytest.raises(Exception, match="pickle"):
        engine.submit(Call("give", lambda: None))
    assert engine.unfinished == ()


def test_that_a_closed_engine_has_no_process(engine: Engine, log: EventLog) -> None:
    job_id = engine.submit(Call("sleep_deaf", 3600.0))
    log.wait_for(job_id, Started)
    pid = engine.pid
    engine.close()
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_that_a_listener_that_fails_does_not_stop_the_others(engine: Engine, log: EventLog) -> None:
    def fail(event: object) -> None:
        raise RuntimeError("a bad listener")

    unsubscribe = engine.subscribe(fail)
    assert isinstance(log.wait_for_end(engine.submit(Call("give", 1))), Finished)
    unsubscribe()


PARENT = """
import sys
sys.path.insert(0, {here!r})
from small_jobs import Call, Preview, Walk
from event_log import EventLog
from morphstudio.app.jobs.engine import Engine, PreviewService
from morphstudio.app.jobs.events import Started, Checkpointed
from pathlib import Path

if __name__ == "__main__":
    engine, previews, log = Engine(), PreviewService(), EventLog()
    engine.subscribe(log)
    previews.start()
    job_id = engine.submit(Walk(10**6, pause=0.01, checkpoint=Path({checkpoint!r})))
    log.wait_for(job_id, Checkpointed)
    print(engine.pid, previews._child.pid, flush=True)
    sys.stdin.read()
"""


def test_that_a_killed_parent_leaves_a_checkpoint_and_no_orphan(tmp_path: Path) -> None:
    here, checkpoint = str(Path(__file__).parent), tmp_path / "walk.checkpoint"
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(here=here, checkpoint=str(checkpoint)))
    parent = subprocess.Popen([sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdin is not None
    assert parent.stdout is not None
    children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    assert len(children) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=30)
    parent.stdin.close()
    parent.stdout.close()
    assert not alive
    assert checkpoint.exists()


def test_that_a_checkpoint_is_told(engine: Engine, log: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "walk.checkpoint"
    job_id = engine.submit(Walk(10**6, pause=0.001, checkpoint=path))
    log.wait_for(job_id, Recorded)
    engine.pause(job_id)
    assert log.wait_for(job_id, Checkpointed).path == path
    engine.cancel(job_id)
    assert isinstance(log.wait_for_end(job_id), Cancelled)
    assert not path.exists()
