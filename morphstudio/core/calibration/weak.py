"""Which fitted parameters the images hardly determine, and why; no more than words and records are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.calibration.records import ParameterEstimate
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.parameters import Param

# How the reason of an estimate begins; records that were kept are told apart by them as well.
AT_LIMIT, RIVAL = "It ran to the limit", "Another set of values"

WeakReason = Literal["long", "fine", "end", "rival", "flat"]

# In the order of a sentence; they hold for one parameter and for many.
WEAK_WORDS: dict[WeakReason, str] = {
    "long": "correlations longer than the image",
    "fine": "correlations finer than its voxels",
    "end": "at the end of their range",
    "rival": "another value fits as well",
    "flat": "effect within the image's scatter",
}


def weak_reason(param: Param, estimate: ParameterEstimate) -> WeakReason | None:
    """Return why the images hardly determine a parameter; ``None`` where they do.

    Parameters
    ----------
    param : Param
        Its line of the table.
    estimate : ParameterEstimate

    Returns
    -------
    {"long", "fine", "end", "rival", "flat"} or None
        An inverse length at its lower or upper limit, another parameter at a limit, a second minimum,
        or curves that hardly move with it, be it that other parameters make up for it.
    """
    if not estimate.weak:
        return None
    if estimate.reason.startswith(RIVAL):
        return "rival"
    if not estimate.reason.startswith(AT_LIMIT):
        return "flat"
    if param.unit != "1/um":
        return "end"
    low, high = estimate.interval  # of one at its limit: its whole range
    return "long" if estimate.value**2 < low * high else "fine"


def weak_notes(model: ExcursionSet, fitted: Mapping[str, ParameterEstimate]) -> dict[str, str]:
    """Return a note on each parameter of ``model`` that the images hardly determine, by name."""
    return {param.name: f"hardly determined: {WEAK_WORDS[reason]}"
            for reason, params in weak_parameters(model, fitted).items() for param in params}


def weak_parameters(model: ExcursionSet, fitted: Mapping[str, ParameterEstimate]) -> dict[WeakReason, list[Param]]:
    """Return the parameters of ``model`` that the images hardly determine, by reason, in the order of its table."""
    found: dict[WeakReason, list[Param]] = {}
    for param in model.table:
        reason = weak_reason(param, fitted[param.name]) if param.name in fitted else None
        if reason is not None:
            found.setdefault(reason, []).append(param)
    return {reason: found[reason] for reason in WEAK_WORDS if reason in found}
