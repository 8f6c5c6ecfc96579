"""What a calibration by simulation answers: plain frozen records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet

Stage = Literal["pretrain generator", "pretrain discriminator", "generator", "discriminator"]
StopReason = Literal["", "epochs", "patience", "diverged"]
REASON_WORDS: dict[StopReason, str] = {
    "": "The run goes on.",
    "epochs": "All epochs were run.",
    "patience": "The error of volume fractions and surface areas has not become smaller for a long time.",
    "diverged": "The loss was no longer a finite number."}
_NONE = float("nan")


@dataclass(frozen=True, slots=True)
class SimulatedRecord:
    """One step: a generator's or a discriminator's.

    Parameters
    ----------
    step : int
        Steps taken so far, from 1.
    epoch : int
        Epoch of the step, from 1; 0 before the first.
    stage : Stage
    share : float
        Share of the longest possible run that is done, 0 … 1.
    message : str
        Current work in plain words.
    generator_loss : float
        Loss of a generator step; NaN for others.
    misfit : float
        Eq. 26 with the mean two-point functions of the step's windows, or the
        exact ones; NaN for discriminator steps.
    discriminator_loss : float
        Eq. 35 with the sign of Algorithm 2; NaN where no discriminator works.
    discriminator_error : float
        E[(1−D(real))²] + E[D(generated)²]; NaN where no discriminator works.
    mean_real, mean_generated : float
        Mean D on cutouts and on generated windows; NaN where not evaluated.
    skipped : bool
        Whether the discriminator rested since its error was small.
    error : float
        Summed absolute error of volume fractions and specific surface areas
        after the step; NaN unless it was computed.
    best_error : float
        The smallest error so far; infinite before the first.
    values : dict of str to float
        Fitted parameters after the step.
    best : ExcursionSet, optional
        The best model so far, when it changed.
    reason : StopReason
        Why the run has ended; empty while it goes on.
    """

    step: int
    epoch: int
    stage: Stage
    share: float
    message: str
    generator_loss: float = _NONE
    misfit: float = _NONE
    discriminator_loss: float = _NONE
    discriminator_error: float = _NONE
    mean_real: float = _NONE
    mean_generated: float = _NONE
    skipped: bool = False
    error: float = _NONE
    best_error: float = float("inf")
    values: dict[str, float] = field(default_factory=dict)
    best: ExcursionSet | None = None
    reason: StopReason = ""


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedResult:
    """The end of a calibration by simulation.

    Parameters
    ----------
    model : ExcursionSet
        The model of the smallest error; the last one where none was computed.
    order : tuple of int
        Positions of the image's phases, first cut first.
    error : float
        Its summed absolute error of volume fractions and specific surface areas.
    start_error : float
        The same of the model at the start, which is not among those chosen
        from: a good start can be better in this respect than what follows.
    epoch : int
        Epoch of that model.
    reason : StopReason
        Why the run ended.
    words : str
        The same as a sentence.
    lags : ndarray, shape (L,)
        Lags of the images' two-point functions, in their length unit.
    data : ndarray, shape (L, K, K)
        The images' two-point functions in the model's phase order.
    """

    model: ExcursionSet
    order: tuple[int, ...]
    error: float
    start_error: float
    epoch: int
    reason: StopReason
    words: str
    lags: NDArray[np.float64]
    data: NDArray[np.float64]
