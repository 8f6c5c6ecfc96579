"""Every export is read by a second, independent program: axes, labels and voxel size as they were."""

from __future__ import annotations

import json
import struct
import xml.etree.ElementTree as ET
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image

from morphstudio.io.exports import write_volume

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.core.phases import PhaseImage

VOXEL_SIZE = (0.5, 0.3, 0.398)


def read_by_itk(path: Path) -> tuple[np.ndarray, tuple[float, ...]]:
    """Return labels (z, y, x) and spacing (z, y, x) as ITK understands the file."""
    image = sitk.ReadImage(str(path))
    return sitk.GetArrayFromImage(image), tuple(reversed(image.GetSpacing()))


@pytest.mark.parametrize("to", ["mhd", "nrrd"])
def test_that_itk_finds_labels_and_voxel_size(to: str, marker: PhaseImage, tmp_path: Path) -> None:
    labels, spacing = read_by_itk(write_volume(marker, to, tmp_path, "volume")[0])
    assert np.array_equal(labels, marker.labels)
    assert spacing == pytest.approx(VOXEL_SIZE)


@pytest.mark.parametrize("to", ["tiff", "ome-tiff"])
def test_that_itk_finds_the_labels_of_a_tiff(to: str, marker: PhaseImage, tmp_path: Path) -> None:
    labels, _ = read_by_itk(write_volume(marker, to, tmp_path, "volume")[0])
    assert np.array_equal(labels, marker.labels)


@pytest.mark.parametrize("to", ["tiff", "ome-tiff"])
def test_that_pillow_finds_each_page_of_a_tiff(to: str, marker: PhaseImage, tmp_path: Path) -> None:
    with Image.open(write_volume(marker, to, tmp_path, "volume")[0]) as picture:
        assert picture.n_frames == 5
        for z in range(5):
            picture.seek(z)
            assert np.array_equal(np.array(picture), marker.labels[z])


def test_that_the_tags_of_an_imagej_tiff_hold_the_voxel_size(marker: PhaseImage, tmp_path: Path) -> None:
    with Image.open(write_volume(marker, "tiff", tmp_path, "volume")[0]) as picture:
        tags = picture.tag_v2
        described = dict(line.split("=", 1) for line in tags[270].strip("\x00").splitlines())
        assert 1 / float(tags[282]) == pytest.approx(VOXEL_SIZE[2])
        assert 1 / float(tags[283]) == pytest.approx(VOXEL_SIZE[1])
    assert float(described["spacing"]) == VOXEL_SIZE[0]
    assert (described["unit"], described["slices"], described["images"]) == ("um", "5", "5")


def test_that_the_ome_description_holds_the_voxel_size(marker: PhaseImage, tmp_path: Path) -> None:
    with Image.open(write_volume(marker, "ome-tiff", tmp_path, "volume")[0]) as picture:
        # Pillow takes every description for Latin-1.
        root = ET.fromstring(picture.tag_v2[270].strip("\x00").encode("latin-1"))
    pixels = next(e for e in root.iter() if e.tag.endswith("Pixels"))
    sizes = tuple(float(pixels.attrib[f"PhysicalSize{a}"]) for a in "ZYX")
    assert sizes == pytest.approx(VOXEL_SIZE)
    assert {pixels.attrib[f"PhysicalSize{a}Unit"] for a in "ZYX"} == {"µm"}
    assert [int(pixels.attrib[f"Size{a}"]) for a in "ZYX"] == [5, 7, 11]


def test_that_a_raw_file_runs_x_fastest(marker: PhaseImage, tmp_path: Path) -> None:
    raw = next(p for p in write_volume(marker, "raw", tmp_path, "volume") if p.suffix == ".raw")
    voxels = raw.read_bytes()
    assert len(voxels) == 5 * 7 * 11
    for z, y, x in [(0, 0, 0), (0, 0, 10), (0, 6, 0), (4, 0, 0), (3, 2, 1)]:
        assert voxels[x + 11 * (y + 7 * z)] == marker.labels[z, y, x]


def test_that_numpy_loads_an_array_without_pickle(marker: PhaseImage, tmp_path: Path) -> None:
    array = np.load(write_volume(marker, "npy", tmp_path, "volume")[0], allow_pickle=False)
    assert array.dtype == np.uint8
    assert np.array_equal(array, marker.labels)


def test_that_plain_xml_and_zlib_find_the_cells_of_a_vti(marker: PhaseImage, tmp_path: Path) -> None:
    data = write_volume(marker, "vti", tmp_path, "volume")[0].read_bytes()
    cut = data.index(b"<AppendedData")
    root = ET.fromstring(data[:cut] + b"</VTKFile>")
    image = root.find("ImageData")
    assert image is not None
    assert image.attrib["WholeExtent"] == "0 11 0 7 0 5"
    assert [float(s) for s in image.attrib["Spacing"].split()] == [0.398, 0.3, 0.5]
    array = image.find("Piece/CellData/DataArray")
    assert array is not None
    assert (array.attrib["type"], image.find("Piece/PointData")) == ("UInt8", None)
    packed = data[data.index(b"_", cut) + 1:]
    blocks, block_size, last = struct.unpack("<3Q", packed[:24])
    assert (blocks, last) == (1, 385)
    assert block_size >= 385
    size, = struct.unpack("<Q", packed[24:32])
    labels = np.frombuffer(zlib.decompress(packed[32:32 + size]), np.uint8).reshape(5, 7, 11)
    assert np.array_equal(labels, marker.labels)


@pytest.mark.parametrize("shape", [(5, 7, 11), (130, 90, 101)])
def test_that_vtk_finds_the_cells_of_a_vti(shape: tuple[int, int, int], tmp_path: Path) -> None:
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOXML import vtkXMLImageDataReader

    from morphstudio.core.phases import phase_image

    labels = np.random.default_rng(5).integers(1, 4, shape).astype(np.uint8)
    image = phase_image(labels, VOXEL_SIZE)
    reader = vtkXMLImageDataReader()
    reader.SetFileName(str(write_volume(image, "vti", tmp_path, "volume")[0]))
    reader.Update()
    grid = reader.GetOutput()
    assert grid.GetSpacing() == pytest.approx(tuple(reversed(VOXEL_SIZE)))
    assert grid.GetPointData().GetNumberOfArrays() == 0
    read = vtk_to_numpy(grid.GetCellData().GetScalars()).reshape(shape)
    assert np.array_equal(read, labels)
    assert grid.GetFieldData().GetAbstractArray("length_unit").GetValue(0) == "um"


def test_that_the_record_beside_a_volume_is_json(marker: PhaseImage, tmp_path: Path) -> None:
    written = write_volume(marker, "tiff", tmp_path, "volume", provenance={"seed": np.int64(3), "misfit": float("nan")})
    assert json.loads(written[-1].read_text(encoding="utf-8")) == {"seed": 3, "misfit": None}
