from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from morphstudio.app.jobs.one_step import OneStep
from morphstudio.cli.monitor import JobFailed, Monitor
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Work:
    """Calls a function."""

    function: Callable[[Callable[[float, str], None]], Any]
    checkpoint: ClassVar[Path | None] = None
    title: ClassVar[str] = "Work"

    def create(self) -> OneStep:
        return OneStep(lambda report, should_stop: self.function(report), "working")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_that_short_work_is_not_spoken_of() -> None:
    stream = io.StringIO()
    assert Monitor(stream).run(Work(lambda report: 5)) == 5
    assert stream.getvalue() == ""


def test_that_longer_work_is_told_in_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("morphstudio.cli.monitor.QUIET_SECONDS", 0.0)
    stream = io.StringIO()

    def work(report: Callable[[float, str], None]) -> None:
        for share in range(100):
            report(share / 100, f"part {share}")

    Monitor(stream).run(Work(work))
    assert stream.getvalue() == "Work: 0%, part 0\n", "one line, then silence for ten seconds"


def test_that_a_terminal_gets_a_bar_that_goes_away() -> None:
    stream = Terminal()
    Monitor(stream).run(Work(lambda report: report(0.5, "half")))
    assert "Work" in stream.getvalue()


def test_that_errors_come_out_as_they_are() -> None:
    def reject(report: object) -> None:
        raise InputError("image", "It is upside down.")

    def break_down(report: object) -> None:
        raise RuntimeError("a defect")

    with pytest.raises(InputError, match="upside down"):
        Monitor(io.StringIO()).run(Work(reject))
    with pytest.raises(JobFailed, match="a defect") as failed:
        Monitor(io.StringIO()).run(Work(break_down))
    assert "break_down" in failed.value.failed.details


def test_that_work_runs_beside_the_main_thread() -> None:
    assert Monitor(io.StringIO()).run(Work(lambda report: threading.current_thread())) is not threading.main_thread()
