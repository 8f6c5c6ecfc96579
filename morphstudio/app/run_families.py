"""Whether a run that was cut short came to the covariances that it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.core.fields.families import family
from morphstudio.core.models.excursion_set import GAUSSIAN, families_of

if TYPE_CHECKING:
    from morphstudio.app.document import RunEntry


def families_not_reached(run: RunEntry) -> str:
    """Return what the fields were to be of a run whose best model still has Gaussian ones; else nothing.

    Phase orders are told apart with Gaussian fields; where a run ends before
    other ones fit better, its model is not of the kind that its settings name.

    Returns
    -------
    str
        Titles of the families, as ``"Matérn"``; empty for a run that was not cut short.
    """
    if run.result is not None or run.best is None or set(run.best.families) != {GAUSSIAN}:
        return ""
    wanted = families_of(len(run.best.phases), run.settings.parameterisation, run.settings.covariances)
    return ", ".join(family(key).title.partition(" (")[0] for key in dict.fromkeys(wanted) if key != GAUSSIAN)
