"""What a calibration by simulation is asked: every constant of the published algorithms as a setting."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.core.calibration.records import Cut, ExactSettings
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import field_names, parameter_table

if TYPE_CHECKING:
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.parameters import Param

Method = Literal["monte-carlo", "adversarial", "combined"]
Objective = Literal["least-squares", "printed"]
ExactFirst = Literal["no", "order", "fit"]
EXACT_FIRST: tuple[ExactFirst, ...] = ("no", "order", "fit")
OBJECTIVES: tuple[Objective, ...] = ("least-squares", "printed")
METHODS: tuple[Method, ...] = ("monte-carlo", "adversarial", "combined")
PRESETS = ("quick", "paper")
_LOW_PARAMETRIC = "low-parametric"
# Field, smallest and largest value.
_WHOLE = {"batch": (2, 1024), "window": (16, 4096), "h_max": (1, 2000), "n_epochs": (1, 10**6), "n_steps": (1, 10**6),
          "pretraining_generator": (0, 10**6), "pretraining_discriminator": (0, 10**6), "stopping_from": (1, 10**6),
          "patience": (1, 10**6), "kernel_size": (2, 16), "stride": (1, 8), "seed": (0, 2**32 - 1),
          "starts": (1, 10**4), "refined": (1, 10**4), "n_lags": (2, 10**4)}
_REAL = {"learning_rate": (1e-8, 1.0), "discriminator_learning_rate": (1e-8, 1.0), "bandwidth": (0.05, 10.0),
         "steepness": (0.1, 1e4), "skip_below": (0.0, 2.0), "tppf_weight": (0.0, 1e9), "leak": (0.0, 1.0),
         "start_spread": (0.0, 10.0)}


@dataclass(frozen=True, slots=True)
class SimulatedSettings:
    r"""Settings of Algorithms 1 to 3; defaults are the paper's where it prints a value.

    Parameters
    ----------
    method : {"monte-carlo", "adversarial", "combined"}
        Algorithm 1, 2 or 3.
    order : tuple of int, optional
        Positions of the image's phases that the model cuts first, second, …;
        ``None``: the order of ``begin``, else what ``exact_first`` finds, else
        as the image lists them.
    parameterisation : str
        Family of the fields' covariances, where ``begin`` gives none.
    covariances : dict of str to str
        Families of single fields, by slot.
    cut : {"both", "free", "layer"}
        Of the exact calibration that comes first, where it fits; a layer that
        the start has is fitted on.
    free : tuple of str, optional
        Parameters to fit; ``None``: all but the stretch, speckle, kernel
        steps, signs and whole numbers.
    fixed : dict of str to float
        Values of parameters that are not fitted.
    begin : ExcursionSet, optional
        Model to start from, whose families are kept; nothing is calibrated
        before then.
    seed : int
        Seed of the start, the windows, the cutouts and the discriminator.
    learning_rate : float
        Adam's, of the free variables.
    discriminator_learning_rate : float, optional
        Adam's, of the discriminator; ``None``: 1e-4, or 1e-3 where a field is
        low-parametric.
    batch : int
        Windows for each step.
    window : int
        Edge of a window in voxels.
    h_max : int
        Longest lag in voxels.
    bandwidth : float
        b of the kernel regression in voxels (Eq. 24).
    steepness : float
        ν of the sigmoid (Eq. 31).
    n_epochs, n_steps : int
        Epochs at most; steps of each network in an epoch (not printed).
    pretraining_generator, pretraining_discriminator : int
        Steps before the first epoch of the combined method.
    skip_below : float
        The discriminator rests while its least-squares error
        E[(1−D(real))²] + E[D(generated)²] is not above this. The paper states
        the rule for its loss, which is negative as printed.
    objective : {"least-squares", "printed"}
        What the discriminator lowers: the least-squares error, or
        −E[D(real)² + (1−D(generated))²] as Algorithm 2 prints. Both are lowest
        for the same perfect D, but the printed one has further minima where D
        is 0, or 1, for every window; on small problems it ended there each
        time (six of six runs of 60 steps, the least-squares error in none).
    tppf_weight : float
        Weight of the two-point term in Eq. 37 (not printed).
    stopping_from : int
        First epoch at whose end the error for early stopping is computed.
    patience : int
        Epochs without a smaller error after which the run ends.
    exact_term : bool
        Whether the two-point term is the model's exact one (Eq. 26) in place
        of the estimate from windows (Eq. 33).
    match_fractions : bool
        Whether a drawn start has thresholds that give the images' fractions.
    start_spread : float
        Standard deviation of the noise on the free variables of a drawn start.
    features : tuple of int
        Feature maps of the discriminator's convolutions.
    kernel_size, stride : int
        Of these convolutions.
    leak : float
        Slope of LeakyReLU below 0.
    exact_first : {"no", "order", "fit"}
        What an exact calibration does first (``StagedCalibration``): nothing;
        find the phase order, where none is given, with Gaussian covariances;
        or find the model to start from, with the families asked for.
    starts, refined : int
        As in ``ExactSettings``, of that calibration.
    n_lags, max_lag : int
        The same, also of the curves and the misfit that are told.

    Notes
    -----
    Source: "Excursion sets" paper, Sections 2.3.2 to 2.3.5, Algorithms 1 to 3.
    """

    method: Method = "combined"
    order: tuple[int, ...] | None = None
    parameterisation: str = "gaussian"
    covariances: dict[str, str] = field(default_factory=dict)
    cut: Cut = "both"
    free: tuple[str, ...] | None = None
    fixed: dict[str, float] = field(default_factory=dict)
    begin: ExcursionSet | None = None
    seed: int = 0
    learning_rate: float = 1e-4
    discriminator_learning_rate: float | None = None
    batch: int = 32
    window: int = 201
    h_max: int = 100
    bandwidth: float = 0.5
    steepness: float = 10.0
    n_epochs: int = 5000
    n_steps: int = 10
    pretraining_generator: int = 100
    pretraining_discriminator: int = 100
    skip_below: float = 0.4
    objective: Objective = "least-squares"
    tppf_weight: float = 1.0
    stopping_from: int = 101
    patience: int = 500
    exact_term: bool = False
    match_fractions: bool = False
    start_spread: float = 0.3
    features: tuple[int, ...] = (64, 128, 256, 512)
    kernel_size: int = 4
    stride: int = 2
    leak: float = 0.2
    exact_first: ExactFirst = "order"
    starts: int = 4
    refined: int = 3
    n_lags: int = 20
    max_lag: int | None = None

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError("method", f"There is no method {self.method!r}.", f"Choose one of {', '.join(METHODS)}.")
        if self.objective not in OBJECTIVES:
            raise InputError("objective", f"There is no objective {self.objective!r}.",
                             f"Choose one of {', '.join(OBJECTIVES)}.")
        if self.exact_first not in EXACT_FIRST:
            raise InputError("exact_first", f"exact_first = {self.exact_first!r} is not possible.",
                             f"Choose one of {', '.join(EXACT_FIRST)}.")
        for name, (low, high) in _WHOLE.items():
            _check(name, getattr(self, name), low, high, whole=True)
        for name, (least, most) in _REAL.items():
            if getattr(self, name) is not None:
                _check(name, getattr(self, name), least, most, whole=False)
        if self.max_lag is not None:
            _check("max_lag", self.max_lag, 2, 10**4, whole=True)
        if self.h_max >= self.window:
            raise InputError("h_max", f"A lag of {self.h_max} voxels does not fit into a window of {self.window}.",
                             f"Choose 1 … {self.window - 1}.")
        self._check_discriminator()

    def _check_discriminator(self) -> None:
        if self.method == "monte-carlo":
            return
        if not self.features:
            raise InputError("features", "The discriminator has no convolution.", "Give the feature maps of one.")
        for number in self.features:
            _check("features", number, 1, 4096, whole=True)
        if discriminator_edge(self) < 1:
            raise InputError("features", f"A window of {self.window} voxels is too small for {len(self.features)} "
                             "convolutions.", "Use a larger window or fewer convolutions.")

    @property
    def begins_exactly(self) -> bool:
        """Whether an exact calibration comes first."""
        return self.begin is None and (self.exact_first == "fit" or (self.exact_first == "order"
                                                                     and self.order is None))

    def exact_settings(self, n_phases: int) -> ExactSettings:
        """Return the settings of the exact calibration that comes first, and how the images are measured."""
        common = ExactSettings(order=self.order, fixed=self.fixed, starts=self.starts, refined=self.refined,
                               seed=self.seed, n_lags=self.n_lags, max_lag=self.max_lag)
        if self.exact_first == "fit":
            return replace(common, free=self.free, parameterisation=self.parameterisation,
                           covariances=self.covariances, cut=self.cut)
        gaussian = {p.name for p in parameter_table(n_phases)}
        return replace(common, cut="free", fixed={name: v for name, v in self.fixed.items() if name in gaussian})

    def rate_of_discriminator(self, families: tuple[str, ...]) -> float:
        """Return the discriminator's learning rate for a model of these families."""
        if self.discriminator_learning_rate is not None:
            return self.discriminator_learning_rate
        return 1e-3 if _LOW_PARAMETRIC in families else 1e-4


