"""``morphstudio export``: write a volume for another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.app.model_record import entry_records
from morphstudio.app.work.export import ExportJob
from morphstudio.cli.images import add_image_options, open_images
from morphstudio.cli.output import print_text
from morphstudio.core.errors import InputError
from morphstudio.core.parameters import check_names
from morphstudio.io.exports import FORMATS, ON_EXISTING, format_named, outline, planned_files
from morphstudio.io.provenance import provenance_record

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
    record = provenance_record(operation="export", images=entry_records([entry]))
    options = {"on_existing": arguments.on_existing, "resample_to_cubic": arguments.resample_to_cubic,
               "provenance": record}
    planned_files(outline(entry.image), arguments.to, name, resample_to_cubic=arguments.resample_to_cubic)
    paths = monitor.run(ExportJob(entry.image, arguments.to, directory, options, name))
    print_text("\n".join(str(path) for path in paths))
