"""Settings of a calibration that starts from the model of an earlier one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.models.excursion_set import families_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.calibration.records import ExactSettings
    from morphstudio.core.models.excursion_set import ExcursionSet

OTHER_FAMILIES = "The best model so far has other covariances than those chosen: the run starts anew"
OTHER_ORDER = "The best model so far cuts the phases in another order than the one chosen: the run starts anew"


def begun_from(settings: ExactSettings | SimulatedSettings, model: ExcursionSet, phases: Sequence[str],
               ) -> tuple[ExactSettings | SimulatedSettings, str]:
    """Return settings that start from a model, and why they do not where they cannot.

    The exact method tries it beside its own starts. Methods by simulation
    start from it alone: it must have the covariances and the order that are
    asked for.

    Parameters
    ----------
    settings : ExactSettings or SimulatedSettings
    model : ExcursionSet
    phases : sequence of str
        Names of the images' phases.
    """
    if not isinstance(settings, SimulatedSettings):
        return replace(settings, begin=model), ""
    if families_of(len(phases), settings.parameterisation, settings.covariances) != model.families:
        return settings, OTHER_FAMILIES
    if settings.order is not None and tuple(phases[k] for k in settings.order) != model.phases:
        return settings, OTHER_ORDER
    return replace(settings, begin=model, order=None), ""
