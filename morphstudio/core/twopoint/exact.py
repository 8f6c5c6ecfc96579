"""Two-point coverage functions of a model, exactly, with gradients.

The oracle of calibration and of the live read-outs: no realisation is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.optimize import brentq
from torch import Tensor

from morphstudio.core.errors import InputError
from morphstudio.core.fields.families import family
from morphstudio.core.models.excursion_set import ExcursionSet, confined_field, field_names, slots
from morphstudio.core.twopoint.pair_probabilities import PairInputs, coverage, joint_fractions
from morphstudio.core.twopoint.pair_slopes import coverage_slopes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.fields.covariance import Family

# Correlation gaps are kept off 0, where the field is smooth and C(h) = C(0).
_SMALLEST_GAP = 1e-13


def two_point(model: ExcursionSet, lags: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return C_ij(h) = P(0 in phase i, h in phase j) of a model.

    Parameters
    ----------
    model : ExcursionSet
    lags : ndarray, shape (L, 3)
        Vectors (z, y, x) in µm (the inverse of the model's length unit).

    Returns
    -------
    ndarray, shape (L, K, K)
        In the model's phase order; errors below 2e-4.

    Notes
    -----
    Source: this product's own derivation; the published papers estimate these
    functions from realisations.
    """
    values = model.values()
    theta = torch.tensor([values[p.name] for p in model.table], dtype=torch.float64)
    vectors = torch.as_tensor(np.asarray(lags, dtype=np.float64))
    with torch.no_grad():
        eps = fractions(model)
        moving = torch.linalg.vector_norm(vectors, dim=1) > 0
        pairs = coverage(_pair_inputs(model, theta, vectors[moving])) if bool(moving.any()) else {}
    out = np.zeros((len(vectors), len(eps), len(eps)))
    at = moving.numpy()
    for (i, j), value in pairs.items():
        out[at, i, j] = out[at, j, i] = value.numpy()
    out[~at] = np.diag(eps)
    return complete(out, eps)


