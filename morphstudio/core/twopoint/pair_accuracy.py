r"""How many nodes the rules for pairs of points need.

What is to be integrated turns from 0 to 1 where a squared length |X|² passes
the threshold λ, within about σ/√λ of the length |X|. Near pairs differ little:
only the rule in their sum has to resolve it fully; those in difference and
angle see it smeared. A common field smears it once more, the less the larger
γ. The numbers keep the error of every C_ij below 1e-4; they were found by
comparison with finer rules (``tests/core/twopoint/test_pair_accuracy.py``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

# Nodes in sum, difference and half-range angle for σ = 1, λ ≤ 2.
_INDEPENDENT, _CORRELATED = (24, 14, 6), (24, 16, 6)
_SHARP_BELOW, _MOST_REFINED = 0.95, 6.0
_SMEARED = 0.6  # exponent with which the rule in the difference follows
_TARGET_SHARP_BELOW = 1.2
_COMMON_SHARP_BELOW, _MOST_COMMON = 0.3, 4.0
_SINGLE_SHARP_BELOW, _MOST_SINGLE = 0.15, 8.0
_MANY_SQUARES = 1.6  # thin shells of mass
# Counts are multiples of these, so that a slider does not ask for rules of its own at every step.
_STEPS = (8, 4, 1)


def independent_counts(threshold: Tensor, sigma: Tensor, n: int) -> tuple[int, int, int]:
    """Return nodes in sum, difference and angle for one field.

    Parameters
    ----------
    threshold, sigma : Tensor
        Of all pairs.
    n : int
        Degrees of freedom.
    """
    by_sum, smeared = _sharpness(threshold.detach(), sigma.detach())
    many = _many(n)
    return _stepped((_INDEPENDENT[0] * by_sum * many, _INDEPENDENT[1] * smeared * many, _INDEPENDENT[2] * many))


def correlated_counts(threshold: Tensor, sigma: Tensor, gamma: float,
                      n: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Return nodes in sum, difference and angle of the source rule, and of the target rule.

    Parameters
    ----------
    threshold, sigma : Tensor
        Of all fields and pairs.
    gamma : float
        Share of the common field.
    n : int
        Degrees of freedom.
    """
    by_sum, smeared = _sharpness(threshold.detach(), sigma.detach())
    width = math.sqrt(float(sigma.detach().min()) ** 2 + 4 * max(1 - gamma, 0.0))
    by_target, many = min(max(1.0, _TARGET_SHARP_BELOW / width), _MOST_REFINED), _many(n)
    factors = (max(by_sum, by_target), max(smeared, by_target), by_target)
    source = _stepped(tuple(count * factor * many for count, factor in zip(_CORRELATED, factors, strict=True)))
    target = [max(2, round(2 * count * by_target * many / 3)) for count in _CORRELATED]
    return source, (target[0], target[1], target[2])


def common_refinement(threshold: Tensor, sigma: Tensor, n: int) -> float:
    """Return by how much the rule at one point given the common field is refined; its error stays below 5e-5."""
    sharp = min(max(1.0, _COMMON_SHARP_BELOW * _steepness(threshold.detach(), sigma.detach())), _MOST_COMMON)
    return math.ceil(10 * sharp * _many(n)) / 10


def single_count(threshold: Tensor, sigma: Tensor) -> int:
    """Return the nodes of the rule at one point."""
    sharp = _steepness(threshold.detach(), sigma.detach())
    return 160 * math.ceil(min(max(1.0, _SINGLE_SHARP_BELOW * sharp), _MOST_SINGLE))


def _sharpness(threshold: Tensor, sigma: Tensor) -> tuple[float, float]:
    """Return by how much the rules in the sum and in the difference are refined."""
    narrow = float(1 / sigma.min())
    return (min(max(1.0, _SHARP_BELOW * _steepness(threshold, sigma)), _MOST_REFINED),
            min(max(1.0, _SHARP_BELOW * narrow), _MOST_REFINED) ** _SMEARED)


def _steepness(threshold: Tensor, sigma: Tensor) -> float:
    """Return √λ/σ in units of that at σ = 1, λ = 2; the largest, and λ ≥ 2."""
    return float(((threshold.clamp(min=2.0) / 2).sqrt() / sigma).max())


def _many(n: int) -> float:
    return 1.0 if n <= 2 else _MANY_SQUARES


def _stepped(counts: tuple[float, ...]) -> tuple[int, int, int]:
    found = [step * math.ceil(count / step - 1e-9) for count, step in zip(counts, _STEPS, strict=True)]
    return found[0], found[1], found[2]
