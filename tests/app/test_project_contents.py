from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from morphstudio.app.document import Document, ImageEntry, MeasuredEntry, Reached, RunEntry, Variant
from morphstudio.app.project_contents import read_project, write_project
from morphstudio.app.record_codec import decode, encode
from morphstudio.app.run_history import RunHistory
from morphstudio.core.calibration.records import (
    CalibrationResult,
    ExactSettings,
    ParameterEstimate,
    RankedOrder,
    TwoPointCurves,
)
from morphstudio.core.calibration.simulated.records import SimulatedOutcome
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.descriptors.measurement import measure
from morphstudio.core.descriptors.summary import summarise
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import phase_image


def full_document() -> Document:
    """Return a document with every kind of record in it."""
    model = excursion_set(("se", "am", "pore"), {"lambda_x": 1.25, "nugget_y": 1 / 3})
    labels = np.random.default_rng(1).integers(0, 3, (9, 10, 11)).astype(np.uint8)
    image = phase_image(labels, (0.3, 0.2, 0.1), {0: "pore", 1: "am", 2: "se"}, "blocks")
    lags = np.array([0.1, 0.2])
    curves = TwoPointCurves(lags, np.full((2, 3, 3), 1 / 9), np.full((2, 3, 3), np.nan), "in plane")
    ranked = RankedOrder((2, 1, 0), model.phases, 1.5, 0.01, float("nan"), refined=True, model=model)
    estimates = {"lambda_x": ParameterEstimate(1.25, 0.1, (1.05, 1.45), weak=True, reason="few images"),
                 "alpha_x": ParameterEstimate(0.6, float("inf"), (float("-inf"), float("inf")))}
    result = CalibrationResult(model, (ranked,), estimates, 1.5, (curves,), (replace(curves, standard_errors=None),),
                               3.5, 12, "The model fits.")
    settings = ExactSettings(order=(2, 1, 0), fixed={"correlation": 0.0}, seed=3)
    history = RunHistory(np.array([1, 3]), np.array([7.0, 1.5]), np.array([np.nan, 1.5]),
                         {"lambda_x": np.array([np.nan, 1.25])})
    simulated = SimulatedSettings(method="adversarial", features=(8, 16), fixed={"correlation": 0.0}, begin=model)
    outcome = SimulatedOutcome("adversarial", "patience", "It ended.", 7, 0.1, float("nan"), 0.01, 0.02, ranked)
    measured = measure(image)
    over = summarise([measured] * 2)
    return Document(
        name="All of it", path=Path("/somewhere/p.morphstudio"),
        images=(ImageEntry(image, "blocks.tif", "abc", voxel_confirmed=True, source_note="a note"),),
        model=model, calibrated=model, model_labels=(2, 1, 0), model_roles=("electrolyte", "active material", "pore"),
        voxel_size_um=(0.3, 0.2, 0.1), seed=5,
        runs=(RunEntry("one", settings, "finished", result, (0,), history),
              RunEntry("two", ExactSettings(), "running"),
              RunEntry("three", ExactSettings(), "cancelled", reached=Reached(model, (curves,), (curves,), (ranked,))),
              RunEntry("four", simulated, "finished", replace(result, simulated=outcome), (0,),
                       replace(history, training={"epoch": np.array([np.nan, 2.0])}))),
        variants=(Variant("before", model),),
        measurements=(MeasuredEntry("data", "data", measured), MeasuredEntry("model", "model", over)),
    )


def same(a: Any, b: Any) -> bool:
    """Whether two trees of records hold the same values, NaN included."""
    if is_dataclass(a) and not isinstance(a, type):
        return type(a) is type(b) and all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, np.ndarray):
        return bool(a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return bool(type(a) is type(b) and (a == b or (a != a and b != b)))


def test_that_everything_in_a_document_comes_back(tmp_path: Path) -> None:
    document = full_document()
    write_project(tmp_path / "p.morphstudio", document)
    back = read_project(tmp_path / "p.morphstudio")
    interrupted = replace(document.runs[1], status="paused")
    assert same(back, replace(document, path=None, runs=(document.runs[0], interrupted, *document.runs[2:])))
    assert back.active_image is not None
    assert back.active_image.image.fractions.sum() == pytest.approx(1)


def test_that_an_unknown_record_is_refused() -> None:
    with pytest.raises(InputError, match="does not know"):
        decode({"record": "System", "command": "rm"}, {"Document": Document})


def test_that_a_record_with_another_field_is_refused() -> None:
    with pytest.raises(InputError, match="does not fit"):
        decode({"record": "Document", "colour": "red"}, {"Document": Document})


def test_that_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no plain form"):
        encode({"a": object()})
    with pytest.raises(TypeError, match="cannot be a key"):
        encode({1: "a"})


def test_that_a_newer_document_is_refused(tmp_path: Path) -> None:
    from morphstudio.io.project import save_project

    save_project(tmp_path / "p.morphstudio", {"document_schema": 99, "document": {}})
    with pytest.raises(InputError, match="newer version"):
        read_project(tmp_path / "p.morphstudio")


def test_that_a_project_without_a_document_is_refused(tmp_path: Path) -> None:
    from morphstudio.io.project import save_project

    save_project(tmp_path / "p.morphstudio", {"document_schema": 1, "document": [1, 2]})
    with pytest.raises(InputError, match="no document"):
        read_project(tmp_path / "p.morphstudio")


def test_that_a_project_without_histories_opens(tmp_path: Path) -> None:
    from morphstudio.io.project import save_project

    contents = encode(Document(runs=(RunEntry("one", ExactSettings(), "cancelled"),)))
    del contents["runs"][0]["history"]
    save_project(tmp_path / "p.morphstudio", {"document_schema": 1, "document": contents})
    (run,) = read_project(tmp_path / "p.morphstudio").runs
    assert run.history is None
