"""``morphstudio generate``: draw a volume or a section from a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.app.model_record import generated_record
from morphstudio.app.work.generate import GenerateJob
from morphstudio.cli.arguments import parameter_values, voxel_size
from morphstudio.cli.output import check_suffix, check_target
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    import argparse

    from morphstudio.app.work.generate import Shape
    from morphstudio.cli.monitor import Monitor
    from morphstudio.core.phases import PhaseImage, VoxelSize
    from morphstudio.io.model_file import ModelFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("model", metavar="MODEL.json", help="model file")
    parser.add_argument("--shape", nargs=3, type=int, required=True, metavar=("Z", "Y", "X"),
                        help="voxels along z, y, x; one may be 1 for a section")
    parser.add_argument("--voxel-size", metavar="UM|Z,Y,X|voxel", help="edge of a voxel in µm; default: the model's")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="one seed is one structure; default: 1")
    parser.add_argument("--set", nargs="+", action="extend", default=[], dest="changes", metavar="name=value",
                        help="change parameters of the model")
    parser.add_argument("--periodic", action="store_true", help="let the structure go on across opposite faces")
    parser.add_argument("--noise-box", nargs=3, type=int, metavar=("Z", "Y", "X"),
                        help="periodic box that carries the noise, as a record names it; default: chosen by the model")
    parser.add_argument("-o", "--output", required=True, metavar="VOLUME.tif",
                        help="file; its suffix chooses the format: tif, nrrd, mhd, vti, npy")


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Draw and write."""
    from morphstudio.io.exports import write_image
    from morphstudio.io.model_file import read_model

    check_target(arguments.output)
    check_suffix(arguments.output)
    source = read_model(arguments.model)
    model = source.model.with_values(parameter_values(arguments.changes, "--set"))
    spacing, shown = _sizes(arguments, source)
    z, y, x = arguments.shape
    job = GenerateJob(model, (z, y, x), spacing, arguments.seed, source.labels, periodic=arguments.periodic,
                      name=Path(arguments.output).name, box=_box(arguments))
    image: PhaseImage = monitor.run(job)
    write_image(arguments.output, image.with_voxel_size(shown), provenance=generated_record(job, source))


def _box(arguments: argparse.Namespace) -> Shape | None:
    if arguments.noise_box is None:
        return None
    z, y, x = arguments.noise_box
    return z, y, x


def _sizes(arguments: argparse.Namespace, source: ModelFile) -> tuple[VoxelSize | None, VoxelSize | None]:
    """Return the voxel size to draw with and the one to write."""
    given = None if arguments.voxel_size is None else voxel_size(arguments.voxel_size)
    own = source.voxel_size
    if own is None and source.length_unit == "um" and given in (None, "voxel"):
        raise InputError("voxel_size", f"The lengths of {Path(arguments.model).name} are in µm, and it does not say "
                         "how large a voxel is.", "Add --voxel-size 0.2 (µm) or --voxel-size Z,Y,X.")
    if given is None:
        return own, own
    if given == "voxel":
        return own, None
    if source.length_unit == "voxel":
        # A model in voxel units: its lengths count voxels, whatever their size.
        if len(set(given)) > 1:
            raise InputError("voxel_size", "The model is in voxel units, so its voxels are cubes.",
                             "Give one number, or calibrate with a voxel size.")
        return None, given
    return given, given
