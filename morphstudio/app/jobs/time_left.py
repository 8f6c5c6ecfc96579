"""How long a job still takes, from how its share grew."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MEMORY_SECONDS = 30.0
MIN_SECONDS = 1.0
MIN_SHARE = 0.01


class TimeLeft:
    """Extrapolates the growth of the share over the last half minute of work.

    Parameters
    ----------
    clock : callable
        Seconds that only grow; replaced in tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, float]] = deque()

    def restart(self) -> None:
        """Forget the past: after a pause the clock has run on without work."""
        self._seen.clear()

    def estimate(self, share: float) -> float | None:
        """Note ``share`` now and return the seconds left; ``None`` while too little is known."""
        now = self._clock()
        if self._seen and share < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, share))
        while now - self._seen[0][0] > MEMORY_SECONDS and len(self._seen) > 2:
            self._seen.popleft()
        first_time, first_share = self._seen[0]
        if now - first_time < MIN_SECONDS or share - first_share < MIN_SHARE:
            return None
        return (1.0 - share) * (now - first_time) / (share - first_share)
