"""What the options of ``morphstudio calibrate`` ask for, as settings of a calibration."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import TYPE_CHECKING, Any, get_args

from morphstudio.cli.arguments import names, parameter_values, phase_order
from morphstudio.core.calibration.records import Cut, ExactSettings
from morphstudio.core.calibration.simulated.settings import METHODS, PRESETS, SimulatedSettings, preset
from morphstudio.core.errors import InputError
from morphstudio.core.fields.families import FAMILIES
from morphstudio.core.models.excursion_set import GAUSSIAN, families_of, parameter_table
from morphstudio.core.parameters import check_names, check_values

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage

EXACT = "exact"
CUTS = get_args(Cut)
CHORDS, STRETCH = "chords", "scale_z"
STRETCHES = ("fit", CHORDS)
_EXACT_PRESETS = {"quick": {"starts": 4, "refined": 3}, "paper": {"starts": 16, "refined": 6}}
# Settings that --setting does not take.
_OWN_OPTIONS = {"method": "--method", "cut": "--cut", "order": "--phase-order", "parameterisation": "--model",
                "covariances": "--covariance", "free": "--free", "fixed": "--fix", "begin": "--begin",
                "seed": "--seed", "starts": "--starts", "n_epochs": "--epochs", "n_steps": "--steps-per-epoch",
                "exact_term": "--exact-term or --no-exact-term"}
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides on how a calibration goes."""
    import argparse

    parser.add_argument("--phase-order", metavar="1,2,0",
                        help="labels or names in the order of the cut; default: all orders are tried and ranked")
    parser.add_argument("--model", default=GAUSSIAN, metavar="gaussian|low-parametric|kernel|..",
                        help=f"family of the fields' covariances: {', '.join(FAMILIES)}, or two of the first six "
                             "joined by +; default: gaussian")
    parser.add_argument("--covariance", action="append", default=[], metavar="FIELD=FAMILY",
                        help="another family for one field, for example chi_x=matern; fields are chi_x, x, chi_y, y "
                             "(1, 2, 3 for four phases) and chi_common; may be repeated")
    parser.add_argument("--cut", default=CUTS[0], metavar="|".join(CUTS),
                        help="of three or four phases: whether the second one may lie anywhere (free), only in a layer "
                             "on the first (layer), or both are tried; default: both")
    parser.add_argument("--stretch", default=STRETCHES[0], metavar="|".join(STRETCHES),
                        help="how the stretch along z is found, where images show z: fitted with the other parameters, "
                             "or before, from chord length distributions; default: fit")
    parser.add_argument("--method", default=EXACT, metavar=f"{EXACT}|{'|'.join(METHODS)}",
                        help="how to fit: by exact two-point functions, or as published, by simulation; default: exact")
    parser.add_argument("--preset", default=PRESETS[0], metavar="|".join(PRESETS),
                        help="effort. exact: how many starts and refinements. By simulation: small windows from an "
                             "exact calibration on (a minute or two), or everything as published (hours to days); "
                             "default: quick")
    parser.add_argument("--starts", type=int, metavar="N", help="starting points for each order of an exact fit")
    parser.add_argument("--free", action="append", metavar="a,b", help="fit these parameters, and only these")
    parser.add_argument("--fix", action="append", default=[], metavar="name=value",
                        help="keep a parameter at a value; may be repeated")
    parser.add_argument("--begin", metavar="MODEL.json", help="start from this model; by simulation, from it alone")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of all that is drawn; default: 0")
    by_simulation = parser.add_argument_group("methods by simulation")
    by_simulation.add_argument("--epochs", type=int, metavar="N", help="epochs at most")
    by_simulation.add_argument("--steps-per-epoch", type=int, metavar="N", help="steps of each network in an epoch")
    by_simulation.add_argument("--exact-term", action=argparse.BooleanOptionalAction,
                               help="whether the exact two-point functions stand in place of those of the windows; "
                                    "default: with the quick preset")
    by_simulation.add_argument("--setting", action="append", default=[], metavar="name=value",
                               help=f"another constant, one of {', '.join(_by_name())}; may be repeated")


def settings_of(arguments: argparse.Namespace, image: PhaseImage,
                begin: ExcursionSet | None) -> ExactSettings | SimulatedSettings:
    """Return the settings of a calibration to ``image`` and others like it.

    Raises
    ------
    InputError
        Options that cannot be used, or not together.
    """
    check_names([arguments.method], (EXACT, *METHODS), "method")
    check_names([arguments.preset], PRESETS, "preset")
    check_names([arguments.cut], CUTS, "cut")
    if arguments.starts is not None and arguments.starts < 1:
        raise InputError("starts", f"--starts {arguments.starts} is not possible.", "Give at least 1.")
    covariances = _covariances(arguments.covariance)
    families = families_of(len(image.phases), arguments.model, covariances)
    if begin is not None:
        _check_begin(arguments, begin, families, image)
        families = begin.families
    table = parameter_table(len(image.phases), families)
    fixed = check_values(parameter_values(arguments.fix, "--fix"), table)
    free = None if arguments.free is None else tuple(n for text in arguments.free for n in names(text))
    check_names(free or (), [p.name for p in table])
    both = [name for name in free or () if name in fixed]
    if both:
        raise InputError(f"parameters.{both[0]}", f"{both[0]} is both free and fixed.", "Leave one of them out.")
    order = None if arguments.phase_order is None else phase_order(arguments.phase_order, image)
    common: dict[str, Any] = {"order": order, "free": free, "fixed": fixed, "seed": arguments.seed, "begin": begin,
                              "parameterisation": arguments.model, "covariances": covariances, "cut": arguments.cut}
    return _exact(arguments, common) if arguments.method == EXACT else _simulated(arguments, common)


