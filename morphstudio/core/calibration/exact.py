"""Exact calibration: two-point functions of the model against those of images.

Every phase order is tried from several starts (triage), the best are refined
to convergence and ranked, and the winner gets standard errors. One call of
:meth:`ExactCalibration.step` is one iteration of one fit; stop, pause, save and
resume between any two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.calibration.candidates import (
    Candidate,
    Kind,
    candidates,
    enriched,
    neighbours,
    target_families,
    widened,
)
from morphstudio.core.calibration.inputs import check_same_inputs, fingerprint
from morphstudio.core.calibration.levenberg import LevenbergMarquardt
from morphstudio.core.calibration.problem import surface_and_chord
from morphstudio.core.calibration.progress import Progress
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, RankedOrder, StepRecord
from morphstudio.core.calibration.report import curves, data_curves, verdict
from morphstudio.core.calibration.statistics import PairStatistics, check_images, image_statistics
from morphstudio.core.calibration.uncertainty import estimates, joint_covariance, with_rival
from morphstudio.core.descriptors.values import phase_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.calibration.records import ParameterCovariance, ParameterEstimate, Stage, TwoPointCurves
    from morphstudio.core.phases import PhaseImage

# Iterations of the two rounds of the triage; between them half the starts of
# each structure go.
_FIRST_ROUND, _SECOND_ROUND, _LONGEST_REFINEMENT = 3, 9, 60
# The same for other covariances than the Gaussian: of the starts of each order, so many go on.
_FIRST_ENRICHMENT, _LONGEST_ENRICHMENT, _RICH_FINALISTS = 15, 100, 2
# Orders that go on with covariances other than the Gaussian.
_ENRICHED_ORDERS = 2
# An order this much worse than the best after the triage is not refined.
_HOPELESS = 8.0
# Starts of one order and structure that are refined where several orders are.
_REFINED_STARTS = 2
# Neighbours of winners that are tried in all.
_MOST_HOPS = 16
# A round of neighbours must have lowered the misfit by this factor for another.
_WORTH_HOPPING = 0.999
# Minima whose misfits differ by less than this share are not told apart.
_TOLD_APART = 0.1
# Fits of one structure within this factor are equally good.
_EQUAL = 1.02
# Correlated fields, or a layer, must lower the misfit by this factor to be kept.
_WORTH_MORE = 0.9
# Of an order, a structure this much worse than the best one after the triage is not refined.
_OUTDONE = 2.5
# What the calibration fits besides the curves, as it is called in a verdict.
_QUANTITIES = ("surface area", "mean chord")
# The final curves are drawn with so many pieces between two lags.
_DRAWN_PARTS = 4


class ExactCalibration:
    """Calibrates an excursion-set model to images, step by step.

    Parameters
    ----------
    images : sequence of PhaseImage
        Sections or volumes with the same phases and length unit.
    settings : ExactSettings

    Raises
    ------
    InputError
        Images or settings that cannot be used.

    Attributes
    ----------
    done : bool
        Whether :meth:`result` is ready.
    """

    def __init__(self, images: Sequence[PhaseImage], settings: ExactSettings) -> None:
        check_images(images)
        self._images, self._settings = tuple(images), settings
        self._phases = tuple(p.name for p in images[0].phases)
        self._statistics: PairStatistics | None = None
        self._all: list[Candidate] = []
        self._stage: Stage = "statistics"
        self._queue: list[int] = []
        self._second_round = False
        self._refined: list[int] = []
        self._parents: list[int] = []
        self._bases: list[int] = []
        self._hopped_from = float("inf")
        self._steps = 0
        self._best = -1
        self._best_misfit = float("inf")
        self._shown_data = False
        self._progress = Progress(bool(target_families(settings, len(self._phases))))
        self._settled = -1
        self._estimates: dict[str, ParameterEstimate] = {}
        self._covariance: ParameterCovariance | None = None
        self.done = False

    def step(self) -> StepRecord:
        """Take one step.

        Raises
        ------
        InputError
            Images too small for their structure (first step only).
        """
        self._steps += 1
        if self._statistics is None:
            return self._measure()
        if self._stage == "triage":
            tried = "phase orders" if self._settings.order is None else "starts"
            return self._iterate(f"Trying {tried}", _SECOND_ROUND if self._second_round else _FIRST_ROUND)
        if self._stage == "refine":
            return self._iterate("Refining the best", _LONGEST_REFINEMENT)
        if self._stage == "enrich":
            most = _LONGEST_ENRICHMENT if self._second_round else _FIRST_ENRICHMENT
            return self._iterate("Fitting covariances", most)
        return self._finish()

    def result(self) -> CalibrationResult:
        """Return the outcome; only when ``done``."""
        if not self.done or self._statistics is None:
            raise RuntimeError("the calibration has not finished")
        winner = self._all[self._winner()]
        model = winner.problem.model(winner.fit.x)
        ranking = self._ranking()
        return CalibrationResult(
            model, ranking, self._estimates, winner.misfit, data_curves(self._statistics),
            curves(model, winner.order, self._statistics, parts=_DRAWN_PARTS), self._statistics.block_length,
            self._statistics.n_blocks, verdict(ranking[0], self._estimates),
            covariance=self._covariance)

    # --- stages -------------------------------------------------------------

    def _measure(self) -> StepRecord:
        self._statistics = image_statistics(self._images, self._settings)
        self._all = candidates(self._statistics, self._phases, self._settings)
        self._stage, self._queue = "triage", list(range(len(self._all)))
        return self._record("Measuring the images", None)

    def _iterate(self, message: str, most: int) -> StepRecord:
        candidate = self._all[self._queue[0]]
        candidate.fit.step(candidate.problem.residuals)
        improved = candidate.misfit < self._best_misfit
        if improved:
            self._best, self._best_misfit = self._queue[0], candidate.misfit
        ended = False
        if candidate.fit.done or candidate.fit.iterations >= most:
            self._queue.pop(0)
            ended = not self._queue
        record = self._record(message, candidate, improved=improved, ranked=ended or improved)
        if ended:
            self._next_stage()
        return record

    def _next_stage(self) -> None:
        if self._stage == "triage" and not self._second_round:
            self._second_round = True
            self._queue = [k for group in self._groups().values() for k in group[: self._kept(len(group))]
                           if not self._all[k].fit.done]
            if self._queue:
                return
        if self._stage == "triage":
            self._stage = "refine"
            self._refined = self._promising()
            self._queue = [k for k in self._refined if not self._all[k].fit.done]
            if self._queue:
                return
        if self._stage == "refine" and self._hop():
            return
        if self._stage == "refine" and target_families(self._settings, len(self._phases)):
            self._stage, self._bases, self._second_round = "enrich", self._enrichable(), False
            self._enrich()
            return
        if self._stage == "enrich" and not self._second_round:
            self._second_round = True
            self._queue = [k for (_, rich, _), group in self._groups().items() if rich
                           for k in group[:_RICH_FINALISTS] if not self._all[k].fit.done]
            if self._queue:
                return
        self._stage = "uncertainty"

    def _enrichable(self) -> list[int]:
        """Return the fits that go on with other covariances: of the best orders the better with or without γ."""
        leaders = sorted({order: min((group[0] for (other, _, _), group in self._groups().items() if other == order),
                                     key=lambda k: self._all[k].misfit)
                          for order, _, _ in self._groups()}.values(), key=lambda k: self._all[k].misfit)
        best = self._all[leaders[0]].misfit
        return [k for k in leaders[:_ENRICHED_ORDERS] if self._all[k].misfit <= _HOPELESS * best]

    def _enrich(self) -> None:
        """Queue starts of the wanted families at the fits in ``bases``."""
        for base in self._bases:
            found = enriched(self._all[base], self._settings)
            self._queue += range(len(self._all), len(self._all) + len(found))
            self._all += found
        self._refined += self._queue

    def _hop(self) -> bool:
        """Queue the winner's neighbours, unless the last round of them brought nothing; return whether any."""
        winner = self._winner()
        misfit = self._all[winner].misfit
        if misfit > _WORTH_HOPPING * self._hopped_from or len(self._parents) >= _MOST_HOPS:
            return False
        first, self._hopped_from = not self._parents, misfit
        found = [Candidate(self._all[winner].problem, self._all[winner].start, fit)
                 for fit in neighbours(self._all[winner])]
        parents = [winner] * len(found)
        wider = self._groups().get((self._all[winner].order, False, "correlated"), [])
        if first and wider and self._all[winner].kind == "plain":
            found.append(widened(self._all[winner], self._all[wider[0]].problem))
            parents.append(wider[0])
        self._queue = list(range(len(self._all), len(self._all) + len(found)))
        self._parents += parents
        self._refined += self._queue
        self._all += found
        return bool(found)

    def _kept(self, starts: int) -> int:
        """Return how many starts of a structure pass the first round: half of them where orders compete."""
        return starts if self._settings.order is not None else (starts + 1) // 2

    def _promising(self) -> list[int]:
        """Return what to refine: of the best orders, the starts that may yet turn out best.

        Minima that swap a field's coarse and fine part lie close; only
        convergence tells them apart.
        """
        leaders = sorted((group[0] for group in self._groups().values()), key=lambda k: self._all[k].misfit)
        limit = _HOPELESS * self._all[leaders[0]].misfit
        near = [k for k in leaders if self._all[k].misfit <= limit]
        orders = list(dict.fromkeys(self._all[k].order for k in near))[: self._settings.refined]
        most = self._settings.starts if len(orders) == 1 else _REFINED_STARTS
        best = {order: min(self._all[group[0]].misfit for (other, _, _), group in self._groups().items()
                           if other == order) for order in orders}
        return [k for (order, _, _), group in self._groups().items() if order in orders
                for k in group[:most] if self._all[k].misfit <= min(limit, _OUTDONE * best[order])]

    def _finish(self) -> StepRecord:
        self._settled = self._settle(self._winner())
        winner = self._all[self._settled]
        assert winner.fit.jacobian is not None
        self._estimates = estimates(winner.problem, winner.fit.x, winner.fit.jacobian)
        self._covariance = joint_covariance(winner.problem, winner.fit.x, winner.fit.jacobian)
        for rival in self._rivals(winner):
            assert rival.fit.jacobian is not None
            other = estimates(rival.problem, rival.fit.x, rival.fit.jacobian)
            self._estimates = with_rival(self._estimates, other, (winner.misfit, rival.misfit))
        self.done = True
        return self._record("Standard errors", winner, improved=True, ranked=True)

    def _rivals(self, winner: Candidate) -> list[Candidate]:
        """Return converged fits of the same order and structure that the data hardly tell from the winner."""
        limit = (1 + _TOLD_APART) * winner.misfit
        return [c for c in self._all if c is not winner and c.problem.names == winner.problem.names
                and c.order == winner.order and c.fit.done and c.misfit <= limit]

    # --- bookkeeping --------------------------------------------------------

    def _groups(self) -> dict[tuple[tuple[int, ...], bool, Kind], list[int]]:
        """Return candidates by order, whether they are rich and their kind, best first."""
        groups: dict[tuple[tuple[int, ...], bool, Kind], list[int]] = {}
        for k, candidate in enumerate(self._all):
            groups.setdefault((candidate.order, candidate.is_rich, candidate.kind), []).append(k)
        return {key: sorted(group, key=lambda k: self._all[k].misfit) for key, group in groups.items()}

    def _preferred(self) -> dict[tuple[int, ...], int]:
        """Return the candidate for each order: plain unless more pays, of the wanted families if any is."""
        out: dict[tuple[int, ...], int] = {}
        for (order, rich, _), group in self._groups().items():
            best = group[0]
            if not np.isfinite(self._all[best].misfit):
                continue
            known = self._all[out[order]].kind if order in out else ""
            worth = 1.0 if rich or known != "plain" else _WORTH_MORE
            if order not in out or self._all[best].misfit < worth * self._all[out[order]].misfit or (
                    rich and not self._all[out[order]].is_rich):
                out[order] = best
        if self._settled >= 0:
            out[self._all[self._settled].order] = self._settled
        return out

    def _settle(self, winner: int) -> int:
        """Return the one of equally good fits whose surface and chord come closest."""
        best = self._all[winner]
        equal = [k for k, c in enumerate(self._all) if c.problem is best.problem
                 and c.fit.done and c.misfit <= _EQUAL * best.misfit]

        def gap(index: int) -> float:
            ranked = self._ranked(index)
            return ranked.surface_error + ranked.chord_error

        return min([winner, *equal], key=gap)

    def _winner(self) -> int:
        if self._settled >= 0:
            return self._settled
        found = list(self._preferred().values())
        rich = [k for k in found if self._all[k].is_rich]
        return min(rich or found, key=lambda k: self._all[k].misfit)

    def _ranking(self) -> tuple[RankedOrder, ...]:
        assert self._statistics is not None
        ranked = [self._ranked(k) for k in self._preferred().values() if np.isfinite(self._all[k].misfit)]
        return tuple(sorted(ranked, key=lambda r: r.misfit))

    def _ranked(self, index: int) -> RankedOrder:
        assert self._statistics is not None
        candidate = self._all[index]
        model = candidate.problem.model(candidate.fit.x)
        surface, chord = surface_and_chord(model, self._statistics)
        order = list(candidate.order)
        surface_off = np.abs(surface / self._statistics.surface[order] - 1)
        chord_off = np.abs(chord / self._statistics.chord[order] - 1)
        off = np.concatenate([surface_off, chord_off])
        largest = int(np.nanargmax(off))
        phases = [self._images[0].phases[k] for k in order]
        named = [f"{quantity} of {phase_words(p.name, p.label)}" for quantity in _QUANTITIES for p in phases]
        return RankedOrder(
            candidate.order, model.phases, candidate.misfit, float(surface_off.mean()), float(chord_off.mean()),
            index in self._refined, model, float(off[largest]), named[largest])

    def _share(self) -> float:
        if self.done:
            return 1.0
        of = {"triage": len(self._all), "refine": len(self._refined),
              "enrich": len(self._bases) * (_RICH_FINALISTS if self._second_round else self._settings.starts)}
        return self._progress.share(self._stage, len(self._queue), of.get(self._stage, 0), second=self._second_round)

    def _record(self, message: str, candidate: Candidate | None, *, improved: bool = False,
                ranked: bool = False) -> StepRecord:
        assert self._statistics is not None
        data: tuple[TwoPointCurves, ...] | None = None
        if not self._shown_data:
            data, self._shown_data = data_curves(self._statistics), True
        if candidate is None:
            return StepRecord(self._steps, self._stage, self._share(), message, data=data)
        model = candidate.problem.model(candidate.fit.x)
        return StepRecord(
            self._steps, self._stage, self._share(), message, candidate.order, candidate.start, candidate.misfit,
            self._best_misfit, model.values(), data,
            curves(model, candidate.order, self._statistics) if improved else None,
            model if improved else None, self._ranking() if ranked else None)

    # --- state --------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return everything the next step depends on: numbers, strings, lists, arrays."""
        return {
            "inputs": fingerprint(self._images, self._settings), "stage": self._stage, "queue": list(self._queue),
            "second_round": self._second_round, "refined": list(self._refined), "parents": list(self._parents),
            "steps": self._steps, "best": self._best, "best_misfit": self._best_misfit,
            "hopped_from": self._hopped_from, "bases": list(self._bases),
            "fits": [c.fit.state_dict() for c in self._all]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from :meth:`state_dict`.

        Raises
        ------
        InputError
            The state belongs to other images or settings.
        """
        check_same_inputs(state, self._images, self._settings)
        if not state["fits"]:
            return
        self._statistics = image_statistics(self._images, self._settings)
        self._all = candidates(self._statistics, self._phases, self._settings)
        self._parents, self._hopped_from = [int(k) for k in state["parents"]], float(state["hopped_from"])
        for parent in self._parents:
            known = self._all[parent]
            self._all.append(Candidate(known.problem, known.start, known.fit))
        self._bases = [int(k) for k in state["bases"]]
        for candidate, fit in zip(self._all, state["fits"], strict=False):
            candidate.fit = LevenbergMarquardt.from_state(fit)
        self._enrich()  # starts from the fits that have just come back
        for candidate, fit in zip(self._all, state["fits"], strict=True):
            candidate.fit = LevenbergMarquardt.from_state(fit)
        self._stage, self._second_round = state["stage"], bool(state["second_round"])
        self._queue, self._refined = [int(k) for k in state["queue"]], [int(k) for k in state["refined"]]
        self._steps, self._best = int(state["steps"]), int(state["best"])
        self._best_misfit = float(state["best_misfit"])
