"""Finds the files under ``resources/`` in a checkout, a wheel and a frozen bundle."""

from __future__ import annotations

import sys
from pathlib import Path

import morphstudio


def resource_path(*parts: str) -> Path:
    """Return the path of a file or folder under ``resources/``.

    Parameters
    ----------
    *parts : str
        Path below ``resources/``, one name each.

    Raises
    ------
    FileNotFoundError
        The installation is incomplete.
    """
    package = Path(morphstudio.__file__).resolve().parent
    roots = [package / "resources", package.parent / "resources"]
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle:
        roots.insert(0, Path(bundle) / "resources")
    for root in roots:
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"resources/{'/'.join(parts)} is missing: the installation is incomplete.")
