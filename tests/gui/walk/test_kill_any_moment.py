"""kill -9 at ten random moments: the work is offered again, nothing older than ten seconds is lost, no file is torn."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from morphstudio.app.autosave import find_recoverable, resumable_runs
from morphstudio.app.places import run_checkpoint
from morphstudio.app.project_contents import read_project
from morphstudio.io.checkpoint import load_state

HERE = Path(__file__).parent
KINDS = ("editing", "saving") * 4 + ("calibrating",) * 2
SEED = 3
EARLIEST, LATEST = 4.0, 16.0  # seconds of work before the kill
OLDEST_LOSS = 10.0
PATIENCE = 120.0
AT_ONCE = 5


@dataclass
class Work:
    """A process that works, to be killed after so many seconds of work."""

    kind: str
    folder: Path
    seconds: float

    def start(self) -> None:
        self.folder.mkdir()
        environment = {**os.environ, "MORPHSTUDIO_CONFIG_DIR": str(self.folder / "profile"), "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen([sys.executable, str(HERE / "keep_working.py"), self.kind, str(self.folder)],
                                        env=environment)
        self.began: float | None = None

    def journal(self) -> list[tuple[int, float]]:
        """Return number and time of each change that was begun; the last line may be cut off."""
        path = self.folder / "journal"
        lines = path.read_text("ascii").splitlines(keepends=True) if path.exists() else []
        whole = [line.split() for line in lines if line.endswith("\n")]
        return [(int(number), float(at)) for number, at in whole]

    def is_due(self) -> bool:
        assert self.process.poll() is None, f"{self.kind} ended by itself"
        if self.began is None and self.journal():
            self.began = time.monotonic()
        return self.began is not None and time.monotonic() > self.began + self.seconds

    def kill(self) -> None:
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGKILL)
        self.killed = time.time()
        self.process.wait()
        _, alive = psutil.wait_procs(family, timeout=PATIENCE)
        assert alive == []


def _run(works: list[Work]) -> None:
    """Start all of them, and kill each at its moment."""
    waiting = list(works)
    end = time.monotonic() + PATIENCE
    for work in works:
        work.start()
    try:
        while waiting:
            assert time.monotonic() < end, "a process never began to work"
            for work in [work for work in waiting if work.is_due()]:
                work.kill()
                waiting.remove(work)
            time.sleep(0.01)
    finally:
        for work in waiting:
            work.process.kill()
            work.process.wait()


def _check(work: Work, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Check what can be recovered, and return whether a calibration can go on."""
    monkeypatch.setenv("MORPHSTUDIO_CONFIG_DIR", str(work.folder / "profile"))
    (offered,) = find_recoverable()
    recovered = read_project(offered.path)
    begun = work.journal()
    due = max((number for number, at in begun if at < work.killed - OLDEST_LOSS), default=0)
    assert due <= recovered.seed <= begun[-1][0]
    assert recovered.images
    assert recovered.images[0].image.counts.sum() == recovered.images[0].image.labels.size
    saved = work.folder / "work.morphstudio"
    if saved.exists():
        assert read_project(saved).seed <= begun[-1][0]
    for state in (work.folder / "profile" / "state" / "runs").glob("*.checkpoint"):
        assert load_state(state)
    if work.kind == "calibrating":
        assert [run.status for run in recovered.runs] == ["paused"]
        # Killed before its first checkpoint there is nothing to go on from; after it there must be.
        kept = run_checkpoint(recovered.runs[0].id)
        assert resumable_runs(recovered) == (recovered.runs if kept.exists() else ())
    return bool(resumable_runs(recovered))


def test_that_nothing_is_lost_at_any_of_ten_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chance = random.Random(SEED)
    works = [Work(kind, tmp_path / f"{number}-{kind}", chance.uniform(EARLIEST, LATEST))
             for number, kind in enumerate(KINDS)]
    rounds = len(works) // AT_ONCE
    for number in range(rounds):
        _run(works[number::rounds])
    can_go_on = [_check(work, monkeypatch) for work in works]
    assert any(can_go_on)
    # Moments late enough that there was something older than ten seconds to lose.
    assert sum(work.seconds > OLDEST_LOSS for work in works) >= 3
