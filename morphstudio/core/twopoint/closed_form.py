"""What a model's structure measures, in closed form: fractions, surface, chords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core import crofton
from morphstudio.core.twopoint.exact import fractions, two_point
from morphstudio.core.twopoint.values import PhaseValues

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import VoxelSize

# Continuum above voxel surface by more than this: detail finer than a voxel.
_SUB_VOXEL_RATIO = 1.15


def phase_values(model: ExcursionSet, voxel_size: VoxelSize) -> tuple[PhaseValues, ...]:
    """Return the closed-form values of each phase, in the model's order.

    Parameters
    ----------
    model : ExcursionSet
    voxel_size : (float, float, float)
        Edge lengths (z, y, x) in µm.
    """
    spacing = np.array(voxel_size)
    steps = crofton.directions()
    lags = np.array(steps) * spacing
    eps = fractions(model)
    same = np.einsum("lii->li", two_point(model, lags))
    loss = eps - same
    volume = surface_from_losses(loss, lags, crofton.weights(voxel_size))
    planar = crofton.directions((1, 2))
    rows = [steps.index(d) for d in planar]
    section = surface_from_losses(loss[rows], lags[rows], crofton.weights(voxel_size, (1, 2)))
    continuum = continuum_surface(model)
    axis_rows = [steps.index(d) for d in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    chords = eps * spacing[:, None] / loss[axis_rows]
    return tuple(
        PhaseValues(name, float(eps[k]), float(volume[k]), float(section[k]), float(continuum[k]),
                    (float(chords[0, k]), float(chords[1, k]), float(chords[2, k])),
                    bool(continuum[k] > _SUB_VOXEL_RATIO * volume[k]))
        for k, name in enumerate(model.phases))


def surface_from_losses(loss: NDArray[np.float64], lags: NDArray[np.float64],
                        weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 4 Σ_d w_d (ε − C(d))/|d|.

    Parameters
    ----------
    loss : ndarray, shape (D, K)
        ε_i − C_ii(d).
    lags : ndarray, shape (D, 3)
    weights : ndarray, shape (D,)

    Returns
    -------
    ndarray, shape (K,)
    """
    return np.asarray(4 * (weights / np.linalg.norm(lags, axis=1)) @ loss)


def continuum_surface(model: ExcursionSet) -> NDArray[np.float64]:
    r"""Return −4 C′_ii(0⁺) of each phase in 1/µm, shape (K,).

    Notes
    -----
    Along a line, field f crosses its threshold with the intensity
    E[√(2/π) s φ((λ − R²)/σ)/σ]/2 each way, where s² = 8 α̃² R² + 2 σ² α² is
    the variance of its derivative given R² = Σ X_j² (Rice's formula), α² the
    curvature of the plain field's covariance at 0, and α̃² the mean of those of
    X̃ and Z̃ weighted by 1 − γ and γ. A crossing bounds
    phase i when no earlier field exceeds its threshold and either f = i, or f
    precedes i and i is what follows below it. Averaged over directions, ŝ
    multiplies by the mean length of (x, y, ŝz) over the unit sphere.
    """
    from morphstudio.core.twopoint.crossings import crossing_rates

    used = model.covariances if model.common.correlation > 0 else model.covariances[:-1]
    if any(cut.nugget > 0 for cut in model.fields) or not np.isfinite([one.curvature for one in used]).all():
        return np.full(len(model.phases), np.inf)
    cosine, weight = np.polynomial.legendre.leggauss(32)
    stretch = np.sqrt(1 + (model.common.scale_z**2 - 1) * cosine**2) @ weight / 2
    return np.asarray(4 * stretch * crossing_rates(model))
