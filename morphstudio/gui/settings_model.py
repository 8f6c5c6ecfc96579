"""The settings as the window uses them: read once, written soon after each change."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from morphstudio.app.settings import RecentFile, Settings, load_settings, save_settings
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)
_RATE, _PACE = "generate.rate", "calibrate.pace"
WRITE_AFTER_MS = 500


class SettingsModel(QObject):
    """Holds the settings; ``changed`` follows every change."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        loaded = load_settings()
        self._value = loaded.settings
        self.problem = loaded.problem
        self._clock = QTimer(self, interval=WRITE_AFTER_MS, singleShot=True)
        self._clock.timeout.connect(self.write)

    @property
    def value(self) -> Settings:
        """The settings as they are now."""
        return self._value

    def change(self, **changes: Any) -> None:
        """Replace some settings by name."""
        self._set(replace(self._value, **changes))

    def remember_file(self, file: RecentFile) -> None:
        """Put a file on top of the recent ones."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._set(self._value.with_recent(replace(file, opened_at=now)))

    def forget_files(self) -> None:
        """Empty the list of recent files."""
        self.change(recent=())

    def folder(self, purpose: str, fallback: Path) -> str:
        """Return the folder used last for ``purpose``, e.g. ``"open"``."""
        return self._value.folders.get(purpose, str(fallback))

    def remember_folder(self, purpose: str, folder: Path) -> None:
        """Remember the folder used for ``purpose``."""
        self.change(folders={**self._value.folders, purpose: str(folder)})

    @property
    def generation_rate(self) -> float | None:
        """How fast this computer drew the last time; see :func:`morphstudio.app.forecast.generation_rate`."""
        rate = self._value.options.get(_RATE)
        return float(rate) if isinstance(rate, (int, float)) and 0 < rate < math.inf else None

    def remember_generation_rate(self, rate: float) -> None:
        """Remember how fast this computer draws."""
        self.change(options={**self._value.options, _RATE: rate})

    @property
    def training_pace(self) -> float:
        """How many times longer a training took the last time than is usual; see ``app.training_time``."""
        pace = self._value.options.get(_PACE)
        return float(pace) if isinstance(pace, (int, float)) and 0 < pace < math.inf else 1.0

    def remember_training_pace(self, pace: float) -> None:
        """Remember how long training takes on this computer."""
        self.change(options={**self._value.options, _PACE: pace})

    def write(self) -> None:
        """Write the settings now."""
        self._clock.stop()
        try:
            save_settings(self._value)
        except InputError as error:
            logger.warning("The settings could not be written: %s", error)

    def _set(self, value: Settings) -> None:
        if value != self._value:
            self._value = value
            self._clock.start()
            self.changed.emit()
