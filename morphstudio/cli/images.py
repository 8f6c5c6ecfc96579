"""Opens the images that a command names, with the options they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from morphstudio.app.work.open_image import OpenImageJob
from morphstudio.cli.arguments import VOXEL_SIZE_HINT, known_voxel_size, names, phase_names, voxel_size
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    import argparse

    from morphstudio.app.document import ImageEntry
    from morphstudio.app.work.open_image import Plane
    from morphstudio.cli.arguments import VoxelSizeOption
    from morphstudio.cli.monitor import Monitor

PLANES = ("xy", "xz", "yz")


def add_image_options(parser: argparse.ArgumentParser, *, plane: bool = True) -> None:
    """Add ``--voxel-size``, ``--phases`` and ``--plane``."""
    parser.add_argument("--voxel-size", metavar="UM|Z,Y,X|voxel",
                        help="edge of a voxel in µm, three for z, y, x, or the word voxel; default: the file's")
    parser.add_argument("--phases", metavar="0=pore,1=am,2=se", help="name of each label; default: the label itself")
    if plane:
        parser.add_argument("--plane", metavar="xy|xz|yz",
                            help="plane that a two-dimensional image shows, or one for each image with commas; "
                                 "default: xy")


def open_images(monitor: Monitor, arguments: argparse.Namespace, paths: list[str]) -> tuple[ImageEntry, ...]:
    """Open the images as the options say, with a voxel size or deliberately without.

    Raises
    ------
    InputError
        A bad option or file, or no voxel size.
    """
    option = None if arguments.voxel_size is None else voxel_size(arguments.voxel_size)
    labels = None if arguments.phases is None else phase_names(arguments.phases)
    plane = getattr(arguments, "plane", None)
    planes = (None,) * len(paths) if plane is None else _planes(plane, len(paths))
    return tuple(_open(monitor, path, option, labels, plane) for path, plane in zip(paths, planes, strict=True))


def _open(monitor: Monitor, path: str, option: VoxelSizeOption | None, labels: dict[int, str] | None,
          plane: Plane | None) -> ImageEntry:
    try:
        entry: ImageEntry = monitor.run(OpenImageJob(path, option, labels, plane))
    except InputError as error:
        if error.field == "voxel_size":
            raise InputError(error.field, error.message, VOXEL_SIZE_HINT) from error
        raise
    known_voxel_size(entry.image.voxel_size_um, option, entry.image.name)
    if entry.source_note:
        monitor.note(f"Note: {entry.source_note}")
    return entry


def _planes(text: str, n_images: int) -> tuple[Plane, ...]:
    given = names(text)
    wrong = [plane for plane in given if plane not in PLANES]
    if wrong or not given:
        raise InputError("plane", f"--plane {text} is not a plane.", "Give xy, xz or yz.")
    if len(given) not in (1, n_images):
        raise InputError("plane", f"--plane gives {len(given)} planes for {n_images} images.",
                         "Give one for all, or one for each.")
    return cast("tuple[Plane, ...]", given * n_images if len(given) == 1 else given)
