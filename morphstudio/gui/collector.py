"""Collects garbage in the window's thread and in no other."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

PERIOD_MS = 100


class WindowCollector(QObject):
    """Takes Python's automatic collection over from whichever thread allocates.

    Python collects cycles in the thread that happens to reach the threshold.
    Threads that read answers allocate much; a cycle with a widget in it, or
    with an object of VTK, must not be taken apart there, for Qt's objects
    belong to the thread of the window. While this lives, collections happen in
    its thread, between events.

    Parameters
    ----------
    parent : QObject, optional
        Owner; the collector belongs to the thread that makes it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self.collect)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()

    def collect(self) -> None:
        """Collect the generations whose thresholds have been passed, as Python would."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [at for at in range(3) if counts[at] > thresholds[at]]
        if due and due[0] == 0:
            gc.collect(due[-1] if due == list(range(len(due))) else 0)

    def stop(self) -> None:
        """Leave collections to Python again."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
