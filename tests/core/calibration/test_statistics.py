"""Pair counts and block statistics against brute force, and what is refused."""

import numpy as np
import pytest

from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.calibration.statistics import image_statistics
from morphstudio.core.errors import InputError
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.core.twopoint.pair_counts import pair_counts


def _noise(shape: tuple[int, ...], seed: int = 0, n_phases: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).choice(n_phases, shape, p=[0.5, 0.3, 0.2][:n_phases]).astype(np.uint8)


@pytest.mark.parametrize("offset", [(0, 0, 1), (1, -2, 3), (2, 3, -1), (0, 5, 0), (3, 0, 0)])
@pytest.mark.parametrize("blocks", [(1, 1, 1), (2, 3, 4)])
def test_that_pairs_are_counted_in_the_block_of_their_first_voxel(
    offset: tuple[int, int, int], blocks: tuple[int, int, int],
) -> None:
    image = _noise((7, 11, 13))
    expected = np.zeros((*blocks, 3, 3), int)
    for v in np.ndindex(image.shape):
        w = tuple(a + b for a, b in zip(v, offset, strict=True))
        if all(0 <= c < n for c, n in zip(w, image.shape, strict=True)):
            block = tuple(min(c // (n // b), b - 1) for c, n, b in zip(v, image.shape, blocks, strict=True))
            expected[(*block, image[v], image[w])] += 1
    got = pair_counts(image, 3, np.array([offset]), blocks)
    np.testing.assert_array_equal(got[0], expected.reshape(-1, 3, 3))


def _image(shape: tuple[int, ...], seed: int = 0) -> PhaseImage:
    return phase_image(_noise(shape, seed), (0.5, 0.5, 0.5), {0: "a", 1: "b", 2: "c"})


def test_that_uncorrelated_noise_has_product_coverage_within_its_standard_errors() -> None:
    statistics = image_statistics([_image((1, 200, 220))], ExactSettings())
    eps = statistics.fractions
    deviation = (statistics.values - np.outer(eps, eps)) / statistics.standard_errors
    assert np.abs(deviation).max() < 4.5
    assert 0.3 < np.sqrt((deviation**2).mean()) < 1.5


def test_that_coverage_of_an_image_is_complete() -> None:
    statistics = image_statistics([_image((40, 50, 60))], ExactSettings())
    np.testing.assert_allclose(statistics.values.sum((1, 2)), 1.0)
    np.testing.assert_allclose(statistics.values, statistics.values.swapaxes(1, 2))
    np.testing.assert_allclose(statistics.deviations.sum(0), 0.0, atol=1e-12)
    assert statistics.sees_z


def test_that_standard_errors_are_those_of_repeated_images() -> None:
    """Blocks of one image predict the scatter over independent images (noise: exact in the mean)."""
    repeats = [image_statistics([_image((1, 160, 160), seed)], ExactSettings(n_lags=6)) for seed in range(40)]
    empirical = np.std([s.values for s in repeats], axis=0, ddof=1)
    predicted = np.mean([s.standard_errors for s in repeats], axis=0)
    assert 0.8 < np.median(predicted / empirical) < 1.25


def test_that_sections_of_two_planes_meet_in_one_set_of_lags() -> None:
    volume = _noise((48, 48, 48))
    names = {0: "a", 1: "b", 2: "c"}
    xy, xz = (phase_image(cut, (0.5, 0.5, 0.5), names) for cut in (volume[:1], volume[:, :1]))
    only_xy = image_statistics([xy, xy], ExactSettings())
    both = image_statistics([xy, xz], ExactSettings())
    assert not only_xy.sees_z
    assert both.sees_z
    assert len(both.lags) > len(only_xy.lags)
    assert (both.lags[:, 1] == 0).all()


def test_that_surface_and_chord_of_noise_are_their_closed_forms() -> None:
    """Independent voxels: ε − C(d) = ε (1 − ε) at every lag."""
    image = _image((60, 60, 60))
    statistics = image_statistics([image], ExactSettings())
    eps = statistics.fractions
    lengths = 0.5 * np.sqrt([1] * 3 + [2] * 6 + [3] * 4)
    weight = np.array([0.0915558] * 3 + [0.0739613] * 6 + [0.0703913] * 4)
    np.testing.assert_allclose(statistics.surface, 4 * eps * (1 - eps) * (weight / lengths).sum(), rtol=0.01)
    np.testing.assert_allclose(statistics.chord, 0.5 / (1 - eps), rtol=0.01)


@pytest.mark.parametrize("shape", [(1, 10, 100), (12, 40, 40)])
def test_that_small_images_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="too small"):
        image_statistics([_image(shape)], ExactSettings())


def test_that_an_image_smaller_than_its_structure_is_refused() -> None:
    y, x = np.mgrid[:120, :120]
    stripes = ((x + 0 * y) // 60).astype(np.uint8)
    with pytest.raises(InputError, match="still correlated"):
        image_statistics([phase_image(stripes)], ExactSettings())


def test_that_images_with_other_phases_or_units_are_refused() -> None:
    a = _image((1, 64, 64))
    with pytest.raises(InputError, match="other phases"):
        image_statistics([a, phase_image(_noise((1, 64, 64)), (0.5, 0.5, 0.5))], ExactSettings())
    with pytest.raises(InputError, match="voxel size"):
        image_statistics([a, a.with_voxel_size(None)], ExactSettings())
    with pytest.raises(InputError, match="no image"):
        image_statistics([], ExactSettings())
