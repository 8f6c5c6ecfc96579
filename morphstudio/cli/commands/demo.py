"""``morphstudio demo``: the main job from sample to export, unattended."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.app.model_record import calibrated_model, entry_records, generated_record
from morphstudio.app.work.calibrate import CalibrationJob
from morphstudio.app.work.export import ExportJob
from morphstudio.app.work.generate import GenerateJob
from morphstudio.app.work.measure import MeasureJob
from morphstudio.app.work.sample import SampleJob
from morphstudio.app.work.validate import ValidateJob
from morphstudio.cli.commands.calibrate import ranking_text
from morphstudio.cli.commands.measure import value_table
from morphstudio.cli.output import print_text, write_json
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.errors import InputError
from morphstudio.io.exports import write_image
from morphstudio.io.model_file import write_model
from morphstudio.io.provenance import provenance_record

if TYPE_CHECKING:
    import argparse

    from morphstudio.app.document import ImageEntry
    from morphstudio.cli.monitor import Monitor
    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.core.descriptors.values import Measurement
    from morphstudio.core.phases import PhaseImage
    from morphstudio.core.validation import Validation
    from morphstudio.io.model_file import ModelFile

REALISATIONS = 5
GENERATED_SEED = 2  # another structure than the sample's


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("-o", "--output", default="morphstudio-demo", metavar="DIR",
                        help="folder for the results, made where it is missing; default: morphstudio-demo")


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Go the whole way and report."""
    begin = time.monotonic()
    directory = _folder(arguments.output)
    monitor.note("1 of 5  Simulating the sample")
    sample = monitor.run(SampleJob())
    write_image(directory / "sample.tif", sample.image,
                provenance=provenance_record(operation="sample", images=entry_records([sample])))
    monitor.note("2 of 5  Calibrating")
    result, model = _calibrate(monitor, sample, directory)
    monitor.note("3 of 5  Generating a twin and measuring it")
    twin = _generate(monitor, model, sample.image, directory)
    measured = monitor.run(MeasureJob(twin))
    _write_measurement(measured, directory)
    monitor.note("4 of 5  Validating")
    validation = _validate(monitor, model, sample, directory)
    monitor.note("5 of 5  Exporting for GeoDict")
    _export(monitor, model, twin, directory)
    report = "\n\n".join((
        f"Sample: {sample.image.name}, {' × '.join(str(n) for n in sample.image.shape)} voxels. {sample.source_note}",
        f"Calibration\n{ranking_text(result, sample.image.length_unit)}",
        f"One realisation of the model\n{value_table(measured)}",
        f"Validation against {REALISATIONS} realisations: {validation.text}",
        f"Everything is in {directory}, the GeoDict folder in {directory / 'geodict'}. "
        f"It took {time.monotonic() - begin:.0f} s.",
    ))
    (directory / "report.txt").write_text(f"{report}\n", encoding="utf-8")
    print_text(report)


def _folder(path: str) -> Path:
    directory = Path(path)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("output", f"The folder {path} cannot be made: {error.strerror}.",
                         "Choose another with -o.") from error
    return directory


def _calibrate(monitor: Monitor, sample: ImageEntry, directory: Path) -> tuple[CalibrationResult, ModelFile]:
    settings = ExactSettings()
    result = monitor.run(CalibrationJob((sample.image,), settings))
    model = calibrated_model(result, [sample], settings)
    write_model(directory / "model.json", model)
    return result, model


def _generate(monitor: Monitor, model: ModelFile, data: PhaseImage, directory: Path) -> PhaseImage:
    job = GenerateJob(model.model, data.shape, data.voxel_size_um, GENERATED_SEED, model.labels, name="twin")
    twin: PhaseImage = monitor.run(job)
    write_image(directory / "twin.tif", twin, provenance=generated_record(job, model))
    return twin


def _write_measurement(measured: Measurement, directory: Path) -> None:
    from morphstudio.core.descriptors.report import to_json

    write_json(to_json(measured), str(directory / "twin.measurement.json"))


def _validate(monitor: Monitor, model: ModelFile, sample: ImageEntry, directory: Path) -> Validation:
    from morphstudio.core.validation import to_json

    # Another seed than the sample's own.
    job = ValidateJob(model.model, model.labels, (sample.image,), REALISATIONS, seed=GENERATED_SEED)
    validation: Validation = monitor.run(job)
    write_json(to_json(validation), str(directory / "validation.json"))
    return validation


def _export(monitor: Monitor, model: ModelFile, twin: PhaseImage, directory: Path) -> None:
    job = GenerateJob(model.model, twin.shape, twin.voxel_size_um, GENERATED_SEED, model.labels)
    monitor.run(ExportJob(twin, "geodict", directory / "geodict",
                          {"on_existing": "overwrite", "provenance": generated_record(job, model)}, "twin"))
