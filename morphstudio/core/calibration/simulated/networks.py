"""The two networks of a calibration by simulation, and one training step of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from morphstudio.core.calibration.simulated.coverage import WindowCoverage, flat_pairs, section_coverage
from morphstudio.core.calibration.simulated.discriminator import (
    Discriminator,
    discriminator_loss,
    generator_loss,
    least_squares_error,
)
from morphstudio.core.calibration.simulated.exact_term import ExactTerm
from morphstudio.core.calibration.simulated.state import (
    adam_state,
    array_of,
    generator_state,
    load_adam,
    load_generator,
    load_module,
    module_state,
    tensor_of,
)
from morphstudio.core.calibration.simulated.windows import SoftSections, grid_for

if TYPE_CHECKING:
    from morphstudio.core.calibration.simulated.data import Cutouts
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.calibration.simulated.variables import FreeVariables

_NONE = float("nan")
# Scores of so many windows are told with a step: enough for a picture of how they scatter.
_TOLD_SCORES = 16


@dataclass(frozen=True, slots=True)
class Losses:
    """What one training step tells; NaN where it does not apply, as in ``SimulatedRecord``."""

    generator_loss: float = _NONE
    squared_misfit: float = _NONE
    discriminator_loss: float = _NONE
    discriminator_error: float = _NONE
    mean_real: float = _NONE
    mean_generated: float = _NONE
    real_scores: tuple[float, ...] = ()
    generated_scores: tuple[float, ...] = ()
    skipped: bool = False
    finite: bool = True


class Networks:
    """The model as a generator, and the discriminator.

    Parameters
    ----------
    settings : SimulatedSettings
    variables : FreeVariables
    cutouts : Cutouts
    generator : torch.Generator
        Draws the discriminator's first weights, the windows and the cutouts.

    Attributes
    ----------
    free : Tensor of float64, shape (P,)
        The free variables.
    exact : ExactTerm
        Eq. 26 with the model's exact two-point functions.
    """

    def __init__(self, settings: SimulatedSettings, variables: FreeVariables, cutouts: Cutouts,
                 generator: torch.Generator) -> None:
        self._settings, self._variables, self._cutouts, self._generator = settings, variables, cutouts, generator
        model, axes = variables.model, cutouts.axes
        n_phases = len(model.phases)
        data, smoothing = section_coverage(cutouts.sections, n_phases, cutouts.spacing, settings.h_max,
                                           settings.bandwidth)
        self._curves = torch.from_numpy(flat_pairs(data))
        self._coverage = WindowCoverage(settings.window, (cutouts.spacing[axes[0]], cutouts.spacing[axes[1]]),
                                        settings.h_max, settings.bandwidth)
        self.exact = ExactTerm(variables, data, smoothing, axes[1])
        speckled = any(cut.nugget > 0 for cut in model.fields) or any(n.startswith("nugget") for n in variables.names)
        self._windows = SoftSections(
            model, grid_for(model, settings.window, axes, cutouts.spacing), settings.steepness,
            correlated=model.common.correlation > 0 or "correlation" in variables.names, speckled=speckled)
        self.free = variables.start().requires_grad_(True)
        self._adam = torch.optim.Adam([self.free], lr=settings.learning_rate)
        self._discriminator: Discriminator | None = None
        self._adam_d: torch.optim.Adam | None = None
        if settings.method != "monte-carlo":
            self._discriminator = Discriminator(n_phases, settings, generator)
            self._adam_d = torch.optim.Adam(self._discriminator.parameters(),
                                            lr=settings.rate_of_discriminator(model.families))

    def generator_step(self, *, two_point: bool, adversarial: bool) -> Losses:
        """Take one step of the free variables (Algorithms 1 to 3).

        Parameters
        ----------
        two_point, adversarial : bool
            Which terms the loss has; with both, the first is weighted by ``tppf_weight``.
        """
        windows = None
        if adversarial or not self._settings.exact_term:
            windows = self._draw()
        term, misfit = self._two_point_term(windows, in_loss=two_point)
        loss, judged = torch.zeros((), dtype=torch.float64), None
        if two_point:
            loss = loss + (self._settings.tppf_weight if adversarial else 1.0) * term
        if adversarial and windows is not None and self._discriminator is not None:
            judged = self._discriminator(windows)
            loss = loss + generator_loss(judged)
        (slope,) = torch.autograd.grad(loss, self.free)
        finite = bool(torch.isfinite(loss)) and bool(torch.isfinite(slope).all())
        if finite:
            self.free.grad = slope
            self._adam.step()
            with torch.no_grad():
                self.free.copy_(self._variables.inside(self.free))
        return Losses(generator_loss=float(loss.detach()), squared_misfit=misfit, mean_generated=_mean(judged),
                      generated_scores=_scores(judged), finite=finite)

    def discriminator_step(self) -> Losses:
        """Take one step of the discriminator, unless its least-squares error is small.

        Notes
        -----
        Algorithm 2, lines 27 to 36. The gradient is that of ``objective``; the rule "loss_D > 0.4" is read on
        E[(1−D(real))²] + E[D(generated)²], since the printed loss is never above 0.
        """
        if self._discriminator is None or self._adam_d is None:
            raise RuntimeError("this method has no discriminator")
        with torch.no_grad():
            windows = self._draw()
        real = self._discriminator(self._cutouts.draw(self._settings.batch, self._generator))
        generated = self._discriminator(windows)
        printed, error = discriminator_loss(real, generated), least_squares_error(real, generated)
        loss = printed if self._settings.objective == "printed" else error
        finite = bool(torch.isfinite(loss))
        skipped = float(error.detach()) <= self._settings.skip_below
        if finite and not skipped:
            weights = list(self._discriminator.parameters())
            for weight, slope in zip(weights, torch.autograd.grad(loss, weights), strict=True):
                weight.grad = slope
            self._adam_d.step()
        return Losses(discriminator_loss=float(printed.detach()), discriminator_error=float(error.detach()),
                      mean_real=_mean(real), mean_generated=_mean(generated), real_scores=_scores(real),
                      generated_scores=_scores(generated), skipped=skipped, finite=finite)

    def state_dict(self) -> dict[str, Any]:
        """Return everything that changes: numbers and arrays."""
        out: dict[str, Any] = {"free": array_of(self.free), "adam": adam_state(self._adam),
                               "random": generator_state(self._generator)}
        if self._discriminator is not None and self._adam_d is not None:
            out |= {"discriminator": module_state(self._discriminator), "adam_d": adam_state(self._adam_d)}
        return out

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from :meth:`state_dict`."""
        with torch.no_grad():
            self.free.copy_(tensor_of(state["free"]))
        load_adam(self._adam, state["adam"])
        load_generator(self._generator, state["random"])
        if self._discriminator is not None and self._adam_d is not None:
            load_module(self._discriminator, state["discriminator"])
            load_adam(self._adam_d, state["adam_d"])

    def _draw(self) -> Tensor:
        return self._windows.draw(self._variables.parameters(self.free), self._settings.batch, self._generator)

    def _two_point_term(self, windows: Tensor | None, *, in_loss: bool) -> tuple[Tensor, float]:
        """Return the two-point term of the loss and the misfit of the mean curves (Eq. 26)."""
        if self._settings.exact_term and (in_loss or windows is None):
            term = self.exact(self.free)
            return term, float(term.detach())
        if windows is None:
            raise RuntimeError("there are no windows to estimate from")
        with torch.set_grad_enabled(in_loss):
            curves = self._coverage(windows).double()
            term = ((curves - self._curves) ** 2).sum((1, 2)).mean()
        return term, float(((curves.detach().mean(0) - self._curves) ** 2).sum())


def _mean(judged: Tensor | None) -> float:
    return _NONE if judged is None else float(judged.detach().mean())


def _scores(judged: Tensor | None) -> tuple[float, ...]:
    return () if judged is None else tuple(judged.detach()[:_TOLD_SCORES].tolist())
