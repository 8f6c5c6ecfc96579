"""Calibration by simulation, the published way, as a stepper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from morphstudio.core.calibration.inputs import check_same_inputs, fingerprint
from morphstudio.core.calibration.problem import surface_and_chord
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.calibration.simulated.data import Cutouts
from morphstudio.core.calibration.simulated.networks import Networks
from morphstudio.core.calibration.simulated.records import REASON_WORDS, SimulatedRecord, SimulatedResult
from morphstudio.core.calibration.simulated.settings import fitted_names
from morphstudio.core.calibration.simulated.start import phase_order, start_model
from morphstudio.core.calibration.simulated.variables import FreeVariables
from morphstudio.core.calibration.statistics import check_images, image_statistics
from morphstudio.core.twopoint.exact import fractions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.calibration.simulated.networks import Losses
    from morphstudio.core.calibration.simulated.records import Stage, StopReason
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage

_MESSAGES: dict[Stage, str] = {
    "pretrain generator": "Fitting two-point functions first",
    "pretrain discriminator": "Training the discriminator first",
    "generator": "Fitting the model", "discriminator": "Training the discriminator"}


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
        self._statistics = image_statistics(images, ExactSettings())
        generator = torch.Generator().manual_seed(settings.seed)
        edge = min(cutouts.spacing[axis] for axis in cutouts.axes)
        target = self._statistics.fractions[list(self._order)]
        model = start_model(settings, tuple(phases[k] for k in self._order), edge, target)
        names = fitted_names(settings, len(phases), model.families)
        self._variables = FreeVariables(model, names, edge, settings.h_max * edge)
        self._networks = Networks(settings, self._variables, cutouts, generator)
        self._steps, self._best_epoch = 0, 0
        self._best_error = float("inf")
        self._best_free: NDArray[np.float64] = self._free()
        self._reason: StopReason = ""

    @property
    def done(self) -> bool:
        """Whether the run has ended."""
        return self._reason != ""

    def step(self) -> SimulatedRecord:
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
        error, improved = float("nan"), False
        if not losses.finite:
            self._reason = "diverged"
        elif ends_epoch:
            error, improved = self._end_of_epoch(epoch)
        return SimulatedRecord(
            self._steps, epoch, stage, self._steps / self._total, _MESSAGES[stage], losses.generator_loss,
            losses.misfit, losses.discriminator_loss, losses.discriminator_error, losses.mean_real,
            losses.mean_generated, losses.skipped, error, self._best_error, self._variables.values(self._free()),
            self.best if improved else None, self._reason)

    @property
    def best(self) -> ExcursionSet:
        """The model of the smallest error so far; the present one before the first error."""
        return self._variables.at(self._best_free if self._best_epoch else self._free())

    def result(self) -> SimulatedResult:
        """Return the outcome; only when ``done``."""
        if not self.done:
            raise RuntimeError("the calibration has not ended")
        model = self.best
        return SimulatedResult(
            model, self._order, self.error_of(model), self.error_of(self._variables.model),
            self._best_epoch or self._place(self._steps - 1)[1],
            self._reason, REASON_WORDS[self._reason], self._networks.lags, self._networks.data)

    def error_of(self, model: ExcursionSet) -> float:
        """Return the summed absolute error of volume fractions and specific surface areas."""
        order = list(self._order)
        surface, _ = surface_and_chord(model, self._statistics)
        return float(np.abs(fractions(model) - self._statistics.fractions[order]).sum()
                     + np.abs(surface - self._statistics.surface[order]).sum())

    # --- schedule -----------------------------------------------------------

    @property
    def _pretraining(self) -> tuple[int, int]:
        s = self._settings
        return (s.pretraining_generator, s.pretraining_discriminator) if s.method == "combined" else (0, 0)

    @property
    def _per_epoch(self) -> int:
        return self._settings.n_steps * (1 if self._settings.method == "monte-carlo" else 2)

    @property
    def _total(self) -> int:
        return sum(self._pretraining) + self._settings.n_epochs * self._per_epoch

    def _place(self, number: int) -> tuple[Stage, int, bool]:
        """Return the stage and epoch of a step, counted from 0, and whether it ends the epoch."""
        generator, discriminator = self._pretraining
        if number < generator:
            return "pretrain generator", 0, False
        if number < generator + discriminator:
            return "pretrain discriminator", 0, False
        epoch, within = divmod(number - generator - discriminator, self._per_epoch)
        stage: Stage = "generator" if within < self._settings.n_steps else "discriminator"
        return stage, epoch + 1, within == self._per_epoch - 1

    def _train(self, stage: Stage) -> Losses:
        if stage in ("pretrain discriminator", "discriminator"):
            return self._networks.discriminator_step()
        method = self._settings.method
        adversarial = method != "monte-carlo" and stage == "generator"
        return self._networks.generator_step(two_point=method != "adversarial", adversarial=adversarial)

    def _end_of_epoch(self, epoch: int) -> tuple[float, bool]:
        """Return the error and whether it is the smallest so far; say whether the run ends."""
        settings, error, improved = self._settings, float("nan"), False
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

    # --- state --------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return everything the next step depends on: numbers, text, lists and arrays."""
        return {"inputs": fingerprint(self._images, self._settings), "steps": self._steps,
                "best_epoch": self._best_epoch, "best_error": self._best_error,
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
        self._best_error, self._reason = float(state["best_error"]), state["reason"]
        self._best_free = np.array(state["best_free"], np.float64)
