"""Where the fonts, icons, samples and texts that ship with the app are."""

from __future__ import annotations

from pathlib import Path

import morphstudio

_PACKAGE = Path(morphstudio.__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder.

    Wheels and frozen bundles carry the resources inside the package, a
    checkout has them beside it.

    Parameters
    ----------
    *parts : str
        Path below ``resources``, e.g. ``resource("fonts", "inter")``.

    Raises
    ------
    FileNotFoundError
        Nothing of that name ships with the app.
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"No resource {'/'.join(parts)}: the installation is incomplete.")
