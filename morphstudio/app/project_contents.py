"""A document as the contents of a project file and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from morphstudio.app.document import Document, ImageEntry, MeasuredEntry, RunEntry, Variant
from morphstudio.app.record_codec import decode, encode
from morphstudio.app.run_history import RunHistory
from morphstudio.core.calibration import records
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import CommonParameters, ExcursionSet, FieldParameters
from morphstudio.core.phases import Phase, PhaseImage

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 2  # 1: runs without their history


def _kinds() -> dict[str, type]:
    """Return every record that a document may hold."""
    from morphstudio.core.descriptors import values

    kinds: tuple[type, ...] = (
        Document, ImageEntry, RunEntry, RunHistory, Variant, MeasuredEntry, PhaseImage, Phase,
        ExcursionSet, FieldParameters, CommonParameters,
        records.ExactSettings, records.CalibrationResult, records.RankedOrder, records.ParameterEstimate,
        records.TwoPointCurves,
        values.Value, values.Distribution, values.PhaseMeasurement, values.Measurement,
        values.ModelMeasurement,
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
    contents: dict[str, Any] = {"document_schema": SCHEMA, "document": encode(replace(document, path=None))}
    save_project(path, contents)


def read_project(path: Path) -> Document:
    """Read the document of a project file; runs that were cut off count as paused.

    Raises
    ------
    InputError
        Not a readable project file, or one of a newer version.
    """
    from morphstudio.io.project import load_project

    contents = load_project(path)
    schema = contents.get("document_schema")
    if not isinstance(schema, int) or schema > SCHEMA:
        raise InputError("project", f"{path.name} was written by a newer version.", "Open it with that version.")
    document = decode(contents.get("document"), _kinds())
    if not isinstance(document, Document):
        raise InputError("project", f"{path.name} holds no document.", "Open a project file of MorphStudio.")
    runs = tuple(replace(run, status="paused") if run.status == "running" else run for run in document.runs)
    return replace(document, runs=runs)
