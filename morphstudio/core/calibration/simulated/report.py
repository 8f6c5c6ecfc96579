"""Sentences that tell how a calibration by simulation went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.core.calibration.report import verdict
from morphstudio.core.calibration.simulated.records import REASON_WORDS

if TYPE_CHECKING:
    from morphstudio.core.calibration.records import ParameterEstimate, RankedOrder
    from morphstudio.core.calibration.simulated.records import SimulatedOutcome, StopReason
    from morphstudio.core.calibration.simulated.settings import Method

METHOD_WORDS: dict[Method, str] = {
    "monte-carlo": "Monte Carlo", "adversarial": "adversarial", "combined": "combined"}


def end_words(method: Method, reason: StopReason, epoch: int, last: int, *, chosen: bool) -> str:
    """Return why a run ended and which epoch its model is of.

    Parameters
    ----------
    method, reason : str
    epoch, last : int
        Epoch of the model, and the last one that was begun.
    chosen : bool
        Whether epochs were compared.
    """
    words = METHOD_WORDS[method]
    which = (f"The model is that of epoch {epoch} of {last}, where volume fractions and surface areas came closest."
             if chosen else f"No epochs were compared: the model is the last one, of epoch {epoch}.")
    return f"{words[:1].upper()}{words[1:]} calibration: {REASON_WORDS[reason]} {which}"


def simulated_verdict(best: RankedOrder, fitted: dict[str, ParameterEstimate], outcome: SimulatedOutcome) -> str:
    """Return plain words on how well the model fits, why the run ended, and how the start fitted."""
    start = outcome.start
    change = (f"From the start, the misfit went from {start.misfit:.3g} to {best.misfit:.3g}, surface areas from "
              f"{100 * start.surface_error:.1f} % to {100 * best.surface_error:.1f} % off and mean chords from "
              f"{100 * start.chord_error:.1f} % to {100 * best.chord_error:.1f} %.")
    start_is_closer = outcome.start_error < outcome.error
    closer = " By volume fractions and surface areas the start came closer." if start_is_closer else ""
    return f"{verdict(best, fitted)} {outcome.words}{closer} {change} This method estimates no standard errors."
