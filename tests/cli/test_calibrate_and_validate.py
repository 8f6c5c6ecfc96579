from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.cli.commands.calibrate import _decimals
from morphstudio.core.descriptors.stretch import stretch_along_z
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import phase_image
from morphstudio.io.exports import write_image
from morphstudio.io.images import open_image
from morphstudio.io.model_file import read_model

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = ("--starts", 1, "-o", "model.json")


def test_that_all_orders_are_ranked_and_the_best_is_kept(command: Callable, section_file: Path) -> None:
    done = command("calibrate", section_file, "--phases", "0=rest,1=am", "--model", "gaussian", *QUICK)
    assert done.code == 0
    ranked = [line for line in done.out.splitlines() if "→" in line]
    assert len(ranked) == 2
    model = read_model("model.json")
    assert ranked[0].startswith(" → ".join(model.model.phases))
    assert dict(zip(model.model.phases, model.labels, strict=True)) == {"rest": 0, "am": 1}
    assert model.voxel_size_um == pytest.approx(0.2)
    assert model.standard_errors
    content = json.loads(Path("model.json").read_text())
    assert content["provenance"]["images"][0]["path"] == str(section_file)
    assert len(content["provenance"]["images"][0]["sha256"]) == 64
    assert content["provenance"]["settings"]["starts"] == 1


def test_that_a_given_order_and_fixed_values_are_kept(command: Callable, section_file: Path) -> None:
    done = command("calibrate", section_file, section_file, "--plane", "xy,xz", "--phase-order", "0,1",
                   "--fix", "sigma_x=1.5", "--free", "lambda_x,alpha_x", *QUICK)
    assert done.code == 0
    model = read_model("model.json")
    assert model.model.phases == ("0", "1")
    assert model.labels == (0, 1)
    assert model.model.values()["sigma_x"] == 1.5
    assert set(model.standard_errors) == {"lambda_x", "alpha_x"}


def test_that_a_section_in_voxels_gives_a_model_in_voxels(command: Callable, section_file: Path) -> None:
    done = command("calibrate", section_file, "--voxel-size", "voxel", "--phase-order", "1,0", *QUICK)
    assert done.code == 0
    assert read_model("model.json").voxel_size is None
    assert "1/voxel" in done.out
    assert "1/um" not in done.out
    done = command("validate", "model.json", section_file, "--realisations", 2, "-o", "out.json")
    assert done.code == 0, done.err


def test_that_validate_writes_the_documented_tree(command: Callable, model_file: Path, volume_file: Path) -> None:
    done = command("validate", model_file, volume_file, "--realisations", 3, "--phases", "1=am,2=pore,3=se")
    assert done.code == 0
    leaf = done.json["phases"]["se"]["volume_fraction"]
    assert {"data", "model_mean", "model_sd", "fitted"} <= set(leaf)
    assert leaf["fitted"] is True
    assert done.json["verdict"]["grade"] in ("fits", "partly", "no")
    assert done.json["verdict"]["text"]
    assert done.json["distances"]
    assert done.json["findings"]
    assert done.json["limits"]
    assert done.err.splitlines()[-1] == done.json["verdict"]["text"]


def test_that_the_card_says_what_the_file_says(command: Callable, model_file: Path, volume_file: Path) -> None:
    done = command("validate", model_file, volume_file, "--realisations", 3, "-o", "out.json", "--card", "card.html")
    assert done.code == 0, done.err
    content = json.loads(Path("out.json").read_text(encoding="utf-8"))
    page = Path("card.html").read_text(encoding="utf-8")
    assert "Wrote card.html" in done.err
    record = content["provenance"]
    assert (record["operation"], record["settings"]) == ("validate", {"realisations": 3, "seeds": [1, 3]})
    assert record["images"][0]["sha256"] in page
    assert record["model"]["parameters"]
    assert "3, seeds 1 to 3; each of 28 × 24 × 20 voxels" in page
    assert content["fit_use"]["text"] in page
    fraction = content["phases"]["se"]["volume_fraction"]["data"]
    assert f"<td>{fraction:.2f}" in page
    curves = content["distributions"]["se"]["chord_length_distribution"]["x"]
    assert len(curves["length"]) == len(curves["data"]) == len(curves["model_sd"])


def test_that_a_card_is_put_beside_an_earlier_one_or_refused_before_any_work(
        command: Callable, model_file: Path, volume_file: Path) -> None:
    Path("card.html").write_text("earlier", encoding="utf-8")
    wanted = ("validate", model_file, volume_file, "--realisations", 2, "-o", "out.json", "--card", "card.html")
    done = command(*wanted, "--on-existing", "error")
    assert done.code == 2
    assert "card.html already exists" in done.err
    assert not Path("out.json").exists()
    assert command(*wanted).code == 0
    assert Path("card_backup.html").read_text(encoding="utf-8") == "earlier"
    for bad, words in (("card.pdf", "is no web page"), ("nowhere/card.html", "does not exist")):
        done = command("validate", model_file, volume_file, "--card", bad)
        assert done.code == 2
        assert words in done.err


