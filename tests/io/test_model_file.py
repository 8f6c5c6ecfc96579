"""Model files: readable, stable, writable by hand, and strict about what they do not know."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set, parameter_table
from morphstudio.io.model_file import ModelFile, model_from, read_model, write_model

if TYPE_CHECKING:
    from pathlib import Path

ROW_D: dict[str, Any] = {
    "schema": 1,
    "model": "excursion",
    "parameterisation": "gaussian",
    "phases": ["se", "am", "pore"],
    "labels": [1, 2, 3],
    "voxel_size_um": 0.2,
    "units": {"alpha_*": "1/um"},
    "parameters": {
        "alpha_chi_x": 0.75,
        "alpha_chi_y": 5.9,
        "alpha_x": 0.65,
        "alpha_y": 2.5,
        "scale_z": 0.93,
        "lambda_x": 1.90,
        "lambda_y": -0.27,
    },
}


def refused(content: dict[str, Any], words: str) -> InputError:
    with pytest.raises(InputError, match=words) as caught:
        model_from(content)
    assert "\n" not in str(caught.value)
    return caught.value


def test_that_the_documented_example_is_read() -> None:
    found = model_from(ROW_D)
    assert found.model.phases == ("se", "am", "pore")
    assert found.labels == (1, 2, 3)
    assert found.voxel_size_um == 0.2
    assert found.voxel_size == (0.2, 0.2, 0.2)
    values = found.model.values()
    assert {k: values[k] for k in ROW_D["parameters"]} == ROW_D["parameters"]


def test_that_what_is_left_out_has_its_default() -> None:
    found = model_from({"phases": ["a", "b"]})
    assert found.labels == (1, 2)
    assert found.voxel_size_um is None
    assert found.model.values() == {p.name: p.default for p in parameter_table(2)}


def test_that_phases_are_named_by_labels_where_they_have_no_names() -> None:
    assert model_from({"labels": [3, 1]}).model.phases == ("3", "1")


def test_that_a_written_file_reads_back_the_same(tmp_path: Path) -> None:
    found = replace(
        model_from(ROW_D),
        provenance={"seed": 7, "note": "µ"},
        labels=(255, 0, 7),
        standard_errors={"alpha_x": 0.1, "alpha_y": None},
    )
    write_model(tmp_path / "m.json", found)
    assert read_model(tmp_path / "m.json") == found
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["schema"] == 1


@given(st.integers(2, 4), st.data())
def test_that_every_admissible_model_comes_back_bit_by_bit(n_phases: int, data: st.DataObject) -> None:
    values = {}
    for param in parameter_table(n_phases):
        low, high = param.domain
        if param.scale == "sign":
            values[param.name] = data.draw(st.sampled_from([-1.0, 1.0]))
        elif param.scale == "integer":
            values[param.name] = float(data.draw(st.integers(int(low), int(high))))
        else:
            values[param.name] = data.draw(st.floats(low, high))
    model = excursion_set(tuple("abcd"[:n_phases]), values)
    from morphstudio.io.model_file import model_content

    text = json.dumps(model_content(ModelFile(model, voxel_size_um=(0.5, 0.3, 0.4))))
    assert model_from(json.loads(text)) == ModelFile(model, voxel_size_um=(0.5, 0.3, 0.4))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from([*ROW_D, "standard_errors", "provenance"]),
)
def test_that_any_value_in_any_place_is_read_or_refused(value: Any, key: str) -> None:
    with suppress(InputError):
        model_from(ROW_D | {key: value})


@given(
    st.sampled_from(sorted(ROW_D["parameters"])),
    st.one_of(st.none(), st.booleans(), st.text(max_size=5), st.floats(), st.integers(), st.lists(st.floats())),
)
def test_that_any_parameter_value_is_read_or_refused(name: str, value: Any) -> None:
    content = ROW_D | {"parameters": ROW_D["parameters"] | {name: value}}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        with suppress(InputError):
            model_from(content)
    else:
        assert name in str(refused(content, "not a number"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("parametrs", "'parameters'"),
        ("phase", "'phases'"),
        ("voxel_size", "'voxel_size_um'"),
        ("label", "'labels'"),
        ("standard_error", "'standard_errors'"),
    ],
)
def test_that_a_wrong_key_names_the_nearest_right_one(wrong: str, right: str) -> None:
    refused(ROW_D | {wrong: 1}, right)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("alfa_x", "'alpha_x'"),
        ("lamda_x", "'lambda_x'"),
        ("alpha_chi_z", "'alpha_chi_"),
        ("scalez", "'scale_z'"),
        ("gamma", "Known names|mean"),
        ("Lambda_x", "'lambda_x'"),
    ],
)
def test_that_a_wrong_parameter_names_the_nearest_right_one(wrong: str, right: str) -> None:
    refused(ROW_D | {"parameters": {wrong: 1.0}}, right)


def test_that_a_parameter_in_the_wrong_place_is_sent_home() -> None:
    refused(ROW_D | {"lambda_x": 1.0}, "Move it into")


def test_that_fields_may_be_numbered_or_lettered() -> None:
    assert model_from(ROW_D | {"parameters": {"lambda_1": 0.5}}).model.values()["lambda_x"] == 0.5
    four = {"phases": ["a", "b", "c", "d"], "parameters": {"lambda_x": 0.5, "lambda_3": 0.7}}
    assert model_from(four).model.values()["lambda_1"] == 0.5


def test_that_a_sign_without_a_field_is_that_of_the_last() -> None:
    values = model_from(ROW_D | {"parameters": {"correlation_sign": -1, "correlation": 0.4}}).model.values()
    assert (values["correlation_sign_x"], values["correlation_sign_y"]) == (1, -1)


@pytest.mark.parametrize(
    ("units", "factor"),
    [
        ({"alpha_*": "1/um"}, 1.0),
        ({"alpha_*": "1/µm"}, 1.0),
        ({"alpha_*": "um^-1"}, 1.0),
        ({"*alpha*": "1/nm"}, 1e3),
        ({"alpha_x": "1/mm"}, 1e-3),
        ({"alpha_?": "1/voxel"}, 5.0),
        ({"alpha_1": "1/nm"}, 1e3),
        ({}, 1.0),
    ],
)
def test_that_units_are_converted(units: dict[str, str], factor: float) -> None:
    content = ROW_D | {"units": units, "parameters": {"alpha_x": 1.0}, "standard_errors": {"alpha_x": 0.01}}
    found = model_from(content)
    assert found.model.values()["alpha_x"] == pytest.approx(factor)
    assert found.standard_errors["alpha_x"] == pytest.approx(0.01 * factor)


def test_that_units_of_what_is_left_out_do_not_touch_the_default() -> None:
    default = model_from(ROW_D | {"units": {}, "parameters": {}}).model
    assert model_from(ROW_D | {"units": {"alpha_*": "1/nm"}, "parameters": {}}).model == default


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ({"alfa_x": "1/um"}, "'alpha_x'"),
        ({"alpha_*": "um"}, "no inverse length"),
        ({"alpha_*": 3}, "no inverse length"),
        ({"lambda_*": "1/um"}, "no unit"),
        ([], "not a table"),
        ({"alpha_*": "1/parsec"}, "no inverse length"),
    ],
)
def test_that_wrong_units_are_refused(units: Any, words: str) -> None:
    refused(ROW_D | {"units": units}, words)


def test_that_values_per_voxel_need_cubes() -> None:
    refused(ROW_D | {"units": {"alpha_*": "1/voxel"}, "voxel_size_um": [0.5, 0.3, 0.3]}, "not cubes")


@pytest.mark.parametrize(
    ("given_size", "expected"),
    [
        (0.2, 0.2),
        (1, 1.0),
        ([0.5, 0.3, 0.4], (0.5, 0.3, 0.4)),
        ([0.2], 0.2),
        (None, None),
        ("voxel", None),
    ],
)
def test_that_voxel_sizes_are_read(given_size: Any, expected: Any) -> None:
    assert model_from(ROW_D | {"voxel_size_um": given_size}).voxel_size_um == expected


@pytest.mark.parametrize("size", [0, -0.2, [0.2, 0.2], "small", [0.2, 0.2, 0], True, [], {}, float("nan")])
def test_that_impossible_voxel_sizes_are_refused(size: Any) -> None:
    assert "voxel_size" in refused(ROW_D | {"voxel_size_um": size}, "not usable").field


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 2}, "newer version"),
        ({"schema": "1"}, "schema"),
        ({"schema": True}, "schema"),
        ({"model": "gan"}, "'excursion'"),
        ({"parameterisation": "gausian"}, "'gaussian'"),
        ({"phases": ["a", "a", "b"]}, "same name"),
        ({"phases": ["a"]}, "2 to 4"),
        ({"phases": list("abcde")}, "2 to 4"),
        ({"phases": "abc"}, "names no phases"),
        ({"phases": [1, 2, 3]}, "names no phases"),
        ({"labels": [1, 2]}, "do not fit 3 phases"),
        ({"labels": [1, 1, 2]}, "of its own"),
        ({"labels": [1, 2, 300]}, "0 … 255"),
        ({"labels": [1, 2, 2.5]}, "whole numbers"),
        ({"parameters": []}, "table"),
        ({"parameters": {"lambda_x": "1"}}, "not a number"),
        ({"parameters": {"alpha_x": -1}}, "outside"),
        ({"parameters": {"correlation_sign": 0}}, "sign"),
        ({"parameters": {"lambda_x": 10**400}}, "not a number"),
        ({"standard_errors": {"alfa_x": 1}}, "'alpha_x'"),
        ({"standard_errors": {"alpha_x": -1}}, "standard error"),
        ({"provenance": "me"}, "provenance"),
    ],
)
def test_that_wrong_content_is_refused(changes: dict[str, Any], words: str) -> None:
    refused(ROW_D | changes, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", r"not valid JSON \(line 1\)"),
        ('{"a": 1\n "b": 2}', r"line 2"),
        ("[1, 2]", "not a model file"),
        ("", "not valid JSON"),
        ('{"schema": 1, "schema": 1}', "twice"),
        ("[" * 100000, "not valid JSON"),
        ("\xff\xfe", "not valid JSON"),
        ('{"schema": 1' + "0" * 5000 + "}", "not valid JSON"),
    ],
)
def test_that_broken_text_is_refused(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=words):
        read_model(tmp_path / "m.json")


def test_that_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(json.dumps(ROW_D), encoding="utf-8-sig")
    assert read_model(tmp_path / "m.json") == model_from(ROW_D)


def test_that_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_model(tmp_path / "m.json")


def test_that_provenance_of_any_kind_is_written_readably(tmp_path: Path) -> None:
    found = replace(
        model_from(ROW_D), provenance={"misfit": float("nan"), "shape": (1, 2), "n": np.int64(3), "path": tmp_path}
    )
    write_model(tmp_path / "m.json", found)
    written = read_model(tmp_path / "m.json").provenance
    assert written == {"misfit": None, "shape": [1, 2], "n": 3, "path": str(tmp_path)}


def test_that_damaged_model_files_are_read_or_refused(tmp_path: Path) -> None:
    intact = json.dumps(ROW_D).encode()
    rng = np.random.default_rng(5)
    path = tmp_path / "m.json"
    for _ in range(500):
        data = bytearray(intact)
        for _ in range(rng.integers(1, 4)):
            data[rng.integers(len(data))] = rng.integers(256)
        path.write_bytes(data[: rng.integers(len(data) // 2, len(data) + 1)])
        with suppress(InputError):
            read_model(path)


@pytest.mark.parametrize(("change", "unit"), [
    ({}, "um"), ({"voxel_size_um": None}, "um"),
    ({"units": {"alpha_*": "1/nm"}, "parameters": {"alpha_x": 0.001}}, "um"),
    ({"units": {"alpha_*": "1/voxel"}}, "voxel"), ({"voxel_size_um": "voxel", "units": {}}, "voxel"),
    ({"voxel_size_um": "voxel"}, "um"), ({"units": {}, "parameters": {"lambda_x": 1.0}}, "um")])
def test_that_a_file_without_voxel_size_keeps_the_unit_of_its_lengths(change: dict[str, Any], unit: str,
                                                                      tmp_path: Path) -> None:
    content = {key: value for key, value in ROW_D.items() if key != "voxel_size_um"} | change
    found = model_from(content)
    assert (found.voxel_size, found.length_unit) == (None, unit)
    write_model(tmp_path / "m.json", found)
    assert read_model(tmp_path / "m.json") == found


def test_that_a_voxel_size_turns_lengths_into_micrometres() -> None:
    assert model_from(ROW_D | {"units": {"alpha_*": "1/voxel"}}).length_unit == "um"


def test_that_lengths_in_two_units_need_a_voxel_size() -> None:
    mixed = {"voxel_size_um": None, "units": {"alpha_x": "1/voxel"}}
    assert "voxel_size_um" in refused(ROW_D | mixed, "alpha_x is per voxel").hint
