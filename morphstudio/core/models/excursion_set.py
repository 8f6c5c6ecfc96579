r"""Excursion sets of Gaussian and χ² random fields: parameters and phase rule.

Fields Z_f = Σ_{j≤n} X_{f,j}² + σ_f X_f, f = 1 … K−1, cut space in order: phase
1 where Z_1 ≥ λ_1; phase 2 where not phase 1 and Z_2 ≥ λ_2; …; phase K is the
rest. Phase 2 may be confined to a layer on phase 1, λ_1 − 1/κ ≤ Z_1 < λ_1; what
its cut leaves beyond goes to the phases after it. X_{f,j} = √(1−γ) X̃_{f,j} ±
√γ Z̃_j share the common fields Z̃_j. Each Gaussian field has a covariance of a family of its own, by default exp(−(αh)²);
h² = x² + y² + (ŝ z)².

Sources: "Excursion sets" paper, Eqs. 12, 16, 20; "Virtual materials testing"
paper, Eqs. 1 to 8.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar

from morphstudio.core.errors import InputError
from morphstudio.core.fields.covariance import Covariance
from morphstudio.core.fields.families import family
from morphstudio.core.parameters import Param, check_names, check_values, parameter, params_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_Value = TypeVar("_Value")
VMT = "Dufter et al., Virtual materials testing of ASSB cathodes"
EXC = "Excursion set models calibrated with GANs, Eqs. 12 to 20"
LITHOTYPES = "Rule after Armstrong et al., Plurigaussian Simulations in Geosciences (2011)"

@dataclass(frozen=True, slots=True)
class FieldParameters:
    """Parameters of one field Z_f = Σ X_{f,j}² + σ X_f and of its cut, its covariances apart."""

    threshold: float = parameter(Param(
        "λ_X", "Threshold", "1", 1.0, (-20.0, 100.0), (-3.0, 8.0), "linear",
        "Higher values shrink this phase.",
        "phase = {Z ≥ λ}", VMT))
    sigma: float = parameter(Param(
        "σ_X", "Plain field: weight", "1", 1.0, (0.2, 10.0), (0.25, 4.0), "log",
        "Higher values give the plain field more say over the squared ones.",
        "Z = Σ X_j² + σ X", EXC, main=False))
    nugget: float = parameter(Param(
        "η_X", "Plain field: speckle", "1", 0.0, (0.0, 0.95), (0.0, 0.9), "linear",
        "Higher values add speckle: this share of the plain field's variance differs from voxel to voxel.",
        "ρ(h > 0) = (1 − η) ρ_X(h)", EXC, main=False))
    correlation_sign: float = parameter(Param(
        "s_X", "Common field: sign", "1", 1.0, (-1.0, 1.0), (-1.0, 1.0), "sign",
        "Swaps the structure for another of the same law: the squares forget the sign.",
        "X_j = √(1−γ) X̃_j + s √γ Z̃_j", EXC, main=False))
    confinement: float = parameter(Param(
        "κ_X", "Confinement to a layer", "1", 0.0, (0.0, 50.0), (0.0, 5.0), "linear",
        "Higher values keep this phase to a thinner layer on the phase before it; at 0 it may lie anywhere.",
        "phase = {λ − 1/κ ≤ Z < λ of the field before, Z_X ≥ λ_X}", LITHOTYPES, main=False))

    @property
    def layer(self) -> float:
        """How far below the first field's threshold this phase reaches, 1/κ; infinite where it is not confined."""
        return 1 / self.confinement if self.confinement > 0 else float("inf")


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
    degrees_of_freedom: float = parameter(Param(
        "n", "Squared fields: count", "1", 2, (1, 8), (1, 8), "integer",
        "More squares make their sum more symmetric, closer to a plain field.",
        "Z = Σ_{j≤n} X_j² + σ X", EXC, main=False))


# File keys where they differ from the attribute's name.
_FIELD_KEYS = {"threshold": "lambda", "sigma": "sigma", "nugget": "nugget", "correlation_sign": "correlation_sign",
               "confinement": "confinement"}
