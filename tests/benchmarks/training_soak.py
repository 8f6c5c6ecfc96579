"""Trains in the window for minutes; prints memory, references to None and the longest standstills of the event loop.

    bash packaging/with-display .venv/bin/python tests/benchmarks/training_soak.py [--minutes 20] [--method adversarial]

The quick preset from a drawn start, without end, on a section of 400 × 400 voxels; every five seconds another tab of
the progress card comes to the front. What counts begins after a minute, when everything has been seen once. Exits 1
where memory grew by more than 100 MB, references to None fell by more than a thousand, or the window itself held its
event loop for longer than 100 ms outside rendering. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gui" / "walk"))

from real_window import real_window
from soak import ROLES, ROW_D, SIZE, TURN_SECONDS, WINDOW, Log

if TYPE_CHECKING:
    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.calibrate.page import CalibratePage

EDGE = 400
ENDLESS = 10**6
LONGEST_STALL = 0.1  # seconds
MOST_GROWTH = 100.0  # MB
# Objects of Python come and go by the hundred; a library that gives references away loses some with each step.
LEAST_NONE = -1000


def open_section(application: Application) -> None:
    """Open a simulated section."""
    from morphstudio.app.document import ImageEntry
    from morphstudio.core.models.excursion_set import excursion_set
    from morphstudio.core.models.realisation import realise
    from morphstudio.core.phases import Phase, PhaseImage

    model = excursion_set(("se", "am", "pore"), ROW_D)
    labels = realise(model, (1, EDGE, EDGE), SIZE, 4) + 1
    phases = tuple(Phase(k + 1, name, role) for k, (name, role) in enumerate(zip(model.phases, ROLES, strict=True)))
    session = application.context.session
    entry = ImageEntry(PhaseImage(labels, phases, SIZE, "section"), "", "", voxel_confirmed=True)
    session.apply("open", replace(session.document, images=(entry,), voxel_size_um=SIZE))


def start(application: Application, method: str) -> CalibratePage:
    """Start a training that does not end by itself, and return its page when it has stepped."""
    from hand import click, wait_until

    from morphstudio.core.calibration.simulated.settings import preset

    application.window.show_step("calibrate")
    page = application.window.workspace.page("calibrate")
    page.inspector.show_settings(preset(
        "quick", method, exact_first="no", order=(0, 1, 2), n_epochs=ENDLESS,  # type: ignore[arg-type]
        patience=ENDLESS))
    click(page.start_button)
    wait_until(lambda: page.run.last_record is not None, "the first step", 120.0)
    return page


def watch(page: CalibratePage, seconds: float) -> None:
    """Turn through the tabs of the progress card."""
    from PySide6.QtTest import QTest

    tabs, end = page._progress_card.tabs, time.monotonic() + seconds
    shown = [at for at in range(tabs.count()) if tabs.isTabVisible(at)]
    for turn in count():
        if time.monotonic() >= end:
            return
        tabs.setCurrentIndex(shown[turn % len(shown)])
        QTest.qWait(int(1000 * min(TURN_SECONDS, seconds / 4)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--method", default="adversarial", choices=("monte-carlo", "adversarial", "combined"))
    chosen = parser.parse_args()
    with real_window(*WINDOW) as (application, _):
        from hand import click, wait_until
        from heartbeat import Heartbeat

        log, heartbeat = Log(report=lambda line: print(line, flush=True)), Heartbeat()
        heartbeat.wrap_all()
        open_section(application)
        page = start(application, chosen.method)
        watch(page, 60.0)
        first = log.note("everything was seen once")
        heartbeat.start()
        began, end = page.run.last_record.step, time.monotonic() + 60 * chosen.minutes
        while (left := end - time.monotonic()) > 0:
            watch(page, min(left, 60.0))
            with heartbeat.apart():
                log.note(f"step {page.run.last_record.step}")
        heartbeat.stop()
        last, steps = log.samples[-1], page.run.last_record.step - began
        click(page.stop_button)
        wait_until(lambda: not page.run.is_active, "the end of the training")
    print(f"{steps} steps; window {last.window - first.window:+.1f} MB, all {last.family - first.family:+.1f} MB, "
          f"references to None {last.none - first.none:+d}")
    print(heartbeat.report(LONGEST_STALL))
    grew = max(last.window - first.window, last.family - first.family) > MOST_GROWTH
    return 1 if grew or last.none - first.none < LEAST_NONE or heartbeat.over(LONGEST_STALL) else 0


if __name__ == "__main__":
    sys.exit(main())
