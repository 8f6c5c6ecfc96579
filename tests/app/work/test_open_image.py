from __future__ import annotations

import hashlib
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from morphstudio.app.document import Document
from morphstudio.app.project_contents import write_project
from morphstudio.app.work.open_image import OpenImageJob, as_plane
from morphstudio.app.work.projects import OpenProjectJob
from morphstudio.core.errors import InputError
from morphstudio.core.phases import phase_image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.app.work.open_image import Plane

SECTION = np.array([[0, 0, 1], [1, 1, 1]], np.uint8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    np.save(tmp_path / "s.npy", SECTION)
    return tmp_path / "s.npy"


def test_that_an_entry_knows_its_file(path: Path, result_of: Callable[..., Any]) -> None:
    entry = result_of(OpenImageJob(str(path), names={0: "pore", 1: "am"}))
    assert entry.path == str(path)
    assert entry.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not entry.voxel_confirmed
    assert [p.role for p in entry.image.phases] == ["pore", "active material"]


def test_that_a_given_voxel_size_is_confirmed(path: Path, result_of: Callable[..., Any]) -> None:
    entry = result_of(OpenImageJob(str(path), (0.3, 0.2, 0.1)))
    assert entry.voxel_confirmed
    assert entry.image.voxel_size_um == (0.3, 0.2, 0.1)
    assert result_of(OpenImageJob(str(path), "voxel")).image.voxel_size_um is None


@pytest.mark.parametrize(("plane", "shape", "size"), [
    ("xy", (1, 2, 3), (9.0, 2.0, 1.0)), ("xz", (2, 1, 3), (2.0, 9.0, 1.0)), ("yz", (2, 3, 1), (2.0, 1.0, 9.0))])
def test_that_rows_and_columns_keep_their_meaning_in_each_plane(
        plane: Plane, shape: tuple[int, int, int], size: tuple[float, float, float]) -> None:
    turned = as_plane(phase_image(SECTION, (9.0, 2.0, 1.0)), plane)
    assert turned.shape == shape
    assert turned.plane == plane
    assert turned.voxel_size_um == size
    np.testing.assert_array_equal(turned.labels.squeeze(), SECTION)


def test_that_a_given_voxel_size_belongs_to_the_turned_axes(path: Path, result_of: Callable[..., Any]) -> None:
    entry = result_of(OpenImageJob(str(path), (0.3, 0.2, 0.1), plane="xz"))
    assert entry.image.shape == (2, 1, 3)
    assert entry.image.voxel_size_um == (0.3, 0.2, 0.1)


def test_that_a_volume_has_no_plane() -> None:
    with pytest.raises(InputError, match="is a volume"):
        as_plane(phase_image(np.indices((2, 3, 4)).sum(0) % 2), "xz")


def test_that_a_declared_plane_is_not_turned_again() -> None:
    with pytest.raises(InputError, match="already says that it shows xz"):
        as_plane(phase_image(SECTION[:, None, :]), "yz")


def test_that_opened_images_are_counted_where_they_were_read(path: Path, tmp_path: Path,
                                                             result_of: Callable[..., Any]) -> None:
    opened = result_of(OpenImageJob(str(path)))
    project = tmp_path / "p.morphstudio"
    write_project(project, Document(images=(opened,)))
    (kept,) = result_of(OpenProjectJob(str(project))).document.images
    for image in (opened.image, kept.image, as_plane(opened.image, "yz"), pickle.loads(pickle.dumps(kept.image))):
        assert vars(image)["counts"].tolist() == [2, 4]  # there before anybody asks
        assert vars(image.with_voxel_size(None))["counts"].tolist() == [2, 4]
