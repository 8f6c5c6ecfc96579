"""Where results come from: a calibration as a model file, a generated volume's record."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from morphstudio.io.model_file import ModelFile
from morphstudio.io.provenance import image_record, provenance_record, record_beside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.app.document import ImageEdit, ImageEntry
    from morphstudio.app.work.generate import GenerateJob
    from morphstudio.core.calibration.records import CalibrationResult, ExactSettings
    from morphstudio.core.calibration.simulated.records import SimulatedOutcome
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.phases import VoxelSize


def calibrated_model(result: CalibrationResult, entries: Sequence[ImageEntry],
                     settings: ExactSettings | SimulatedSettings) -> ModelFile:
    """Return the model file of a calibration.

    Parameters
    ----------
    result : CalibrationResult
        The outcome.
    entries : sequence of ImageEntry
        The images that it was fitted to; they give labels, voxel size and provenance.
    settings : ExactSettings or SimulatedSettings
        What was asked.
    """
    image = entries[0].image
    labels = {phase.name: phase.label for phase in image.phases}
    return ModelFile(
        result.model, tuple(labels[name] for name in result.model.phases), plain_voxel_size(image.voxel_size_um),
        provenance=calibration_record(result, entries, settings),
        standard_errors={name: e.standard_error for name, e in result.estimates.items() if e.has_error},
        covariance=result.covariance,
    )


def calibration_record(result: CalibrationResult, entries: Sequence[ImageEntry],
                       settings: ExactSettings | SimulatedSettings) -> dict[str, Any]:
    """Return the record of a calibration; parameters as in :func:`calibrated_model`."""
    outcome: dict[str, Any] = {
        "misfit": result.misfit,
        "verdict": result.verdict,
        "weak_parameters": {name: e.reason for name, e in result.estimates.items() if e.weak},
    }
    if result.simulated is not None:
        outcome |= _simulated_record(result.simulated)
    return provenance_record(operation="calibrate", images=entry_records(entries),
                             settings={"method": "exact", **asdict(settings)}, extra={"outcome": outcome})


def _simulated_record(outcome: SimulatedOutcome) -> dict[str, Any]:
    """Return what a calibration by simulation adds: how it ended, and the start it is to be held against."""
    start = outcome.start
    return {"stopped_for": outcome.reason, "epoch": outcome.epoch, "error": outcome.error,
            "squared_misfit": outcome.squared_misfit, "start": {
                "misfit": start.misfit, "surface_error": start.surface_error, "chord_error": start.chord_error,
                "error": outcome.start_error, "squared_misfit": outcome.start_squared_misfit,
                "parameters": start.model.values()}}


def generated_record(job: GenerateJob, source: ModelFile | None = None, *, images: Sequence[Mapping[str, Any]] = (),
                     operation: str = "generate") -> dict[str, Any]:
    """Return the record from which the volume that ``job`` draws can be drawn again.

    Parameters
    ----------
    job : GenerateJob
        The drawing.
    source : ModelFile, optional
        The model file it came from; its provenance is kept.
    images : sequence of mapping
        Records of the images that the model was fitted to, where no model file tells.
    operation : str
        What is done, in a word or two.
    """
    model = ModelFile(job.model, job.labels, plain_voxel_size(job.voxel_size_um),
                      source.provenance if source is not None else {})
    return provenance_record(operation=operation, images=images, model=model, seed=job.seed, shape=job.shape,
                             noise_box=job.noise_box, settings={"periodic": job.periodic},
                             extra={"phases": {str(p.label): {"name": p.name, "role": p.role} for p in job.phases}})


def exported_record(entry: ImageEntry) -> dict[str, Any]:
    """Return the record of an opened volume that is written again, with the record that lies beside it inside.

    Raises
    ------
    InputError
        A record lies beside the volume and cannot be read.
    """
    record, = entry_records([entry])
    beside = record_beside(entry.path) if entry.path else None
    return provenance_record(operation="export", images=[{**record, "provenance": beside} if beside else record])


def entry_records(entries: Sequence[ImageEntry]) -> list[dict[str, Any]]:
    """Return what identifies each image: path, checksum, label map, voxel size, shape, what was done to it."""
    return [{**image_record(entry.image, path=entry.path, sha256=entry.sha256),
             **({"edits": [_edit_record(edit) for edit in entry.edits]} if entry.edits else {}),
             **({"note": entry.source_note} if entry.source_note else {})} for entry in entries]


def _edit_record(edit: ImageEdit) -> dict[str, Any]:
    if edit.operation == "crop" and edit.box is not None:
        return {"operation": "crop", "box": {axis: list(pair) for axis, pair in zip("zyx", edit.box, strict=True)}}
    return {"operation": edit.operation, "rule": "majority",
            "voxel_size_um": None if edit.voxel_size_um is None else list(edit.voxel_size_um)}


def plain_voxel_size(size: VoxelSize | None) -> float | VoxelSize | None:
    """Return one number where the three edges are equal."""
    return size[0] if size is not None and len(set(size)) == 1 else size