GAUSSIAN = "gaussian"
_PLAIN_ALPHA = 0.65  # default of the plain field, 1/µm


@dataclass(frozen=True, slots=True)
class Slot:
    """Place of one Gaussian field in a model.

    Parameters
    ----------
    name : str
        What its parameters' names end in: ``"chi_x"``, ``"x"``, …, ``"chi_common"``.
    kind : {"squared", "plain", "common"}
    group : str
        Suffix of the field it belongs to; empty for the common one.
    """

    name: str
    kind: Literal["squared", "plain", "common"]
    group: str

    @property
    def letter(self) -> str:
        """Its letter in print, with a tilde where it is squared."""
        if self.kind == "common":
            return "Z\N{COMBINING TILDE}"
        base = self.group.upper() if self.group in "xy" else self.group
        return base if self.kind == "plain" else f"{base}\N{COMBINING TILDE}"

    @property
    def words(self) -> tuple[str, str]:
        """What titles begin with, and what sentences call it."""
        return {"squared": ("Squared fields", "the squared fields"), "plain": ("Plain field", "the added plain field"),
                "common": ("Common field", "the common field")}[self.kind]

    def key(self, stem: str) -> str:
        """Return the name of one of its parameters: ``"kernel[3]"`` becomes ``"kernel_chi_x[3]"``."""
        base, bracket, index = stem.partition("[")
        return f"{base}_{self.name}{bracket}{index}"


def field_names(n_phases: int) -> tuple[str, ...]:
    """Return the field suffixes of a K-phase model: x, y up to K = 3, else 1, 2, 3."""
    if not 2 <= n_phases <= 4:
        raise InputError("phases", f"A model has 2 to 4 phases, not {n_phases}.", "Merge or drop labels.")
    return ("x", "y")[: n_phases - 1] if n_phases <= 3 else ("1", "2", "3")


def confined_field(n_phases: int) -> str:
    """Return the suffix of the field whose phase may be confined to a layer on the first: the second; or ``""``."""
    return field_names(n_phases)[1] if n_phases > 2 else ""


@cache
def slots(n_phases: int) -> tuple[Slot, ...]:
    """Return the Gaussian fields of a K-phase model: squared and plain of each field in turn, then the common one."""
    own = [Slot(f"chi_{s}" if kind == "squared" else s, kind, s)
           for s in field_names(n_phases) for kind in ("squared", "plain")]
    return (*own, Slot("chi_common", "common", ""))


@cache
def parameter_table(n_phases: int, families: tuple[str, ...] = ()) -> tuple[Param, ...]:
    """Return every parameter of a K-phase model, fields first, then the whole structure.

    Parameters
    ----------
    n_phases : int
        K.
    families : tuple of str
        Family of each of :func:`slots`; empty: Gaussian ones.
    """
    places = dict(zip(slots(n_phases), families or (GAUSSIAN,) * (2 * n_phases - 1), strict=True))
    table: list[Param] = []
    for suffix in field_names(n_phases):
        for slot in (slot for slot in places if slot.group == suffix):
            table += _covariance_params(slot, places[slot])
        for param, spec in zip(params_of(FieldParameters, group=suffix), fields(FieldParameters), strict=True):
            if spec.name == "confinement" and suffix != confined_field(n_phases):
                continue
            letter = suffix.upper() if suffix in "xy" else suffix
            table.append(replace(param, name=f"{_FIELD_KEYS[spec.name]}_{suffix}",
                                 symbol=param.symbol.replace("X", letter)))
    stretch, correlation, count = params_of(CommonParameters)
    if n_phases == 4:
        # Three correlated fields are within the promised accuracy up to here.
        limits = (0.0, 0.9)
        correlation = replace(correlation, domain=limits, slider=limits)
    common = slots(n_phases)[-1]
    return (*table, stretch, correlation, *_covariance_params(common, places[common]), count)


