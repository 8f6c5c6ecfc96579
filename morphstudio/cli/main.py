"""The command line: one parser, one place where errors become exit codes."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
import traceback
from difflib import get_close_matches
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NoReturn

from morphstudio.cli.monitor import Interrupted, JobFailed, Monitor
from morphstudio.cli.names import COMMANDS, LATER
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPTION = re.compile(r"--?[^\W\d]")

OK, DEFECT, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

SUMMARIES = {
    "info": "shape, labels, fractions and voxel size of an image",
    "measure": "descriptors of an image, with units",
    "calibrate": "fit a model to images",
    "generate": "draw a volume or a section from a model",
    "validate": "compare a model with an image",
    "export": "write a volume for another program",
    "demo": "the main job from sample to export, unattended",
}


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line, and which names a wrong option before a missing one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.commands: dict[str, _Parser] = {}

    def check_options(self, words: Sequence[str]) -> None:
        """Raise for the first word that looks like an option and is none.

        Raises
        ------
        InputError
            It names the option, and the nearest one there is.
        """
        known = self._option_string_actions
        for word in words:
            if word == "--":
                return
            option = word.partition("=")[0]
            # Like argparse: negative numbers and words with spaces are values.
            if not _OPTION.match(word) or " " in word or option in known or option[:2] in known:
                continue
            if option.startswith("--") and any(name.startswith(option) for name in known):
                continue
            close = get_close_matches(option, known, n=1, cutoff=0.7)
            hint = f"Did you mean {close[0]}? " if close else ""
            raise InputError("arguments", f"There is no option {option}.", f"{hint}See: {self.prog} --help")

    def error(self, message: str) -> NoReturn:
        raise InputError("arguments", _sentence(message), f"See: {self.prog} --help")


def build_parser(command: str | None = None) -> _Parser:
    """Return the parser; only ``command``'s own options are filled in, which keeps the start fast."""
    parser = _Parser(prog="morphstudio", description="Without a command, the window opens.",
                     epilog="Each command explains its options: morphstudio COMMAND --help")
    parser.add_argument("--version", action="version", version=f"MorphStudio {version('morphstudio')}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for name in COMMANDS:
        sub = subparsers.add_parser(name, help=SUMMARIES[name], description=SUMMARIES[name][0].upper()
                                    + SUMMARIES[name][1:] + ".")
        if name == command:
            _module(name).add_arguments(sub)
        parser.commands[name] = sub
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code.

    Parameters
    ----------
    arguments : sequence of str
        Command and options, without the program's name.

    Returns
    -------
    int
        0; 2 for bad input, with one line on stderr; 130 after Ctrl+C; 1 for a defect.
    """
    try:
        parsed = _parsed(list(arguments))
        _module(parsed.command).run(parsed, Monitor())
    except InputError as error:
        return _tell(str(error), BAD_INPUT)
    except Interrupted as stop:
        return _interrupted(str(stop), still_working=stop.still_working)
    except KeyboardInterrupt:
        return _interrupted("Cancelled.", still_working=False)
    except JobFailed as error:
        return _defect(error.failed.message, error.failed.details)
    except SystemExit as end:  # --help and --version
        return int(end.code or 0)
    except BrokenPipeError:
        return OK  # whoever read our output has seen enough
    except Exception as error:  # noqa: BLE001 - the last line before a traceback on somebody's screen
        return _defect(f"A defect: {type(error).__name__}: {error}", traceback.format_exc())
    return OK


def _parsed(arguments: list[str]) -> argparse.Namespace:
    at = next((at for at, word in enumerate(arguments) if not word.startswith("-")), len(arguments))
    command = arguments[at] if at < len(arguments) else None
    build_parser().check_options(arguments[:at])
    _check_command(command)
    parser = build_parser(command)
    if command is not None:
        parser.commands[command].check_options(arguments[at + 1:])
    parsed, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise InputError("arguments", f"Unrecognized arguments: {' '.join(unknown)}.",
                         f"See: morphstudio {parsed.command} --help")
    return parsed


def _module(command: str) -> Any:
    return importlib.import_module(f"morphstudio.cli.commands.{command}")


def _check_command(command: str | None) -> None:
    if command is None or command in COMMANDS:
        return
    if command in LATER:
        raise InputError("command", f"The command {command!r} is not available yet.",
                         "It comes with a later version.")
    close = get_close_matches(command, COMMANDS, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Commands: {', '.join(COMMANDS)}."
    raise InputError("command", f"{command!r} is neither a command nor a file.", hint)


def _tell(message: str, code: int) -> int:
    sys.stderr.write(f"morphstudio: {' '.join(message.split())}\n")
    return code


def _interrupted(message: str, *, still_working: bool) -> int:
    code = _tell(message, INTERRUPTED)
    if still_working:
        # A thread deep in a library would abort the process on its way out.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _defect(message: str, details: str) -> int:
    import logging

    from morphstudio.app.errors import start_log

    path = start_log()
    logging.getLogger("morphstudio").error("%s\n%s", message, details)
    return _tell(f"{message} Details are in {path}", DEFECT)


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."
