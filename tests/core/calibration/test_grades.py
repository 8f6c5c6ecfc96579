"""What a calibration says of its fit: one wording, the same as that of a comparison."""

from dataclasses import replace

import pytest

from morphstudio.core.calibration.records import ParameterEstimate, RankedOrder
from morphstudio.core.calibration.report import verdict
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
    assert text.endswith("Weakly determined: sigma_x.")


@pytest.mark.parametrize(("largest", "grade"), [(0.19, "fits"), (0.21, "no"), (float("nan"), "fits")])
def test_that_one_phase_far_off_is_no_fit_however_good_the_mean(largest: float, grade: str) -> None:
    model = excursion_set(("am", "pore"), {})
    best = RankedOrder((0, 1), model.phases, 1.0, 0.02, 0.02, refined=True, model=model, largest_error=largest)
    assert best.grade == grade
    assert ("The largest difference of a single phase is 21.0 %." in verdict(best, {})) is (grade == "no")
    named = replace(best, largest_of="mean chord of pore")
    assert ("Furthest off is the mean chord of pore, by 21.0 % (mean over directions)." in verdict(named, {})) is (
        grade == "no")
