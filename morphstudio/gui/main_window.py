"""The main window: rail, step, inspector, jobs tray, status."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from morphstudio.app.document import Document
from morphstudio.app.resources import resource_path
from morphstudio.app.work.projects import SaveProjectJob
from morphstudio.core.errors import InputError
from morphstudio.gui.actions import WindowActions
from morphstudio.gui.closing import ask_to_save, leaves_unfinished
from morphstudio.gui.error_dialog import ErrorDialog
from morphstudio.gui.jobs_tray import JobsTray
from morphstudio.gui.menu_row import MenuRow
from morphstudio.gui.opening import MODEL_FILTER, Opener
from morphstudio.gui.rail import Rail
from morphstudio.gui.save_dialog import SaveProjectDialog, preferred_packing
from morphstudio.gui.status_row import StatusRow
from morphstudio.gui.steps import STEP_KEYS, STEPS, missing_for_calibration, why_disabled
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.undo_steps import follow_undo
from morphstudio.gui.units import UNITS
from morphstudio.gui.welcome import WelcomePage
from morphstudio.gui.window_dialogs import WindowWithDialogs
from morphstudio.gui.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.docks.area import DockArea
    from morphstudio.gui.movies.spin import Filmed

MINIMUM = QSize(1180, 720)
PRELOAD_MS = 300
TELLING_KINDS = ("calibrate", "measure", "validate", "generate", "export")
FIRST_SIZE = QSize(1440, 900)


class MainWindow(WindowWithDialogs):
    """Puts the parts together; knows pages only by their keys."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.ask_before_close = True
        self.dialog: ErrorDialog | None = None
        self.setMinimumSize(MINIMUM)
        self.setAcceptDrops(True)
        self.setWindowIcon(QIcon(str(resource_path("icons", "morphstudio.svg"))))
        self.opener = Opener(context, self)
        self.opener.before_leaving = self._leave_document
        self.menu_row = MenuRow(context)
        self.setMenuWidget(self.menu_row)
        self.rail = Rail(context)
        self.status = StatusRow(context)
        self.notice = self.status.notice
        self.tray = JobsTray(context)
        self.welcome = WelcomePage(context, self.opener)
        self.workspace = Workspace(context)
        self._build()
        self.actions_ = WindowActions(context, self, self.menu_row.menus)
        context.theme.style_window(self)
        self.menu_row.fit_menus()
        self._connect()
        context.views.register("window", self)
        self._restore_geometry()
        self.show_step("data")
        self._refresh_standing()
        QTimer.singleShot(PRELOAD_MS, self, self._build_ahead)

    # steps

    @property
    def current_step(self) -> str:
        """Key of the step shown; ``"data"`` also for the welcome page."""
        return self.workspace.current if self._stack.currentWidget() is self._work else "data"

    def show_step(self, key: str) -> None:
        """Show a step, or say why it cannot be shown yet."""
        document = self._context.session.document
        reason = why_disabled(key, document)
        if reason:
            self.status.show_message(reason + ".")
            return
        if key == "data" and not document.images:
            self._stack.setCurrentWidget(self.welcome)
        else:
            self._stack.setCurrentWidget(self._work)
            self.workspace.show_page(key)
        self.rail.set_current(key)
        self._refresh_standing()

    @property
    def docks(self) -> DockArea | None:
        """The panels of the step shown; none on the welcome page."""
        return self.workspace.docks if self._stack.currentWidget() is self._work else None

    def toggle_maximised(self) -> None:
        """Let the panel in focus, or under the pointer, fill the page; or bring the others back."""
        if self.docks is not None:
            self.docks.toggle_maximised()

    def toggle_folded(self) -> None:
        """Fold the panel in focus, or under the pointer, to its header; or open it."""
        reason = self.docks.folding.toggle() if self.docks is not None else ""
        if reason:
            self.status.show_message(f"{reason}.")

    def reset_layout(self) -> None:
        """Put panels and inspectors of every step back where they stand at first."""
        self.workspace.forget_layout()
        self.actions_.action("inspector").setChecked(True)
        self.show_notice("Panels are back where they stand at first")

    def go_to_parameter(self, name: str) -> None:
        """Show the slider of a parameter and give it the focus."""
        self.show_step("explore")
        self.actions_.action("inspector").setChecked(True)
        page = self.workspace.page("explore")
        page.inspector.form.focus_row(name)

    def set_inspector_shown(self, shown: bool) -> None:
        """Open or fold the inspector."""
        self.workspace.set_inspector_shown(shown)

    def toggle_tray(self) -> None:
        """Open the log, or close the tray."""
        if self.tray.isVisible():
            self.tray.set_wanted(False)
            self.tray.hide()
        else:
            self.tray.show_log()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # how it is seen

    def view_state(self) -> dict[str, Any]:
        """Return the step and the length unit."""
        return {"step": self.current_step, "unit": self._context.units.unit}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show the step and the length unit of a project that was opened."""
        if state.get("unit") in UNITS:
            self._context.units.set_unit(state["unit"])
        if state.get("step") in STEP_KEYS and not why_disabled(state["step"], self._context.session.document):
            self.show_step(state["step"])

    # files

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save the project where it lies; ask for a place the first time.

        ``then`` is called once it is safe on disk.
        """
        path = self._context.session.document.path
        if path is not None:
            self._save_to(path, then)
        else:
            self.save_as(then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Save the project in a place to be chosen, with or without its images."""
        dialog = SaveProjectDialog(self._context, preferred_packing(self._context), self)
        if dialog.exec():
            session = self._context.session
            if dialog.packing != session.document.packing:
                session.apply("packing", replace(session.document, packing=dialog.packing), undoable=False)
            self._save_to(dialog.path, then)
        dialog.deleteLater()

    def close_project(self) -> None:
        """Go back to the welcome page; asks where work would be lost."""
        self._leave_document(self._show_nothing)

    def _show_nothing(self) -> None:
        self._context.views.forget()
        self._context.session.replace_all(Document(), saved=True)
        self.show_step("data")

    def _leave_document(self, go_on: Callable[[], None]) -> None:
        """Ask about unsaved work, then go on, unless the user would rather stay."""
        answer = ask_to_save(self._context, self) if self.ask_before_close else "close"
        if answer == "save":
            self.save(then=go_on)
        elif answer == "close":
            go_on()

    def save_model(self) -> None:
        """Write the model to a file that the command line reads, too."""
        from morphstudio.gui.model_saving import save_model

        document = self._context.session.document
        folder = self._context.save_folder("project")
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the model", str(folder / f"{document.name}.json"),
                                                MODEL_FILTER)
        if chosen:
            try:
                save_model(Path(chosen), document)
            except InputError as error:
                self.show_error(error)
                return
            self.show_notice(f"Saved {Path(chosen).name}")

    def open_export(self) -> None:
        """Open the export dialog."""
        from morphstudio.gui.export_dialog import ExportDialog

        self.export_dialog = ExportDialog(self._context, self)
        self.export_dialog.open()

    def filmed(self) -> Filmed | None:
        """Return the model's block for a movie; ``None`` without a model."""
        has_model = self._context.session.document.model is not None
        return self.workspace.page("explore").filmed() if has_model else None

    def _save_to(self, path: Path, then: Callable[[], object] | None) -> None:
        session = self._context.session
        written, lineage = session.document, session.lineage

        def done(_path: object) -> None:
            session.mark_saved(path, written, lineage)
            self._context.remember_folder("project", path.parent)
            self.opener.remember_project(path, written)
            self.show_notice(f"Saved {path.name}")
            # What was to follow asked about that document; of one opened since nobody was asked.
            if then is not None and session.lineage == lineage:
                then()

        named = replace(written, path=path, name=path.stem, view=self._context.views.gather())
        self._context.jobs.submit(SaveProjectJob(str(path), named), kind="save", finished=done)

    def _build_ahead(self) -> None:
        """Build the pages one by one while nothing else is asked for: later it would be a halt amid work."""
        missing = next((step.key for step in STEPS if not self.workspace.has_page(step.key)), None)
        if missing is not None and self.isVisible():
            self.workspace.page(missing)
            QTimer.singleShot(PRELOAD_MS, self, self._build_ahead)

    def show_notice(self, text: str, action_label: str = "", action: Callable[[], object] | None = None,
                    warns: bool = False) -> None:
        """Show a notice for some seconds; it stays in the log."""
        self.tray.add_log(text)
        self.notice.show_notice(text, action_label, action, warns=warns)

    def show_error(self, error: InputError | str, details: str = "") -> None:
        """Show what went wrong, why, and what to do."""
        self.tray.add_error(error, details)
        self.dialog = ErrorDialog(self._context, error, details, parent=self)
        problem = error.message if isinstance(error, InputError) else error
        self.dialog.finished.connect(lambda _: self.tray.let_go(problem))
        self.dialog.open()

    # Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.ask_before_close and not self._may_close():
            event.ignore()
            return
        self.workspace.keep_layout()
        layout = dict(self._context.settings.value.layout)
        layout["window"] = self.saveGeometry().toBase64().toStdString()
        self._context.settings.change(layout=layout)
        self._context.settings.write()
        self.close_movie()
        self.workspace.close_pages()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.welcome.drop_area.set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.welcome.drop_area.set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.welcome.drop_area.set_over(False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        at = self.mapToGlobal(event.position().toPoint())
        # The source waits until the drop returns: what may ask comes afterwards.
        QTimer.singleShot(0, self, lambda: self.opener.drop(paths, at))

    def _may_close(self) -> bool:
        answer = ask_to_save(self._context, self)
        if answer == "save":
            self.save(then=self._close_saved)
        return answer == "close" and leaves_unfinished(self._context, self, movie=self.is_making_movie)

    def _close_saved(self) -> None:
        """Close; what ended while it was being saved is saved, too, and not asked about again."""
        if self._context.session.dirty:
            self.save(then=self._close_saved)
        else:
            self.close()

    # building

    def _build(self) -> None:
        central = QWidget()
        central.setObjectName("central")
        outer = QVBoxLayout(central)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        self._stack = QStackedWidget()
        self._work = QWidget()
        column = QVBoxLayout(self._work)
        column.setContentsMargins(METRICS.gap, 0, METRICS.gap, METRICS.gap)
        column.setSpacing(METRICS.gap)
        column.addWidget(self.workspace, 1)
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self._work)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(self.tray)
        row.addLayout(right, 1)
        outer.addLayout(row, 1)
        outer.addWidget(self.status)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        context = self._context
        context.notified.connect(self.show_notice)
        context.error_raised.connect(self.show_error)
        context.page_requested.connect(self.show_step)
        context.export_requested.connect(self.open_export)
        context.movie_requested.connect(self.open_movie)
        context.open_requested.connect(self._open_requested)
        context.jobs.unhandled.connect(lambda event: self.show_error(event.error or event.message, event.details))
        context.jobs.state_changed.connect(lambda _: self._refresh_standing())
        context.session.changed.connect(self._on_document)
        follow_undo(context.session, self)
        self.rail.chosen.connect(self.show_step)
        self.welcome.shortcuts_wanted.connect(self.show_shortcuts)
        self.rail.settings_asked.connect(self.open_settings)
        self.menu_row.commands_asked.connect(self.open_palette)
        self.rail.refused.connect(lambda reason: self.status.show_message(reason + "."))
        context.theme.changed.connect(lambda: context.settings.change(theme=context.theme.name))
        context.units.changed.connect(lambda: context.settings.change(unit=context.units.unit))

    def _open_requested(self, path: Path | None, add: bool) -> None:
        if path is None:
            (self.opener.ask_more_images if add else self.opener.ask_image)()
        else:
            self.opener.open_path(path, add=add)

    def _on_document(self, new: Document, old: Document) -> None:
        entry = new.active_image
        self._context.units.set_voxel_size(new.voxel_size_um if entry is None else entry.image.voxel_size_um)
        self.opener.remember_images(new, old)
        self._refresh_standing()
        title = new.name if new.images or new.model is not None else ""
        self.setWindowTitle(f"{title} – MorphStudio" if title else "MorphStudio")
        # Undo may have taken away what the step shows.
        showing = self.current_step
        if why_disabled(showing, new) or (showing == "data" and bool(new.images) != (
                self._stack.currentWidget() is self._work)):
            self.show_step(showing if not why_disabled(showing, new) else "data")

    def _refresh_standing(self) -> None:
        document = self._context.session.document
        missing = next(filter(None, map(missing_for_calibration, document.images)), "")
        # What is only read or saved is over before a line about it could be.
        running = next((state for state in self._context.jobs.running() if state.kind in TELLING_KINDS), None)
        if running is not None:
            paused = ", paused" if running.status == "paused" else "…"
            self.status.set_standing(f"{running.title}{paused}", "info")
        elif missing and self.current_step != "data":
            self.status.set_standing(missing.replace(" first", " to continue"), "warn")
        elif missing:  # the header says what, beside its button
            self.status.set_standing("Check the image, then calibrate", "info")
        else:
            self.status.set_standing("Ready")

    def _restore_geometry(self) -> None:
        saved = self._context.settings.value.layout.get("window", "")
        if saved and self.restoreGeometry(QByteArray.fromBase64(saved.encode("ascii"))):
            return
        screen = QApplication.primaryScreen().availableSize()
        self.resize(FIRST_SIZE.boundedTo(screen).expandedTo(MINIMUM))
