"""Cycles with Qt's objects are taken apart in the window's thread, whichever thread allocates."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

from morphstudio.gui.collector import WindowCollector

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class _Cycle:
    def __init__(self) -> None:
        self.itself = self


def _allocate_much() -> list[list[int]]:
    return [[at] for at in range(20_000)]  # far beyond the threshold of the youngest generation


def test_that_another_thread_does_not_collect_and_the_window_does(qtbot: QtBot) -> None:
    collector = WindowCollector()
    try:
        where: list[threading.Thread] = []
        cycle = _Cycle()
        weakref.finalize(cycle, lambda: where.append(threading.current_thread()))
        del cycle
        other = threading.Thread(target=_allocate_much)
        other.start()
        other.join()
        assert not where, "the other thread left it alone"
        kept = _allocate_much()
        qtbot.waitUntil(lambda: bool(where))
        assert where == [threading.main_thread()]
        assert kept
    finally:
        collector.stop()
    assert gc.isenabled()


def test_that_old_generations_are_collected_when_due(qtbot: QtBot) -> None:
    collector = WindowCollector()
    try:
        gc.collect()
        first, second, third = gc.get_threshold()
        full = gc.get_stats()[2]["collections"]
        kept = []  # what is freed again does not count
        for _ in range((second + 3) * (third + 3)):
            kept += [[at] for at in range(first + 1)]
            collector.collect()
        assert gc.get_stats()[2]["collections"] > full
    finally:
        collector.stop()
