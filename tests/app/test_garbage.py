"""Freed memory goes back to the system; what lives as long as the window is not visited."""

import gc
import sys

import numpy as np
import psutil
import pytest

from morphstudio.app.garbage import give_back, set_aside, take_back


def test_that_what_is_set_aside_is_taken_back() -> None:
    try:
        set_aside()
        assert gc.get_freeze_count() > 0
    finally:
        take_back()
    assert gc.get_freeze_count() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other C libraries give memory back by themselves")
def test_that_freed_memory_goes_back_to_the_system() -> None:
    process = psutil.Process()
    # Below the size that the C library maps by itself; every other block stays, so that the heap cannot shrink.
    blocks = [np.ones(12_000) for _ in range(2000)]
    kept = blocks[1::2]
    del blocks
    before = process.memory_info().rss
    give_back()
    assert before - process.memory_info().rss > 40e6
    assert kept[0][0] == 1
