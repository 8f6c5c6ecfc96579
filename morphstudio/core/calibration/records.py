"""What a calibration is asked and what it answers: plain frozen records."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from morphstudio.core.grades import LARGEST_FITTED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.calibration.simulated.records import SimulatedOutcome, SimulatedRecord
    from morphstudio.core.grades import Grade
    from morphstudio.core.models.excursion_set import ExcursionSet

Cut = Literal["both", "free", "layer"]
Stage = Literal["statistics", "triage", "refine", "enrich", "uncertainty", "pretrain generator",
                "pretrain discriminator", "generator", "discriminator"]

# Why a parameter has no standard error.
NOT_ESTIMATED = "Its standard error is not estimated by this method."

# Mean relative error of surface and chord below which a model fits, or partly.
_FITS_BELOW, _PARTLY_BELOW = 0.03, 0.15


@dataclass(frozen=True, slots=True)
class ExactSettings:
    """Settings of the exact two-point calibration.

    Parameters
    ----------
    order : tuple of int, optional
        Positions of the image's phases that the model cuts first, second, …;
        ``None`` tries every order and ranks them.
    free : tuple of str, optional
        Parameters to fit; ``None`` chooses those the images can determine.
    fixed : dict of str to float
        Values of parameters that are not fitted (default: the table's).
    starts : int
        Seeded starting points for each order in the triage.
    refined : int
        Best candidates of the triage that are refined to convergence.
    seed : int
        Seed of the starting points.
    n_lags : int
        Number of log-spaced lags per direction used in the fit.
    max_lag : int, optional
        Longest lag used, in voxels; ``None``: a third of the shortest open
        axis, at most 100.
    begin : ExcursionSet, optional
        A model to start from as well, beside the seeded starts, where its
        order of phases is tried.
    parameterisation : str
        Family of the fields' covariances. Phase orders are always told apart
        with Gaussian ones, which are quick; the best go on with this family.
    covariances : dict of str to str
        Families of single fields, by slot.
    cut : {"both", "free", "layer"}
        Whether the second of three or four phases may lie anywhere, is kept to
        a layer on the first, or both are tried.
    """

    order: tuple[int, ...] | None = None
    free: tuple[str, ...] | None = None
    fixed: dict[str, float] = field(default_factory=dict)
    starts: int = 4
    refined: int = 3
    seed: int = 0
    n_lags: int = 20
    max_lag: int | None = None
    begin: ExcursionSet | None = None
    parameterisation: str = "gaussian"
    covariances: dict[str, str] = field(default_factory=dict)
    cut: Cut = "both"


@dataclass(frozen=True, slots=True)
class TwoPointCurves:
    """Two-point coverage functions along one line of lags.

    Parameters
    ----------
    lags : ndarray, shape (L,)
        Distances, in µm (voxels where the voxel size is unknown).
    values : ndarray, shape (L, K, K)
        C_ij at each lag, in the image's phase order (not the model's).
    standard_errors : ndarray, shape (L, K, K), optional
        Standard errors of measured values.
    label : str
        Direction, e.g. ``"in plane"`` or ``"along z"``.
    """

    lags: NDArray[np.float64]
    values: NDArray[np.float64]
    standard_errors: NDArray[np.float64] | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of a calibration, for monitors and plots.

    Parameters
    ----------
    step : int
        Steps taken so far, from 1.
    stage : Stage
        What the step belonged to.
    share : float
        Estimated share of the whole run that is done, 0 … 1.
    message : str
        Current work in plain words.
    order : tuple of int
        Phase order being fitted; empty before the first fit.
    start : int
        Starting point being fitted.
    misfit : float
        Mean squared error in units of the standard error, of this step.
    best_misfit : float
        The lowest misfit so far; of a calibration by simulation, which chooses
        by another measure, that of its best model so far.
    values : dict of str to float
        Parameters of this step.
    data, model : TwoPointCurves
        Measured curves (on the first record, and again on the first after a
        resume) and model curves of the best parameters so far (when they
        changed); else ``None``.
    best : ExcursionSet, optional
        The best model so far (when it changed).
    ranking : tuple of RankedOrder
        The ranking so far, best first (when it changed).
    simulated : SimulatedRecord, optional
        What training tells, where the step is one of a calibration by simulation.
    """

    step: int
    stage: Stage
    share: float
    message: str
    order: tuple[int, ...] = ()
    start: int = 0
    misfit: float = float("nan")
    best_misfit: float = float("nan")
    values: dict[str, float] = field(default_factory=dict)
    data: tuple[TwoPointCurves, ...] | None = None
    model: tuple[TwoPointCurves, ...] | None = None
    best: ExcursionSet | None = None
    ranking: tuple[RankedOrder, ...] | None = None
    simulated: SimulatedRecord | None = None


