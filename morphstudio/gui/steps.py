"""The workflow steps: which there are, and when each can be entered."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from morphstudio.core.grades import GRADE_WORDS

if TYPE_CHECKING:

    from morphstudio.app.document import Document, ImageEntry
    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.core.phases import Phase
    from morphstudio.gui.widgets.step_page import StepPage


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the rail."""

    key: str
    title: str
    icon: str
    module: str
    page_class: str
    job_kind: str

    def load_page(self) -> type[StepPage]:
        """Import the page's class; pages are imported when they are first opened."""
        page: type[StepPage] = getattr(import_module(self.module), self.page_class)
        return page


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


Standing = Literal["done", "doubtful", ""]


def standing(key: str, document: Document) -> Standing:
    """Return whether a step has brought what the next one needs, or something that should be looked at first."""
    if key == "data":
        return "done" if document.images and not any(map(missing_for_calibration, document.images)) else ""
    if key == "calibrate":
        result = _calibrated_by(document)
        # What is opened from a file, or taken from a stopped run, was not judged.
        return "" if result is None else "done" if result.ranking[0].grade == "fits" else "doubtful"
    if key == "measure":
        if not document.measurements:
            return ""
        verdicts = [entry.realisations.validation for entry in document.measurements if entry.realisations is not None]
        return "doubtful" if any(v is not None and v.grade != "fits" for v in verdicts) else "done"
    return ""


def calibrated_words(document: Document) -> str:
    """Return how the calibrated model fits, in words; empty where that is not known."""
    result = _calibrated_by(document)
    return "" if result is None else GRADE_WORDS[result.ranking[0].grade].lower()


def doubt_about_fit(document: Document) -> str:
    """Return a warning where the calibrated model does not fit its image; else nothing."""
    result = _calibrated_by(document)
    doubtful = result is not None and result.ranking[0].grade == "no"
    return "The model does not fit its image: see Calibrate" if doubtful else ""


def model_has_no_run(document: Document) -> bool:
    """Whether the model in use is of no run: it was opened from a file, or its run was deleted."""
    return document.calibrated is not None and not document.runs


def _calibrated_by(document: Document) -> CalibrationResult | None:
    """Return the result that the document's calibrated model is of; ``None`` where it is of none."""
    if document.calibrated is None or not document.images:
        return None
    return next((run.result for run in reversed(document.runs)
                 if run.result is not None and run.result.model == document.calibrated), None)
