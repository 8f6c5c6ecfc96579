"""How much each parameter of a model moves each closed-form value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core import crofton
from morphstudio.core.models.excursion_set import names_in_slot
from morphstudio.core.twopoint.closed_form import surface_from_losses
from morphstudio.core.twopoint.exact import fractions_jacobian, two_point_jacobian
from morphstudio.core.twopoint.values import Sensitivities

if TYPE_CHECKING:
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import VoxelSize

# A small step: a hundredth of the value, or 0.01 where a value may be 0 or negative.
_STEP = 0.01
# Below, a phase or a surface is as good as absent: its relative change is rounding.
_LEAST_FRACTION, _LEAST_LOSS = 1e-6, 1e-12


def sensitivities(model: ExcursionSet, voxel_size: VoxelSize, names: tuple[str, ...] | None = None) -> Sensitivities:
    """Return by how many per cent each value changes with a small step of each parameter.

    Parameters
    ----------
    model : ExcursionSet
    voxel_size : (float, float, float)
        Edge lengths (z, y, x) in µm.
    names : tuple of str, optional
        Parameters; default: those that matter for this model, whole numbers
        and signs left out.

    Returns
    -------
    Sensitivities
        From exact derivatives: first order, without simulation.
    """
    by_name = {p.name: p for p in model.table}
    chosen = sensitive_names(model) if names is None else names
    steps = crofton.directions()
    spacing = np.array(voxel_size)
    lags = np.array(steps) * spacing
    value, slope = two_point_jacobian(model, lags, chosen)
    eps, eps_slope = fractions_jacobian(model, chosen)
    loss = eps - np.einsum("lii->li", value)
    loss_slope = eps_slope.T - np.einsum("liip->lpi", slope)
    eps = np.where(eps < _LEAST_FRACTION, np.nan, eps)
    # Of a phase that is not there, nothing changes by a share.
    loss = np.where(np.isnan(eps) | (loss < _LEAST_LOSS), np.nan, loss)
    weights = crofton.weights(voxel_size)
    surface = surface_from_losses(loss, lags, weights)
    surface_slope = np.stack([surface_from_losses(loss_slope[:, p], lags, weights) for p in range(len(chosen))])
    rows = [steps.index(d) for d in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    # d ln(ε Δ / loss) = d ln ε − d ln loss
    chord_share = (eps_slope.T / eps)[:, None] - (loss_slope[rows] / loss[rows][:, None]).transpose(1, 0, 2)
    values = model.values()
    relative = tuple(by_name[name].scale == "log" for name in chosen)
    step = np.array([_STEP * values[name] if share else _STEP for name, share in zip(chosen, relative, strict=True)])
    return Sensitivities(
        chosen, relative, model.phases,
        100 * step[:, None] * eps_slope.T / eps,
        100 * step[:, None] * surface_slope / surface,
        100 * step[:, None, None] * chord_share)


def sensitive_names(model: ExcursionSet) -> tuple[str, ...]:
    """Return the parameters to ask about: the main ones, and others where they are in use."""
    values = model.values()
    common = names_in_slot(len(model.phases), model.families, "chi_common")
    out = []
    for param in model.table:
        if param.scale in ("integer", "sign") or param.array:
            continue
        used = values[param.name] != param.default
        if param.name in common:
            used = values["correlation"] > 0
        if param.main or used:
            out.append(param.name)
    return tuple(out)
