"""A window and the small windows that open from it: palette, settings, explanation, about, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QMainWindow

from morphstudio.gui.about import AboutDialog, ShortcutsDialog
from morphstudio.gui.widgets.explanation import explanation_of

if TYPE_CHECKING:
    from morphstudio.gui.actions import WindowActions
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.movies.dialog import MovieDialog
    from morphstudio.gui.movies.spin import Filmed
    from morphstudio.gui.status_row import StatusRow


class WindowWithDialogs(QMainWindow):
    """Opens what its menus and keys ask for; the main window builds on it."""

    _context: AppContext
    actions_: WindowActions
    status: StatusRow
    movie_dialog: MovieDialog | None = None

    def reset_layout(self) -> None:
        """Put all panels back; the main window knows how."""
        raise NotImplementedError

    @property
    def current_step(self) -> str:
        """Key of the step shown; the main window knows it."""
        raise NotImplementedError

    def show_step(self, key: str) -> None:
        """Show a step; the main window knows how."""
        raise NotImplementedError

    def filmed(self) -> Filmed | None:
        """Return the model's block for a movie; the main window knows the page."""
        raise NotImplementedError

    def open_palette(self) -> None:
        """Open the command palette."""
        from morphstudio.gui.palette.dialog import CommandPalette

        self.palette_dialog = CommandPalette(self._context, self)
        self.palette_dialog.show()

    def open_settings(self) -> None:
        """Open the settings."""
        from morphstudio.gui.settings_dialog import SettingsDialog

        self.settings_dialog = SettingsDialog(self._context, self.reset_layout, self)
        self.settings_dialog.open()

    def open_movie(self) -> None:
        """Open the dialog of movie export, or the one that is open: it may be making a movie."""
        from morphstudio.gui.movies.dialog import MovieDialog

        if self.movie_dialog is None or self.movie_dialog.is_gone:
            # The 3D view can only turn once it was shown; a volume is at home on the first step.
            if self.current_step != "data" and self._context.session.document.model is not None:
                self.show_step("explore")
            self.movie_dialog = MovieDialog(self._context, self.filmed, self)
        self.movie_dialog.come_back()

    @property
    def is_making_movie(self) -> bool:
        """Whether a movie is being made."""
        return self.movie_dialog is not None and self.movie_dialog.is_making

    def close_movie(self) -> None:
        """Stop a movie that is being made, and let its dialog go: the window is about to."""
        if self.movie_dialog is not None:
            self.movie_dialog.shut()

    def explain_focus(self) -> None:
        """Show formula and reference of the control in focus, else of the one under the pointer."""
        from morphstudio.gui.explain_panel import ExplainPanel

        for widget in (QApplication.focusWidget(), QApplication.widgetAt(QCursor.pos())):
            found = explanation_of(widget)
            if widget is not None and found is not None:
                self.explain_panel = ExplainPanel(self._context, found, self)
                self.explain_panel.open_beside(widget)
                return
        self.status.show_message("F1 explains a slider, a descriptor or another control: choose one first.")

    def show_about(self) -> None:
        """Say what this is."""
        AboutDialog(self._context, self).open()

    def show_shortcuts(self) -> None:
        """List the keys."""
        ShortcutsDialog(self._context, self.actions_, self).open()
