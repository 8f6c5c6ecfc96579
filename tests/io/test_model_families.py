"""Model files of other covariances than the Gaussian: arrays, single fields, units, messages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set, families_of
from morphstudio.io.model_file import ModelFile, model_from, read_model, write_model

PHASES = ("se", "am", "pore")
MIXED = {"chi_x": "matern", "y": "kernel", "chi_common": "gaussian+exponential"}


def test_that_a_model_of_mixed_families_comes_back_the_same(tmp_path: Path) -> None:
    families = families_of(3, "low-parametric", MIXED)
    model = excursion_set(PHASES, {"nu_chi_x": 2.25, "kernel_y[3]": 0.125, "weight_chi_common": 0.25}, families)
    write_model(tmp_path / "m.json", ModelFile(model, (3, 1, 2), 0.12))
    content = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert content["parameterisation"] == "low-parametric"
    assert content["covariances"] == MIXED
    assert len(content["parameters"]["kernel_y"]) == 101
    assert content["parameters"]["kernel_y"][3] == 0.125
    assert "kernel_y[3]" not in content["parameters"]
    assert read_model(tmp_path / "m.json").model == model


def test_that_a_gaussian_model_is_written_as_before(tmp_path: Path) -> None:
    write_model(tmp_path / "m.json", ModelFile(excursion_set(PHASES, {}), (), 0.2))
    content = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert content["parameterisation"] == "gaussian"
    assert content["units"] == {"alpha_*": "1/um"}
    assert "covariances" not in content


def test_that_a_kernel_by_hand_has_the_voxel_as_its_step() -> None:
    content = {"parameterisation": "kernel", "phases": ["a", "b"], "voxel_size_um": 0.5,
               "parameters": {"kernel_chi_x": [float(v) for v in np.exp(-np.arange(101) / 9)], "lambda_1": 1.5}}
    values = model_from(content).model.values()
    assert values["kernel_step_chi_x"] == 0.5
    assert values["kernel_chi_x[9]"] == pytest.approx(np.exp(-1))
    assert values["lambda_x"] == 1.5
    in_voxels = model_from({**content, "voxel_size_um": "voxel"})
    assert in_voxels.model.values()["kernel_step_x"] == 1.0
    assert in_voxels.length_unit == "voxel"


def test_that_lengths_of_every_kind_are_converted() -> None:
    content = {"parameterisation": "kernel", "covariances": {"chi_x": "cardinal-sine"}, "phases": ["a", "b"],
               "voxel_size_um": 0.5, "units": {"omega_*": "1/voxel", "alpha_*": "1/nm", "kernel_step_*": "nm"},
               "parameters": {"omega_chi_x": 0.25, "alpha_chi_x": 0.001, "kernel_step_x": 400.0}}
    values = model_from(content).model.values()
    assert values["omega_chi_x"] == pytest.approx(0.5)
    assert values["alpha_chi_x"] == pytest.approx(1.0)
    assert values["kernel_step_x"] == pytest.approx(0.4)


@pytest.mark.parametrize(("change", "message", "hint"), [
    ({"parameterisation": "kernal"}, "kernal", "kernel"),
    ({"covariances": {"chi_q": "matern"}}, "chi_q", "chi_x"),
    ({"covariances": ["matern"]}, "covariances", "chi_x"),
    ({"parameterisation": "kernel", "parameters": {"kernel_x": [1.0, 0.5]}}, "has 2 values; it needs 101", "101"),
    ({"parameterisation": "kernel", "parameters": {"kernel_x": 1.0}}, "is one number", "101"),
    ({"parameters": {"alpha_x": [1.0, 0.5]}}, "alpha_x", "one number"),
    ({"parameterisation": "kernel", "parameters": {"kernel_x": [1.0, None, *[0.0] * 99]}}, r"kernel_x\[1\]", "finite"),
    ({"parameterisation": "matern", "parameters": {"nu_x": 0.001}}, "nu_x = 0.001 is outside", "limits"),
    ({"parameterisation": "kernel", "units": {"kernel_step_*": "1/um"}}, "no length", "um"),
])
def test_that_what_is_wrong_is_named(change: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        model_from({"phases": ["a", "b"], "voxel_size_um": 0.2, **change})
    assert hint in caught.value.hint
