"""What a calibration by simulation answers beside what every calibration does: plain frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from morphstudio.core.calibration.records import RankedOrder
    from morphstudio.core.calibration.simulated.settings import Method

StopReason = Literal["", "epochs", "patience", "diverged"]
REASON_WORDS: dict[StopReason, str] = {
    "": "The run goes on.",
    "epochs": "All epochs were run.",
    "patience": "The error of volume fractions and surface areas has not become smaller for a long time.",
    "diverged": "The loss was no longer a finite number."}
_NONE = float("nan")


@dataclass(frozen=True, slots=True)
class SimulatedRecord:
    """What training tells at one step: a generator's or a discriminator's.

    Parameters
    ----------
    epoch : int
        Epoch of the step, from 1; 0 before the first.
    generator_loss : float
        Loss of a generator step; NaN for others.
    squared_misfit : float
        Eq. 26 with the mean two-point functions of the step's windows, or the
        exact ones; NaN for discriminator steps.
    discriminator_loss : float
        Eq. 35 with the sign of Algorithm 2; NaN where no discriminator works.
    discriminator_error : float
        E[(1−D(real))²] + E[D(generated)²]; NaN where no discriminator works.
    mean_real, mean_generated : float
        Mean D on cutouts and on generated windows; NaN where not evaluated.
    error : float
        Summed absolute error of volume fractions and specific surface areas
        after the step; NaN unless it was computed.
    best_error : float
        The smallest error so far; infinite before the first.
    real_scores, generated_scores : tuple of float
        D of the first cutouts and of the first windows of the step.
    skipped : bool
        Whether the discriminator rested since its error was small.
    reason : StopReason
        Why the run has ended; empty while it goes on.
    """

    epoch: int
    generator_loss: float = _NONE
    squared_misfit: float = _NONE
    discriminator_loss: float = _NONE
    discriminator_error: float = _NONE
    mean_real: float = _NONE
    mean_generated: float = _NONE
    error: float = _NONE
    best_error: float = float("inf")
    real_scores: tuple[float, ...] = ()
    generated_scores: tuple[float, ...] = ()
    skipped: bool = False
    reason: StopReason = ""


@dataclass(frozen=True, slots=True)
class SimulatedOutcome:
    """What a calibration by simulation adds to the result of a calibration.

    Parameters
    ----------
    method : {"monte-carlo", "adversarial", "combined"}
    reason : StopReason
        Why the run ended.
    words : str
        The same in words, and which epoch the model is of.
    epoch : int
        Epoch of the model: that of the smallest error, the last one where none was computed.
    error, start_error : float
        Summed absolute error of volume fractions and specific surface areas
        (in the images' length unit) of the model and of the start, which is
        not among those chosen from: a good start can be better in this
        respect than what follows.
    squared_misfit, start_squared_misfit : float
        Eq. 26 of both with the exact two-point functions, at lags of 0, 1, …, ``h_max`` voxels.
    start : RankedOrder
        How well the start fits.
    """

    method: Method
    reason: StopReason
    words: str
    epoch: int
    error: float
    start_error: float
    squared_misfit: float
    start_squared_misfit: float
    start: RankedOrder
