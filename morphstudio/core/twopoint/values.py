"""What closed forms tell of a model. Free of torch: a process that only reads them need not load it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PhaseValues:
    """Closed-form values of one phase; lengths in µm.

    Attributes
    ----------
    phase : str
    fraction : float
        Volume fraction.
    surface_voxel : float
        Expected specific surface area of a volume of these voxels, 1/µm:
        4 Σ_d w_d (ε − C(d))/|d| over 13 directions.
    surface_voxel_2d : float
        The same for an xy section, over 4 directions.
    surface_continuum : float
        −4 C′(0⁺), 1/µm; infinite with a nugget or a rough field.
    mean_chord : (float, float, float)
        Mean chord along z, y, x on voxels, µm: ε Δ/(ε − C(Δ)).
    sub_voxel_detail : bool
        Whether the surface depends on the voxel size: compare voxel values
        only.
    """

    phase: str
    fraction: float
    surface_voxel: float
    surface_voxel_2d: float
    surface_continuum: float
    mean_chord: tuple[float, float, float]
    sub_voxel_detail: bool


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivities:
    """Relative change of closed-form values per small step of each parameter.

    Attributes
    ----------
    names : tuple of str, length P
        Parameters.
    relative_step : tuple of bool, length P
        Whether the step is 1 % of the parameter; else it is 0.01.
    phases : tuple of str, length K
    fraction, surface : ndarray, shape (P, K)
        Change of the volume fraction and of the voxel specific surface area in
        per cent of their value.
    chord : ndarray, shape (P, 3, K)
        The same for the mean chord on voxels along z, y, x.

    All are nan for a phase that is not there, surface and chord for one that
    has no surface.
    """

    names: tuple[str, ...]
    relative_step: tuple[bool, ...]
    phases: tuple[str, ...]
    fraction: NDArray[np.float64]
    surface: NDArray[np.float64]
    chord: NDArray[np.float64]
