"""What follows a picture waits for it, for the pace and for what is still under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from morphstudio.gui.panels.explore.follow_up import FollowUp

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def due(follow_up: FollowUp) -> list[int]:
    calls: list[int] = []
    follow_up.due.connect(lambda: calls.append(1))
    return calls


@pytest.fixture
def follow_up(qtbot: QtBot) -> FollowUp:
    return FollowUp()


def test_that_nothing_is_due_before_the_picture_has_come(follow_up: FollowUp, due: list[int]) -> None:
    follow_up.want(moving=True)
    assert not due
    follow_up.picture_came()
    assert len(due) == 1


def test_that_a_picture_nobody_waits_behind_makes_nothing_due(follow_up: FollowUp, due: list[int]) -> None:
    follow_up.picture_came()
    assert not due


def test_that_while_moving_the_next_waits_for_the_last_answers_and_is_not_forgotten(
        follow_up: FollowUp, due: list[int], qtbot: QtBot) -> None:
    follow_up.want(moving=True)
    follow_up.picture_came()
    follow_up.asked({"values", "block"})
    follow_up.want(moving=True)
    follow_up.picture_came()
    qtbot.waitUntil(lambda: not follow_up.is_pausing)
    assert len(due) == 1, "the block is not there yet"
    follow_up.came("values")
    assert len(due) == 1
    follow_up.came("block")
    assert len(due) == 2


def test_that_letting_go_waits_for_nothing(follow_up: FollowUp, due: list[int]) -> None:
    follow_up.want(moving=True)
    follow_up.picture_came()
    follow_up.asked({"values"})
    follow_up.want(moving=True)
    follow_up.picture_came()
    assert len(due) == 1
    follow_up.settle()
    assert len(due) == 2


def test_that_a_slider_rests_only_while_it_is_held(follow_up: FollowUp, qtbot: QtBot) -> None:
    with qtbot.waitSignal(follow_up.rested, timeout=5000):
        follow_up.want(moving=True)
    follow_up.want(moving=True)
    with qtbot.assertNotEmitted(follow_up.rested, wait=300):
        follow_up.settle()
