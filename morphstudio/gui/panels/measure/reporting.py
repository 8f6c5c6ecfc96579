"""Gathers what the Measure step shows into a report and saves it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from morphstudio.app.model_record import entry_records
from morphstudio.core.errors import InputError
from morphstudio.gui.figures.writing import Paper, figure_data
from morphstudio.gui.panels.measure.descriptor_model import BAR
from morphstudio.gui.panels.measure.facts import limits_in
from morphstudio.gui.panels.measure.report import Report, ReportLine, report_html
from morphstudio.gui.panels.measure.run import FIRST_SEED
from morphstudio.gui.theme.tokens import LIGHT, hex_colour
from morphstudio.io.atomic import atomic_write
from morphstudio.io.provenance import provenance_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.measure.distributions import DistributionCards
    from morphstudio.gui.panels.measure.run import MeasureRun
    from morphstudio.gui.panels.measure.table import DescriptorTable

_FIGURE = Paper(60, 50)
_GREY = (128, 128, 128)


class Reporting(QObject):
    """Saves what is measured as one page of HTML.

    Parameters
    ----------
    context : AppContext
        For document, folders and notices.
    run : MeasureRun
        What was measured, and the verdict.
    table : DescriptorTable
        The numbers as they are shown.
    distributions : DistributionCards
        The curves as they are shown.
    script : callable
        Gives the lines of Python that measure the same.
    parent : QWidget
        Stands behind the file dialog.
    """

    def __init__(self, context: AppContext, run: MeasureRun, table: DescriptorTable, distributions: DistributionCards,
                 script: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._run, self._table, self._distributions = context, run, table, distributions
        self._script, self._window = script, parent
        self.facts: tuple[tuple[str, str], ...] = ()

    def ask(self) -> None:
        """Ask where the report is to be saved."""
        document = self._context.session.document
        start = self._context.save_folder("export") / f"{document.name or 'measurement'} report.html"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the report", str(start), "Web page (*.html)")
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() not in (".html", ".htm"):
            path = path.with_name(f"{path.name}.html")
            if path.exists():  # the dialog asked about another name
                self._context.show_error(f"{path.name} is there already. Choose another name, or this one whole.")
                return
        self.save(path)

    def save(self, path: Path) -> None:
        """Write the report; it can be opened from the notice."""
        try:
            with atomic_write(path) as file:
                file.write(report_html(self.report(), LIGHT).encode())
        except (InputError, OSError) as error:
            self._context.show_error(error if isinstance(error, InputError) else f"{path.name} could not be written.",
                                     "" if isinstance(error, InputError) else str(error))
            return
        self._context.remember_folder("export", path.parent)
        self._context.notify(f"Saved {path.name}", "Open",
                             lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))

    def report(self) -> Report:
        """Return what there is to say now."""
        document, descriptors = self._context.session.document, self._table.descriptors
        columns = [c for c in range(descriptors.columnCount()) if c != BAR]
        colours = self._table.colours
        lines = [ReportLine(row, tuple(descriptors.text(row, c) for c in columns),
                            hex_colour(colours.get(row.label, _GREY))) for row in descriptors.rows]
        words = " ".join(descriptors.data_remark[1:])
        remark = f"The data are {descriptors.data_remark[0]}. {words}" if descriptors.data_remark else ""
        now = datetime.now().astimezone()
        entry = self._context.session.active_image
        record = provenance_record(
            operation="measure", images=entry_records([entry] if entry is not None and not remark else []),
            model=self._run.measured_model or document.model, shape=self._run.shape,
            settings=self._settings(), extra={"remark": remark})
        validation = self._run.validation
        limits = limits_in(validation, self._context.units) if validation is not None else ()
        return Report(document.name, self._subtitle(), f"MorphStudio {record.get('version', '')}, {now:%Y-%m-%d %H:%M}",
                      tuple(str(descriptors.head(c)) for c in columns), lines, descriptors.bar_range,
                      self._figures(), validation, limits, remark, self.facts, record, self._script())

    def _settings(self) -> dict[str, object]:
        count = self._run.n_realisations
        return {"seeds": [FIRST_SEED, FIRST_SEED + count - 1]} if count and self._run.shape is not None else {}

    def _subtitle(self) -> str:
        data, model = self._run.entry("data"), self._run.entry("model")
        told = [] if data is None else [data.title]
        if model is not None:
            told.append(f"{'the model' if told else 'The model'}, {model.measurement.n_realisations} realisations")
        return " against ".join(told)

    def _figures(self) -> list[tuple[str, bytes]]:
        drawn = []
        for card in self._distributions.cards:
            figure = card.figure()
            if figure is not None:
                caption = f"{figure.title}, along {self._distributions.axis}"
                drawn.append((caption, figure_data(figure, "svg", _FIGURE, LIGHT)))
        return drawn
