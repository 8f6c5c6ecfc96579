"""What an export is asked for, and what it is going to write."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from morphstudio.core.phases import Phase, PhaseImage, VoxelSize

MaterialType = Literal["Fluid", "Solid", "Porous"]
MATERIAL_TYPES: tuple[MaterialType, ...] = ("Fluid", "Solid", "Porous")
PROVENANCE_BYTES = 3000


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that an export is going to write.

    Parameters
    ----------
    name : str
        File name inside the chosen folder.
    description : str
        What it is, in a few words.
    n_bytes : int
        Size; exact for raw volumes, else an estimate (upper bound for
        compressed ones).
    """

    name: str
    description: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Material:
    """How a phase appears in GeoDict.

    Parameters
    ----------
    label : int
        Label of the phase in the image.
    material_id : int
        Value in the exported volume, 0 … 255; 0 is usually the background.
    kind : {"Fluid", "Solid", "Porous"}
        GeoDict's material type.
    name : str
        Phase name.
    """

    label: int
    material_id: int
    kind: MaterialType
    name: str


@dataclass(frozen=True, slots=True)
class Volume:
    """The outline of a volume to export: everything but its voxels."""

    shape: tuple[int, int, int]
    voxel_size_um: VoxelSize | None
    phases: tuple[Phase, ...]

    @property
    def n_voxels(self) -> int:
        """Number of voxels, one byte each."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One entry of the export dialog.

    Parameters
    ----------
    key : str
        Name on the command line.
    title : str
        Name in the dialog.
    description : str
        One sentence: who opens it.
    extension : str
        Suffix of the main file; ``""`` for a folder.
    """

    key: str
    title: str
    description: str
    extension: str


def outline(image: PhaseImage) -> Volume:
    """Return the outline of an image."""
    return Volume(image.shape, image.voxel_size_um, image.phases)


_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def check_name(name: str) -> str:
    """Return ``name`` where it can name a file on every system.

    Raises
    ------
    InputError
        Empty, too long, or with a character that some system refuses.
    """
    if not name.strip() or name.strip(". ") == "" or len(name) > 120 or _FORBIDDEN.search(name):
        raise InputError("export.name", f"{name[:60]!r} cannot name a file.",
                         "Use letters, figures, - and _, without a folder.")
    return name.strip()
