from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from morphstudio.app.work.export import ExportJob
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.errors import InputError, InsufficientMemoryError
from morphstudio.io.images import open_image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage


def test_that_an_image_is_written(volume: PhaseImage, tmp_path: Path, result_of: Callable[..., Any]) -> None:
    paths = result_of(ExportJob(volume, "tiff", tmp_path, {"provenance": {"seed": 3}}, "twin"))
    assert [p.name for p in paths] == ["twin.tif", "twin.tif.provenance.json"]
    back = open_image(paths[0])
    np.testing.assert_array_equal(back.labels, volume.labels)
    assert back.voxel_size_um == pytest.approx(volume.voxel_size_um)


def test_that_a_volume_can_be_drawn_for_the_export(model: ExcursionSet, volume: PhaseImage, tmp_path: Path,
                                                  result_of: Callable[..., Any]) -> None:
    drawing = GenerateJob(model, (24, 28, 32), (0.2, 0.2, 0.2), 3, (3, 1, 2))
    paths = result_of(ExportJob(drawing, "nrrd", str(tmp_path)))
    assert paths[0].name == "structure.nrrd"
    np.testing.assert_array_equal(open_image(paths[0]).labels, volume.labels)


def test_that_nothing_is_written_where_the_volume_does_not_fit(model: ExcursionSet, tmp_path: Path) -> None:
    job = ExportJob(GenerateJob(model, (20000, 20000, 20000), (0.2, 0.2, 0.2)), "tiff", tmp_path / "new")
    with pytest.raises(InsufficientMemoryError):
        job.create()
    assert not (tmp_path / "new").exists()


def test_that_files_in_the_way_are_told(volume: PhaseImage, tmp_path: Path, result_of: Callable[..., Any]) -> None:
    result_of(ExportJob(volume, "npy", tmp_path))
    with pytest.raises(InputError, match="already"):
        result_of(ExportJob(volume, "npy", tmp_path))
