"""How far a movie is: a bar, frames, time left; before that, what it will come to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from morphstudio.gui.jobs_tray import duration_text
from morphstudio.gui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable

_TELL_AFTER = 1.0  # seconds of work that the time left is told from


class MovieProgress(QWidget):
    """A line of words with a bar below it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock, self._began, self._n_frames = clock, 0.0, 0
        self.words = ElidedLabel("", "second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the movie")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addStretch(1)

    def say(self, text: str) -> None:
        """Show other words."""
        self.words.setText(text)

    def show_bar(self, *, shown: bool) -> None:
        """Show the bar, or the words alone."""
        self.bar.setVisible(shown)

    def begin(self, n_frames: int) -> None:
        """Start at the first of so many frames."""
        self._began, self._n_frames = self._clock(), n_frames
        self.bar.setRange(0, n_frames)
        self.show_written(0)

    def show_written(self, count: int) -> None:
        """Show that so many frames are written."""
        self.bar.setValue(count)
        passed = self._clock() - self._began
        left = passed / count * (self._n_frames - count) if count else 0.0
        told = f", {duration_text(max(left, 1))} left" if passed > _TELL_AFTER and count < self._n_frames else ""
        self.say(f"Frame {count} of {self._n_frames}{told}" if count < self._n_frames else "Closing the file…")
