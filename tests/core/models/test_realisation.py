"""Realisations: law, reproducibility, sections, periodicity."""

import numpy as np
import pytest

from morphstudio.core.errors import InputError
from morphstudio.core.fields.spectral import Stopped
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.preview import FieldCache
from morphstudio.core.models.realisation import box_for, realise
from morphstudio.core.twopoint.exact import fractions

VOXEL = (0.2, 0.2, 0.2)


@pytest.fixture
def row_d() -> ExcursionSet:
    return excursion_set(("se", "am", "pore"), {
        "alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
        "lambda_x": 1.90, "lambda_y": -0.27})


@pytest.mark.parametrize("shape", [(1, 200, 260), (200, 1, 260), (200, 260, 1), (48, 40, 56)])
def test_that_fractions_are_those_of_the_model(row_d: ExcursionSet, shape: tuple[int, int, int]) -> None:
    measured = np.array([np.bincount(realise(row_d, shape, VOXEL, seed).ravel(), minlength=3) / np.prod(shape)
                         for seed in range(24)])
    error = measured.std(0, ddof=1) / np.sqrt(24)
    assert (np.abs(measured.mean(0) - fractions(row_d)) < 4 * error).all()


def test_that_a_seed_is_a_structure(row_d: ExcursionSet) -> None:
    first, again = (realise(row_d, (20, 30, 40), VOXEL, 7, workers=w) for w in (1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != realise(row_d, (20, 30, 40), VOXEL, 8)).mean() > 0.2


def test_that_a_small_parameter_move_deforms_the_same_structure(row_d: ExcursionSet) -> None:
    box = box_for(row_d, (1, 200, 200), VOXEL)
    moved = row_d.with_values({"alpha_chi_x": 0.76, "lambda_x": 1.92})
    before, after = (realise(m, (1, 200, 200), VOXEL, 1, box=box) for m in (row_d, moved))
    assert 0 < (before != after).mean() < 0.05


def test_that_a_periodic_volume_continues_across_its_faces(row_d: ExcursionSet) -> None:
    def mismatch(volume: np.ndarray, axis: int) -> tuple[float, float]:
        ends = np.take(volume, 0, axis) != np.take(volume, -1, axis)
        inside = np.take(volume, 20, axis) != np.take(volume, 21, axis)
        return float(ends.mean()), float(inside.mean())

    model = row_d.with_values({"alpha_chi_y": 1.0, "alpha_y": 1.0})
    periodic, plain = (realise(model, (60, 60, 60), VOXEL, 3, periodic=p) for p in (True, False))
    for axis in range(3):
        ends, inside = mismatch(periodic, axis)
        assert ends < 1.6 * inside
        ends, inside = mismatch(plain, axis)
        assert ends > 2 * inside


def test_that_the_stretch_lengthens_the_structure_along_z(row_d: ExcursionSet) -> None:
    model = row_d.with_values({"scale_z": 0.4, "alpha_chi_y": 1.0, "alpha_y": 1.0})
    volume = realise(model, (80, 80, 80), VOXEL, 1)
    changes = [(np.diff(volume.astype(int), axis=axis) != 0).mean() for axis in range(3)]
    assert changes[0] < 0.6 * min(changes[1:])


@pytest.mark.parametrize("shape", [(1, 90, 110), (30, 40, 50), (40, 1, 50)])
def test_that_previews_equal_realisations_after_any_moves(row_d: ExcursionSet, shape: tuple[int, int, int]) -> None:
    cache = FieldCache(shape, VOXEL, 5, row_d)
    moves = ({}, {"lambda_x": 2.2}, {"alpha_chi_y": 4.0}, {"sigma_x": 1.5, "nugget_x": 0.1},
             {"correlation": 0.5, "alpha_chi_common": 1.1}, {"scale_z": 1.1}, {})
    for move in moves:
        model = row_d.with_values(move)
        np.testing.assert_array_equal(cache.update(model), realise(model, shape, VOXEL, 5, box=cache.box))
    cache.close()


def test_that_a_threshold_move_redraws_no_field(row_d: ExcursionSet, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = FieldCache((1, 64, 64), VOXEL, 5, row_d)
    cache.update(row_d)
    monkeypatch.setattr(cache, "_sample", None)
    cache.update(row_d.with_values({"lambda_x": 2.5, "lambda_y": 0.0}))
    cache.close()


def test_that_a_stretch_across_a_section_redraws_no_field(row_d: ExcursionSet, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = FieldCache((1, 64, 64), VOXEL, 5, row_d)
    before = cache.update(row_d)
    monkeypatch.setattr(cache, "_sample", None)
    stretched = row_d.with_values({"scale_z": 1.4})
    np.testing.assert_array_equal(cache.update(stretched), before)
    np.testing.assert_array_equal(realise(stretched, (1, 64, 64), VOXEL, 5, box=cache.box), before)
    cache.close()


def test_that_it_stops_when_asked(row_d: ExcursionSet) -> None:
    with pytest.raises(Stopped):
        realise(row_d, (64, 64, 64), VOXEL, 1, should_stop=lambda: True)


@pytest.mark.parametrize(("shape", "seed"), [((0, 5, 5), 1), ((1, 1, 50), 1), ((5, 5, 5), -1), ((5, 5, 5), 2**32)])
def test_that_impossible_requests_are_refused(row_d: ExcursionSet, shape: tuple[int, int, int], seed: int) -> None:
    with pytest.raises(InputError):
        realise(row_d, shape, VOXEL, seed)
