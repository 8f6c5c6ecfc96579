"""Measures for how long the window keeps its event loop standing still, and where.

A 10 ms timer in the GUI thread beats; the time between two beats is a gap. On
a busy machine a gap is also other people's work, so what counts is what the
window itself did in it:

* ``busy``: processor time of the GUI thread outside rendering calls. These are
  the paint and render methods of pyqtgraph and VTK, wrapped so that each call
  is timed (the outermost one where they nest), and Qt's composing of the window
  with a GL view, from ``aboutToCompose`` to ``frameSwapped``;
* ``blocked``: time that the GUI thread slept in a system call other than
  waiting for events or the display, such as for a lock or a file. A second
  thread looks every 10 ms while a gap grows, and notes the place as well.

``own`` is their sum. On an idle machine it is the wall time less rendering.

The same work takes more processor time beside engines that share the caches,
and on another machine. So a fixed piece of Python is timed twice a second
between beats; its median time is the ``unit`` (0.3 ms where this was written),
and a test counts standstills in units. ``benchmarks/stalls.py`` holds them
to 100 ms.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BEAT_MS = 10
UNIT_EVERY_MS = 500
UNIT_STEPS = 10_000
# Module, class and method in which pyqtgraph and VTK draw.
RENDERERS = (
    ("pyqtgraph.widgets.GraphicsView", "GraphicsView", "paintEvent"),
    ("pyvistaqt.rwi", "QVTKRenderWindowInteractor", "paintGL"),
    ("pyvistaqt.rwi", "QVTKRenderWindowInteractor", "Render"),
    ("pyvistaqt.rwi", "QVTKRenderWindowInteractor", "initializeGL"),
    ("pyvistaqt.rwi", "QVTKRenderWindowInteractor", "resizeGL"),
    ("pyvistaqt.plotting", "QtInteractor", "render"),
    ("pyvista.plotting.plotter", "BasePlotter", "render"),
)
# poll, select, epoll_wait, ppoll, pselect6, recvmsg on x86-64: the event loop and the display.
WAITING_CALLS = ("7", "23", "232", "271", "270", "47")
NOTICE_SECONDS = 0.04


@dataclass
class Gap:
    """One standstill, in seconds; ``where`` counts the places seen in it."""

    at: float
    wall: float
    rendering: float
    busy: float
    blocked: float
    where: Counter[str] = field(default_factory=Counter)

    @property
    def own(self) -> float:
        return self.busy + self.blocked

    def __str__(self) -> str:
        text = (f"at {self.at:.1f} s: own {1e3 * self.own:.0f} ms (busy {1e3 * self.busy:.0f}, "
                f"blocked {1e3 * self.blocked:.0f}); wall {1e3 * self.wall:.0f}, rendering {1e3 * self.rendering:.0f}")
        return "\n".join((text, *(f"    {count}x {place}" for place, count in self.where.most_common(3))))


class Heartbeat(QObject):
    """Beats from :meth:`start` to :meth:`stop` and keeps the gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[Gap] = []
        self._rendering = self._rendering_busy = self._blocked = 0.0
        self._depth = 0
        self._undo: list[Callable[[], None]] = []
        self._unwrapped = list(RENDERERS)
        self._composed: set[int] = set()
        self._composing: tuple[float, ...] = ()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._unit_timer = QTimer(self, interval=UNIT_EVERY_MS)
        self._unit_timer.timeout.connect(self._time_unit)
        self._units: list[float] = []
        self._gui_thread = threading.get_ident()
        self._seen: Counter[str] = Counter()
        self._last: tuple[float, ...] = ()
        self._over = threading.Event()

    def wrap_all(self) -> None:
        """Load the renderers and wrap them; what Qt has drawn once may keep the unwrapped methods."""
        for module, _, _ in RENDERERS:
            import_module(module)
        self._wrap_renderers()

    def start(self) -> None:
        self._wrap_renderers()
        self._system_call = Path(f"/proc/self/task/{threading.get_native_id()}/syscall")
        self._began = time.perf_counter()
        self._last = self._now()
        threading.Thread(target=self._watch, daemon=True).start()
        self._timer.start()
        self._unit_timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._unit_timer.stop()
        self._over.set()
        while self._undo:
            self._undo.pop()()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Do something that belongs to the measurement, not to the window."""
        self._timer.stop()
        yield
        if self._last:
            self._last = self._now()
            self._timer.start()

    @property
    def unit(self) -> float:
        """Median processor time of the fixed piece of work, in seconds."""
        return median(self._units)

    def over(self, seconds: float) -> list[Gap]:
        return [gap for gap in self.gaps if gap.own > seconds]

    def report(self, seconds: float = 0.1) -> str:
        """Tell the number of beats, the longest gaps, and where the long ones stood."""
        wall = max((gap.wall for gap in self.gaps), default=0.0)
        own = max((gap.own for gap in self.gaps), default=0.0)
        lines = [f"{len(self.gaps)} beats; longest gap {1e3 * own:.0f} ms own, {1e3 * wall:.0f} ms wall; "
                 f"{len(self.over(seconds))} over {1e3 * seconds:.0f} ms own; unit {1e3 * self.unit:.2f} ms"]
        worst = sorted((gap for gap in self.gaps if gap.own > seconds / 2), key=lambda gap: -gap.own)
        return "\n".join([*lines, *map(str, worst[:20])])

    def _now(self) -> tuple[float, ...]:
        busy = time.thread_time() - self._rendering_busy
        return time.perf_counter(), self._rendering, busy, self._blocked

    def _time_unit(self) -> None:
        with self.apart():
            began, total = time.thread_time(), 0
            for step in range(UNIT_STEPS):
                total += step * step
            self._units.append(time.thread_time() - began)

    def _beat(self) -> None:
        now = self._now()
        self._composing = ()
        wall, rendering, busy, blocked = (max(new - old, 0.0) for new, old in zip(now, self._last, strict=True))
        seen, self._seen = self._seen, Counter()
        if self._unwrapped:
            self._wrap_renderers()
        self.gaps.append(Gap(now[0] - self._began, wall, rendering, busy, blocked, seen))
        self._last = self._now()

    def _watch(self) -> None:
        before = time.perf_counter()
        while not self._over.wait(BEAT_MS / 1000):
            now = time.perf_counter()
            if self._timer.isActive() and now - self._last[0] > NOTICE_SECONDS:
                self._look(min(now - before, 2 * BEAT_MS / 1000))
            before = now

    def _look(self, seconds: float) -> None:
        """Note where the GUI thread is, and whether it sleeps there."""
        frame = sys._current_frames().get(self._gui_thread)
        call = self._system_call.read_text().split()[0] if self._system_call.exists() else "running"
        if frame is None:
            return
        if call not in ("running", *WAITING_CALLS) and not self._depth:
            self._blocked += seconds
        stack = traceback.extract_stack(frame)
        ours = [f for f in stack if "morphstudio" in f.filename][-3:]
        places = dict.fromkeys(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in (*ours, stack[-1]))
        self._seen[" > ".join(places) + ("" if call == "running" else f" [system call {call}]")] += 1

    def _wrap_renderers(self) -> None:
        """Wrap what is imported by now: the window loads its plots and VTK when they are first needed."""
        for module, class_name, name in list(self._unwrapped):
            loaded = sys.modules.get(module)
            if loaded is not None and hasattr(loaded, class_name):
                self._unwrapped.remove((module, class_name, name))
                self._wrap(getattr(loaded, class_name), name)

    def _time_composing(self, view: Any) -> None:
        """Count as rendering what Qt does from composing the window with a GL view to swapping it in."""
        if id(view) not in self._composed:
            self._composed.add(id(view))
            view.aboutToCompose.connect(self._compose)
            view.frameSwapped.connect(self._swapped)

    def _compose(self) -> None:
        self._composing = self._now()

    def _swapped(self) -> None:
        if self._composing:
            now, began = self._now(), self._composing
            self._rendering += now[0] - began[0] - (now[1] - began[1])
            self._rendering_busy += now[2] - began[2]
            self._composing = ()

    def _wrap(self, owner: type, name: str) -> None:
        original = getattr(owner, name)
        own = name in owner.__dict__

        @wraps(original)
        def timed(*arguments: Any, **options: Any) -> Any:
            if name == "paintGL":
                self._time_composing(arguments[0])
            if threading.get_ident() != self._gui_thread or self._depth:
                return original(*arguments, **options)
            self._depth = 1
            start, busy = time.perf_counter(), time.thread_time()
            try:
                return original(*arguments, **options)
            finally:
                self._rendering += time.perf_counter() - start
                self._rendering_busy += time.thread_time() - busy
                self._depth = 0

        def undo() -> None:
            if own:
                setattr(owner, name, original)
            else:
                delattr(owner, name)

        setattr(owner, name, timed)
        self._undo.append(undo)
