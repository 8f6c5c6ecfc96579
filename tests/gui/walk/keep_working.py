"""Works on without end, in a process of its own, to be killed at any moment.

keep_working.py editing|saving|calibrating FOLDER

Each change is the next number in the document's seed. FOLDER/journal gets a line per change with the number and the
time, written before the change; ``saving`` writes FOLDER/work.morphstudio over and over. ``calibrating`` is the whole
window with a running calibration; the others are the session with its autosave.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.app.autosave import Autosave
from morphstudio.app.document import Document, ImageEntry
from morphstudio.app.session import Session
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage

if TYPE_CHECKING:
    from morphstudio.gui.application import Application
    from morphstudio.gui.plots.traces import MisfitPlot

PAUSE = 0.05
ROLES = ("electrolyte", "active material", "pore")
SIZE = (0.2, 0.2, 0.2)


def document() -> Document:
    """Return an image of 8 MB, so that writing takes a while, with a model."""
    model = excursion_set(("se", "am", "pore"), {"lambda_x": 1.9, "lambda_y": -0.27})
    labels = np.random.default_rng(1).integers(1, 4, (200, 200, 200)).astype(np.uint8)
    phases = tuple(Phase(k + 1, name, role) for k, (name, role) in enumerate(zip(model.phases, ROLES, strict=True)))
    entry = ImageEntry(PhaseImage(labels, phases, SIZE, "work"), "", "", voxel_confirmed=True)
    return Document(images=(entry,), model=model, calibrated=model, model_labels=(1, 2, 3), model_roles=ROLES,
                    voxel_size_um=SIZE)


class Journal:
    """Notes each change before it is made."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "journal").open("a", encoding="ascii")

    def note(self, number: int) -> None:
        self._file.write(f"{number} {time.time()}\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def headless(folder: Path, *, saving: bool) -> None:
    session = Session(document())
    autosave = Autosave(session)
    journal = Journal(folder)
    number = 1
    while True:
        number += 1
        journal.note(number)
        session.apply(f"change seed to {number}", replace(session.document, seed=number))
        if number % 7 == 0:
            session.undo()
            session.redo()
        if saving and number % 10 == 0:
            session.save(folder / "work.morphstudio")
        time.sleep(PAUSE)
        assert autosave is not None


def window(folder: Path) -> int:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from morphstudio.gui.application import Application

    app = QApplication(sys.argv[:1])
    application = Application(app)
    application.start()
    session, journal = application.context.session, Journal(folder)
    whole = document()
    image = whole.images[0].image
    small = replace(whole.images[0], image=image.rearranged(image.labels[:1, :120, :120].copy(), SIZE))
    session.apply("open", replace(whole, images=(small,)))
    steps = _calibrate(application)
    number = 1

    def change() -> None:
        nonlocal number
        if steps.n_points == 0:
            return  # the calibration's process is still being started: how long that takes is the machine's affair
        number += 1
        journal.note(number)
        session.apply(f"change seed to {number}", replace(session.document, seed=number))

    clock = QTimer(interval=int(1000 * PAUSE))
    clock.timeout.connect(change)
    clock.start()
    return app.exec()


def _calibrate(application: Application) -> MisfitPlot:
    """Start a calibration and return the plot of its steps."""
    application.window.show_step("calibrate")
    page = application.window.workspace.page("calibrate")
    page.start()
    return page._progress_card.misfit


if __name__ == "__main__":
    kind, where = sys.argv[1], Path(sys.argv[2])
    if kind == "calibrating":
        sys.exit(window(where))
    headless(where, saving=kind == "saving")