def test_that_half_an_image_is_kept_from_the_fit_and_known_again(command: Callable, section_file: Path) -> None:
    done = command("calibrate", section_file, "--crop", "x=0:64", "--phase-order", "0,1", "--free",
                   "lambda_x,alpha_x,alpha_chi_x", *QUICK)
    assert done.code == 0, done.err
    edit, = json.loads(Path("model.json").read_text(encoding="utf-8"))["provenance"]["images"][0]["edits"]
    assert edit["box"]["x"] == [0, 64]
    whole = command("validate", "model.json", section_file, "--realisations", 2).json
    assert whole["fit_use"]["kind"] == "part"
    assert whole["unused_part"]["text"] == "x 65 to 180"
    assert whole["phases"]["0"]["volume_fraction"]["data_unused"] is not None
    rest = command("validate", "model.json", section_file, "--crop", "x=64:", "--realisations", 2).json
    assert rest["fit_use"]["kind"] == "none"
    assert rest["phases"]["0"]["volume_fraction"]["data"] == pytest.approx(
        whole["phases"]["0"]["volume_fraction"]["data_unused"])
    same = command("validate", "model.json", section_file, "--crop", "x=0:64", "--realisations", 2).json
    assert same["fit_use"]["kind"] == "whole"


@pytest.mark.parametrize("crop", ["x", "x=3", "q=0:4", "x=0:9,x=0:9", "x=-3:9", "x=0:9999"])
def test_that_a_wrong_crop_is_one_line(command: Callable, section_file: Path, crop: str) -> None:
    done = command("calibrate", section_file, "--crop", crop, *QUICK)
    assert done.code == 2
    assert "crop" in done.err


def test_that_an_ensemble_of_models_has_a_band_of_its_own(command: Callable, section_file: Path) -> None:
    assert command("calibrate", section_file, "--phase-order", "0,1", *QUICK).code == 0
    content = json.loads(Path("model.json").read_text(encoding="utf-8"))
    assert content["covariance"]["parameters"]
    validate = ("validate", "model.json", section_file, "--realisations", 3)
    alone = command(*validate).json
    done = command(*validate, "--ensemble", 4, "--card", "card.html")
    assert done.code == 0, done.err
    leaf = done.json["phases"]["0"]["specific_surface_area"]
    assert leaf["ensemble_sd"] > 0
    assert (leaf["model_mean"], leaf["model_sd"]) == tuple(
        alone["phases"]["0"]["specific_surface_area"][key] for key in ("model_mean", "model_sd"))
    assert done.json["ensemble"]["models"] == 4
    assert set(done.json["ensemble"]["drawn"]) <= set(content["covariance"]["parameters"])
    assert command(*validate, "--ensemble", 4).json["phases"] == done.json["phases"], "the seed names the draws"
    assert "With uncertain parameters" in Path("card.html").read_text(encoding="utf-8")
    del content["covariance"]
    Path("bare.json").write_text(json.dumps(content), encoding="utf-8")
    done = command("validate", "bare.json", section_file, "--ensemble", 4)
    assert done.code == 2
    assert "does not hold the covariance of its parameters" in done.err


def test_that_validate_takes_the_names_of_the_model(command: Callable, model_file: Path, volume_file: Path) -> None:
    done = command("validate", model_file, volume_file, "--realisations", 2, "-o", "out.json")
    assert done.code == 0
    assert set(json.loads(Path("out.json").read_text())["phases"]) == {"se", "am", "pore"}
    assert "Wrote out.json" in done.err


def test_that_realisations_smaller_than_the_image_are_warned_of(command: Callable, model_file: Path,
                                                                volume_file: Path) -> None:
    done = command("validate", model_file, volume_file, "--realisations", 2, "--shape", 12, 24, 28)
    assert done.code == 0
    assert "12 × 24 × 28 voxels are smaller than the image of 20 × 24 × 28" in done.err
    assert any("differ in size" in limit for limit in done.json["limits"])


def test_that_the_stretch_can_come_from_chords(command: Callable, tmp_path: Path, section_file: Path) -> None:
    model = excursion_set(("se", "am"), {"alpha_chi_x": 2.0, "alpha_x": 1.5, "scale_z": 0.8})
    volume_file = tmp_path / "fine.tif"
    write_image(volume_file, phase_image(realise(model, (64, 72, 72), (0.2,) * 3, 2) + np.uint8(1), (0.2,) * 3))
    asked = ("--phase-order", "1,2", "--stretch", "chords", *QUICK)
    done = command("calibrate", volume_file, *asked)
    assert done.code == 0
    assert "Stretch along z from chord lengths: " in done.err
    found = stretch_along_z([open_image(volume_file)]).value
    model = read_model("model.json")
    assert model.model.common.scale_z == pytest.approx(found, rel=1e-5)
    assert "scale_z" not in model.standard_errors
    assert command("calibrate", section_file, "--stretch", "chords", *QUICK).code == 2
    assert command("calibrate", volume_file, *asked, "--fix", "scale_z=1").code == 2


