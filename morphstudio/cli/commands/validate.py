"""``morphstudio validate``: compare a model with an image."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.app.card.html import card_html
from morphstudio.app.card.validated import validation_card, validation_content, validation_record
from morphstudio.app.fit_use import fit_use, fitted_from_record
from morphstudio.app.work.validate import ValidateJob, check_units
from morphstudio.cli.images import add_image_options, open_images
from morphstudio.cli.models import ORDER_HINT, named_as_in_model, open_model
from morphstudio.cli.output import (
    add_output_options,
    check_target,
    make_way,
    note_kept,
    note_written,
    write_result,
)
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from morphstudio.cli.monitor import Monitor
    from morphstudio.core.calibration.ensemble import ParameterEnsemble
    from morphstudio.core.validation import Validation
    from morphstudio.io.model_file import ModelFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("model", metavar="MODEL.json", help="model file")
    parser.add_argument("image", metavar="IMAGE", help="image file, or folder of slices")
    add_image_options(parser, crop=True)
    parser.add_argument("--realisations", type=int, default=10, metavar="N", help="how many to draw; default: 10")
    parser.add_argument("--ensemble", type=int, default=0, metavar="N",
                        help="also one realisation of each of N models that are as likely as this one, drawn from the "
                             "covariance that calibrate wrote: their spread holds the uncertainty of the parameters "
                             "as well; default: none")
    parser.add_argument("--shape", nargs=3, type=int, metavar=("Z", "Y", "X"),
                        help="voxels of each realisation; default: those of the image")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the first realisation; default: 1")
    parser.add_argument("--card", metavar="CARD.html", help="also write the validation card: verdict, tables, curves "
                                                            "and where all came from, as one web page")
    add_output_options(parser, "OUT.json", "write to this file instead of stdout")


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Compare and write."""
    check_target(arguments)
    _check(arguments)
    source = open_model(arguments.model, ORDER_HINT)
    ensemble = _ensemble(arguments, source)
    if arguments.voxel_size is None and source.length_unit == "voxel":
        arguments.voxel_size = "voxel"  # a model in voxel units is held against voxels
    entry, = open_images(monitor, arguments, [arguments.image], hint=ORDER_HINT)
    entry = replace(entry, image=named_as_in_model(entry.image, source, Path(arguments.model).name))
    try:
        check_units(entry.image, model_in_um=source.length_unit == "um")
    except InputError as error:
        raise InputError(error.field, error.message, "Give --voxel-size so that both are in the same unit, "
                         "or calibrate again.") from error
    shape = tuple(arguments.shape) if arguments.shape else None
    if shape is not None and any(ours < theirs for ours, theirs in zip(shape, entry.image.shape, strict=True)):
        monitor.note(f"Note: realisations of {_edges(shape)} voxels are smaller than the image of "
                     f"{_edges(entry.image.shape)}: chance explains more of what differs, and the verdict can say "
                     "less.")
    use, unused = fit_use(entry, fitted_from_record(source.provenance))
    job = ValidateJob(source.model, source.labels, (entry.image,), arguments.realisations, shape, arguments.seed,
                      use=use, unused=unused, ensemble=ensemble)
    validation: Validation = monitor.run(job)
    record = validation_record(job, entry, source)
    write_result(validation_content(validation, record), arguments, monitor)
    if arguments.card is not None:
        _write_card(card_html(validation_card(validation, entry, record)), arguments, monitor)
    monitor.note(validation.text)


def _check(arguments: argparse.Namespace) -> None:
    """Raise, before any work, for numbers that cannot be used and a card that cannot be written."""
    if arguments.realisations < 2:
        raise InputError("realisations", f"--realisations {arguments.realisations} is too few.",
                         "Give at least 2: their spread says what chance explains.")
    if arguments.ensemble < 0 or arguments.ensemble == 1:
        raise InputError("ensemble", f"--ensemble {arguments.ensemble} is too few.",
                         "Give at least 2 models, 10 for a start.")
    if arguments.card is None:
        return
    if Path(arguments.card).suffix.casefold() not in (".html", ".htm"):
        raise InputError("card", f"--card {arguments.card} is no web page.", "Give a name that ends in .html.")
    if arguments.output is not None and Path(arguments.output).absolute() == Path(arguments.card).absolute():
        raise InputError("card", "The card and the result have the same name.", "Give two names.")
    check_target(_as_target(arguments))


def _as_target(arguments: argparse.Namespace) -> argparse.Namespace:
    """Return the options of output with the card in the place of the result."""
    return Namespace(output=arguments.card, on_existing=arguments.on_existing)


def _write_card(page: str, arguments: argparse.Namespace, monitor: Monitor) -> None:
    from morphstudio.io.atomic import atomic_write

    target = _as_target(arguments)
    note_kept(target, monitor)
    make_way(target)
    with atomic_write(arguments.card) as file:
        file.write(page.encode("utf-8"))
    note_written(target, monitor)


def _ensemble(arguments: argparse.Namespace, source: ModelFile) -> ParameterEnsemble | None:
    """Return the models that are as likely as the one in the file.

    Raises
    ------
    InputError
        The file does not say how sure its parameters are.
    """
    if not arguments.ensemble:
        return None
    from morphstudio.core.calibration.ensemble import draw_ensemble

    if source.covariance is None:
        raise InputError("ensemble", f"{Path(arguments.model).name} does not hold the covariance of its parameters.",
                         "Calibrate it again by the exact method, with a family other than kernel, or leave out "
                         "--ensemble.")
    return draw_ensemble(source.model, source.covariance, arguments.ensemble, arguments.seed)


def _edges(shape: Sequence[int]) -> str:
    return " × ".join(str(n) for n in shape)
