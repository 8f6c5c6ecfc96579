import pytest

from morphstudio.app.jobs.time_left import TimeLeft


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_that_steady_work_is_extrapolated() -> None:
    clock = Clock()
    left = TimeLeft(clock)
    assert left.estimate(0.0) is None
    for second in range(1, 6):
        clock.now = second
        estimate = left.estimate(second / 10)
    assert estimate == 5.0


def test_that_the_latest_half_minute_counts() -> None:
    clock = Clock()
    left = TimeLeft(clock)
    for second in range(1, 101):
        clock.now = float(second)
        share = 0.001 * second if second <= 50 else 0.05 + 0.01 * (second - 50)
        estimate = left.estimate(share)
    assert estimate is not None
    assert abs(estimate - 0.45 / 0.01) < 1e-6


def test_that_a_pause_does_not_count_as_work() -> None:
    clock = Clock()
    left = TimeLeft(clock)
    left.estimate(0.0)
    clock.now = 1000.0
    left.restart()
    left.estimate(0.5)
    clock.now = 1010.0
    assert left.estimate(0.6) == pytest.approx(40.0)


def test_that_a_share_that_falls_back_starts_over() -> None:
    clock = Clock()
    left = TimeLeft(clock)
    left.estimate(0.8)
    clock.now = 5.0
    assert left.estimate(0.1) is None
