from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.core.models.realisation import realise
from morphstudio.io.images import open_image
from morphstudio.io.model_file import read_model

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPE = ("--shape", 20, 24, 28)


@pytest.mark.parametrize("suffix", ["tif", "nrrd", "mhd", "vti", "npy"])
def test_that_a_volume_is_written_in_each_format(command: Callable, model_file: Path, suffix: str) -> None:
    done = command("generate", model_file, *SHAPE, "--seed", 4, "-o", f"v.{suffix}")
    assert (done.code, done.out, done.err) == (0, "", f"Wrote v.{suffix}\n")
    image = open_image(f"v.{suffix}")
    expected = np.array([3, 1, 2])[realise(read_model(model_file).model, (20, 24, 28), (0.2, 0.2, 0.2), 4)]
    np.testing.assert_array_equal(image.labels, expected)
    if suffix != "npy":
        assert image.voxel_size_um == pytest.approx((0.2, 0.2, 0.2))


def test_that_the_record_beside_rebuilds_the_volume(command: Callable, model_file: Path) -> None:
    command("generate", model_file, *SHAPE, "--seed", 4, "--set", "lambda_x=2.5", "alpha_x=1", "-o", "v.tif")
    record = json.loads(Path("v.tif.provenance.json").read_text())
    assert record["seed"] == 4
    Path("again.json").write_text(json.dumps(record["model"]))
    command("generate", "again.json", *SHAPE, "--seed", 4, "-o", "again.tif")
    np.testing.assert_array_equal(open_image("again.tif").labels, open_image("v.tif").labels)
    assert read_model("again.json").model.values()["lambda_x"] == 2.5


def test_that_a_shape_with_one_slice_gives_a_section(command: Callable, model_file: Path) -> None:
    assert command("generate", model_file, "--shape", 1, 24, 28, "-o", "s.tif").code == 0
    assert open_image("s.tif").shape == (1, 24, 28)


def test_that_another_voxel_size_samples_the_same_material(command: Callable, model_file: Path) -> None:
    command("generate", model_file, *SHAPE, "--voxel-size", "0.4,0.3,0.2", "-o", "v.tif")
    image = open_image("v.tif")
    assert image.voxel_size_um == pytest.approx((0.4, 0.3, 0.2))
    model = read_model(model_file).model
    np.testing.assert_array_equal(image.labels, np.array([3, 1, 2])[realise(model, (20, 24, 28), (0.4, 0.3, 0.2), 1)])


def test_that_a_model_in_voxels_takes_the_voxel_size_it_is_given(command: Callable, tmp_path: Path) -> None:
    path = tmp_path / "voxels.json"
    path.write_text(json.dumps({"phases": ["a", "b"], "units": {"alpha_*": "1/voxel"},
                                "parameters": {"alpha_chi_x": 0.2, "alpha_x": 0.2}}))
    assert command("generate", path, *SHAPE, "-o", "a.tif").code == 0
    assert command("generate", path, *SHAPE, "--voxel-size", 0.5, "-o", "b.tif").code == 0
    np.testing.assert_array_equal(open_image("a.tif", "voxel").labels, open_image("b.tif").labels)
    assert open_image("b.tif").voxel_size_um == pytest.approx((0.5, 0.5, 0.5))
    assert np.unique(open_image("b.tif").labels).tolist() == [1, 2], "1 … K where the file names no labels"


def test_that_a_periodic_volume_continues_across_its_faces(command: Callable, model_file: Path) -> None:
    command("generate", model_file, "--shape", 40, 40, 40, "--periodic", "-o", "v.tif")
    labels = open_image("v.tif").labels
    across = np.mean(labels[:, :, 0] != labels[:, :, -1])
    inside = np.mean(labels[:, :, 20] != labels[:, :, 21])
    assert across < 2 * inside


ROW_D = {"phases": ["se", "am", "pore"], "units": {"alpha_*": "1/um"},
         "parameters": {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
                        "lambda_x": 1.90, "lambda_y": -0.27}}


@pytest.mark.parametrize("left_out", [(), ("units",)])
def test_that_a_model_in_micrometres_needs_a_voxel_size_from_somewhere(command: Callable, tmp_path: Path,
                                                                      left_out: tuple[str, ...]) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps({key: value for key, value in ROW_D.items() if key not in left_out}))
    for option in ((), ("--voxel-size", "voxel")):
        done = command("generate", path, *SHAPE, *option, "-o", "v.tif")
        assert done.code == 2
        assert "--voxel-size 0.2" in done.err
    assert command("generate", path, *SHAPE, "--voxel-size", 0.2, "-o", "v.tif").code == 0
    expected = realise(read_model(path).model, (20, 24, 28), (0.2, 0.2, 0.2), 1) + 1
    np.testing.assert_array_equal(open_image("v.tif").labels, expected)


def test_that_the_noise_box_of_a_record_rebuilds_the_volume(command: Callable, model_file: Path) -> None:
    command("generate", model_file, *SHAPE, "-o", "v.tif")
    box = json.loads(Path("v.tif.provenance.json").read_text())["noise_box"]
    command("generate", model_file, *SHAPE, "--set", "alpha_chi_x=0.2", "--noise-box", *box, "-o", "other.tif")
    record = json.loads(Path("other.tif.provenance.json").read_text())
    assert record["noise_box"] == box
    model = read_model(model_file).model.with_values({"alpha_chi_x": 0.2})
    expected = np.array([3, 1, 2])[realise(model, (20, 24, 28), (0.2, 0.2, 0.2), 1, box=tuple(box))]
    np.testing.assert_array_equal(open_image("other.tif").labels, expected)


def test_that_a_model_in_micrometres_is_drawn_with_its_own_voxels_and_written_without(
        command: Callable, model_file: Path) -> None:
    done = command("generate", model_file, *SHAPE, "--voxel-size", "voxel", "-o", "v.tif")
    assert done.code == 0
    assert "the model's voxel size of 0.2 µm; the volume itself carries none" in done.err
    image = open_image("v.tif")
    assert image.voxel_size_um is None
    expected = np.array([3, 1, 2])[realise(read_model(model_file).model, (20, 24, 28), (0.2, 0.2, 0.2), 1)]
    np.testing.assert_array_equal(image.labels, expected)
    assert json.loads(Path("v.tif.provenance.json").read_text())["model"]["voxel_size_um"] == 0.2


def test_that_a_volume_already_there_is_replaced_or_put_aside_as_said(command: Callable, model_file: Path) -> None:
    draw = ("generate", model_file, *SHAPE, "-o", "v.npy")
    assert command(*draw).code == 0
    first = Path("v.npy").read_bytes()
    again = command(*draw, "--seed", 2)
    assert again.code == 0
    assert "it is kept as v_backup.npy" in again.err
    assert Path("v_backup.npy").read_bytes() == first
    assert command(*draw, "--on-existing", "overwrite").code == 0
    assert Path("v.npy").read_bytes() == first
    assert not Path("v_backup_2.npy").exists()


def test_that_a_namesake_is_not_touched(command: Callable, model_file: Path) -> None:
    Path("twin.tif").write_text("mine")
    assert command("generate", model_file, *SHAPE, "-o", "twin.tiff").code == 0
    assert Path("twin.tif").read_text() == "mine"
    assert open_image("twin.tiff").shape == (20, 24, 28)
