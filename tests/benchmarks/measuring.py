"""Timing, peak memory and the table they end in."""

from __future__ import annotations

import gc
import multiprocessing
import resource
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    work : str
        What was done.
    ours : float
        Its cost, in ``unit``.
    unit : str
        ``"s"``, ``"ms"``, ``"volumes"``, …
    against : str
        What it is compared with; empty where nothing else does this.
    theirs : float, optional
        The comparison's cost, same unit.
    bar : float, optional
        Largest admissible value of ``judged``.
    judged : {"ours", "ratio"}
        Whether the bar limits the cost itself or ours / theirs.
    note : str
        What the reader must know, e.g. that a figure is extrapolated.
    """

    work: str
    ours: float
    unit: str
    against: str = ""
    theirs: float | None = None
    bar: float | None = None
    judged: str = "ours"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Our cost over the other's."""
        return None if self.theirs is None else self.ours / self.theirs

    @property
    def verdict(self) -> str:
        """``"met"``, ``"missed"`` or nothing where no bar is set."""
        value = self.ratio if self.judged == "ratio" else self.ours
        if self.bar is None or value is None:
            return ""
        return "met" if value <= self.bar else "missed"


def seconds(work: Callable[[], Any], repeats: int = 5, warm_up: int = 1) -> float:
    """Return the median wall time of ``work`` after ``warm_up`` untimed calls."""
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(repeats):
        gc.collect()
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def in_fresh_process(function: Callable[..., Any], *arguments: object) -> Any:
    """Return ``function(*arguments)`` as computed in a new Python process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def peak_bytes(work: Callable[[], Any]) -> int:
    """Return how far ``work`` drives this process's resident memory above where it stands.

    Call it in a fresh process: memory that earlier work left to the allocator
    would hide new demand.
    """
    gc.collect()
    status = Path("/proc/self/status")
    if status.exists():
        Path("/proc/self/clear_refs").write_text("5")  # the high-water mark falls back to the present size
        before = _status_bytes(status, "VmRSS")
        work()
        return _status_bytes(status, "VmHWM") - before
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def _status_bytes(status: Path, key: str) -> int:
    line = next(row for row in status.read_text().splitlines() if row.startswith(key))
    return int(line.split()[1]) * 1024


def table(rows: list[Row], judge: bool = True) -> str:
    """Return the rows as text, one line each; ``judge`` says whether the bars were met."""
    head = ("work", "ours", "against", "theirs", "ratio", "bar", "", "note")
    cells = [head]
    for row in rows:
        limit = "" if row.bar is None else f"≤ {row.bar:g} {'×' if row.judged == 'ratio' else row.unit}"
        cells.append((
            row.work, f"{row.ours:.3g} {row.unit}", row.against,
            "" if row.theirs is None else f"{row.theirs:.3g} {row.unit}",
            "" if row.ratio is None else f"{row.ratio:.3g} ×", limit, row.verdict if judge else "", row.note,
        ))
    widths = [max(len(line[k]) for line in cells) for k in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([lines[0], "─" * len(lines[0]), *lines[1:]])