@dataclass(frozen=True, slots=True)
class RankedOrder:
    """How well one phase order fits.

    Parameters
    ----------
    order : tuple of int
        Positions of the image's phases, first cut first.
    phases : tuple of str
        Their names in that order.
    misfit : float
        Mean squared error in units of the standard error; 1 is the noise level.
    surface_error : float
        Mean over phases of |S_V model / data − 1| (voxel values).
    chord_error : float
        Mean over phases of |mean chord model / data − 1|.
    refined : bool
        Whether it was refined to convergence or only triaged.
    model : ExcursionSet
        The fitted model.
    largest_error : float
        The largest of those differences of a single phase; NaN where it was not kept.
    largest_of : str
        Whose it is, in words: ``"mean chord of pore"``; empty where it was not kept.
    """

    order: tuple[int, ...]
    phases: tuple[str, ...]
    misfit: float
    surface_error: float
    chord_error: float
    refined: bool
    model: ExcursionSet
    largest_error: float = float("nan")
    largest_of: str = ""

    @property
    def is_one_far_off(self) -> bool:
        """Whether surface or chord of a single phase is so far off that a good mean does not help."""
        return self.largest_error > LARGEST_FITTED

    def furthest_words(self, by: str) -> str:
        """Return a sentence on the single difference that is largest; ``by`` is its size as it is written."""
        if not self.largest_of:
            return f"The largest difference of a single phase is {by}."  # of a project that does not say whose
        return f"Furthest off is the {self.largest_of}, by {by}{self.largest_over}."

    @property
    def largest_over(self) -> str:
        """What the largest difference is a mean of; chords along one direction, as in a validation, may differ more."""
        return " (mean over directions)" if self.largest_of.startswith("mean chord") else ""

    @property
    def grade(self) -> Grade:
        """How well surfaces and mean chords, which the calibration fits, are met."""
        if self.is_one_far_off:
            return "no"
        worst = max(self.surface_error, self.chord_error)
        return "fits" if worst <= _FITS_BELOW else "partly" if worst <= _PARTLY_BELOW else "no"


@dataclass(frozen=True, slots=True)
class ParameterEstimate:
    """A fitted parameter and what is known about it.

    ``interval`` is the 95 % interval; ``weak`` says that the images hardly
    determine it, with ``reason`` in plain words. Error and interval are NaN
    where the method does not estimate them.
    """

    value: float
    standard_error: float
    interval: tuple[float, float]
    weak: bool = False
    reason: str = ""

    @property
    def has_error(self) -> bool:
        """Whether the method estimates the standard error at all; it may be infinite."""
        return not math.isnan(self.standard_error)


def without_error(value: float) -> ParameterEstimate:
    """Return the estimate of a method that does not tell how sure it is."""
    return ParameterEstimate(value, math.nan, (math.nan, math.nan), reason=NOT_ESTIMATED)


@dataclass(frozen=True, slots=True, eq=False)
class ParameterCovariance:
    """How far, and how jointly, fitted parameters may be off.

    Parameters
    ----------
    names : tuple of str
        The parameters, in the order of the rows; those that the images do not
        determine at all, and those at the limit of their range, are not among
        them: the others are given at their values.
    matrix : ndarray of float64, shape (P, P)
        Covariance of the free variables (:meth:`Param.to_free`): the natural
        logarithm of inverse lengths, the logit of bounded shares, else the
        value itself.
    """

    names: tuple[str, ...]
    matrix: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """The end of a calibration.

    Parameters
    ----------
    model : ExcursionSet
        The best model; phases named and ordered as its cut.
    ranking : tuple of RankedOrder
        All orders tried, the model's own first, then the best.
    estimates : dict of str to ParameterEstimate
        The fitted parameters.
    misfit : float
        Misfit of the best model; 1 is the noise level.
    data, curves : tuple of TwoPointCurves
        Measured curves; the model's on the same lags and some between.
    block_um : float
        Edge of the blocks the standard errors come from (image length unit).
    n_blocks : int
        Number of those blocks.
    verdict : str
        Plain words on how well the model fits.
    simulated : SimulatedOutcome, optional
        What a calibration by simulation adds.
    covariance : ParameterCovariance, optional
        Of the estimates, jointly; ``None`` where the method does not estimate it.
    """

    model: ExcursionSet
    ranking: tuple[RankedOrder, ...]
    estimates: dict[str, ParameterEstimate]
    misfit: float
    data: tuple[TwoPointCurves, ...]
    curves: tuple[TwoPointCurves, ...]
    block_um: float
    n_blocks: int
    verdict: str
    simulated: SimulatedOutcome | None = None
    covariance: ParameterCovariance | None = None
