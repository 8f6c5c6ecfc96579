"""``morphstudio calibrate``: fit a model to images."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.app.model_record import calibrated_model
from morphstudio.app.work.calibrate import CalibrationJob
from morphstudio.app.work.validate import check_units
from morphstudio.cli.calibration_settings import CHORDS, STRETCH, STRETCHES, add_settings_options, settings_of
from morphstudio.cli.images import add_image_options, open_images
from morphstudio.cli.models import named_as_in_model, open_model
from morphstudio.cli.output import (
    add_output_options,
    check_target,
    make_way,
    note_kept,
    note_written,
    print_text,
    table,
)
from morphstudio.core.calibration.inputs import check_same_inputs
from morphstudio.core.errors import InputError
from morphstudio.core.parameters import check_names

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from morphstudio.app.document import ImageEntry
    from morphstudio.cli.monitor import Monitor
    from morphstudio.core.calibration.records import CalibrationResult, ParameterEstimate
    from morphstudio.core.phases import PhaseImage
    from morphstudio.io.model_file import ModelFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="image files, or folders of slices")
    add_image_options(parser, crop=True)
    add_settings_options(parser)
    parser.add_argument("--checkpoint", metavar="FILE",
                        help="file that keeps the state of the run every few seconds; where it is there already, the "
                             "run goes on from it. Ctrl+C keeps it, the end of the run removes it")
    add_output_options(parser, "MODEL.json", "file for the model", required=True)


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Calibrate, print the ranking, write the model."""
    from morphstudio.io.model_file import write_model

    check_target(arguments)
    begin = None if arguments.begin is None else open_model(arguments.begin)
    if begin is not None and arguments.voxel_size is None and begin.length_unit == "voxel":
        arguments.voxel_size = "voxel"  # what starts from voxel units stays with them
    entries = open_images(monitor, arguments, arguments.images)
    if begin is not None:
        entries = tuple(_like(entry, begin, Path(arguments.begin).name) for entry in entries)
    images = tuple(entry.image for entry in entries)
    _fix_stretch(arguments, images, monitor)
    settings = settings_of(arguments, images[0], None if begin is None else begin.model)
    job = CalibrationJob(images, settings, None if arguments.checkpoint is None else Path(arguments.checkpoint))
    _check_checkpoint(job, monitor)
    result: CalibrationResult = monitor.run(job)
    print_text(ranking_text(result, images[0].length_unit))
    note_kept(arguments, monitor)
    make_way(arguments)
    write_model(arguments.output, calibrated_model(result, entries, settings))
    note_written(arguments, monitor)


def _fix_stretch(arguments: argparse.Namespace, images: tuple[PhaseImage, ...], monitor: Monitor) -> None:
    """Keep the stretch along z at what chord lengths give, where that is asked for."""
    from morphstudio.core.descriptors.stretch import stretch_along_z

    check_names([arguments.stretch], STRETCHES, "stretch")
    if arguments.stretch != CHORDS:
        return
    if any(text.partition("=")[0].strip() == STRETCH for text in arguments.fix):
        raise InputError("stretch", f"--stretch {CHORDS} and --fix {STRETCH} both give the stretch along z.",
                         "Leave one of them out.")
    found = stretch_along_z(images)
    error = "" if found.standard_error is None else f" ± {found.standard_error:.2g}"
    monitor.note(f"Stretch along z from chord lengths: {found.value:.4g}{error}")
    arguments.fix = [*arguments.fix, f"{STRETCH}={found.value:.6g}"]


def _like(entry: ImageEntry, begin: ModelFile, name: str) -> ImageEntry:
    """Return an image with the names that the model to start from gives its labels."""
    check_units(entry.image, model_in_um=begin.length_unit == "um")
    return replace(entry, image=named_as_in_model(entry.image, begin, name))


def _check_checkpoint(job: CalibrationJob, monitor: Monitor) -> None:
    """Raise, before any work, where the state of a run cannot be kept, or is that of something else.

    What is there already is somebody's work: it is only ever gone on with.
    """
    from morphstudio.io.checkpoint import load_state

    path = job.checkpoint
    if path is None:
        return
    if not path.absolute().parent.is_dir():
        raise InputError("checkpoint", f"The folder {path.parent} does not exist.", "Make it first.")
    if path.is_dir():
        raise InputError("checkpoint", f"{path} is a folder.", "Give a file name.")
    if not path.exists():
        return
    advice = f"Give another --checkpoint, or remove {path}."
    saved = load_state(path)
    try:
        check_same_inputs(saved["state"], job.images, job.settings)
    except KeyError as error:
        raise InputError("checkpoint", f"{path} does not keep a calibration.", advice) from error
    except InputError as error:
        raise InputError("checkpoint", f"{path} is of a calibration with other images or settings.",
                         advice) from error
    monitor.note(f"Going on from {path}")


def ranking_text(result: CalibrationResult, length_unit: str) -> str:
    """Return the ranking, the parameters and the verdict as plain text.

    Parameters
    ----------
    result : CalibrationResult
        The outcome.
    length_unit : str
        ``"um"`` or ``"voxel"``, as the images are measured.
    """
    ranked = [(r, "refined" if r.refined else "tried") for r in result.ranking]
    if result.simulated is not None:
        ranked[:1] = [(result.ranking[0], result.simulated.method), (result.simulated.start, "its start")]
    decimals = _decimals([r.misfit for r, _ in ranked])
    ranking = table(("order", "misfit", "surface error", "chord error", ""), [
        (" → ".join(r.phases), f"{r.misfit:.{decimals}f}", f"{r.surface_error:.1%}", f"{r.chord_error:.1%}", how)
        for r, how in ranked])
    units = {p.name: "" if p.unit == "1" else p.unit.replace("um", length_unit) for p in result.model.table}
    parameters = table(("parameter", "value", "± standard error", "unit"), [
        (name, f"{e.value:.4g}".replace("-", "−"), _error_text(e), units[name])
        for name, e in result.estimates.items()])
    return f"{ranking}\n\n{parameters}\n\n{result.verdict}"


def _decimals(numbers: Sequence[float]) -> int:
    """Return the decimals that give the smallest number three digits, at most three, so that a column lines up."""
    smallest = min((n for n in numbers if math.isfinite(n) and n > 0), default=1.0)
    return min(max(2 - math.floor(math.log10(smallest)), 0), 3)


def _error_text(estimate: ParameterEstimate) -> str:
    if not estimate.has_error:
        return "not estimated"
    error = f"{estimate.standard_error:.2g}" if math.isfinite(estimate.standard_error) else "undetermined"
    return f"{error} (weak)" if estimate.weak else error
