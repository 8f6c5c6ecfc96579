"""Bad input: exit code 2, one clear line on stderr, nothing on stdout, nothing written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from morphstudio.io.checkpoint import load_state, save_state

if TYPE_CHECKING:
    from collections.abc import Callable

NAN = np.where(np.indices((6, 8)).sum(0) % 2, 1.0, np.nan)
IMAGES: dict[str, tuple[Any, str]] = {
    "grey": (np.random.default_rng(1).integers(0, 256, (40, 50)).astype(np.uint8), "grey values"),
    "many": (np.arange(200, dtype=np.uint8).reshape(10, 20), "200 grey values"),
    "five": (np.arange(5, dtype=np.uint8).repeat(10).reshape(5, 10), "5 labels"),
    "one": (np.ones((6, 8), np.uint8), "one label only"),
    "nan": (NAN, "NaN"),
    "fractions": (np.linspace(0, 1, 48).reshape(6, 8), "fractional"),
    "line": (np.array([[0, 1, 0, 1]], np.uint8), "two axes"),
    "empty": (np.zeros((0, 5), np.uint8), "image"),
}


@pytest.fixture
def refused(command: Callable) -> Callable[..., str]:
    """Run a command that must be refused; return its line."""
    def run(*arguments: object) -> str:
        before = sorted(Path().rglob("*"))
        done = command(*arguments)
        assert done.code == 2, done
        assert done.out == ""
        assert done.err.startswith("morphstudio: ")
        assert done.err.count("\n") == 1
        assert "Traceback" not in done.err
        assert sorted(Path().rglob("*")) == before
        return done.err

    return run


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("verb", ["info", "measure", "calibrate", "export"])
def test_that_what_is_no_segmented_image_is_refused(refused: Callable, tmp_path: Path, name: str, verb: str) -> None:
    array, words = IMAGES[name]
    path = tmp_path / f"{name}.npy"
    np.save(path, array)
    more = {"info": (), "measure": ("--voxel-size", 1), "calibrate": ("--voxel-size", 1, "-o", "m.json"),
            "export": ("--voxel-size", 1, "--to", "tiff", "-o", "out")}[verb]
    assert words in refused(verb, path, *more)


def test_that_jpeg_labels_are_refused_with_advice(refused: Callable, tmp_path: Path) -> None:
    Image.fromarray(np.indices((20, 20)).sum(0).astype(np.uint8) % 2 * 255).save(tmp_path / "s.jpg")
    assert "JPEG" in refused("info", tmp_path / "s.jpg")


def test_that_a_truncated_tiff_is_refused(refused: Callable, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "t.tif", np.indices((50, 60)).sum(0).astype(np.uint8) % 3)
    whole = (tmp_path / "t.tif").read_bytes()
    (tmp_path / "t.tif").write_bytes(whole[: len(whole) // 2])
    refused("info", tmp_path / "t.tif")


def test_that_a_header_beyond_file_and_memory_is_refused(refused: Callable, tmp_path: Path) -> None:
    (tmp_path / "h.mhd").write_text("NDims = 3\nDimSize = 90000 90000 90000\nElementType = MET_UCHAR\n"
                                    "ElementDataFile = h.raw\n")
    (tmp_path / "h.raw").write_bytes(b"\0" * 100)
    refused("info", tmp_path / "h.mhd")


def test_that_a_path_that_escapes_is_refused(refused: Callable, tmp_path: Path) -> None:
    (tmp_path / "e.mhd").write_text("NDims = 3\nDimSize = 2 2 2\nElementType = MET_UCHAR\n"
                                    "ElementDataFile = ../../../../etc/passwd\n")
    refused("info", tmp_path / "e.mhd")


def test_that_a_missing_file_is_told(refused: Callable) -> None:
    assert "no-such.tif" in refused("info", "no-such.tif")


def test_that_a_missing_voxel_size_says_how_to_give_it(refused: Callable, blocks_file: Path) -> None:
    for command in (("measure", blocks_file), ("calibrate", blocks_file, "-o", "m.json"),
                    ("export", blocks_file, "--to", "tiff", "-o", "out")):
        line = refused(*command)
        assert "--voxel-size 0.2" in line
        assert "--voxel-size voxel" in line


@pytest.mark.parametrize("size", ["0", "-1", "nan", "inf", "1,2", "1,0,1", "x", "0.2uk", "1,1,1,1", "1nm,2,3"])
def test_that_an_unusable_voxel_size_is_refused(refused: Callable, blocks_file: Path, size: str) -> None:
    assert "voxel size" in refused("measure", blocks_file, f"--voxel-size={size}")


@pytest.mark.parametrize(("option", "words"), [
    (("--phases", "0"), "label=name"), (("--phases", "0=a,0=b"), "twice"),
    (("--phases", "0=a,7=b"), "has label 7. Its labels are 0, 5: name only these."),
    (("--phases", "0=a,5=a"), "same name"), (("--descriptors", "volum_fraction"), "'volume_fraction'"),
    (("--axis", "q"), "not an axis"), (("--axis", "z"), "one voxel thick along z"), (("--plane", "zx"), "not a plane"),
    (("--plane", "xy,xz"), "2 planes for 1"),
    (("-o", "no/such/folder.json"), "does not exist"), (("-o", "."), "folder"),
    (("--descriptors", ""), "No descriptor"), (("--descriptors", "m_factor"), "not available yet"),
    (("--axis", ""), "not an axis"), (("--phases", ""), "label=name"), (("--plane", ""), "not a plane"),
])
def test_that_a_bad_option_is_refused(refused: Callable, blocks_file: Path, option: tuple[str, ...],
                                      words: str) -> None:
    assert words in refused("measure", blocks_file, "--voxel-size", "1", *option)


@pytest.mark.parametrize(("option", "words"), [
    (("--model", "gausian"), "'gaussian'"), (("--model", "kernel+matern"), "no covariance family"),
    (("--covariance", "matern"), "chi_x=matern"), (("--covariance", "chi_z=matern"), "chi_z"),
    (("--method", "adversarail"), "'adversarial'"), (("--preset", "fast"), "preset"),
    (("--phase-order", "0,1"), "0, 5"), (("--phase-order", "0,0"), "0, 5"), (("--starts", "0"), "at least 1"),
    (("--phase-order", "am,5"), "each phase"),
    (("--starts", "many"), "--starts"), (("--fix", "lambda_x"), "name=value"), (("--fix", "lamda_x=1"), "'lambda_x'"),
    (("--fix", "lambda_x=a"), "no number"), (("--fix", "nugget_x=2"), "outside"), (("--free", "alpa_x"), "'alpha_x'"),
    (("--free", "alpha_x", "--fix", "alpha_x=1"), "both free and fixed"),
    (("--fix", "alpha_x=1", "--fix", "alpha_x=2"), "twice"), (("--seed", "-1"), "seed"),
    (("--seed", "4294967296"), "seed"), (("--phase-order", ""), "each phase"),
])
def test_that_a_bad_calibration_is_refused(refused: Callable, blocks_file: Path, option: tuple[str, ...],
                                           words: str) -> None:
    assert words in refused("calibrate", blocks_file, "--voxel-size", "1", "-o", "m.json", *option)


@pytest.mark.parametrize(("option", "words"), [
    (("--setting", "windw=32"), "'window'"), (("--setting", "window"), "name=value"),
    (("--setting", "window=a"), "whole number"), (("--setting", "window=4"), "outside 16"),
    (("--setting", "window=32", "--setting", "window=48"), "twice"), (("--setting", "features=4,b"), "with commas"),
    (("--setting", "match_fractions=maybe"), "neither yes nor no"), (("--setting", "leak=much"), "a number"),
    (("--setting", "objective=best"), "least-squares, printed"), (("--setting", "exact_first=all"), "order, fit"),
    (("--setting", "n_epochs=3"), "--epochs"), (("--setting", "begin=m.json"), "--begin"),
    (("--epochs", "0"), "outside 1"), (("--steps-per-epoch", "some"), "--steps-per-epoch"),
    (("--setting", "max_lag=1"), "outside 2"), (("--begin", "none.json"), "none.json"),
    (("--method", "adversarial", "--exact-term"), "no two-point term"), (("--free", "alpa_x"), "'alpha_x'"),
    (("--checkpoint", "no/run.checkpoint"), "does not exist"), (("--checkpoint", "."), "folder"),
    ((), "too small"),
])
def test_that_a_bad_calibration_by_simulation_is_refused(refused: Callable, blocks_file: Path,
                                                         option: tuple[str, ...], words: str) -> None:
    assert words in refused("calibrate", blocks_file, "--voxel-size", "1", "-o", "m.json", "--method", "combined",
                            *option)


def test_that_a_window_larger_than_the_image_is_refused_before_the_exact_part(refused: Callable,
                                                                              section_file: Path) -> None:
    line = refused("calibrate", section_file, "--method", "combined", "--setting", "window=161", "-o", "m.json")
    assert "at most 160" in line


@pytest.mark.parametrize("option", [("--epochs", 5), ("--steps-per-epoch", 5), ("--exact-term",),
                                    ("--no-exact-term",), ("--setting", "window=32")])
def test_that_what_is_for_simulation_is_refused_without_it(refused: Callable, blocks_file: Path,
                                                           option: tuple[Any, ...]) -> None:
    line = refused("calibrate", blocks_file, "--voxel-size", "1", "-o", "m.json", *option)
    assert f"{option[0].replace('no-', '')} is for the methods by simulation. Give --method combined" in line


@pytest.mark.parametrize(("change", "option", "words"), [
    ({}, ("--phases", "1=pore,2=am,3=se"), "Label 1 is 'pore' in volume.tif and 'am' in model.json."),
    ({"labels": [3, 1, 4]}, (), "has the phases se, am, pore"), ({}, ("--voxel-size", "voxel"), "voxels"),
    ({}, ("--phase-order", "1,2,3"), "another order"), ({}, ("--model", "matern"), "covariances of its own"),
    ({"covariances": {"x": "exponential"}}, (), "does not start from"),
])
def test_that_a_model_to_start_from_must_go_with_the_rest(
        refused: Callable, model_file: Path, volume_file: Path, change: dict[str, Any], option: tuple[str, ...],
        words: str) -> None:
    model_file.write_text(json.dumps({**json.loads(model_file.read_text()), **change}))
    assert words in refused("calibrate", volume_file, "--begin", model_file, "-o", "m.json", *option)


def test_that_a_file_that_is_no_checkpoint_is_never_written_over(refused: Callable, section_file: Path) -> None:
    for content in (b"my notes", section_file.read_bytes()):
        Path("mine").write_bytes(content)
        assert "mine" in refused("calibrate", section_file, "--checkpoint", "mine", "-o", "m.json")
        assert Path("mine").read_bytes() == content


def test_that_the_checkpoint_of_another_calibration_is_kept(refused: Callable, section_file: Path) -> None:
    for state in ({"state": {"path": [1.0]}}, {"state": {"inputs": "those of another"}}, {}):
        save_state("run.checkpoint", state)
        line = refused("calibrate", section_file, "--checkpoint", "run.checkpoint", "-o", "m.json")
        assert "remove run.checkpoint" in line
        assert load_state("run.checkpoint") == state


def test_that_an_image_smaller_than_its_structure_is_refused(refused: Callable, blocks_file: Path) -> None:
    refused("calibrate", blocks_file, "--voxel-size", "1", "-o", "m.json")


@pytest.mark.parametrize(("change", "words"), [
    ({"parameters": {"lamda_x": 1}}, "'lambda_x'"), ({"phase": ["a"]}, "'phases'"), ({"labels": [1, 2]}, "labels"),
    ({"voxel_size_um": 0}, "voxel size"), ({"parameters": {"alpha_x": -1}}, "outside"),
    ({"parameterisation": "kernal"}, "kernal"), ({"schema": 9}, "newer"),
])
def test_that_a_wrong_model_file_is_refused(refused: Callable, model_file: Path, change: dict[str, Any],
                                            words: str) -> None:
    model_file.write_text(json.dumps({**json.loads(model_file.read_text()), **change}))
    assert words in refused("generate", model_file, "--shape", 8, 8, 8, "-o", "v.tif")


@pytest.mark.parametrize(("options", "words"), [
    (("--shape", "8", "8", "8", "-o", "v.jpg"), "suffix"), (("--shape", "8", "8", "8", "-o", "no/v.tif"), "folder"),
    (("--shape", "0", "8", "8", "-o", "v.tif"), "cannot be drawn"), (("--shape", "8", "8", "-o", "v.tif"), "--shape"),
    (("--shape", "20000", "20000", "20000", "-o", "v.tif"), "would fit"),
    (("--shape", "8", "8", "8", "--set", "lambda=1", "-o", "v.tif"), "lambda"),
    (("--shape", "8", "8", "8", "--set", "lambda_x=1", "lambda_1=2", "-o", "v.tif"), "both are given"),
    (("--shape", "8", "8", "8", "--noise-box", "4", "8", "8", "-o", "v.tif"), "noise box"),
    (("--shape", "8", "8", "8", "--seed", "-1", "-o", "v.tif"), "seed"), (("--shape", "8", "8", "8"), "-o"),
])
def test_that_a_bad_generation_is_refused(refused: Callable, model_file: Path, options: tuple[str, ...],
                                          words: str) -> None:
    assert words in refused("generate", model_file, *options)


def test_that_a_decimal_comma_in_the_voxel_size_is_recognised(refused: Callable, blocks_file: Path) -> None:
    assert "with a point: 0.12." in refused("measure", blocks_file, "--voxel-size", "0,12")


def test_that_image_and_model_in_each_others_place_are_told(refused: Callable, model_file: Path,
                                                            volume_file: Path) -> None:
    order = "The order is MODEL.json IMAGE."
    assert f"volume.tif is an image, not a model. {order}" in refused("validate", volume_file, model_file)
    assert f"model.json is a model, not an image. {order}" in refused("validate", model_file, model_file)
    assert "is an image, not a model" in refused("generate", volume_file, "--shape", 8, 8, 8, "-o", "v.tif")
    assert "is a folder, not a model" in refused("generate", volume_file.parent, "--shape", 8, 8, 8, "-o", "v.tif")
    for verb in (("info",), ("measure", "--voxel-size", "1")):
        line = refused(*verb, model_file)
        assert "model.json is a model, not an image." in line
        assert "morphstudio generate" in line


def test_that_a_file_in_a_mixed_folder_is_named(refused: Callable, tmp_path: Path) -> None:
    (tmp_path / "mixed").mkdir()
    for name in ("a1.tif", "a2.tif", "photo.png"):
        (tmp_path / "mixed" / name).write_bytes(b"x")
    assert "a1.tif and photo.png" in refused("info", tmp_path / "mixed")


def test_that_names_of_image_and_model_must_agree(refused: Callable, model_file: Path, volume_file: Path) -> None:
    line = refused("validate", model_file, volume_file, "--phases", "1=pore,2=am,3=se")
    assert "Label 1 is 'pore' in volume.tif and 'am' in model.json." in line
    assert "--phases 1=am,2=pore,3=se" in line


@pytest.mark.parametrize(("verb", "more", "target"), [
    ("info", (), "out.json"), ("measure", (), "out.json"), ("validate", (), "out.json"),
    ("calibrate", (), "out.json"), ("generate", ("--shape", 8, 9, 10), "v.nrrd"),
    ("generate", ("--shape", 8, 9, 10), "v.mhd"),
])
def test_that_a_file_already_there_is_kept(refused: Callable, model_file: Path, volume_file: Path, verb: str,
                                           more: tuple[Any, ...], target: str) -> None:
    there = Path(target.replace(".mhd", ".raw"))
    there.write_text("mine")
    source = {"generate": (model_file,), "validate": (model_file, volume_file)}.get(verb, (volume_file,))
    line = refused(verb, *source, *more, "-o", target, "--on-existing", "error")
    assert f"{there} already exists." in line
    assert "--on-existing overwrite or backup" in line
    assert there.read_text() == "mine"
    assert "'backup'" in refused(verb, *source, *more, "-o", target, "--on-existing", "bakup")


def test_that_a_device_is_no_result_file(refused: Callable, volume_file: Path) -> None:
    assert "not an ordinary file" in refused("info", volume_file, "-o", "/dev/null")


def test_that_a_model_with_other_labels_is_refused(refused: Callable, model_file: Path, blocks_file: Path) -> None:
    assert "labels 0, 5" in refused("validate", model_file, blocks_file, "--voxel-size", "0.2")


def test_that_one_realisation_is_too_few(refused: Callable, model_file: Path, volume_file: Path) -> None:
    assert "at least 2" in refused("validate", model_file, volume_file, "--realisations", "1")


def test_that_voxels_and_micrometres_are_not_mixed(refused: Callable, model_file: Path, volume_file: Path) -> None:
    line = refused("validate", model_file, volume_file, "--voxel-size", "voxel")
    assert "voxels" in line
    assert "--voxel-size" in line


@pytest.mark.parametrize(("options", "words"), [
    (("--to", "geodikt", "-o", "out"), "'geodict'"), (("--to", "tiff"), "-o"), (("-o", "out"), "--to"),
    (("--to", "tiff", "--name", "../a", "-o", "out"), "name"), (("--to", "tiff", "--on-existing", "x", "-o", "o"), "x"),
])
def test_that_a_bad_export_is_refused(refused: Callable, volume_file: Path, options: tuple[str, ...],
                                      words: str) -> None:
    assert words in refused("export", volume_file, *options)


@pytest.mark.parametrize(("arguments", "words"), [
    (("meassure", "x"), "'measure'"), (("study", "run"), "not available yet"), (("frobnicate",), "Commands: info"),
    (("--nonsense",), "no option --nonsense"), (("-x",), "no option -x"),
    (("info",), "IMAGE"), (("info", "a", "--what"), "--what"),
    (("generate", "--x"), "no option --x."), (("generate", "--sed", "1"), "Did you mean --seed?"),
    (("-x", "info"), "no option -x."), (("export", "a", "-q=1"), "no option -q."),
])
def test_that_an_unknown_word_is_told(refused: Callable, arguments: tuple[str, ...], words: str) -> None:
    assert words in refused(*arguments)


def test_that_an_unknown_option_points_to_the_help_of_its_command(refused: Callable) -> None:
    assert "morphstudio info --help" in refused("info", "a.tif", "--voxel-size", "2")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here that refuses everybody")
def test_that_a_folder_that_lets_nothing_be_written_is_told_before_the_work(refused: Callable) -> None:
    # The image is missing too: the target is looked at first.
    assert "Nothing can be written to the folder /proc" in refused("calibrate", "none.tif", "-o", "/proc/model.json")