def complete(c: NDArray[np.float64], eps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill the last phase's row and column from Σ_j C_ij = ε_i, in place."""
    c[:, :-1, -1] = c[:, -1, :-1] = eps[:-1] - c[:, :-1, :-1].sum(2)
    c[:, -1, -1] = eps[-1] - c[:, -1, :-1].sum(1)
    return c


def two_point_jacobian(
    model: ExcursionSet, lags: NDArray[np.float64], names: Sequence[str],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return C_ij and its derivatives with respect to parameters.

    Parameters
    ----------
    model : ExcursionSet
    lags : ndarray, shape (L, 3)
        Vectors (z, y, x) in µm, none of them 0.
    names : sequence of str
        Parameters to differentiate by, P of them.

    Returns
    -------
    values : ndarray, shape (L, K, K)
    jacobian : ndarray, shape (L, K, K, P)
        d C_ij / d parameter, in the parameter's own unit.
    """
    table = model.table
    values = model.values()
    position = [[p.name for p in table].index(name) for name in names]
    base = torch.tensor([values[p.name] for p in table], dtype=torch.float64)
    vectors = torch.as_tensor(np.asarray(lags, dtype=np.float64))
    correlated = "correlation" in names or model.common.correlation > 0

    chain = _chain(model, base, position, vectors)
    keys, c, grads = coverage_slopes(_pair_inputs(model, base, vectors, correlated))
    jac = torch.einsum("kml,mlp->klp", grads, chain)
    eps, eps_jac = _fractions_jacobian(model, base, position, correlated)
    n_phases = len(model.phases)
    value = np.zeros((len(vectors), n_phases, n_phases))
    slope = np.zeros((len(vectors), n_phases, n_phases, len(names)))
    for row, (i, j) in enumerate(keys):
        value[:, i, j] = value[:, j, i] = c[row].numpy()
        slope[:, i, j] = slope[:, j, i] = jac[row].numpy()
    complete(value, eps)
    for p in range(len(names)):
        complete(slope[..., p], eps_jac[:, p])
    return value, slope


def fractions(model: ExcursionSet) -> NDArray[np.float64]:
    """Return the volume fraction of each phase, in the model's order, shape (K,)."""
    values = model.values()
    theta = torch.tensor([values[p.name] for p in model.table], dtype=torch.float64)
    with torch.no_grad():
        return _all_fractions(model, theta, model.common.correlation > 0).numpy()


def fractions_jacobian(model: ExcursionSet, names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the fractions, shape (K,), and their derivatives, shape (K, P)."""
    values = model.values()
    table = [p.name for p in model.table]
    base = torch.tensor([values[name] for name in table], dtype=torch.float64)
    correlated = "correlation" in names or model.common.correlation > 0
    return _fractions_jacobian(model, base, [table.index(name) for name in names], correlated)


def with_fractions(model: ExcursionSet, target: Sequence[float]) -> ExcursionSet:
    """Return the model with the thresholds that give these volume fractions.

    Parameters
    ----------
    model : ExcursionSet
    target : sequence of float, length K
        Fractions above 0 that sum to 1, in the model's order.

    Raises
    ------
    InputError
        Fractions not above 0, not summing to 1, or out of the thresholds' reach.
    """
    eps = np.asarray(target, dtype=np.float64)
    if len(eps) != len(model.phases) or (eps <= 0).any() or abs(eps.sum() - 1) > 1e-6:
        raise InputError("fractions", "Volume fractions must be above 0 and sum to 1.", "Change one at a time.")
    suffixes = field_names(len(model.phases))
    by_name = {p.name: p for p in model.table}
    current = model
    for index, suffix in enumerate(suffixes):
        name = f"lambda_{suffix}"

        def gap(value: float, at: ExcursionSet = current, key: str = name, i: int = index) -> float:
            return float(fractions(at.with_values({key: value}))[i] - eps[i])

        low, high = by_name[name].domain
        if gap(low) < 0 or gap(high) > 0:
            raise InputError("fractions", f"No threshold {low:g} … {high:g} gives a fraction of {eps[index]:.4g} here.",
                             "Give a less extreme fraction or a smaller weight of the plain field.")
        current = current.with_values({name: float(brentq(gap, low, high, xtol=1e-10))})
    return current


def _fractions_jacobian(
    model: ExcursionSet, base: Tensor, position: list[int], correlated: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    theta = base.clone().requires_grad_(True)
    eps = _all_fractions(model, theta, correlated)
    rows = [torch.autograd.grad(e, theta, retain_graph=True, allow_unused=True)[0] for e in eps]
    jac = torch.stack([torch.zeros_like(base) if row is None else row for row in rows])
    return eps.detach().numpy(), jac[:, position].numpy()


def _all_fractions(model: ExcursionSet, theta: Tensor, correlated: bool) -> Tensor:
    column = _columns(model, theta)
    first = joint_fractions(column["lambda"], column["sigma"], column["correlation"],
                            int(model.common.degrees_of_freedom), correlated=correlated, lower=_lower(model, theta))
    return torch.cat([first, 1 - first.sum().reshape(1)])


def _columns(model: ExcursionSet, theta: Tensor) -> dict[str, Tensor]:
    """Return each kind of parameter: shape (F,) for those of fields, () for the others."""
    index = {p.name: k for k, p in enumerate(model.table)}
    suffixes = field_names(len(model.phases))
    per_field = ("lambda", "sigma", "nugget")
    out = {key: theta[[index[f"{key}_{s}"] for s in suffixes]] for key in per_field}
    out |= {key: theta[index[key]] for key in ("scale_z", "correlation")}
    return out


def _lower(model: ExcursionSet, theta: Tensor) -> Tensor | None:
    """Return λ_1 − 1/κ, shape (); ``None`` where the second phase is not confined."""
    if not model.is_layered:
        return None
    n_phases = len(model.phases)
    index = {p.name: k for k, p in enumerate(model.table)}
    return (theta[index[f"lambda_{field_names(n_phases)[0]}"]]
            - 1 / theta[index[f"confinement_{confined_field(n_phases)}"]])


def _pair_inputs(model: ExcursionSet, theta: Tensor, lags: Tensor, correlated: bool | None = None) -> PairInputs:
    column, lower = _columns(model, theta), _lower(model, theta)
    h = _distances(column["scale_z"], lags)
    ones = torch.ones_like(h)
    gaps = [torch.clamp(gap, min=_SMALLEST_GAP) for gap in _gaps(model, theta, h)]
    plain = (1 - column["nugget"][:, None]) * (1 - torch.stack(gaps[1:-1:2]))
    return PairInputs(
        torch.stack(gaps[:-1:2]), torch.clamp(plain, max=1 - _SMALLEST_GAP), gaps[-1],
        column["correlation"] * ones, column["lambda"][:, None] * ones, column["sigma"][:, None] * ones,
        int(model.common.degrees_of_freedom),
        model.common.correlation > 0 if correlated is None else correlated, None if lower is None else lower * ones)


def _distances(scale_z: Tensor, lags: Tensor) -> Tensor:
    return torch.sqrt(lags[:, 1] ** 2 + lags[:, 2] ** 2 + (scale_z * lags[:, 0]) ** 2)


def _gaps(model: ExcursionSet, theta: Tensor, h: Tensor) -> list[Tensor]:
    """Return 1 − ρ(h) of each of the model's Gaussian fields."""
    return [made_of.gap(h, theta[at], torch) for made_of, at in _places(model)]


def _places(model: ExcursionSet) -> list[tuple[Family, list[int]]]:
    """Return the family of each Gaussian field and where its parameters stand in the table."""
    index = {p.name: k for k, p in enumerate(model.table)}
    out = []
    for slot, key in zip(slots(len(model.phases)), model.families, strict=True):
        made_of = family(key)
        out.append((made_of, [index[slot.key(p.name)] for p in made_of.params]))
    return out


def _chain(model: ExcursionSet, base: Tensor, position: list[int], vectors: Tensor) -> Tensor:
    """Return the derivatives of the local quantities by the chosen parameters, shape (M, L, P).

    Every covariance knows its own parameters alone: hundreds of columns are 0.
    """
    index = {p.name: k for k, p in enumerate(model.table)}
    column = {k: c for c, k in enumerate(position)}
    n = len(model.fields)
    out = torch.zeros(4 * n + 2 + int(model.is_layered), len(vectors), len(position), dtype=base.dtype)
    stretch = base[index["scale_z"]]
    h = _distances(stretch, vectors)
    by_stretch = stretch * vectors[:, 0] ** 2 / h
    for slot, (made_of, at) in enumerate(_places(model)):
        row, factor = _row_of(slot, n), torch.ones(())
        if row in range(n, 2 * n):
            speckle = index[f"nugget_{field_names(len(model.phases))[row - n]}"]
            factor = base[speckle] - 1
            if speckle in column:
                out[row, :, column[speckle]] = made_of.gap(h, base[at], torch) - 1
        free = [k for k, i in enumerate(at) if i in column]
        if free:
            out[row][:, [column[at[k]] for k in free]] = factor * _by_own(made_of, h, base[at], free)
        if index["scale_z"] in column:
            slope = torch.func.jvp(lambda d, f=made_of, v=base[at]: f.gap(d, v, torch), (h,), (by_stretch,))[1]
            out[row, :, column[index["scale_z"]]] = factor * slope
    _chain_cuts(out, model, column, base)
    return out


def _chain_cuts(out: Tensor, model: ExcursionSet, column: dict[int, int], base: Tensor) -> None:
    """Add what does not depend on the lag, in place: thresholds, weights, γ and the layer."""
    index, n = {p.name: k for k, p in enumerate(model.table)}, len(model.fields)
    suffixes = field_names(len(model.phases))
    slopes = [(first + f, f"{kind}_{suffix}", 1.0) for kind, first in (("lambda", 2 * n), ("sigma", 3 * n))
              for f, suffix in enumerate(suffixes)]
    slopes.append((4 * n + 1, "correlation", 1.0))
    if model.is_layered:
        confinement = f"confinement_{confined_field(len(model.phases))}"
        slopes += [(4 * n + 2, model.threshold_names[0], 1.0),
                   (4 * n + 2, confinement, float(base[index[confinement]]) ** -2)]
    for row, name, slope in slopes:
        if index[name] in column:
            out[row, :, column[index[name]]] = slope


def _row_of(slot: int, n: int) -> int:
    """Return the row of a Gaussian field among the local quantities of ``pair_slopes``."""
    return 4 * n if slot == 2 * n else slot // 2 + (n if slot % 2 else 0)


def _by_own(made_of: Family, h: Tensor, values: Tensor, free: list[int]) -> Tensor:
    """Return the derivatives of 1 − ρ(h) by some of the family's parameters, shape (L, len(free))."""
    at = torch.tensor(free)
    known = made_of.slopes(h, values)
    if known is not None:
        return torch.as_tensor(known[:, free])

    def gap(some: Tensor) -> Tensor:
        return torch.as_tensor(made_of.gap(h, values.index_copy(0, at, some), torch))

    return torch.as_tensor(torch.func.jacfwd(gap)(values[at]))
