"""Phases of an image or a model as the window shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.phases import AXES
from morphstudio.gui.theme.tokens import phase_colours
from morphstudio.gui.widgets.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from morphstudio.app.document import Document, ImageEntry
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import Phase, PhaseImage, Role
    from morphstudio.gui.theme.tokens import RGB
    from morphstudio.gui.units import UnitController

ROLE_TITLES: dict[Role, str] = {
    "active material": "Active material", "electrolyte": "Electrolyte", "binder": "Carbon-binder",
    "pore": "Pore", "solid": "Solid", "other": "Not set",
}
# Names that a phase gets with its role where it has none of its own.
ROLE_NAMES: dict[Role, str] = {"active material": "AM", "electrolyte": "SE", "binder": "binder", "pore": "pore",
                               "solid": "solid"}
# Solids first, pores last: the order in stacked bars.
STACK_ORDER: dict[Role, int] = {"active material": 0, "solid": 1, "electrolyte": 2, "binder": 3, "other": 4,
                                "pore": 5}
PLANES = {"xy": "z", "xz": "y", "yz": "x"}


def spoken_name(phase: Phase) -> str:
    """Return what to call a phase in a sentence: its name, or its label where it has none."""
    return f"label {phase.label}" if phase.name.strip() in ("", str(phase.label)) else phase.name


def counted_in(image: PhaseImage) -> str:
    """Return what lengths without a unit are counted in."""
    return "px" if image.is_section else "voxels"


def shown_lengths(units: UnitController, image: PhaseImage | None) -> tuple[str, float]:
    """Return the unit that lengths of an image are shown in, and what they are multiplied by for that."""
    counted = "px" if image is not None and image.is_section else "voxel"
    if image is None or image.voxel_size_um is None:
        return counted, 1.0
    return counted if units.unit == "voxel" else units.label, units.factor()


def label_colours(phases: Iterable[Phase]) -> dict[int, RGB]:
    """Return the colour of each phase by its label, whatever order the phases come in; greys without a role.

    Colours are dealt out in label order: a model has its phases in another
    order than its image, and both show the same colours.
    """
    ordered = sorted(phases, key=lambda phase: phase.label)
    return dict(zip((phase.label for phase in ordered), phase_colours([phase.role for phase in ordered]), strict=True))


def image_colours(image: PhaseImage) -> tuple[RGB, ...]:
    """Return the colour of each phase, in the order of ``image.phases``."""
    return tuple(label_colours(image.phases).values())


def model_colours(document: Document, model: ExcursionSet) -> tuple[RGB, ...]:
    """Return the colour of each phase of a model, in the model's order."""
    phases = document.model_phases(model)
    colours = label_colours(phases)
    return tuple(colours[phase.label] for phase in phases)


def label_order(document: Document, model: ExcursionSet) -> tuple[int, ...]:
    """Return the positions of a model's phases by their labels: people read them in the order of the image.

    The model's own order, in which it cuts its phases, says something only beside its parameters.
    """
    labels = [phase.label for phase in document.model_phases(model)]
    return tuple(sorted(range(len(labels)), key=labels.__getitem__))


def section_of(entry: ImageEntry, plane: str = "", position: int = 0) -> Section:
    """Return what a section view shows of an image.

    Parameters
    ----------
    entry : ImageEntry
        The image.
    plane : {"xy", "xz", "yz", ""}
        Plane of a volume; ignored for a section, which has its own.
    position : int
        Slice along the plane's normal.
    """
    image = entry.image
    plane = image.plane or plane or "xy"
    normal = AXES.index(PLANES[plane])
    labels = np.take(image.labels, position if not image.is_section else 0, axis=normal)
    lookup = np.zeros(256, np.uint8)
    lookup[[phase.label for phase in image.phases]] = np.arange(len(image.phases))
    down, across = (axis for axis in range(3) if axis != normal)
    return Section(
        indices=lookup[labels], spacing=(image.spacing[down], image.spacing[across]),
        names=tuple(phase.name for phase in image.phases), colours=image_colours(image),
        axes=(AXES[down], AXES[across]), confirmed=entry.voxel_confirmed, in_um=image.voxel_size_um is not None,
        counted=counted_in(image))
