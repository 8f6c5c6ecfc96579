"""What is written comes back with every label in its place and the voxel size intact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.core.errors import InputError
from morphstudio.core.phases import phase_image
from morphstudio.io.exports import FORMATS, format_named, outline, planned_files, write_image, write_volume
from morphstudio.io.exports import volumes as volume_files
from morphstudio.io.images import open_image, read_labels

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.core.phases import PhaseImage

PLAIN = [key for key in FORMATS if key != "geodict"]
WITH_SIZE = [key for key in PLAIN if key != "npy"]


@pytest.mark.parametrize("to", PLAIN)
def test_that_labels_and_axes_survive(to: str, marker: PhaseImage, tmp_path: Path) -> None:
    main = write_volume(marker, to, tmp_path, "volume")[0]
    assert np.array_equal(open_image(main).labels, marker.labels)


@pytest.mark.parametrize("to", WITH_SIZE)
def test_that_the_voxel_size_survives_axis_by_axis(to: str, marker: PhaseImage, tmp_path: Path) -> None:
    raw = read_labels(write_volume(marker, to, tmp_path, "volume")[0])
    assert raw.voxel_size_um == pytest.approx(marker.voxel_size_um, rel=1e-8)
    assert raw.notes == ()


@pytest.mark.parametrize("to", PLAIN)
def test_that_an_unknown_voxel_size_stays_unknown(to: str, marker: PhaseImage, tmp_path: Path) -> None:
    main = write_volume(replace(marker, voxel_size_um=None), to, tmp_path, "volume")[0]
    assert open_image(main).voxel_size_um is None


@pytest.mark.parametrize("to", PLAIN)
@pytest.mark.parametrize(
    "shape", [(3, 7, 11), (4, 7, 11), (5, 7, 3), (5, 7, 4), (1, 3, 4), (2, 2, 2), (7, 1, 4), (6, 5, 1)]
)
def test_that_axes_that_look_like_colours_or_sections_survive(
    to: str, shape: tuple[int, int, int], tmp_path: Path
) -> None:
    labels = np.random.default_rng(1).integers(0, 2, shape).astype(np.uint8)
    labels[0, 0, 0], labels[-1, -1, -1] = 0, 1
    image = phase_image(labels, (0.5, 0.3, 0.4))
    main = write_volume(image, to, tmp_path, "volume")[0]
    assert np.array_equal(open_image(main).labels, labels)


@pytest.mark.parametrize("to", WITH_SIZE)
def test_that_a_section_keeps_its_pixel_size(to: str, section: PhaseImage, tmp_path: Path) -> None:
    read = open_image(write_volume(section, to, tmp_path, "section")[0])
    assert read.shape == (1, 7, 11)
    assert read.voxel_size_um is not None
    assert read.voxel_size_um[1:] == pytest.approx((0.3, 0.398), rel=1e-8)


@pytest.mark.parametrize("to", WITH_SIZE)
@pytest.mark.parametrize("edge", [0.0123, 0.398, 1 / 3, 17.25, 1.0])
def test_that_odd_voxel_sizes_survive(to: str, edge: float, marker: PhaseImage, tmp_path: Path) -> None:
    image = replace(marker, voxel_size_um=(edge, edge, edge))
    assert open_image(write_volume(image, to, tmp_path, "volume")[0]).voxel_size_um == pytest.approx(
        (edge,) * 3, rel=1e-7
    )


@pytest.mark.parametrize("to", PLAIN)
def test_that_the_labels_0_and_255_survive(to: str, marker: PhaseImage, tmp_path: Path) -> None:
    image = phase_image(np.where(marker.labels == 1, 0, 255), marker.voxel_size_um)
    main = write_volume(image, to, tmp_path, "volume")[0]
    assert np.array_equal(open_image(main).labels, image.labels)


@pytest.mark.parametrize("to", FORMATS)
def test_that_the_planned_files_are_the_written_ones(to: str, marker: PhaseImage, tmp_path: Path) -> None:
    cubic = replace(marker, voxel_size_um=(0.2, 0.2, 0.2))
    planned = planned_files(outline(cubic), to, "volume")
    written = write_volume(cubic, to, tmp_path / "new", "volume", provenance={"note": "test"})
    assert [p.name for p in written] == [p.name for p in planned]
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == sorted(p.name for p in planned)
    raws = [(p, f) for p, f in zip(written, planned, strict=True) if p.suffix == ".raw"]
    assert all(p.stat().st_size == f.n_bytes for p, f in raws)


def test_that_above_4_gb_tiff_becomes_big_tiff_with_ome_description(
    marker: PhaseImage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volume_files, "CLASSIC_TIFF_LIMIT", 100)
    main = write_volume(marker, "tiff", tmp_path, "volume")[0]
    assert main.read_bytes()[:4] == b"II+\x00"
    read = open_image(main)
    assert np.array_equal(read.labels, marker.labels)
    assert read.voxel_size_um == pytest.approx(marker.voxel_size_um)
    assert planned_files(outline(marker), "tiff", "v")[0].description == "BigTIFF volume"


@pytest.mark.parametrize("name", ["v.tif", "v.tiff", "v.TIF", "v.ome.tif", "v.vti", "v.mhd", "v.nrrd", "v.npy"])
def test_that_one_file_is_written_under_exactly_its_name(name: str, marker: PhaseImage, tmp_path: Path) -> None:
    written = write_image(tmp_path / name, marker)
    assert written[0] == tmp_path / name
    assert written[0].is_file()
    assert np.array_equal(open_image(written[0]).labels, marker.labels)


def test_that_an_unknown_suffix_names_the_known_ones(marker: PhaseImage, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.vti"):
        write_image(tmp_path / "volume.jpg", marker)
    assert list(tmp_path.iterdir()) == []


def test_that_raw_is_another_word_for_mhd() -> None:
    assert format_named("raw") is FORMATS["mhd"]


def test_that_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(InputError, match="'nrrd'"):
        format_named("nrd")
