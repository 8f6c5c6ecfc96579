"""Opens the images that a command names, with the options they share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from morphstudio.app.document import ImageEdit
from morphstudio.app.work.open_image import OpenImageJob
from morphstudio.cli.arguments import VOXEL_SIZE_HINT, crop_box, known_voxel_size, names, phase_names, voxel_size
from morphstudio.cli.models import is_model
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    import argparse

    from morphstudio.app.document import ImageEntry
    from morphstudio.app.work.open_image import Plane
    from morphstudio.cli.monitor import Monitor
    from morphstudio.core.phases import PhaseImage

PLANES = ("xy", "xz", "yz")
MODEL_HINT = "Name an image, or draw one from the model first with morphstudio generate."


def add_image_options(parser: argparse.ArgumentParser, *, plane: bool = True, crop: bool = False) -> None:
    """Add ``--voxel-size``, ``--phases``, ``--plane`` and, where asked for, ``--crop``."""
    parser.add_argument("--voxel-size", metavar="UM|Z,Y,X|voxel",
                        help="edge of a voxel in µm or with its unit (120nm), three for z, y, x, or the word voxel; "
                             "default: the file's")
    parser.add_argument("--phases", metavar="0=pore,1=am,2=se",
                        help="name of each label; default: as the record beside the file tells, else the label itself")
    if plane:
        parser.add_argument("--plane", metavar="xy|xz|yz",
                            help="plane that a two-dimensional image shows, or one for each image with commas; "
                                 "default: xy")
    if crop:
        parser.add_argument("--crop", metavar="z=0:125,y=..",
                            help="part of the image to use: first voxel, counted from 0, and the one after the last; "
                                 "what is kept from calibrate here is unseen by validate")


def open_images(monitor: Monitor, arguments: argparse.Namespace, paths: list[str], *,
                hint: str = MODEL_HINT) -> tuple[ImageEntry, ...]:
    """Open the images as the options say, with a voxel size or deliberately without.

    Names come from the options, else from the record beside a volume.
    ``hint`` is told where a model stands in an image's place.

    Raises
    ------
    InputError
        A bad option or file, or no voxel size.
    """
    option = None if arguments.voxel_size is None else voxel_size(arguments.voxel_size)
    labels = None if arguments.phases is None else phase_names(arguments.phases)
    plane = getattr(arguments, "plane", None)
    planes = (None,) * len(paths) if plane is None else _planes(plane, len(paths))
    jobs = [OpenImageJob(path, option, labels, plane) for path, plane in zip(paths, planes, strict=True)]
    entries = tuple(_cropped(_open(monitor, job, hint), getattr(arguments, "crop", None)) for job in jobs)
    for entry in entries:
        known_voxel_size(entry.image.voxel_size_um, option, entry.image.name)
        if entry.source_note:
            monitor.note(f"Note: {entry.source_note}")
    _note_unnamed(monitor, entries[0].image, labels)
    return entries


def _cropped(entry: ImageEntry, crop: str | None) -> ImageEntry:
    """Return the part of an image that ``--crop`` names, and note that it is a part."""
    if crop is None:
        return entry
    from morphstudio.core.image_edits import cropped

    box = crop_box(crop, entry.image.shape)
    return replace(entry, image=cropped(entry.image, box), edits=(*entry.edits, ImageEdit("crop", box=box)))


def open_entry(monitor: Monitor, job: OpenImageJob, hint: str = MODEL_HINT) -> ImageEntry:
    """Open one image; without names, its phases are called as the record beside it tells.

    Raises
    ------
    InputError
        A bad file, or a model, in which case ``hint`` is told; or a record that cannot be read.
    """
    try:
        entry: ImageEntry = monitor.run(job)
    except InputError as error:
        if is_model(job.path):
            name = Path(job.path).name
            raise InputError("image.file", f"{name} is a model, not an image.", hint) from error
        raise
    return entry if job.names is not None else replace(entry, image=_with_phases_of_record(entry))


def _open(monitor: Monitor, job: OpenImageJob, hint: str) -> ImageEntry:
    try:
        return open_entry(monitor, job, hint)
    except InputError as error:
        if error.field == "voxel_size":
            raise InputError(error.field, error.message, VOXEL_SIZE_HINT) from error
        raise


def _with_phases_of_record(entry: ImageEntry) -> PhaseImage:
    """Return the image with the names and roles that the record beside it tells, where it is of these labels."""
    from morphstudio.io.provenance import phases_in_record, record_beside

    image, record = entry.image, record_beside(entry.path)
    told = () if record is None else phases_in_record(record)
    by_label = {phase.label: phase for phase in told}
    if any(phase.label not in by_label for phase in image.phases):
        return image
    return image.with_phases(tuple(by_label[phase.label] for phase in image.phases))


def _note_unnamed(monitor: Monitor, image: PhaseImage, labels: dict[int, str] | None) -> None:
    left = [] if labels is None else [str(phase.label) for phase in image.phases if phase.label not in labels]
    if left:
        monitor.note(f"Note: --phases gives no name to {'label' if len(left) == 1 else 'labels'} {', '.join(left)}.")


def _planes(text: str, n_images: int) -> tuple[Plane, ...]:
    given = names(text)
    wrong = [plane for plane in given if plane not in PLANES]
    if wrong or not given:
        raise InputError("plane", f"--plane {text} is not a plane.", "Give xy, xz or yz.")
    if len(given) not in (1, n_images):
        raise InputError("plane", f"--plane gives {len(given)} planes for {n_images} images.",
                         "Give one for all, or one for each.")
    return cast("tuple[Plane, ...]", given * n_images if len(given) == 1 else given)
