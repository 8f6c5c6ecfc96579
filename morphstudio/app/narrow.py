"""Whether a volume is wide enough to stand for its material."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.phases import VoxelSize
    from morphstudio.core.twopoint.values import PhaseValues

# A volume this wide holds a few pieces of the phase, and its fraction is a matter of luck: of 40 cubes of two published
# models, 4.1 and 4.5 mean chords wide, 45 % and 20 % missed the fraction by more than a tenth; 6.7 wide, 5 %.
FEWEST_CHORDS = 5.0
_WIDE_CHORDS = 6.0  # that a block drawn to be looked at is to span
# Voxels that each mean chord is to span still: on voxels of 0.76 of it, pores of a micrograph are drawn 1.5 times too
# long but keep their fraction and their place between the grains; larger voxels leave speckle.
_LEAST_VOXELS = 1.25


def narrowest(values: Sequence[PhaseValues], shape: tuple[int, int, int],
              voxel_size: VoxelSize) -> tuple[str, float] | None:
    """Return the phase with the fewest mean chords across the volume, and how many; ``None`` where all have enough.

    Parameters
    ----------
    values : sequence of PhaseValues
        Closed forms of the model; mean chords (z, y, x) in the unit of ``voxel_size``.
    shape : (int, int, int)
        Voxels along z, y, x.
    voxel_size : (float, float, float)
        Voxel size (z, y, x).
    """
    found = [(value.phase, n * size / chord) for value in values
             for n, size, chord in zip(shape, voxel_size, value.mean_chord, strict=True) if n > 1 and chord > 0]
    phase, count = min(found, key=lambda each: each[1], default=("", FEWEST_CHORDS))
    return (phase, count) if count < FEWEST_CHORDS else None


def coarsening(values: Sequence[PhaseValues], shape: tuple[int, int, int], voxel_size: VoxelSize) -> int:
    """Return how many times larger voxels make a volume wide enough, as far as the smallest chords allow; mostly 1.

    Parameters are those of :func:`narrowest`.
    """
    found = narrowest(values, shape, voxel_size)
    if found is None:
        return 1
    smallest = min(chord / size for value in values
                   for n, size, chord in zip(shape, voxel_size, value.mean_chord, strict=True) if n > 1 and chord > 0)
    return max(1, min(math.ceil(_WIDE_CHORDS / found[1]), int(smallest / _LEAST_VOXELS)))


def narrow_words(values: Sequence[PhaseValues], shape: tuple[int, int, int], voxel_size: VoxelSize) -> str:
    """Return a warning where a volume is too narrow for its model; else nothing."""
    found = narrowest(values, shape, voxel_size)
    if found is None:
        return ""
    phase, count = found
    return (f"Only {count:.1f} mean chords of {phase} across: one such volume may be far from the expected fractions. "
            "Take a larger one, or several seeds.")
