"""Which fitted parameters the images hardly determine, and why; no more than words and records are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.calibration.records import ParameterEstimate
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.parameters import Param

# How the reason of an estimate begins; records that were kept are told apart by them as well.
AT_LIMIT, RIVAL, TRADED = "It ran to the limit", "Another set of values", "Others make up for it"

WeakReason = Literal["long", "fine", "end", "rival", "traded", "flat"]

# In the order of a sentence; they hold for one parameter and for many.
WEAK_WORDS: dict[WeakReason, str] = {
    "long": "correlations longer than the image",
    "fine": "correlations finer than its voxels",
    "end": "at the end of their range",
    "rival": "another value fits as well",
    "traded": "others make up for a change",
    # Of a run that was kept before the two were told apart, it may also be that others make up for it.
    "flat": "left open by the curves",
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
    {"long", "fine", "end", "rival", "traded", "flat"} or None
        An inverse length at its lower or upper limit, another parameter at a limit, a second minimum, curves that
        move with it unless others move as well, or curves that hardly move with it, however the others stand.
    """
    if not estimate.weak:
        return None
    if estimate.reason.startswith(RIVAL):
        return "rival"
    if not estimate.reason.startswith(AT_LIMIT):
        return "traded" if estimate.reason.startswith(TRADED) else "flat"
    if param.unit != "1/um":
        return "end"
    low, high = estimate.interval  # of one at its limit: its whole range
    return "long" if estimate.value**2 < low * high else "fine"


def weak_parameters(model: ExcursionSet, fitted: Mapping[str, ParameterEstimate]) -> dict[WeakReason, list[Param]]:
    """Return the parameters of ``model`` that the images hardly determine, by reason, in the order of its table."""
    found: dict[WeakReason, list[Param]] = {}
    for param in model.table:
        reason = weak_reason(param, fitted[param.name]) if param.name in fitted else None
        if reason is not None:
            found.setdefault(reason, []).append(param)
    return {reason: found[reason] for reason in WEAK_WORDS if reason in found}
