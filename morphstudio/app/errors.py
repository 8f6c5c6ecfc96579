"""The one hook that unexpected errors reach: log file, report, and whoever shows them."""

from __future__ import annotations

import logging
import logging.handlers
import platform
import sys
import threading
import traceback
from importlib import metadata
from typing import TYPE_CHECKING

from morphstudio.app.places import log_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

log = logging.getLogger("morphstudio")

LOG_BYTES = 1_000_000
REPORTED = ("numpy", "scipy", "torch", "vtk", "pyvista", "PySide6-Essentials")


def start_log(path: Path | None = None) -> Path:
    """Write what the package logs to a file of bounded size; returns the file."""
    path = path or log_file()
    for handler in log.handlers:
        if isinstance(handler, logging.handlers.RotatingFileHandler) and handler.baseFilename == str(path):
            return path
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    return path


def install_hook(show: Callable[[BaseException, str], None]) -> Callable[[], None]:
    """Send every error that nobody caught to the log and to ``show(error, report)``.

    Parameters
    ----------
    show : callable
        May be called on any thread; what it raises is logged.

    Returns
    -------
    callable
        Puts the former hooks back.
    """
    former, former_thread = sys.excepthook, threading.excepthook

    def handle(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            former(kind, error, trace)
            return
        log.error("Unexpected error", exc_info=(kind, error, trace))
        try:
            show(error, crash_report(error))
        except Exception:
            log.exception("The error could not be shown.")

    def handle_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            handle(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook, threading.excepthook = handle, handle_thread

    def restore() -> None:
        sys.excepthook, threading.excepthook = former, former_thread

    return restore


def crash_report(error: BaseException, details: str = "") -> str:
    """Return what to send to the developers: the error, its trace, versions; no user data."""
    trace = details or "".join(traceback.format_exception(error))
    return "\n".join((
        f"{type(error).__name__}: {error}",
        "",
        trace.rstrip(),
        "",
        f"MorphStudio {_version('morphstudio')}, Python {platform.python_version()}, {platform.platform()}",
        ", ".join(f"{name} {_version(name)}" for name in REPORTED),
    ))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"
