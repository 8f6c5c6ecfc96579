"""The two-point term of the loss from the model's exact functions (Eq. 26), without simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.interpolate import CubicSpline
from torch import Tensor

from morphstudio.core.calibration.simulated.coverage import flat_pairs, pairs
from morphstudio.core.twopoint.exact import fractions, fractions_jacobian, two_point, two_point_jacobian

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.calibration.simulated.variables import FreeVariables
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.twopoint.image import RadialTwoPoint

# Every distance up to so many voxels is a node of the interpolation; so many more are spaced evenly in log h.
_ALL_UP_TO, _FURTHER = 3.0, 20


class ExactTerm:
    """Σ_{i≤j} Σ_h (Ĉ_ij(h) − C_ij,θ(h))² with the model's curves smoothed as the images' are.

    Parameters
    ----------
    variables : FreeVariables
    data : ndarray, shape (L, K, K)
        The images' functions in the model's phase order.
    smoothing : RadialTwoPoint
        How they were smoothed.
    axis : int
        Axis along which the model's functions are taken (isotropic in the plane).

    Notes
    -----
    The exact functions are computed at some twenty to thirty distances and
    interpolated by a cubic spline, which starts at one voxel; h = 0 is apart.
    """

    def __init__(self, variables: FreeVariables, data: NDArray[np.float64], smoothing: RadialTwoPoint,
                 axis: int) -> None:
        self._variables, self._data = variables, flat_pairs(data)
        distances = smoothing.distances
        edge = distances[distances > 0].min()
        short = distances[(distances > 0) & (distances <= _ALL_UP_TO * edge)]
        long = np.geomspace(_ALL_UP_TO * edge, distances.max(), _FURTHER + 1)[1:]
        nodes = np.concatenate([short, long[long > short.max()]])
        self._lags = np.zeros((len(nodes), 3))
        self._lags[:, axis] = nodes
        spline = np.zeros((len(distances), len(nodes) + 1))
        spline[distances == 0, 0] = 1
        spline[distances > 0, 1:] = CubicSpline(nodes, np.eye(len(nodes)))(distances[distances > 0])
        self._smooth: NDArray[np.float64] = np.asarray(smoothing.weights @ spline)

    def curves(self, free: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return C_ij of the pairs i ≤ j, shape (Q, L), and derivatives by the fitted parameters, (Q, L, P)."""
        model = self._variables.at(free.detach().numpy())
        value, slope = two_point_jacobian(model, self._lags, self._variables.names)
        eps, eps_slope = fractions_jacobian(model, self._variables.names)
        n = len(eps)
        at_zero = np.zeros((1, n, n, eps_slope.shape[1]))
        at_zero[0, range(n), range(n)] = eps_slope
        slopes = np.concatenate([at_zero, slope])
        return self._smoothed(eps, value), np.stack([self._smooth @ slopes[:, i, j] for i, j in pairs(n)])

    def squared_misfit(self, model: ExcursionSet) -> float:
        """Return the term at a model of the same phases."""
        curves = self._smoothed(fractions(model), two_point(model, self._lags))
        return float(((curves - self._data) ** 2).sum())

    def _smoothed(self, eps: NDArray[np.float64], value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the pairs i ≤ j of C_ij at the images' lags from fractions and from C_ij at the nodes."""
        whole = np.concatenate([np.diag(eps)[None], value])
        return np.stack([self._smooth @ whole[:, i, j] for i, j in pairs(len(eps))])

    def __call__(self, free: Tensor) -> Tensor:
        """Return the term, a float64 number that is differentiable by ``free``."""
        value, slope = self.curves(free)
        gap = value - self._data
        gradient = torch.from_numpy(2 * np.einsum("ql,qlp->p", gap, slope))
        fitted = self._variables.fitted(free)
        # Its value is that of the term, its derivative the exact one.
        return torch.tensor(float((gap**2).sum()), dtype=torch.float64) + (fitted - fitted.detach()) @ gradient
