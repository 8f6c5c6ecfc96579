"""Files already there are never lost by accident, and an export that fails leaves nothing behind."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.core.errors import InputError
from morphstudio.io import exports
from morphstudio.io.exports import FORMATS, write_image, write_volume
from morphstudio.io.exports.place import staged
from morphstudio.io.images import open_image

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.core.phases import PhaseImage


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture
def cubic(marker: PhaseImage) -> PhaseImage:
    return replace(marker, voxel_size_um=(0.2, 0.2, 0.2))


@pytest.mark.parametrize("to", FORMATS)
def test_that_existing_files_are_left_alone_by_default(to: str, cubic: PhaseImage, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in write_volume(cubic, to, tmp_path, "v")}
    other = cubic.with_phases(cubic.phases[::-1])
    with pytest.raises(InputError, match="already exists") as caught:
        write_volume(other, to, tmp_path, "v")
    assert caught.value.field == "export.directory"
    assert {p: p.read_bytes() for p in before} == before
    assert names(tmp_path) == sorted(p.name for p in before)


def test_that_a_bundle_is_saved_beside_in_a_numbered_folder(cubic: PhaseImage, tmp_path: Path) -> None:
    folders = [write_volume(cubic, "geodict", tmp_path / "geodict", "v", on_existing="beside")[0].parent.name
               for _ in range(3)]
    assert folders == ["geodict", "geodict_2", "geodict_3"]


def test_that_files_are_saved_beside_under_a_numbered_name(cubic: PhaseImage, tmp_path: Path) -> None:
    for _ in range(3):
        write_volume(cubic, "raw", tmp_path, "v", on_existing="beside")
    assert names(tmp_path) == ["v.mhd", "v.raw", "v_2.mhd", "v_2.raw", "v_3.mhd", "v_3.raw"]
    assert "ElementDataFile = v_3.raw" in (tmp_path / "v_3.mhd").read_text()


def test_that_a_backup_keeps_the_old_file(cubic: PhaseImage, tmp_path: Path) -> None:
    (tmp_path / "v.tif").write_text("old")
    write_volume(cubic, "tiff", tmp_path, "v", on_existing="backup")
    (tmp_path / "v.tif").write_text("newer")
    write_volume(cubic, "tiff", tmp_path, "v", on_existing="backup")
    assert names(tmp_path) == ["v.tif", "v_backup.tif", "v_backup_2.tif"]
    assert (tmp_path / "v_backup.tif").read_text() == "old"
    assert (tmp_path / "v_backup_2.tif").read_text() == "newer"


def test_that_overwriting_replaces_only_the_files_of_the_export(cubic: PhaseImage, tmp_path: Path) -> None:
    (tmp_path / "v.tif").write_text("old")
    (tmp_path / "other.tif").write_text("mine")
    write_volume(cubic, "tiff", tmp_path, "v", on_existing="overwrite")
    assert (tmp_path / "other.tif").read_text() == "mine"
    assert (tmp_path / "v.tif").read_bytes()[:2] == b"II"


@pytest.mark.parametrize("to", FORMATS)
def test_that_a_failing_export_leaves_nothing_behind(to: str, cubic: PhaseImage, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "write_bundle", full)
    monkeypatch.setattr(exports, "_write_main", full)
    with pytest.raises(InputError, match="No space left"):
        write_volume(cubic, to, tmp_path / "a" / "b", "v")
    assert list(tmp_path.iterdir()) == []


def test_that_a_failing_overwrite_keeps_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "v.tif").write_text("old")

    def write_half() -> None:
        with staged(tmp_path, ["v.tif"], "overwrite") as aside:
            (aside / "v.tif").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert names(tmp_path) == ["v.tif"]
    assert (tmp_path / "v.tif").read_text() == "old"


@pytest.mark.parametrize("name", ["", "  ", "..", "a/b", "a\\b", "/etc/x", "a\nb", "c:", "x" * 200])
def test_that_a_name_that_leads_elsewhere_is_refused(name: str, cubic: PhaseImage, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_volume(cubic, "tiff", tmp_path, name)
    assert caught.value.field == "export.name"
    assert list(tmp_path.iterdir()) == []


def test_that_a_file_in_place_of_the_folder_is_refused(cubic: PhaseImage, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InputError, match="not a folder"):
        write_volume(cubic, "tiff", tmp_path / "out", "v")


def test_that_a_wrong_mode_is_refused(cubic: PhaseImage, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="overwrite"):
        write_volume(cubic, "tiff", tmp_path, "v", on_existing="replace")  # type: ignore[arg-type]


@pytest.mark.parametrize(("asked", "namesake"), [
    ("v.tiff", "v.tif"), ("v.TIF", "v.tif"), ("v.ome.tiff", "v.ome.tif"), ("v.NPY", "v.npy"), ("v.MHD", "v.mhd")])
def test_that_another_spelling_of_the_suffix_leaves_its_namesake_alone(asked: str, namesake: str, cubic: PhaseImage,
                                                                      tmp_path: Path) -> None:
    (tmp_path / namesake).write_text("mine")
    written = write_image(tmp_path / asked, cubic, provenance={"seed": 1})
    assert written[0] == tmp_path / asked
    assert (tmp_path / f"{asked}.provenance.json") in written
    assert (tmp_path / namesake).read_text() == "mine"
    assert np.array_equal(open_image(tmp_path / asked).labels, cubic.labels)


def test_that_the_users_spelling_is_guarded_too(cubic: PhaseImage, tmp_path: Path) -> None:
    (tmp_path / "v.tiff").write_text("mine")
    with pytest.raises(InputError, match=r"v\.tiff already exists"):
        write_image(tmp_path / "v.tiff", cubic, on_existing="error")
    assert write_image(tmp_path / "v.tiff", cubic, on_existing="beside")[0].name == "v_2.tiff"
    assert (tmp_path / "v.tiff").read_text() == "mine"


def test_that_formats_share_a_folder(cubic: PhaseImage, tmp_path: Path) -> None:
    for to in ("nrrd", "tiff", "raw"):
        write_volume(cubic, to, tmp_path, "v", provenance={"to": to})
    assert {"v.nrrd.provenance.json", "v.tif.provenance.json", "v.mhd.provenance.json"} <= set(names(tmp_path))


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_that_exported_files_have_the_mode_of_any_other_of_the_user(cubic: PhaseImage, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        written = write_volume(cubic, "tiff", tmp_path, "v", provenance={"seed": 1})
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o640}
