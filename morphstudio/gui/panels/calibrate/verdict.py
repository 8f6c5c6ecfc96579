"""What the end of a calibration means, by core's grade of it: in a few words, with its reasons, and what to try."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from morphstudio.app.run_in_use import compared_surfaces, is_noticeably_better, is_worse, mean_error, ranked_best
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.calibration.simulated.table import METHOD_TABLE
from morphstudio.core.calibration.weak import WEAK_WORDS, weak_parameters
from morphstudio.core.grades import GRADE_WORDS
from morphstudio.core.models.excursion_set import GAUSSIAN, field_names
from morphstudio.gui.param_form.symbol import symbol_html
from morphstudio.gui.units import NO_BREAK_SPACE, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.app.document import RunEntry
    from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, RankedOrder
    from morphstudio.core.grades import Grade
    from morphstudio.core.parameters import Param

GRADE_STATES: dict[Grade, str] = {"fits": "ok", "partly": "warn", "no": "error"}
GRADE_ICONS: dict[Grade, tuple[str, str]] = {
    "fits": ("check-circle", "ok"), "partly": ("warning", "warn"), "no": ("warning-circle", "error")}
_SHORT: dict[Grade, str] = {"fits": "Fits", "partly": "Fits in part", "no": "Does not fit"}
_MANY_STARTS = 16  # more than these rarely find another fit
AT_SCATTER = "Misfit 1: within the image’s own scatter"
START_CLOSER = "The start was closer by fractions and surfaces."
NO_ERRORS = "This method tells no standard errors."
BETTER_IMAGE = "a larger image, without gradients and streaks (crop them away in Data)"
BY_FORMULA = ("By formula: what the model gives on average on this voxel grid, exactly. Measure counts realisations "
              "instead, which scatter: its figures differ a little.")
_NAMED = 3  # weak parameters of one reason that a sentence names


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
    """Return what the grade rests on: ``"By formula: surfaces off by 9.6 %, chords by 11.4 %, mean chord of …"``."""
    text = f"By formula: {_mean_errors(best)}"
    if best.is_one_far_off:
        text += f", {best.largest_of or 'one phase'} by {percent(best.largest_error)}{best.largest_over}"
    return text


def _mean_errors(best: RankedOrder) -> str:
    return f"surfaces off by {percent(best.surface_error)}, chords by {percent(best.chord_error)}"


def finished_words(result: CalibrationResult) -> str:
    """Return what a notice says at the end of a run."""
    best = result.ranking[0]
    off = short_words(best)[1]
    how = "" if result.simulated is None else f" ({METHOD_TABLE[result.simulated.method].title})"
    closer = f" {START_CLOSER}" if start_is_closer(result) else ""
    return f"Calibrated{how}. {GRADE_WORDS[best.grade]}{f': {off}' if off else ''}{'.' if closer else ''}{closer}"


def method_words(run: RunEntry) -> str:
    """Return by which method a run is, where it is not the exact one, and whether its start was closer."""
    if not isinstance(run.settings, SimulatedSettings):
        return ""
    closer = run.result is not None and start_is_closer(run.result)
    return f"{METHOD_TABLE[run.settings.method].title} method.{f' {START_CLOSER}' if closer else ''}"


def start_is_closer(result: CalibrationResult) -> bool:
    """Whether training began closer to the image than it ended, by volume fractions and surface areas."""
    outcome = result.simulated
    return outcome is not None and outcome.start_error < outcome.error


def start_words(result: CalibrationResult) -> str:
    """Return how the model from which training began fits; empty for the exact method."""
    if result.simulated is None:
        return ""
    start, best = result.simulated.start, result.ranking[0]
    text = (f"Start: misfit {number(start.misfit, 3)}, {_mean_errors(start)}; "
            f"model chosen: misfit {number(best.misfit, 3)}.")
    return f"{START_CLOSER} {text}" if start_is_closer(result) else text


def staying_words(run: RunEntry, used: RunEntry) -> str:
    """Return how a run compares with the one that stays in use, of the same images: worse, or hardly better."""
    misfits = f"misfit {_misfit(run)} against {_misfit(used)}"
    if is_worse(run, used):
        return f"This run fits worse than the model in use: {misfits}."
    if compared_surfaces(run, used) < 0:
        one, other = ranked_best(run), ranked_best(used)
        assert one is not None
        assert other is not None
        off = f"{percent(mean_error(one))} instead of {percent(mean_error(other))}"
        return f"Surfaces and chords of this run are further off than those of the model in use: {off}; {misfits}."
    return f"This run hardly fits better than the model in use: {misfits}."


def stopped_words(run: RunEntry, used: RunEntry) -> str:
    """Return how a run that was stopped compares with the one in use, of the same images."""
    words = f"This run stopped at misfit {_misfit(run)}, against {_misfit(used)} of the model in use"
    if is_worse(run, used):
        return f"{words}."
    return f"{words}: it fits {'better' if is_noticeably_better(run, used) else 'about as well'}."


def _misfit(run: RunEntry) -> str:
    return "–" if run.misfit is None else number(run.misfit, 3)


def misfit_words(best: RankedOrder | None) -> str:
    """Return what a misfit of 1 means; where curves agree and the model does not fit in full, why it does not."""
    if best is None or best.grade == "fits" or best.misfit > 1:
        return AT_SCATTER
    return (f"Curves differ by no more than the image’s own scatter (pale band): they do not decide. The verdict is by "
            f"formula: {_mean_errors(best)}")


def what_to_try(settings: ExactSettings | SimulatedSettings, result: CalibrationResult) -> str:
    """Return what may help a model that is no full fit, as far as the run has not tried it; empty for one that fits."""
    if result.ranking[0].grade == "fits":
        return ""
    branches = []  # what helps most first
    if start_is_closer(result) or (isinstance(settings, SimulatedSettings) and not settings.begins_exactly
                                   and settings.begin is None):
        branches.append("the exact method")
    if settings.order is not None:
        branches.append("all phase orders")
    n_weak = sum(estimate.weak for estimate in result.estimates.values())
    if set(result.model.families) == {GAUSSIAN} and 2 * n_weak <= len(result.estimates):
        branches.append("a Matérn model")  # it has more parameters: they must be determined, too
    if "correlation" in settings.fixed and len(result.model.phases) > 2:
        branches.append("fitting the correlation γ")
    if settings.cut == "free" and len(result.model.phases) > 2:
        branches.append("a layer for the second phase")
    outcome = result.simulated
    if isinstance(settings, SimulatedSettings):
        if outcome is not None and outcome.epoch == settings.n_epochs:  # it was still getting closer
            branches.append(f"more epochs than {settings.n_epochs}")
    elif settings.starts < _MANY_STARTS:
        branches.append(f"more starts than {settings.starts}")
    tried = f"{' and '.join(branches[:2])} (Branch), or " if branches else ""
    return f"Try {tried}{BETTER_IMAGE}."


def doubt_words(result: CalibrationResult) -> str:
    """Return how many parameters the images hardly determine, why, and what would help, as rich text; or nothing."""
    reasons = weak_parameters(result.model, result.estimates)
    if not reasons:
        return ""
    n_weak, n_fitted = sum(map(len, reasons.values())), len(result.estimates)
    told = [f"{WEAK_WORDS[reason]}: {_symbols(params)}" for reason, params in reasons.items()]
    if len(reasons) == 1 and n_weak > _NAMED:
        told = [WEAK_WORDS[reason] for reason in reasons]
    text = f"{n_weak} of {n_fitted} parameters hardly determined ({'; '.join(told)})."
    ways = [] if set(result.model.families) == {GAUSSIAN} else ["Gaussian fields"]
    weak = {param.name for params in reasons.values() for param in params}
    ways += ["no correlation γ"] if "correlation" in weak else []
    if result.ranking[0].grade == "fits":  # else it is said above what to try, a larger image among that
        ways += ["finer voxels"] if set(reasons) == {"fine"} else ["a larger image"]
    return f"{text} Surer: {', '.join(ways[:-1])}{' or ' if ways[1:] else ''}{ways[-1]}." if ways else text


def _symbols(params: Sequence[Param]) -> str:
    return ", ".join(symbol_html(p.symbol) for p in params) if len(params) <= _NAMED else str(len(params))


def verdict_text(result: CalibrationResult) -> str:
    """Return the reasons of the verdict as rich text, weak parameters by symbol and name."""
    best = result.ranking[0]
    text = (f"On average over the phases, surface areas are off by {percent(best.surface_error)} and mean chords "
            f"by {percent(best.chord_error)}.")
    if best.is_one_far_off:
        text += f" {escape(best.furthest_words(percent(best.largest_error)))}"
    text += f"<br>{BY_FORMULA}"
    if result.simulated is not None:
        text += f"<br>{escape(result.simulated.words)} {escape(start_words(result))} {NO_ERRORS}"
    phase_of = dict(zip(field_names(len(result.model.phases)), result.model.phases, strict=False))
    for reason, params in weak_parameters(result.model, result.estimates).items():
        named = [f"{symbol_html(p.symbol)} ({p.title.lower()}{f' of {escape(phase_of[p.group])}' if p.group else ''})"
                 for p in params]
        text += f"<br>Hardly determined, {WEAK_WORDS[reason]}: {', '.join(named)}."
    return text
