"""When a new run takes the place of the one in use."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.app.document import Document, ImageState, Reached, RunEntry
from morphstudio.app.run_families import families_not_reached
from morphstudio.app.run_history import RunHistory
from morphstudio.app.run_in_use import is_noticeably_better, run_in_use, stays_in_use
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, RankedOrder
from morphstudio.core.models.excursion_set import excursion_set, families_of

NAMES = ("am", "pore")


def _run(name: str, misfit: float, surface: float, chord: float, largest: float = float("nan")) -> RunEntry:
    model = excursion_set(NAMES, {"lambda_x": 1.0 + 0.1 * (ord(name) - ord("a"))})
    best = RankedOrder((0, 1), NAMES, misfit, surface, chord, refined=True, model=model, largest_error=largest)
    result = CalibrationResult(model, (best,), {}, misfit, (), (), 1.0, 9, "")
    return RunEntry(name, ExactSettings(), "finished", result, made_from=(ImageState("image", "labels"),))


@pytest.mark.parametrize(("new", "used", "replaces"), [
    # Curves: lower by more than a twentieth.
    ((0.94, 0.02, 0.02), (1.0, 0.02, 0.02), True),
    ((0.96, 0.02, 0.02), (1.0, 0.02, 0.02), False),
    ((1.0, 0.02, 0.02), (1.0, 0.02, 0.02), False),
    # … unless surfaces and chords are clearly further off, or the grade is a worse one.
    ((0.5, 0.06, 0.04), (1.0, 0.05, 0.04), True),
    ((0.5, 0.08, 0.06), (1.0, 0.05, 0.04), False),
    ((0.5, 0.031, 0.01), (1.0, 0.029, 0.01), False),
    ((0.5, 0.02, 0.02, 0.5), (1.0, 0.02, 0.02), False),
    # Surfaces and chords clearly closer, or a better grade, at a misfit that is not told apart.
    ((1.01, 0.02, 0.02), (1.0, 0.05, 0.06), True),
    ((1.01, 0.02, 0.02), (1.0, 0.031, 0.02), True),
    ((1.01, 0.055, 0.055), (1.0, 0.06, 0.06), False),
    ((1.10, 0.02, 0.02), (1.0, 0.05, 0.06), False),
])
def test_that_a_run_takes_the_place_of_another_where_it_fits_noticeably_better(
        new: tuple[float, ...], used: tuple[float, ...], *, replaces: bool) -> None:
    one, other = _run("b", *new), _run("a", *used)
    assert is_noticeably_better(one, other) is replaces
    document = Document(runs=(other, one), calibrated=other.best)
    assert stays_in_use(document, one) is (None if replaces else other)
    assert not (replaces and is_noticeably_better(other, one)), "two runs do not take each other's place in turn"


def test_that_a_run_of_which_surfaces_are_not_known_is_compared_by_its_misfit() -> None:
    used = _run("a", 1.0, 0.02, 0.02)
    history = RunHistory(np.array([1]), np.array([1.0]), np.array([1.0]), {})
    kept = RunEntry("s", ExactSettings(), "cancelled", None, history=history, made_from=used.made_from,
                    reached=Reached(used.best))
    assert run_in_use(Document(runs=(kept,), calibrated=used.best)) is kept
    assert is_noticeably_better(_run("b", 0.9, 0.3, 0.3), kept)
    assert not is_noticeably_better(_run("b", 0.99, 0.0, 0.0), kept)


@pytest.mark.parametrize(("asked", "families", "words"), [
    ("kernel", "gaussian", "Kernel"), ("matern", "gaussian", "Matérn"), ("matern", "matern", ""),
    ("gaussian", "gaussian", ""), ("low-parametric", "gaussian", "Low-parametric"),
    ("gaussian+exponential", "gaussian", "Gaussian and Exponential")])
def test_that_a_run_cut_short_with_gaussian_fields_tells_which_it_did_not_reach(asked: str, families: str,
                                                                                words: str) -> None:
    model = excursion_set(NAMES, {}, families_of(2, families))
    run = RunEntry("s", ExactSettings(parameterisation=asked), "cancelled", reached=Reached(model))
    assert families_not_reached(run) == words


def test_that_a_run_without_a_model_or_with_a_result_tells_nothing_of_fields() -> None:
    asked = ExactSettings(parameterisation="kernel")
    assert families_not_reached(RunEntry("s", asked, "cancelled")) == ""
    ended = _run("a", 1.0, 0.0, 0.0)
    assert families_not_reached(RunEntry("s", asked, "finished", ended.result)) == ""
    single = ExactSettings(covariances={"chi_x": "matern"})
    assert families_not_reached(RunEntry("s", single, "cancelled", reached=Reached(ended.best))) == "Matérn"
