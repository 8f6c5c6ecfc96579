"""Gathers what the Measure step shows into a validation card and saves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from morphstudio.app.card.card import Compared, card_of
from morphstudio.app.card.facts import provenance_facts
from morphstudio.app.card.html import card_html
from morphstudio.app.card.tables import Lengths
from morphstudio.app.model_record import entry_records, plain_voxel_size
from morphstudio.core.errors import InputError
from morphstudio.gui.panels.measure.facts import limits_in
from morphstudio.gui.panels.measure.run import FIRST_SEED
from morphstudio.io.atomic import atomic_write
from morphstudio.io.model_file import ModelFile
from morphstudio.io.provenance import provenance_record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from morphstudio.app.card.card import Card
    from morphstudio.core.descriptors.values import Measurement, ModelMeasurement
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.measure.run import MeasureRun
    from morphstudio.gui.theme.tokens import RGB

_TOLD, _RENAMED = ("Realisations", "Each of"), {"Model": "Changed in Explore"}
_FILTERS = "PDF (*.pdf);;Web page (*.html)"


class Reporting(QObject):
    """Saves what is measured as one page of HTML or as PDF.

    Parameters
    ----------
    context : AppContext
        For document, folders and notices.
    run : MeasureRun
        What was measured, and the verdict.
    script : callable
        Gives the lines of Python that measure the same.
    parent : QWidget
        Stands behind the file dialog.

    Attributes
    ----------
    facts : tuple of (str, str)
        What the window says of the realisations.
    colours : mapping of int to (int, int, int)
        Colour of each phase by its label.
    remark : tuple of str
        Of which earlier image the data are, and what to do; empty where they are of the present one.
    """

    def __init__(self, context: AppContext, run: MeasureRun, script: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._run = context, run
        self._script, self._window = script, parent
        self.facts: tuple[tuple[str, str], ...] = ()
        self.colours: Mapping[int, RGB] = {}
        self.remark: tuple[str, ...] = ()

    def ask(self) -> None:
        """Ask where the card is to be saved, and as what."""
        document = self._context.session.document
        what = "measurement" if self._run.validation is None else "validation"
        start = self._context.save_folder("export") / " ".join(filter(None, (document.name, f"{what}.pdf")))
        name, chosen = QFileDialog.getSaveFileName(self._window, "Save the validation card", str(start), _FILTERS)
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() not in (".html", ".htm", ".pdf"):
            path = path.with_name(f"{path.name}{'.html' if 'html' in chosen else '.pdf'}")
            if path.exists():  # the dialog asked about another name
                self._context.show_error(f"{path.name} is there already. Choose another name, or this one whole.")
                return
        self.save(path)

    def save(self, path: Path) -> None:
        """Write the card; it can be opened from the notice."""
        try:
            content = self._content(path)
            with atomic_write(path) as file:
                file.write(content)
        except (InputError, OSError) as error:
            self._context.show_error(error if isinstance(error, InputError) else f"{path.name} could not be written.",
                                     "" if isinstance(error, InputError) else str(error))
            return
        self._context.remember_folder("export", path.parent)
        self._context.notify(f"Saved {path.name}", "Open",
                             lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))

    def _content(self, path: Path) -> bytes:
        if path.suffix.lower() != ".pdf":
            return card_html(self.card()).encode()
        from morphstudio.gui.panels.measure.card_pdf import card_pdf

        return card_pdf(self.card())

    def card(self) -> Card:
        """Return what there is to say now."""
        document, units = self._context.session.document, self._context.units
        compared = self._compared()
        remark = f"The data are {self.remark[0]}. {' '.join(self.remark[1:])}" if self.remark else ""
        record = self._record(remark)
        validation = self._run.validation
        source = compared.data or (None if compared.model is None else compared.model.mean)
        in_um = source is None or source.voxel_size_um is not None
        lengths = Lengths(units.unit_text(), units.factor()) if in_um else Lengths("voxel")
        facts = provenance_facts(record, validation)
        # What the record tells as well is said once.
        facts += tuple((_RENAMED.get(name, name), value) for name, value in self.facts if name not in _TOLD)
        now = datetime.now().astimezone()
        return card_of(
            compared, lengths, self.colours, title=document.name or "Measurement",
            made=f"MorphStudio {record.get('version', '')}, {now:%Y-%m-%d %H:%M}", facts=facts,
            limits=limits_in(validation, units) if validation is not None else (), remark=remark, record=record,
            script=self._script())

    def _compared(self) -> Compared:
        data, model = self._run.entry("data"), self._run.entry("model")
        measured: Measurement | None = None if data is None else data.measurement  # type: ignore[assignment]
        if measured is not None and data is not None:
            measured = replace(measured, name=data.title)
        drawn: ModelMeasurement | None = None if model is None else model.measurement  # type: ignore[assignment]
        volumes = [(e.title, e.measurement) for e in self._context.session.document.measurements if e.kind == "volume"]
        return Compared(measured, drawn, self._run.validation, volumes)  # type: ignore[arg-type]

    def _record(self, remark: str) -> dict[str, object]:
        document, entry = self._context.session.document, self._context.session.active_image
        model = self._run.measured_model
        return provenance_record(
            operation="measure", images=entry_records([entry] if entry is not None and not remark else []),
            model=None if model is None else ModelFile(model, document.model_labels,
                                                       plain_voxel_size(document.voxel_size_um)),
            shape=self._run.shape, settings=self._settings(), extra={"remark": remark})

    def _settings(self) -> dict[str, object]:
        count = self._run.n_realisations
        return {"seeds": [FIRST_SEED, FIRST_SEED + count - 1]} if count and self._run.shape is not None else {}
