"""``morphstudio calibrate``: fit a model to images."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from morphstudio.app.model_record import calibrated_model
from morphstudio.app.work.calibrate import CalibrationJob
from morphstudio.cli.arguments import names, parameter_values, phase_order
from morphstudio.cli.images import add_image_options, open_images
from morphstudio.cli.output import (
    add_output_options,
    check_target,
    make_way,
    note_kept,
    note_written,
    print_text,
    table,
)
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.errors import InputError
from morphstudio.core.fields.families import FAMILIES
from morphstudio.core.models.excursion_set import GAUSSIAN, families_of, parameter_table
from morphstudio.core.parameters import check_names, check_values

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from morphstudio.cli.monitor import Monitor
    from morphstudio.core.calibration.records import CalibrationResult, ParameterEstimate
    from morphstudio.core.phases import PhaseImage

METHODS = {"exact": "exact", "adversarial": "", "combined": "", "monte-carlo": ""}
PRESETS = {"quick": {"starts": 4, "refined": 3}, "paper": {"starts": 16, "refined": 6}}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="image files, or folders of slices")
    add_image_options(parser)
    parser.add_argument("--phase-order", metavar="1,2,0",
                        help="labels or names in the order of the cut; default: all orders are tried and ranked")
    parser.add_argument("--model", default=GAUSSIAN, metavar="gaussian|low-parametric|kernel|..",
                        help=f"family of the fields' covariances: {', '.join(FAMILIES)}, or two of the first six "
                             "joined by +; default: gaussian")
    parser.add_argument("--covariance", action="append", default=[], metavar="FIELD=FAMILY",
                        help="another family for one field, for example chi_x=matern; fields are chi_x, x, chi_y, y "
                             "(1, 2, 3 for four phases) and chi_common; may be repeated")
    parser.add_argument("--method", default="exact", metavar="exact", help="how to fit; default: exact")
    parser.add_argument("--preset", default="quick", metavar="quick|paper",
                        help="how many starts and refinements; default: quick")
    parser.add_argument("--starts", type=int, metavar="N", help="starting points for each order")
    parser.add_argument("--free", action="append", metavar="a,b", help="fit these parameters, and only these")
    parser.add_argument("--fix", action="append", default=[], metavar="name=value",
                        help="keep a parameter at a value; may be repeated")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the starting points; default: 0")
    add_output_options(parser, "MODEL.json", "file for the model", required=True)


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Calibrate, print the ranking, write the model."""
    from morphstudio.io.model_file import write_model

    _available("method", arguments.method, METHODS)
    check_target(arguments)
    entries = open_images(monitor, arguments, arguments.images)
    images = tuple(entry.image for entry in entries)
    settings = _settings(arguments, images[0])
    result: CalibrationResult = monitor.run(CalibrationJob(images, settings))
    print_text(ranking_text(result, images[0].length_unit))
    note_kept(arguments, monitor)
    make_way(arguments)
    write_model(arguments.output, calibrated_model(result, entries, settings))
    note_written(arguments, monitor)


def _available(what: str, given: str, known: dict[str, str]) -> None:
    check_names([given], known, what)
    if not known[given]:
        now = ", ".join(name for name, here in known.items() if here)
        raise InputError(what, f"--{what} {given} is not available yet.", f"Use --{what} {now}.")


def _settings(arguments: argparse.Namespace, image: PhaseImage) -> ExactSettings:
    check_names([arguments.preset], PRESETS, "preset")
    preset = PRESETS[arguments.preset]
    starts = preset["starts"] if arguments.starts is None else arguments.starts
    if starts < 1:
        raise InputError("starts", f"--starts {starts} is not possible.", "Give at least 1.")
    covariances = _covariances(arguments.covariance)
    parameters = parameter_table(len(image.phases), families_of(len(image.phases), arguments.model, covariances))
    fixed = check_values(parameter_values(arguments.fix, "--fix"), parameters)
    free = None if arguments.free is None else tuple(n for text in arguments.free for n in names(text))
    check_names(free or (), [p.name for p in parameters])
    both = [name for name in free or () if name in fixed]
    if both:
        raise InputError(f"parameters.{both[0]}", f"{both[0]} is both free and fixed.", "Leave one of them out.")
    order = None if arguments.phase_order is None else phase_order(arguments.phase_order, image)
    return ExactSettings(order=order, free=free, fixed=fixed, starts=starts, refined=preset["refined"],
                         seed=arguments.seed, parameterisation=arguments.model, covariances=covariances)


def _covariances(given: Sequence[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for text in given:
        field, equals, key = text.partition("=")
        if not equals or not field or not key:
            raise InputError("covariance", f"--covariance {text} names no field and family.",
                             "Write --covariance chi_x=matern.")
        out[field.strip()] = key.strip()
    return out


def ranking_text(result: CalibrationResult, length_unit: str) -> str:
    """Return the ranking, the parameters and the verdict as plain text.

    Parameters
    ----------
    result : CalibrationResult
        The outcome.
    length_unit : str
        ``"um"`` or ``"voxel"``, as the images are measured.
    """
    decimals = _decimals([r.misfit for r in result.ranking])
    ranking = table(("order", "misfit", "surface error", "chord error", ""), [
        (" → ".join(r.phases), f"{r.misfit:.{decimals}f}", f"{r.surface_error:.1%}", f"{r.chord_error:.1%}",
         "refined" if r.refined else "tried") for r in result.ranking])
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
    error = f"{estimate.standard_error:.2g}" if math.isfinite(estimate.standard_error) else "undetermined"
    return f"{error} (weak)" if estimate.weak else error
