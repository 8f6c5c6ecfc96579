"""The real app with a fresh profile, for benchmarks that drive it."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from morphstudio.gui.application import Application


@contextmanager
def real_window(width: int, height: int) -> Iterator[tuple[Application, Path]]:
    """Show the window in the upper left corner; yields the app and an empty folder, and closes all of it."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        os.environ["MORPHSTUDIO_CONFIG_DIR"] = str(scratch / "profile")
        os.environ.setdefault("QT_API", "pyside6")
        from PySide6.QtWidgets import QApplication

        from morphstudio.gui.application import Application

        application = Application(QApplication(sys.argv[:1]))
        application.window.ask_before_close = False
        application.start()
        application.window.resize(width, height)
        application.window.move(0, 0)
        try:
            yield application, scratch
        finally:
            application.window.close()
            application.close()
