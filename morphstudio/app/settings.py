"""What the app remembers between sittings; a broken file never blocks the start."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.app.places import config_directory
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.core.phases import VoxelSize

log = logging.getLogger(__name__)

SETTINGS_FILE = "settings.json"
SCHEMA = 1
MAX_RECENT = 12

Theme = Literal["system", "light", "dark"]
LengthUnit = Literal["um", "nm", "voxel"]
RecentKind = Literal["image", "project", "model"]


@dataclass(frozen=True)
class RecentFile:
    """A file that was opened, and what was said about it then.

    Parameters
    ----------
    path : str
        The file or folder.
    kind : {"image", "project", "model"}
        How it was opened.
    names : dict of int to str
        Name of each label.
    voxel_size_um : (float, float, float) or None
        Confirmed voxel size (z, y, x).
    sha256 : str
        Checksum of what was in it: the rest holds for that content only.
    shape : tuple of int
        Voxels along z, y, x of an image.
    summary : str
        What a project or model holds, e.g. ``"2 images, 1 calibration"``.
    opened_at : str
        When it was last opened or saved, ISO 8601 with zone; empty where not known.
    """

    path: str
    kind: RecentKind = "image"
    names: dict[int, str] = field(default_factory=dict)
    voxel_size_um: VoxelSize | None = None
    sha256: str = ""
    shape: tuple[int, ...] = ()
    summary: str = ""
    opened_at: str = ""


@dataclass(frozen=True)
class Settings:
    """All settings; change them with :func:`dataclasses.replace`.

    Parameters
    ----------
    theme : {"system", "light", "dark"}
        Look of the window.
    unit : {"um", "nm", "voxel"}
        Unit that lengths are shown in.
    recent : tuple of RecentFile
        Latest first.
    layout : dict of str to str
        Window geometry and layout of each step, as the window encodes them.
    folders : dict of str to str
        Folder used last for each purpose, e.g. ``{"export": "/home/me"}``.
    options : dict of str to (bool, int, float or str)
        Small choices that are remembered, by a name with its page in front.
    """

    theme: Theme = "system"
    unit: LengthUnit = "um"
    recent: tuple[RecentFile, ...] = ()
    layout: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    options: dict[str, bool | int | float | str] = field(default_factory=dict)

    def with_recent(self, file: RecentFile) -> Settings:
        """Return the settings with ``file`` as the latest."""
        others = tuple(r for r in self.recent if r.path != file.path)
        return replace(self, recent=(file, *others)[:MAX_RECENT])

    def recent_file(self, path: str) -> RecentFile | None:
        """Return what was said about a file, if it was opened lately."""
        return next((r for r in self.recent if r.path == path), None)


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings and, where the file could not be used, one sentence about that."""

    settings: Settings
    problem: str = ""


def load_settings(directory: Path | None = None) -> LoadedSettings:
    """Read the settings; defaults where there are none, or where the file is broken.

    A broken file is kept beside as ``settings.broken.json``.
    """
    path = (directory or config_directory()) / SETTINGS_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return LoadedSettings(Settings())
    except (OSError, UnicodeDecodeError) as error:
        return _broken(path, str(error))
    try:
        return LoadedSettings(_settings_from(json.loads(text)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return _broken(path, str(error))


def save_settings(settings: Settings, directory: Path | None = None) -> None:
    """Write the settings, all or nothing.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    from morphstudio.io.atomic import atomic_write

    path = (directory or config_directory()) / SETTINGS_FILE
    text = json.dumps({"schema": SCHEMA, **asdict(settings)}, indent=1, ensure_ascii=False)
    with atomic_write(path) as file:
        file.write(text.encode("utf-8"))


def _broken(path: Path, reason: str) -> LoadedSettings:
    log.warning("The settings in %s cannot be used: %s", path, reason)
    kept = path.with_suffix(".broken.json")
    try:
        path.replace(kept)
    except OSError:
        log.warning("They could not be set aside.", exc_info=True)
        kept = path
    return LoadedSettings(Settings(), f"The settings could not be read and were reset. The old file is {kept}.")


def _settings_from(data: dict[str, Any]) -> Settings:
    """Take what is usable of each setting; what a newer version added is left out."""
    if data["schema"] > SCHEMA:
        raise InputError("settings", "The settings were written by a newer version.", "")
    settings = Settings(recent=tuple(_recent_from(r) for r in data.get("recent", ())))
    if data.get("theme") in ("system", "light", "dark"):
        settings = replace(settings, theme=data["theme"])
    if data.get("unit") in ("um", "nm", "voxel"):
        settings = replace(settings, unit=data["unit"])
    return replace(settings, layout=_strings(data, "layout"), folders=_strings(data, "folders"),
                   options={k: v for k, v in data.get("options", {}).items()
                            if isinstance(v, (bool, int, float, str))})


def _strings(data: dict[str, Any], name: str) -> dict[str, str]:
    return {key: value for key, value in data.get(name, {}).items() if isinstance(value, str)}


def _recent_from(data: dict[str, Any]) -> RecentFile:
    from morphstudio.core.phases import check_voxel_size

    size = data.get("voxel_size_um")
    names = {int(label): str(name) for label, name in data.get("names", {}).items()}
    kind: RecentKind = data["kind"] if data.get("kind") in ("project", "model") else "image"
    return RecentFile(str(data["path"]), kind, names, check_voxel_size(size) if size else None,
                      str(data.get("sha256", "")), tuple(int(n) for n in data.get("shape", ())),
                      str(data.get("summary", "")), str(data.get("opened_at", "")))
