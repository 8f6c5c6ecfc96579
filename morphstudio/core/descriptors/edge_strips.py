"""Finds a strip at an image's edge that is unlike the rest: a shadow, a streak, a badly segmented border."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Side = Literal["low", "high"]
# The strip is this share of the axis; each is tried.
SHARES = (0.01, 0.02, 0.03, 0.04, 0.06)
LEAST_STRIPS = 12  # of the same width, from which the usual spread is known
CHANCE = 0.01  # that an image without such a strip is said to have one, all tests together
_LEAST_SHARE = 1e-3  # of a phase that no other strip has: less is a speck


@dataclass(frozen=True, slots=True)
class EdgeStrip:
    """A strip that chance does not explain.

    Parameters
    ----------
    side : {"low", "high"}
        At the first or the last plane of the axis.
    width : int
        Planes.
    phase : int
        Position of the phase whose fraction is unusual.
    fraction, usual : float
        Its fraction in the strip, and its mean in the other strips of that width.
    """

    side: Side
    width: int
    phase: int
    fraction: float
    usual: float


def unusual_edge(fractions: NDArray[np.float64], n_tests: int = 1,
                 shares: Sequence[float] = SHARES) -> EdgeStrip | None:
    """Return the edge strip along one axis that differs most from the rest, if chance does not explain it.

    Parameters
    ----------
    fractions : ndarray of float64, shape (N, K)
        Fraction of each phase in each plane along the axis.
    n_tests : int
        How many axes of the image are looked at: the chance of a false alarm
        holds for all of them together.
    shares : sequence of float
        Strip widths to try, as shares of the axis.

    Returns
    -------
    EdgeStrip or None

    Notes
    -----
    The fraction of a phase in the strip is compared with that in all other
    strips of the same width, laid side by side: with n of them, mean m and
    standard deviation s, t = (f − m) / (s √(1 + 1/n)) follows Student's t with
    n − 1 degrees of freedom where the strips are alike and normal. The limit
    is Bonferroni's over sides, phases, widths and axes. Strips of a coarse
    structure are no independent samples, so that neighbours are alike and s,
    taken over the whole image, is what counts. A phase whose fraction is the
    same in all other strips, as one found at the border only, has no spread to
    compare with: it is unusual where it differs by more than a speck.
    """
    from scipy import stats  # the window reads what is found without it

    n_planes, n_phases = fractions.shape
    widths = sorted({max(2, round(share * n_planes)) for share in shares})
    found, most = None, 1.0
    for width in widths:
        for side in ("low", "high"):
            seen = fractions if side == "low" else fractions[::-1]
            n = n_planes // width - 1
            if n < LEAST_STRIPS:
                continue
            strips = seen[: (n + 1) * width].reshape(n + 1, width, n_phases).mean(axis=1)
            t = _deviations(strips)
            limit = stats.t.isf(CHANCE / (2 * 2 * n_phases * len(widths) * n_tests), n - 1)
            phase = int(np.argmax(t))
            if t[phase] / limit > most:
                most = float(t[phase] / limit)
                found = EdgeStrip(side, width, phase, float(strips[0, phase]), float(strips[1:, phase].mean()))
    return None if found is None else _grown(found, fractions[:, found.phase])


def _deviations(strips: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return |t| of the first strip against the others, per phase; infinite where only the first differs."""
    others = strips[1:]
    difference, spread = np.abs(strips[0] - others.mean(axis=0)), others.std(axis=0, ddof=1)
    t: NDArray[np.float64] = np.where(difference > _LEAST_SHARE, np.inf, 0.0)
    # Rounding leaves a spread to equal fractions, too.
    known = spread > 1e-12
    t[known] = difference[known] / (spread[known] * np.sqrt(1 + 1 / len(others)))
    return t


def _grown(strip: EdgeStrip, fractions: NDArray[np.float64]) -> EdgeStrip:
    """Move the strip's inner end to where the planes are nearer to the usual fraction than to the strip's."""
    seen = fractions if strip.side == "low" else fractions[::-1]
    odd = np.abs(seen - strip.fraction) < np.abs(seen - strip.usual)
    reach = min(2 * strip.width, len(seen) // 10)
    # One plane may look usual by chance; odd ones behind two such planes are the structure's own.
    ends = np.flatnonzero(~odd[:reach] & ~odd[1 : reach + 1])
    alike = np.flatnonzero(odd[: ends[0] if len(ends) else reach])
    return replace(strip, width=int(alike[-1]) + 1) if len(alike) else strip