def _exact(arguments: argparse.Namespace, common: dict[str, Any]) -> ExactSettings:
    given = {"--epochs": arguments.epochs, "--steps-per-epoch": arguments.steps_per_epoch,
             "--exact-term": arguments.exact_term, "--setting": arguments.setting or None}
    for option, value in given.items():
        if value is not None:
            raise InputError("method", f"{option} is for the methods by simulation.",
                             f"Give --method {METHODS[-1]} as well, or leave it out.")
    effort = _EXACT_PRESETS[arguments.preset]
    return ExactSettings(**common, starts=arguments.starts or effort["starts"], refined=effort["refined"])


def _simulated(arguments: argparse.Namespace, common: dict[str, Any]) -> SimulatedSettings:
    if arguments.exact_term and arguments.method == "adversarial":
        raise InputError("exact_term", "The adversarial method has no two-point term.",
                         "Leave --exact-term out, or use --method combined.")
    changes = {"n_epochs": arguments.epochs, "n_steps": arguments.steps_per_epoch, "starts": arguments.starts,
               "exact_term": arguments.exact_term}
    changes = {name: value for name, value in changes.items() if value is not None}
    return preset(arguments.preset, arguments.method, **common, **changes, **_settings(arguments.setting))


def _check_begin(arguments: argparse.Namespace, begin: ExcursionSet, families: tuple[str, ...],
                 image: PhaseImage) -> None:
    """Raise for a model to start from that does not go with the image or the other options."""
    if sorted(begin.phases) != sorted(phase.name for phase in image.phases):
        raise InputError("begin", f"{arguments.begin} has the phases {', '.join(begin.phases)}, the image has "
                         f"{', '.join(phase.name for phase in image.phases)}.", "Start from a model of this image.")
    if (arguments.model != GAUSSIAN or arguments.covariance) and begin.families != families:
        raise InputError("begin", f"{arguments.begin} has covariances of its own.",
                         "Leave out --model and --covariance, or --begin.")
    if arguments.method == EXACT and set(begin.families) != {GAUSSIAN}:
        raise InputError("begin", f"{arguments.begin} has covariances that the exact method does not start from.",
                         f"Leave out --begin, or use --method {METHODS[-1]}.")
    if arguments.phase_order is not None:
        named = tuple(image.phases[k].name for k in phase_order(arguments.phase_order, image))
        if named != begin.phases:
            raise InputError("begin", f"{arguments.begin} cuts the phases in another order than --phase-order.",
                             "Leave one of them out.")


def _covariances(given: Sequence[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for text in given:
        field, equals, key = text.partition("=")
        if not equals or not field or not key:
            raise InputError("covariance", f"--covariance {text} names no field and family.",
                             "Write --covariance chi_x=matern.")
        out[field.strip()] = key.strip()
    return out


def _by_name() -> dict[str, Field[Any]]:
    """Return the settings that ``--setting`` takes."""
    return {field.name: field for field in fields(SimulatedSettings) if field.name not in _OWN_OPTIONS}


def _settings(pairs: Sequence[str]) -> dict[str, Any]:
    """Read ``name=value`` pairs of settings; a value is as its setting is: a number, yes or no, a list or a word."""
    known, found = _by_name(), {}
    for pair in pairs:
        name, equals, text = (piece.strip() for piece in pair.partition("="))
        if not (name and equals and text):
            raise InputError("settings", f"--setting {pair} is not of the form name=value.",
                             "For example: --setting window=96")
        if name in _OWN_OPTIONS:
            raise InputError(f"settings.{name}", f"{name} is no --setting.", f"Use {_OWN_OPTIONS[name]}.")
        check_names([name], known, "settings")
        if name in found:
            raise InputError(f"settings.{name}", f"--setting gives {name} twice.", "Give it once.")
        found[name] = _value(name, str(known[name].type), text)
    return found


def _value(name: str, kind: str, text: str) -> Any:
    """Return the value of a setting of an annotated kind."""
    if kind.endswith("| None") and text.lower() == "none":
        return None
    if kind == "bool":
        if text.lower() in (*_YES, *_NO):
            return text.lower() in _YES
        raise InputError(f"settings.{name}", f"--setting {name}={text} is neither yes nor no.", f"Write {name}=yes.")
    try:
        if kind.startswith("tuple"):
            return tuple(int(part) for part in names(text))
        if kind.startswith("int"):
            return int(text)
        return float(text) if kind.startswith("float") else text
    except ValueError as error:
        wanted = "a number" if kind.startswith("float") else "a whole number"
        wanted = "whole numbers with commas" if kind.startswith("tuple") else wanted
        raise InputError(f"settings.{name}", f"--setting {name}={text} has a value that is not {wanted}.",
                         f"Give {wanted}.") from error
