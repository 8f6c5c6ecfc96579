from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from morphstudio.app.errors import crash_report, install_hook, log, start_log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def log_path(tmp_path: Path) -> Iterator[Path]:
    before = list(log.handlers)
    yield start_log(tmp_path / "log.txt")
    for handler in set(log.handlers) - set(before):
        log.removeHandler(handler)
        handler.close()


def caught() -> RuntimeError:
    try:
        raise RuntimeError("a defect")
    except RuntimeError as error:
        return error


def test_that_a_report_holds_the_trace_and_the_versions() -> None:
    report = crash_report(caught())
    assert report.startswith("RuntimeError: a defect")
    assert "in caught" in report
    assert f"Python {sys.version_info.major}." in report
    assert "numpy 2." in report


def test_that_an_uncaught_error_reaches_the_log_and_the_listener(log_path: Path) -> None:
    shown: list[tuple[BaseException, str]] = []
    restore = install_hook(lambda error, report: shown.append((error, report)))
    try:
        error = caught()
        sys.excepthook(type(error), error, error.__traceback__)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        restore()
    assert [type(e) for e, _ in shown] == [RuntimeError, ZeroDivisionError]
    text = log_path.read_text(encoding="utf-8")
    assert "RuntimeError: a defect" in text
    assert "ZeroDivisionError" in text


def test_that_a_listener_that_fails_is_logged(log_path: Path) -> None:
    def fail(error: BaseException, report: str) -> None:
        raise ValueError("no window left")

    restore = install_hook(fail)
    try:
        error = caught()
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        restore()
    assert "no window left" in log_path.read_text(encoding="utf-8")


def test_that_the_log_is_opened_once(log_path: Path) -> None:
    start_log(log_path)
    logging.getLogger("morphstudio.test").warning("only once")
    assert log_path.read_text(encoding="utf-8").count("only once") == 1
