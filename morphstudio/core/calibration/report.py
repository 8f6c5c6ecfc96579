"""Curves and sentences that tell how a calibration went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.calibration.records import TwoPointCurves
from morphstudio.core.calibration.weak import WEAK_WORDS, weak_parameters
from morphstudio.core.grades import GRADE_WORDS
from morphstudio.core.twopoint.exact import two_point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.calibration.records import ParameterEstimate, RankedOrder
    from morphstudio.core.calibration.statistics import PairStatistics
    from morphstudio.core.models.excursion_set import ExcursionSet

_NAMED = 6  # weak parameters that a sentence lists


def _lines(statistics: PairStatistics) -> list[tuple[str, NDArray[np.intp]]]:
    """Return lags in the xy plane, and along z where there are any, by distance."""
    z, r = statistics.lags[:, 0], statistics.lags[:, 2]
    lines = [("in plane", np.flatnonzero(z == 0)), ("along z", np.flatnonzero(r == 0))]
    return [(label, rows[np.argsort((z + r)[rows])]) for label, rows in lines if len(rows)]


def data_curves(statistics: PairStatistics) -> tuple[TwoPointCurves, ...]:
    """Return the measured curves with their value at lag 0."""
    return tuple(
        TwoPointCurves(*_with_origin(statistics, rows, statistics.values[rows]),
                       np.concatenate([np.zeros_like(statistics.values[:1]), statistics.standard_errors[rows]]), label)
        for label, rows in _lines(statistics))


def curves(model: ExcursionSet, order: tuple[int, ...], statistics: PairStatistics, *, parts: int = 1,
           ) -> tuple[TwoPointCurves, ...]:
    """Return the model's curves in the images' phase order, at the measured lags and ``parts`` − 1 between each two."""
    back = np.argsort(order)
    lines = [(label, _divided(np.concatenate([np.zeros((1, 3)), statistics.lags[rows]]), parts))
             for label, rows in _lines(statistics)]
    values = two_point(model, np.concatenate([lags for _, lags in lines]))[:, back[:, None], back]
    starts = np.cumsum([0, *(len(lags) for _, lags in lines)])
    return tuple(TwoPointCurves(lags.sum(1), values[start:start + len(lags)], None, label)
                 for (label, lags), start in zip(lines, starts, strict=False))


def _divided(lags: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    """Return lag vectors of a line, and more at equal steps between each two of them."""
    at = np.arange(parts * (len(lags) - 1) + 1) / parts
    fine = np.stack([np.interp(at, np.arange(len(lags)), column) for column in lags.T], axis=1)
    fine[::parts] = lags  # exactly, so that they are found again
    return fine


def _with_origin(statistics: PairStatistics, rows: NDArray[np.intp],
                 values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lags = np.concatenate([[0.0], statistics.lags[rows].sum(1)])
    return lags, np.concatenate([np.diag(statistics.fractions)[None], values])


def verdict(best: RankedOrder, fitted: dict[str, ParameterEstimate]) -> str:
    """Return one plain sentence on how well the best model fits, and what of it the images leave open."""
    surface, chord = 100 * best.surface_error, 100 * best.chord_error
    text = (f"{GRADE_WORDS[best.grade]}: surface areas are off by {surface:.1f} % and mean chords by {chord:.1f} % "
            "on average over the phases.")
    if best.is_one_far_off:
        text += f" {best.furthest_words(f'{100 * best.largest_error:.1f} %')}"
    if best.model.is_layered:
        text += f" {best.model.phases[1]} lies in a layer on {best.model.phases[0]} only."
    n_weak = sum(estimate.weak for estimate in fitted.values())
    if not n_weak:
        return text
    reasons = weak_parameters(best.model, fitted)
    if n_weak <= _NAMED:
        told = [f"{', '.join(p.name for p in params)} ({WEAK_WORDS[reason]})" for reason, params in reasons.items()]
        return f"{text} Weakly determined: {'; '.join(told)}."
    told = [f"{WEAK_WORDS[reason]}: {len(params)}" for reason, params in reasons.items()]
    return f"{text} Weakly determined: {n_weak} of {len(fitted)} parameters ({'; '.join(told)})."
