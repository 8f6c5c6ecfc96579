"""Whose verdict the header tells: that of the model in use, whichever run is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from morphstudio.app.run_in_use import run_in_use
from morphstudio.gui.panels.calibrate.verdict import what_to_try

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.document import Document, RunEntry
    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.core.models.excursion_set import ExcursionSet

_UNFINISHED = {"cancelled": "Stopped run", "failed": "Failed run", "paused": "Interrupted run"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the header says of a fit.

    Parameters
    ----------
    result : CalibrationResult or None
        Whose verdict is told; ``None`` where none is known.
    whose : str
        ``"In use"`` or ``"Not in use"`` where that is not plain from the run shown; else empty.
    advice : str
        What to try where the model is no full fit.
    is_used_fit : bool
        Whether the model in use may be explored as it is; also where it was not judged.
    """

    result: CalibrationResult | None = None
    whose: str = ""
    advice: str = ""
    is_used_fit: bool = True


def judgement(document: Document, shown: RunEntry | None, knows: Callable[[ExcursionSet], bool]) -> Judgement:
    """Return what the header says while ``shown`` is on the page; ``knows`` tells whether a model is of the images."""
    used = run_in_use(document)
    told = used if used is not None and used.result is not None else shown
    if told is None or told.result is None or not knows(told.result.model):
        return Judgement()
    result, is_used = told.result, told is used
    whose = "" if is_used and (shown is None or shown.id == told.id) else "In use" if is_used else "Not in use"
    fits = not is_used or result.ranking[0].grade != "no"
    return Judgement(result, whose, what_to_try(told.settings, result), fits)


def page_line(document: Document, shown: RunEntry | None, images: str, *, active: bool) -> str:
    """Return the line beside the page's title; ``images`` names what is fitted."""
    if active:
        return f"Fitting the model to {images or 'the image'}"
    if shown is not None and shown.status in _UNFINISHED:
        return f"{_UNFINISHED[shown.status]} of {images or 'the image'}"
    if images and shown is not None and shown.result is not None:
        return images  # how the model fits stands beside it
    fitted = any(run.result is not None for run in document.runs)
    return f"{'Fitted' if fitted else 'Fit the model'} to {images or 'the image'}"
