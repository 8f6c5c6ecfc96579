"""What every page is given: the session, the engines, the theme, the units."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from morphstudio.gui.view_keeper import ViewKeeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.core.errors import InputError
    from morphstudio.gui.job_bridge import JobBridge, PreviewBridge
    from morphstudio.gui.session_model import SessionModel
    from morphstudio.gui.settings_model import SettingsModel
    from morphstudio.gui.theme.controller import ThemeController
    from morphstudio.gui.units import UnitController


class AppContext(QObject):
    """Everything a page may use.

    Parameters
    ----------
    session : SessionModel
        The document and the only way to change it.
    jobs : JobBridge
        Long work.
    previews : PreviewBridge
        Interactive work: latest wins.
    theme : ThemeController
        Colours, icons, light or dark.
    units : UnitController
        nm, µm or voxel.
    settings : SettingsModel
        What is remembered between sittings.

    Attributes
    ----------
    views : ViewKeeper
        How each part is seen: parts register, projects bring it back.

    Notes
    -----
    A page asks the window for something by the methods below; the window
    listens to the signals. Pages never reach for the window or another page.
    """

    notified = Signal(str, str, object, bool)  # text, action label, action, whether it warns
    error_raised = Signal(object, str)  # InputError or text, details
    page_requested = Signal(str)  # "data", "calibrate", "explore", "measure"
    export_requested = Signal()
    movie_requested = Signal()
    open_requested = Signal(object, bool)  # Path to open or None to ask; whether to keep the open images
    header_changed = Signal()

    def __init__(self, session: SessionModel, jobs: JobBridge, previews: PreviewBridge, theme: ThemeController,
                 units: UnitController, settings: SettingsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.jobs = jobs
        self.previews = previews
        self.theme = theme
        self.units = units
        self.settings = settings
        self.views = ViewKeeper()
        self._used_folders: dict[str, tuple[int, Path]] = {}

    def save_folder(self, kind: str, fallback: Path | None = None) -> Path:
        """Return the folder where saving starts.

        That is where the same kind was saved of this document before, else the
        folder chosen in the settings, else that of project or image, else the
        last one used.

        Parameters
        ----------
        kind : {"project", "export"}
            What is saved; each kind remembers its own last folder.
        fallback : Path, optional
            Where nothing of that is known; default: the user's home.
        """
        lineage, used = self._used_folders.get(kind, (-1, Path()))
        if lineage == self.session.lineage and os.access(used, os.W_OK):
            return used
        chosen = str(self.settings.value.options.get("files.folder", ""))
        if chosen and os.access(chosen, os.W_OK):
            return Path(chosen)
        document, image = self.session.document, self.session.active_image
        beside = document.path or (Path(image.path) if image is not None and image.path else None)
        if beside is not None and beside.is_absolute() and os.access(beside.parent, os.W_OK):
            return beside.parent
        return Path(self.settings.folder(kind, fallback or Path.home()))

    def remember_folder(self, kind: str, folder: Path) -> None:
        """Remember where something of this kind was saved."""
        self._used_folders[kind] = (self.session.lineage, folder)
        self.settings.remember_folder(kind, folder)

    def notify(self, text: str, action_label: str = "", action: Callable[[], object] | None = None, *,
               warns: bool = False) -> None:
        """Show a notice for some seconds, with a tick or a warning before it; it stays in the log."""
        self.notified.emit(text, action_label, action, warns)

    def show_error(self, error: InputError | str, details: str = "") -> None:
        """Show what went wrong, why, and what to do."""
        self.error_raised.emit(error, details)

    def go_to(self, page: str) -> None:
        """Ask for another step, by its key."""
        self.page_requested.emit(page)

    def open_image(self, path: Path | None = None, *, add: bool = False) -> None:
        """Ask for an image to be opened; ``add`` keeps the ones that are open."""
        self.open_requested.emit(path, add)

    def open_export(self) -> None:
        """Ask for the export dialog."""
        self.export_requested.emit()

    def open_movie(self) -> None:
        """Ask for the dialog of movie export."""
        self.movie_requested.emit()

    def refresh_header(self) -> None:
        """Tell the window that the page's title, subtitle or actions changed."""
        self.header_changed.emit()
