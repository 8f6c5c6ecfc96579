"""Starts the window: theme, fonts, engines, session."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from morphstudio.app import errors
from morphstudio.app.autosave import Autosave, find_recoverable
from morphstudio.app.display import window_platform
from morphstudio.app.garbage import set_aside, take_back
from morphstudio.app.jobs.engine import Engine, PreviewService
from morphstudio.app.session import Session
from morphstudio.app.threads import hand_over_quickly
from morphstudio.gui.collector import WindowCollector
from morphstudio.gui.context import AppContext
from morphstudio.gui.job_bridge import JobBridge, PreviewBridge
from morphstudio.gui.main_window import MainWindow
from morphstudio.gui.scene3d.surfaces import SURFACE_MODULES
from morphstudio.gui.session_model import SessionModel
from morphstudio.gui.settings_model import SettingsModel
from morphstudio.gui.theme.controller import ThemeController
from morphstudio.gui.theme.fonts import body_font, load_fonts
from morphstudio.gui.theme_choice import choose_theme, theme_name
from morphstudio.gui.units import UnitController

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)
SIGNAL_POLL_MS = 250
SAMPLE_OPTION = "--sample"
THREADS_OPTION = "engine.threads"
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# Slow to import; the engine processes do it while the user looks at the welcome page.
_PREPARED = "morphstudioPrepared"
_HEAVY_FOR_JOBS = ("morphstudio.core.calibration.exact",)
_HEAVY_FOR_PREVIEWS = ("morphstudio.core.fields.noise", "morphstudio.core.models.preview", *SURFACE_MODULES,
                       "morphstudio.core.twopoint.closed_form")


class Application(QObject):
    """The running app: everything that lives as long as the window.

    Parameters
    ----------
    app : QApplication
        Qt's application object.
    engine, previews : Engine, PreviewService, optional
        Processes to use instead of own ones; they are not ended with the app.
    """

    _crashed = Signal(str, str)

    def __init__(self, app: QApplication, engine: Engine | None = None,
                 previews: PreviewService | None = None) -> None:
        super().__init__()
        prepare(app)
        self._collector = WindowCollector(self)
        self.settings = SettingsModel()
        self.theme = ThemeController(app, theme_name(self.settings.value.theme))
        self.units = UnitController()
        self.units.set_unit(self.settings.value.unit)
        self._owns = (engine is None, previews is None)
        self.engine = engine or Engine()
        self.preview_service = previews or PreviewService()
        self.session = Session()
        self.context = AppContext(SessionModel(self.session), JobBridge(self.engine),
                                  PreviewBridge(self.preview_service), self.theme, self.units, self.settings)
        self.autosave = Autosave(self.session, view=self.context.views.gather)
        self.window = MainWindow(self.context)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.window.opener.recovered.connect(self.autosave.supersede)
        self.window.welcome.offer_recovery(find_recoverable())
        self._crashed.connect(self._show_crash, Qt.ConnectionType.QueuedConnection)
        self._restore_hook = errors.install_hook(self._on_crash)
        if self.settings.problem:
            self.context.notify(self.settings.problem)

    def start(self, paths: Sequence[str] = (), *, sample: bool = False) -> None:
        """Show the window, start the engines, open what was named on the command line."""
        self.window.show()
        # The one window of this process: where windows come and go, what is left of them is to be collected.
        self.window.workspace.page_built.connect(set_aside)
        QTimer.singleShot(0, self, self._start_engines)
        if sample:
            self.window.opener.open_sample()
        for number, path in enumerate(paths):
            self.window.opener.open_path(Path(path), add=number > 0)

    def close(self) -> None:
        """End the engines and put the error hooks back."""
        self._restore_hook()
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._follow_system)
        self.settings.write()
        self.context.jobs.close()
        self.context.previews.close()
        if self._owns[0]:
            self.engine.close()
        if self._owns[1]:
            self.preview_service.close()
        self.autosave.close()
        self.context.session.close()
        self._collector.stop()
        take_back()

    def _follow_system(self) -> None:
        if self.settings.value.theme == "system":
            choose_theme(self.context, "system")

    def _start_engines(self) -> None:
        threads = self.settings.value.options.get(THREADS_OPTION, 0)
        if isinstance(threads, int) and threads > 0:
            # The engine processes take it over when they start.
            os.environ.update(dict.fromkeys(_THREAD_VARIABLES, str(threads)))
        self.engine.start(_HEAVY_FOR_JOBS)
        self.preview_service.start(_HEAVY_FOR_PREVIEWS)

    def _on_crash(self, error: BaseException, report: str) -> None:
        # May be another thread than the window's.
        self._crashed.emit(f"MorphStudio met a problem it did not expect: {type(error).__name__}.", report)

    def _show_crash(self, text: str, report: str) -> None:
        self.window.show_error(text, report)


def prepare(app: QApplication) -> None:
    """Set names, style, font and the change of threads for a fresh application object."""
    app.setApplicationName("MorphStudio")
    app.setDesktopFileName("morphstudio")
    if app.property(_PREPARED):
        # Once is enough; anew, Qt would go through widgets that are about to be deleted.
        return
    hand_over_quickly()
    app.setStyle(QStyleFactory.create("Fusion"))
    load_fonts()
    app.setFont(body_font())
    app.setProperty(_PREPARED, True)


def run(argv: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    argv : sequence of str, optional
        Files to open, ``--sample`` for the sample; default: none.

    Returns
    -------
    int
        Exit code.
    """
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    # pyqtgraph and pyvistaqt ask this when they are imported later.
    os.environ.setdefault("QT_API", "pyside6")
    if platform := window_platform(os.environ):
        os.environ["QT_QPA_PLATFORM"] = platform
    app = QApplication([sys.argv[0]])
    errors.start_log()
    application = Application(app)
    wanted = list(argv or ())
    application.start([word for word in wanted if word != SAMPLE_OPTION], sample=SAMPLE_OPTION in wanted)
    clock = _let_python_see_signals(application)
    try:
        return app.exec()
    finally:
        clock.stop()
        application.close()


def _let_python_see_signals(application: Application) -> QTimer:
    """Close in order on Ctrl+C and on a polite kill."""
    def close(_number: int, _frame: object) -> None:
        application.window.ask_before_close = False
        application.window.close()

    signal.signal(signal.SIGINT, close)
    signal.signal(signal.SIGTERM, close)
    clock = QTimer(interval=SIGNAL_POLL_MS)
    clock.timeout.connect(lambda: None)
    clock.start()
    return clock
