"""The methods of calibration and the constants of those by simulation, as people read them.

No more than words is loaded: a window can show them before anything is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Literal

from morphstudio.core.calibration.simulated.settings import METHODS, PRESETS, SimulatedSettings, preset

if TYPE_CHECKING:
    from morphstudio.core.calibration.records import ExactSettings
    from morphstudio.core.calibration.simulated.settings import Method

EXACT = "exact"
Kind = Literal["whole", "real", "maybe", "yes", "choice", "list"]
Group = Literal["Training", "Windows", "Two-point term", "Discriminator", "Start"]
_KINDS: dict[str, Kind] = {"int": "whole", "float": "real", "float | None": "maybe", "bool": "yes"}
_TRAINS_DISCRIMINATOR: tuple[Method, ...] = ("adversarial", "combined")
_HAS_TERM: tuple[Method, ...] = ("monte-carlo", "combined")


@dataclass(frozen=True, slots=True)
class MethodWords:
    """A method in words.

    Parameters
    ----------
    title : str
        Its name.
    words : str
        What it does and for what it is good.
    reference : str
        Where it was published; empty for the one of this program.
    """

    title: str
    words: str
    reference: str = ""


METHOD_TABLE: dict[str, MethodWords] = {
    EXACT: MethodWords(
        "Exact", "Two-point curves of the model by formula, against those of the image. Seconds to minutes, and the "
        "only method that tells standard errors."),
    "monte-carlo": MethodWords(
        "Monte Carlo", "Two-point curves of sections that are drawn from the model at each step, against those of the "
        "image; with the quick preset by formula, as for the exact method.", "Excursion sets paper, Algorithm 1"),
    "adversarial": MethodWords(
        "Adversarial", "A network learns to tell drawn sections from the image’s, and the model learns to pass for the "
        "image. It sees more than two points, and nothing holds it to them.", "Excursion sets paper, Algorithm 2"),
    "combined": MethodWords(
        "Combined", "Two-point curves as in Monte Carlo, and the network of the adversarial method at the same time: "
        "what two points do not show is learnt beside them.", "Excursion sets paper, Algorithm 3")}

PRESET_WORDS = {
    "quick": "Small windows and large steps from an exact fit on; minutes.",
    "paper": "Every constant as published, from a random start in the best phase order; hours to days."}


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of the methods by simulation: a field of ``SimulatedSettings``.

    Parameters
    ----------
    name : str
        The field.
    group : str
        Under which heading it stands.
    title, tip : str
        What it is, with its unit, and what it does.
    methods : tuple of str
        The methods that it matters for.
    choices : dict of str to str
        Of one that is a word, what can be chosen, in words.
    unset : str
        Of a number that may be left out, what then holds.
    """

    name: str
    group: Group
    title: str
    tip: str
    methods: tuple[Method, ...] = METHODS
    choices: dict[str, str] = field(default_factory=dict)
    unset: str = ""

    @property
    def kind(self) -> Kind:
        """What its values are: numbers, a number or nothing, yes or no, one of some words, whole numbers."""
        kind = _TYPES[self.name]
        return "choice" if self.choices else "list" if kind.startswith("tuple") else _KINDS[kind]


_TYPES = {f.name: str(f.type) for f in fields(SimulatedSettings)}

