from __future__ import annotations

import threading
import time

from morphstudio.app.jobs.control import Control, Turn


def take_in_thread(control: Control, name: str, order: list[str]) -> threading.Thread:
    def take() -> None:
        control.take_turn()
        order.append(name)

    thread = threading.Thread(target=take)
    thread.start()
    return thread


def test_that_heavy_jobs_take_turns_in_the_order_of_asking() -> None:
    turn, order = Turn(), []
    first, second, third = Control(turn), Control(turn), Control(turn)
    take_in_thread(first, "first", order).join(10)
    waiting = take_in_thread(second, "second", order)
    while not turn._waiting:
        time.sleep(0.001)
    last = take_in_thread(third, "third", order)
    first.give_turn()
    waiting.join(10)
    assert order == ["first", "second"]
    second.give_turn()
    last.join(10)
    assert order == ["first", "second", "third"]


def test_that_a_cancelled_job_stops_waiting_for_its_turn() -> None:
    turn, order = Turn(), []
    first, second, third = Control(turn), Control(turn), Control(turn)
    first.take_turn()
    waiting = take_in_thread(second, "second", order)
    second.cancel()
    waiting.join(10)
    assert not waiting.is_alive()
    first.give_turn()
    take_in_thread(third, "third", order).join(10)
    assert order == ["second", "third"]


def test_that_a_paused_job_gives_its_turn_away() -> None:
    turn, order = Turn(), []
    first, second = Control(turn), Control(turn)
    first.take_turn()
    first.pause()
    paused = threading.Thread(target=first.wait_while_paused)
    paused.start()
    take_in_thread(second, "second", order).join(10)
    assert order == ["second"]
    first.resume()
    second.give_turn()
    paused.join(10)
    assert not paused.is_alive()


def test_that_a_job_without_turns_never_waits() -> None:
    control = Control()
    control.take_turn()
    control.give_turn()
    assert not control.paused
    control.cancel()
    control.pause()
    assert not control.paused, "a cancelled job cannot be paused"
