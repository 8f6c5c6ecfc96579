"""The words about a run that is not simply the present one, and what can be done then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from morphstudio.app.earlier_image import run_remedy, run_state_words
from morphstudio.app.run_families import families_not_reached
from morphstudio.app.run_in_use import comparable_in_use, is_worse, stays_in_use
from morphstudio.gui.panels.calibrate.runs import sentence, when_words
from morphstudio.gui.panels.calibrate.verdict import method_words, staying_words, stopped_words

if TYPE_CHECKING:
    from morphstudio.app.document import Document, RunEntry

Way = Literal["resume", "discard", "use", "take", "retry"]

_STAYS = "That model stays in Explore and Measure."
STILL_GAUSSIAN = "Its fields are still Gaussian, not {}."


@dataclass(frozen=True, slots=True)
class Said:
    """What a notice says.

    Parameters
    ----------
    state : {"info", "warn", "error"}
    title, text : str
    ways : tuple of Way
        What can be done.
    """

    state: str
    title: str
    text: str
    ways: tuple[Way, ...] = ()


def said_of(document: Document, run: RunEntry) -> Said | None:
    """Return what is to be said of a run that is shown while none is at work; ``None`` for nothing."""
    if run.status == "failed":
        return Said("error", "The calibration failed.", run.problem, ("retry",))
    if run.status == "cancelled":
        said: Said | None = _stopped(document, run)
    else:
        said = _ended(document, run) if run.result is not None else None
    method = method_words(run)
    return replace(said, text=f"{method} {said.text}") if said is not None and method else said


def interrupted(document: Document, run: RunEntry) -> Said:
    """Return what is to be said of a run that was cut off and can go on."""
    earlier = run_state_words(document, run)
    if earlier:
        return Said("info", f"A calibration {earlier} was interrupted.",
                    f"It can only go on with that image. {run_remedy(document, run)}", ("resume", "discard"))
    return Said("info", "A calibration was interrupted.",
                "It can go on where it was, with the same result as without the interruption.", ("resume", "discard"))


def _stopped(document: Document, run: RunEntry) -> Said:
    """Say how far a stopped run came, and what can be done with that."""
    earlier, in_use = run_state_words(document, run), run.best is not None and run.best == document.calibrated
    title, text = "Stopped before the end.", "There was no model yet."
    if run.best is not None:
        text = f"The best model so far {'is in use' if in_use else 'can be used'}; it has no standard errors."
    if not in_use and (used := comparable_in_use(document, run)) is not None:
        title = stopped_words(run, used)
        if is_worse(run, used):
            text = f"{_STAYS} This one has no standard errors."
    if wanted := families_not_reached(run):
        text = f"{STILL_GAUSSIAN.format(wanted)} {text}"
    if earlier:
        text = f"{sentence(earlier)} {text}"
    ways: tuple[Way, ...] = ("retry",) if run.best is None or in_use else ("use", "retry")
    return Said("warn" if earlier or wanted else "info", title, text, ways)


def _ended(document: Document, run: RunEntry) -> Said | None:
    """Say it where the run is of another image or model than those in use, or that it is the one of several."""
    assert run.result is not None
    other = run.result.model != document.calibrated
    earlier, remedy = run_state_words(document, run), run_remedy(document, run)
    title = f"An earlier run is shown: {when_words(run.begun) or 'without its time'}."
    text = "The model in Explore and Measure is another one."
    if earlier:
        text = f"{remedy} {text}" if other else remedy
        title = f"This run is {earlier}."
    elif not other:
        # The place that is taken here is not taken from the panels when another run is opened.
        if sum(one.status != "waiting" for one in document.runs) < 2:
            return None
        return Said("info", "The model of this run is in use.", "Explore and Measure work with it.")
    elif (used := stays_in_use(document, run)) is not None:
        title, text = staying_words(run, used), _STAYS
    return Said("warn" if earlier else "info", title, text, ("take",) if other else ())
