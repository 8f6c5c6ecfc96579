"""``morphstudio validate``: compare a model with an image."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.app.work.validate import ValidateJob, check_units
from morphstudio.cli.images import add_image_options, open_images
from morphstudio.cli.models import ORDER_HINT, named_as_in_model, open_model
from morphstudio.cli.output import add_output_options, check_target, write_result
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from morphstudio.cli.monitor import Monitor
    from morphstudio.core.validation import Validation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("model", metavar="MODEL.json", help="model file")
    parser.add_argument("image", metavar="IMAGE", help="image file, or folder of slices")
    add_image_options(parser)
    parser.add_argument("--realisations", type=int, default=10, metavar="N", help="how many to draw; default: 10")
    parser.add_argument("--shape", nargs=3, type=int, metavar=("Z", "Y", "X"),
                        help="voxels of each realisation; default: those of the image")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the first realisation; default: 1")
    add_output_options(parser, "OUT.json", "write to this file instead of stdout")


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Compare and write."""
    from morphstudio.core.validation import to_json

    check_target(arguments)
    if arguments.realisations < 2:
        raise InputError("realisations", f"--realisations {arguments.realisations} is too few.",
                         "Give at least 2: their spread says what chance explains.")
    source = open_model(arguments.model, ORDER_HINT)
    if arguments.voxel_size is None and source.length_unit == "voxel":
        arguments.voxel_size = "voxel"  # a model in voxel units is held against voxels
    entry, = open_images(monitor, arguments, [arguments.image], hint=ORDER_HINT)
    image = named_as_in_model(entry.image, source, Path(arguments.model).name)
    try:
        check_units(image, model_in_um=source.length_unit == "um")
    except InputError as error:
        raise InputError(error.field, error.message, "Give --voxel-size so that both are in the same unit, "
                         "or calibrate again.") from error
    shape = tuple(arguments.shape) if arguments.shape else None
    if shape is not None and any(ours < theirs for ours, theirs in zip(shape, image.shape, strict=True)):
        monitor.note(f"Note: realisations of {_edges(shape)} voxels are smaller than the image of "
                     f"{_edges(image.shape)}: chance explains more of what differs, and the verdict can say less.")
    validation: Validation = monitor.run(ValidateJob(source.model, source.labels, (image,), arguments.realisations,
                                                     shape, arguments.seed))
    write_result(to_json(validation), arguments, monitor)
    monitor.note(validation.text)


def _edges(shape: Sequence[int]) -> str:
    return " × ".join(str(n) for n in shape)
