"""The provenance record holds what is needed to make the same voxels again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import PhaseImage
from morphstudio.io.model_file import ModelFile, model_from
from morphstudio.io.provenance import (
    image_record,
    library_versions,
    phases_in_record,
    provenance_record,
    provenance_text,
    record_beside,
    record_path,
)

if TYPE_CHECKING:
    from pathlib import Path

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


def test_that_a_record_beside_is_found_and_tells_the_phases(marker: PhaseImage, tmp_path: Path) -> None:
    assert record_beside(tmp_path / "v.tif") is None
    record = provenance_record(images=[image_record(marker)], operation="sample")
    record_path(tmp_path / "v.tif").write_text(provenance_text(record))
    found = record_beside(tmp_path / "v.tif")
    assert found == record
    assert phases_in_record(found) == marker.phases


@pytest.mark.parametrize("text", ["{", "[]", "\udcff", "[" * 100_000])
def test_that_a_broken_record_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "v.tif.provenance.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InputError, match=r"v\.tif\.provenance\.json") as caught:
        record_beside(tmp_path / "v.tif")
    assert caught.value.hint


@pytest.mark.parametrize("record", [
    {}, {"images": []}, {"images": [{}, {}]}, {"images": [{"labels": {"a": {"name": "x"}}}]}, {"phases": {"1": "am"}},
    {"phases": {"999": {"name": "am"}}}, {"phases": {"1": {}}}])
def test_that_a_record_without_phases_tells_none(record: dict[str, Any]) -> None:
    assert phases_in_record(record) == ()
