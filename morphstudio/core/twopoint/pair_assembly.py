r"""How phases are put together from what each field does at two points.

u_f = 1{Z_f ≥ λ_f}; where the second phase is confined, also m = 1{Z_1 ≥ λ_1 − 1/κ}
and w = m − u_1, the layer. Phase 1 is u_1, phase 2 is w u_2, and with
r = 1 − u_1 − w u_2 phase i is r Π_{2<f<i} (1 − u_f) u_i. Fields being independent
given what is conditioned on, the expectation of a product is one of products.
Without a layer m = 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Pairs = dict[tuple[int, int], Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """What a field does at two points at one threshold: P(exceeds at both), at 0, at h."""

    both: Tensor
    zero: Tensor
    lag: Tensor

    def mirrored(self) -> Cut:
        """Return the same with the points swapped."""
        return Cut(self.both, self.lag, self.zero)

    def within_bounds(self) -> Cut:
        """Bring expanded conditional probabilities back into their range.

        Far out, where there is next to no weight, the expansions leave it. Of two
        factors a rule integrates the product exactly all the same; three blow up.
        """
        zero, lag = torch.clamp(self.zero, 0, 1), torch.clamp(self.lag, 0, 1)
        both = torch.maximum(self.both, torch.clamp(zero + lag - 1, min=0))
        return Cut(torch.minimum(both, torch.minimum(zero, lag)), zero, lag)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The first field's lower threshold, and its two thresholds together.

    Attributes
    ----------
    cut : Cut
        At the lower threshold.
    down, up : Tensor
        P(exceeds the upper at 0 and the lower at h), and the other way round.
    """

    cut: Cut
    down: Tensor
    up: Tensor

    def mirrored(self) -> Layer:
        """Return the same with the points swapped."""
        return Layer(self.cut.mirrored(), self.up, self.down)

    def within_bounds(self, upper: Cut) -> Layer:
        """Bring expanded conditional probabilities back into their range, given those of the upper threshold."""
        cut = self.cut.within_bounds()
        down = torch.minimum(torch.maximum(self.down, upper.both), torch.minimum(upper.zero, cut.lag))
        up = torch.minimum(torch.maximum(self.up, upper.both), torch.minimum(cut.zero, upper.lag))
        return Layer(cut, down, up)


def assemble(cuts: Sequence[Cut], layer: Layer | None, expect: Callable[[Tensor], Tensor]) -> Pairs:
    """Return C_ij, i ≤ j < K−1, of fields that are independent given what ``expect`` averages over.

    Parameters
    ----------
    cuts : sequence of Cut
        One for each field.
    layer : Layer or None
        ``None`` where the second phase is not confined.
    expect : callable
        Expectation over the condition.
    """
    out: Pairs = {}
    if layer is None:
        ahead, first = torch.ones(()), 0
    else:
        ahead, first = _confined(out, cuts, layer, expect), 2
    for i in range(first, len(cuts)):
        out[i, i] = expect(ahead * cuts[i].both)
        _fill(out, i, ahead * (cuts[i].zero - cuts[i].both), cuts, i + 1, expect)
        ahead = ahead * (1 - cuts[i].zero - cuts[i].lag + cuts[i].both)
    return out


def _confined(out: Pairs, cuts: Sequence[Cut], layer: Layer, expect: Callable[[Tensor], Tensor]) -> Tensor:
    """Add the pairs of the first two phases; return P(neither at both points)."""
    upper, second = cuts[0], cuts[1]
    to_layer, from_layer = layer.down - upper.both, layer.up - upper.both
    within = layer.cut.both - layer.down - layer.up + upper.both
    out[0, 0] = expect(upper.both)
    out[0, 1] = expect(to_layer * second.lag)
    _fill(out, 0, upper.zero - upper.both - to_layer * second.lag, cuts, 2, expect)
    out[1, 1] = expect(within * second.both)
    outside = (layer.cut.zero - upper.zero - from_layer) * second.zero
    _fill(out, 1, outside - within * second.both, cuts, 2, expect)
    return (1 - upper.zero - upper.lag + upper.both - outside
            - (layer.cut.lag - upper.lag - to_layer) * second.lag + within * second.both)


def _fill(out: Pairs, i: int, between: Tensor, cuts: Sequence[Cut], first: int,
          expect: Callable[[Tensor], Tensor]) -> None:
    """Add C_ij for j ≥ ``first``, given P(phase i at 0 and none before ``first`` at h)."""
    for j in range(first, len(cuts)):
        out[i, j] = expect(between * cuts[j].lag)
        between = between * (1 - cuts[j].lag)
