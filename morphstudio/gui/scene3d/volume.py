"""A block as one sees through it: labels and light in one byte per voxel; numpy only.

A ray that passes a volume needs one number per voxel to look colour and
density up. Here it holds the phase and how brightly the voxel is lit, so that
colours stay those of the phases, none lies between two of them, and shapes
can still be made out. Light falls on each phase's own boundary, whichever
phases are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from morphstudio.gui.scene3d.solid import corner_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEVELS = 48  # of light
STRIDE = 60  # numbers that one phase takes: neighbouring phases must not run into one another where tables are read
GAP = (STRIDE - LEVELS) // 2
EMPTY = 250
MOST_PHASES = EMPTY // STRIDE
DARKEST, BRIGHTEST = 0.32, 1.1  # of a phase's colour
_INSIDE = 0.85  # where no boundary is near
_TOWARDS_LIGHT = np.array((0.75, -0.4, 0.55))  # z, y, x: from above, the front and the right
_BLUR, _STEEPNESS = 1.5, 5.0
VOLUME_MODULES = ("scipy.ndimage",)


@dataclass(frozen=True, slots=True, eq=False)
class VolumePreview:
    """Asks the preview process for the light on a block that is already drawn.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices of the block.
    n_phases : int
        Number of phases.
    cut : bool
        Whether one corner is cut away.
    """

    indices: NDArray[np.uint8]
    n_phases: int
    cut: bool = False

    modules: ClassVar[tuple[str, ...]] = VOLUME_MODULES

    def answer(self, cache: dict[str, Any]) -> NDArray[np.uint8]:
        """Return :func:`lit_volume` of the block."""
        return lit_volume(self.indices, self.n_phases, cut=self.cut)


def flat_volume(indices: NDArray[np.uint8], *, cut: bool = False) -> NDArray[np.uint8]:
    """Return a block without light: phase by phase one number.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase indices.
    cut : bool
        Whether one corner is cut away.

    Returns
    -------
    ndarray of uint8, shape (Z + 2, Y + 2, X + 2)
        The block with one empty layer around it.
    """
    level = _level_of(np.float32(_INSIDE))
    table = np.full(256, EMPTY, np.uint8)
    table[:MOST_PHASES] = np.arange(MOST_PHASES) * STRIDE + GAP + level
    return np.pad(_taken(table, indices, cut=cut), 1, constant_values=EMPTY)


def lit_volume(indices: NDArray[np.uint8], n_phases: int, *, cut: bool = False) -> NDArray[np.uint8]:
    """Return a block with light on the boundaries of its phases; see :func:`flat_volume`."""
    from scipy import ndimage

    flat = flat_volume(indices, cut=cut)
    light = _TOWARDS_LIGHT / np.linalg.norm(_TOWARDS_LIGHT)
    for phase in range(n_phases):
        inside = (flat >= phase * STRIDE) & (flat < (phase + 1) * STRIDE)
        soft = ndimage.gaussian_filter(inside.astype(np.float32), _BLUR, truncate=2.5)
        steps = [_steps(soft, axis)[inside] for axis in range(3)]
        length = np.sqrt(sum(step * step for step in steps))
        facing = sum(-step * part for step, part in zip(steps, light, strict=True)) / np.maximum(length, 1e-6)
        # Half of the light comes from around: what faces away is dim, not black.
        lit = DARKEST + (BRIGHTEST - DARKEST) * (0.5 + 0.5 * facing)
        weight = np.minimum(length * _STEEPNESS, 1)
        flat[inside] = phase * STRIDE + GAP + _level_of(_INSIDE + weight * (lit - _INSIDE))
    return flat


def _steps(values: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Return half the difference between both neighbours; none at the ends."""
    ahead = np.moveaxis(values, axis, 0)
    steps = np.zeros_like(values)
    np.moveaxis(steps, axis, 0)[1:-1] = 0.5 * (ahead[2:] - ahead[:-2])
    return steps


def _level_of(brightness: Any) -> Any:
    share = (brightness - DARKEST) / (BRIGHTEST - DARKEST)
    return np.clip(np.rint(share * (LEVELS - 1)), 0, LEVELS - 1).astype(np.uint8)


def _taken(table: NDArray[np.uint8], indices: NDArray[np.uint8], *, cut: bool) -> NDArray[np.uint8]:
    taken = table[indices]
    if cut:
        taken[corner_of(indices.shape)] = EMPTY
    return taken


def density(opacity: float) -> float:
    """Return how much of the light one fine voxel holds back at an opacity of 0 … 1.

    The cube lets the lower half of a slider tell thin mists apart.
    """
    return min(max(opacity, 0.0), 1.0) ** 3


def colour_points(colours: Sequence[Sequence[int]]) -> list[tuple[float, tuple[float, float, float]]]:
    """Return (number, colour 0 … 1) of a piecewise linear table over :func:`lit_volume`'s numbers."""
    points = []
    for phase, colour in enumerate(colours):
        start = phase * STRIDE
        for at, brightness in ((start, DARKEST), (start + GAP, DARKEST),
                               (start + GAP + LEVELS - 1, BRIGHTEST), (start + STRIDE - 1, BRIGHTEST)):
            red, green, blue = (min(c / 255 * brightness, 1.0) for c in colour)
            points.append((float(at), (red, green, blue)))
    return points


def density_points(opacities: Sequence[float]) -> list[tuple[float, float]]:
    """Return (number, density) of a piecewise linear table; what is empty holds back nothing."""
    points = []
    for phase, opacity in enumerate(opacities):
        points += [(float(phase * STRIDE), density(opacity)), (float((phase + 1) * STRIDE - 1), density(opacity))]
    return [*points, (float(len(opacities) * STRIDE), 0.0), (255.0, 0.0)]
