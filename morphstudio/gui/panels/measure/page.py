"""The Measure step: data, model and volumes side by side, with a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout, QWidget

from morphstudio.app.card.rows import Row, table_rows
from morphstudio.app.earlier_image import measured_remedy, measured_state_words
from morphstudio.gui.docks.area import DockArea
from morphstudio.gui.docks.arrangement import card, column
from morphstudio.gui.docks.panel_dock import PanelDock
from morphstudio.gui.jobs_tray import time_left_text
from morphstudio.gui.panels.measure.distributions import DistributionCards
from morphstudio.gui.panels.measure.facts import image_facts, moved_words, realisation_facts
from morphstudio.gui.panels.measure.notice import Notice
from morphstudio.gui.panels.measure.python_text import measure_python
from morphstudio.gui.panels.measure.reporting import Reporting
from morphstudio.gui.panels.measure.run import FIRST_SEED, MeasureRun
from morphstudio.gui.panels.measure.table import DescriptorTable, WholeRows
from morphstudio.gui.panels.measure.text_export import as_csv, as_latex, as_tabs, table_cells
from morphstudio.gui.panels.measure.verdict import NOT_ENDED, ValidationInspector
from morphstudio.gui.plots.throttle import Throttle
from morphstudio.gui.steps import why_disabled
from morphstudio.gui.widgets.buttons import Button, IconButton, focus_handed_on
from morphstudio.gui.widgets.empty_state import EmptyState
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.panel_header import Spare
from morphstudio.gui.widgets.phases import label_colours
from morphstudio.gui.widgets.step_page import StepPage

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_TABLES = {"csv": "CSV table (*.csv)", "tsv": "Tab-separated table (*.tsv *.txt)", "tex": "LaTeX table (*.tex)"}
IMAGE_FILTER = ("Segmented images (*.tif *.tiff *.mhd *.mha *.nrrd *.vti *.npy *.png);;All files (*)")


class MeasurePage(StepPage):
    """Measure the image and realisations of the model, and see how well they agree."""

    title = "Measure"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.run = MeasureRun(context, self)
        self.inspector = ValidationInspector(context)
        self.table = DescriptorTable(context)
        self.distributions = DistributionCards(context)
        self.reporting = Reporting(context, self.run, self._python, self)
        self.header_actions = self._actions()
        self.empty = EmptyState(context, "ruler", "Nothing measured yet",
                                "Measure gives fractions, surface areas, chord lengths and connectivity of the image "
                                "and, once there is one, of the model.")
        ground = Panel()
        ground.body.addWidget(self.empty)
        self.fill_frame(ground, self._content())
        self.run.changed.connect(self.refresh)
        self._throttle = Throttle(self.refresh, self)
        self.run.arrived.connect(self._throttle.request)
        context.jobs.state_changed.connect(lambda _: self._show_status())
        self.inspector.python_button.clicked.connect(self.copy_python)
        self.inspector.report_button.clicked.connect(self.reporting.ask)
        context.units.changed.connect(self.refresh)
        session = context.session
        for signal in (session.measurements_changed, session.model_changed, session.active_changed):
            signal.connect(self.refresh)
        self.refresh()

    def subtitle(self) -> str:
        """Return the line beside the step's title."""
        document = self._context.session.document
        if document.model is None:
            return "Descriptors of the image"
        if document.active_image is None:
            return "Only the model: no image is open"
        return "The image against realisations of the model"

    def start(self) -> None:
        """Measure whatever there is."""
        self.run.start(self.inspector.realisations.value(), self.inspector.chosen_edge, self.inspector.models.value())

    def refresh(self) -> None:
        """Show what is measured by now."""
        data, model = self.run.entry("data"), self.run.entry("model")
        volumes = [e for e in self._context.session.document.measurements if e.kind == "volume"]
        validation = self.run.validation
        rows = table_rows(data and data.measurement, model and model.measurement,  # type: ignore[arg-type]
                          [e.measurement for e in volumes], validation)  # type: ignore[misc]
        measured = [e.measurement for e in (data, *volumes) if e is not None]
        source = measured[0] if measured else (model.measurement.mean if model else None)  # type: ignore[union-attr]
        in_um = source is None or source.voxel_size_um is not None  # type: ignore[union-attr]
        colours = self._colours()
        document = self._context.session.document
        self.table.descriptors.waiting_data = self.run.is_active and document.active_image is not None
        self.table.descriptors.waiting_model = self.run.is_active and document.model is not None
        state = None if data is None else data.made_from
        self.table.descriptors.data_remark = tuple(filter(None, (
            measured_state_words(document, state), measured_remedy(document, state))))
        has_model = model is not None or document.model is not None
        self.table.show_rows(rows, [e.title for e in volumes], colours, in_um=in_um, has_model=has_model,
                             has_data=data is not None or document.active_image is not None or not has_model)
        self.distributions.show_measured(data and data.measurement, model and model.measurement,  # type: ignore[arg-type]
                                         validation, colours)
        self.set_empty(not rows and not self.run.is_active)
        self._show_state(has_model=model is not None, n_volumes=len(volumes), n_rows=len(rows))

    # building

    def _content(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.notice = Notice(self._context, "Go to Calibrate", lambda: self._context.go_to("calibrate"))
        self.calibrate_button = self.notice.link
        self.docks = DockArea(self._context, "measure", (
            PanelDock(self._context, "table", self._table_panel()),
            PanelDock(self._context, "distributions", self.distributions),
        ), column(card("table", share=62), card("distributions", share=38)))
        layout.addWidget(self.notice)
        layout.addWidget(self.docks, 1)
        return page

    def _table_panel(self) -> Panel:
        panel = Panel("Descriptors", "", (4, 0, 0, 4))
        legend = text_label("", "second")
        legend.setContentsMargins(0, 0, 8, 0)
        legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend = legend
        self._context.theme.changed.connect(self._show_legend)
        self._show_legend()
        self.copy_button = IconButton(self._context, "copy", "Copy the table for a spreadsheet", self.copy)
        self.drop_button = IconButton(self._context, "trash", "Remove an added volume", self._drop_volumes)
        panel.add_tool(legend, Spare.LEGEND)
        for tool in (self.drop_button, self.copy_button):
            panel.add_tool(tool)
        panel.body.addWidget(WholeRows(self.table), 1)
        return panel

    def _actions(self) -> list[QWidget]:
        context = self._context
        self.add_button = Button(context, "Add volume", "header", "plus", self._add_volume)
        self.add_button.setToolTip("Open a volume or section and measure it as a further column")
        self.status_label = text_label("", "second")
        self.status_label.setContentsMargins(0, 0, 8, 0)  # text stands further from a button than another button
        self.export_button = Button(context, "Export table", "header", "export", self._open_export_menu)
        self.export_button.setToolTip("Copy or save the table: spreadsheet, CSV, LaTeX")
        self.export_menu = self._export_menu()
        self.stop_button = Button(context, "Stop", "header", "stop", self.run.stop)
        self.measure_button = Button(context, "Measure", "primary", "ruler", self.start)
        return [self.status_label, self.add_button, self.export_button, self.stop_button, self.measure_button]

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        for text, action in (("Copy for a spreadsheet", self.copy), ("Copy as LaTeX", self.copy_latex),
                             ("Copy as Python", self.copy_python)):
            menu.addAction(text, action)
        menu.addSeparator()
        menu.addAction("Save the validation card…", self.reporting.ask)
        for text, kind in (("Save as CSV…", "csv"), ("Save as tab-separated text…", "tsv"), ("Save as LaTeX…", "tex")):
            menu.addAction(text, lambda k=kind: self._save(k))
        return menu

    def _open_export_menu(self) -> None:
        self.export_menu.popup(self.export_button.mapToGlobal(self.export_button.rect().bottomLeft()))

    def _drop_volumes(self) -> None:
        """Take the added volume out of the table; of several, ask which."""
        titles = list(self.table.descriptors.volumes)
        if len(titles) < 2:
            self.run.remove_volumes()
            return
        self.drop_menu = QMenu(self)
        for title in titles:
            self.drop_menu.addAction(f"Remove {title}", lambda t=title: self.run.remove_volumes(t))
        self.drop_menu.addSeparator()
        self.drop_menu.addAction("Remove all of them", self.run.remove_volumes)
        self.drop_menu.popup(self.drop_button.mapToGlobal(self.drop_button.rect().bottomLeft()))

    # what the user asks for

    def copy(self) -> None:
        """Put the table on the clipboard, tab-separated."""
        QGuiApplication.clipboard().setText(as_tabs(self._cells()))
        self._context.notify("Copied the table")

    def copy_latex(self) -> None:
        """Put the table on the clipboard as LaTeX."""
        QGuiApplication.clipboard().setText(self._latex())
        self._context.notify("Copied the table as LaTeX")

    def copy_python(self) -> None:
        """Put lines of Python that measure the same on the clipboard."""
        QGuiApplication.clipboard().setText(self._python())
        self._context.notify("Copied as Python")

    def _python(self) -> str:
        session = self._context.session
        return measure_python(session.document, session.active_image, self.run.shape_for(self.inspector.chosen_edge),
                              FIRST_SEED, self.run.n_realisations or self.inspector.realisations.value(),
                              None if self.run.validation is None else self.run.validation.use)

    def _latex(self) -> str:
        return as_latex(self._rows(), self._length_unit(), self.table.descriptors.volumes)

    def save_csv(self, path: Path) -> None:
        """Write the table as comma-separated values."""
        self._write(path, as_csv(self._cells()))

    def save_table(self, path: Path, kind: str) -> None:
        """Write the table: ``"csv"``, ``"tsv"`` or ``"tex"``."""
        text = {"csv": lambda: as_csv(self._cells()), "tsv": lambda: as_tabs(self._cells()), "tex": self._latex}[kind]()
        self._write(path, text)

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            self._context.show_error(f"{path.name} could not be written.", str(error))
            return
        self._context.remember_folder("export", path.parent)
        self._context.notify(f"Saved {path.name}")

    def _save(self, kind: str) -> None:
        start = self._context.save_folder("export") / f"descriptors.{kind}"
        name, _ = QFileDialog.getSaveFileName(self, "Save the table", str(start), _TABLES[kind])
        if name:
            self.save_table(Path(name), kind)

    def _add_volume(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Add a volume", str(self._context.save_folder("export")),
                                              IMAGE_FILTER)
        if name:
            self.run.add_volume(Path(name))

    def _rows(self) -> tuple[Row, ...]:
        return tuple(self.table.descriptors.rows)

    def _cells(self) -> list[list[str]]:
        return table_cells(self._rows(), self.table.descriptors.volumes, self._length_unit())

    def _length_unit(self) -> str:
        return "um" if self.table.descriptors.in_um else "voxel"

    # showing

    def _colours(self) -> dict[int, RGB]:
        entry, document = self._context.session.active_image, self._context.session.document
        if entry is not None:
            return label_colours(entry.image.phases)
        return {} if document.model is None else label_colours(document.model_phases(document.model))

    def _show_state(self, *, has_model: bool, n_volumes: int, n_rows: int) -> None:
        document, active = self._context.session.document, self.run.is_active
        with focus_handed_on((self.stop_button, self.measure_button)):
            self.measure_button.setVisible(not active)
            self.stop_button.setVisible(active)
        self.measure_button.setText("Measure again" if n_rows else "Measure")
        self.measure_button.setEnabled(bool(document.images) or document.model is not None)
        can_measure = self.measure_button.isEnabled()
        self.measure_button.setToolTip("" if can_measure else "Open an image or calibrate a model first")
        for button, tip in ((self.copy_button, "Copy the table for a spreadsheet"),
                            (self.export_button, "Copy or save the table: spreadsheet, CSV, LaTeX")):
            button.setEnabled(bool(n_rows) and not active)
            button.setToolTip(NOT_ENDED if active else tip if n_rows else "Nothing is measured yet")
        self.add_button.setToolTip("Wait until the present measurement has ended" if active else
                                   "Open a volume or section and measure it as a further column")
        self.add_button.setEnabled(not active)
        self._show_status()
        self.drop_button.setVisible(bool(n_volumes))
        self.inspector.set_locked(locked=active, has_covariance=self.run.covariance is not None)
        self._show_notice(has_model=has_model)
        self._show_legend()
        waiting = ""
        if active:
            waiting = "Being measured: rows fill as they arrive."
        elif document.images and not self.run.comparable:
            waiting = "The model has other labels than this image: they stand side by side without a verdict."
        entry = self._context.session.active_image
        self.inspector.show_validation(
            self.run.validation, waiting, has_model=has_model or document.model is not None,
            is_published=entry is not None and any(p.role == "electrolyte" for p in entry.image.phases))
        self.reporting.facts = realisation_facts(self.run) if has_model else ()
        self.reporting.colours, self.reporting.remark = self.table.colours, self.table.descriptors.data_remark
        alone = entry is not None and document.model is None and not has_model
        self.inspector.show_facts(image_facts(entry.image, self._context.units) if alone and entry is not None
                                  else self.reporting.facts, "Image" if alone else "Measured")
        self.inspector.set_measured(measured=bool(n_rows), active=active)
        self._context.refresh_header()

    def _show_status(self) -> None:
        """Say what is measured just now and how long it still takes."""
        state = self.run.job_state
        if state is None:
            self.status_label.setText("")
            return
        left = time_left_text(state)
        words = "Waits for its turn" if state.status == "waiting" else state.message or "Measuring"
        self.status_label.setText(f"{words}, {left}" if left else words)

    def _show_notice(self, *, has_model: bool) -> None:
        document = self._context.session.document
        no_model, earlier = document.model is None, self.table.descriptors.data_remark
        changed = (has_model and not self.run.is_active and self.run.measured_model is not None
                   and document.model != self.run.measured_model)
        moved = moved_words(self.run.n_moved) if has_model else ""
        reason = why_disabled("calibrate", document)
        self.calibrate_button.setEnabled(not reason)
        self.calibrate_button.setToolTip(reason)
        if earlier:
            what = "column is" if self.run.validation is None else "column and the verdict are"
            self.notice.show_notice("warn", f"The data {what} {earlier[0]}.", " ".join(earlier[1:]))
        elif no_model:
            self.notice.show_notice("info", "Only the image is measured: there is no model yet.", link=True)
        elif changed:
            self.notice.show_notice("warn", "The model has changed since it was measured.",
                                    "Measure again to compare the present one.")
        elif moved:
            self.notice.show_notice("info", "The model was measured as it stands in Explore.", f"{moved[0].upper()}"
                                    f"{moved[1:]}.")
        self.notice.setVisible(bool(earlier or moved) or no_model or changed)

    def _show_legend(self) -> None:
        tokens, descriptors = self._context.theme.tokens, self.table.descriptors
        entries = [(tokens.accent, "■", "within chance or 1&nbsp;%"), (tokens.warn, "■", "beyond both")]
        if any(row.standing == "unknown" for row in descriptors.rows):
            entries.append((tokens.text3, "■", f"chance not {'yet ' if self.run.is_active else ''}known"))
        entries.append((tokens.text2, "—", "± chance"))
        self._legend.setText("" if not descriptors.is_compared else "&nbsp;&nbsp; ".join(
            f"<span style='color:{colour}'>{sign}</span> {words}" for colour, sign, words in entries))
