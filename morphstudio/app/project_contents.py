"""A document as the contents of a project file and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from morphstudio.app.document import (
    Document,
    ImageEdit,
    ImageEntry,
    ImageState,
    MeasuredEntry,
    Reached,
    Realisations,
    RunEntry,
    Variant,
)
from morphstudio.app.project_images import AbsentImage, Located, with_labels_from_files, without_labels_in_files
from morphstudio.app.project_migration import migrated
from morphstudio.app.record_codec import decode, encode
from morphstudio.app.run_history import RunHistory
from morphstudio.core.calibration import records
from morphstudio.core.calibration.simulated.records import SimulatedOutcome
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.errors import InputError
from morphstudio.core.fields.covariance import Covariance
from morphstudio.core.models.excursion_set import CommonParameters, ExcursionSet, FieldParameters
from morphstudio.core.phases import Phase, PhaseImage

if TYPE_CHECKING:
    from pathlib import Path

# 1: runs without their history; 2: every image packed, no view; 3: images without their edits; 4: nothing says of
# which state of an image runs and measurements are; 5: variants without labels,
# measurements without the verdict; 6: runs without how far stopped ones came; 7: models with the α of Gaussian
# covariances in their fields; 8: exact calibrations only; 9: results without the covariance of their
# parameters, verdicts without what was fitted
SCHEMA = 10


@dataclass(frozen=True)
class OpenedProject:
    """What a project file gave.

    Parameters
    ----------
    document : Document
        Without the images that are absent; runs keep to the images that they fit.
    absent : tuple of AbsentImage
        Images that the project refers to and that were not found as they were.
    """

    document: Document
    absent: tuple[AbsentImage, ...] = ()


def _kinds() -> dict[str, type]:
    """Return every record that a document may hold."""
    from morphstudio.core import validation
    from morphstudio.core.descriptors import comparison, values

    kinds: tuple[type, ...] = (
        Document, ImageEntry, ImageEdit, ImageState, RunEntry, Reached, RunHistory, Variant, MeasuredEntry, PhaseImage,
        Phase, ExcursionSet, FieldParameters, CommonParameters, Covariance,
        records.ExactSettings, records.CalibrationResult, records.RankedOrder, records.ParameterEstimate,
        records.ParameterCovariance, records.TwoPointCurves, SimulatedSettings, SimulatedOutcome,
        values.Value, values.Distribution, values.PhaseMeasurement, values.Measurement,
        values.ModelMeasurement, Realisations, validation.Validation, validation.Finding, validation.FitUse,
        validation.UnusedPart, validation.EnsembleBand, comparison.ValidationRow, comparison.CurveDistance,
    )
    return {kind.__name__: kind for kind in kinds}


def write_project(path: Path, document: Document) -> None:
    """Write ``document`` to a project file, all or nothing.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    from morphstudio.io.project import save_project

    # Where a project lies is not its content: a copied file opens as itself.
    tree = encode(replace(document, path=None))
    without_labels_in_files(tree, document, path)
    save_project(path, {"document_schema": SCHEMA, "document": tree})


def read_project(path: Path) -> Document:
    """Read the document of a project file; runs that were cut off count as paused.

    Raises
    ------
    InputError
        Not a readable project file, one of a newer version, or one whose
        images are not where they were.
    """
    opened = open_project(path)
    if opened.absent:
        raise InputError("project", f"{path.name} was not opened: {opened.absent[0].sentence()}",
                         "Put the image back, or open the project in the window and locate it.")
    return opened.document


def open_project(path: Path, located: Located | None = None) -> OpenedProject:
    """Read a project file as far as its images are there.

    Parameters
    ----------
    path : Path
        The file.
    located : Located, optional
        Where images are now that are not where they were.

    Raises
    ------
    InputError
        Not a readable project file, or one of a newer version.
    """
    tree = _tree(path)
    try:
        absent = with_labels_from_files(tree, path, located or Located())
    except (KeyError, TypeError) as error:
        raise InputError("project", f"{path.name} describes its images in a way that this version does not know.",
                         "Open it with the version that wrote it.") from error
    tree["images"] = [entry for at, entry in enumerate(tree.get("images", ())) if at not in absent]
    document = decode(tree, _kinds())
    if not isinstance(document, Document):
        raise InputError("project", f"{path.name} holds no document.", "Open a project file of MorphStudio.")
    runs = tuple(replace(run, status="paused") if run.status == "running" else run for run in document.runs)
    return OpenedProject(_renumbered(replace(document, runs=runs), sorted(absent)), tuple(absent.values()))


def run_ids(path: Path) -> tuple[str, ...]:
    """Return the ids of a project's calibrations, without reading the images that lie in files of their own.

    Raises
    ------
    InputError
        Not a readable project file, or one of a newer version.
    """
    return tuple(str(run["id"]) for run in _tree(path).get("runs", ()))


def _tree(path: Path) -> dict[str, Any]:
    """Return the document in a project file as plain dicts and lists."""
    from morphstudio.io.project import load_project

    contents = load_project(path)
    schema = contents.get("document_schema")
    if not isinstance(schema, int) or schema > SCHEMA:
        raise InputError("project", f"{path.name} was written by a newer version.", "Open it with that version.")
    tree = contents.get("document")
    if not isinstance(tree, dict):
        raise InputError("project", f"{path.name} holds no document.", "Open a project file of MorphStudio.")
    return dict(migrated(tree)) if schema < SCHEMA else tree


def _renumbered(document: Document, absent: list[int]) -> Document:
    """Return a document whose positions of images know that some are left out: −1 in the runs."""
    if not absent:
        return document
    total = len(document.images) + len(absent)
    kept = [at for at in range(total) if at not in absent]
    new = {at: kept.index(at) if at in kept else -1 for at in range(total)}
    # A run that fits all images would else stand for those that are left.
    runs = tuple(replace(run, images=tuple(new.get(at, -1) for at in run.images or range(total)))
                 for run in document.runs)
    return replace(document, runs=runs, active=max(new.get(document.active, 0), 0))
