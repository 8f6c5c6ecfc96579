"""Opens an image file and remembers where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from morphstudio.app.document import ImageEntry
from morphstudio.app.jobs.one_step import OneStep
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.core.phases import PhaseImage, VoxelSize

Plane = Literal["xy", "xz", "yz"]


@dataclass(frozen=True)
class OpenImageJob:
    """Reads an image and gives an :class:`ImageEntry`.

    Parameters
    ----------
    path : str
        File or folder of slices.
    voxel_size_um : (float, float, float) or "voxel", optional
        Edge lengths (z, y, x) in µm, in place of the file's; ``"voxel"``: unknown.
    names : dict of int to str, optional
        Name of each label.
    plane : {"xy", "xz", "yz"}, optional
        Plane that a two-dimensional file shows; rows run along its second letter.
    known_sha256 : str
        Where given, voxel size and names hold for the file with this checksum
        only; another one is read as if nothing were known.
    """

    path: str
    voxel_size_um: VoxelSize | Literal["voxel"] | None = None
    names: dict[int, str] | None = None
    plane: Plane | None = None
    known_sha256: str = ""

    light: ClassVar[bool] = True
    checkpoint: ClassVar[Path | None] = None

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Open {Path(self.path).name}"

    def create(self) -> OneStep:
        """Build the work."""
        return OneStep(self._open, "Reading the image")

    def _open(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> ImageEntry:
        from morphstudio.io.images import file_sha256, open_with_notes

        report(0.0, "Reading the image")
        is_known = not self.known_sha256 or file_sha256(self.path) == self.known_sha256
        size, names = (self.voxel_size_um, self.names) if is_known else (None, None)
        image, notes = open_with_notes(self.path, size, names)
        as_read = image.labels_sha256
        if self.plane is not None:
            image = as_plane(image, self.plane)
            if isinstance(size, tuple):
                image = image.with_voxel_size(size)
        report(0.8, "Noting its checksum")
        _ = image.labels_sha256  # hashed here, it travels with the image and keeps the window free
        return ImageEntry(image, str(self.path), file_sha256(self.path), size is not None, " ".join(notes), as_read)


def as_plane(image: PhaseImage, plane: Plane) -> PhaseImage:
    """Return a section read as xy turned into the plane that it shows.

    Parameters
    ----------
    image : PhaseImage
        A section of shape (1, rows, columns).
    plane : {"xy", "xz", "yz"}
        What it shows: rows are y of ``"xy"``, z of ``"xz"`` and ``"yz"``;
        columns are x, x and y.

    Raises
    ------
    InputError
        Not a section.
    """
    if not image.is_section:
        raise InputError("plane", f"{image.name or 'The image'} is a volume, not a section.",
                         "A plane is given for two-dimensional images only.")
    if plane == image.plane:
        return image
    if image.plane != "xy":
        raise InputError("plane", f"{image.name or 'The image'} already says that it shows {image.plane}.",
                         f"Leave the plane out, or give {image.plane}.")
    # From (normal, rows, columns) to (z, y, x).
    order = {"xz": (1, 0, 2), "yz": (1, 2, 0)}[plane]
    size = image.voxel_size_um
    turned = (size[order[0]], size[order[1]], size[order[2]]) if size else None
    return image.rearranged(image.labels.transpose(order).copy(), turned)
