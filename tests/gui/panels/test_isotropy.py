"""Every phase is asked whether it looks the same in all directions."""

import numpy as np
import pytest

from morphstudio.gui.panels.data.isotropy_view import DirectionalCurves, enough_ticks, most_different
from morphstudio.gui.panels.data.quality_panels import isotropy_words


def curves(fraction: float, gap: float) -> DirectionalCurves:
    lags = np.arange(5.0)
    fall = fraction**2 + fraction * (1 - fraction) * np.exp(-lags)
    return DirectionalCurves({"x": lags, "y": lags}, {"x": fall, "y": fall - gap * (lags == 1)}, fraction**2, "µm")


def test_that_a_rare_phase_that_differs_by_direction_is_named() -> None:
    worst, share = most_different([curves(0.5, 0.01), curves(0.06, 0.02)], [0.5, 0.06])
    assert worst == 1
    assert share == pytest.approx(0.02 / (0.06 * 0.94))


@pytest.mark.parametrize(("low", "high", "room"), [(0.19, 0.475, 2), (0.0, 82.0, 1), (0.31, 0.58, 3), (0.0, 0.9, 2)])
def test_that_an_axis_has_three_ticks_or_more(low, high, room) -> None:
    ticks = enough_ticks(low, high, room)
    assert 3 <= len(ticks) <= 8
    assert low <= ticks[0] < ticks[-1] <= high


def test_that_the_verdict_and_its_reason_agree() -> None:
    state, words, sentence = isotropy_words("label 1", 0.097)
    assert (state, words) == ("ok", "no difference seen")
    assert sentence == "label 1: gap 9.7 %; chance alone gives up to 10 %"
    assert isotropy_words("label 1", 0.033)[:2] == ("ok", "isotropic")
    assert isotropy_words("label 1", 0.12)[:2] == ("warn", "not isotropic")
