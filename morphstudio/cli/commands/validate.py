"""``morphstudio validate``: compare a model with an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.app.work.validate import ValidateJob, check_units
from morphstudio.cli.images import add_image_options, open_images
from morphstudio.cli.output import check_target, write_json
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    import argparse

    from morphstudio.cli.monitor import Monitor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("model", metavar="MODEL.json", help="model file")
    parser.add_argument("image", metavar="IMAGE", help="image file, or folder of slices")
    add_image_options(parser)
    parser.add_argument("--realisations", type=int, default=10, metavar="N", help="how many to draw; default: 10")
    parser.add_argument("--shape", nargs=3, type=int, metavar=("Z", "Y", "X"),
                        help="voxels of each realisation; default: those of the image")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the first realisation; default: 1")
    parser.add_argument("-o", "--output", metavar="OUT.json", help="write to this file instead of stdout")


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Compare and write."""
    from morphstudio.core.validation import to_json
    from morphstudio.io.model_file import read_model

    check_target(arguments.output)
    if arguments.realisations < 2:
        raise InputError("realisations", f"--realisations {arguments.realisations} is too few.",
                         "Give at least 2: their spread says what chance explains.")
    source = read_model(arguments.model)
    if arguments.voxel_size is None and source.length_unit == "voxel":
        arguments.voxel_size = "voxel"  # a model in voxel units is held against voxels
    entry, = open_images(monitor, arguments, [arguments.image])
    try:
        check_units(entry.image, model_in_um=source.length_unit == "um")
    except InputError as error:
        raise InputError(error.field, error.message, "Give --voxel-size so that both are in the same unit, "
                         "or calibrate again.") from error
    shape = tuple(arguments.shape) if arguments.shape else None
    validation = monitor.run(ValidateJob(source.model, source.labels, (entry.image,), arguments.realisations, shape,
                                         arguments.seed))
    write_json(to_json(validation), arguments.output)
