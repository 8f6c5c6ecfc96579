"""How well a model fits images, however it was found: misfit, surfaces, mean chords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.calibration.problem import surface_and_chord
from morphstudio.core.calibration.records import RankedOrder
from morphstudio.core.descriptors.values import phase_words
from morphstudio.core.twopoint.exact import two_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.calibration.statistics import PairStatistics
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import Phase

_QUANTITIES = ("surface area", "mean chord")


def misfit_of(model: ExcursionSet, order: tuple[int, ...], statistics: PairStatistics) -> float:
    """Return the mean squared error of the two-point functions in units of the standard error; 1 is the noise level.

    Parameters
    ----------
    model : ExcursionSet
    order : tuple of int
        Positions in the images' phases of the model's phases.
    statistics : PairStatistics
        What the images say; its lags and the pairs i ≤ j count.
    """
    at = np.array(order)
    measured, errors = (array[:, at[:, None], at] for array in (statistics.values, statistics.standard_errors))
    gap = (two_point(model, statistics.lags) - measured) / errors
    rows, columns = np.triu_indices(len(order))
    return float((gap[:, rows, columns] ** 2).mean())


def ranked_order(model: ExcursionSet, order: tuple[int, ...], statistics: PairStatistics, phases: Sequence[Phase], *,
                 refined: bool) -> RankedOrder:
    """Return how well a model of one phase order fits.

    Parameters
    ----------
    model : ExcursionSet
    order : tuple of int
        Positions in the images' phases of the model's phases.
    statistics : PairStatistics
    phases : sequence of Phase
        The images' phases.
    refined : bool
        Whether the model comes from a fit that went on to its end.
    """
    at = list(order)
    surface, chord = surface_and_chord(model, statistics)
    surface_off = np.abs(surface / statistics.surface[at] - 1)
    chord_off = np.abs(chord / statistics.chord[at] - 1)
    off = np.concatenate([surface_off, chord_off])
    largest = int(np.nanargmax(off))
    named = [f"{quantity} of {phase_words(phases[k].name, phases[k].label)}" for quantity in _QUANTITIES for k in at]
    return RankedOrder(order, model.phases, misfit_of(model, order, statistics), float(surface_off.mean()),
                       float(chord_off.mean()), refined, model, float(off[largest]), named[largest])