def test_that_names_order_the_cut(command: Callable, section_file: Path) -> None:
    done = command("calibrate", section_file, "--phases", "0=rest,1=am", "--phase-order", "am,0",
                   "--free", "lambda_x", *QUICK)
    assert done.code == 0, done.err
    assert read_model("model.json").model.phases == ("am", "rest")


def test_that_misfits_line_up() -> None:
    assert [f"{n:.{_decimals([0.912, 12.5, 3.0])}f}" for n in (0.912, 12.5)] == ["0.912", "12.500"]
    assert _decimals([123.4, 1e4]) == 0
    assert _decimals([1.5, float("nan"), 0.0]) == 2


def test_that_other_families_go_the_whole_way(command: Callable, section_file: Path) -> None:
    done = command("calibrate", section_file, "--phase-order", "1,0", "--model", "matern",
                   "--covariance", "x=exponential", *QUICK)
    assert done.code == 0, done.err
    content = json.loads(Path("model.json").read_text())
    assert content["parameterisation"] == "matern"
    assert content["covariances"] == {"x": "exponential"}
    assert "nu_chi_x" in done.out
    assert command("generate", "model.json", "--shape", 1, 64, 64, "--set", "nu_chi_x=0.7", "-o", "s.tif").code == 0
    done = command("validate", "model.json", section_file, "--realisations", 2, "-o", "out.json")
    assert done.code == 0, done.err


def test_that_a_kernel_is_written_as_a_list(command: Callable, section_file: Path) -> None:
    done = command("calibrate", section_file, "--phase-order", "1,0", "--model", "kernel", *QUICK)
    assert done.code == 0, done.err
    parameters = json.loads(Path("model.json").read_text())["parameters"]
    assert len(parameters["kernel_chi_x"]) == 101
    assert parameters["kernel_step_chi_x"] == pytest.approx(0.2)
    assert read_model("model.json").model.values()["kernel_chi_x[0]"] == parameters["kernel_chi_x"][0]


SMALL = ("--starts", 1, "--epochs", 2, "--steps-per-epoch", 2, "--setting", "window=32", "--setting", "h_max=12",
         "--setting", "features=4,8", "--setting", "refined=1", "--setting", "n_lags=8", "--setting", "max_lag=20",
         "--setting", "pretraining_generator=1", "--setting", "pretraining_discriminator=1", "-o", "model.json")


@pytest.mark.parametrize("method", ["monte-carlo", "adversarial", "combined"])
def test_that_calibrations_by_simulation_go_the_whole_way(command: Callable, section_file: Path, method: str) -> None:
    done = command("calibrate", section_file, "--phases", "0=rest,1=am", "--method", method, *SMALL)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[1].endswith(method)
    assert lines[2].endswith("its start")
    assert lines[3].endswith(("refined", "tried"))
    assert "not estimated" in done.out
    assert "All epochs were run." in lines[-1]
    content = json.loads(Path("model.json").read_text())
    settings = content["provenance"]["settings"]
    assert (settings["method"], settings["window"], settings["n_epochs"], settings["n_steps"]) == (method, 32, 2, 2)
    assert settings["features"] == [4, 8]
    assert settings["exact_term"] == (method != "adversarial")
    assert content["provenance"]["outcome"]["start"]["misfit"] > 0
    assert "standard_errors" not in content
    done = command("validate", "model.json", section_file, "--realisations", 2, "-o", "out.json")
    assert done.code == 0, done.err


def test_that_a_model_is_a_start(command: Callable, section_file: Path) -> None:
    names = ("--phases", "0=rest,1=am")
    assert command("calibrate", section_file, *names, "--phase-order", "0,1", "--fix", "sigma_x=1.3", *QUICK).code == 0
    first = read_model("model.json")
    # Names come from the model; its order and what it does not fit stay.
    done = command("calibrate", section_file, "--begin", "model.json", "--method", "combined", "--no-exact-term",
                   "--free", "lambda_x,alpha_x", *SMALL[:-1], "second.json")
    assert done.code == 0, done.err
    second = read_model("second.json")
    assert second.model.phases == first.model.phases == ("rest", "am")
    changed = {name for name, value in second.model.values().items() if value != first.model.values()[name]}
    assert changed == {"lambda_x", "alpha_x"}
    outcome = second.provenance["outcome"]
    assert outcome["start"]["parameters"] == first.model.values()
    assert second.provenance["settings"]["exact_term"] is False
    done = command("calibrate", section_file, "--begin", "second.json", *QUICK[:-1], "third.json")
    assert done.code == 0, done.err


def test_that_the_paper_preset_is_the_published_one(command: Callable, section_file: Path) -> None:
    done = command("calibrate", section_file, "--preset", "paper", "--method", "monte-carlo", *SMALL)
    assert done.code == 0, done.err
    settings = json.loads(Path("model.json").read_text())["provenance"]["settings"]
    assert (settings["batch"], settings["learning_rate"], settings["exact_first"]) == (32, 1e-4, "order")
    assert settings["exact_term"] is False
    assert "No epochs were compared" in done.out
