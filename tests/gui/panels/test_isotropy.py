"""Every phase is asked whether it looks the same in all directions."""

import numpy as np
import pytest

from morphstudio.gui.panels.data.isotropy_view import DirectionalCurves, most_different


def curves(fraction: float, gap: float) -> DirectionalCurves:
    lags = np.arange(5.0)
    fall = fraction**2 + fraction * (1 - fraction) * np.exp(-lags)
    return DirectionalCurves({"x": lags, "y": lags}, {"x": fall, "y": fall - gap * (lags == 1)}, fraction**2, "µm")


def test_that_a_rare_phase_that_differs_by_direction_is_named() -> None:
    worst, share = most_different([curves(0.5, 0.01), curves(0.06, 0.02)], [0.5, 0.06])
    assert worst == 1
    assert share == pytest.approx(0.02 / (0.06 * 0.94))
