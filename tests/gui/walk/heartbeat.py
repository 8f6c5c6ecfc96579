"""Measures how long the window's event loop stands still, and why.

A 10 ms timer in the GUI thread beats; the time between two beats is a gap.
Two things are taken off a gap:

* time inside rendering calls: the paint and render methods of pyqtgraph and
  VTK, wrapped so that each call is timed (the outermost one where they nest);
* time for which the kernel had the thread ready to run but gave the processors
  to others, from ``/proc/thread-self/schedstat``: on a busy machine this is
  other people's work, not the window's. Waiting for the interpreter lock, for
  a file or for another process is sleep, not readiness, and stays in.

While a gap grows, a second thread notes where the GUI thread is.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BEAT_MS = 10
# Module, class and method in which pyqtgraph and VTK draw.
RENDERERS = (
    ("pyqtgraph.widgets.GraphicsView", "GraphicsView", "paintEvent"),
    ("pyvistaqt.rwi", "QVTKRenderWindowInteractor", "paintGL"),
    ("pyvistaqt.rwi", "QVTKRenderWindowInteractor", "Render"),
    ("pyvistaqt.plotting", "QtInteractor", "render"),
)
NOTICE_SECONDS = 0.04


@dataclass
class Gap:
    """One standstill, in seconds.

    ``own`` is ``wall`` less ``rendering`` and less ``queued``; ``cpu`` is the
    processor time that the GUI thread used; ``where`` counts the places seen.
    """

    at: float
    wall: float
    cpu: float
    rendering: float
    queued: float
    where: Counter[str] = field(default_factory=Counter)

    @property
    def own(self) -> float:
        return self.wall - self.rendering - self.queued

    def __str__(self) -> str:
        text = (f"at {self.at:.1f} s: wall {1e3 * self.wall:.0f} ms, of it rendering {1e3 * self.rendering:.0f}, "
                f"queued {1e3 * self.queued:.0f}, own {1e3 * self.own:.0f}; processor {1e3 * self.cpu:.0f}")
        return "\n".join((text, *(f"    {count}x {place}" for place, count in self.where.most_common(3))))


class Heartbeat(QObject):
    """Beats from :meth:`start` to :meth:`stop` and keeps the gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[Gap] = []
        self._rendering = 0.0
        self._depth = 0
        self._undo: list[Callable[[], None]] = []
        self._unwrapped = list(RENDERERS)
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._gui_thread = threading.get_ident()
        self._stats: int | None = None
        self._seen: Counter[str] = Counter()
        self._last: tuple[float, ...] = ()
        self._over = threading.Event()

    def start(self) -> None:
        self._wrap_renderers()
        self._native = threading.get_native_id()
        path = f"/proc/self/task/{threading.get_native_id()}/schedstat"
        self._stats = os.open(path, os.O_RDONLY) if os.path.exists(path) else None  # noqa: PTH110
        self._began = time.perf_counter()
        self._last = self._now()
        threading.Thread(target=self._watch, daemon=True).start()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._over.set()
        while self._undo:
            self._undo.pop()()
        if self._stats is not None:
            os.close(self._stats)
            self._stats = None

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Do something that belongs to the measurement, not to the window."""
        self._timer.stop()
        yield
        if self._last:
            self._last = self._now()
            self._timer.start()

    @property
    def longest(self) -> Gap:
        return max(self.gaps, key=lambda gap: gap.own)

    def over(self, seconds: float) -> list[Gap]:
        return [gap for gap in self.gaps if gap.own > seconds]

    def report(self, seconds: float = 0.1) -> str:
        """Tell the number of beats, the longest gaps, and where the long ones stood."""
        wall = max((gap.wall for gap in self.gaps), default=0.0)
        own = max((gap.own for gap in self.gaps), default=0.0)
        cpu = max((gap.cpu - gap.rendering for gap in self.gaps), default=0.0)
        lines = [f"{len(self.gaps)} beats; longest gap {1e3 * wall:.0f} ms wall, {1e3 * own:.0f} ms own, "
                 f"most processor time without rendering {1e3 * cpu:.0f} ms; "
                 f"{len(self.over(seconds))} gaps over {1e3 * seconds:.0f} ms own"]
        worth = [gap for gap in self.gaps if gap.wall > seconds]
        return "\n".join([*lines, *map(str, sorted(worth, key=lambda gap: -gap.wall)[:25])])

    def _now(self) -> tuple[float, ...]:
        queued = int(os.pread(self._stats, 64, 0).split()[1]) / 1e9 if self._stats is not None else 0.0
        return time.perf_counter(), time.thread_time(), self._rendering, queued

    def _beat(self) -> None:
        now = self._now()
        wall, cpu, rendering, queued = (new - old for new, old in zip(now, self._last, strict=True))
        seen, self._seen = self._seen, Counter()
        if self._unwrapped:
            self._wrap_renderers()
        self.gaps.append(Gap(now[0] - self._began, wall, cpu, rendering, queued, seen))
        self._last = self._now()

    def _watch(self) -> None:
        while not self._over.wait(BEAT_MS / 1000):
            if self._last and self._timer.isActive() and time.perf_counter() - self._last[0] > NOTICE_SECONDS:
                frame = sys._current_frames().get(self._gui_thread)
                if frame is not None:
                    stack = [f for f in traceback.extract_stack(frame) if "morphstudio" in f.filename][-3:]
                    last = traceback.extract_stack(frame)[-1]
                    places = [f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in [*stack, last]]
                    with open(f"/proc/self/task/{self._native}/syscall") as f:
                        call = f.read().split()[0]
                    self._seen[f"[{call}] " + " > ".join(places)] += 1

    def _wrap_renderers(self) -> None:
        """Wrap what is imported by now: the window loads its plots and VTK when they are first needed."""
        for module, class_name, name in list(self._unwrapped):
            loaded = sys.modules.get(module)
            if loaded is not None and hasattr(loaded, class_name):
                self._unwrapped.remove((module, class_name, name))
                self._wrap(getattr(loaded, class_name), name)

    def _wrap(self, owner: type, name: str) -> None:
        original = getattr(owner, name)
        own = name in owner.__dict__

        @wraps(original)
        def timed(*arguments: Any, **options: Any) -> Any:
            if threading.get_ident() != self._gui_thread or self._depth:
                return original(*arguments, **options)
            self._depth = 1
            start = time.perf_counter()
            try:
                return original(*arguments, **options)
            finally:
                self._rendering += time.perf_counter() - start
                self._depth = 0

        def undo() -> None:
            if own:
                setattr(owner, name, original)
            else:
                delattr(owner, name)

        setattr(owner, name, timed)
        self._undo.append(undo)
