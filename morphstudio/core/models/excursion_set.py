r"""Excursion sets of Gaussian and χ² random fields: parameters and phase rule.

Fields Z_f = Σ_{j≤n} X_{f,j}² + σ_f X_f, f = 1 … K−1, cut space in order: phase
1 where Z_1 ≥ λ_1; phase 2 where not phase 1 and Z_2 ≥ λ_2; …; phase K is the
rest. X_{f,j} = √(1−γ) X̃_{f,j} ± √γ Z̃_j share the common fields Z̃_j. All
Gaussian fields here have covariance exp(−(αh)²), h² = x² + y² + (ŝ z)².

Sources: "Excursion sets" paper, Eqs. 12, 16, 20; "Virtual materials testing"
paper, Eqs. 1 to 8.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING

from morphstudio.core.errors import InputError
from morphstudio.core.parameters import Param, check_names, check_values, parameter, params_of

if TYPE_CHECKING:
    from collections.abc import Mapping

VMT = "Dufter et al., Virtual materials testing of ASSB cathodes"
EXC = "Excursion set models calibrated with GANs, Eqs. 12 to 20"

_ALPHA = (1e-3, 1e3)
_ALPHA_SLIDER = (0.05, 20.0)


@dataclass(frozen=True, slots=True)
class FieldParameters:
    """Parameters of one field Z_f = Σ X_{f,j}² + σ X_f and of its cut."""

    alpha_chi: float = parameter(Param(
        "α_X̃", "Squared fields: detail", "1/um", 0.75, _ALPHA, _ALPHA_SLIDER, "log",
        "Higher values make the shapes from the squared fields finer: these vary over a length of 1/α.",
        "ρ(h) = exp(−(α h)²) of the squared fields", VMT, hint="higher = finer"))
    alpha: float = parameter(Param(
        "α_X", "Plain field: detail", "1/um", 0.65, _ALPHA, _ALPHA_SLIDER, "log",
        "Higher values make the shapes from the added plain field finer: it varies over a length of 1/α.",
        "ρ(h) = exp(−(α h)²) of the plain field", VMT))
    threshold: float = parameter(Param(
        "λ_X", "Threshold", "1", 1.0, (-20.0, 100.0), (-3.0, 8.0), "linear",
        "Higher values shrink this phase.",
        "phase = {Z ≥ λ}", VMT))
    sigma: float = parameter(Param(
        "σ_X", "Plain field: weight", "1", 1.0, (0.2, 10.0), (0.25, 4.0), "log",
        "Higher values give the plain field more say over the squared ones.",
        "Z = Σ X_j² + σ X", EXC, main=False))
    nugget: float = parameter(Param(
        "ν_X", "Plain field: speckle", "1", 0.0, (0.0, 0.95), (0.0, 0.9), "linear",
        "Higher values add speckle: this share of the plain field's variance differs from voxel to voxel.",
        "ρ(h > 0) = (1 − ν) exp(−(α h)²)", EXC, main=False))
    correlation_sign: float = parameter(Param(
        "s_X", "Common field: sign", "1", 1.0, (-1.0, 1.0), (-1.0, 1.0), "sign",
        "Swaps the structure for another of the same law: the squares forget the sign.",
        "X_j = √(1−γ) X̃_j + s √γ Z̃_j", EXC, main=False))


@dataclass(frozen=True, slots=True)
class CommonParameters:
    """Parameters of the whole structure."""

    scale_z: float = parameter(Param(
        "ŝ", "Stretch along z", "1", 1.0, (0.05, 20.0), (0.5, 1.5), "log",
        "Values above 1 shorten the structure along z, values below 1 lengthen it.",
        "h² = x² + y² + (ŝ z)²", VMT))
    correlation: float = parameter(Param(
        "γ", "Common field: share", "1", 0.0, (0.0, 0.99), (0.0, 0.99), "linear",
        "Higher values let the fields share more of one common field, so that the phases follow each other.",
        "X_j = √(1−γ) X̃_j ± √γ Z̃_j", EXC, main=False))
    alpha_chi_common: float = parameter(Param(
        "α_Z̃", "Common field: detail", "1/um", 0.75, _ALPHA, _ALPHA_SLIDER, "log",
        "Higher values make the common field finer; without correlation it has no effect.",
        "ρ(h) = exp(−(α h)²) of the common fields", EXC, main=False))
    degrees_of_freedom: float = parameter(Param(
        "n", "Squared fields: count", "1", 2, (1, 8), (1, 8), "integer",
        "More squares make their sum more symmetric, closer to a plain field.",
        "Z = Σ_{j≤n} X_j² + σ X", EXC, main=False))


# File keys where they differ from the attribute's name.
_FIELD_KEYS = {"alpha_chi": "alpha_chi", "alpha": "alpha", "threshold": "lambda", "sigma": "sigma",
               "nugget": "nugget", "correlation_sign": "correlation_sign"}


def field_names(n_phases: int) -> tuple[str, ...]:
    """Return the field suffixes of a K-phase model: x, y up to K = 3, else 1, 2, 3."""
    if not 2 <= n_phases <= 4:
        raise InputError("phases", f"A model has 2 to 4 phases, not {n_phases}.", "Merge or drop labels.")
    return ("x", "y")[: n_phases - 1] if n_phases <= 3 else ("1", "2", "3")


@cache
def parameter_table(n_phases: int) -> tuple[Param, ...]:
    """Return every parameter of a K-phase model, fields first, then the whole structure."""
    table: list[Param] = []
    for suffix in field_names(n_phases):
        for param, spec in zip(params_of(FieldParameters, group=suffix), fields(FieldParameters), strict=True):
            letter = suffix.upper() if suffix in "xy" else suffix
            table.append(replace(param, name=f"{_FIELD_KEYS[spec.name]}_{suffix}",
                                 symbol=param.symbol.replace("X", letter)))
    common = params_of(CommonParameters)
    if n_phases == 4:
        # Three correlated fields are within the promised accuracy up to here.
        limits = (0.0, 0.9)
        common = tuple(replace(p, domain=limits, slider=limits) if p.name == "correlation" else p for p in common)
    return (*table, *common)


@dataclass(frozen=True, slots=True)
class ExcursionSet:
    """A K-phase excursion-set model with Gaussian covariances.

    Parameters
    ----------
    phases : tuple of str
        Phase names in the order of the cut, first to last.
    fields : tuple of FieldParameters
        One for each phase but the last.
    common : CommonParameters
        Parameters of the whole structure.
    """

    phases: tuple[str, ...]
    fields: tuple[FieldParameters, ...]
    common: CommonParameters = CommonParameters()

    def __post_init__(self) -> None:
        field_names(len(self.phases))
        if len(set(self.phases)) < len(self.phases):
            raise InputError("phases", "Two phases have the same name.", "Give each phase a name of its own.")
        if len(self.fields) != len(self.phases) - 1:
            raise InputError("parameters", f"{len(self.phases)} phases need {len(self.phases) - 1} fields.", "")
        check_values(self.values(), self.table)

    @property
    def table(self) -> tuple[Param, ...]:
        """The parameters of this model."""
        return parameter_table(len(self.phases))

    @property
    def threshold_names(self) -> tuple[str, ...]:
        """Name of each field's threshold, first to last."""
        return tuple(f"{_FIELD_KEYS['threshold']}_{suffix}" for suffix in field_names(len(self.phases)))

    def values(self) -> dict[str, float]:
        """Return every parameter by name; inverse lengths in 1/µm."""
        out: dict[str, float] = {}
        for suffix, cut in zip(field_names(len(self.phases)), self.fields, strict=True):
            out.update({f"{key}_{suffix}": getattr(cut, attr) for attr, key in _FIELD_KEYS.items()})
        out.update({f.name: getattr(self.common, f.name) for f in fields(CommonParameters)})
        return out

    def with_values(self, values: Mapping[str, float]) -> ExcursionSet:
        """Return the model with some parameters replaced.

        Raises
        ------
        InputError
            Unknown name or inadmissible value.
        """
        return excursion_set(self.phases, {**self.values(), **_plain_names(values, len(self.phases))})



