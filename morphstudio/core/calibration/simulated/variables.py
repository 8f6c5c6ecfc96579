"""Free variables of a model's parameters, differentiable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from morphstudio.core.models.excursion_set import excursion_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.parameters import Param

# The square root of γ has no derivative at 0.
_SMALLEST_CORRELATION = 1e-3
# Inverse lengths are kept where a section can tell one from the next: from 0.05 over the longest lag to 6 per voxel.
_LONGEST, _SHORTEST = 0.05, 6.0


class FreeVariables:
    """The map from P free variables to all parameters of a model.

    Parameters
    ----------
    model : ExcursionSet
        Gives phases, families and the parameters that are not fitted.
    names : sequence of str
        The P fitted parameters.
    shortest, longest : float
        Voxel edge and longest lag in the model's length unit.
    """

    def __init__(self, model: ExcursionSet, names: Sequence[str], shortest: float, longest: float) -> None:
        self.model, self.names = model, tuple(names)
        table = model.table
        index = {p.name: k for k, p in enumerate(table)}
        self._params = [table[index[name]] for name in self.names]
        self._at = torch.tensor([index[name] for name in self.names], dtype=torch.long)
        values = model.values()
        self._base = torch.tensor([values[p.name] for p in table], dtype=torch.float64)
        self._log = torch.tensor([p.scale == "log" for p in self._params])
        self._logit = torch.tensor([p.scale == "logit" for p in self._params])
        ends = [_limits(p, shortest, longest) for p in self._params]
        domains = torch.tensor([p.domain for p in self._params], dtype=torch.float64)
        self._low, self._width = domains[:, 0], domains[:, 1] - domains[:, 0]
        self.low = torch.tensor([p.to_free(low) for p, (low, _) in zip(self._params, ends, strict=True)],
                                dtype=torch.float64)
        self.high = torch.tensor([p.to_free(high) for p, (_, high) in zip(self._params, ends, strict=True)],
                                 dtype=torch.float64)

    @property
    def single_names(self) -> tuple[str, ...]:
        """The fitted parameters that are no values of kernels."""
        return tuple(p.name for p in self._params if not p.array)

    def start(self) -> Tensor:
        """Return the free variables of the model, inside their limits, shape (P,)."""
        values = self.model.values()
        found = torch.tensor([p.to_free(values[p.name]) for p in self._params], dtype=torch.float64)
        return self.inside(found)

    def inside(self, free: Tensor) -> Tensor:
        """Return free variables moved to the ends of their ranges where they are beyond them."""
        return torch.minimum(torch.maximum(free, self.low), self.high)

    def parameters(self, free: Tensor) -> Tensor:
        """Return all parameters in the order of the model's table, float64, differentiable by ``free``."""
        # Each branch of the choice gets arguments of its own scale: an overflow of another's would spoil the slope.
        zero = torch.zeros((), dtype=free.dtype)
        exponential = torch.exp(torch.where(self._log, free, zero))
        share = torch.sigmoid(torch.where(self._logit, free, zero))
        value = torch.where(self._log, exponential, torch.where(self._logit, self._low + self._width * share, free))
        return self._base.index_copy(0, self._at, value)

    def fitted(self, free: Tensor) -> Tensor:
        """Return the fitted parameters, shape (P,), differentiable by ``free``."""
        return self.parameters(free)[self._at]

    def values(self, free: NDArray[np.float64]) -> dict[str, float]:
        """Return the fitted parameters by name, inside their domains."""
        return {p.name: p.from_free(float(v)) for p, v in zip(self._params, free, strict=True)}

    def at(self, free: NDArray[np.float64]) -> ExcursionSet:
        """Return the model at free variables, shape (P,)."""
        values = {**self.model.values(), **self.values(free)}
        return excursion_set(self.model.phases, values, self.model.families)


def _limits(param: Param, shortest: float, longest: float) -> tuple[float, float]:
    """Return the smallest and the largest value that a fit may reach."""
    low, high = param.domain
    if param.name == "correlation":
        return max(low, _SMALLEST_CORRELATION), high
    if param.unit == "1/um":
        return max(low, _LONGEST / longest), min(high, _SHORTEST / shortest)
    return low, high
