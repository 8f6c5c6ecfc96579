"""From the command to a window that answers, warm; against an empty Qt window."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

from measuring import Row

# Each child prints the wall clock once its window is on screen and the event loop has turned idle.
COMMON = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

def tell_when_usable(window):
    def look():
        if window.windowHandle() is None or not window.windowHandle().isExposed():
            return
        timer.stop()
        QTimer.singleShot(0, lambda: (print(time.time(), flush=True), QApplication.quit()))
    timer = QTimer(window, interval=0)
    timer.timeout.connect(look)
    timer.start()
"""
EMPTY = COMMON + """
app = QApplication(sys.argv)
window = QMainWindow()
window.show()
tell_when_usable(window)
app.exec()
"""
OURS = COMMON + """
from morphstudio.gui.application import Application

app = QApplication(sys.argv)
application = Application(app)
application.start()
tell_when_usable(application.window)
app.exec()
application.close()
"""


def rows(small: bool) -> list[Row]:
    """Start each window several times; the first start warms the disk cache."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and sys.platform.startswith("linux"):
        raise SystemExit("start-up needs a display; put this before the command: bash packaging/with-display")
    repeats = 1 if small else 5
    return [Row("start to a usable window", _median(OURS, repeats), "s", "an empty Qt window", _median(EMPTY, repeats),
                bar=2, note="warm")]


def _median(code: str, repeats: int) -> float:
    _start(code)
    return statistics.median(_start(code) for _ in range(repeats))


def _start(code: str) -> float:
    begun = time.time()
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    return float(done.stdout.split()[-1]) - begun