def discriminator_edge(settings: SimulatedSettings) -> int:
    """Return the edge in voxels of what the last convolution makes of a window; below 1: nothing is left."""
    edge, margin = settings.window, (settings.kernel_size - 1) // 2
    for _ in settings.features:
        edge = (edge + 2 * margin - settings.kernel_size) // settings.stride + 1
    return edge


def limits(name: str) -> tuple[float, float]:
    """Return the smallest and the largest value of a setting that is a number.

    Raises
    ------
    KeyError
        It is none.
    """
    return {**_WHOLE, **_REAL}[name]


def preset(name: str, method: Method = "combined", begin: ExcursionSet | None = None,
           **changes: Any) -> SimulatedSettings:
    """Return settings by name.

    Parameters
    ----------
    name : {"quick", "paper"}
        ``"paper"``: as published, in the phase order of an exact calibration
        where none is given. ``"quick"``: minutes on two cores: small windows
        and batches and larger steps, from the model of an exact calibration
        where ``begin`` gives none; its two-point term is
        exact, and every epoch may become the best. That term weighs 100: with
        1 it is a hundredth of the discriminator's, and good fits drift away.
    method : {"monte-carlo", "adversarial", "combined"}
    begin : ExcursionSet, optional
        Model to start from.
    **changes
        Other settings that depart from the preset.

    Raises
    ------
    InputError
        No such preset, or settings that cannot be used.
    """
    if name not in PRESETS:
        raise InputError("preset", f"There is no preset {name!r}.", f"Choose one of {', '.join(PRESETS)}.")
    settings = SimulatedSettings(method=method, begin=begin)
    if name == "quick":
        settings = replace(
            settings, batch=8, window=64, h_max=32, learning_rate=3e-3, discriminator_learning_rate=1e-3, n_epochs=40,
            n_steps=5, pretraining_generator=10, pretraining_discriminator=10, stopping_from=1, patience=15,
            exact_term=method != "adversarial", tppf_weight=100.0, match_fractions=True,
            features=(16, 32, 64), exact_first="fit")
    try:
        return replace(settings, **changes)
    except TypeError as error:
        raise InputError("settings", f"There is no such setting among {', '.join(changes)}.", "") from error


