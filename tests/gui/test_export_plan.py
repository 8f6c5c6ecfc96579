"""What the window writes can be made again from its record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.app.document import Document, ImageEntry, RunEntry
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.phases import Phase, PhaseImage
from morphstudio.gui.export_plan import Target, export_job, structures
from morphstudio.gui.model_saving import save_model
from morphstudio.io.exports import default_materials
from morphstudio.io.model_file import model_from, read_model

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (0.2, 0.2, 0.2)


@pytest.fixture
def model() -> ExcursionSet:
    return excursion_set(("am", "pore"), {"alpha_chi_x": 1.2, "alpha_x": 1.2, "lambda_x": 1.4})


def _document(model: ExcursionSet) -> Document:
    labels = np.kron(np.arange(16).reshape(1, 4, 4) % 2 + 1, np.ones((1, 4, 4))).astype(np.uint8)
    image = PhaseImage(labels, (Phase(1, "am", "active material"), Phase(2, "pore", "pore")), SIZE, "tiny.tif")
    return Document("twin", images=(ImageEntry(image, "", "ab12", voxel_confirmed=True),), model=model,
                    calibrated=model, model_labels=(1, 2), model_roles=("active material", "pore"),
                    voxel_size_um=SIZE, seed=4)


def test_that_the_record_of_an_export_rebuilds_the_voxels(model: ExcursionSet, tmp_path: Path) -> None:
    document = _document(model)
    target = Target("npy", tmp_path, "twin", "error")
    job = export_job(document, structures(document)[0], (12, 14, 16), SIZE, target)
    record = job.options["provenance"]
    source = model_from(record["model"])
    again = GenerateJob(source.model, tuple(record["shape"]), source.voxel_size, record["seed"], source.labels,
                        periodic=record["settings"]["periodic"], box=tuple(record["noise_box"]))

    def drawn(work: GenerateJob) -> PhaseImage:
        return work.draw(lambda share, message: None, lambda: False)

    np.testing.assert_array_equal(drawn(again).labels, drawn(job.source).labels)
    assert record["images"][0]["sha256"] == "ab12"


@pytest.mark.parametrize("changed", [False, True])
def test_that_a_saved_model_tells_the_calibration_it_came_from(model: ExcursionSet, tmp_path: Path,
                                                               changed: bool) -> None:
    result = CalibrationResult(model, (), {}, 0.01, (), (), 1.0, 1, "fits")
    run = RunEntry("one", ExactSettings(seed=9), "finished", result, (0,))
    document = _document(model).with_run(run)
    if changed:
        document = replace(document, model=model.with_values({"lambda_x": 1.5}))
    save_model(tmp_path / "m.json", document)
    provenance = read_model(tmp_path / "m.json").provenance
    calibration = provenance["calibration"] if changed else provenance
    assert calibration["settings"]["seed"] == 9
    assert calibration["outcome"]["verdict"] == "fits"
    assert calibration["images"][0]["labels"]["1"]["name"] == "am"
    assert ("parameters" in calibration) == changed


def test_that_an_export_takes_the_roles_that_the_image_has_now(model: ExcursionSet) -> None:
    document = _document(model)
    entry = document.images[0]
    image = entry.image.with_phases((Phase(1, "am", "pore"), Phase(2, "pore", "solid")))
    changed = replace(document, images=(replace(entry, image=image),))
    assert [phase.role for phase in structures(changed)[0].phases] == ["pore", "solid"]


def test_that_a_model_without_roles_is_exported_by_its_names(model: ExcursionSet) -> None:
    document = replace(_document(model), images=(), model_roles=("other", "other"))
    structure = structures(document)[0]
    assert structure.roles == ("active material", "pore")
    assert [m.kind for m in default_materials(structure.phases)] == ["Solid", "Fluid"]
