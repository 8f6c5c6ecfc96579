"""The steps of a calibration that are kept with it, so that its curves can be shown again."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.app.document import Reached
from morphstudio.core.calibration.records import StepRecord
from morphstudio.core.calibration.simulated.records import SimulatedRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MAX_STEPS = 2000  # a curve on a screen has no more points; with 20 parameters they take less than 0.4 MB
# The numbers of training that are kept.
TRAINED = ("epoch", "generator_loss", "squared_misfit", "discriminator_loss", "discriminator_error", "mean_real",
           "mean_generated", "error", "best_error")


@dataclass(frozen=True, eq=False)
class RunHistory:
    """Misfit and parameters over the steps of one calibration, at most :data:`MAX_STEPS` of them.

    Parameters
    ----------
    steps : ndarray of int64, shape (S,)
        Number of each step, ascending.
    misfits, best_misfits : ndarray of float64, shape (S,)
        Misfit of each step, and that of the best model up to it; NaN where a step had none.
    values : dict of str to ndarray of float64, shape (S,)
        Each parameter; NaN where a step did not fit it.
    training : dict of str to ndarray of float64, shape (S,)
        Of a calibration by simulation, the numbers of each ``SimulatedRecord``
        by name, or the latest before it; NaN before it began.
    """

    steps: NDArray[np.int64]
    misfits: NDArray[np.float64]
    best_misfits: NDArray[np.float64]
    values: dict[str, NDArray[np.float64]]
    training: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def records(self) -> Iterator[StepRecord]:
        """Return the steps as they were reported, as far as they were kept."""
        for at, step in enumerate(self.steps.tolist()):
            values = {name: float(kept[at]) for name, kept in self.values.items() if not math.isnan(kept[at])}
            trained: dict[str, Any] = {name: float(kept[at]) for name, kept in self.training.items()}
            simulated = None
            if not math.isnan(trained.get("epoch", math.nan)):
                simulated = SimulatedRecord(int(trained.pop("epoch")), **trained)
            yield StepRecord(step, "refine", 1.0, "", misfit=float(self.misfits[at]),
                             best_misfit=float(self.best_misfits[at]), values=values, simulated=simulated)


class HistoryKeeper:
    """Collects the steps of a running calibration; of a long one, evenly spaced ones and the latest.

    Parameters
    ----------
    begun : RunHistory, optional
        What is known of the steps before, where the calibration goes on.
    """

    def __init__(self, begun: RunHistory | None = None) -> None:
        self._records: list[StepRecord] = list(begun.records()) if begun is not None else []
        is_thinned = len(self._records) > MAX_STEPS // 2
        self._every = self._records[1].step - self._records[0].step if is_thinned else 1

    def note(self, record: StepRecord) -> None:
        """Keep what the curves show of a step."""
        # Steps that are taken once more after an interruption replace the ones that were lost.
        while self._records and self._records[-1].step >= record.step:
            self._records.pop()
        kept = _filled(record, self._records[-1] if self._records else None)
        if self._records and (self._records[-1].step - 1) % self._every:
            self._records.pop()  # it was the latest
        self._records.append(kept)
        while len(self._records) > MAX_STEPS:
            self._every *= 2
            self._records = [r for r in self._records if r is kept or (r.step - 1) % self._every == 0]

    def history(self) -> RunHistory | None:
        """Return the steps so far; ``None`` where there are none."""
        records = self._records
        if not records:
            return None
        names: dict[str, float] = {}
        for record in records:
            names.update(record.values)
        trained = [r.simulated for r in records]
        return RunHistory(
            np.array([r.step for r in records], np.int64), np.array([r.misfit for r in records]),
            np.array([r.best_misfit for r in records]),
            {name: np.array([r.values.get(name, math.nan) for r in records]) for name in names},
            {name: np.array([math.nan if one is None else getattr(one, name) for one in trained], float)
             for name in TRAINED} if any(trained) else {})


def _filled(record: StepRecord, before: StepRecord | None) -> StepRecord:
    """Return what the curves show of a step; what training does not tell at each step, as it was told before."""
    simulated, misfit, best = record.simulated, record.misfit, record.best_misfit
    if simulated is not None:
        trained = None if before is None else before.simulated
        numbers: dict[str, Any] = {name: _latest(getattr(simulated, name), getattr(trained, name, math.nan))
                                   for name in TRAINED[1:]}
        simulated = SimulatedRecord(simulated.epoch, **numbers)
        if before is not None and trained is not None:
            misfit, best = _latest(misfit, before.misfit), _latest(best, before.best_misfit)
    return StepRecord(record.step, record.stage, record.share, "", misfit=misfit, best_misfit=best,
                      values=record.values, simulated=simulated)


def _latest(now: float, before: float) -> float:
    return before if math.isnan(now) else now


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
