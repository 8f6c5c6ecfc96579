"""The workflow steps: which there are, and when each can be entered."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from morphstudio.app.document import Document, ImageEntry
    from morphstudio.core.phases import Phase


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the rail."""

    key: str
    title: str
    icon: str
    module: str
    page_class: str
    job_kind: str

    def load_page(self) -> type[QWidget]:
        """Import the page's class; pages are imported when they are first opened."""
        return getattr(import_module(self.module), self.page_class)


_PANELS = "morphstudio.gui.panels"
STEPS: tuple[Step, ...] = (
    Step("data", "Data", "image", f"{_PANELS}.data", "DataPage", "open"),
    Step("calibrate", "Calibrate", "chart-line", f"{_PANELS}.calibrate", "CalibratePage", "calibrate"),
    Step("explore", "Explore", "sliders-horizontal", f"{_PANELS}.explore", "ExplorePage", "generate"),
    Step("measure", "Measure", "ruler", f"{_PANELS}.measure", "MeasurePage", "measure"),
)
STEP_KEYS = tuple(step.key for step in STEPS)


def is_named(phase: Phase) -> bool:
    """Whether somebody said what a phase is: it has a role, or a name other than its label."""
    return phase.role != "other" or phase.name.strip() not in ("", str(phase.label))


def missing_for_calibration(entry: ImageEntry) -> str:
    """Return what an image still needs before a model can be fitted to it; empty when nothing."""
    if not all(is_named(phase) for phase in entry.image.phases):
        return "Name the phases first"
    if not entry.voxel_confirmed:
        return f"Confirm the {'pixel' if entry.image.is_section else 'voxel'} size first"
    return ""


def why_disabled(key: str, document: Document) -> str:
    """Return why a step cannot be entered yet; empty when it can.

    Parameters
    ----------
    key : str
        The step's key.
    document : Document
        What is open.
    """
    if key == "calibrate":
        if not document.images:
            return "Open an image first"
        return next(filter(None, map(missing_for_calibration, document.images)), "")
    if key == "explore" and document.model is None:
        return "Needs a model: calibrate first, or open a model file"
    if key == "measure" and not document.images and document.model is None:
        return "Open an image or a model first"
    return ""


def is_done(key: str, document: Document) -> bool:
    """Whether a step has brought what the next one needs."""
    if key == "data":
        return bool(document.images) and not any(map(missing_for_calibration, document.images))
    if key == "calibrate":
        return document.calibrated is not None and bool(document.images)
    if key == "measure":
        return bool(document.measurements)
    return False
