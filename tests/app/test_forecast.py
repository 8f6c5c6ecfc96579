from __future__ import annotations

import numpy as np
import psutil
import pytest

from morphstudio.app.forecast import (
    Forecast,
    forecast_calibrate,
    forecast_generate,
    forecast_measure,
    forecast_simulate,
    generation_rate,
)
from morphstudio.core.errors import InsufficientMemoryError
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import forecast_bytes
from morphstudio.core.phases import phase_image

MODEL = excursion_set(("a", "b", "c"), {})
SIZE = (0.2, 0.2, 0.2)


def test_that_small_work_fits() -> None:
    forecast = forecast_generate(MODEL, (50, 50, 50), SIZE)
    assert forecast.fits
    forecast.check()


def test_that_work_that_does_not_fit_is_refused_and_the_cube_that_fits_is_named() -> None:
    forecast = forecast_generate(MODEL, (20000, 20000, 20000), SIZE)
    assert not forecast.fits
    n = forecast.largest_cube
    assert n is not None
    assert forecast_bytes(MODEL, (n, n, n), SIZE) <= 0.9 * forecast.bytes_free
    assert forecast_bytes(MODEL, (n + 1,) * 3, SIZE) > 0.9 * forecast.bytes_free
    with pytest.raises(InsufficientMemoryError, match=f"A cube of {n} × {n} × {n} voxels would fit"):
        forecast.check()


def test_that_the_free_memory_decides() -> None:
    assert Forecast(89, 100).fits
    assert not Forecast(91, 100).fits
    with pytest.raises(InsufficientMemoryError, match=r"0.0 GB of memory .* Close other programs"):
        Forecast(91, 100).check()


def test_that_measuring_and_calibrating_are_forecast() -> None:
    image = phase_image(np.indices((4, 5, 6)).sum(0) % 2)
    assert forecast_calibrate((image,)).fits
    assert forecast_measure((4, 5, 6)).bytes_needed > 4 * 5 * 6
    assert not forecast_measure((10**4, 10**4, 10**4)).fits
    assert forecast_measure((1, 1, 1)).bytes_free <= psutil.virtual_memory().total


def test_that_the_time_is_unknown_until_a_generation_was_timed_and_then_as_that_one_took() -> None:
    assert forecast_generate(MODEL, (50, 50, 50), SIZE).seconds is None
    rate = generation_rate(MODEL, (50, 50, 50), SIZE, 4.0)
    assert rate is not None
    assert forecast_generate(MODEL, (50, 50, 50), SIZE, rate=rate).seconds == pytest.approx(4.0)


def test_that_more_voxels_and_more_fields_take_longer() -> None:
    short = forecast_generate(MODEL, (50, 50, 50), SIZE, rate=1e6).seconds
    large = forecast_generate(MODEL, (400, 400, 400), SIZE, rate=1e6).seconds
    simple = forecast_generate(excursion_set(("a", "b"), {}), (50, 50, 50), SIZE, rate=1e6).seconds
    assert short is not None
    assert large is not None
    assert large > 50 * short
    assert simple == pytest.approx(short / 2)


def test_that_a_generation_too_short_to_tell_gives_no_rate() -> None:
    assert generation_rate(MODEL, (10, 10, 10), SIZE, 0.1) is None


def test_that_training_needs_more_with_its_batch_and_window() -> None:
    image = phase_image((np.indices((1, 300, 300)).sum(0) % 2).astype(np.uint8), SIZE)
    exact, small, large = (forecast_calibrate((image,)), forecast_simulate((image,), 8, 64),
                           forecast_simulate((image,), 32, 201))
    assert exact.bytes_needed < small.bytes_needed < 10**9
    # Seen with two phases: 1.2 GB beyond what was there before.
    assert 1.2e9 < large.bytes_needed < 2e9
