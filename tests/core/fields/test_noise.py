"""Mode-addressed noise: published generator vectors, moments, addressing."""

import numba
import numpy as np
import pytest

from morphstudio.core.fields import noise


@numba.njit
def _philox(c0, c1, key):
    return noise.philox(c0, c1, key)


@pytest.mark.parametrize(("counter", "key", "expected"), [
    ((0, 0), 0, (0xFF1DAE59, 0x6CD10DF2)),
    ((0xFFFFFFFF, 0xFFFFFFFF), 0xFFFFFFFF, (0x2C3F628B, 0xAB4FD7AD)),
    ((0x243F6A88, 0x85A308D3), 0x13198A2E, (0xDD7CE038, 0xF62A4C12)),
])
def test_that_the_generator_gives_the_published_words(
    counter: tuple[int, int], key: int, expected: tuple[int, int],
) -> None:
    c0, c1 = (np.uint32(c) for c in counter)
    assert tuple(int(w) for w in _philox(c0, c1, np.uint32(key))) == expected


def _modes(n: int, seed: int, stream: int) -> np.ndarray:
    signed = np.fft.fftfreq(n, 1 / n).astype(np.int64)
    out = np.zeros((n, n, n), np.complex64)
    noise.add_modes(out, signed, signed, np.ones((n, n), np.float32), np.ones((1, 1, n), np.float32), seed, stream)
    return out


def test_that_modes_are_standard_complex_normals() -> None:
    modes = _modes(64, 3, 5)
    count = modes.size
    assert abs((np.abs(modes) ** 2).mean() - 1) < 5 / np.sqrt(count)
    assert abs(modes.mean()) < 5 / np.sqrt(count)
    assert abs((modes * modes).mean()) < 5 * np.sqrt(2 / count)
    assert abs((np.abs(modes) ** 4).mean() - 2) < 5 * np.sqrt(20 / count)
    for axis in range(3):
        assert abs((modes * np.roll(modes, 1, axis).conj()).mean()) < 5 / np.sqrt(count)


def test_that_a_mode_does_not_depend_on_how_many_are_drawn() -> None:
    small, large = _modes(8, 1, 0), _modes(16, 1, 0)
    np.testing.assert_array_equal(small[:4, :4], large[:4, :4, :8])
    np.testing.assert_array_equal(small[-3:, -3:], large[-3:, -3:, :8])


def test_that_seeds_and_streams_differ() -> None:
    base = _modes(8, 1, 0)
    assert not np.isclose(base, _modes(8, 2, 0)).any()
    assert not np.isclose(base, _modes(8, 1, 1)).any()


def test_that_white_noise_is_addressed_by_voxel() -> None:
    whole, part = np.empty((6, 7, 8), np.float32), np.empty((2, 3, 4), np.float32)
    noise.fill_white(whole, (0, 0, 0), 9, 13)
    noise.fill_white(part, (1, 2, 3), 9, 13)
    np.testing.assert_array_equal(whole[1:3, 2:5, 3:7], part)
    many = np.empty((40, 50, 60), np.float32)
    noise.fill_white(many, (0, 0, 0), 9, 13)
    assert abs(many.mean()) < 5 / np.sqrt(many.size)
    assert abs(many.var() - 1) < 5 * np.sqrt(2 / many.size)
