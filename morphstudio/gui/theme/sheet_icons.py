"""The arrows and check marks of the style sheet, which takes pictures from files only.

They are drawn once and kept in the cache folder under a name derived from
what they show: every later start finds them there, and nothing is left behind
by a process that was ended.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import qtawesome
from PySide6.QtCore import QBuffer, QIODevice, QSize

from morphstudio.app.places import cache_directory
from morphstudio.core.errors import InputError
from morphstudio.io.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QIcon

    from morphstudio.gui.theme.tokens import Tokens

logger = logging.getLogger(__name__)
_ICONS = (("caret-up", "text2", 10), ("caret-down", "text2", 12), ("check", "on_fill", 12),
          ("check-off", "disabled", 12))
_DRAWN_AS = 2  # to be counted up when the pictures come to look otherwise
_RATIOS = (("", 1.0), ("@2x", 2.0))


def sheet_icon_folder(tokens: Tokens, icon: Callable[[str, str], QIcon]) -> Path:
    """Return the folder of a theme's small pictures; missing ones are drawn.

    Parameters
    ----------
    tokens : Tokens
        The theme's colours.
    icon : callable
        Gives the icon of a name in a token's colour.
    """
    shown = [(name, getattr(tokens, colour), size) for name, colour, size in _ICONS]
    digest = hashlib.sha256(repr((shown, _RATIOS, _DRAWN_AS, qtawesome.__version__)).encode()).hexdigest()
    folder = Path("icons", digest[:16])
    try:
        folder = cache_directory() / folder
        folder.mkdir(parents=True, exist_ok=True)
        for name, colour, size in _ICONS:
            for suffix, ratio in _RATIOS:
                path = folder / f"{name}{suffix}.png"
                if not path.exists():
                    _draw(icon(name.removesuffix("-off"), colour), QSize(size, size), ratio, path)
    except (InputError, OSError):
        logger.warning("The arrows of the controls could not be kept in %s; they are not shown.", folder,
                       exc_info=True)
    return folder


def _draw(icon: QIcon, size: QSize, ratio: float, path: Path) -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    icon.pixmap(size, ratio).save(buffer, "PNG")
    with atomic_write(path) as file:
        file.write(buffer.data().data())
