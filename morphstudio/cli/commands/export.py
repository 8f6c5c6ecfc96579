"""``morphstudio export``: write a volume for another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.app.model_record import exported_record
from morphstudio.app.work.export import ExportJob
from morphstudio.cli.arguments import VOXEL_SIZE_HINT
from morphstudio.cli.images import add_image_options, open_images
from morphstudio.cli.output import print_text
from morphstudio.core.errors import InputError, InsufficientMemoryError
from morphstudio.core.parameters import check_names
from morphstudio.io.exports import EXISTING_HINT, FORMATS, ON_EXISTING, format_named, outline, planned_files

if TYPE_CHECKING:
    import argparse

    from morphstudio.cli.monitor import Monitor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("volume", metavar="VOLUME", help="image file, or folder of slices")
    parser.add_argument("--to", required=True, metavar="FORMAT", help=f"one of: {', '.join(FORMATS)}, raw")
    add_image_options(parser)
    parser.add_argument("--name", metavar="NAME", help="stem of the file names; default: that of the volume")
    parser.add_argument("--on-existing", default="error", metavar="|".join(ON_EXISTING),
                        help="what to do where files are already there; default: error")
    parser.add_argument("--resample-to-cubic", action="store_true",
                        help="GeoDict: resample where voxels are no cubes")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="folder; made where it is missing")


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Write the files and print their paths."""
    format_named(arguments.to)
    check_names([arguments.on_existing], ON_EXISTING, "on-existing")
    directory = Path(arguments.output)
    if directory.exists() and not directory.is_dir():
        raise InputError("output", f"{arguments.output} is a file.", "Give a folder.")
    entry, = open_images(monitor, arguments, [arguments.volume])
    name = arguments.name or Path(arguments.volume).stem
    image = entry.image
    options = {"on_existing": arguments.on_existing, "resample_to_cubic": arguments.resample_to_cubic,
               "provenance": exported_record(entry)}
    try:
        planned_files(outline(image), arguments.to, name, resample_to_cubic=arguments.resample_to_cubic)
        paths = monitor.run(ExportJob(image, arguments.to, directory, options, name))
    except InsufficientMemoryError:
        raise
    except InputError as error:
        raise _with_option(error) from error
    print_text("\n".join(str(path) for path in paths))


def _with_option(error: InputError) -> InputError:
    """Return the error with a hint that names the option."""
    if error.field == "voxel_size":
        hint = VOXEL_SIZE_HINT.partition(", or")[0] + "."
    elif error.field == "export.voxel_size":
        hint = "Add --resample-to-cubic."
    elif error.hint == EXISTING_HINT:
        hint = "Choose another folder with -o or name with --name, or add --on-existing beside, backup or overwrite."
    else:
        return error
    return InputError(error.field, error.message, hint)
