"""The covariance of fitted parameters in model files, and lists of numbers on one line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from morphstudio.core.calibration.records import ParameterCovariance
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.io.json_text import json_text
from morphstudio.io.model_file import ModelFile, model_from, read_model, write_model

if TYPE_CHECKING:
    from pathlib import Path

MODEL = excursion_set(("am", "pore"), {"alpha_x": 0.8})
COVARIANCE = ParameterCovariance(("alpha_x", "lambda_x"), np.array([[1.25e-3, -4e-4], [-4e-4, 2.5e-3]]))
PLAIN = {"schema": 1, "phases": ["am", "pore"], "parameters": {"alpha_x": 0.8}, "voxel_size_um": 0.2}
GOOD = {"parameters": ["alpha_x", "lambda_x"], "scales": ["log", "linear"], "matrix": [[0.1, 0.01], [0.01, 0.2]]}


def test_that_a_covariance_comes_back_and_a_row_is_a_line(tmp_path: Path):
    write_model(tmp_path / "model.json", ModelFile(MODEL, voxel_size_um=0.2, covariance=COVARIANCE))
    text = (tmp_path / "model.json").read_text(encoding="utf-8")
    assert "      [0.00125, -0.0004],\n      [-0.0004, 0.0025]\n" in text
    assert json.loads(text)["covariance"]["scales"] == ["log", "linear"]
    back = read_model(tmp_path / "model.json").covariance
    assert back.names == COVARIANCE.names
    np.testing.assert_allclose(back.matrix, COVARIANCE.matrix, rtol=1e-5)


def test_that_a_model_without_covariance_stays_as_it_was(tmp_path: Path):
    write_model(tmp_path / "model.json", ModelFile(MODEL, voxel_size_um=0.2))
    assert "covariance" not in json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert read_model(tmp_path / "model.json").covariance is None


def test_that_the_other_spelling_of_a_field_is_read():
    content = {**PLAIN, "covariance": {**GOOD, "parameters": ["alpha_1", "lambda_1"]}}
    assert model_from(content).covariance.names == ("alpha_x", "lambda_x")


@pytest.mark.parametrize(("change", "words"), [
    ({"parameters": ["alpha_x", "lamda_x"]}, "'lamda_x' is not a known name"),
    ({"parameters": ["alpha_x", "alpha_1"]}, "names a parameter twice"),
    ({"parameters": []}, "names no parameters"),
    ({"scales": ["linear", "linear"]}, "scales of the covariance"),
    ({"matrix": [[0.1, 0.01]]}, "is not 2 × 2 numbers"),
    ({"matrix": [[0.1, 0.01], [0.02, 0.2]]}, "not symmetric"),
    ({"matrix": [[0.1, 0.3], [0.3, 0.2]]}, "negative variance"),
    ({"matrix": [["a", 0.3], [0.3, 0.2]]}, "not rows of numbers"),
    ({"matrix": [[None, 0.3], [0.3, 0.2]]}, "no finite number"),
    ({"matrx": []}, "'matrx' is not a known name"),
])
def test_that_what_is_no_covariance_of_the_model_is_refused(change: dict, words: str):
    with pytest.raises(InputError, match=words):
        model_from({**PLAIN, "covariance": {**GOOD, **change}})


def test_that_only_lists_of_numbers_are_put_on_a_line():
    content = {"numbers": [1, -2.5, 1e-7, None], "words": ["1", "2"], "mixed": [1, "[\n 2\n]"], "empty": [],
               "nested": [[1, 2], [3, 4]], "tables": [{"a": [1]}]}
    text = json_text(content)
    assert json.loads(text) == content
    assert '"numbers": [1, -2.5, 1e-07, null]' in text
    assert "    [1, 2],\n    [3, 4]\n" in text
    assert '"words": [\n    "1",' in text
