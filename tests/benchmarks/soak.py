"""Works the window for minutes and says how memory and the count of references to None fare.

    bash packaging/with-display .venv/bin/python tests/benchmarks/soak.py [--minutes 10] [--cycles 20]

First live plots of a running calibration and slider moves take turns, then
images are opened and closed. What counts begins after everything has been
seen once: until then libraries are loaded and caches filled. A fall of
``sys.getrefcount(None)`` means that a library gives references away that it
does not own, which ends in an abort.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gui" / "walk"))

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.application import Application

MEGABYTE = 1e6
WINDOW = (1440, 900)
SIZE = (0.2, 0.2, 0.2)
ROLES = ("electrolyte", "active material", "pore")
ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.9, "lambda_y": -0.27}
TURN_SECONDS = 5.0
VOLUME = (160, 160, 160)


@dataclass
class Sample:
    """Memory in MB of the window's process and of all processes, and references to None."""

    at: float
    window: float
    family: float
    none: int


@dataclass
class Log:
    """Samples by phase."""

    start: float = field(default_factory=time.monotonic)
    samples: list[Sample] = field(default_factory=list)
    report: Callable[[str], None] = lambda line: None

    def note(self, what: str) -> Sample:
        import psutil

        gc.collect()
        process = psutil.Process()
        own = process.memory_info().rss
        family = own + sum(child.memory_info().rss for child in process.children(recursive=True))
        sample = Sample(time.monotonic() - self.start, own / MEGABYTE, family / MEGABYTE, sys.getrefcount(None))
        self.samples.append(sample)
        self.report(f"{sample.at:7.1f} s  window {sample.window:7.1f} MB  all {sample.family:7.1f} MB  "
                    f"None {sample.none:7d}  {what}")
        return sample


def prepare(application: Application, folder: Path) -> list[Path]:
    """Open a section with a model and write volumes to be opened later."""
    import numpy as np

    from morphstudio.app.document import ImageEntry
    from morphstudio.core.models.excursion_set import excursion_set
    from morphstudio.core.models.realisation import realise
    from morphstudio.core.phases import Phase, PhaseImage

    model = excursion_set(("se", "am", "pore"), ROW_D)
    labels = realise(model, (1, 200, 220), SIZE, 4) + 1
    phases = tuple(Phase(k + 1, name, role) for k, (name, role) in enumerate(zip(model.phases, ROLES, strict=True)))
    session = application.context.session
    entry = ImageEntry(PhaseImage(labels, phases, SIZE, "section"), "", "", voxel_confirmed=True)
    session.apply("open", replace(session.document, images=(entry,), model=model, calibrated=model,
                                  model_labels=(1, 2, 3), model_roles=ROLES, voxel_size_um=SIZE))
    files = [folder / f"volume-{k}.npy" for k in range(3)]
    for k, file in enumerate(files):
        coarse = np.random.default_rng(k).integers(1, 4, [n // 8 for n in VOLUME]).astype(np.uint8)
        np.save(file, np.kron(coarse, np.ones((8, 8, 8), np.uint8)))
    return files


def live(application: Application, seconds: float) -> None:
    """Let a calibration plot and drag sliders, in turns."""
    from hand import click, drag
    from PySide6.QtTest import QTest

    window = application.window
    calibrate, explore = window.workspace.page("calibrate"), window.workspace.page("explore")
    end = time.monotonic() + seconds
    direction = 1
    while time.monotonic() < end:
        click(window.rail.entry("calibrate"))
        if not calibrate.run.is_active:
            click(calibrate.start_button)
        QTest.qWait(int(1000 * min(TURN_SECONDS, seconds / 4)))
        click(window.rail.entry("explore"))
        turn = time.monotonic() + min(TURN_SECONDS, seconds / 4)
        while time.monotonic() < turn:
            for name in ("alpha_x", "alpha_y"):
                slider = explore.inspector.form.rows[name].slider
                by = direction * slider.width() // 5
                drag(slider, by if 0 <= slider.value() + by <= slider.width() else -by, moves=12)
            direction = -direction
            QTest.qWait(150)


def stop(application: Application) -> None:
    """End a calibration that runs."""
    from hand import click, wait_until

    page = application.window.workspace.page("calibrate")
    if page.run.is_active:
        click(application.window.rail.entry("calibrate"))
        click(page.stop_button)
        wait_until(lambda: not page.run.is_active, "the end of the calibration")


def cycle(application: Application, file: Path) -> None:
    """Open an image, see it counted, and close it."""
    from hand import wait_until

    session = application.context.session
    application.window.opener.open_image(file)
    wait_until(lambda: session.active_image is not None and session.active_image.path == str(file), "the image")
    page = application.window.workspace.page("data")
    wait_until(lambda: page.phases.rows[0].fraction.text() not in ("", "…"), "the fractions")
    application.window.close_project()


def soak(application: Application, folder: Path, minutes: float, cycles: int,
         report: Callable[[str], None] = print, warm_up: float = 60.0) -> tuple[Sample, Sample, Sample]:
    """Return the samples at the beginning, after the live part, and at the end."""
    log = Log(report=report)
    files = prepare(application, folder)
    document = application.context.session.document
    for step in ("calibrate", "measure", "explore", "data"):
        application.window.show_step(step)
    live(application, warm_up)
    cycle(application, files[0])
    application.context.session.replace_all(document, saved=False)
    first = log.note("everything was seen once")
    end = time.monotonic() + 60 * minutes
    while (left := end - time.monotonic()) > 0:
        live(application, min(left, 60.0))
        log.note("live plots and sliders")
    stop(application)
    middle = log.note("the calibration has ended")
    for number in range(cycles):
        cycle(application, files[number % len(files)])
        if number % 5 == 4:
            log.note(f"{number + 1} images opened and closed")
    return first, middle, log.note("end")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--cycles", type=int, default=20)
    chosen = parser.parse_args()
    from real_window import real_window

    with real_window(*WINDOW) as (application, scratch):
        first, _, last = soak(application, scratch, chosen.minutes, chosen.cycles,
                              lambda line: print(line, flush=True))
        print(f"window {last.window - first.window:+.1f} MB, all {last.family - first.family:+.1f} MB, "
              f"references to None {last.none - first.none:+d}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
