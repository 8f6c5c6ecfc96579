"""``morphstudio info``: what an image holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from morphstudio.app.work.open_image import OpenImageJob
from morphstudio.cli.images import open_entry
from morphstudio.cli.output import add_output_options, check_target, write_result
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    import argparse

    from morphstudio.app.document import ImageEntry
    from morphstudio.cli.monitor import Monitor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("image", metavar="IMAGE", help="image file, or folder of slices")
    add_output_options(parser, "OUT.json", "write to this file instead of stdout")


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Open the image and tell about it; the voxel size may be missing here."""
    check_target(arguments)
    try:
        entry = open_entry(monitor, OpenImageJob(arguments.image))
    except InputError as error:
        if error.field != "voxel_size":
            raise
        entry = open_entry(monitor, OpenImageJob(arguments.image, "voxel"))
        monitor.note(f"Note: {error.message}")
    write_result(describe(entry), arguments, monitor)


def describe(entry: ImageEntry) -> dict[str, Any]:
    """Return shape, labels, fractions, voxel size and checksum as plain data."""
    image = entry.image
    size = image.voxel_size_um
    return {
        "schema": 1,
        "image": image.name,
        "shape": list(image.shape),
        "plane": image.plane or None,
        "voxel_size_um": None if size is None else list(size),
        "phases": [{"label": phase.label, "name": phase.name, "voxels": int(count), "fraction": float(fraction)}
                   for phase, count, fraction in zip(image.phases, image.counts, image.fractions, strict=True)],
        "note": entry.source_note or None,
        "sha256": entry.sha256,
    }
