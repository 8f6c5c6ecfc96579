"""Boundary surfaces of the block that stands beside the sliders."""

from __future__ import annotations

from measuring import Row, seconds
from published_models import VOXEL_SIZE, row_d

from morphstudio.gui.scene3d.surfaces import Surface, SurfacesJob

PHASES = (0, 1)


def rows(small: bool) -> list[Row]:
    """Draw 128³ and extract what the cut-away corner and the whole block show."""
    edge = 32 if small else 128
    out = []
    for octant, part in ((True, "cut-away corner"), (False, "whole block")):
        job = SurfacesJob(row_d(), (edge, edge, edge), VOXEL_SIZE, 1, PHASES, octant)
        spent = seconds(lambda job=job: finish(job), repeats=5)
        triangles = sum(len(surface.triangles) for surface in finish(job))
        limited = None if not octant else 300.0
        out += [
            Row(f"surfaces {edge}³, {part}", 1000 * spent, "ms", bar=500,
                note="realisation and two phases, as the worker does it"),
            Row(f"surfaces {edge}³, {part}", triangles / 1000, "thousand triangles", bar=limited),
        ]
    return out


def finish(job: SurfacesJob) -> tuple[Surface, ...]:
    """Return the job's result."""
    work = job.create()
    while not work.step().done:
        pass
    return work.result()
