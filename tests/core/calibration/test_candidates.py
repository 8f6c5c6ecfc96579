"""Which models a calibration tries: a model given to begin from is one more start of its own order."""

import numpy as np
import pytest

from morphstudio.core.calibration.candidates import candidates
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.calibration.statistics import PairStatistics, image_statistics
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import phase_image

BEST = excursion_set(("am", "pore"), {"alpha_chi_x": 1.2, "alpha_x": 0.9, "lambda_x": 1.4})


@pytest.fixture(scope="module")
def statistics() -> PairStatistics:
    labels = realise(BEST, (1, 96, 96), (0.2, 0.2, 0.2), 4) + np.uint8(1)
    image = phase_image(labels, (0.2, 0.2, 0.2), {1: "am", 2: "pore"})
    return image_statistics([image], ExactSettings())


def test_that_a_model_to_begin_from_adds_one_start_of_its_order(statistics: PairStatistics) -> None:
    plain = candidates(statistics, ("am", "pore"), ExactSettings(starts=2))
    begun = candidates(statistics, ("am", "pore"), ExactSettings(starts=2, begin=BEST))
    assert [c.order for c in plain] == [(0, 1)] * 2 + [(1, 0)] * 2
    assert [c.order for c in begun] == [(0, 1)] * 3 + [(1, 0)] * 2
    for ours, theirs in zip([*begun[:2], *begun[3:]], plain, strict=True):
        assert np.array_equal(ours.fit.x, theirs.fit.x)  # the seeded starts stay what they were
    values = begun[2].problem.model(begun[2].fit.x).values()
    assert [values[name] for name in ("alpha_chi_x", "alpha_x")] == pytest.approx([1.2, 0.9])


def test_that_an_order_of_other_phases_adds_none(statistics: PairStatistics) -> None:
    settings = ExactSettings(starts=1, order=(1, 0), begin=BEST)
    assert len(candidates(statistics, ("am", "pore"), settings)) == 1
