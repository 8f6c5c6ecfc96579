"""What a calibration says of its fit: one wording, the same as that of a comparison."""

import math
from dataclasses import replace

import pytest

from morphstudio.core.calibration.records import ParameterEstimate, RankedOrder
from morphstudio.core.calibration.report import verdict
from morphstudio.core.calibration.uncertainty import _estimate, with_rival
from morphstudio.core.calibration.weak import weak_parameters, weak_reason
from morphstudio.core.grades import GRADE_WORDS
from morphstudio.core.models.excursion_set import excursion_set


@pytest.mark.parametrize(("surface", "chord", "grade", "words"), [
    (0.01, 0.03, "fits", "The model fits: surface areas are off by 1.0 % and mean chords by 3.0 %"),
    (0.04, 0.01, "partly", "The model fits in part: "),
    (0.01, 0.16, "no", "The model does not fit: "),
])
def test_that_a_ranked_order_has_the_grade_of_its_larger_error(surface: float, chord: float, grade: str,
                                                               words: str) -> None:
    model = excursion_set(("am", "pore"), {})
    best = RankedOrder((0, 1), model.phases, 1.0, surface, chord, refined=True, model=model)
    assert best.grade == grade
    text = verdict(best, {"sigma_x": ParameterEstimate(1.0, 2.0, (-3.0, 5.0), weak=True)})
    assert text.startswith(words)
    assert text.startswith(f"{GRADE_WORDS[best.grade]}: ")
    assert text.endswith("Weakly determined: sigma_x (left open by the curves).")


def test_that_a_layer_is_told() -> None:
    model = excursion_set(("pore", "binder", "am"), {"confinement_y": 1.3})
    best = RankedOrder((0, 2, 1), model.phases, 1.0, 0.02, 0.02, refined=True, model=model)
    assert "binder lies in a layer on pore only." in verdict(best, {})
    free = model.with_values({"confinement_y": 0.0})
    assert "layer" not in verdict(replace(best, model=free), {})


@pytest.mark.parametrize(("largest", "grade"), [(0.19, "fits"), (0.21, "no"), (float("nan"), "fits")])
def test_that_one_phase_far_off_is_no_fit_however_good_the_mean(largest: float, grade: str) -> None:
    model = excursion_set(("am", "pore"), {})
    best = RankedOrder((0, 1), model.phases, 1.0, 0.02, 0.02, refined=True, model=model, largest_error=largest)
    assert best.grade == grade
    assert ("The largest difference of a single phase is 21.0 %." in verdict(best, {})) is (grade == "no")
    named = replace(best, largest_of="mean chord of pore")
    assert ("Furthest off is the mean chord of pore, by 21.0 % (mean over directions)." in verdict(named, {})) is (
        grade == "no")


LIMIT, RIVAL = "It ran to the limit of what these images can resolve.", "Another set of values, here 3, fits nearly."
TRADED = "Others make up for it: moved by about 40 % together with them, it changes the curves by less."


def _at_limit(value: float, low: float, high: float) -> ParameterEstimate:
    return ParameterEstimate(value, math.inf, (low, high), weak=True, reason=LIMIT)


def test_that_weak_parameters_are_told_by_their_reason() -> None:
    model = excursion_set(("am", "se", "pore"), {})
    fitted = {"alpha_x": _at_limit(0.005, 0.005, 60.0), "alpha_chi_y": _at_limit(60.0, 0.005, 60.0),
              "correlation": _at_limit(0.99, 0.001, 0.99), "lambda_x": ParameterEstimate(1.0, 0.01, (0.98, 1.02)),
              "lambda_y": ParameterEstimate(1.0, 0.4, (0.2, 1.8), weak=True, reason=RIVAL),
              "alpha_chi_x": ParameterEstimate(1.0, 0.4, (0.2, 1.8), weak=True, reason=TRADED),
              # No limit, and yet no usual error: the curves do not see it at all.
              "alpha_y": ParameterEstimate(1.0, math.inf, (0.005, 60.0), weak=True, reason="Moving it is not seen.")}
    told = {reason: [p.name for p in params] for reason, params in weak_parameters(model, fitted).items()}
    assert told == {"long": ["alpha_x"], "fine": ["alpha_chi_y"], "end": ["correlation"], "rival": ["lambda_y"],
                    "traded": ["alpha_chi_x"], "flat": ["alpha_y"]}
    best = RankedOrder((0, 1, 2), model.phases, 1.0, 0.01, 0.01, refined=True, model=model)
    assert ("Weakly determined: alpha_x (correlations longer than the image); alpha_chi_y (correlations finer than its "
            "voxels); correlation (at the end of their range);") in verdict(best, fitted)
    fitted |= {name: _at_limit(0.005, 0.005, 60.0) for name in ("alpha_chi_x", "alpha_chi_common")}
    assert verdict(best, fitted).endswith(
        "Weakly determined: 7 of 8 parameters (correlations longer than the image: 3; correlations finer than its "
        "voxels: 1; at the end of their range: 1; another value fits as well: 1; left open by the curves: 1).")


def test_that_the_reasons_are_those_that_a_fit_gives() -> None:
    """The words that an estimate is given are those by which its reason is told."""
    model = excursion_set(("am", "pore"), {})
    param = next(p for p in model.table if p.name == "alpha_x")
    low, high = math.log(0.005), math.log(60.0)
    cases = ((low, (math.inf, 0.1), True, "long"), (high, (math.inf, 0.1), True, "fine"),
             (0.0, (math.inf, math.inf), False, "flat"), (0.0, (0.4, 0.3), False, "flat"),
             (0.0, (0.4, 0.1), False, "traded"), (0.0, (0.01, 0.01), False, None))
    for x, errors, at_limit, reason in cases:
        estimate = _estimate(param, x, errors, 2.0, (low, high), at_limit=at_limit)
        assert weak_reason(param, estimate) == reason
    sure = {"alpha_x": _estimate(param, 0.0, (0.01, 0.01), 2.0, (low, high), at_limit=False)}
    other = {"alpha_x": _estimate(param, 2.0, (0.01, 0.01), 2.0, (low, high), at_limit=False)}
    assert weak_reason(param, with_rival(sure, other, (1.0, 1.05))["alpha_x"]) == "rival"
