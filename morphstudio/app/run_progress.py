"""How far a calibration had come, as its checkpoint keeps it: its curves can be shown before it goes on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from morphstudio.app.document import Reached
from morphstudio.app.places import run_checkpoint
from morphstudio.app.record_codec import decode, encode
from morphstudio.app.run_history import RunHistory
from morphstudio.core.calibration.records import RankedOrder, TwoPointCurves
from morphstudio.core.errors import InputError
from morphstudio.core.fields.covariance import Covariance
from morphstudio.core.models.excursion_set import CommonParameters, ExcursionSet, FieldParameters

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)
_KINDS: dict[str, type] = {kind.__name__: kind for kind in (
    Reached, RankedOrder, TwoPointCurves, ExcursionSet, FieldParameters, CommonParameters, Covariance)}


@dataclass(frozen=True, eq=False, slots=True)
class RunProgress:
    """What was known of a calibration at its last checkpoint.

    Parameters
    ----------
    share : float
        Share of the whole that was done, 0 … 1.
    history : RunHistory
        Its steps.
    reached : Reached or None
        Its best model and what goes with it; ``None`` before the first fit.
    """

    share: float
    history: RunHistory
    reached: Reached | None = None

    def state(self) -> dict[str, Any]:
        """Return it as plain data and arrays."""
        steps = self.history
        return {"history": {"share": self.share, "steps": steps.steps, "misfits": steps.misfits,
                            "best_misfits": steps.best_misfits, "values": steps.values, "training": steps.training},
                "reached": encode(self.reached)}


def progress_in(state: Mapping[str, Any]) -> RunProgress | None:
    """Return what :meth:`RunProgress.state` put into the state of a calibration; ``None`` where there is nothing.

    Raises
    ------
    InputError
        A model or curves of another version.
    """
    kept = state.get("history")
    if kept is None:
        return None
    history = RunHistory(kept["steps"], kept["misfits"], kept["best_misfits"], dict(kept["values"]),
                         dict(kept.get("training", {})))
    return RunProgress(float(kept["share"]), history, decode(state.get("reached"), _KINDS))


def progress_of(run_id: str) -> RunProgress | None:
    """Return how far a calibration had come by its checkpoint on disk; ``None`` where none can be read."""
    from morphstudio.io.checkpoint import load_state

    path = run_checkpoint(run_id)
    if not path.exists():
        return None
    try:
        return progress_in(load_state(path)["state"])
    except (InputError, KeyError, TypeError) as error:
        log.warning("How far %s had come is not known: %s", run_id, error)
        return None
