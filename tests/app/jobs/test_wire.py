from __future__ import annotations

import multiprocessing
import threading
from typing import Any

import numpy as np
import pytest
from small_jobs import Unreadable

from morphstudio.app.jobs.wire import CHUNK_BYTES, Wire, pack


def passed_over(*messages: object) -> Any:
    ours, theirs = multiprocessing.Pipe()
    sender = threading.Thread(target=lambda: [Wire(ours).send(pack(m)) for m in messages])
    sender.start()
    receiver = Wire(theirs)
    return receiver, sender


@pytest.mark.parametrize("n", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])
def test_that_arrays_of_any_size_arrive_whole(n: int) -> None:
    array = (np.arange(n) % 251).astype(np.uint8)
    receiver, sender = passed_over({"array": array, "name": "a"})
    got = receiver.receive()
    sender.join(10)
    np.testing.assert_array_equal(got["array"], array)
    assert got["name"] == "a"


def test_that_arrays_travel_beside_the_pickle_and_can_be_written_to() -> None:
    array = np.ones((100, 100))
    body, *beside = pack(array)
    assert body.nbytes < 1000
    assert [part.nbytes for part in beside] == [array.nbytes]
    receiver, sender = passed_over(array)
    got = receiver.receive()
    sender.join(10)
    got[0, 0] = 5.0


def test_that_the_wire_stays_usable_after_a_message_that_cannot_be_read() -> None:
    receiver, sender = passed_over(Unreadable(), "next")
    with pytest.raises(ValueError, match="not readable"):
        receiver.receive()
    assert receiver.receive() == "next"
    sender.join(10)


def test_that_a_closed_pipe_is_told() -> None:
    ours, theirs = multiprocessing.Pipe()
    ours.close()
    with pytest.raises(EOFError):
        Wire(theirs).receive()
