"""Calibration by simulation, the published way, as a stepper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from morphstudio.core.calibration.assessment import misfit_of, ranked_order
from morphstudio.core.calibration.inputs import check_same_inputs, fingerprint
from morphstudio.core.calibration.problem import surface_and_chord
from morphstudio.core.calibration.records import CalibrationResult, StepRecord, without_error
from morphstudio.core.calibration.report import curves, data_curves
from morphstudio.core.calibration.simulated.data import Cutouts
from morphstudio.core.calibration.simulated.networks import Networks
from morphstudio.core.calibration.simulated.records import SimulatedOutcome, SimulatedRecord
from morphstudio.core.calibration.simulated.report import end_words, simulated_verdict
from morphstudio.core.calibration.simulated.settings import fitted_names
from morphstudio.core.calibration.simulated.start import phase_order, start_model
from morphstudio.core.calibration.simulated.variables import FreeVariables
from morphstudio.core.calibration.statistics import check_images, image_statistics
from morphstudio.core.twopoint.exact import fractions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.calibration.records import RankedOrder, Stage
    from morphstudio.core.calibration.simulated.networks import Losses
    from morphstudio.core.calibration.simulated.records import StopReason
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage

_MESSAGES: dict[str, str] = {
    "pretrain generator": "Fitting two-point functions first",
    "pretrain discriminator": "Training the discriminator first",
    "generator": "Fitting the model", "discriminator": "Training the discriminator"}
# The final curves are drawn with so many pieces between two lags.
_DRAWN_PARTS = 4


class SimulatedCalibration:
    """Calibrates an excursion-set model to images by Algorithms 1 to 3, step by step.

    One step is one step of the generator or of the discriminator.

    Parameters
    ----------
    images : sequence of PhaseImage
        Sections of one plane and voxel size, or volumes.
    settings : SimulatedSettings

    Raises
    ------
    InputError
        Images or settings that cannot be used.

    Attributes
    ----------
    done : bool
        Whether the run has ended.

    Notes
    -----
    Early stopping: from epoch ``stopping_from`` on, the error at the end of
    each epoch is Σ_i |ε_i − ε_i^data| + Σ_i |S_V,i − S_V,i^data|, in the images'
    length unit. The paper simulates the model for it; here volume fractions are
    exact, and so are the voxel surface areas that images of this voxel size
    would show on average (``core.twopoint.exact``, ``problem.surface_and_chord``):
    the criterion is free of noise. Source: "Excursion sets" paper, Section 2.3.4.
    """

    def __init__(self, images: Sequence[PhaseImage], settings: SimulatedSettings) -> None:
        check_images(images)
        self._images, self._settings = tuple(images), settings
        phases = tuple(p.name for p in images[0].phases)
        self._order = phase_order(settings, phases)
        cutouts = Cutouts(images, self._order, settings)
        self._statistics = image_statistics(images, settings.exact_settings(len(phases)))
        generator = torch.Generator().manual_seed(settings.seed)
        edge = min(cutouts.spacing[axis] for axis in cutouts.axes)
        target = self._statistics.fractions[list(self._order)]
        model = start_model(settings, tuple(phases[k] for k in self._order), edge, target)
        names = fitted_names(settings, len(phases), model.families, layered=model.is_layered)
        self._variables = FreeVariables(model, names, edge, settings.h_max * edge)
        self._networks = Networks(settings, self._variables, cutouts, generator)
        self._steps, self._best_epoch = 0, 0
        self._best_error = self._best_misfit = float("inf")
        self._best_free: NDArray[np.float64] = self._free()
        self._reason: StopReason = ""
        self._has_told = False

    @property
    def done(self) -> bool:
        """Whether the run has ended."""
        return self._reason != ""

    def step(self) -> StepRecord:
        """Take one step of the generator or the discriminator.

        Raises
        ------
        RuntimeError
            The run has ended.
        """
        if self.done:
            raise RuntimeError("the calibration has ended")
        stage, epoch, ends_epoch = self._place(self._steps)
        self._steps += 1
        losses = self._train(stage)
        error = misfit = float("nan")
        better = False
        if not losses.finite:
            self._reason = "diverged"
        elif ends_epoch:
            error, better = self._end_of_epoch(epoch)
            misfit = misfit_of(self._variables.at(self._free()), self._order, self._statistics)
            self._best_misfit = misfit if better else self._best_misfit
        return self._record(stage, misfit, self._told(epoch, losses, error), better=better)

    @property
    def best(self) -> ExcursionSet:
        """The model of the smallest error so far; the present one before the first error."""
        return self._variables.at(self._best_free if self._best_epoch else self._free())

    def result(self) -> CalibrationResult:
        """Return the outcome; only when ``done``."""
        if not self.done:
            raise RuntimeError("the calibration has not ended")
        model, values = self.best, self.best.values()
        ranked, outcome = self._ranked(model), self._outcome(model)
        fitted = {name: without_error(values[name]) for name in self._variables.single_names}
        return CalibrationResult(
            model, (ranked,), fitted, ranked.misfit, data_curves(self._statistics),
            curves(model, self._order, self._statistics, parts=_DRAWN_PARTS), self._statistics.block_length,
            self._statistics.n_blocks, simulated_verdict(ranked, fitted, outcome), outcome)

    def _outcome(self, model: ExcursionSet) -> SimulatedOutcome:
        method, start, term = self._settings.method, self._variables.model, self._networks.exact
        last = self._place(self._steps - 1)[1]
        epoch = self._best_epoch or last
        words = end_words(method, self._reason, epoch, last, chosen=self._best_epoch > 0)
        return SimulatedOutcome(
            method, self._reason, words, epoch, self.error_of(model), self.error_of(start),
            term.squared_misfit(model), term.squared_misfit(start),
            self._ranked(start, refined=self._settings.begin is not None))

    def error_of(self, model: ExcursionSet) -> float:
        """Return the summed absolute error of volume fractions and specific surface areas."""
        order = list(self._order)
        surface, _ = surface_and_chord(model, self._statistics)
        return float(np.abs(fractions(model) - self._statistics.fractions[order]).sum()
                     + np.abs(surface - self._statistics.surface[order]).sum())

    # --- schedule -----------------------------------------------------------

    def _place(self, number: int) -> tuple[Stage, int, bool]:
        """Return the stage and epoch of a step, counted from 0, and whether it ends the epoch."""
        generator, discriminator = _pretraining(self._settings)
        if number < generator:
            return "pretrain generator", 0, False
        if number < generator + discriminator:
            return "pretrain discriminator", 0, False
        per_epoch = _per_epoch(self._settings)
        epoch, within = divmod(number - generator - discriminator, per_epoch)
        stage: Stage = "generator" if within < self._settings.n_steps else "discriminator"
        return stage, epoch + 1, within == per_epoch - 1

    def _train(self, stage: Stage) -> Losses:
        if stage in ("pretrain discriminator", "discriminator"):
            return self._networks.discriminator_step()
        method = self._settings.method
        adversarial = method != "monte-carlo" and stage == "generator"
        return self._networks.generator_step(two_point=method != "adversarial", adversarial=adversarial)

    def _end_of_epoch(self, epoch: int) -> tuple[float, bool]:
        """Return the error and whether :attr:`best` is another one now; say whether the run ends."""
        settings, error, improved = self._settings, float("nan"), not self._best_epoch
        if epoch >= settings.stopping_from:
            error = self.error_of(self._variables.at(self._free()))
            improved = error < self._best_error
            if improved:
                self._best_error, self._best_epoch, self._best_free = error, epoch, self._free()
            elif epoch - max(self._best_epoch, settings.stopping_from - 1) >= settings.patience:
                self._reason = "patience"
        if epoch >= settings.n_epochs and not self._reason:
            self._reason = "epochs"
        return error, improved

    def _free(self) -> NDArray[np.float64]:
        return np.array(self._networks.free.detach().numpy())

    # --- what is told -------------------------------------------------------

    def _record(self, stage: Stage, misfit: float, told: SimulatedRecord, *, better: bool) -> StepRecord:
        first, self._has_told = not self._has_told, True
        # After an interruption nobody may know any more what was best before it.
        best = self.best if better or (first and self._best_epoch) else None
        share = self._steps / n_steps(self._settings)
        return StepRecord(
            self._steps, stage, share, _MESSAGES[stage], self._order, 0, misfit, self._best_misfit,
            self._variables.values(self._free()), data_curves(self._statistics) if first else None,
            None if best is None else curves(best, self._order, self._statistics), best,
            None if best is None else (self._ranked(best),), told)

    def _told(self, epoch: int, losses: Losses, error: float) -> SimulatedRecord:
        return SimulatedRecord(
            epoch, losses.generator_loss, losses.squared_misfit, losses.discriminator_loss, losses.discriminator_error,
            losses.mean_real, losses.mean_generated, error, self._best_error, losses.real_scores,
            losses.generated_scores, losses.skipped, self._reason)

    def _ranked(self, model: ExcursionSet, *, refined: bool = True) -> RankedOrder:
        return ranked_order(model, self._order, self._statistics, self._images[0].phases, refined=refined)

    # --- state --------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return everything the next step depends on: numbers, text, lists and arrays."""
        return {"inputs": fingerprint(self._images, self._settings), "steps": self._steps,
                "best_epoch": self._best_epoch, "best_error": self._best_error, "best_misfit": self._best_misfit,
                "best_free": self._best_free.copy(), "reason": self._reason, "networks": self._networks.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from :meth:`state_dict`: what follows is what would have followed.

        Raises
        ------
        InputError
            The state belongs to other images or settings.
        """
        check_same_inputs(state, self._images, self._settings)
        self._networks.load_state_dict(state["networks"])
        self._steps, self._best_epoch = int(state["steps"]), int(state["best_epoch"])
        self._best_error, self._best_misfit = float(state["best_error"]), float(state["best_misfit"])
        self._reason = state["reason"]
        self._best_free = np.array(state["best_free"], np.float64)


def n_steps(settings: SimulatedSettings) -> int:
    """Return the number of steps of the longest possible run."""
    return sum(_pretraining(settings)) + settings.n_epochs * _per_epoch(settings)


def _pretraining(settings: SimulatedSettings) -> tuple[int, int]:
    combined = settings.method == "combined"
    return (settings.pretraining_generator, settings.pretraining_discriminator) if combined else (0, 0)


def _per_epoch(settings: SimulatedSettings) -> int:
    return settings.n_steps * (1 if settings.method == "monte-carlo" else 2)
