"""Everything a session holds, as one frozen record: a change makes a new record."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.core.phases import Phase, role_of

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.app.run_history import RunHistory
    from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, RankedOrder, TwoPointCurves
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.descriptors.values import Measurement, ModelMeasurement
    from morphstudio.core.image_edits import Box
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage, Role, VoxelSize
    from morphstudio.core.validation import Validation

RunStatus = Literal["waiting", "running", "paused", "finished", "cancelled", "failed"]
MeasuredKind = Literal["data", "model", "volume"]
EditOperation = Literal["crop", "resample"]
Packing = Literal["small", "all", "none"]
ViewState = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImageEdit:
    """What was done to an image since it was read.

    Parameters
    ----------
    operation : {"crop", "resample"}
        Which.
    box : ((int, int), (int, int), (int, int)) or None
        Of a crop: first voxel and the one after the last along z, y, x, in
        the image as it was before.
    voxel_size_um : (float, float, float) or None
        Of a resampling: the new edge lengths (z, y, x).
    """

    operation: EditOperation
    box: Box | None = None
    voxel_size_um: VoxelSize | None = None


@dataclass(frozen=True, eq=False)
class ImageEntry:
    """An opened image and where it came from.

    Parameters
    ----------
    image : PhaseImage
        Labels, phases and voxel size as they are used.
    path : str
        File or folder it was read from; empty for the sample.
    sha256 : str
        Hash of that file; of the labels' bytes where there is no file.
    voxel_confirmed : bool
        Whether somebody said that the voxel size is right.
    source_note : str
        What people should know about the source, e.g. that it is simulated.
    labels_sha256 : str
        Hash of the labels as they were read: other ones were edited since.
    edits : tuple of ImageEdit
        Crops and resamplings since, in their order.
    """

    image: PhaseImage
    path: str
    sha256: str
    voxel_confirmed: bool
    source_note: str = ""
    labels_sha256: str = ""
    edits: tuple[ImageEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageState:
    """An image as it was when something was made from it.

    Parameters
    ----------
    source : str
        Checksum of its file, which tells the document's images apart.
    labels_sha256 : str
        Checksum of its labels at that time.
    voxel_size_um : (float, float, float) or None
        Its voxel size (z, y, x) at that time.
    edits : tuple of ImageEdit
        What had been done to it by then.
    """

    source: str
    labels_sha256: str
    voxel_size_um: VoxelSize | None = None
    edits: tuple[ImageEdit, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Reached:
    """How far a calibration came that ended before its end.

    Parameters
    ----------
    model : ExcursionSet
        The best model by then.
    data, curves : tuple of TwoPointCurves
        Measured curves, and that model's.
    ranking : tuple of RankedOrder
        The phase orders tried by then, best first.
    """

    model: ExcursionSet
    data: tuple[TwoPointCurves, ...] = ()
    curves: tuple[TwoPointCurves, ...] = ()
    ranking: tuple[RankedOrder, ...] = ()


@dataclass(frozen=True, eq=False)
class RunEntry:
    """One calibration.

    Parameters
    ----------
    id : str
        Names its checkpoint; see :func:`new_run_id`.
    settings : ExactSettings or SimulatedSettings
        What it was asked.
    status : RunStatus
        Where it stands; ``"paused"`` also after an interruption, ``"waiting"``
        while it has not begun.
    result : CalibrationResult or None
        Its answer once finished.
    images : tuple of int
        Positions of the images it fits; empty: all of the document.
    history : RunHistory or None
        Its steps, for the curves; known once it has ended.
    begun : str
        When it was asked for, as ISO 8601 in UTC; empty where that is not known.
    made_from : tuple of ImageState
        The images as they were when it was asked for, in the order of
        ``images``; empty where that is not known.
    problem : str
        Why it failed and what to do, in words.
    reached : Reached or None
        How far it came where it was stopped or failed.
    """

    id: str
    settings: ExactSettings | SimulatedSettings
    status: RunStatus
    result: CalibrationResult | None = None
    images: tuple[int, ...] = ()
    history: RunHistory | None = None
    begun: str = ""
    made_from: tuple[ImageState, ...] = ()
    problem: str = ""
    reached: Reached | None = None

    @property
    def best(self) -> ExcursionSet | None:
        """The model that it brought: that of its result, else the best one by its end."""
        if self.result is not None:
            return self.result.model
        return None if self.reached is None else self.reached.model

    @property
    def misfit(self) -> float | None:
        """The misfit of :attr:`best`; ``None`` where it is not known."""
        if self.result is not None:
            return self.result.misfit
        if self.reached is None or self.history is None:
            return None
        # Each step tells the misfit of the best model by then.
        return next(filter(math.isfinite, reversed(self.history.best_misfits.tolist())), None)


@dataclass(frozen=True, eq=False)
class Variant:
    """A model kept under a name, with the label of each of its phases; empty where that is not known."""

    name: str
    model: ExcursionSet
    labels: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Realisations:
    """What the model's column was measured on, and the verdict on it.

    Parameters
    ----------
    model : ExcursionSet
        The model as it was then.
    shape : (int, int, int)
        Voxels (z, y, x) of each realisation.
    seconds : float
        How long it took.
    validation : Validation or None
        The image against these realisations; ``None`` where no image could be
        compared.
    """

    model: ExcursionSet
    shape: tuple[int, int, int]
    seconds: float
    validation: Validation | None = None


@dataclass(frozen=True, eq=False)
class MeasuredEntry:
    """One column of the descriptor table.

    Parameters
    ----------
    title : str
        Its name for people.
    kind : {"data", "model", "volume"}
        What was measured.
    measurement : Measurement or ModelMeasurement
        What came of it.
    made_from : ImageState or None
        Of the data: the image as it was then; ``None`` where that is not known.
    realisations : Realisations or None
        Of the model: what was measured; ``None`` where that is not known.
    """

    title: str
    kind: MeasuredKind
    measurement: Measurement | ModelMeasurement
    made_from: ImageState | None = None
    realisations: Realisations | None = None


@dataclass(frozen=True, eq=False)
class Document:
    """A session's whole content.

    Parameters
    ----------
    name : str
        Title for people.
    path : Path, optional
        Project file it was saved to.
    images : tuple of ImageEntry
        Opened images.
    active : int
        Position of the image that is shown.
    model : ExcursionSet, optional
        The model being explored.
    calibrated : ExcursionSet, optional
        The calibrated model that ``model`` started from.
    model_labels, model_roles : tuple
        Label value and role of each phase of the model, in its order.
    voxel_size_um : (float, float, float), optional
        Voxel size (z, y, x) of generated volumes.
    seed : int
        Seed of the noise.
    runs, variants, measurements : tuple
        Calibrations, kept models, measured columns.
    packing : {"small", "all", "none"}
        Which images a project file holds itself; the others are found by
        path and checksum.
    view : dict of str to plain data
        How the window showed it when it was saved, by the part of the window:
        no change of it is a change of the document.
    """

    name: str = "Untitled"
    path: Path | None = None
    images: tuple[ImageEntry, ...] = ()
    active: int = 0
    model: ExcursionSet | None = None
    calibrated: ExcursionSet | None = None
    model_labels: tuple[int, ...] = ()
    model_roles: tuple[Role, ...] = ()
    voxel_size_um: VoxelSize | None = None
    seed: int = 1
    runs: tuple[RunEntry, ...] = ()
    variants: tuple[Variant, ...] = ()
    measurements: tuple[MeasuredEntry, ...] = ()
    packing: Packing = "small"
    view: ViewState = field(default_factory=dict)

    @property
    def active_image(self) -> ImageEntry | None:
        """The image that is shown, if any; the last one where undo took the shown one away."""
        return self.images[min(self.active, len(self.images) - 1)] if self.images else None

    def model_phases(self, model: ExcursionSet, given: tuple[int, ...] = ()) -> tuple[Phase, ...]:
        """Return label, name and role of each phase of ``model``, in its order.

        Its labels are those ``given``; else a model that names the phases of
        the document's in another order keeps each name's label. Roles
        are those that an open image with the model's labels has now, else
        those that the model came with, else what the names suggest.
        """
        n = len(model.phases)
        present = self.model.phases if self.model is not None else model.phases
        labels = self.model_labels if len(self.model_labels) == n else tuple(range(1, n + 1))
        roles = self.model_roles if len(self.model_roles) == n else tuple(map(role_of, model.phases))
        if present != model.phases and len(present) == n:
            order = _by_name(present, model.phases)
            labels, roles = tuple(labels[at] for at in order), tuple(roles[at] for at in order)
        known = dict(zip(labels, roles, strict=True))
        if len(given) == n:
            labels = given
            known = {label: known.get(label, role_of(name)) for label, name in zip(given, model.phases, strict=True)}
        shown = () if self.active_image is None else (self.active_image,)
        for entry in (*shown, *self.images):
            phases = entry.image.phases
            if {phase.label for phase in phases} == set(labels):
                known = {phase.label: phase.role for phase in phases}
                break
        return tuple(Phase(label, name, known[label]) for label, name in zip(labels, model.phases, strict=True))

    def with_model(self, model: ExcursionSet, labels: tuple[int, ...] = ()) -> Document:
        """Return the document with ``model`` to explore, each of its phases with its label and role."""
        phases = self.model_phases(model, labels)
        return replace(self, model=model, model_labels=tuple(phase.label for phase in phases),
                       model_roles=tuple(phase.role for phase in phases))

    def run_images(self, run: RunEntry) -> tuple[PhaseImage, ...]:
        """Return the images that ``run`` fits."""
        chosen = run.images or range(len(self.images))
        return tuple(self.images[i].image for i in chosen)

    def with_run(self, run: RunEntry) -> Document:
        """Return the document with ``run`` added, or in place of the run with its id."""
        if any(r.id == run.id for r in self.runs):
            return replace(self, runs=tuple(run if r.id == run.id else r for r in self.runs))
        return replace(self, runs=(*self.runs, run))


def _by_name(present: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    """Return where each of ``names`` stands in ``present``; those that it lacks take what is left, in order."""
    left = [at for at, name in enumerate(present) if name not in names]
    return [present.index(name) if name in present else left.pop(0) for name in names]


def new_run_id() -> str:
    """Return an id for a calibration that no other one has."""
    return uuid.uuid4().hex[:12]
