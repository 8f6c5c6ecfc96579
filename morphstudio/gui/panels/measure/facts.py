"""What was measured, in names and values. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.core.validation_limits import edges_of, limits_told
from morphstudio.gui.jobs_tray import duration_text
from morphstudio.gui.panels.measure.run import FIRST_SEED
from morphstudio.gui.units import NO_BREAK_SPACE, number

if TYPE_CHECKING:
    from morphstudio.core.phases import PhaseImage
    from morphstudio.core.validation import Validation
    from morphstudio.gui.panels.measure.run import MeasureRun
    from morphstudio.gui.units import UnitController

Facts = tuple[tuple[str, str], ...]


def realisation_facts(run: MeasureRun) -> Facts:
    """Say of which realisations the model's column is."""
    if run.shape is None:
        return ()
    n, moved = run.n_realisations, moved_words(run.n_moved)
    return (*((("Model", moved),) if moved else ()),
            ("Realisations", f"{n}, seeds {FIRST_SEED} to {FIRST_SEED + n - 1}"),
            ("Each of", f"{_across(run.shape)} voxels"),
            ("Time", duration_text(run.seconds) if run.seconds and not run.is_active else "…"))


def moved_words(n_moved: int) -> str:
    """Say how a model that was moved in Explore differs from the calibrated one; empty where it does not."""
    if not n_moved:
        return ""
    return f"{n_moved} parameter{'s differ' if n_moved > 1 else ' differs'} from the calibrated one"


def image_facts(image: PhaseImage, units: UnitController) -> Facts:
    """Say what the image is: size, edges, size of a voxel."""
    told = [("Name", image.name or "Image"), ("Size", f"{_across(image.shape)} voxels")]
    if image.voxel_size_um is not None:
        edges = [number(units.convert(n * size)) for n, size in zip(image.shape, image.voxel_size_um, strict=True)
                 if n > 1]
        told.append(("Edges", f"{' × '.join(reversed(edges))}{NO_BREAK_SPACE}{units.unit_of()}"))
    return tuple(told)


def limits_in(validation: Validation, units: UnitController) -> tuple[str, ...]:
    """Return what a comparison does not show, lengths in the unit shown."""
    image = validation.data.mean
    if image.voxel_size_um is None or units.unit == "voxel":
        return limits_told(validation, f"{_across(image.shape)}{NO_BREAK_SPACE}voxels")
    edges = " × ".join(number(units.convert(edge)) for edge in edges_of(image))
    return limits_told(validation, f"{edges}{NO_BREAK_SPACE}{units.unit_of()}")


def _across(shape: tuple[int, int, int]) -> str:
    """Return a shape as people write it, x first; a section has two edges."""
    return " × ".join(str(n) for n in reversed(shape) if n > 1) or "1"
