"""Two-point functions of windows: direct counts, the engine's own estimator, derivatives."""

import numpy as np
import pytest
import torch

from morphstudio.core.calibration.simulated.coverage import WindowCoverage, flat_pairs, pairs, section_coverage
from morphstudio.core.errors import InputError
from morphstudio.core.twopoint.image import radial


def labels(seed: int, size: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 3, (1, size, size)).astype(np.uint8)


def one_hot(section: np.ndarray) -> torch.Tensor:
    return torch.from_numpy((section[0] == np.arange(3)[:, None, None]).astype(np.float32))[None]


def test_that_curves_are_a_direct_count() -> None:
    section, size, h_max, b = labels(0, 12), 12, 5, 0.5
    found = WindowCoverage(size, (1.0, 1.0), h_max, b)(one_hot(section))[0].numpy()
    image = section[0]
    for row, (i, j) in enumerate(pairs(3)):
        for h in range(h_max + 1):
            total = weights = 0.0
            for dy in range(1 - size, size):
                for dx in range(1 - size, size):
                    distance = abs(h - np.hypot(dy, dx)) / b
                    if distance > 4:
                        continue
                    first = image[max(0, -dy):size - max(0, dy), max(0, -dx):size - max(0, dx)]
                    second = image[max(0, dy):size + min(0, dy), max(0, dx):size + min(0, dx)]
                    weight = np.exp(-0.5 * distance**2)
                    total += weight * ((first == i) & (second == j)).mean()
                    weights += weight
            assert found[row, h] == pytest.approx(total / weights, abs=1e-5)


@pytest.mark.parametrize("spacing", [(0.3, 0.3), (0.2, 0.3)])
def test_that_curves_are_those_of_the_images_estimator(spacing) -> None:
    section = labels(1, 40)
    found = WindowCoverage(40, spacing, 15, 0.5)
    expected = radial(section, 3, (1.0, *spacing), 15)
    np.testing.assert_allclose(found.lags, expected.lags)
    # Whether offsets exactly four bandwidths away count, with a weight of exp(−8), is left to rounding.
    np.testing.assert_allclose(found(one_hot(section))[0].numpy(), flat_pairs(expected.values), atol=2e-4)


def test_that_sections_are_averaged() -> None:
    sections = [labels(1, 20), labels(2, 24)]
    mean, smoothing = section_coverage(sections, 3, (1.0, 1.0, 1.0), 6, 0.5)
    single = [radial(s, 3, (1.0, 1.0, 1.0), 6) for s in sections]
    np.testing.assert_allclose(mean, (single[0].values + single[1].values) / 2)
    np.testing.assert_allclose(smoothing.lags, single[0].lags)


def test_that_derivatives_are_those_of_finite_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    windows = torch.softmax(torch.randn(2, 3, 14, 14, generator=generator), 1).requires_grad_(True)
    estimator = WindowCoverage(14, (1.0, 1.0), 6, 0.5)
    weight = torch.randn(2, 6, 7, generator=generator)
    along = torch.randn(windows.shape, generator=generator)
    (slope,) = torch.autograd.grad((estimator(windows) * weight).sum(), windows)
    with torch.no_grad():
        ends = [float((estimator(windows + s * along) * weight).double().sum()) for s in (1e-2, -1e-2)]
    assert (ends[0] - ends[1]) / 2e-2 == pytest.approx(float((slope * along).sum()), rel=1e-2, abs=1e-3)


def test_that_a_lag_beyond_the_window_is_refused() -> None:
    with pytest.raises(InputError, match="does not fit"):
        WindowCoverage(16, (1.0, 1.0), 20, 0.5)
