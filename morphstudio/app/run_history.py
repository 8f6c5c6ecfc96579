"""The steps of a calibration that are kept with it, so that its curves can be shown again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.app.document import Reached
from morphstudio.core.calibration.records import StepRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MAX_STEPS = 2000  # a curve on a screen has no more points; with 20 parameters they take less than 0.4 MB


@dataclass(frozen=True, eq=False)
class RunHistory:
    """Misfit and parameters over the steps of one calibration, at most :data:`MAX_STEPS` of them.

    Parameters
    ----------
    steps : ndarray of int64, shape (S,)
        Number of each step, ascending.
    misfits, best_misfits : ndarray of float64, shape (S,)
        Misfit of each step and the lowest up to it; NaN where a step had none.
    values : dict of str to ndarray of float64, shape (S,)
        Each parameter; NaN where a step did not fit it.
    """

    steps: NDArray[np.int64]
    misfits: NDArray[np.float64]
    best_misfits: NDArray[np.float64]
    values: dict[str, NDArray[np.float64]]

    def records(self) -> Iterator[StepRecord]:
        """Return the steps as they were reported, as far as they were kept."""
        for at, step in enumerate(self.steps.tolist()):
            values = {name: float(kept[at]) for name, kept in self.values.items() if not math.isnan(kept[at])}
            yield StepRecord(step, "refine", 1.0, "", misfit=float(self.misfits[at]),
                             best_misfit=float(self.best_misfits[at]), values=values)


class HistoryKeeper:
    """Collects the steps of a running calibration.

    Parameters
    ----------
    begun : RunHistory, optional
        What is known of the steps before, where the calibration goes on.
    """

    def __init__(self, begun: RunHistory | None = None) -> None:
        self._records: list[StepRecord] = list(begun.records()) if begun is not None else []

    def note(self, record: StepRecord) -> None:
        """Keep what the curves show of a step."""
        # Steps that are taken once more after an interruption replace the ones that were lost.
        while self._records and self._records[-1].step >= record.step:
            self._records.pop()
        self._records.append(StepRecord(record.step, record.stage, record.share, "", misfit=record.misfit,
                                        best_misfit=record.best_misfit, values=record.values))

    def history(self) -> RunHistory | None:
        """Return the steps so far; ``None`` where there are none."""
        records = _thinned(self._records)
        if not records:
            return None
        names: dict[str, float] = {}
        for record in records:
            names.update(record.values)
        return RunHistory(
            np.array([r.step for r in records], np.int64), np.array([r.misfit for r in records]),
            np.array([r.best_misfit for r in records]),
            {name: np.array([r.values.get(name, math.nan) for r in records]) for name in names})


class ReachKeeper:
    """Collects how far a running calibration has come: each step tells only what has changed.

    Parameters
    ----------
    begun : Reached, optional
        How far it had come before, where the calibration goes on.
    """

    def __init__(self, begun: Reached | None = None) -> None:
        self._latest: dict[str, Any] = {} if begun is None else {
            "best": begun.model, "data": begun.data, "model": begun.curves, "ranking": begun.ranking}

    def note(self, record: StepRecord) -> None:
        """Keep the best model of a step and what goes with it."""
        for name in ("best", "data", "model", "ranking"):
            if getattr(record, name) is not None:
                self._latest[name] = getattr(record, name)

    def reached(self) -> Reached | None:
        """Return how far it has come; ``None`` before there is a model."""
        best, *others = (self._latest.get(name) for name in ("best", "data", "model", "ranking"))
        return None if best is None else Reached(best, *(other or () for other in others))


def _thinned(records: list[StepRecord]) -> list[StepRecord]:
    """Return at most :data:`MAX_STEPS` of the records, evenly chosen, the first and the last among them."""
    if len(records) <= MAX_STEPS:
        return records
    chosen = np.linspace(0, len(records) - 1, MAX_STEPS).round().astype(int)
    return [records[at] for at in chosen]
