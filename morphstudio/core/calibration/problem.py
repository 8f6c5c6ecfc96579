"""The misfit of one model structure to measured two-point functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from morphstudio.core import crofton
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import (
    ExcursionSet,
    confined_field,
    excursion_set,
    field_names,
    parameter_table,
)
from morphstudio.core.twopoint.closed_form import surface_from_losses
from morphstudio.core.twopoint.exact import fractions, two_point, two_point_jacobian, with_fractions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from morphstudio.core.calibration.statistics import PairStatistics
    from morphstudio.core.parameters import Param

# Off 0 the gradient exists; below this γ is nothing.
_SMALLEST_CORRELATION = 1e-3
_SMALLEST_FRACTION = 1e-4
# Off 0 the gradient exists; a layer this wide is none.
_SMALLEST_CONFINEMENT = 0.01
# How much of a layer the second phase fills in successive starts, between the least that it may and all of it.
_FILLED = (0.5, 0.8, 0.3, 0.65)
# Expected second difference of the free variables of a kernel, from step to step. Rough fields have kernels with a
# peak: near the centre more is expected.
_KERNEL_ROUGHNESS, _KERNEL_PEAK = 0.01, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Residuals of a model with a phase order against statistics.

    Parameters
    ----------
    statistics : PairStatistics
    phases : tuple of str
        The images' phases.
    order : tuple of int
        Positions in ``phases`` of the model's phases.
    names : tuple of str
        Fitted parameters.
    fixed : mapping of str to float
        Values of others; what is in neither has the table's default.
    families : tuple of str
        Family of each Gaussian field's covariance; empty: Gaussian ones.
    scales : mapping of str to float
        By parameter, what a unit of its free variable stands for; default 1.
    """

    statistics: PairStatistics
    phases: tuple[str, ...]
    order: tuple[int, ...]
    names: tuple[str, ...]
    fixed: Mapping[str, float]
    families: tuple[str, ...] = ()
    scales: Mapping[str, float] = field(default_factory=dict)

    @property
    def confinement(self) -> str:
        """Name of the confinement to a layer; empty where the model has none."""
        second = confined_field(len(self.phases))
        return f"confinement_{second}" if second else ""

    @property
    def params(self) -> list[Param]:
        """The fitted parameters."""
        by_name = {p.name: p for p in parameter_table(len(self.phases), self.families)}
        return [by_name[name] for name in self.names]

    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the box of the free variables."""
        low, high = zip(*(self._limits(p) for p in self.params), strict=True)
        return np.array(low), np.array(high)

    def _limits(self, param: Param) -> tuple[float, float]:
        low, high = param.domain
        if param.name == "correlation":
            low = _SMALLEST_CORRELATION
        if param.name == self.confinement:
            low = _SMALLEST_CONFINEMENT
        if param.unit == "1/um":
            # Beyond these the data cannot tell one value from the next.
            lengths = np.linalg.norm(self.statistics.lags, axis=1)
            low, high = 0.05 / lengths.max(), 6.0 / lengths.min()
        scale = self.scales.get(param.name, 1.0)
        return param.to_free(low) / scale, param.to_free(high) / scale

    def model(self, x: NDArray[np.float64]) -> ExcursionSet:
        """Return the model at the free variables ``x``, shape (P,)."""
        values = dict(self.fixed)
        values |= {p.name: p.from_free(float(v) * self.scales.get(p.name, 1.0))
                   for p, v in zip(self.params, x, strict=True)}
        return excursion_set(tuple(self.phases[k] for k in self.order), values, self.families)

    def free(self, values: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the free variables of parameters by name, inside the box."""
        low, high = self.bounds()
        found = [p.to_free(values[p.name]) / self.scales.get(p.name, 1.0) for p in self.params]
        return np.asarray(np.clip(found, low, high))

    def start(self, number: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return a random start whose fractions are the data's, if thresholds are free.

        Successive numbers take turns at which of a field's two parts is the
        coarse one: the misfit has a minimum for either, and no path between.
        """
        low, high = self.bounds()
        x = np.array([self._draw(p, number, rng) for p in self.params])
        x = np.clip(x, low, high)
        return self.matched(self._layered(x, number) if self.confinement in self.names else x)

    def _layered(self, x: NDArray[np.float64], number: int) -> NDArray[np.float64]:
        """Return ``x`` with a layer so wide that the second phase fills some share of it."""
        target = np.maximum(self.statistics.fractions[list(self.order)], _SMALLEST_FRACTION)
        first, second, *others = target / target.sum()
        least = second / (1 - first)
        filled = least + (1 - least) * _FILLED[number % len(_FILLED)]
        rest = np.array(others) * (1 - first) * (1 - filled) / sum(others)
        low, high = self.bounds()
        at, x = self.names.index(self.confinement), x.copy()
        try:
            free = with_fractions(self.model(x).with_values({self.confinement: 0.0}),
                                  (first, (1 - first) * filled, *rest))
            x[at] = brentq(lambda value: fractions(free.with_values({self.confinement: value}))[1] - second,
                           low[at], high[at], xtol=1e-6)
        except (InputError, ValueError):
            x[at] = low[at]  # no layer holds that much from here: the fit has to find its own way
        return x

    def matched(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``x`` with the thresholds, where all are free, that give the data's fractions."""
        low, high = self.bounds()
        x = x.copy()
        cuts = [f"lambda_{s}" for s in field_names(len(self.phases))]
        if all(name in self.names for name in cuts):
            target = np.maximum(self.statistics.fractions[list(self.order)], _SMALLEST_FRACTION)
            try:
                matched = with_fractions(self.model(x), tuple(target / target.sum())).values()
            except InputError:
                # Out of reach from here: the fit has to find its own way.
                return x
            for name in cuts:
                x[self.names.index(name)] = matched[name]
        return np.asarray(np.clip(x, low, high))

    def _draw(self, param: Param, number: int, rng: np.random.Generator) -> float:
        u = float(rng.random())
        if param.name.startswith("alpha"):
            lengths = np.linalg.norm(self.statistics.lags, axis=1)
            if param.group:
                field = field_names(len(self.phases)).index(param.group)
                fine = bool(number >> field & 1) == param.name.startswith("alpha_chi")
                u = (u + fine) / 2
            return float(np.log(1 / lengths.max()) + u * np.log(lengths.max() / lengths.min()))
        if param.name == "correlation":
            return 0.2 + 0.6 * u
        return param.to_free(param.default)

    def residuals(self, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (model − data)/se of the pairs i ≤ j, then the roughness of kernels, and the derivatives by ``x``.

        Returns
        -------
        ndarray, shape (R,)
        ndarray, shape (R, P)
        """
        model = self.model(x)
        value, slope = two_point_jacobian(model, self.statistics.lags, self.names)
        values = model.values()
        chain = np.array([p.slope(values[p.name]) * self.scales.get(p.name, 1.0) for p in self.params])
        gap = (value - self._ordered(self.statistics.values)) / self._ordered(self.statistics.standard_errors)
        slope = slope / self._ordered(self.statistics.standard_errors)[..., None] * chain
        rough, rough_slope = self._roughness(x)
        return np.concatenate([self.flat(gap), rough]), np.concatenate([self.flat(slope), rough_slope])

    @property
    def n_measured(self) -> int:
        """Number of residuals that compare with the images; what follows them is the kernels' roughness."""
        n = len(self.order)
        return len(self.statistics.lags) * n * (n + 1) // 2

    def _roughness(self, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the second differences of fitted kernels in units of what is expected of them, and derivatives.

        Two-point functions at a few dozen distances leave most of a kernel open; without this, noise would fill it.
        """
        rows, slopes = [np.zeros(0)], [np.zeros((0, len(x)))]
        for at in self._kernels():
            difference = np.zeros((len(at) - 2, len(x)))
            inner = np.arange(len(at) - 2)
            expected = _KERNEL_ROUGHNESS + _KERNEL_PEAK / (inner + 2) ** 1.5
            for step, weight in enumerate((1.0, -2.0, 1.0)):
                difference[inner, at[inner + step]] = weight / expected
            rows.append(difference @ x)
            slopes.append(difference)
        return np.concatenate(rows), np.concatenate(slopes)

    def _kernels(self) -> list[NDArray[np.intp]]:
        """Return where the values of each fitted kernel stand among the free variables."""
        found: dict[str, list[int]] = {}
        for k, param in enumerate(self.params):
            if param.array:
                found.setdefault(param.name.partition("[")[0], []).append(k)
        return [np.array(at) for at in found.values()]

    def scores(self) -> NDArray[np.float64]:
        """Return each block's part of the residuals, shape (B, R)."""
        scaled = self.statistics.deviations / self.statistics.standard_errors
        order = np.array(self.order)
        ordered = scaled[:, :, order[:, None], order]
        rows, columns = np.triu_indices(len(order))
        return np.asarray(ordered[:, :, rows, columns].reshape(len(ordered), -1))

    def flat(self, array: NDArray[np.float64]) -> NDArray[np.float64]:
        """Keep the pairs i ≤ j and flatten (L, K, K, …) to (R, …)."""
        rows, columns = np.triu_indices(len(self.order))
        kept = array[:, rows, columns]
        return np.asarray(kept.reshape(-1, *array.shape[3:]))

    def _ordered(self, array: NDArray[np.float64]) -> NDArray[np.float64]:
        order = np.array(self.order)
        return np.asarray(array[:, order[:, None], order])


def surface_and_chord(model: ExcursionSet, statistics: PairStatistics) -> tuple[NDArray[np.float64],
                                                                                NDArray[np.float64]]:
    """Return the model's voxel S_V and mean chord as the images would show them.

    Returns
    -------
    ndarray, shape (K,), twice
        In the model's phase order, weighted over the images like the data.
    """
    eps = fractions(model)
    surface, chord = np.zeros(len(eps)), np.zeros(len(eps))
    for spacing, open_axes, weight in statistics.surface_of:
        steps = np.array(crofton.directions(open_axes))
        lags = steps * np.array(spacing)
        loss = eps - np.einsum("lii->li", two_point(model, lags))
        surface += weight * surface_from_losses(loss, lags, crofton.weights(spacing, open_axes))
        on_axis = np.abs(steps).sum(1) == 1
        edge = np.abs(lags[on_axis]).sum(1)
        chord += weight * (eps * edge[:, None] / np.maximum(loss[on_axis], 1e-12)).mean(0)
    return surface, chord
