"""Models that the images tell apart no better than the best one: draws from the covariance of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.parameters import check_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.calibration.records import ParameterCovariance
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.parameters import Param

# Largest standard deviation of a draw along any direction of the free variables, a factor e for lengths. The
# covariance is that of a linear approximation, which says nothing farther out.
LARGEST_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class ParameterEnsemble:
    """Models drawn around a fitted one.

    Parameters
    ----------
    models : tuple of ExcursionSet
        The draws; all parameters that were not drawn are those of the fitted model.
    drawn : tuple of str
        Parameters that were drawn, jointly.
    n_held_back : int
        Directions of the drawn parameters whose spread was cut to
        :data:`LARGEST_SPREAD`, since the images hardly determine them.
    seed : int
        Seed of the draws.
    """

    models: tuple[ExcursionSet, ...]
    drawn: tuple[str, ...]
    n_held_back: int
    seed: int


def draw_ensemble(model: ExcursionSet, covariance: ParameterCovariance, n_models: int, seed: int) -> ParameterEnsemble:
    """Draw models from the normal distribution that the covariance of the fitted parameters describes.

    Parameters
    ----------
    model : ExcursionSet
        The fitted model.
    covariance : ParameterCovariance
        Of its parameters, thresholds included, in free variables.
    n_models : int
        How many to draw.
    seed : int
        0 or more; the same seed gives the same models, and more of them begin with the same ones.

    Returns
    -------
    ParameterEnsemble
        θ = θ̂ + V Λ^½ z in free variables, with Σ = V Λ Vᵀ, z standard normal,
        eigenvalues cut at :data:`LARGEST_SPREAD`²; what falls outside of a
        parameter's range is reflected into it.

    Raises
    ------
    InputError
        The covariance names parameters that the model does not have.
    """
    if n_models < 1:
        raise InputError("ensemble", f"An ensemble of {n_models} models cannot be drawn.", "Give 1 or more.")
    by_name = {param.name: param for param in model.table}
    check_names(covariance.names, by_name, "covariance")
    params, values = [by_name[name] for name in covariance.names], model.values()
    centre = np.array([param.to_free(values[param.name]) for param in params])
    sizes, axes = np.linalg.eigh(covariance.matrix)
    spread = np.sqrt(np.clip(sizes, 0.0, LARGEST_SPREAD**2))
    rng = np.random.default_rng(seed)
    models = []
    for _ in range(n_models):
        free = centre + axes @ (spread * rng.standard_normal(len(params)))
        drawn = {p.name: p.from_free(_reflected(float(x), p)) for p, x in zip(params, free, strict=True)}
        models.append(excursion_set(model.phases, {**values, **drawn}, model.families))
    return ParameterEnsemble(tuple(models), covariance.names, int(np.sum(sizes > LARGEST_SPREAD**2)), seed)


def _reflected(free: float, param: Param) -> float:
    """Return a free variable inside its range: what passes an end comes back as far on the other side."""
    low, high = (param.to_free(end) for end in param.domain)
    turn = (free - low) % (2 * (high - low))
    return low + min(turn, 2 * (high - low) - turn)


def check_covariance(names: tuple[str, ...], matrix: NDArray[np.float64]) -> None:
    """Raise InputError for what is no covariance of as many parameters: form, symmetry, negative variances."""
    where, hint = "covariance.matrix", "Take it from a calibration, or leave it out."
    if matrix.shape != (len(names), len(names)):
        raise InputError(where, f"The covariance of {len(names)} parameters is not {len(names)} × {len(names)} "
                         "numbers.", hint)
    if not np.all(np.isfinite(matrix)):
        raise InputError(where, "The covariance holds something that is no finite number.", hint)
    size = float(np.abs(matrix).max(initial=0.0))
    if not np.allclose(matrix, matrix.T, rtol=1e-6, atol=1e-9 * size):
        raise InputError(where, "The covariance is not symmetric.", hint)
    if len(names) and float(np.linalg.eigvalsh(matrix).min()) < -1e-6 * size:
        raise InputError(where, "The covariance has a direction of negative variance.", hint)
