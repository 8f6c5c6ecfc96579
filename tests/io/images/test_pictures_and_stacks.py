"""PNG sections, NumPy arrays, and folders of numbered slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from PIL import Image

from morphstudio.core.errors import InputError
from morphstudio.io.images import file_sha256, open_image, read_labels
from morphstudio.io.images.stack_folder import natural_key

if TYPE_CHECKING:
    from pathlib import Path

LABELS = np.random.default_rng(16).choice(np.array([1, 2, 3], np.uint8), (12, 7, 11))


def test_that_an_8_bit_png_is_read(tmp_path: Path) -> None:
    Image.fromarray(LABELS[0]).save(tmp_path / "a.png")
    assert np.array_equal(open_image(tmp_path / "a.png").labels, LABELS[:1])


def test_that_a_16_bit_png_is_read(tmp_path: Path) -> None:
    Image.fromarray(LABELS[0].astype(np.uint16)).save(tmp_path / "a.png")
    assert np.array_equal(open_image(tmp_path / "a.png").labels, LABELS[:1])


def test_that_a_black_and_white_png_is_read(tmp_path: Path) -> None:
    Image.fromarray(LABELS[0] > 1).save(tmp_path / "a.png")
    assert np.array_equal(open_image(tmp_path / "a.png").labels[0], LABELS[0] > 1)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_that_a_palette_png_gives_its_indices(bits: int, tmp_path: Path) -> None:
    picture = Image.fromarray(LABELS[0]).copy()
    picture.putpalette([0, 0, 0, 190, 197, 206, 196, 71, 48, 27, 40, 64])
    picture.save(tmp_path / "a.png", bits=bits)
    assert np.array_equal(open_image(tmp_path / "a.png").labels[0], LABELS[0])


def test_that_the_content_decides_about_the_format(tmp_path: Path) -> None:
    Image.fromarray(LABELS[0]).save(tmp_path / "a.tif", format="PNG")
    assert np.array_equal(open_image(tmp_path / "a.tif").labels, LABELS[:1])


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["?", "u1", "<i4", ">i4", "f8"])
def test_that_numpy_arrays_are_read(kind: str, order: str, tmp_path: Path) -> None:
    array = np.asarray(LABELS > 1 if kind == "?" else LABELS, kind, order=order)
    np.save(tmp_path / "a.npy", array)
    read = open_image(tmp_path / "a.npy")
    assert np.array_equal(read.labels, array)
    assert read.voxel_size_um is None


def stack(folder: Path, suffix: str, pattern: str = "slice_{}", numbers: range = range(1, 13)) -> Path:
    folder.mkdir()
    for z, number in enumerate(numbers):
        path = folder / f"{pattern.format(number)}{suffix}"
        if suffix == ".png":
            Image.fromarray(LABELS[z]).save(path)
        else:
            tifffile.imwrite(path, LABELS[z])
    return folder


@pytest.mark.parametrize("suffix", [".tif", ".TIFF", ".png"])
@pytest.mark.parametrize("pattern", ["slice_{}", "{}", "{:04d}", "2024-01-02 s{} z"])
def test_that_slices_follow_their_numbers(pattern: str, suffix: str, tmp_path: Path) -> None:
    raw = read_labels(stack(tmp_path / "s", suffix, pattern))
    assert np.array_equal(raw.array, LABELS)
    assert raw.notes == ()


def test_that_slice_2_comes_before_slice_10() -> None:
    names = ["a10.tif", "a2.tif", "A1.tif", "b.tif", "3.tif", "a.tif"]
    assert sorted(names, key=natural_key) == ["3.tif", "A1.tif", "a2.tif", "a10.tif", "a.tif", "b.tif"]


def test_that_other_files_in_the_folder_do_not_matter(tmp_path: Path) -> None:
    folder = stack(tmp_path / "s", ".tif")
    (folder / "notes.txt").write_text("read me")
    (folder / "._slice_1.tif").write_bytes(b"left by another system")
    assert np.array_equal(read_labels(folder).array, LABELS)


def test_that_a_gap_in_the_numbers_is_told(tmp_path: Path) -> None:
    folder = stack(tmp_path / "s", ".tif")
    (folder / "slice_5.tif").unlink()
    raw = read_labels(folder)
    assert np.array_equal(raw.array, np.delete(LABELS, 4, axis=0))
    assert "after 4" in raw.notes[0]


def test_that_the_pixel_size_of_the_slices_counts(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    for z in range(3):
        tifffile.imwrite(
            tmp_path / "s" / f"{z}.tif", LABELS[z], imagej=True, resolution=(2, 4), metadata={"unit": "um"}
        )
    raw = read_labels(tmp_path / "s")
    assert raw.voxel_size_um == (0.25, 0.25, 0.5)
    assert "slice distance" in raw.notes[0]


def test_that_unequal_slices_are_refused(tmp_path: Path) -> None:
    folder = stack(tmp_path / "s", ".tif")
    tifffile.imwrite(folder / "slice_7.tif", LABELS[0, :5])
    with pytest.raises(InputError, match=r"slice_7\.tif differs"):
        read_labels(folder)


def test_that_a_folder_of_stacks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    tifffile.imwrite(tmp_path / "s" / "a.tif", LABELS, photometric="minisblack")
    with pytest.raises(InputError, match="Open that file instead"):
        read_labels(tmp_path / "s")


def test_that_mixed_folders_are_refused(tmp_path: Path) -> None:
    folder = stack(tmp_path / "s", ".tif")
    Image.fromarray(LABELS[0]).save(folder / "a.png")
    with pytest.raises(InputError, match="mixes"):
        read_labels(folder)


def test_that_an_empty_folder_and_one_of_jpegs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no TIFF or PNG"):
        read_labels(tmp_path)
    Image.fromarray(LABELS[0]).save(tmp_path / "a.jpg")
    with pytest.raises(InputError, match="JPEG"):
        read_labels(tmp_path)


def test_that_the_digest_of_a_folder_counts_the_order_of_its_slices(tmp_path: Path) -> None:
    first = file_sha256(stack(tmp_path / "a", ".tif"))
    second = file_sha256(stack(tmp_path / "b", ".tif", numbers=range(12, 0, -1)))
    assert first != second
    assert first == file_sha256(stack(tmp_path / "c", ".tif", "other {:03d}"))


def test_that_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"abc")
    assert file_sha256(tmp_path / "a.bin") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
