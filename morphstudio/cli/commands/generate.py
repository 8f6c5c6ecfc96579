"""``morphstudio generate``: draw a volume or a section from a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.app.model_record import generated_record
from morphstudio.app.work.generate import GenerateJob
from morphstudio.cli.arguments import parameter_values, voxel_size
from morphstudio.cli.models import open_model
from morphstudio.cli.output import add_output_options, check_suffix, check_target, note_kept, note_written, treatment
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
    parser.add_argument("--voxel-size", metavar="UM|Z,Y,X|voxel",
                        help="edge of a voxel in µm or with its unit (120nm); default: the model's. The word voxel: "
                             "drawn with the model's, but written without")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="one seed is one structure; default: 1")
    parser.add_argument("--set", nargs="+", action="extend", default=[], dest="changes", metavar="name=value",
                        help="change parameters of the model")
    parser.add_argument("--periodic", action="store_true", help="let the structure go on across opposite faces")
    parser.add_argument("--noise-box", nargs=3, type=int, metavar=("Z", "Y", "X"),
                        help="periodic box that carries the noise, as a record names it; default: chosen by the model")
    add_output_options(parser, "VOLUME.tif", "file; its suffix chooses the format: tif, nrrd, mhd, vti, npy",
                       required=True)


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Draw and write."""
    from morphstudio.io.exports import write_image

    check_target(arguments)
    check_suffix(arguments.output)
    source = open_model(arguments.model)
    model = source.model.with_values(parameter_values(arguments.changes, "--set"))
    spacing, shown = _sizes(arguments, source)
    if shown is None and spacing is not None:
        edges = " × ".join(f"{edge:g}" for edge in (set(spacing) if len(set(spacing)) == 1 else spacing))
        monitor.note(f"Note: drawn with the model's voxel size of {edges} µm; the volume itself carries none.")
    z, y, x = arguments.shape
    job = GenerateJob(model, (z, y, x), spacing, arguments.seed, source.labels, periodic=arguments.periodic,
                      name=Path(arguments.output).name, box=_box(arguments))
    image: PhaseImage = monitor.run(job)
    note_kept(arguments, monitor)
    write_image(arguments.output, image.with_voxel_size(shown), on_existing=treatment(arguments),
                provenance=generated_record(job, source))
    note_written(arguments, monitor)


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
