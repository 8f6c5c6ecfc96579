"""Measurements as files and tables."""

from __future__ import annotations

import json

import numpy as np
import pytest

from morphstudio.core.descriptors.measurement import measure
from morphstudio.core.descriptors.report import rows, table, to_json
from morphstudio.core.descriptors.summary import summarise
from morphstudio.core.descriptors.values import Measurement, PhaseMeasurement, Value
from morphstudio.core.phases import phase_image


@pytest.fixture
def measured():
    labels = np.random.default_rng(0).integers(1, 3, (6, 7, 8)).astype(np.uint8)
    return measure(phase_image(labels, (0.3, 0.2, 0.1), {1: "se", 2: "am"}, "sample"))


def model_of(*fractions):
    return summarise([Measurement((1.0, 1.0, 1.0), (PhaseMeasurement("am", 1, {"volume_fraction": Value(f, "1")}),),
                                  (4, 4, 4)) for f in fractions])


def test_that_the_file_has_the_documented_form(measured):
    data = json.loads(json.dumps(to_json(measured), allow_nan=False))
    assert data["schema"] == 1
    assert data["voxel_size_um"] == [0.3, 0.2, 0.1]
    assert list(data["phases"]) == ["se", "am"]
    am = data["phases"]["am"]
    assert set(am["volume_fraction"]) == {"value", "unit"}
    assert am["volume_fraction"]["unit"] == "1"
    assert am["specific_surface_area"]["unit"] == "1/um"
    assert set(am["mean_chord_length"]) == {"z", "y", "x"}
    assert am["mean_chord_length"]["z"]["unit"] == "um"
    chords = am["chord_length_distribution"]["x"]
    assert set(chords) == {"grid", "values", "unit", "mean"}
    assert len(chords["grid"]) == len(chords["values"])
    assert set(am["lineal_path"]["z"]) == {"grid", "values", "unit"}


def test_that_values_that_do_not_exist_are_null_with_a_reason():
    layers = np.broadcast_to(np.array([1, 2, 1], np.uint8)[:, None, None], (3, 4, 4))
    data = to_json(measure(phase_image(layers)))
    assert data["voxel_size_um"] is None
    leaf = data["phases"]["1"]["mean_chord_length"]["x"]
    assert leaf["value"] is None
    assert leaf["reason"]
    assert leaf["unit"] == "voxel"
    chords = data["phases"]["1"]["chord_length_distribution"]["z"]
    assert chords["mean"] is None
    assert chords["grid"] == []
    assert chords["reason"]


def test_that_infinite_values_become_null():
    phase = PhaseMeasurement("a", 1, {"volume_fraction": Value(float("nan"), "1")})
    assert to_json(Measurement(None, (phase,), (2, 2, 2)))["phases"]["a"]["volume_fraction"]["value"] is None


def test_that_rows_are_grouped_by_descriptor_axis_and_phase(measured):
    listed = [(r.descriptor, r.axis, r.phase) for r in rows(measured)]
    assert listed[:2] == [("volume_fraction", "", "se"), ("volume_fraction", "", "am")]
    chords = [entry for entry in listed if entry[0] == "mean_chord_length"]
    assert chords == [("mean_chord_length", a, p) for a in "zyx" for p in ("se", "am")]
    assert all(len(r.cells) == 1 for r in rows(measured))


def test_that_columns_are_matched_by_label_and_gaps_say_why(measured):
    model = model_of(0.4, 0.6)
    by_label = {(r.descriptor, r.label, r.axis): r for r in table({"data": measured, "model": model})}
    row = by_label["volume_fraction", 1, ""]
    assert row.phase == "se"
    assert row.cells[1].value == pytest.approx(0.5)
    assert row.cells[1].sd == pytest.approx(np.std([0.4, 0.6], ddof=1))
    assert by_label["volume_fraction", 2, ""].cells[1].reason == "not measured"
    assert by_label["mean_chord_length", 1, "z"].cells[1].value is None
    assert by_label["mean_chord_length", 1, "z"].unit == "um"