CONSTANTS: tuple[Constant, ...] = (
    Constant("n_epochs", "Training", "Epochs at most", "The run ends after so many epochs, or earlier: see patience."),
    Constant("n_steps", "Training", "Steps per epoch", "So many steps of the model in each epoch, and then as many of "
             "the discriminator. The paper does not print it."),
    Constant("learning_rate", "Training", "Learning rate", "How far a step moves the model’s parameters."),
    Constant("batch", "Training", "Windows per step", "More of them make each step steadier and slower."),
    Constant("stopping_from", "Training", "Compared from epoch", "From this epoch on, the model of the smallest error "
             "of volume fractions and surface areas is kept."),
    Constant("patience", "Training", "Patience, epochs", "The run ends when so many epochs have not been better."),
    Constant("window", "Windows", "Window edge, voxels", "Edge of the squares that are drawn and cut out."),
    Constant("h_max", "Windows", "Longest lag, voxels", "Two-point curves are compared up to this distance; it must "
             "be smaller than the window."),
    Constant("bandwidth", "Windows", "Bandwidth, voxels", "Width b of the kernel that collects pairs by distance "
             "(Eq. 24)."),
    Constant("steepness", "Windows", "Steepness ν", "Phases have soft borders while the model learns; large values "
             "make them sharp (Eq. 31)."),
    Constant("exact_term", "Two-point term", "Curves by formula", "The model’s exact two-point curves in place of "
             "those counted in the windows: without noise.", _HAS_TERM),
    Constant("tppf_weight", "Two-point term", "Weight", "Weight of the two-point term beside the discriminator’s "
             "(Eq. 37). The paper does not print it.", ("combined",)),
    Constant("discriminator_learning_rate", "Discriminator", "Learning rate", "How far a step moves the "
             "discriminator. Left empty: 0.0001, or 0.001 with low-parametric fields.", _TRAINS_DISCRIMINATOR,
             unset="automatic"),
    Constant("skip_below", "Discriminator", "Rests at an error of", "The discriminator does not learn while its error "
             "is not above this: a perfect one teaches nothing.", _TRAINS_DISCRIMINATOR),
    Constant("pretraining_generator", "Discriminator", "Steps of the model before", "Steps on two-point curves alone, "
             "before the first epoch.", ("combined",)),
    Constant("pretraining_discriminator", "Discriminator", "Its own steps before", "Steps of the discriminator before "
             "the first epoch.", ("combined",)),
    Constant("objective", "Discriminator", "What it lowers", "The least-squares error, or the loss as printed in "
             "Algorithm 2, which can get stuck where every section is judged alike.", _TRAINS_DISCRIMINATOR,
             {"least-squares": "least-squares error", "printed": "loss as printed"}),
    Constant("features", "Discriminator", "Feature maps", "Of its convolutions, one number for each, with commas.",
             _TRAINS_DISCRIMINATOR),
    Constant("kernel_size", "Discriminator", "Kernel edge, pixels", "Of its convolutions.", _TRAINS_DISCRIMINATOR),
    Constant("stride", "Discriminator", "Stride, pixels", "Each convolution makes its picture so many times smaller.",
             _TRAINS_DISCRIMINATOR),
    Constant("leak", "Discriminator", "Leak", "Slope of its LeakyReLU below 0.", _TRAINS_DISCRIMINATOR),
    Constant("exact_first", "Start", "Exact calibration first", "It can find the model to start from, or only the "
             "order of the phases; else phases are cut as the image lists them.",
             choices={"fit": "the start", "order": "phase order only", "no": "nothing"}),
    Constant("match_fractions", "Start", "Begin with the image’s fractions", "Of a start that is drawn: thresholds "
             "that give the image’s volume fractions."),
    Constant("start_spread", "Start", "Noise of the start", "Standard deviation of the noise on the parameters of a "
             "start that is drawn."))


def constants_of(method: str) -> tuple[Constant, ...]:
    """Return the constants that matter for a method; none for the exact one."""
    return tuple(constant for constant in CONSTANTS if method in constant.methods)


def changed_constants(settings: SimulatedSettings, than: SimulatedSettings) -> tuple[Constant, ...]:
    """Return the constants that matter and differ from those of other settings of the same method."""
    return tuple(constant for constant in constants_of(settings.method)
                 if getattr(settings, constant.name) != getattr(than, constant.name))


def method_of(settings: ExactSettings | SimulatedSettings) -> str:
    """Return the key of the method that settings are for."""
    return settings.method if isinstance(settings, SimulatedSettings) else EXACT


def preset_of(settings: SimulatedSettings) -> str:
    """Return the preset that settings come from: the one from which fewest constants differ."""
    return min(PRESETS, key=lambda name: len(changed_constants(settings, preset(name, settings.method))))