def excursion_set(phases: tuple[str, ...], values: Mapping[str, float]) -> ExcursionSet:
    """Build a model from parameters by name; what is left out has its default.

    Parameters
    ----------
    phases : tuple of str
        Phase names in the order of the cut.
    values : mapping of str to float
        Parameters by name, inverse lengths in 1/µm. ``correlation_sign``
        without a suffix sets the sign of the last field.

    Raises
    ------
    InputError
        Unknown name or inadmissible value.
    """
    table = parameter_table(len(phases))
    given = _plain_names(values, len(phases))
    check_names(given, [p.name for p in table])
    checked = {p.name: p.check(given[p.name]) if p.name in given else p.default for p in table}
    cuts = tuple(
        FieldParameters(**{attr: checked[f"{key}_{suffix}"] for attr, key in _FIELD_KEYS.items()})
        for suffix in field_names(len(phases))
    )
    return ExcursionSet(phases, cuts, CommonParameters(**{f.name: checked[f.name] for f in fields(CommonParameters)}))


def _plain_names(values: Mapping[str, float], n_phases: int) -> dict[str, float]:
    """Spell ``_x``, ``_y`` as ``_1``, ``_2`` (and back) as the table of K phases does.

    Raises
    ------
    InputError
        Two spellings of one parameter.
    """
    suffixes = field_names(n_phases)
    other = {"x": "1", "y": "2"} if suffixes[0] == "1" else {"1": "x", "2": "y"}
    out: dict[str, float] = {}
    for name, value in values.items():
        stem, _, suffix = name.rpartition("_")
        plain = name
        if name == "correlation_sign":
            plain = f"{name}_{suffixes[-1]}"
        elif stem in _FIELD_KEYS.values() and suffix in other and other[suffix] in suffixes:
            plain = f"{stem}_{other[suffix]}"
        if plain in out:
            raise InputError(f"parameters.{name}", f"{name} is {plain} by another name, and both are given.",
                             "Keep one of them.")
        out[plain] = value
    return out
