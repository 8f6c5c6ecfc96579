"""TIFF as ImageJ, OME writers, scanners and scripts leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from morphstudio.core.errors import InputError
from morphstudio.io.images import open_image, read_labels

if TYPE_CHECKING:
    from pathlib import Path

LABELS = np.random.default_rng(11).choice(np.array([1, 2, 3], np.uint8), (5, 7, 11))


def imagej(path: Path, data: np.ndarray, size: tuple[float, float, float], unit: str, **metadata: Any) -> Path:
    """Write as scripts do: resolution tags for y and x, spacing and unit in the description."""
    z, y, x = size
    tifffile.imwrite(
        path,
        data,
        imagej=True,
        resolution=(1 / x, 1 / y),
        photometric="minisblack",
        metadata={"spacing": z, "unit": unit, "axes": "ZYX"[-data.ndim :]} | metadata,
    )
    return path


@pytest.mark.parametrize(
    ("unit", "in_um"),
    [
        ("um", 1.0),
        ("µm", 1.0),
        ("\\u00B5m", 1.0),
        ("micron", 1.0),
        ("microns", 1.0),
        ("nm", 1e-3),
        ("mm", 1e3),
        ("m", 1e6),
        ("cm", 1e4),
        ("inch", 25400.0),
    ],
)
def test_that_imagej_units_become_micrometres(unit: str, in_um: float, tmp_path: Path) -> None:
    size = tuple(s / in_um for s in (0.5, 0.3, 0.4))
    if unit == "µm":
        path = imagej(tmp_path / "a.tif", LABELS, size, "um")
        path.write_bytes(path.read_bytes().replace(b"unit=um\n", b"unit=\xb5m\n"))
    else:
        path = imagej(tmp_path / "a.tif", LABELS, size, unit)
    assert read_labels(path).voxel_size_um == pytest.approx((0.5, 0.3, 0.4), rel=1e-5)


@pytest.mark.parametrize("unit", ["pixel", "pixels", "voxel", ""])
def test_that_pixels_are_no_voxel_size(unit: str, tmp_path: Path) -> None:
    assert read_labels(imagej(tmp_path / "a.tif", LABELS, (1, 1, 1), unit)).voxel_size_um is None


def test_that_an_unknown_unit_is_told(tmp_path: Path) -> None:
    raw = read_labels(imagej(tmp_path / "a.tif", LABELS, (1, 2, 3), "furlong"))
    assert raw.voxel_size_um is None
    assert "furlong" in raw.notes[0]


@pytest.mark.parametrize(("axis", "word"), [("T", "time"), ("C", "channels")])
def test_that_slices_tagged_otherwise_are_read_as_z_and_told(axis: str, word: str, tmp_path: Path) -> None:
    raw = read_labels(imagej(tmp_path / "a.tif", LABELS, (0.5, 0.3, 0.4), "um", axes=f"{axis}YX"))
    assert np.array_equal(raw.array, LABELS)
    assert word in raw.notes[0]


def test_that_time_and_slices_together_are_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.ones((2, 3, 5, 7), np.uint8), imagej=True, metadata={"axes": "TZYX"})
    with pytest.raises(InputError, match="more than one stack axis"):
        read_labels(tmp_path / "a.tif")


def test_that_a_missing_slice_distance_means_cubes_and_is_told(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", LABELS, imagej=True, resolution=(4, 4), metadata={"unit": "um", "axes": "ZYX"})
    raw = read_labels(tmp_path / "a.tif")
    assert raw.voxel_size_um == (0.25, 0.25, 0.25)
    assert "slice distance" in raw.notes[0]


def test_that_a_negative_slice_distance_counts_by_its_size(tmp_path: Path) -> None:
    assert read_labels(imagej(tmp_path / "a.tif", LABELS, (-0.5, 0.3, 0.4), "um")).voxel_size_um == (0.5, 0.3, 0.4)


def test_that_tags_in_centimetres_beside_a_unit_are_understood(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif",
        LABELS,
        imagej=True,
        resolution=(25000, 25000),
        resolutionunit="CENTIMETER",
        metadata={"unit": "um", "spacing": 0.5, "axes": "ZYX"},
    )
    assert read_labels(tmp_path / "a.tif").voxel_size_um == pytest.approx((0.5, 0.4, 0.4))


def test_that_a_plain_resolution_counts_where_it_can_be_a_microscope_s(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", LABELS[0], resolution=(25000, 50000), resolutionunit="CENTIMETER")
    assert read_labels(tmp_path / "a.tif").voxel_size_um == pytest.approx((0.2, 0.2, 0.4))


@pytest.mark.parametrize("dpi", [72, 96, 300, 600])
def test_that_a_printing_resolution_is_no_voxel_size(dpi: int, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", LABELS[0], resolution=(dpi, dpi), resolutionunit="INCH")
    raw = read_labels(tmp_path / "a.tif")
    assert raw.voxel_size_um is None
    assert f"{dpi} dpi" in raw.notes[0]


@pytest.mark.parametrize(("unit", "in_um"), [("µm", 1.0), ("nm", 1e-3), ("mm", 1e3)])
def test_that_ome_sizes_are_read_with_their_units(unit: str, in_um: float, tmp_path: Path) -> None:
    metadata: dict[str, Any] = {"axes": "ZYX"}
    for axis, edge in zip("ZYX", (0.5, 0.3, 0.4), strict=True):
        metadata |= {f"PhysicalSize{axis}": edge / in_um, f"PhysicalSize{axis}Unit": unit}
    tifffile.imwrite(tmp_path / "a.ome.tif", LABELS, metadata=metadata, photometric="minisblack")
    raw = read_labels(tmp_path / "a.ome.tif")
    assert np.array_equal(raw.array, LABELS)
    assert raw.voxel_size_um == pytest.approx((0.5, 0.3, 0.4))


def test_that_ome_sizes_without_a_unit_are_micrometres(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.ome.tif",
        LABELS,
        photometric="minisblack",
        metadata={"axes": "TYX", "PhysicalSizeX": 0.4, "PhysicalSizeY": 0.4},
    )
    raw = read_labels(tmp_path / "a.ome.tif")
    assert raw.voxel_size_um == (0.4, 0.4, 0.4)
    assert any("time" in note for note in raw.notes)
    assert any("slice distance" in note for note in raw.notes)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"truncate": True},
        {"bigtiff": True},
        {"byteorder": ">"},
        {"compression": "zlib"},
        {"tile": (16, 16)},
        {"rowsperstrip": 2, "compression": "zlib"},
        {"compression": "lzma"},
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i4", "f4", "f8"])
def test_that_layouts_and_types_make_no_difference(options: dict[str, Any], dtype: str, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", LABELS.astype(dtype), photometric="minisblack", **options)
    assert np.array_equal(open_image(tmp_path / "a.tif").labels, LABELS)


@pytest.mark.parametrize("dtype", ["u1", "i2", "u4"])
def test_that_differences_of_neighbours_are_undone(dtype: str, tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif", LABELS.astype(dtype), photometric="minisblack", compression="zlib", predictor=True
    )
    assert np.array_equal(open_image(tmp_path / "a.tif").labels, LABELS)


@pytest.mark.parametrize("compression", ["tiff_adobe_deflate", "tiff_lzw"])
def test_that_differences_of_floats_are_undone(compression: str, tmp_path: Path) -> None:
    Image.fromarray(LABELS[0].astype(np.float32)).save(tmp_path / "a.tif", compression=compression, tiffinfo={317: 3})
    assert np.array_equal(open_image(tmp_path / "a.tif").labels[0], LABELS[0])


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "packbits", "tiff_adobe_deflate", "zstd"])
def test_that_files_of_another_program_are_read(compression: str, tmp_path: Path) -> None:
    pages = [Image.fromarray(page) for page in LABELS]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:], compression=compression)
    assert np.array_equal(open_image(tmp_path / "a.tif").labels, LABELS)


def test_that_a_black_and_white_fax_is_two_labels(tmp_path: Path) -> None:
    Image.fromarray(LABELS[0] > 1).save(tmp_path / "a.tif", compression="group4")
    read = open_image(tmp_path / "a.tif").labels[0]
    assert np.array_equal(read == read[0, 0], (LABELS[0] > 1) == (LABELS[0, 0, 0] > 1))


def test_that_palette_pages_give_their_indices(tmp_path: Path) -> None:
    colours = np.random.default_rng(1).integers(0, 65535, (3, 256), dtype=np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", LABELS[0], photometric="palette", colormap=colours)
    assert np.array_equal(open_image(tmp_path / "a.tif").labels[0], LABELS[0])


def test_that_a_preview_page_is_passed_over(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(LABELS[0], metadata=None)
        writer.write(LABELS[0, ::2, ::2], subfiletype=1, metadata=None)
    assert np.array_equal(read_labels(tmp_path / "a.tif").array, LABELS[0])


def test_that_pages_of_different_size_are_refused(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(LABELS[0], metadata=None)
        writer.write(LABELS[0, ::2], metadata=None)
    with pytest.raises(InputError, match="differ in size"):
        read_labels(tmp_path / "a.tif")


def test_that_pages_in_a_circle_are_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", LABELS[:2], photometric="minisblack", metadata=None)
    data = bytearray((tmp_path / "a.tif").read_bytes())
    first = int.from_bytes(data[4:8], "little")
    link = first + 2 + 12 * int.from_bytes(data[first : first + 2], "little")
    data[link : link + 4] = first.to_bytes(4, "little")
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(InputError, match="circle"):
        read_labels(tmp_path / "a.tif")


@pytest.mark.parametrize("options", [{"imagej": True}, {}, {"bigtiff": True}, {"compression": "zlib"}], ids=str)
def test_that_every_cut_is_noticed(options: dict[str, Any], tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", LABELS, photometric="minisblack", **options)
    data = (tmp_path / "a.tif").read_bytes()
    intact = read_labels(tmp_path / "a.tif").array
    for end in range(0, len(data), 7):
        (tmp_path / "cut.tif").write_bytes(data[:end])
        try:
            array = read_labels(tmp_path / "cut.tif").array
        except InputError:
            continue
        assert np.array_equal(array, intact)
