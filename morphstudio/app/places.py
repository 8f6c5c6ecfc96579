"""Where the app keeps what is the user's but no project: settings, autosaves, checkpoints, the log, the cache.

``MORPHSTUDIO_CONFIG_DIR`` puts all of it into one folder of choice.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP_NAME = "MorphStudio"
CHECKPOINT_SUFFIX = ".checkpoint"
OVERRIDE = "MORPHSTUDIO_CONFIG_DIR"


def config_directory() -> Path:
    """Return the folder of the settings; it is made where it is missing."""
    override = os.environ.get(OVERRIDE)
    return _made(Path(override) if override else platformdirs.user_config_path(APP_NAME, appauthor=False))


def state_directory() -> Path:
    """Return the folder of autosaves, checkpoints and the log; it is made where it is missing."""
    override = os.environ.get(OVERRIDE)
    return _made(Path(override) / "state" if override else platformdirs.user_state_path(APP_NAME, appauthor=False))


def cache_directory() -> Path:
    """Return the folder of what can be made anew at any time; it is made where it is missing."""
    override = os.environ.get(OVERRIDE)
    return _made(Path(override) / "cache" if override else platformdirs.user_cache_path(APP_NAME, appauthor=False))


def autosave_directory() -> Path:
    """Return the folder of the sessions that were saved by themselves."""
    return _made(state_directory() / "autosave")


def run_checkpoint(run_id: str) -> Path:
    """Return the file that holds the state of a calibration between its steps."""
    return runs_directory() / f"{run_id}{CHECKPOINT_SUFFIX}"


def runs_directory() -> Path:
    """Return the folder of the states of calibrations."""
    return _made(state_directory() / "runs")


def log_file() -> Path:
    """Return the log file."""
    return state_directory() / "morphstudio.log"


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory
