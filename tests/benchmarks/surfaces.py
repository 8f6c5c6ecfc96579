"""Boundary surfaces of the block that stands beside the sliders, after a slider is let go."""

from __future__ import annotations

import itertools

from measuring import Row, seconds
from published_models import VOXEL_SIZE, row_d

from morphstudio.core.models.preview import FieldCache
from morphstudio.gui.scene3d.surfaces import Surface, SurfacesPreview

# As the window shows it: one phase in the cut-away corner; and the most there can be.
PARTS = (("one phase in the corner", (1,), True), ("two phases, whole block", (0, 1), False))


def rows(small: bool) -> list[Row]:
    """Redraw 128³ after a covariance move and extract its surfaces."""
    edge = 32 if small else 128
    cache = FieldCache((edge, edge, edge), VOXEL_SIZE, 1, row_d())
    positions = itertools.cycle((0.75, 0.76, 0.77, 0.76))

    def redraw(phases: tuple[int, ...], octant: bool) -> tuple[Surface, ...]:
        indices = cache.update(row_d(alpha_chi_x=next(positions)))
        return SurfacesPreview(indices, VOXEL_SIZE, phases, octant).answer({})

    out = []
    for part, phases, octant in PARTS:
        spent = seconds(lambda phases=phases, octant=octant: redraw(phases, octant), repeats=5)
        triangles = sum(len(surface.triangles) for surface in redraw(phases, octant))
        out += [
            Row(f"surfaces {edge}³, {part}", 1000 * spent, "ms", bar=500, note="redrawing the block included"),
            Row(f"surfaces {edge}³, {part}", triangles / 1000, "thousand triangles", bar=300.0 if octant else None),
        ]
    return out
