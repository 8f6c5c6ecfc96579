"""What *Measure* does: the image, then realisations of the model, then the comparison."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from morphstudio.app.document import MeasuredEntry, Realisations
from morphstudio.app.earlier_image import state_of
from morphstudio.app.fit_use import fit_use, fitted_from_states
from morphstudio.app.run_in_use import run_in_use
from morphstudio.app.work.measure import Arrived, MeasureJob, MeasureModelJob
from morphstudio.app.work.open_image import OpenImageJob
from morphstudio.app.work.validate import ValidateJob, check_units
from morphstudio.core.descriptors.values import ModelMeasurement
from morphstudio.core.errors import InputError
from morphstudio.core.validation import FitUse
from morphstudio.gui.units import number

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.app.document import Document, ImageEntry, MeasuredKind
    from morphstudio.core.calibration.ensemble import ParameterEnsemble
    from morphstudio.core.calibration.records import ParameterCovariance
    from morphstudio.core.descriptors.values import Measurement
    from morphstudio.core.image_edits import Box
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage
    from morphstudio.core.validation import Validation
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.job_bridge import JobState

FIRST_SEED = 100
_ALONE_EDGE = 128  # of realisations where there is no image to go by
_LARGEST = 9_000_000  # voxels of one realisation, unless asked for more


class MeasureRun(QObject):
    """Submits measurements and puts what they bring into the document.

    Signals
    -------
    changed :
        A job began or ended, or the comparison is another one.
    arrived :
        More is known of a column that is being measured.
    """

    changed = Signal()
    arrived = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._jobs: set[str] = set()
        self._partial: dict[str, MeasuredEntry] = {}
        self._asked: Realisations | None = None  # what is being measured
        self._asked_number, self._began = 0, 0.0

    @property
    def document(self) -> Document:
        """The session's document."""
        return self._context.session.document

    @property
    def is_active(self) -> bool:
        """Whether something is being measured."""
        return bool(self._jobs)

    @property
    def job_state(self) -> JobState | None:
        """What is measured just now, or waits to be."""
        states = [s for s in map(self._context.jobs.state, self._jobs) if s is not None and not s.is_over]
        return next((s for s in states if s.status != "waiting"), states[0] if states else None)

    def entry(self, kind: MeasuredKind) -> MeasuredEntry | None:
        """Return the measured column of one kind; while it is measured, as far as it is known."""
        if kind in self._partial:
            return self._partial[kind]
        return next((e for e in self.document.measurements if e.kind == kind), None)

    @property
    def of(self) -> Realisations | None:
        """What is being measured of the model, else what its column was measured on."""
        if self._asked is not None:
            return self._asked
        column = next((e for e in self.document.measurements if e.kind == "model"), None)
        return None if column is None else column.realisations

    @property
    def validation(self) -> Validation | None:
        """The verdict on the model's column; ``None`` where there is none, or not yet."""
        return None if self.of is None else self.of.validation

    @property
    def measured_model(self) -> ExcursionSet | None:
        """The model that the column tells of; ``None`` where that is not known."""
        return None if self.of is None else self.of.model

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """Shape of its realisations."""
        return None if self.of is None else self.of.shape

    @property
    def seconds(self) -> float:
        """How long measuring them took; 0 before it has ended."""
        return 0.0 if self.of is None else self.of.seconds

    @property
    def n_realisations(self) -> int:
        """How many there are, or will be."""
        if self._asked is not None:
            return self._asked_number
        column = self.entry("model")
        return column.measurement.n_realisations if column is not None else 0  # type: ignore[union-attr]

    @property
    def n_moved(self) -> int:
        """How many parameters of the measured model differ from the calibrated one of the same kind."""
        model, calibrated = self.measured_model, self.document.calibrated
        if model is None or calibrated is None or not calibrated.is_like(model):
            return 0
        fitted = calibrated.values()
        return sum(value != fitted[name] for name, value in model.values().items())

    @property
    def comparable(self) -> bool:
        """Whether the model and the active image have the same labels."""
        entry, document = self._context.session.active_image, self.document
        return (entry is not None and document.model is not None
                and {p.label for p in entry.image.phases} == set(document.model_labels))

    @property
    def covariance(self) -> ParameterCovariance | None:
        """How far the parameters of the present model may be off, jointly; ``None`` where that is not known."""
        run = run_in_use(self.document)
        if run is None or run.result is None or self.document.model != self.document.calibrated:
            return None
        return run.result.covariance

    def start(self, n_realisations: int, edge: int | None, n_models: int = 0) -> None:
        """Measure whatever there is.

        Parameters
        ----------
        n_realisations : int
            Realisations of the model.
        edge : int, optional
            Edge of volume realisations in voxels; default: the image's shape,
            or a cube where the image is too large to draw ten of.
        n_models : int
            Models as likely as the present one, for a band with the uncertainty of its parameters; 0: none.
        """
        entry, model = self._context.session.active_image, self.document.model
        self._partial, self._began = {}, time.monotonic()
        if entry is not None:
            self._submit_data(entry)
        if model is None:
            return
        if entry is not None:
            try:
                check_units(entry.image, model_in_um=self._model_in_um)
            except InputError as error:
                self._context.show_error(error)
                return
        shape = self._realisation_shape(entry, edge)
        self._asked, self._asked_number = Realisations(model, shape, 0.0), n_realisations
        if self.comparable and entry is not None:
            use, unused = self._fit_use(entry)
            job: object = ValidateJob(model, self.document.model_labels, (entry.image,), n_realisations, shape,
                                      FIRST_SEED, self._model_in_um, use, unused, self._ensemble(model, n_models))
        else:
            seeds = tuple(range(FIRST_SEED, FIRST_SEED + n_realisations))
            job = MeasureModelJob(model, shape, self.document.voxel_size_um, seeds, self.document.model_labels)
        self._submit(job, self._on_model)

    def _fit_use(self, entry: ImageEntry) -> tuple[FitUse, Box | None]:
        """Say what the calibration in use has seen of an image, and which part it has not."""
        document = self.document
        if document.calibrated is not None and document.model != document.calibrated:
            return FitUse("other", "The parameters were changed after the fit."), None
        run = run_in_use(document)
        return fit_use(entry, () if run is None else fitted_from_states(run.made_from))

    def _ensemble(self, model: ExcursionSet, n_models: int) -> ParameterEnsemble | None:
        covariance = self.covariance
        if not n_models or covariance is None:
            return None
        from morphstudio.core.calibration.ensemble import draw_ensemble

        return draw_ensemble(model, covariance, n_models, FIRST_SEED)

    def add_volume(self, path: Path) -> None:
        """Open an image and measure it as a further column, at its own voxel size where its file says one."""
        self._submit(OpenImageJob(str(path)), self._on_opened, kind="open")

    def remove_volumes(self, title: str = "") -> None:
        """Drop the further column of this title; without one, all of them."""
        kept = tuple(e for e in self.document.measurements if e.kind != "volume" or (title and e.title != title))
        name = f"remove {title} from the table" if title else "remove added volumes"
        self._context.session.apply(name, replace(self.document, measurements=kept))

    def shape_for(self, edge: int | None) -> tuple[int, int, int]:
        """Return the shape of the realisations measured, or of those that would be."""
        return self.shape or self._realisation_shape(self._context.session.active_image, edge)

    def stop(self) -> None:
        """Stop everything that is being measured."""
        for job_id in tuple(self._jobs):
            self._context.jobs.cancel(job_id)

    def _submit_data(self, entry: ImageEntry) -> None:
        image, state = entry.image, state_of(entry)
        self._submit(MeasureJob(image), lambda m: self._keep(MeasuredEntry(image.name or "Image", "data", m, state)))

    def _on_model(self, result: Validation | ModelMeasurement) -> None:
        validation = None if isinstance(result, ModelMeasurement) else result
        measured = result if isinstance(result, ModelMeasurement) else result.model
        asked, self._asked = self._asked, None
        of = None if asked is None else replace(asked, seconds=time.monotonic() - self._began, validation=validation)
        self._keep(MeasuredEntry(f"Model, {measured.n_realisations} realisations", "model", measured, None, of))

    def _on_opened(self, entry: ImageEntry) -> None:
        name = entry.image.name or "Volume"
        try:
            image = self._in_the_table_unit(entry.image)
        except InputError as error:
            self._context.show_error(error)
            return

        def keep(measured: Measurement) -> None:
            self._keep(MeasuredEntry(name, "volume", measured))

        self._submit(MeasureJob(image), keep, shown=False)

    @property
    def _model_in_um(self) -> bool:
        return self.document.voxel_size_um is not None

    def _in_the_table_unit(self, image: PhaseImage) -> PhaseImage:
        """Return an added volume as it can stand beside the other columns."""
        active = self._context.session.active_image
        size = active.image.voxel_size_um if active is not None else self.document.voxel_size_um
        if size is not None and image.voxel_size_um is None:
            edges = " × ".join(number(edge, 3) for edge in reversed(size))
            self._context.notify(f"{image.name or 'The volume'} does not say how large a voxel is: "
                                 f"{edges} µm is taken, as for the other columns.")
            return image.with_voxel_size(size)
        if size is None and image.voxel_size_um is not None:
            raise InputError("voxel_size", f"{image.name or 'The volume'} is measured in µm, the other columns in "
                             "voxels.", "Say how large a voxel is on the Data step first.")
        return image

    def _keep(self, entry: MeasuredEntry) -> None:
        others = tuple(e for e in self.document.measurements
                       if e.kind != entry.kind or (e.kind == "volume" and e.title != entry.title))
        self._partial.pop(entry.kind, None)
        self._context.session.apply("measure", replace(self.document, measurements=(*others, entry)), undoable=False)
        self.changed.emit()

    def _on_record(self, record: object) -> None:
        """Show what is known of a column before all of it is."""
        if isinstance(record, Arrived):
            title = "Model, so far" if record.kind == "model" else "Image"
            self._partial[record.kind] = MeasuredEntry(title, record.kind, record.measurement)
            self.arrived.emit()

    def _submit(self, job: object, finished: object, kind: str = "measure", *, shown: bool = True) -> None:
        box: list[str] = []
        home = self.document.images

        def end() -> None:
            self._jobs.discard(box[0])
            self._partial = {}
            if not self._jobs:
                self._asked = None
            self.changed.emit()

        def done(result: object) -> None:
            if not _goes_on(home, self.document.images):
                end()  # it measured what was open before
                return
            self._jobs.discard(box[0])
            finished(result)  # type: ignore[operator]
            self.changed.emit()

        def failed(event: object) -> None:
            end()
            self._context.show_error(event.error or event.message, event.details)  # type: ignore[attr-defined]

        recorded = self._on_record if shown else None
        box.append(self._context.jobs.submit(job, kind=kind, finished=done, failed=failed,  # type: ignore[arg-type]
                                             cancelled=end, recorded=recorded))
        self._jobs.add(box[0])
        self.changed.emit()

    def _realisation_shape(self, entry: ImageEntry | None, edge: int | None) -> tuple[int, int, int]:
        if entry is None:
            side = edge or _ALONE_EDGE
            return side, side, side
        shape = entry.image.shape
        if entry.image.is_section:
            return shape
        if edge is not None:
            return edge, edge, edge
        if shape[0] * shape[1] * shape[2] <= _LARGEST:
            return shape
        z, y, x = (min(n, 200) for n in shape)
        return z, y, x


def _goes_on(before: tuple[ImageEntry, ...], now: tuple[ImageEntry, ...]) -> bool:
    """Return whether a document still shows the material that it showed before: one of the images is there."""
    voxels = {id(entry.image.labels) for entry in before}
    return not before or any(id(entry.image.labels) in voxels for entry in now)
