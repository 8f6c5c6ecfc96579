from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from morphstudio.app.work.sample import read_sample
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.io.images import open_image

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("to", ["geodict", "tiff", "vti", "raw", "nrrd", "npy"])
def test_that_the_written_files_are_named_on_stdout(command: Callable, volume_file: Path, to: str) -> None:
    done = command("export", volume_file, "--to", to, "-o", "out")
    assert (done.code, done.err) == (0, "")
    paths = [Path(line) for line in done.out.splitlines()]
    assert paths
    assert all(path.is_file() for path in paths)
    assert sorted(paths) == sorted(Path("out").iterdir())


def test_that_existing_files_are_kept_unless_said(command: Callable, volume_file: Path) -> None:
    export = ("export", volume_file, "--to", "npy", "--name", "a", "-o", "out")
    assert command(*export).code == 0
    assert command(*export).code == 2
    assert command(*export, "--on-existing", "beside").code == 0
    assert {"a.npy", "a_2.npy"} <= {p.name for p in Path("out").iterdir()}


def test_that_the_demo_goes_the_whole_way(command: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    sample: dict[str, Any] = {**read_sample(), "shape": [48, 56, 64]}
    monkeypatch.setattr("morphstudio.app.work.sample.read_sample", lambda name: sample)
    quick = ExactSettings(order=(0, 1, 2), starts=1, refined=1, n_lags=6, max_lag=10, cut="free")
    monkeypatch.setattr("morphstudio.cli.commands.demo.ExactSettings", lambda: quick)
    monkeypatch.setattr("morphstudio.cli.commands.demo.REALISATIONS", 2)
    done = command("demo", "-o", "demo")
    assert done.code == 0
    assert "Validation" in done.out
    assert "simulated" in done.out.lower()
    assert done.out == Path("demo/report.txt").read_text(encoding="utf-8")
    names = {p.name for p in Path("demo").iterdir()}
    assert {"sample.tif", "model.json", "twin.tif", "twin.measurement.json", "validation.json", "geodict",
            "report.txt"} <= names
    materials = open_image(next(Path("demo/geodict").glob("*.mhd"))).labels
    twin = open_image("demo/twin.tif").labels
    np.testing.assert_array_equal(np.where(materials == 0, 3, materials), twin, "the pore is GeoDict's background")
    assert command("demo", "-o", "demo").code == 0, "a demo can be repeated in its folder"


def test_that_phases_and_origin_of_a_generated_volume_reach_the_bundle(command: Callable, model_file: Path) -> None:
    command("generate", model_file, "--shape", 20, 24, 28, "-o", "twin.tif")
    assert command("export", "twin.tif", "--to", "geodict", "-o", "out").code == 0
    record = json.loads(Path("out/provenance.json").read_text())
    kinds = {m["name"]: (m["type"], m["material_id"]) for m in record["export"]["materials"]}
    assert kinds == {"pore": ("Fluid", 0), "am": ("Solid", 1), "se": ("Solid", 3)}
    made = record["images"][0]["provenance"]
    assert made == json.loads(Path("twin.tif.provenance.json").read_text())
    assert {"model", "seed", "noise_box"} <= set(made)


def test_that_given_phases_win_over_the_record(command: Callable, model_file: Path) -> None:
    command("generate", model_file, "--shape", 20, 24, 28, "-o", "twin.tif")
    assert command("export", "twin.tif", "--to", "geodict", "--phases", "1=pore,2=a,3=b", "-o", "out").code == 0
    record = json.loads(Path("out/provenance.json").read_text())
    assert {m["name"] for m in record["export"]["materials"]} == {"pore", "a", "b"}


def test_that_a_second_format_fits_into_the_folder(command: Callable, volume_file: Path) -> None:
    for to in ("nrrd", "tiff", "vti"):
        assert command("export", volume_file, "--to", to, "-o", "out").code == 0
    assert {"volume.nrrd.provenance.json", "volume.tif.provenance.json"} <= {p.name for p in Path("out").iterdir()}


@pytest.mark.parametrize(("options", "words"), [
    (("--to", "geodict", "--voxel-size", "0.4,0.2,0.2"), "--resample-to-cubic"),
    (("--to", "geodict", "--voxel-size", "voxel"), "--voxel-size 0.2"),
    (("--to", "npy", "--name", "there"), "--on-existing")])
def test_that_a_refused_export_names_the_option(command: Callable, volume_file: Path, options: tuple[str, ...],
                                                words: str) -> None:
    Path("out").mkdir()
    Path("out/there.npy").write_text("mine")
    done = command("export", volume_file, *options, "-o", "out")
    assert done.code == 2
    assert words in done.err
