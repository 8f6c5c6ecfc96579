"""The Measure step: data, model and volumes side by side, with a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from morphstudio.gui.docks.area import DockArea
from morphstudio.gui.docks.arrangement import card, column
from morphstudio.gui.docks.panel_dock import PanelDock
from morphstudio.gui.panels.measure.distributions import DistributionCards
from morphstudio.gui.panels.measure.rows import Row, table_rows
from morphstudio.gui.panels.measure.run import MeasureRun
from morphstudio.gui.panels.measure.table import DescriptorTable
from morphstudio.gui.panels.measure.text_export import as_csv, as_latex, as_tabs, table_cells
from morphstudio.gui.panels.measure.verdict import ValidationInspector
from morphstudio.gui.widgets.buttons import Button, IconButton, focus_handed_on
from morphstudio.gui.widgets.empty_state import EmptyState
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import Remark
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.phases import label_colours
from morphstudio.gui.widgets.step_page import StepPage

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

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
        self.header_actions = self._actions()
        self.fill_frame(EmptyState(context, "ruler", "Nothing measured yet",
                                   "Fractions, surface areas, chord lengths and connectivity of the image, and of "
                                   "realisations of the model beside it."), self._content())
        self.run.changed.connect(self.refresh)
        session = context.session
        for signal in (session.measurements_changed, session.model_changed, session.active_changed):
            signal.connect(self.refresh)
        self.refresh()

    def subtitle(self) -> str:
        """Return the line beside the step's title."""
        document = self._context.session.document
        if document.model is None:
            return "Only the image: there is no model yet"
        if document.active_image is None:
            return "Only the model: no image is open"
        return "The image against realisations of the model"

    def start(self) -> None:
        """Measure whatever there is."""
        self.run.start(self.inspector.realisations.value(), self.inspector.chosen_edge)

    def refresh(self) -> None:
        """Show what is measured by now."""
        data, model = self.run.entry("data"), self.run.entry("model")
        volumes = [e for e in self._context.session.document.measurements if e.kind == "volume"]
        if model is None:
            self.run.validation = None  # it went with the project that it belonged to
        validation = self.run.validation
        rows = table_rows(data and data.measurement, model and model.measurement,  # type: ignore[arg-type]
                          [e.measurement for e in volumes], validation)  # type: ignore[misc]
        measured = [e.measurement for e in (data, *volumes) if e is not None]
        source = measured[0] if measured else (model.measurement.mean if model else None)  # type: ignore[union-attr]
        in_um = source is None or source.voxel_size_um is not None  # type: ignore[union-attr]
        colours = self._colours()
        self.table.show_rows(rows, [e.title for e in volumes], colours, in_um=in_um)
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
        self.notice = Remark(self._context, "info")
        self.calibrate_button = Button(self._context, "Go to Calibrate", "link",
                                       clicked=lambda: self._context.go_to("calibrate"))
        self.notice.add_widget(self.calibrate_button)
        self.docks = DockArea(self._context, "measure", (
            PanelDock(self._context, "table", self._table_panel()),
            PanelDock(self._context, "distributions", self.distributions, "Chord lengths"),
        ), column(card("table", share=62), card("distributions", share=38)))
        layout.addWidget(self.notice)
        layout.addWidget(self.docks, 1)
        return page

    def _table_panel(self) -> Panel:
        panel = Panel("Descriptors", "", (0, 0, 0, 4))
        legend = text_label("", "second")
        legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend = legend
        self._context.theme.changed.connect(self._show_legend)
        self._show_legend()
        self.copy_button = IconButton(self._context, "copy", "Copy the table for a spreadsheet", self.copy)
        self.drop_button = IconButton(self._context, "trash", "Remove the added volumes", self.run.remove_volumes)
        for tool in (legend, self.drop_button, self.copy_button):
            panel.add_tool(tool)
        panel.body.addWidget(self.table, 1)
        return panel

    def _actions(self) -> list[QWidget]:
        context = self._context
        self.add_button = Button(context, "Add volume", "header", "plus", self._add_volume)
        self.csv_button = Button(context, "CSV…", "header", "table", lambda: self._save("csv"))
        self.latex_button = Button(context, "LaTeX", "header", "file-text", self.copy_latex)
        self.latex_button.setToolTip("Copy the table as LaTeX")
        self.csv_button.setToolTip("Save the table as comma-separated values")
        self.stop_button = Button(context, "Stop", "header", "stop", self.run.stop)
        self.measure_button = Button(context, "Measure", "primary", "ruler", self.start)
        return [self.add_button, self.csv_button, self.latex_button, self.stop_button, self.measure_button]

    # what the user asks for

    def copy(self) -> None:
        """Put the table on the clipboard, tab-separated."""
        QGuiApplication.clipboard().setText(as_tabs(self._cells()))
        self._context.notify("Copied the table")

    def copy_latex(self) -> None:
        """Put the table on the clipboard as LaTeX."""
        QGuiApplication.clipboard().setText(as_latex(self._rows(), self._length_unit()))
        self._context.notify("Copied the table as LaTeX")

    def save_csv(self, path: Path) -> None:
        """Write the table as comma-separated values."""
        try:
            path.write_text(as_csv(self._cells()), encoding="utf-8")
        except OSError as error:
            self._context.show_error(f"{path.name} could not be written.", str(error))
            return
        self._context.notify(f"Saved {path.name}")

    def _save(self, kind: str) -> None:
        start = self._context.save_folder("export") / f"descriptors.{kind}"
        name, _ = QFileDialog.getSaveFileName(self, "Save the table", str(start), "CSV table (*.csv)")
        if name:
            self.save_csv(Path(name))

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
        for button in (self.copy_button, self.csv_button, self.latex_button):
            button.setEnabled(bool(n_rows))
        self.drop_button.setVisible(bool(n_volumes))
        self.inspector.set_locked(locked=active)
        self._show_notice(has_model=has_model)
        waiting = ""
        if active:
            waiting = "Being measured: rows fill as they arrive."
        elif document.model is None:
            waiting = "Only the image can be measured: there is no model to hold against it."
        elif document.images and not self.run.comparable:
            waiting = "The model has other labels than this image: they stand side by side without a verdict."
        self.inspector.show_validation(self.run.validation, waiting)
        shape = self.run.shape
        edges = "" if shape is None else " × ".join(map(str, reversed(shape)))
        self.inspector.show_facts("" if shape is None or not has_model else
                                  f"{self.run.n_realisations} realisations of {edges} voxels, "
                                  f"seeds 100 to {99 + self.run.n_realisations}")
        self._context.refresh_header()

    def _show_notice(self, *, has_model: bool) -> None:
        document = self._context.session.document
        no_model = document.model is None
        changed = (has_model and not self.run.is_active and self.run.measured_model is not None
                   and document.model != self.run.measured_model)
        self.calibrate_button.setVisible(no_model)
        if no_model:
            self.notice.show_remark("info", "Only the image is measured.", "Calibrate a model to see it beside the "
                                    "data.")
        elif changed:
            self.notice.show_remark("warn", "The model has changed since it was measured.",
                                    "Measure again to compare the present one.")
        self.notice.setVisible(no_model or changed)

    def _show_legend(self) -> None:
        tokens = self._context.theme.tokens
        self._legend.setText(f"<span style='color:{tokens.accent}'>■</span> within chance&nbsp;&nbsp; "
                             f"<span style='color:{tokens.warn}'>■</span> beyond chance and 1 %")
