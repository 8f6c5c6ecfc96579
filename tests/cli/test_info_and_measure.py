from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def test_that_info_tells_shape_labels_fractions_and_voxel_size(command: Callable, volume_file: Path) -> None:
    done = command("info", volume_file)
    assert (done.code, done.err) == (0, "")
    assert done.json["shape"] == [20, 24, 28]
    assert done.json["voxel_size_um"] == pytest.approx([0.2, 0.2, 0.2])
    assert [p["label"] for p in done.json["phases"]] == [1, 2, 3]
    assert sum(p["voxels"] for p in done.json["phases"]) == 20 * 24 * 28
    assert sum(p["fraction"] for p in done.json["phases"]) == pytest.approx(1)


def test_that_info_needs_no_voxel_size(command: Callable, blocks_file: Path) -> None:
    done = command("info", blocks_file, "-o", "info.json")
    assert (done.code, done.out) == (0, "")
    info = json.loads(Path("info.json").read_text())
    assert info["voxel_size_um"] is None
    assert info["shape"] == [1, 6, 8]
    assert info["plane"] == "xy"


def test_that_measure_writes_the_documented_tree(command: Callable, volume_file: Path) -> None:
    done = command("measure", volume_file, "--phases", "1=am,2=pore,3=se", "-o", "out.json")
    assert (done.code, done.out, done.err) == (0, "", "Wrote out.json\n")
    tree = json.loads(Path("out.json").read_text())
    assert tree["schema"] == 1
    assert tree["voxel_size_um"] == pytest.approx([0.2, 0.2, 0.2])
    assert list(tree["phases"]) == ["am", "pore", "se"]
    se = tree["phases"]["se"]
    assert se["volume_fraction"]["unit"] == "1"
    assert se["specific_surface_area"]["unit"] == "1/um"
    assert set(se["mean_chord_length"]) == {"z", "y", "x"}
    assert se["mean_chord_length"]["z"]["unit"] == "um"


def test_that_known_blocks_have_known_values(command: Callable, blocks_file: Path) -> None:
    done = command("measure", blocks_file, "--voxel-size", "9,0.5,2", "--descriptors", "volume_fraction", "--axis", "y")
    assert done.code == 0
    assert done.json["phases"]["0"]["volume_fraction"]["value"] == 0.5
    assert done.json["voxel_size_um"] == [9.0, 0.5, 2.0]


def test_that_a_value_that_does_not_exist_has_a_reason(command: Callable, blocks_file: Path) -> None:
    done = command("measure", blocks_file, "--voxel-size", "voxel", "--descriptors", "mean_chord_length")
    value = done.json["phases"]["0"]["mean_chord_length"]["y"]
    assert done.json["voxel_size_um"] is None
    assert value["value"] is None
    assert value["reason"]


@pytest.mark.parametrize(("plane", "shape"), [("xz", [6, 1, 8]), ("yz", [6, 8, 1])])
def test_that_a_section_can_show_another_plane(command: Callable, blocks_file: Path, plane: str,
                                              shape: list[int]) -> None:
    done = command("measure", blocks_file, "--voxel-size", 0.2, "--plane", plane, "--descriptors", "volume_fraction")
    assert done.json["shape"] == shape


def test_that_a_planar_array_with_one_slice_is_a_section(command: Callable, tmp_path: Path) -> None:
    np.save(tmp_path / "s.npy", np.indices((1, 5, 6)).sum(0).astype(np.uint8) % 2)
    assert command("info", tmp_path / "s.npy").json["plane"] == "xy"


def test_that_documented_descriptors_of_a_later_version_are_null_and_say_why(command: Callable,
                                                                            volume_file: Path) -> None:
    tree = command("measure", volume_file).json["phases"]["1"]
    for key in ("mean_geodesic_tortuosity", "constrictivity", "m_factor"):
        assert set(tree[key]) == {"z", "y", "x"}
        assert tree[key]["z"]["value"] is None
        assert tree[key]["z"]["reason"] == "not available yet"


def test_that_names_are_read_from_the_record_beside(command: Callable, model_file: Path) -> None:
    command("generate", model_file, "--shape", 20, 24, 28, "-o", "twin.tif")
    assert [p["name"] for p in command("info", "twin.tif").json["phases"]] == ["am", "pore", "se"]
    measure = ("measure", "twin.tif", "--descriptors", "volume_fraction")
    assert list(command(*measure).json["phases"]) == ["am", "pore", "se"]
    done = command(*measure, "--phases", "1=nmc,3=lps")
    assert list(done.json["phases"]) == ["nmc", "2", "lps"]
    assert "--phases gives no name to label 2." in done.err


@pytest.mark.parametrize(("text", "size"), [
    ("120nm", [0.12] * 3), ("35 nm", [0.035] * 3), ("0.12 µm", [0.12] * 3), ("0.12um", [0.12] * 3),
    ("0.12\N{GREEK SMALL LETTER MU}m", [0.12] * 3), ("300,200,100 nm", [0.3, 0.2, 0.1]),
    ("300nm,0.2um,0.1um", [0.3, 0.2, 0.1]), ("1e-3 mm", [1.0] * 3),
])
def test_that_a_voxel_size_may_bring_its_unit(command: Callable, blocks_file: Path, text: str,
                                              size: list[float]) -> None:
    done = command("measure", blocks_file, "--voxel-size", text, "--descriptors", "volume_fraction")
    assert done.json["voxel_size_um"] == size


def test_that_results_already_there_are_replaced_or_put_aside_as_said(command: Callable, volume_file: Path) -> None:
    info = ("info", volume_file, "-o", "info.json")
    Path("info.json").touch()
    assert command(*info).code == 0, "an empty file holds nothing to lose"
    Path("info.json").write_text("mine")
    again = command(*info)
    assert again.code == 0
    assert "it is kept as info_backup.json" in again.err
    assert Path("info_backup.json").read_text() == "mine"
    assert command(*info, "--on-existing", "overwrite").code == 0
    assert json.loads(Path("info.json").read_text())["shape"] == [20, 24, 28]
    assert len(list(Path().iterdir())) == 2
