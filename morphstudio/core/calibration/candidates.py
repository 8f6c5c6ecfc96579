"""Which models a calibration tries: phase orders, with and without correlation, starts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from morphstudio.core.calibration.levenberg import LevenbergMarquardt
from morphstudio.core.calibration.problem import Problem
from morphstudio.core.errors import InputError
from morphstudio.core.fields.families import family
from morphstudio.core.models.excursion_set import (
    GAUSSIAN,
    confined_field,
    families_of,
    field_names,
    names_in_slot,
    parameter_table,
    slots,
)
from morphstudio.core.parameters import check_names, check_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.calibration.records import ExactSettings
    from morphstudio.core.calibration.statistics import PairStatistics
    from morphstudio.core.models.excursion_set import ExcursionSet


Kind = Literal["plain", "correlated", "layer"]


@dataclass(slots=True, eq=False)
class Candidate:
    """One start of one model structure."""

    problem: Problem
    start: int
    fit: LevenbergMarquardt

    @property
    def order(self) -> tuple[int, ...]:
        """Phase order."""
        return self.problem.order

    @property
    def kind(self) -> Kind:
        """Whether a layer is fitted, else whether γ is."""
        if self.problem.confinement in self.problem.names:
            return "layer"
        return "correlated" if "correlation" in self.problem.names else "plain"

    @property
    def is_rich(self) -> bool:
        """Whether a covariance is of another family than the Gaussian."""
        return any(key != GAUSSIAN for key in self.problem.families)

    @property
    def misfit(self) -> float:
        """Mean squared residual; infinite before the first iteration."""
        if self.fit.residual is None:
            return float("inf")
        measured = self.fit.residual[: self.problem.n_measured]
        return float(measured @ measured) / len(measured)


def free_names(settings: ExactSettings, n_phases: int, *, sees_z: bool) -> tuple[str, ...]:
    """Return the parameters to fit: the caller's, or those of the published model and γ.

    The stretch along z is fitted only where an image shows z.

    Raises
    ------
    InputError
        Unknown names, a name both free and fixed, or a whole number asked to
        be fitted.
    """
    rich = target_families(settings, n_phases)
    table = parameter_table(n_phases, rich)
    check_values(settings.fixed, table)
    if settings.free is None or rich:
        check_names(settings.free or (), [p.name for p in table], "free parameters")
        names = [f"{key}_{s}" for s in field_names(n_phases) for key in ("alpha_chi", "alpha", "lambda")]
        names += ["scale_z"] if sees_z else []
        # Without a correlation to fit, the common field's covariance has nothing to say.
        names += ["correlation", "alpha_chi_common"] if n_phases > 2 and "correlation" not in settings.fixed else []
        return tuple(name for name in names if name not in settings.fixed)
    check_names(settings.free, [p.name for p in table], "free parameters")
    for param in table:
        if param.name in settings.free and param.scale in ("integer", "sign"):
            raise InputError(f"free.{param.name}", f"{param.name} takes whole values and cannot be fitted.",
                             f"Fix it, for example {param.name}=1.")
        if param.name in settings.free and param.name in settings.fixed:
            raise InputError(f"free.{param.name}", f"{param.name} is both free and fixed.", "Choose one.")
    return settings.free


def target_families(settings: ExactSettings, n_phases: int) -> tuple[str, ...]:
    """Return the family of each Gaussian field that is asked for; empty where all are Gaussian.

    Raises
    ------
    InputError
        No such family or field.
    """
    found = families_of(n_phases, settings.parameterisation, settings.covariances)
    return () if set(found) == {GAUSSIAN} else found


def rich_names(settings: ExactSettings, n_phases: int, *, sees_z: bool, layered: bool = False) -> tuple[str, ...]:
    """Return what is fitted of a model whose covariances are not all Gaussian: as in the paper, and the stretch.

    A layer takes the place of the correlation.
    """
    table = parameter_table(n_phases, target_families(settings, n_phases))
    if settings.free is not None:
        return settings.free
    common = ("correlation", *names_in_slot(n_phases, target_families(settings, n_phases), "chi_common"))
    left_out = {"scale_z"} if not sees_z else set()
    if n_phases == 2 or "correlation" in settings.fixed or layered:
        left_out.update(common)
    if not layered:
        left_out.add(f"confinement_{confined_field(n_phases)}")
    return tuple(p.name for p in table if p.name not in left_out and p.name not in settings.fixed
                 and p.scale not in ("integer", "sign") and not p.name.startswith(("nugget", "kernel_step")))


def enriched(candidate: Candidate, settings: ExactSettings) -> list[Candidate]:
    """Return starts of the wanted families at a converged fit with Gaussian covariances.

    The first resembles that fit as closely as its families can; the others
    draw their shapes.
    """
    gaussian = candidate.problem
    statistics, n_phases = gaussian.statistics, len(gaussian.phases)
    families = target_families(settings, n_phases)
    problem = Problem(statistics, gaussian.phases, gaussian.order,
                      rich_names(settings, n_phases, sees_z=statistics.sees_z, layered=candidate.kind == "layer"),
                      settings.fixed, families)
    values = gaussian.model(candidate.fit.x).values()
    if "correlation" in problem.names and values["correlation"] == 0:
        values |= {"correlation": 0.3, "alpha_chi_common": min(values[f"alpha_chi_{s}"] for s in field_names(n_phases))}
    step = statistics.surface_of[0][0][2]
    known = {p.name for p in parameter_table(n_phases, families)}
    out: list[Candidate] = []
    for start in range(settings.starts):
        rng = np.random.default_rng([settings.seed, 1000 + start, *gaussian.order]) if start else None
        begun = dict(values)
        for slot, key in zip(slots(n_phases), families, strict=True):
            if slot.kind == "common" and "correlation" not in problem.names:
                continue  # without correlation it has no effect and keeps its defaults
            shape = family(key).resembling(values[slot.key("alpha")], step, rng)
            begun.update(zip((slot.key(p.name) for p in family(key).params), shape, strict=True))
        begun |= settings.fixed
        if not out:
            problem = replace(problem, fixed={n: v for n, v in begun.items() if n in known and n not in problem.names},
                              scales=_kernel_scales(begun))
        x = problem.matched(problem.free(begun))
        out.append(Candidate(problem, start, LevenbergMarquardt(x, *problem.bounds(), sloppy=True)))
    return out


def _kernel_scales(values: Mapping[str, float]) -> dict[str, float]:
    """Return scales in which a kernel's values count by how much of the field's variance they carry.

    A value at r steps belongs to a shell of about 4π(r + ½)² of them.
    """
    kernels: dict[str, dict[str, float]] = {}
    for name, value in values.items():
        if name.startswith("kernel_") and name.endswith("]"):
            kernels.setdefault(name.partition("[")[0], {})[name] = value
    out = {}
    for kernel in kernels.values():
        radius = np.arange(len(kernel)) + 0.5
        size = float(np.linalg.norm(np.array(list(kernel.values())) * radius))
        out.update({name: size / r for name, r in zip(kernel, radius, strict=True)})
    return out


def orders(settings: ExactSettings, n_phases: int) -> list[tuple[int, ...]]:
    """Return the phase orders to try."""
    if settings.order is None:
        return list(itertools.permutations(range(n_phases)))
    if sorted(settings.order) != list(range(n_phases)):
        raise InputError("order", f"The phase order {settings.order} does not name each of {n_phases} phases once.",
                         "Give every phase once.")
    return [settings.order]


def structures(names: tuple[str, ...], settings: ExactSettings, n_phases: int) -> list[tuple[str, ...]]:
    """Return the sets of fitted parameters: without correlation first, then with, then with a layer.

    Without correlation its covariance does not matter. The sign of a common
    field is not tried: squares forget it, so both signs have one law. A layer
    comes without correlation, and with the weight of the field that it lies on.
    """
    plain = tuple(n for n in names if n not in ("correlation", "alpha_chi_common"))
    found = [] if settings.cut == "layer" and n_phases > 2 else [plain, names] if "correlation" in names else [names]
    if n_phases == 2 or settings.cut == "free" or settings.free is not None:
        return found or [names]
    first, second = field_names(n_phases)[0], confined_field(n_phases)
    if f"confinement_{second}" not in settings.fixed:
        extra = [n for n in (f"sigma_{first}", f"confinement_{second}") if n not in settings.fixed]
        found.append((*plain, *extra))
    return found or [names]


def candidates(statistics: PairStatistics, phases: tuple[str, ...], settings: ExactSettings) -> list[Candidate]:
    """Return seeded starts for every order and structure."""
    out = []
    names = free_names(settings, len(phases), sees_z=statistics.sees_z)
    gaussian = {p.name for p in parameter_table(len(phases))}
    known = {name: value for name, value in settings.fixed.items() if name in gaussian}
    tried = [(order, fitted) for order in orders(settings, len(phases))
             for fitted in structures(names, settings, len(phases))]
    for position, (order, fitted) in enumerate(tried):
        problem = Problem(statistics, phases, order, fitted, known)
        low, high = problem.bounds()
        # Where other structures are tried as well, a layer gets half of the starts, those with a coarse first field:
        # its iterations cost twice as much, and the winner's neighbours swap coarse and fine.
        half = problem.confinement in fitted and settings.cut == "both" and settings.free is None
        for start in range(0, settings.starts, 2 if half else 1):
            rng = np.random.default_rng([settings.seed, position, start])
            out.append(Candidate(problem, start, LevenbergMarquardt(problem.start(start, rng), low, high)))
        begin = settings.begin
        if begin is not None and begin.phases == tuple(phases[k] for k in order) and set(begin.families) == {GAUSSIAN}:
            out.append(_begun(problem, settings.starts, begin))
    return out


def _begun(problem: Problem, number: int, model: ExcursionSet) -> Candidate:
    """Return a start at the parameters of ``model``."""
    values, (low, high) = model.values(), problem.bounds()
    start = np.clip([p.to_free(values[p.name]) for p in problem.params], low, high)
    return Candidate(problem, number, LevenbergMarquardt(problem.matched(start), low, high))


def neighbours(candidate: Candidate) -> list[LevenbergMarquardt]:
    """Return fits that start in the minima next to a converged one.

    For each field its coarse and fine part swapped; for each inverse length
    that ran to the end of its range, the same with that one back inside.
    """
    problem, x = candidate.problem, candidate.fit.x
    low, high = problem.bounds()
    starts = []
    for suffix in field_names(len(problem.phases)):
        pair = [problem.names.index(n) for n in (f"alpha_chi_{suffix}", f"alpha_{suffix}") if n in problem.names]
        if len(pair) == 2:
            swapped = x.copy()
            swapped[pair] = x[pair[::-1]]
            starts.append(swapped)
    for k, name in enumerate(problem.names):
        if name.startswith("alpha") and min(x[k] - low[k], high[k] - x[k]) < 0.1 * (high[k] - low[k]):
            inside = x.copy()
            lengths = np.linalg.norm(problem.statistics.lags, axis=1)
            inside[k] = -np.log(lengths.min()) if x[k] > (low[k] + high[k]) / 2 else np.log(3 / lengths.max())
            starts.append(inside)
    return [LevenbergMarquardt(problem.matched(np.clip(start, low, high)), low, high) for start in starts]


def widened(candidate: Candidate, problem: Problem) -> Candidate:
    """Return a start of the correlated structure at a converged uncorrelated fit."""
    values = candidate.problem.model(candidate.fit.x).values()
    chi = [v for name, v in values.items() if name.startswith("alpha_chi_") and name in candidate.problem.names]
    values |= {"correlation": 0.3, "alpha_chi_common": min(chi, default=values["alpha_chi_common"])}
    low, high = problem.bounds()
    start = np.clip([p.to_free(values[p.name]) for p in problem.params], low, high)
    return Candidate(problem, candidate.start, LevenbergMarquardt(problem.matched(start), low, high))
