"""How long a training is said to take."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from morphstudio.app.training_time import FASTEST, SLOWEST, forecast_training, training_pace
from morphstudio.core.calibration.simulated.settings import METHODS, preset
from morphstudio.core.phases import Phase, PhaseImage

LABELS = np.tile(np.array([[1, 2], [2, 1]], np.uint8), (1, 100, 100))
IMAGES = (PhaseImage(LABELS, (Phase(1, "am", "active material"), Phase(2, "pore", "pore")), (0.2, 0.2, 0.2), "board"),)


@pytest.mark.parametrize("method", METHODS)
def test_that_it_grows_with_the_epochs(method: str):
    settings = replace(preset("quick", method), exact_first="no")
    seconds = [forecast_training(IMAGES, replace(settings, n_epochs=n)).seconds for n in (10, 20, 40)]
    assert seconds[2] - seconds[1] == pytest.approx(2 * (seconds[1] - seconds[0]))
    assert 0 < seconds[0] < seconds[1]


@pytest.mark.parametrize("method", METHODS)
def test_that_the_paper_takes_longer(method: str):
    quick, paper = (forecast_training(IMAGES, preset(name, method)).seconds for name in ("quick", "paper"))
    assert paper > 20 * quick


def test_that_a_run_teaches_the_pace():
    settings = preset("quick", "combined")
    usual = forecast_training(IMAGES, settings).seconds
    assert training_pace(IMAGES, settings, settings.n_epochs, 2 * usual) == pytest.approx(2)
    assert training_pace(IMAGES, settings, settings.n_epochs, 5.0) is None
    assert training_pace(IMAGES, settings, settings.n_epochs, 1e9) == SLOWEST
    assert training_pace(IMAGES, settings, 10**6, 21.0) == FASTEST