@cache
def _covariance_params(slot: Slot, key: str) -> tuple[Param, ...]:
    """Return the parameters of a field's covariance as the model's table holds them."""
    made_of = family(key)
    title, words = slot.words
    common = slot.kind == "common"
    return tuple(
        replace(param, name=slot.key(param.name), group=slot.group, title=f"{title}: {param.title}",
                symbol=f"{param.symbol}{',' if '_' in param.symbol else '_'}{slot.letter}",
                description=param.description.format(part=words) + (
                    " Without correlation it has no effect." if common else ""),
                formula=f"{made_of.formula}; ρ: covariance of {words}",
                reference=VMT if key == GAUSSIAN else made_of.reference,
                main=param.main and not common,
                default=_PLAIN_ALPHA if (slot.kind, param.name) == ("plain", "alpha") else param.default)
        for param in made_of.params)


def families_of(n_phases: int, parameterisation: str = GAUSSIAN,
                covariances: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the family of each of :func:`slots`.

    Parameters
    ----------
    n_phases : int
        K.
    parameterisation : str
        The family of all that are not named.
    covariances : mapping of str to str, optional
        Family by slot; ``_1``, ``_2`` and ``_x``, ``_y`` are the same.

    Raises
    ------
    InputError
        No such family or slot.
    """
    family(parameterisation)
    names = [slot.name for slot in slots(n_phases)]
    given = _plain_names(covariances or {}, names)
    check_names(given, names, "covariances")
    for key in given.values():
        family(key)
    return tuple(given.get(name, parameterisation) for name in names)


@cache
def names_in_slot(n_phases: int, families: tuple[str, ...], slot: str) -> tuple[str, ...]:
    """Return the names of the parameters of one Gaussian field's covariance."""
    place = next(k for k, one in enumerate(slots(n_phases)) if one.name == slot)
    key = (families or families_of(n_phases))[place]
    return tuple(slots(n_phases)[place].key(param.name) for param in family(key).params)


@dataclass(frozen=True, slots=True)
class ExcursionSet:
    """A K-phase excursion-set model.

    Parameters
    ----------
    phases : tuple of str
        Phase names in the order of the cut, first to last.
    fields : tuple of FieldParameters
        One for each phase but the last.
    covariances : tuple of Covariance
        One for each of :func:`slots`.
    common : CommonParameters
        Parameters of the whole structure.
    """

    phases: tuple[str, ...]
    fields: tuple[FieldParameters, ...]
    covariances: tuple[Covariance, ...]
    common: CommonParameters = CommonParameters()

    def __post_init__(self) -> None:
        n_slots = len(slots(len(self.phases)))
        if len(set(self.phases)) < len(self.phases):
            raise InputError("phases", "Two phases have the same name.", "Give each phase a name of its own.")
        if len(self.fields) != len(self.phases) - 1 or len(self.covariances) != n_slots:
            raise InputError("parameters", f"{len(self.phases)} phases need {len(self.phases) - 1} fields and "
                             f"{n_slots} covariances.", "")
        if any(cut.confinement for at, cut in enumerate(self.fields) if at != 1):
            raise InputError("parameters", "Only the second of three or four phases can be confined to a layer.", "")
        check_values(self.values(), self.table)

    @property
    def lower(self) -> float:
        """What the first field must reach where the second phase may be, λ_1 − 1/κ; −∞ where it is not confined."""
        return self.fields[0].threshold - self.fields[1].layer if len(self.fields) > 1 else float("-inf")

    @property
    def is_layered(self) -> bool:
        """Whether the second phase is confined to a layer on the first."""
        return self.lower > float("-inf")

    @property
    def families(self) -> tuple[str, ...]:
        """Family of each of :func:`slots`."""
        return tuple(one.family for one in self.covariances)

    @property
    def table(self) -> tuple[Param, ...]:
        """The parameters of this model."""
        return parameter_table(len(self.phases), self.families)

    def is_like(self, other: ExcursionSet | None) -> bool:
        """Whether another model has the same phases in the same order and the same parameters, if with other values."""
        return other is not None and (self.phases, self.families) == (other.phases, other.families)

    @property
    def threshold_names(self) -> tuple[str, ...]:
        """Name of each field's threshold, first to last."""
        return tuple(f"{_FIELD_KEYS['threshold']}_{suffix}" for suffix in field_names(len(self.phases)))

    def squared(self, field: int) -> Covariance:
        """Return the covariance of a field's own squared parts X̃."""
        return self.covariances[2 * field]

    def plain(self, field: int) -> Covariance:
        """Return the covariance of a field's plain part X, its speckle apart."""
        return self.covariances[2 * field + 1]

    @property
    def shared(self) -> Covariance:
        """The covariance of the common fields Z̃."""
        return self.covariances[-1]

    def values(self) -> dict[str, float]:
        """Return every parameter by name; inverse lengths in 1/µm."""
        found: dict[str, float] = {}
        for slot, one in zip(slots(len(self.phases)), self.covariances, strict=True):
            found.update(zip((slot.key(p.name) for p in family(one.family).params), one.values, strict=True))
        for suffix, cut in zip(field_names(len(self.phases)), self.fields, strict=True):
            found.update({f"{key}_{suffix}": getattr(cut, attr) for attr, key in _FIELD_KEYS.items()})
        found.update({f.name: getattr(self.common, f.name) for f in fields(CommonParameters)})
        return {param.name: found[param.name] for param in self.table}

    def with_values(self, values: Mapping[str, float]) -> ExcursionSet:
        """Return the model with some parameters replaced.

        Raises
        ------
        InputError
            Unknown name or inadmissible value.
        """
        given = _plain_names(values, [p.name for p in self.table])
        return excursion_set(self.phases, {**self.values(), **given}, self.families)


def excursion_set(phases: tuple[str, ...], values: Mapping[str, float],
                  families: tuple[str, ...] = ()) -> ExcursionSet:
    """Build a model from parameters by name; what is left out has its default.

    Parameters
    ----------
    phases : tuple of str
        Phase names in the order of the cut.
    values : mapping of str to float
        Parameters by name, inverse lengths in 1/µm. ``correlation_sign``
        without a suffix sets the sign of the last field.
    families : tuple of str
        Family of each of :func:`slots`; empty: Gaussian ones.

    Raises
    ------
    InputError
        Unknown name or inadmissible value.
    """
    families = families or families_of(len(phases))
    table = parameter_table(len(phases), families)
    given = _plain_names(values, [p.name for p in table])
    check_names(given, [p.name for p in table])
    checked = {p.name: p.check(given[p.name]) if p.name in given else p.default for p in table}
    cuts = tuple(
        FieldParameters(**{attr: checked[f"{key}_{suffix}"] for attr, key in _FIELD_KEYS.items()
                           if f"{key}_{suffix}" in checked})
        for suffix in field_names(len(phases))
    )
    covariances = tuple(Covariance(key, tuple(checked[slot.key(p.name)] for p in family(key).params))
                        for slot, key in zip(slots(len(phases)), families, strict=True))
    common = CommonParameters(**{f.name: checked[f.name] for f in fields(CommonParameters)})
    return ExcursionSet(phases, cuts, covariances, common)


def other_spelling(name: str) -> str:
    """Return a name with its field by the other name, ``_x`` for ``_1`` and ``_y`` for ``_2`` and back; or as it is."""
    base, bracket, index = name.partition("[")
    stem, _, suffix = base.rpartition("_")
    other = {"x": "1", "y": "2", "1": "x", "2": "y"}.get(suffix)
    return name if other is None else f"{stem}_{other}{bracket}{index}" if stem else other


def _plain_names(values: Mapping[str, _Value], known: list[str]) -> dict[str, _Value]:
    """Spell ``_x``, ``_y`` as ``_1``, ``_2`` (and back) as the known names do.

    Raises
    ------
    InputError
        Two spellings of one parameter.
    """
    names = set(known)
    signs = [name for name in known if name.startswith("correlation_sign")]
    out: dict[str, _Value] = {}
    for name, value in values.items():
        plain = name
        if name == "correlation_sign" and signs:
            plain = signs[-1]
        elif name not in names and other_spelling(name) in names:
            plain = other_spelling(name)
        if plain in out:
            raise InputError(f"parameters.{name}", f"{name} is {plain} by another name, and both are given.",
                             "Keep one of them.")
        out[plain] = value
    return out