def fitted_names(settings: SimulatedSettings, n_phases: int, families: tuple[str, ...], *,
                 layered: bool = False) -> tuple[str, ...]:
    """Return the parameters to fit: those of the published model, and a layer where the start has one.

    Raises
    ------
    InputError
        Unknown names, whole numbers, or a name both free and fixed.
    """
    table = {p.name: p for p in parameter_table(n_phases, families)}
    for name in (*(settings.free or ()), *settings.fixed):
        if name not in table:
            raise InputError(f"free.{name}", f"This model has no parameter {name!r}.", "Leave it out.")
    for name in settings.free or ():
        if table[name].scale in ("integer", "sign"):
            raise InputError(f"free.{name}", f"{name} takes whole values and cannot be fitted.", "Fix it.")
        if name in settings.fixed:
            raise InputError(f"free.{name}", f"{name} is both free and fixed.", "Choose one.")
    if settings.free is not None:
        return settings.free
    return tuple(name for name, param in table.items() if name not in settings.fixed
                 and (layered or not name.startswith("confinement"))
                 and _is_published(param, n_phases, no_common=settings.fixed.get("correlation") == 0))


def _is_published(param: Param, n_phases: int, *, no_common: bool) -> bool:
    """Whether the published model fits a parameter; a single field has nothing to share with others."""
    if param.scale in ("integer", "sign") or param.name == "scale_z":
        return False
    if param.name.startswith(("nugget", "kernel_step")):
        return False
    of_common = param.name == "correlation" or param.name.partition("[")[0].endswith("_chi_common")
    return not (of_common and (len(field_names(n_phases)) < 2 or no_common))


def _check(name: str, value: Any, low: float, high: float, *, whole: bool) -> None:
    """Raise InputError for a number that is no number, not whole where it must be, or out of its range."""
    is_number = isinstance(value, int) or (isinstance(value, float) and not whole and math.isfinite(value))
    if isinstance(value, bool) or not is_number:
        kind = "a whole number" if whole else "a number"
        raise InputError(name, f"{name} is {value!r}, not {kind}.", f"Give {kind} {low:g} … {high:g}.")
    if not low <= value <= high:
        raise InputError(name, f"{name} = {value:g} is outside {low:g} … {high:g}.",
                         "Give a value inside these limits.")
