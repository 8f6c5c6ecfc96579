from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from morphstudio.app.document import Document, ImageEntry, RunEntry
from morphstudio.app.project_contents import open_project, read_project, write_project
from morphstudio.app.project_images import Located, is_packed
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.errors import InputError
from morphstudio.core.phases import labels_checksum, phase_image
from morphstudio.io.images import file_sha256

NAMES = {0: "pore", 1: "am"}


def labels(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2, (6, 7, 8)).astype(np.uint8)


def entry_in(folder: Path, name: str, seed: int = 1) -> ImageEntry:
    """Write an image file and return it as it is opened."""
    folder.mkdir(exist_ok=True)
    array = labels(seed)
    np.save(folder / name, array)
    image = phase_image(array, (0.3, 0.2, 0.1), NAMES, name)
    return ImageEntry(image, str(folder / name), file_sha256(folder / name), voxel_confirmed=True,
                      labels_sha256=labels_checksum(array))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "p.morphstudio"


def test_that_small_images_are_packed_and_large_ones_only_on_demand(tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    entry = entry_in(tmp_path, "a.npy")
    assert is_packed(entry, "small")
    assert not is_packed(entry, "none")
    monkeypatch.setattr("morphstudio.app.project_images.PACK_BELOW", 10)
    assert not is_packed(entry, "small")
    assert is_packed(entry, "all")


def test_that_an_edited_image_is_always_packed(tmp_path: Path) -> None:
    entry = entry_in(tmp_path, "a.npy")
    cropped = entry.image.rearranged(entry.image.labels[1:].copy(), entry.image.voxel_size_um)
    assert is_packed(replace(entry, image=cropped), "none")
    renamed = entry.image.with_phases(tuple(replace(p, name=f"{p.name}2") for p in entry.image.phases))
    assert not is_packed(replace(entry, image=renamed), "none")


def test_that_an_image_whose_file_has_gone_or_changed_is_packed(tmp_path: Path) -> None:
    entry = entry_in(tmp_path, "a.npy")
    np.save(tmp_path / "a.npy", labels(2)[:3])
    assert is_packed(entry, "none")
    (tmp_path / "a.npy").unlink()
    assert is_packed(entry, "none")
    assert is_packed(replace(entry, path=""), "none")


def test_that_an_image_left_in_its_file_comes_back_from_there(tmp_path: Path, project: Path) -> None:
    entry = entry_in(tmp_path / "data", "a.npy")
    write_project(project, Document(images=(entry,), packing="none"))
    write_project(tmp_path / "packed.morphstudio", Document(images=(entry,), packing="all"))
    assert project.stat().st_size < (tmp_path / "packed.morphstudio").stat().st_size
    (back,) = read_project(project).images
    assert np.array_equal(back.image.labels, entry.image.labels)
    assert (back.image.phases, back.image.voxel_size_um, back.voxel_confirmed, back.path, back.sha256) == (
        entry.image.phases, entry.image.voxel_size_um, True, entry.path, entry.sha256)


def test_that_project_and_data_can_be_moved_together(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    entry = entry_in(tmp_path / "old" / "data", "a.npy")
    write_project(tmp_path / "old" / "p.morphstudio", Document(images=(entry,), packing="none"))
    (tmp_path / "old").rename(tmp_path / "new")
    (back,) = read_project(tmp_path / "new" / "p.morphstudio").images
    assert np.array_equal(back.image.labels, entry.image.labels)
    assert Path(back.path).exists()


def test_that_a_missing_image_is_told_and_taken_from_where_it_is_located(tmp_path: Path, project: Path) -> None:
    gone, kept = entry_in(tmp_path / "data", "gone.npy"), entry_in(tmp_path / "data", "kept.npy", 2)
    runs = (RunEntry("both", ExactSettings(), "paused"), RunEntry("kept", ExactSettings(), "paused", images=(1,)))
    write_project(project, Document(images=(gone, kept), active=1, runs=runs, packing="none"))
    elsewhere = tmp_path / "elsewhere.npy"
    Path(gone.path).rename(elsewhere)
    opened = open_project(project)
    (absent,) = opened.absent
    assert (absent.reason, absent.path) == ("missing", gone.path)
    assert absent.sentence() == f"gone.npy is no longer in {tmp_path / 'data'}."
    assert [e.path for e in opened.document.images] == [kept.path]
    assert [run.images for run in opened.document.runs] == [(-1, 0), (0,)]
    assert opened.document.active == 0
    with pytest.raises(InputError, match="no longer in"):
        read_project(project)
    found = open_project(project, Located({gone.path: str(elsewhere)}))
    assert not found.absent
    assert [e.path for e in found.document.images] == [str(elsewhere), kept.path]
    assert [run.images for run in found.document.runs] == [(), (1,)]


def test_that_a_changed_image_is_told_and_taken_only_when_that_is_said(tmp_path: Path, project: Path) -> None:
    entry = entry_in(tmp_path, "a.npy")
    write_project(project, Document(images=(entry,), packing="none"))
    np.save(tmp_path / "a.npy", labels(5)[:4])
    (absent,) = open_project(project).absent
    assert absent.reason == "changed"
    assert "is not the file" in absent.sentence()
    (taken,) = open_project(project, Located(accepted=frozenset({absent.found}))).document.images
    assert taken.image.shape == (4, 7, 8)
    assert [p.name for p in taken.image.phases] == ["pore", "am"]
    assert taken.sha256 == file_sha256(tmp_path / "a.npy")


def test_that_names_are_not_kept_for_other_labels(tmp_path: Path, project: Path) -> None:
    entry = entry_in(tmp_path, "a.npy")
    write_project(project, Document(images=(entry,), packing="none"))
    np.save(tmp_path / "a.npy", labels(5) + 3)
    (absent,) = open_project(project).absent
    (taken,) = open_project(project, Located(accepted=frozenset({absent.found}))).document.images
    assert [p.label for p in taken.image.phases] == [3, 4]
    assert not taken.voxel_confirmed


def test_that_a_file_that_is_no_image_any_more_is_told(tmp_path: Path, project: Path) -> None:
    entry = entry_in(tmp_path, "a.npy")
    write_project(project, Document(images=(entry,), packing="none"))
    (tmp_path / "a.npy").write_text("no image")
    (absent,) = open_project(project, Located(accepted=frozenset({entry.path}))).absent
    assert absent.reason == "unreadable"
    assert absent.sentence()


def test_that_the_view_is_kept_as_it_was(tmp_path: Path, project: Path) -> None:
    view = {"window": {"step": "explore"}, "explore.scene": {"camera": (1.5, 2.0), "cut": True}}
    write_project(project, Document(view=view))
    assert read_project(project).view == view


def test_that_labels_are_hashed_once_however_often_the_session_is_saved(tmp_path: Path, project: Path,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("morphstudio.app.project_images.PACK_BELOW", 10)
    entry = entry_in(tmp_path, "a.npy")
    hashed: list[tuple[int, ...]] = []

    def count(array: np.ndarray) -> str:
        hashed.append(array.shape)
        return labels_checksum(array)

    monkeypatch.setattr("morphstudio.core.phases.labels_checksum", count)
    for seed in range(3):
        write_project(project, Document(images=(entry,), seed=seed))
    renamed = entry.image.with_phases(tuple(replace(p, name=f"{p.name}2") for p in entry.image.phases))
    changed = pickle.loads(pickle.dumps(renamed.with_voxel_size((1.0, 1.0, 1.0))))  # as it comes from the engine
    write_project(project, Document(images=(replace(entry, image=changed),)))
    assert len(hashed) == 1
    assert isinstance(open_project(project).document.images[0].image.labels, np.ndarray)
    turned = entry.image.rearranged(entry.image.labels.transpose(0, 2, 1).copy(), None)
    assert turned.labels_sha256 == labels_checksum(turned.labels) != entry.image.labels_sha256
