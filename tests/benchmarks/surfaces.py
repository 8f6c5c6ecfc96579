"""Boundary surfaces of the block that stands beside the sliders, after a slider is let go."""

from __future__ import annotations

import itertools

from measuring import Row, seconds
from published_models import VOXEL_SIZE, row_d

from morphstudio.core.models.preview import FieldCache
from morphstudio.gui.scene3d.solid import Part
from morphstudio.gui.scene3d.surfaces import Surfaces, SurfacesPreview

# As the window shows it: one phase in the cut-away corner, then what is left where phases are hidden.
PARTS: tuple[tuple[str, tuple[int, ...], Part], ...] = (
    ("one phase in the corner", (1,), "corner"),
    ("first phase hidden", (1, 2), "rest"),
    ("second phase hidden", (0, 2), "rest"),
    ("third phase hidden", (0, 1), "rest"),
    ("second phase alone, no cut", (1,), "whole"),
)


def rows(small: bool) -> list[Row]:
    """Redraw 128³ after a covariance move and extract its surfaces."""
    edge = 32 if small else 128
    cache = FieldCache((edge, edge, edge), VOXEL_SIZE, 1, row_d())
    positions = itertools.cycle((0.75, 0.76, 0.77, 0.76))

    def redraw(phases: tuple[int, ...], part: Part) -> Surfaces:
        indices = cache.update(row_d(alpha_chi_x=next(positions)))
        return SurfacesPreview(indices, VOXEL_SIZE, phases, part).answer({})

    out = []
    for name, phases, part in PARTS:
        spent = seconds(lambda phases=phases, part=part: redraw(phases, part), repeats=5)
        drawn = redraw(phases, part)
        grid = "every voxel" if drawn.step == 1 else f"on a grid of {drawn.step:.1f} voxels"
        out += [
            Row(f"surfaces {edge}³, {name}", 1000 * spent, "ms", bar=500, note="redrawing the block included"),
            Row(f"surfaces {edge}³, {name}", drawn.n_triangles / 1000, "thousand triangles", bar=300.0, note=grid),
        ]
    return out
