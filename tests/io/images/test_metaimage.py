"""MetaImage headers: axes, types, byte order, spacing, and data files that must stay where they belong."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
import SimpleITK as sitk

from morphstudio.core.errors import InputError
from morphstudio.io.images import file_sha256, open_image, read_labels

if TYPE_CHECKING:
    from pathlib import Path

LABELS = np.random.default_rng(12).choice(np.array([1, 2, 3], np.uint8), (5, 7, 11))
HEADER = {
    "ObjectType": "Image",
    "NDims": "3",
    "DimSize": "11 7 5",
    "ElementSpacing": "0.4 0.3 0.5",
    "ElementType": "MET_UCHAR",
    "ElementDataFile": "v.raw",
}


def write(folder: Path, data: bytes = LABELS.tobytes(), **changes: str) -> Path:
    folder.mkdir(exist_ok=True)
    fields = {k: v for k, v in (HEADER | changes).items() if v and k != "ElementDataFile"}
    fields["ElementDataFile"] = (HEADER | changes)["ElementDataFile"]
    (folder / "v.mhd").write_text("".join(f"{k} = {v}\n" for k, v in fields.items()))
    (folder / "v.raw").write_bytes(data)
    return folder / "v.mhd"


def test_that_x_y_z_of_the_header_become_the_last_to_the_first_axis(tmp_path: Path) -> None:
    raw = read_labels(write(tmp_path))
    assert np.array_equal(raw.array, LABELS)
    assert raw.voxel_size_um == (0.5, 0.3, 0.4)
    assert "no unit" in raw.notes[0]


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("suffix", ["mhd", "mha"])
@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64, np.int64])
def test_that_files_of_itk_are_read(kind: type, suffix: str, compressed: bool, tmp_path: Path) -> None:
    image = sitk.GetImageFromArray(LABELS.astype(kind))
    image.SetSpacing((0.4, 0.3, 0.5))
    sitk.WriteImage(image, str(tmp_path / f"v.{suffix}"), compressed)
    read = open_image(tmp_path / f"v.{suffix}")
    assert np.array_equal(read.labels, LABELS)
    assert read.voxel_size_um == (0.5, 0.3, 0.4)


@pytest.mark.parametrize(("unit", "in_um"), [("um", 1.0), ("mm", 1e3), ("cm", 1e4)])
def test_that_stated_units_count(unit: str, in_um: float, tmp_path: Path) -> None:
    raw = read_labels(write(tmp_path, DistanceUnits=unit))
    assert raw.voxel_size_um == pytest.approx((0.5 * in_um, 0.3 * in_um, 0.4 * in_um))
    assert raw.notes == ()


def test_that_big_endian_numbers_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, LABELS.astype(">u2").tobytes(), ElementType="MET_USHORT", BinaryDataByteOrderMSB="True")
    assert np.array_equal(read_labels(path).array, LABELS)


@pytest.mark.parametrize("size", ["100", "-1"])
def test_that_a_header_of_the_data_file_is_skipped(size: str, tmp_path: Path) -> None:
    assert np.array_equal(read_labels(write(tmp_path, bytes(100) + LABELS.tobytes(), HeaderSize=size)).array, LABELS)


def test_that_compressed_data_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, zlib.compress(LABELS.tobytes()), CompressedData="True")
    assert np.array_equal(read_labels(path).array, LABELS)


def test_that_a_section_has_two_axes(tmp_path: Path) -> None:
    path = write(tmp_path, LABELS[0].tobytes(), NDims="2", DimSize="11 7", ElementSpacing="0.4 0.3")
    read = open_image(path)
    assert np.array_equal(read.labels, LABELS[:1])
    assert read.voxel_size_um == (0.3, 0.3, 0.4)


@pytest.mark.parametrize(
    "name",
    ["../secret.raw", "/etc/passwd", "..\\secret.raw", "C:\\secret.raw", "sub/../../secret.raw", "link.raw", "."],
)
def test_that_a_data_file_outside_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.raw").write_bytes(LABELS.tobytes())
    path = write(tmp_path / "folder", ElementDataFile=name)
    (tmp_path / "folder" / "link.raw").symlink_to(tmp_path / "secret.raw")
    with pytest.raises(InputError, match="outside its own folder"):
        read_labels(path)
    with pytest.raises(InputError, match="outside its own folder"):
        file_sha256(path)


def test_that_a_missing_data_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"w\.raw of v\.mhd is missing"):
        read_labels(write(tmp_path, ElementDataFile="w.raw"))


@pytest.mark.parametrize("extra", [-1, 1, 100])
def test_that_a_data_file_of_another_size_is_refused(extra: int, tmp_path: Path) -> None:
    data = LABELS.tobytes() + bytes(100)
    with pytest.raises(InputError, match="5 × 7 × 11 voxels need 385"):
        read_labels(write(tmp_path, data[: 385 + extra]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ElementType": "MET_STRING"}, "MET_STRING"),
        ({"ElementType": ""}, "missing"),
        ({"DimSize": "11 7"}, "2 axes"),
        ({"DimSize": "11 7 x"}, "dimsize"),
        ({"DimSize": ""}, "0 axes"),
        ({"ElementNumberOfChannels": "3"}, "channels"),
        ({"ElementDataFile": "LIST"}, "several files"),
        ({"ElementDataFile": "v%03d.raw 1 5 1"}, "several files"),
        ({"DimSize": "0 7 5"}, "5 × 7 × 0"),
        ({"DimSize": "-11 7 5"}, "-11"),
        ({"HeaderSize": "-5"}, "HeaderSize"),
        ({"ElementSpacing": "0.4 0.3"}, "2 spacings"),
        ({"DimSize": f"1{'0' * 30} 7 5"}, "reason"),
    ],
)
def test_that_a_wrong_header_is_told_in_one_sentence(changes: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        read_labels(write(tmp_path, **changes))


def test_that_the_digest_counts_header_and_data(tmp_path: Path) -> None:
    before = file_sha256(write(tmp_path))
    (tmp_path / "v.raw").write_bytes(LABELS[::-1].tobytes())
    assert file_sha256(tmp_path / "v.mhd") != before


def test_that_a_raw_file_is_read_through_the_header_beside_it(tmp_path: Path) -> None:
    write(tmp_path)
    assert np.array_equal(read_labels(tmp_path / "v.raw").array, LABELS)


def test_that_a_raw_file_is_read_by_what_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "assb_0.2um_8bu_11x7x5.raw"
    path.write_bytes(LABELS.tobytes())
    raw = read_labels(path)
    assert np.array_equal(raw.array, LABELS)
    assert raw.voxel_size_um == (0.2, 0.2, 0.2)


def test_that_a_raw_file_alone_is_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "volume.raw").write_bytes(LABELS.tobytes())
    with pytest.raises(InputError, match=r"Open the \.mhd"):
        read_labels(tmp_path / "volume.raw")
