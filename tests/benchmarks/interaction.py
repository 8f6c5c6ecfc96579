"""Drags sliders in the real window with real mouse events and prints how far the pictures lag behind.

    bash packaging/with-display .venv/bin/python tests/benchmarks/interaction.py [--moves 30]

The lag of a move ends when the pixels that belong to it, or to a later move, have been painted: the section's by its
paint event, the block's when the renderer has drawn its frame. Run it on a quiet machine; the 3D view is drawn in
software where there is no GPU.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from measuring import Row, table
from published_models import VOXEL_SIZE, row_d
from real_window import real_window

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.explore.page import ExplorePage

SIZE = (1440, 900)
SECTION_BAR, BLOCK_BAR, STALL_BAR = 50.0, 400.0, 100.0
SLIDERS = ("alpha_chi_x", "alpha_y", "alpha_chi_y", "lambda_x", "scale_z")
WAIT_SECONDS = 120.0
STEP = 12  # positions of 1000 that each event moves the handle


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=30, help="mouse events per slider")
    parser.add_argument("--sliders", nargs="+", default=SLIDERS, choices=SLIDERS)
    chosen = parser.parse_args()
    with real_window(*SIZE) as (application, _):
        page = explore(application)
        print(table([row for name in chosen.sliders for row in lags(page, name, chosen.moves)]))
    return 0


def explore(application: Application) -> ExplorePage:
    """Show the Explore step with a published model, its first pictures drawn."""
    session = application.context.session
    session.apply("model", replace(
        session.document, model=row_d(), calibrated=row_d(), model_labels=(1, 2, 3),
        model_roles=("electrolyte", "active material", "pore"), voxel_size_um=VOXEL_SIZE), undoable=False)
    application.window.show_step("explore")
    page: ExplorePage = application.window.workspace.page("explore")
    wait_until(lambda: page.values.is_filled and page.scene.view.is_ready and page.scene.view.n_surfaces > 0)
    page.section.own.click()
    wait_until(lambda: page.section.view.section is not None and page.section.view.section.indices.shape[0] == 512)
    wait(1.0)
    return page


def lags(page: ExplorePage, name: str, moves: int) -> list[Row]:
    """Return the median lags of section and block behind one slider, each measured in a drag of its own."""
    watch = Watch(page)
    slider = page.inspector.form.rows[name].slider
    drag(slider, 6, watch, 0.0, 1.0)  # the first move draws the grids
    section = drag(slider, moves, watch, 0.0, 1.0)
    wait(1.5)
    fast = drag(slider, moves, watch, 0.016, 0.0)
    wait(1.5)
    watch.stop()
    both = (*section["block"], *fast["block"])
    return [
        Row(f"{name}: section 512² painted after a move", median(section["section"]), "ms", bar=SECTION_BAR,
            note=spread(section["section"])),
        Row(f"{name}: the same, an event every 16 ms", median(fast["section"]), "ms", bar=SECTION_BAR,
            note=spread(fast["section"])),
        Row(f"{name}: block drawn after a move", median(section["block"]), "ms", bar=BLOCK_BAR,
            note=f"{spread(both)}; {watch.edges()}"),
        Row(f"{name}: longest stall of the window, drawing in 3D left out", watch.stall, "ms", bar=STALL_BAR),
    ]


class Watch:
    """Notes when moves are made and when pictures that belong to them are painted."""

    def __init__(self, page: ExplorePage) -> None:
        from PySide6.QtCore import QTimer

        self._page = page
        self.painted: dict[str, list[float]] = {"section": [], "block": []}
        self.stall = 0.0
        self._edges: set[int] = set()
        self._rendering = 0.0
        self._open: dict[str, list[tuple[float, int]]] = {"section": [], "block": []}
        self._wrap()
        self._last = time.perf_counter()
        self._beat = QTimer(interval=5)
        self._beat.timeout.connect(self._on_beat)
        self._beat.start()

    def about_to_move(self) -> None:
        """A mouse event comes now; what is asked for from now on belongs to it."""
        asked = dict(self._page._context.previews._service._requested)
        for what, waiting in self._open.items():
            waiting.append((time.perf_counter(), asked.get(f"explore.{what}", 0)))

    def is_done(self) -> bool:
        """Whether every move has been painted."""
        return not any(self._open.values())

    def take(self) -> dict[str, list[float]]:
        """Return the lags so far in milliseconds and forget them."""
        taken, self.painted = self.painted, {"section": [], "block": []}
        self._open = {"section": [], "block": []}
        return taken

    def edges(self) -> str:
        """Return the voxels along an edge of the blocks that were drawn while moving."""
        return "blocks of " + ", ".join(f"{edge}³" for edge in sorted(self._edges))

    def stop(self) -> None:
        """Watch no longer."""
        self._beat.stop()
        self._unwrap()

    def _wrap(self) -> None:
        self._page._context.previews.answered.connect(self._on_answer)
        view, scene = self._page.section.view, self._page.scene.view
        self._to_paint: dict[str, int] = {}
        self._undo: list[Callable[[], None]] = []
        self._undo.append(after(view, "paintEvent", lambda: self._on_painted("section")))
        window = scene.plotter.render_window
        begin = window.AddObserver("StartEvent", lambda *_: self._on_render(begin=True))
        end = window.AddObserver("EndEvent", lambda *_: self._on_render(begin=False))
        self._undo.append(lambda: (window.RemoveObserver(begin), window.RemoveObserver(end)))

    def _unwrap(self) -> None:
        self._page._context.previews.answered.disconnect(self._on_answer)
        for undo in self._undo:
            undo()

    def _on_answer(self, answer: Any) -> None:
        # Connected after the page: what the answer shows has been handed to the widgets by now.
        for what, key in (("section", "explore.section"), ("block", "explore.block")):
            if answer.key == key:
                self._to_paint[what] = answer.generation
                if what == "block":
                    self._edges.add(answer.result.shape[0])

    def _on_painted(self, what: str) -> None:
        generation = self._to_paint.get(what, 0)
        now = time.perf_counter()
        self.painted[what] += [1000 * (now - begun) for begun, before in self._open[what] if generation > before]
        self._open[what] = [(begun, before) for begun, before in self._open[what] if generation <= before]

    def _on_render(self, *, begin: bool) -> None:
        if begin:
            self._render_begun = time.perf_counter()
        else:
            self._rendering += time.perf_counter() - self._render_begun
            self._on_painted("block")

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.stall = max(self.stall, 1000 * (now - self._last - self._rendering))
        self._last, self._rendering = now, 0.0


def after(widget: Any, method: str, call: Callable[[], None]) -> Callable[[], None]:
    """Call ``call`` after each ``method`` of ``widget``; returns what ends that."""
    original = getattr(widget, method)

    def wrapped(*arguments: Any) -> None:
        original(*arguments)
        call()

    setattr(widget, method, wrapped)
    return lambda: delattr(widget, method)


def drag(slider: Any, moves: int, watch: Watch, pause: float, patience: float) -> dict[str, list[float]]:
    """Drag a handle to and fro with the mouse; with ``patience`` each move waits until it has been painted."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    def at(position: float) -> QPoint:
        return QPoint(round(slider.x_of(position)), slider.height() // 2)

    home = slider.value()
    watch.take()
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(home))
    for k in range(1, moves + 1):
        swing = k % 20
        watch.about_to_move()
        QTest.mouseMove(slider, at(home + STEP * (swing if swing <= 10 else 20 - swing)))
        if patience:
            wait_until(watch.is_done, patience, strict=False)
        else:
            wait(pause)
    wait(1.0)
    taken = watch.take()
    # Where it began: further on, the next drag would push against the end of the slider, where nothing happens.
    QTest.mouseMove(slider, at(home))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(home))
    return taken


def wait(seconds: float) -> None:
    """Let the window live for some time."""
    end = time.perf_counter() + seconds
    wait_until(lambda: time.perf_counter() >= end)


def wait_until(done: Callable[[], bool], seconds: float = WAIT_SECONDS, *, strict: bool = True) -> None:
    """Let the window live until ``done()``."""
    from PySide6.QtWidgets import QApplication

    end = time.perf_counter() + seconds
    while not done():
        if time.perf_counter() > end:
            if strict:
                raise SystemExit("The window did not get there in time.")
            return
        QApplication.processEvents()
        time.sleep(0.0005)  # the processor belongs to what is measured


def median(values: list[float]) -> float:
    """Return the median; not a number where nothing was painted."""
    return statistics.median(values) if values else float("nan")


def spread(values: Any) -> str:
    """Return count and the longest lag in words."""
    return f"{len(values)} moves, longest {max(values):.0f} ms" if values else "nothing was painted"


if __name__ == "__main__":
    sys.exit(main())
