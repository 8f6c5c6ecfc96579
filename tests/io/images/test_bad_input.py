"""Each kind of bad input ends in one plain sentence that says what to do."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from PIL import Image

from morphstudio.core.errors import InputError, InsufficientMemoryError
from morphstudio.io.images import limits, open_image, open_with_notes, read_labels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABELS = np.random.default_rng(15).choice(np.array([1, 2, 3], np.uint8), (5, 7, 11))


def refused(path: Path, words: str, field: str = "image.file") -> InputError:
    with pytest.raises(InputError, match=words) as caught:
        open_image(path)
    error = caught.value
    assert error.field == field
    assert error.hint
    assert "\n" not in str(error)
    return error


def tiff(path: Path, array: np.ndarray) -> Path:
    tifffile.imwrite(path, array, photometric="minisblack", metadata=None)
    return path


def test_that_a_grey_scale_image_is_sent_to_segmentation(tmp_path: Path) -> None:
    grey = np.random.default_rng(1).integers(0, 256, (64, 64), dtype=np.uint8)
    refused(tiff(tmp_path / "sem.tif", grey), "256 grey values.*Segment it", "image.labels")


def test_that_16_bit_grey_values_are_sent_to_segmentation(tmp_path: Path) -> None:
    grey = np.random.default_rng(1).integers(0, 65536, (64, 64)).astype(np.uint16)
    refused(tiff(tmp_path / "ct.tif", grey), "grey-scale image must be segmented", "image.labels")


def test_that_fractional_grey_values_are_sent_to_segmentation(tmp_path: Path) -> None:
    grey = np.random.default_rng(1).random((64, 64)).astype(np.float32)
    refused(tiff(tmp_path / "ct.tif", grey), "fractional.*Segment", "image.labels")


@pytest.mark.parametrize("name", ["labels.jpg", "labels.JPEG", "labels.tif", "labels"])
def test_that_jpeg_labels_are_refused_whatever_the_name(name: str, tmp_path: Path) -> None:
    Image.fromarray(LABELS[0] * 80).save(tmp_path / name, format="JPEG")
    refused(tmp_path / name, "JPEG.*TIFF or PNG")


def test_that_jpeg_inside_tiff_is_refused(tmp_path: Path) -> None:
    Image.fromarray(LABELS[0] * 80).save(tmp_path / "a.tif", compression="jpeg")
    refused(tmp_path / "a.tif", "JPEG.*TIFF or PNG")


def test_that_200_labels_are_refused(tmp_path: Path) -> None:
    labels = (np.arange(40000) % 200).astype(np.uint8).reshape(200, 200)
    refused(tiff(tmp_path / "a.tif", labels), "200 .*2 to 4 phases.*merge labels", "image.labels")


def test_that_five_labels_are_refused(tmp_path: Path) -> None:
    refused(tiff(tmp_path / "a.tif", (np.arange(100) % 5).astype(np.uint8).reshape(10, 10)), "5 labels", "image.labels")


def test_that_one_label_is_refused(tmp_path: Path) -> None:
    refused(tiff(tmp_path / "a.tif", np.ones((8, 9), np.uint8)), "one label only.*check", "image.labels")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_that_nan_is_refused(value: float, tmp_path: Path) -> None:
    array = LABELS[0].astype(np.float32)
    array[2, 3] = value
    refused(tiff(tmp_path / "a.tif", array), "NaN or infinite", "image.labels")
    np.save(tmp_path / "a.npy", array)
    refused(tmp_path / "a.npy", "NaN or infinite", "image.labels")


def test_that_negative_labels_are_refused(tmp_path: Path) -> None:
    refused(tiff(tmp_path / "a.tif", LABELS[0].astype(np.int16) - 2), "from -1 to 1", "image.labels")


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_that_a_truncated_tiff_is_told(keep: float, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "whole.tif", LABELS, imagej=True, metadata={"axes": "ZYX"})
    data = (tmp_path / "whole.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(data[: int(keep * len(data))])
    refused(tmp_path / "a.tif", "again")


def test_that_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"")
    refused(tmp_path / "a.tif", "empty")


def test_that_a_missing_file_is_told(tmp_path: Path) -> None:
    refused(tmp_path / "nothing.tif", "does not exist")


def test_that_text_with_a_tiff_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_text("these are not the pixels you are looking for")
    refused(tmp_path / "a.tif", "not a TIFF")


@pytest.mark.parametrize("name", ["a.docx", "a", "a.npz", "a.xyz"])
def test_that_an_unknown_format_names_the_known_ones(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 something else")
    refused(tmp_path / name, "no format.*TIFF, PNG")


def big_npy(path: Path, shape: tuple[int, ...]) -> Path:
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
        file.write(bytes(64))
    return path


def mhd(path: Path, size: str) -> Path:
    path.with_suffix(".raw").write_bytes(LABELS.tobytes())
    path.write_text(f"NDims = 3\nDimSize = {size}\nElementType = MET_UCHAR\nElementDataFile = {path.stem}.raw\n")
    return path


def nrrd_file(path: Path, size: str, encoding: str = "raw") -> Path:
    head = f"NRRD0004\ntype: uint8\ndimension: 3\nsizes: {size}\nencoding: {encoding}\n\n"
    path.write_bytes(head.encode() + LABELS.tobytes())
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda p: big_npy(p / "a.npy", (20, 70, 110)),
        lambda p: mhd(p / "a.mhd", "110 70 20"),
        lambda p: nrrd_file(p / "a.nrrd", "110 70 20"),
    ],
)
def test_that_a_header_larger_than_its_file_is_told(make: Callable[[Path], Path], tmp_path: Path) -> None:
    refused(make(tmp_path), "154000|cut off")


@pytest.mark.parametrize(
    "make",
    [
        lambda p: big_npy(p / "a.npy", (90000, 90000, 90000)),
        lambda p: mhd(p / "a.mhd", "90000 90000 90000"),
        lambda p: nrrd_file(p / "a.nrrd", "90000 90000 90000"),
        lambda p: nrrd_file(p / "a.nrrd", "90000 90000 90000", "gzip"),
    ],
)
def test_that_a_header_larger_than_the_memory_is_told(make: Callable[[Path], Path], tmp_path: Path) -> None:
    error = refused(make(tmp_path), "needs 1.46e\\+06 GB; .* are free")
    assert isinstance(error, InsufficientMemoryError)


def test_that_a_whole_file_larger_than_the_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "free_memory", lambda: 300)
    for path in (
        tiff(tmp_path / "a.tif", LABELS),
        mhd(tmp_path / "a.mhd", "11 7 5"),
        nrrd_file(tmp_path / "a.nrrd", "11 7 5"),
    ):
        refused(path, "GB are free.*Crop")


def test_that_a_tiff_that_claims_a_huge_page_is_told(tmp_path: Path) -> None:
    data = bytearray(tiff(tmp_path / "a.tif", LABELS[0]).read_bytes())
    for tag in (256, 257):
        at = data.index(tag.to_bytes(2, "little") + b"\x04\x00\x01\x00\x00\x00") + 8
        data[at : at + 2] = (60000).to_bytes(2, "little")
    (tmp_path / "a.tif").write_bytes(data)
    refused(tmp_path / "a.tif", "describes 3600000000 bytes|GB are free|damaged")


def test_that_a_deflate_bomb_in_a_tiff_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(150_000_000))
    tifffile.imwrite(tmp_path / "a.tif", iter([bomb]), shape=(64, 64), dtype="u1", compression="zlib", metadata=None)
    refused(tmp_path / "a.tif", "unpacks to more")


def test_that_an_lzma_bomb_in_a_tiff_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    import lzma

    bomb = lzma.compress(bytes(20_000_000), preset=0)
    tifffile.imwrite(tmp_path / "a.tif", iter([bomb]), shape=(64, 64), dtype="u1", compression="lzma", metadata=None)
    refused(tmp_path / "a.tif", "unpacks to more")


def test_that_a_png_that_claims_a_huge_picture_is_told(tmp_path: Path) -> None:
    Image.fromarray(LABELS[0]).save(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[16:24] = (40000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(data)
    refused(tmp_path / "a.png", "describes 1600000000 bytes|GB are free")


def test_that_python_objects_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{"code": "runs"}, None]), allow_pickle=True)
    refused(tmp_path / "a.npy", "object values", "image.dtype")


@pytest.mark.parametrize("size", [(0.0, 0.3, 0.4), (float("nan"), 0.3, 0.4), (1e30, 0.3, 0.4)])
def test_that_an_impossible_voxel_size_is_told_unless_one_is_given(size: tuple[float, ...], tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif",
        LABELS,
        imagej=True,
        resolution=(1 / size[2], 1 / size[1]),
        metadata={"spacing": size[0], "unit": "um", "axes": "ZYX"},
    )
    refused(tmp_path / "a.tif", "voxel size of .* which cannot be.*Give the voxel size", "voxel_size")
    assert open_image(tmp_path / "a.tif", (0.5, 0.3, 0.4)).voxel_size_um == (0.5, 0.3, 0.4)
    assert open_image(tmp_path / "a.tif", "voxel").voxel_size_um is None


@pytest.mark.parametrize("spacing", ["0 0.3 0.5", "-0.4 0.3 0.5", "nan 0.3 0.5"])
def test_that_a_zero_or_negative_spacing_in_a_header_is_told(spacing: str, tmp_path: Path) -> None:
    path = mhd(tmp_path / "a.mhd", "11 7 5")
    path.write_text(f"ElementSpacing = {spacing}\n{path.read_text()}")
    refused(path, "which cannot be", "voxel_size")


@pytest.mark.parametrize("size", [0.0, -0.2, float("nan"), (0.2, 0.0, 0.2), (0.2, 0.2)])
def test_that_an_impossible_given_voxel_size_is_refused(size: float | tuple[float, ...], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not usable"):
        open_image(tiff(tmp_path / "a.tif", LABELS), size)  # type: ignore[arg-type]


def test_that_a_missing_voxel_size_stays_missing(tmp_path: Path) -> None:
    assert open_image(tiff(tmp_path / "a.tif", LABELS)).voxel_size_um is None


def test_that_a_name_for_a_label_that_does_not_occur_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No voxel.*label 9"):
        open_image(tiff(tmp_path / "a.tif", LABELS), names={9: "binder"})


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "CMYK"])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_that_a_colour_picture_is_refused_with_advice(mode: str, suffix: str, tmp_path: Path) -> None:
    if (mode, suffix) == ("CMYK", "png"):
        mode = "RGB"  # PNG knows no CMYK
    Image.fromarray(LABELS[0] * 80).convert(mode).save(tmp_path / f"a.{suffix}")
    refused(tmp_path / f"a.{suffix}", "colour picture.*8-bit")


@pytest.mark.parametrize("shape", [(9,), (1, 9), (2, 3, 4, 5), ()])
def test_that_an_array_without_a_plane_is_refused(shape: tuple[int, ...], tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(shape, np.uint8))
    with pytest.raises(InputError, match=r"axes|shape"):
        open_image(tmp_path / "a.npy")


def test_that_a_zip_with_another_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.tif", "w") as archive:
        archive.writestr("../../escape", "text")
    refused(tmp_path / "a.tif", "not a TIFF")
    assert [p.name for p in tmp_path.iterdir()] == ["a.tif"]


def test_that_nothing_is_read_from_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_labels(tmp_path / "file.tif" / "below")


def test_that_notes_about_the_voxel_size_end_where_one_is_given(tmp_path: Path) -> None:
    path = mhd(tmp_path / "a.mhd", "11 7 5")
    path.write_text(f"ElementSpacing = 0.4 0.3 0.5\n{path.read_text()}")
    image, notes = open_with_notes(path)
    assert image.voxel_size_um == (0.5, 0.3, 0.4)
    assert "read as µm" in notes[0]
    assert open_with_notes(path, 0.2)[1] == ()
