"""Where a calibration by simulation starts: a given model, or Gaussian noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.calibration.simulated.settings import fitted_names
from morphstudio.core.calibration.simulated.variables import FreeVariables
from morphstudio.core.errors import InputError
from morphstudio.core.fields.families import family
from morphstudio.core.models.excursion_set import excursion_set, families_of, slots
from morphstudio.core.twopoint.exact import with_fractions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.models.excursion_set import ExcursionSet

# α of the Gaussian covariance that fields resemble before the noise, per voxel; γ before the noise.
_ALPHA, _CORRELATION = 0.15, 0.3
_SMALLEST_FRACTION = 1e-4
_LONGEST_IN_VOXELS = 100


def phase_order(settings: SimulatedSettings, phases: tuple[str, ...]) -> tuple[int, ...]:
    """Return the positions of the images' phases in the order of the cut.

    Raises
    ------
    InputError
        The order or the model to start from does not name each phase once.
    """
    begin = settings.begin
    if begin is not None:
        if sorted(begin.phases) != sorted(phases):
            raise InputError("begin", f"The model to start from has the phases {', '.join(begin.phases)}, the images "
                             f"have {', '.join(phases)}.", "Give a model of these images.")
        order = tuple(phases.index(name) for name in begin.phases)
        if settings.order not in (None, order):
            raise InputError("order", "The model to start from cuts the phases in another order.",
                             "Leave the order out.")
        return order
    order = tuple(range(len(phases))) if settings.order is None else tuple(settings.order)
    if sorted(order) != list(range(len(phases))):
        raise InputError("order", f"The phase order {order} does not name each of {len(phases)} phases once.",
                         "Give every phase once.")
    return order


def start_model(settings: SimulatedSettings, phases: tuple[str, ...], edge: float,
                target: NDArray[np.float64]) -> ExcursionSet:
    """Return the model at which the free variables begin.

    Parameters
    ----------
    settings : SimulatedSettings
    phases : tuple of str
        In the order of the cut.
    edge : float
        Voxel edge in the images' length unit.
    target : ndarray, shape (K,)
        The images' fractions in the same order.
    """
    begin = settings.begin
    if begin is not None:
        return begin.with_values(settings.fixed)
    families = families_of(len(phases), settings.parameterisation, settings.covariances)
    values: dict[str, float] = {"correlation": _CORRELATION if len(phases) > 2 else 0.0}
    for slot, key in zip(slots(len(phases)), families, strict=True):
        shape = family(key).resembling(_ALPHA / edge, edge, None)
        values.update(zip((slot.key(p.name) for p in family(key).params), shape, strict=True))
    model = excursion_set(phases, {**values, **settings.fixed}, families)
    names = fitted_names(settings, len(phases), families)
    rng = np.random.default_rng([settings.seed, 1])
    variables = FreeVariables(model, names, edge, _LONGEST_IN_VOXELS * edge)
    free = variables.start().numpy()
    model = variables.at(free + settings.start_spread * rng.standard_normal(len(free)) * _noise_scale(variables, free))
    if not settings.match_fractions:
        return model
    share = np.maximum(target, _SMALLEST_FRACTION)
    try:
        return with_fractions(model, tuple(share / share.sum()))
    except InputError:
        # Out of reach of the thresholds from here: the fit has to find its own way.
        return model


def _noise_scale(variables: FreeVariables, free: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 for single parameters; for a kernel's values their own size, so that its far end stays near 0."""
    is_array = np.array(["[" in name for name in variables.names])
    return np.where(is_array, np.abs(free), 1.0)
