"""What the end of a calibration means, by core's grade of it: in a few words, with its reasons, and what to try."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from morphstudio.app.run_in_use import is_worse
from morphstudio.core.grades import GRADE_WORDS
from morphstudio.core.models.excursion_set import GAUSSIAN, field_names
from morphstudio.gui.param_form.symbol import symbol_html
from morphstudio.gui.units import NO_BREAK_SPACE, number

if TYPE_CHECKING:
    from morphstudio.app.document import RunEntry
    from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, RankedOrder
    from morphstudio.core.grades import Grade

GRADE_STATES: dict[Grade, str] = {"fits": "ok", "partly": "warn", "no": "error"}
GRADE_ICONS: dict[Grade, tuple[str, str]] = {
    "fits": ("check-circle", "ok"), "partly": ("warning", "warn"), "no": ("warning-circle", "error")}
_SHORT: dict[Grade, str] = {"fits": "Fits", "partly": "Fits in part", "no": "Does not fit"}
_MANY_STARTS = 16  # more than these rarely find another fit
AT_SCATTER = "Misfit 1: within the image’s own scatter"
BETTER_IMAGE = "a larger image, without gradients and streaks (crop them away in Data)"


def percent(share: float) -> str:
    """Return a share in per cent; number and sign stay on one line."""
    return f"{100 * share:.1f}{NO_BREAK_SPACE}%"


def short_words(best: RankedOrder) -> tuple[str, str]:
    """Return the grade in a word or two, and what is furthest off; the latter is empty where the model fits."""
    word = _SHORT[best.grade]
    if best.grade == "fits":
        return word, ""
    if best.is_one_far_off:
        return word, f"{best.largest_of or 'one phase'} off by {percent(best.largest_error)}"
    name, error = max(("surfaces", best.surface_error), ("chords", best.chord_error), key=lambda entry: entry[1])
    return word, f"{name} off by {percent(error)}"


def reason_words(best: RankedOrder) -> str:
    """Return what the grade rests on: ``"Surfaces off by 9.6 %, chords by 11.4 %, mean chord of pore by 20.8 % …"``."""
    text = _mean_errors(best)
    if best.is_one_far_off:
        text += f", {best.largest_of or 'one phase'} by {percent(best.largest_error)}{best.largest_over}"
    return text[:1].upper() + text[1:]  # phases keep their capitals


def _mean_errors(best: RankedOrder) -> str:
    return f"surfaces off by {percent(best.surface_error)}, chords by {percent(best.chord_error)}"


def finished_words(result: CalibrationResult) -> str:
    """Return what a notice says at the end of a run."""
    best = result.ranking[0]
    off = short_words(best)[1]
    return f"Calibrated. {GRADE_WORDS[best.grade]}{f': {off}' if off else ''}"


def worse_words(run: RunEntry, better: RunEntry) -> str:
    """Return how a run compares with the one in use that fits the same images better."""
    return f"This run fits worse than the model in use: misfit {_misfit(run)} against {_misfit(better)}."


def stopped_words(run: RunEntry, used: RunEntry) -> str:
    """Return how a run that was stopped compares with the one in use, of the same images."""
    words = f"This run stopped at misfit {_misfit(run)}, against {_misfit(used)} of the model in use"
    if is_worse(run, used):
        return f"{words}."
    return f"{words}: it fits {'better' if is_worse(used, run) else 'as well'}."


def _misfit(run: RunEntry) -> str:
    return "–" if run.misfit is None else number(run.misfit, 3)


def misfit_words(best: RankedOrder | None) -> str:
    """Return what a misfit of 1 means, with what it leaves open where curves agree and the model is no full fit."""
    if best is None or best.grade == "fits" or best.misfit > 1:
        return AT_SCATTER
    return f"Curves agree within scatter; {_mean_errors(best)}"


def what_to_try(settings: ExactSettings, result: CalibrationResult) -> str:
    """Return what may help a model that is no full fit, as far as the run has not tried it; empty for one that fits."""
    if result.ranking[0].grade == "fits":
        return ""
    branches = []  # what helps most first
    if settings.order is not None:
        branches.append("all phase orders")
    if set(result.model.families) == {GAUSSIAN}:
        branches.append("a Matérn model")
    if "correlation" in settings.fixed and len(result.model.phases) > 2:
        branches.append("fitting the correlation γ")
    if settings.starts < _MANY_STARTS:
        branches.append(f"more starts than {settings.starts}")
    tried = f"{' and '.join(branches[:2])} (Branch), or " if branches else ""
    return f"Try {tried}{BETTER_IMAGE}."


def verdict_text(result: CalibrationResult) -> str:
    """Return the reasons of the verdict as rich text, weak parameters by symbol and name."""
    best = result.ranking[0]
    text = (f"On average over the phases, surface areas are off by {percent(best.surface_error)} and mean chords "
            f"by {percent(best.chord_error)}.")
    if best.is_one_far_off:
        text += f" {escape(best.furthest_words(percent(best.largest_error)))}"
    phase_of = dict(zip(field_names(len(result.model.phases)), result.model.phases, strict=False))
    weak = [f"{symbol_html(p.symbol)} ({p.title.lower()}{f' of {phase_of[p.group]}' if p.group else ''})"
            for p in result.model.table if p.name in result.estimates and result.estimates[p.name].weak]
    if weak:
        text += f"<br>Hardly determined by these images: {', '.join(weak)}."
    return text
