"""The provenance record holds what is needed to make the same voxels again."""

from __future__ import annotations

import json

from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import PhaseImage
from morphstudio.io.model_file import ModelFile, model_from
from morphstudio.io.provenance import image_record, library_versions, provenance_record, provenance_text

MODEL = excursion_set(("se", "am", "pore"), {"alpha_x": 0.65, "lambda_y": -0.27})


def test_that_the_record_holds_image_model_seed_and_versions(marker: PhaseImage) -> None:
    record = provenance_record(
        images=[image_record(marker, path="a.tif", sha256="ab")],
        model=ModelFile(MODEL, (1, 2, 3), 0.2),
        seed=7,
        shape=(5, 7, 11),
        noise_box=(9, 9, 16),
        operation="generate",
    )
    again = json.loads(provenance_text(record))
    assert again["images"][0]["sha256"] == "ab"
    assert again["images"][0]["labels"]["3"]["name"] == "pore"
    assert (again["seed"], again["shape"], again["noise_box"]) == (7, [5, 7, 11], [9, 9, 16])
    assert model_from(again["model"]) == ModelFile(MODEL, (1, 2, 3), 0.2)
    assert {"python", "numpy", "scipy", "numba", "torch"} <= set(again["versions"])
    assert again["program"] == "MorphStudio"


def test_that_a_bare_model_says_nothing_about_labels_or_voxels() -> None:
    record = provenance_record(model=MODEL)
    assert model_from(record["model"]).model == MODEL
    assert "voxel_size_um" not in record["model"]


def test_that_seed_0_is_kept() -> None:
    assert provenance_record(seed=0)["seed"] == 0


def test_that_every_library_has_a_version() -> None:
    assert all(version for version in library_versions().values())
