"""Chord lengths: means free of border effects, and distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.descriptors.values import Borders, Distribution, Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.descriptors.runs import RunCounts

_NO_VOXEL = "the image has no voxel of this phase"


def mean_chord_lengths(runs: RunCounts, unit: str) -> list[Value]:
    """Return the mean chord length of each phase along the axis of ``runs``.

    Parameters
    ----------
    runs : RunCounts
        Runs along the axis.
    unit : str
        Unit of its ``step``.

    Returns
    -------
    list of Value
        One for each phase; no value where the phase has no boundary along the axis.

    Notes
    -----
    ℓ = ε Δ / (ε − C(Δ)): phase voxels per line over chord starts per line.
    ε is taken over all voxels and ε − C(Δ) is half the share of neighbour pairs
    with one voxel in the phase, over all pairs. Chords cut by the border add
    voxels and, where an end is in sight, half a start, so neither count is
    biased. It is the estimator whose expectations the model gives in closed
    form (Chiu, Stoyan, Kendall, Mecke 2013). The mean over complete chords is
    smaller; it stands with the distribution.
    """
    n = runs.line_length
    voxels, ends = runs.voxels, runs.ends
    values = []
    for phase in range(len(voxels)):
        if voxels[phase] == 0:
            values.append(Value(None, unit, _NO_VOXEL))
        elif ends[phase] == 0:
            values.append(Value(None, unit, "the phase has no boundary along this axis"))
        else:
            chords = float(voxels[phase]) / n * 2 * (n - 1) / float(ends[phase])
            values.append(Value(chords * runs.step, unit))
    return values


def chord_length_distributions(runs: RunCounts, unit: str, borders: Borders = "exclude") -> list[Distribution]:
    """Return the chord length distribution of each phase along the axis of ``runs``.

    Parameters
    ----------
    runs : RunCounts
        Runs along the axis.
    unit : str
        Unit of its ``step``.
    borders : {"exclude", "kaplan-meier"}
        Leave chords cut by the border out, or use them as lower bounds.

    Returns
    -------
    list of Distribution
        One for each phase: P(chord ≤ kΔ) at k = 0, 1, …, up to the longest
        chord used; ``mean`` is the mean of the same chords. Empty with a reason
        where no chord lies wholly inside the image.

    Notes
    -----
    *exclude* (the default, Ohser & Schladitz 2009): the distribution of
    complete chords. Long chords are cut more often, so it leans to short ones
    in small images.

    *kaplan-meier* (Kaplan & Meier 1958): walk each line from either end. A
    chord whose start is seen is followed until it ends, or until the border
    censors it; where it starts says nothing about how long it is, which is what
    the estimator needs. So complete chords count once from each side, chords
    with one end in sight are censored once, and whole lines tell nothing. A
    chord with k voxels in sight has at least k, so it is censored after k − 1.
    1 − F(k) = Π_{m ≤ k} (1 − ended_m / at risk_m). If the
    longest ones are censored F stays below 1 and the mean is the one restricted
    to the longest visible length.
    """
    weigh = _complete if borders == "exclude" else _kaplan_meier
    result = []
    for phase, (ended, cut) in enumerate(zip(runs.complete, runs.cut_once, strict=True)):
        if ended.sum() == 0:
            reason = _NO_VOXEL if runs.voxels[phase] == 0 else "no chord lies wholly inside the image"
            result.append(Distribution(np.empty(0), np.empty(0), unit, None, reason))
        else:
            cdf = weigh(ended, cut)
            grid = np.arange(len(cdf), dtype=np.float64) * runs.step
            result.append(Distribution(grid, cdf, unit, float(np.sum(1 - cdf[:-1]) * runs.step)))
    return result


def _complete(ended: NDArray[np.int64], _cut: NDArray[np.int64]) -> NDArray[np.float64]:
    longest = int(np.flatnonzero(ended)[-1])
    return np.asarray(np.cumsum(ended[: longest + 1]) / ended.sum())


def _kaplan_meier(ended: NDArray[np.int64], cut: NDArray[np.int64]) -> NDArray[np.float64]:
    seen = 2 * ended
    seen[:-1] += cut[1:]
    longest = int(np.flatnonzero(seen)[-1])
    at_risk = np.cumsum(seen[longest::-1])[::-1]
    survival = np.cumprod(1 - 2 * ended[: longest + 1] / at_risk)
    return np.asarray(1 - survival)
