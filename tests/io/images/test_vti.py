"""VTK image data as VTK, ParaView and scripts write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOXML import vtkXMLImageDataWriter

from morphstudio.core.errors import InputError
from morphstudio.io.images import open_image, read_labels

if TYPE_CHECKING:
    from pathlib import Path

LABELS = np.random.default_rng(14).choice(np.array([1, 2, 3], np.uint8), (5, 7, 11))


def write(
    path: Path,
    labels: np.ndarray = LABELS,
    *,
    cells: bool = True,
    mode: str = "appended",
    compressor: str = "zlib",
    encode: bool = False,
    wide: bool = False,
    extra: dict[str, np.ndarray] | None = None,
    name: str = "labels",
    block: int | None = None,
) -> Path:
    z, y, x = labels.shape
    grid = vtkImageData()
    grid.SetDimensions(*((x + 1, y + 1, z + 1) if cells else (x, y, z)))
    grid.SetSpacing(0.4, 0.3, 0.5)
    data = grid.GetCellData() if cells else grid.GetPointData()
    for key, array in {**(extra or {}), name: labels}.items():
        vtk_array = numpy_to_vtk(np.ascontiguousarray(array).ravel(), deep=True)
        vtk_array.SetName(key)
        data.AddArray(vtk_array)
    writer = vtkXMLImageDataWriter()
    writer.SetFileName(str(path))
    writer.SetInputData(grid)
    {
        "ascii": writer.SetDataModeToAscii,
        "binary": writer.SetDataModeToBinary,
        "appended": writer.SetDataModeToAppended,
    }[mode]()
    {
        "none": writer.SetCompressorTypeToNone,
        "zlib": writer.SetCompressorTypeToZLib,
        "lzma": writer.SetCompressorTypeToLZMA,
        "lz4": writer.SetCompressorTypeToLZ4,
    }[compressor]()
    writer.SetEncodeAppendedData(encode)
    (writer.SetHeaderTypeToUInt64 if wide else writer.SetHeaderTypeToUInt32)()
    if block:
        writer.SetBlockSize(block)
    writer.Write()
    return path


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("compressor", ["none", "zlib", "lzma"])
@pytest.mark.parametrize(
    ("mode", "encode"), [("ascii", False), ("binary", False), ("appended", False), ("appended", True)]
)
def test_that_every_way_vtk_packs_numbers_is_read(
    mode: str, encode: bool, compressor: str, wide: bool, tmp_path: Path
) -> None:
    raw = read_labels(write(tmp_path / "v.vti", mode=mode, encode=encode, compressor=compressor, wide=wide))
    assert np.array_equal(raw.array, LABELS)
    assert raw.voxel_size_um == (0.5, 0.3, 0.4)


@pytest.mark.parametrize("shape", [(5, 7, 11), (8, 8, 8), (16, 8, 8)])
@pytest.mark.parametrize(("mode", "encode"), [("binary", False), ("appended", False), ("appended", True)])
def test_that_several_blocks_are_put_together(
    mode: str, encode: bool, shape: tuple[int, int, int], tmp_path: Path
) -> None:
    labels = np.random.default_rng(1).integers(1, 3, shape).astype(np.uint8)
    path = write(tmp_path / "v.vti", labels, mode=mode, encode=encode, block=64)
    assert np.array_equal(read_labels(path).array, labels)


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"])
def test_that_types_make_no_difference(kind: str, tmp_path: Path) -> None:
    assert np.array_equal(open_image(write(tmp_path / "v.vti", LABELS.astype(kind))).labels, LABELS)


def test_that_labels_on_points_are_read_as_voxels_and_told(tmp_path: Path) -> None:
    raw = read_labels(write(tmp_path / "v.vti", cells=False))
    assert np.array_equal(raw.array, LABELS)
    assert "points" in raw.notes[0]


def test_that_labels_are_found_among_other_arrays(tmp_path: Path) -> None:
    raw = read_labels(write(tmp_path / "v.vti", extra={"density": LABELS * 0.5}, name="Phase"))
    assert np.array_equal(raw.array, LABELS)
    assert "'Phase'" in raw.notes[0]


def test_that_a_section_of_points_is_read(tmp_path: Path) -> None:
    assert np.array_equal(open_image(write(tmp_path / "v.vti", LABELS[:1], cells=False)).labels, LABELS[:1])


def test_that_lz4_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ZLib"):
        read_labels(write(tmp_path / "v.vti", compressor="lz4"))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b'WholeExtent="0 11', b'WholeExtent="0 12', "pieces"),
        (b"ImageData", b"PolyDatas1", "not VTK image data"),
        (b'"0 11 0 7 0 5"', b'"0 99999999 0 99999 0 5"', "GB"),
        (b'"0 11 0 7 0 5"', b'"0 12 0 7 0 5"', "describes 420 bytes"),
        (b"<VTKFile", b'<!DOCTYPE a [<!ENTITY b "c">]><VTKFile', "not a readable VTI"),
        (b"UInt8", b"Str", "no array"),
        (b'"0 11 0 7 0 5"', b'"0 11 0 7"', "not a readable VTI"),
        (b"UInt8", b"Int64", "describes 3080 bytes"),
        (b"<DataArray", b"<DataArrow", "no array"),
    ],
)
def test_that_a_wrong_file_is_told_in_one_sentence(before: bytes, after: bytes, words: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.vti")
    data = path.read_bytes()
    assert before in data
    path.write_bytes(data.replace(before, after))
    with pytest.raises(InputError, match=words):
        read_labels(path)


def test_that_every_cut_is_noticed(tmp_path: Path) -> None:
    data = write(tmp_path / "v.vti").read_bytes()
    body = data[: data.index(b"</AppendedData")].rstrip()
    for end in range(0, len(body), 11):
        (tmp_path / "cut.vti").write_bytes(data[:end])
        with pytest.raises(InputError):
            read_labels(tmp_path / "cut.vti")
