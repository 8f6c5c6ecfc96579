"""Writes the model in use to a model file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.app.document import Document, RunEntry


def save_model(path: Path, document: Document) -> None:
    """Write ``document.model`` to ``path``, with what it came from.

    Raises
    ------
    InputError
        There is no model, or the file cannot be written.
    """
    from morphstudio.app.model_record import plain_voxel_size
    from morphstudio.io.model_file import ModelFile, write_model

    if document.model is None:
        raise InputError("model", "There is no model to save.", "Calibrate one first, or open a model file.")
    run = next((run for run in reversed(document.runs) if run.result is not None
                and run.result.model == document.calibrated), None)
    fitted = run.result if run is not None and document.model == document.calibrated else None
    errors: dict[str, float | None] = (
        {name: e.standard_error for name, e in fitted.estimates.items() if e.has_error} if fitted is not None else {})
    write_model(path, ModelFile(document.model, document.model_labels, plain_voxel_size(document.voxel_size_um),
                                _provenance(document, run), errors,
                                covariance=None if fitted is None else fitted.covariance))


def _provenance(document: Document, run: RunEntry | None) -> dict[str, Any]:
    """Return the record of the calibration, and that of a change by hand around it."""
    from morphstudio.app.model_record import calibration_record, entry_records
    from morphstudio.io.provenance import provenance_record

    if run is None or run.result is None:
        return provenance_record(operation="save", images=entry_records(document.images))
    positions = run.images or range(len(document.images))
    fitted = [document.images[at] for at in positions if 0 <= at < len(document.images)]
    calibration = calibration_record(run.result, fitted, run.settings)
    if document.model == document.calibrated:
        return calibration
    return provenance_record(operation="change by hand", extra={"calibration": {
        **calibration, "parameters": run.result.model.values()}})
