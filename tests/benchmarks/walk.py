"""Walks the whole way on one image in the real window, by mouse and keys, and prints what came out.

    bash packaging/with-display .venv/bin/python tests/benchmarks/walk.py sample|section|volume [FOLDER]

Every phase order is tried with the default settings. FOLDER receives a picture of each step.
Real images are taken from ../shared beside the checkout, or from MORPHSTUDIO_SHARED.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gui" / "walk"))

from real_window import real_window

if TYPE_CHECKING:
    from heartbeat import Heartbeat
    from steps import Walk

    from morphstudio.gui.application import Application

BESIDE = Path(__file__).resolve().parents[3] / "shared"
# File, voxel size to type; "" confirms what is shown.
IMAGES = {
    "section": ("cathode_nmc_2d_3phase/nmc_sem_3phase_628x758.tif", "0.1"),
    "volume": ("cathode_nmc_ct_3phase_3d/nmc_cal_3phase_301x301x251.tif", "0.398"),
}
PHASES = (("pore", "pore"), ("am", "active material"), ("binder", "binder"))
SIZE = (1280, 800)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", choices=("sample", *IMAGES))
    parser.add_argument("folder", nargs="?", type=Path)
    chosen = parser.parse_args()
    with real_window(*SIZE) as (application, scratch):
        from heartbeat import Heartbeat

        heartbeat = Heartbeat()
        try:
            go(application, chosen.image, chosen.folder, scratch, heartbeat)
        finally:
            heartbeat.stop()
    return 0


def go(application: Application, name: str, folder: Path | None, scratch: Path, heartbeat: Heartbeat) -> None:
    from steps import Walk

    walk = Walk(application, lambda step: shoot(application, folder, step, heartbeat))
    walk.look("welcome")
    heartbeat.start()
    if name == "sample":
        walk.open_sample()
    else:
        file, size = IMAGES[name]
        walk.open_file(Path(os.environ.get("MORPHSTUDIO_SHARED", BESIDE)) / "data" / file)
        walk.say_phases(PHASES)
        walk.confirm_voxel_size(size)
    result = walk.calibrate(seconds=3600)
    names = [phase.name for phase in walk.document.images[0].image.phases]
    print(f"\ncalibrated, {result.n_parameters if hasattr(result, 'n_parameters') else len(result.estimates)} "
          f"parameters, misfit {result.ranking[0].misfit:.3g}\n{result.verdict}\n\norder, misfit, surface, chord")
    for entry in result.ranking:
        order = " > ".join(names[k] for k in entry.order)
        print(f"{order:24s} {entry.misfit:8.3g} {entry.surface_error:7.1%} {entry.chord_error:7.1%}")
    for key, estimate in result.estimates.items():
        print(f"{key:18s} {estimate.value:9.4g} +- {estimate.standard_error:.2g}{'  weak' if estimate.weak else ''}")
    walk.explore()
    tell_validation(walk)
    files = walk.export(scratch / "geodict", 128)
    print("\nexported:", ", ".join(file.name for file in files))
    print("\nseconds:", ", ".join(f"{step} {taken:.2f}" for step, taken in walk.seconds.items()))
    print(f"\n{heartbeat.report()}")


def tell_validation(walk: Walk) -> None:
    """Measure and print the comparison as the Measure page holds it."""
    from morphstudio.core.validation import to_json

    validation = walk.measure(seconds=3600)
    print(f"\nvalidation: {validation.grade}: {validation.text}\nfitted {validation.fitted_error}, "
          f"held out {validation.held_out_error}")
    for finding in validation.findings:
        print(f"  {'ok ' if finding.agrees else 'off'} {finding.title}: {finding.text}")
    for distance in validation.distances:
        print("  ", distance)
    assert to_json(validation)


def shoot(application: Application, folder: Path | None, name: str, heartbeat: Heartbeat) -> None:
    """Save what the screen shows, 3D view and dialogs included."""
    if folder is None:
        return
    from PySide6.QtTest import QTest

    QTest.qWait(1500)
    with heartbeat.apart():
        folder.mkdir(parents=True, exist_ok=True)
        window = application.window
        picture = window.screen().grabWindow(0, window.x(), window.y(), window.width(), window.height())
        picture.save(str(folder / f"{name}.png"))


if __name__ == "__main__":
    sys.exit(main())
