"""NRRD: index order, encodings, spacings and directions with units, detached data."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import nrrd
import numpy as np
import pytest
import SimpleITK as sitk

from morphstudio.core.errors import InputError
from morphstudio.io.images import open_image, read_labels

if TYPE_CHECKING:
    from pathlib import Path

LABELS = np.random.default_rng(13).choice(np.array([1, 2, 3], np.uint8), (5, 7, 11))


def write(path: Path, data: np.ndarray = LABELS, **header: Any) -> Path:
    nrrd.write(str(path), data, {k.replace("_", " "): v for k, v in header.items()}, index_order="C")
    return path


@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2", "ascii"])
@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"])
def test_that_encodings_and_types_make_no_difference(kind: str, encoding: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.nrrd", LABELS.astype(kind), encoding=encoding)
    assert np.array_equal(open_image(path).labels, LABELS)


def test_that_a_file_written_fastest_axis_first_is_the_same(tmp_path: Path) -> None:
    nrrd.write(str(tmp_path / "v.nrrd"), LABELS.T, {"spacings": [0.4, 0.3, 0.5]}, index_order="F")
    raw = read_labels(tmp_path / "v.nrrd")
    assert np.array_equal(raw.array, LABELS)
    assert raw.voxel_size_um == (0.5, 0.3, 0.4)


@pytest.mark.parametrize(("unit", "in_um"), [("um", 1.0), ("µm", 1.0), ("nm", 1e-3), ("mm", 1e3), ("microns", 1.0)])
def test_that_space_units_count(unit: str, in_um: float, tmp_path: Path) -> None:
    path = write(tmp_path / "v.nrrd", space_dimension=3, space_units=["um"] * 3,
                 space_directions=np.diag(np.array([0.4, 0.3, 0.5]) / in_um))
    path.write_bytes(path.read_bytes().replace(b'"um" "um" "um"', " ".join([f'"{unit}"'] * 3).encode()))
    raw = read_labels(path)
    if unit == "µm":  # NRRD headers are ASCII: the letter is lost, and what is left means metres
        assert raw.voxel_size_um is None or raw.voxel_size_um == pytest.approx((5e5, 3e5, 4e5))
        return
    assert raw.voxel_size_um == pytest.approx((0.5, 0.3, 0.4))
    assert raw.notes == ()


def test_that_units_of_spacings_count(tmp_path: Path) -> None:
    raw = read_labels(write(tmp_path / "v.nrrd", spacings=[400, 300, 500], units=["nm"] * 3))
    assert raw.voxel_size_um == (0.5, 0.3, 0.4)


def test_that_mixed_units_are_not_guessed(tmp_path: Path) -> None:
    raw = read_labels(write(tmp_path / "v.nrrd", spacings=[400, 300, 0.5], units=["nm", "nm", "um"]))
    assert raw.voxel_size_um is None
    assert "mixes" in raw.notes[0]


def test_that_oblique_directions_count_by_their_length(tmp_path: Path) -> None:
    raw = read_labels(write(tmp_path / "v.nrrd", space_dimension=3, space_units=["um"] * 3,
                            space_directions=np.array([[0.24, 0.32, 0], [-0.24, 0.18, 0], [0, 0, 0.5]])))
    assert raw.voxel_size_um == pytest.approx((0.5, 0.3, 0.4))


def test_that_files_of_itk_are_read(tmp_path: Path) -> None:
    image = sitk.GetImageFromArray(LABELS)
    image.SetSpacing((0.4, 0.3, 0.5))
    for compressed in (False, True):
        sitk.WriteImage(image, str(tmp_path / "v.nrrd"), compressed)
        read = open_image(tmp_path / "v.nrrd")
        assert np.array_equal(read.labels, LABELS)
        assert read.voxel_size_um == (0.5, 0.3, 0.4)


def test_that_a_section_is_read(tmp_path: Path) -> None:
    read = open_image(write(tmp_path / "v.nrrd", LABELS[0], spacings=[0.4, 0.3]))
    assert np.array_equal(read.labels, LABELS[:1])
    assert read.voxel_size_um == (0.3, 0.3, 0.4)


def test_that_an_axis_of_length_one_in_front_is_dropped(tmp_path: Path) -> None:
    assert np.array_equal(read_labels(write(tmp_path / "v.nrrd", LABELS[None])).array, LABELS)


def test_that_several_values_per_voxel_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="several values per voxel"):
        read_labels(write(tmp_path / "v.nrrd", np.stack([LABELS] * 3, axis=-1)))


def test_that_a_detached_header_finds_its_data(tmp_path: Path) -> None:
    write(tmp_path / "v.nhdr", encoding="raw", spacings=[0.4, 0.3, 0.5])
    assert np.array_equal(read_labels(tmp_path / "v.nhdr").array, LABELS)


@pytest.mark.parametrize("name", ["../v.raw", "/etc/passwd", "..\\v.raw"])
def test_that_a_data_file_outside_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "v.raw").write_bytes(LABELS.tobytes())
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "v.nhdr").write_text(
        f"NRRD0004\ntype: uint8\ndimension: 3\nsizes: 11 7 5\nencoding: raw\ndata file: {name}\n")
    with pytest.raises(InputError, match="outside its own folder"):
        read_labels(tmp_path / "in" / "v.nhdr")


def header(**changes: str) -> str:
    fields = {"type": "uint8", "dimension": "3", "sizes": "11 7 5", "encoding": "raw"} | changes
    return "NRRD0004\n" + "".join(f"{k}: {v}\n" for k, v in fields.items() if v) + "\n"


@pytest.mark.parametrize(("changes", "words"), [
    ({"type": "block"}, "block"), ({"sizes": "11 7"}, "2 axes"), ({"type": ""}, "'type'"), ({"encoding": "hex"}, "hex"),
    ({"sizes": "11 7 0"}, "0 × 7 × 11"), ({"sizes": "99999999999 7 5"}, "GB"), ({"byte skip": "-7"}, "negative"),
    ({"sizes": "12 7 5"}, "voxels need 420"), ({"dimension": "three"}, "not a readable NRRD"),
])
def test_that_a_wrong_header_is_told_in_one_sentence(changes: dict[str, str], words: str, tmp_path: Path) -> None:
    (tmp_path / "v.nrrd").write_bytes(header(**changes).encode() + LABELS.tobytes())
    with pytest.raises(InputError, match=words):
        read_labels(tmp_path / "v.nrrd")


def test_that_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    (tmp_path / "v.nrrd").write_bytes(header(encoding="gzip").encode() + bomb)
    with pytest.raises(InputError, match="hold more than the 385 bytes described"):
        read_labels(tmp_path / "v.nrrd")
