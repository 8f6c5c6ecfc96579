"""Writes the model in use to a model file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.app.document import Document


def save_model(path: Path, document: Document) -> None:
    """Write ``document.model`` to ``path``.

    Raises
    ------
    InputError
        There is no model, or the file cannot be written.
    """
    from morphstudio.io.model_file import ModelFile, write_model

    if document.model is None:
        raise InputError("model", "There is no model to save.", "Calibrate one first, or open a model file.")
    result = next((run.result for run in reversed(document.runs) if run.result is not None), None)
    unchanged = result is not None and document.model == document.calibrated == result.model
    errors = {name: estimate.standard_error for name, estimate in result.estimates.items()} if unchanged else {}
    provenance = {"images": [{"name": entry.image.name, "sha256": entry.sha256} for entry in document.images]}
    write_model(path, ModelFile(document.model, document.model_labels, document.voxel_size_um, provenance, errors))
