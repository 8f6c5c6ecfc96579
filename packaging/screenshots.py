"""Drives the real window through the main job and saves a picture of each page.

bash packaging/with-display .venv/bin/python packaging/screenshots.py [FOLDER] [--theme dark] …
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.application import Application

WAIT_SECONDS = 60.0
LONG_WAIT_SECONDS = 900.0
SETTLE_SECONDS = 1.2
NOTICE_SECONDS = 9.0  # finished jobs and notices have left by then


def wait_until(done: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS) -> None:
    """Let the window live until ``done()``; end with a message where that never comes."""
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise SystemExit(f"{what} did not happen within {seconds:g} s.")
        QApplication.processEvents()
        time.sleep(0.01)


def settle(seconds: float = SETTLE_SECONDS) -> None:
    """Let the window live for a moment, so that previews and pictures arrive."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > end, "settling")


class Photographer:
    """Takes pictures of one window."""

    def __init__(self, application: Application, folder: Path, suffix: str) -> None:
        self.application = application
        self.folder = folder
        self.suffix = suffix
        folder.mkdir(parents=True, exist_ok=True)

    def shoot(self, name: str) -> None:
        """Save what the screen shows, renderers included."""
        settle()
        window = self.application.window
        path = self.folder / f"{name}{self.suffix}.png"
        # The screen, not the widget: 3D views are windows of their own.
        picture = window.screen().grabWindow(window.winId())
        dialog = getattr(window, "export_dialog", None)
        if name == "export" and dialog is not None:
            picture = window.screen().grabWindow(0, window.x(), window.y(), window.width(), window.height())
        picture.save(str(path))
        print(path)


def walk(photographer: Photographer, image: Path | None) -> None:
    """Go through the steps."""
    application = photographer.application
    window, session = application.window, application.context.session
    photographer.shoot("welcome")
    if image is None:
        window.welcome.sample_card.button.click()
    else:
        window.opener.open_image(image)
    wait_until(lambda: session.active_image is not None, "opening the image")
    settle(NOTICE_SECONDS)
    photographer.shoot("data")
    if image is not None:
        return
    if window.actions_.action("calibrate").isEnabled():
        calibrate(photographer)
    explore(photographer)
    measure(photographer)
    window.open_export()
    photographer.shoot("export")
    window.export_dialog.reject()


def calibrate(photographer: Photographer) -> None:
    """Fit a model to the sample, with a picture in the middle and one at the end."""
    application = photographer.application
    window, session = application.window, application.context.session
    window.show_step("calibrate")
    page = window.workspace.page("calibrate")
    photographer.shoot("calibrate-before")
    page.start_button.click()
    settle(6.0)
    photographer.shoot("calibrate-running")
    wait_until(lambda: session.document.calibrated is not None, "calibrating", LONG_WAIT_SECONDS)
    settle(NOTICE_SECONDS)
    photographer.shoot("calibrate")


def explore(photographer: Photographer) -> None:
    """Wait for the section, the closed forms and the fine block, then take the picture."""
    window = photographer.application.window
    window.show_step("explore")
    page = window.workspace.page("explore")
    wait_until(lambda: page.values.is_filled, "the closed forms", LONG_WAIT_SECONDS)
    settle(10.0)
    photographer.shoot("explore")


def measure(photographer: Photographer) -> None:
    """Measure the image and the model, then take the picture."""
    window = photographer.application.window
    window.show_step("measure")
    page = window.workspace.page("measure")
    page.start()
    wait_until(lambda: page.run.validation is not None and not page.run.is_active, "measuring", LONG_WAIT_SECONDS)
    settle(NOTICE_SECONDS)
    photographer.shoot("measure")


def main() -> int:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "pictures")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--theme", default="light", choices=("light", "dark"))
    parser.add_argument("--image", type=Path)
    parser.add_argument("--suffix", default="")
    chosen = parser.parse_args()
    width, height = (int(part) for part in chosen.size.split("x"))
    with tempfile.TemporaryDirectory() as settings:
        os.environ["MORPHSTUDIO_CONFIG_DIR"] = settings
        os.environ.setdefault("QT_API", "pyside6")
        from PySide6.QtGui import QCursor
        from PySide6.QtWidgets import QApplication

        from morphstudio.gui.application import Application

        app = QApplication(sys.argv[:1])
        QCursor.setPos(app.primaryScreen().geometry().bottomRight())  # nothing is to look hovered
        application = Application(app)
        application.theme.set_theme(chosen.theme)
        application.window.ask_before_close = False
        application.start()
        application.window.resize(width, height)
        application.window.move(0, 0)
        try:
            walk(Photographer(application, chosen.folder, chosen.suffix), chosen.image)
        finally:
            application.window.close()
            application.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
