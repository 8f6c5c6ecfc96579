"""The export dialog: what, in which format, where; and what will be written."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from morphstudio.app.forecast import forecast_generate, generation_rate
from morphstudio.app.narrow import narrow_words
from morphstudio.app.previews import ClosedFormPreview
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.errors import InputError
from morphstudio.gui.export_files import ExistingGuard, FileList, GeoDictSteps, size_text
from morphstudio.gui.export_formats import FormatList
from morphstudio.gui.export_plan import Structure, Target, export_job, export_name, structures, volume_of
from morphstudio.gui.export_size import ExportSize
from morphstudio.gui.jobs_tray import duration_text
from morphstudio.gui.materials_table import MaterialsTable
from morphstudio.gui.steps import doubt_about_fit
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.layouts import layout_of
from morphstudio.gui.widgets.messages import InlineError, Remark
from morphstudio.gui.widgets.path_field import PathField
from morphstudio.io.exports import FORMATS, Material, planned_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.core.twopoint.values import PhaseValues
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.job_bridge import JobState

PREVIEW_KEY = "export.values"
LABEL_WIDTH = 92
WIDTH, LEAST_WIDTH, LEAST_HEIGHT, MOST_HEIGHT, TOP = 800, 760, 400, 760, 20


class ExportDialog(QDialog):
    """Everything is checked while it is entered; the job itself runs in the tray."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowTitle("Export")
        self._context = context
        self._is_placed = False
        self._document = context.session.document
        self._structures = structures(self._document)
        self._make_widgets()
        self._build()
        self._connect()
        self._choose_structure()
        self._choose_format(0)

    # what is chosen

    @property
    def format(self) -> str:
        """Key of the chosen format."""
        return self.formats.key

    @property
    def chosen(self) -> Structure:
        """The chosen structure."""
        return self._structures[self.structure.currentIndex()]

    # building

    def _make_widgets(self) -> None:
        context = self._context
        self.formats = FormatList(context)
        self._description = text_label("", "second", wrap=True)
        self.structure = ComboBox()
        self.structure.setAccessibleName("Structure")
        self.structure.addItems([structure.title for structure in self._structures])
        self.size_form = ExportSize(context, LABEL_WIDTH)
        self.edges, self.voxel_length = self.size_form.edges, self.size_form.voxel_length
        self.materials = MaterialsTable()
        self.too_narrow = Remark(context, "warn")
        self._values: Sequence[PhaseValues] = ()
        self.no_fluid = Remark(context, "warn", "No phase is a fluid.", "GeoDict computes flow and diffusion in "
                               "fluids: where the structure has pores, set their type to Fluid.")
        self.folder = PathField()
        self.folder.setAccessibleName("Folder")
        self.name = QLineEdit(export_name(self._document))
        self.name.setAccessibleName("Name of the files")
        self.guard = ExistingGuard(context)
        self.files = FileList(context)
        self.steps = GeoDictSteps()
        self.problem = InlineError(context)
        self._forecast = text_label("", "second")
        self.cancel_button = Button(context, "Cancel", clicked=self.reject)
        self.export_button = Button(context, "Export", "primary", "export", self.export)

    def _build(self) -> None:
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        middle = QHBoxLayout()
        middle.setContentsMargins(16, TOP, 8, 0)
        middle.setSpacing(24)
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addWidget(text_label("Export", "title"))
        side.addWidget(self.formats)
        side.addStretch(1)
        middle.addLayout(side)
        self._content = content = QWidget()
        content.setProperty("role", "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 16, 12)
        column.setSpacing(12)
        column.addWidget(self._description)
        column.addLayout(self._source())
        column.addWidget(self.size_form)
        self._materials_title = text_label("Materials", "strong")
        column.addWidget(self._materials_title)
        column.addWidget(self.materials)
        column.addWidget(self.no_fluid)
        column.addWidget(self.too_narrow)
        column.addLayout(self._place())
        column.addWidget(self.problem)
        column.addWidget(self.files)
        column.addWidget(self.steps)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        middle.addWidget(area, 1)
        outer.addLayout(middle, 1)
        self._foot = self._footer()
        outer.addWidget(self._foot)
        self.resize(WIDTH, LEAST_HEIGHT)

    def _source(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(text_label("Structure", "second"), 0, 0)
        grid.addWidget(self.structure, 0, 1)
        return grid

    def _place(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(text_label("Folder", "second"), 0, 0)
        grid.addWidget(self.folder, 0, 1)
        self.browse_button = Button(self._context, "Browse…", clicked=self._browse)
        grid.addWidget(self.browse_button, 0, 2)
        grid.addWidget(text_label("Name", "second"), 1, 0)
        grid.addWidget(self.name, 1, 1)
        grid.addWidget(self.guard, 2, 1, 1, 2)
        return grid

    def _footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("dialogFooter")
        row = QHBoxLayout(footer)
        row.setContentsMargins(16, 11, 21, 11)
        row.setSpacing(4)
        row.addWidget(self._forecast, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.export_button)
        self.export_button.setDefault(True)
        return footer

    def _connect(self) -> None:
        self.formats.currentRowChanged.connect(self._choose_format)
        self.structure.currentIndexChanged.connect(lambda _: self._choose_structure())
        self.size_form.changed.connect(self.refresh)
        self.materials.changed.connect(self.refresh)
        self.folder.textChanged.connect(lambda _: self.refresh())
        self.name.textChanged.connect(lambda _: self.refresh())
        self.guard.changed.connect(self.refresh)
        self._context.previews.answered.connect(self._on_answer)

    # choosing

    def _choose_structure(self) -> None:
        chosen = self.chosen
        self.size_form.show_structure(chosen)
        self.materials.show_phases(chosen.phases, expected=chosen.entry is None)
        if chosen.entry is not None:
            image = chosen.entry.image
            self.materials.show_fractions(dict(zip((p.name for p in image.phases), image.fractions, strict=True)))
        size = chosen.voxel_size_um
        if chosen.model is not None and size is not None:
            self._context.previews.request(PREVIEW_KEY, ClosedFormPreview(chosen.model, size))
        self._values = ()
        self.refresh()

    def _choose_format(self, row: int) -> None:
        if self.formats.currentRow() != row:
            self.formats.setCurrentRow(row)
            return
        spec = FORMATS[self.format]
        self._description.setText(spec.description)
        is_geodict = self.format == "geodict"
        self._materials_title.setVisible(is_geodict)
        self.materials.setVisible(is_geodict)
        self.export_button.setText("Export for GeoDict" if is_geodict else f"Export {spec.title}")
        base = self._context.save_folder("export", Path.home() / "MorphStudio exports")
        self.folder.setText(str(base / f"{self.name.text()}_geodict" if is_geodict else base))
        self.refresh()
        QTimer.singleShot(0, self, self._fit_height)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the main button: Enter exports what is proposed."""
        super().showEvent(event)
        self._is_placed = False
        layout_of(self).activate()
        self._fit_height()
        self.export_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit_height(self, *, shrink: bool = True) -> None:
        """Be as tall as the content, as long as the window around it has the room."""
        layout_of(self._content).activate()
        around = self.parentWidget()
        most = MOST_HEIGHT if around is None else min(max(around.height() - 60, LEAST_HEIGHT), MOST_HEIGHT)
        content = layout_of(self._content).totalHeightForWidth(self._content.width())
        needed = content + self._foot.sizeHint().height() + TOP
        height = min(max(needed, LEAST_HEIGHT), most)
        if not shrink:  # nor one that was pulled larger by hand
            height = max(height, self.height())
        if height != self.height() or not self._is_placed:
            self.resize(self.width(), height)
            self._stand_in_the_middle()

    def _stand_in_the_middle(self) -> None:
        """Stand over the middle of the window around it, whole on the screen: taller, it grows both ways."""
        around = self.parentWidget()
        screen = self.screen() if around is None else around.screen()
        free = screen.availableGeometry()
        frame = self.frameGeometry()
        frame.moveCenter(free.center() if around is None else around.window().frameGeometry().center())
        frame.moveRight(min(frame.right(), free.right()))
        frame.moveBottom(min(frame.bottom(), free.bottom()))
        # The upper left corner has the last word where the screen is smaller than the dialog.
        self.move(max(frame.left(), free.left()), max(frame.top(), free.top()))
        self._is_placed = True

    @property
    def _folder(self) -> Path:
        """The folder as it stands in its field."""
        folder = Path(self.folder.text())
        try:
            return folder.expanduser()
        except RuntimeError:  # "~d": nobody of that name; most likely still being typed
            return folder

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Export into", self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def _on_answer(self, answer: PreviewAnswer) -> None:
        if answer.key == PREVIEW_KEY and answer.error is None and self.chosen.model is not None:
            self._values = cast("tuple[PhaseValues, ...]", answer.result)
            self.materials.show_fractions({value.phase: value.fraction for value in self._values})
            self._show_narrow()

    # checking

    def _show_narrow(self) -> None:
        """Warn where the volume would hold a few pieces of a phase only."""
        size = self.size_form.voxel_size
        known = self._values if self.chosen.model is not None and size is not None else ()
        doubt = doubt_about_fit(self._document) if self.chosen.model is not None else ""
        narrow = narrow_words(known, self.size_form.shape, size or (1.0, 1.0, 1.0))
        words = " ".join(filter(None, (f"{doubt}." if doubt else "", narrow)))
        self.too_narrow.show_remark("warn", "", words)
        if self.too_narrow.isHidden() == bool(words):
            self.too_narrow.setVisible(bool(words))
            QTimer.singleShot(0, self, self._fit_height)

    def refresh(self) -> None:
        """Check everything and show what would be written."""
        self._show_narrow()
        self.no_fluid.setVisible(not self.materials.isHidden() and not self.materials.has_fluid)
        size = self.size_form
        size.refresh(for_geodict=self.format == "geodict")
        folder = self._folder
        volume = volume_of(self.chosen, size.shape, size.voxel_size)
        try:
            if not self.folder.text().strip():
                raise InputError("export.directory", "No folder is chosen.", "Choose one.")
            planned = planned_files(volume, self.format, self.name.text(), materials=self._materials_used(),
                                    resample_to_cubic=True)
        except InputError as error:
            self.problem.show_problem(str(error))
            set_state(self.name, state="error" if error.field == "export.name" else "")
            self.files.show_files(())
            self.steps.show_files(())
            self.guard.hide()
            self.export_button.setEnabled(False)
            return
        set_state(self.name, state="")
        self.problem.clear()
        fits = self._forecast_memory()
        self.files.show_files(planned)
        self.guard.show_target(folder, self.name.text(), self.format, [file.name for file in planned])
        set_state(self.folder, state="" if self.guard.isHidden() else "warn")
        self.steps.show_files(planned if self.format == "geodict" else ())
        self.export_button.setEnabled(fits)
        self.export_button.setToolTip("" if fits else "Needs more memory than is free")
        if self.isVisible():
            # Lines that were added ask for their room a moment later.
            QTimer.singleShot(0, self, lambda: self._fit_height(shrink=False))

    def _materials_used(self) -> Sequence[Material] | None:
        return self.materials.materials if self.format == "geodict" else None

    def _forecast_memory(self) -> bool:
        """Say what it will take; return whether it fits."""
        if self.chosen.model is None:
            self._forecast.setText("Writes the opened image as it is")
            set_state(self._forecast, role="second")
            self.size_form.show_forecast(None)
            return True
        forecast = forecast_generate(self.chosen.model, self.size_form.shape,
                                     self.size_form.voxel_size or (1.0, 1.0, 1.0),
                                     rate=self._context.settings.generation_rate)
        memory = f"needs {size_text(forecast.bytes_needed)} of memory, {size_text(forecast.bytes_free)} free"
        seconds = forecast.seconds if forecast.fits else None
        takes = "" if seconds is None else f"takes about {duration_text(max(1.0, seconds))}, "
        told = takes + memory
        self._forecast.setText(told[0].upper() + told[1:])
        set_state(self._forecast, role="second" if forecast.fits else "errorText")
        self.size_form.show_forecast(forecast)
        return forecast.fits

    # doing

    def export(self) -> None:
        """Write the files as a job."""
        folder = self._folder
        target = Target(self.format, folder, self.name.text().strip(), self.guard.choice, self._materials_used(),
                        resample_to_cubic=True)
        job = export_job(self._document, self.chosen, self.size_form.shape, self.size_form.voxel_size, target)
        context, source = self._context, job.source

        def finished(paths: tuple[Path, ...]) -> None:
            if isinstance(source, GenerateJob):
                note_rate(context, source, context.jobs.state(job_id))
            tell_exported(context, paths)

        job_id = context.jobs.submit(job, kind="export", finished=finished)
        remembered = folder.parent if self.format == "geodict" else folder
        context.remember_folder("export", remembered)
        self.accept()


def note_rate(context: AppContext, source: GenerateJob, state: JobState | None) -> None:
    """Remember how fast a structure was drawn and written; the next forecast tells its time from that."""
    if state is None or state.began is None:
        return
    rate = generation_rate(source.model, source.shape, source.voxel_size_um or (1.0, 1.0, 1.0),
                           time.monotonic() - state.began)
    if rate is not None:
        context.settings.remember_generation_rate(rate)


def tell_exported(context: AppContext, paths: tuple[Path, ...]) -> None:
    """Say what was written, and offer its folder."""
    total = sum(path.stat().st_size for path in paths if path.exists())
    folder = paths[0].parent
    count = f"{len(paths)} file{'s' if len(paths) > 1 else ''}"
    context.notify(f"Exported {count}, {size_text(total)}", "Show folder",
                   lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
