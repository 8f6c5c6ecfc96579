"""How often a line crosses the boundary of each phase of a smooth model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from morphstudio.core.twopoint.pair_quadrature import conditional_rule

if TYPE_CHECKING:
    from morphstudio.core.models.excursion_set import ExcursionSet

_Array = NDArray[np.float64]


def crossing_rates(model: ExcursionSet) -> _Array:
    """Return −C′_ii(0⁺) in an isotropic model (ŝ = 1) of smooth fields, 1/µm, shape (K,)."""
    common = model.common
    z_sq, weight, g_sq, g_weight, cosine, c_weight = (
        part.numpy() for part in conditional_rule(int(common.degrees_of_freedom), 3.0))
    gamma = common.correlation
    cross = 2 * np.sqrt(gamma * (1 - gamma) * z_sq[:, None, None] * g_sq[:, None]) * cosine
    squares = gamma * z_sq[:, None, None] + (1 - gamma) * g_sq[:, None] + cross
    above, rate = [], []
    shared = gamma * model.shared.curvature if gamma > 0 else 0.0
    # The second phase may be bounded by the first field once more, at its lower threshold.
    cuts = [(at, cut.threshold) for at, cut in enumerate(model.fields)]
    cuts += [(0, model.lower)] if model.is_layered else []
    for field, threshold in cuts:
        cut = model.fields[field]
        chi = (1 - gamma) * model.squared(field).curvature + shared
        deviation = np.sqrt(8 * chi * squares + 2 * cut.sigma**2 * model.plain(field).curvature)
        z = (threshold - squares) / cut.sigma
        density = np.exp(-z * z / 2) / (np.sqrt(2 * np.pi) * cut.sigma)
        above.append(ndtr(-z) @ c_weight @ g_weight)
        rate.append((deviation * density / np.sqrt(2 * np.pi)) @ c_weight @ g_weight)
    boundary = _confined_boundary if len(cuts) > len(model.fields) else _boundary
    return np.array([boundary(above, rate, i) @ weight for i in range(len(model.phases))])


def _confined_boundary(above: list[_Array], rate: list[_Array], phase: int) -> _Array:
    """Return the crossing rate at ``phase`` where the second one is confined; the last of the lists is its layer.

    Crossing λ_1 upwards leaves the layer, so that what lies there is the second
    phase or what follows; crossing λ_1 − 1/κ downwards leaves it for what follows.
    """
    (first, second, *later), lower = above[:-1], above[-1]
    layer = lower - first
    if phase == 0:
        return rate[0]
    if phase == 1:
        return (rate[0] + rate[-1]) * second + layer * rate[1]
    at_first = rate[0] * (1 - second) + rate[-1] * second + layer * rate[1]
    free = 1 - first - layer * second
    share = np.ones_like(first)
    for cut in later[: phase - 2]:
        share = share * (1 - cut)
    share = share * (later[phase - 2] if phase - 2 < len(later) else 1.0)
    return np.asarray(at_first * share + free * _among(later, rate[2:-1], phase - 2))


def _among(above: list[_Array], rate: list[_Array], phase: int) -> _Array | float:
    """Return the rate among the phases after the second; one alone has no boundary there."""
    return _boundary(above, rate, phase) if above else 0.0


def _boundary(above: list[_Array], rate: list[_Array], phase: int) -> _Array:
    """Return the crossing rate at phase ``phase`` given the common field's nodes."""
    total = np.zeros_like(rate[0])
    ahead = np.ones_like(rate[0])
    for f in range(min(phase, len(rate) - 1) + 1):
        below = np.ones_like(ahead)
        if f < phase:
            for k in range(f + 1, phase):
                below = below * (1 - above[k])
            if phase < len(above):
                below = below * above[phase]
        total += ahead * rate[f] * below
        ahead = ahead * (1 - above[f])
    return total
