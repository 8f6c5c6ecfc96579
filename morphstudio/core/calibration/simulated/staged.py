"""Calibration by simulation from an exact calibration on, as one stepper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.inputs import check_same_inputs, fingerprint
from morphstudio.core.calibration.records import RankedOrder, StepRecord
from morphstudio.core.calibration.simulated.data import Cutouts
from morphstudio.core.calibration.simulated.settings import fitted_names
from morphstudio.core.calibration.simulated.start import phase_order
from morphstudio.core.calibration.simulated.stepper import SimulatedCalibration, n_steps
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set, families_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.phases import PhaseImage

# An exact calibration takes about as long as so many steps of the quick preset.
_EXACT_STEPS = 100


class StagedCalibration:
    """Finds the phase order, or the model to start from, exactly; then goes on by simulation.

    Parameters
    ----------
    images : sequence of PhaseImage
    settings : SimulatedSettings
        ``exact_first`` says what the exact calibration is for; where an order
        or a model is given and nothing is left to find, there is none.

    Raises
    ------
    InputError
        Images or settings that cannot be used, by either part.

    Attributes
    ----------
    done : bool
        Whether :meth:`result` is ready.
    """

    def __init__(self, images: Sequence[PhaseImage], settings: SimulatedSettings) -> None:
        self._images, self._settings = tuple(images), settings
        self._exact: ExactCalibration | None = None
        self._simulated: SimulatedCalibration | None = None
        self._found: ExcursionSet | None = None
        self._others: tuple[RankedOrder, ...] = ()
        self._steps = 0
        n_phases = len(images[0].phases) if images else 0
        if settings.begins_exactly:
            self._exact = ExactCalibration(images, settings.exact_settings(n_phases))
            # What the second part cannot use is told now.
            Cutouts(images, phase_order(settings, tuple(p.name for p in images[0].phases)), settings)
            fitted_names(settings, n_phases,
                         families_of(n_phases, settings.parameterisation, settings.covariances))
            self._exact_share = _EXACT_STEPS / (_EXACT_STEPS + n_steps(settings))
        else:
            self._simulated = SimulatedCalibration(images, settings)
            self._exact_share = 0.0

    @property
    def done(self) -> bool:
        """Whether :meth:`result` is ready."""
        return self._simulated is not None and self._simulated.done

    def step(self) -> StepRecord:
        """Take one step of the part at work."""
        self._steps += 1
        if self._exact is not None:
            record = self._exact.step()
            if self._exact.done:
                best, *others = self._exact.result().ranking
                # As it comes back from a state, so that both go on with the same settings to the letter.
                self._found = _model_from(_model_state(best.model))
                self._others, self._exact = tuple(others), None
            return replace(record, share=self._exact_share * record.share)
        if self._simulated is None:
            self._simulated = SimulatedCalibration(self._images, self._second_settings())
            return StepRecord(self._steps, "statistics", self._exact_share, "Measuring sections")
        record = self._simulated.step()
        ranking = None if record.ranking is None else (*record.ranking, *self._others)
        return replace(record, step=self._steps, ranking=ranking,
                       share=self._exact_share + (1 - self._exact_share) * record.share)

    def result(self) -> CalibrationResult:
        """Return the outcome; only when ``done``. Other orders are ranked as the exact part left them."""
        if self._simulated is None:
            raise RuntimeError("the calibration has not ended")
        result = self._simulated.result()
        return replace(result, ranking=(*result.ranking, *self._others))

    def _second_settings(self) -> SimulatedSettings:
        """Return the settings of the second part."""
        if self._found is None:
            return self._settings
        if self._settings.exact_first == "fit":
            return replace(self._settings, begin=self._found)
        phases = [phase.name for phase in self._images[0].phases]
        return replace(self._settings, order=tuple(phases.index(name) for name in self._found.phases))

    # --- state --------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return everything the next step depends on: numbers, text, lists and arrays."""
        return {
            "inputs": fingerprint(self._images, self._settings), "steps": self._steps,
            "exact": None if self._exact is None else self._exact.state_dict(),
            "found": None if self._found is None else _model_state(self._found),
            "others": [_ranked_state(ranked) for ranked in self._others],
            "simulated": None if self._simulated is None else self._simulated.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from :meth:`state_dict`: what follows is what would have followed.

        Raises
        ------
        InputError
            The state belongs to other images or settings.
        """
        check_same_inputs(state, self._images, self._settings)
        self._steps = int(state["steps"])
        self._found = None if state["found"] is None else _model_from(state["found"])
        self._others = tuple(_ranked_from(one) for one in state["others"])
        if state["exact"] is not None and self._exact is not None:
            self._exact.load_state_dict(state["exact"])
            return
        self._exact = None
        if state["simulated"] is not None:
            self._simulated = self._simulated or SimulatedCalibration(self._images, self._second_settings())
            self._simulated.load_state_dict(state["simulated"])


def _model_state(model: ExcursionSet) -> dict[str, Any]:
    return {"phases": list(model.phases), "families": list(model.families), "values": model.values()}


def _model_from(state: Mapping[str, Any]) -> ExcursionSet:
    return excursion_set(tuple(state["phases"]), dict(state["values"]), tuple(state["families"]))


def _ranked_state(ranked: RankedOrder) -> dict[str, Any]:
    return {"order": list(ranked.order), "misfit": ranked.misfit, "surface_error": ranked.surface_error,
            "chord_error": ranked.chord_error, "refined": ranked.refined, "model": _model_state(ranked.model),
            "largest_error": ranked.largest_error, "largest_of": ranked.largest_of}


def _ranked_from(state: Mapping[str, Any]) -> RankedOrder:
    model = _model_from(state["model"])
    return RankedOrder(tuple(int(k) for k in state["order"]), model.phases, float(state["misfit"]),
                       float(state["surface_error"]), float(state["chord_error"]), bool(state["refined"]), model,
                       float(state["largest_error"]), str(state["largest_of"]))
