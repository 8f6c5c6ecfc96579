"""How often a line crosses the boundary of each phase of a smooth model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from morphstudio.core.twopoint.pair_quadrature import conditional_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet


def crossing_rates(model: ExcursionSet) -> NDArray[np.float64]:
    """Return −C′_ii(0⁺) in an isotropic model (ŝ = 1) of smooth fields, 1/µm, shape (K,)."""
    common = model.common
    z_sq, weight, g_sq, g_weight, cosine, c_weight = (
        part.numpy() for part in conditional_rule(int(common.degrees_of_freedom), 3.0))
    gamma = common.correlation
    cross = 2 * np.sqrt(gamma * (1 - gamma) * z_sq[:, None, None] * g_sq[:, None]) * cosine
    squares = gamma * z_sq[:, None, None] + (1 - gamma) * g_sq[:, None] + cross
    above, rate = [], []
    shared = gamma * model.shared.curvature if gamma > 0 else 0.0
    for field, cut in enumerate(model.fields):
        chi = (1 - gamma) * model.squared(field).curvature + shared
        deviation = np.sqrt(8 * chi * squares + 2 * cut.sigma**2 * model.plain(field).curvature)
        z = (cut.threshold - squares) / cut.sigma
        density = np.exp(-z * z / 2) / (np.sqrt(2 * np.pi) * cut.sigma)
        above.append(ndtr(-z) @ c_weight @ g_weight)
        rate.append((deviation * density / np.sqrt(2 * np.pi)) @ c_weight @ g_weight)
    return np.array([_boundary(above, rate, i) @ weight for i in range(len(model.phases))])


def _boundary(above: list[NDArray[np.float64]], rate: list[NDArray[np.float64]], phase: int) -> NDArray[np.float64]:
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
