"""Models of every covariance family: what is drawn has the two-point functions that the formulas say."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from morphstudio.core.fields.families import family
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set, families_of, slots
from morphstudio.core.models.preview import FieldCache
from morphstudio.core.models.realisation import realise
from morphstudio.core.twopoint.closed_form import phase_values
from morphstudio.core.twopoint.exact import two_point, with_fractions

VOXEL = (0.2, 0.2, 0.2)
STEPS = np.array([[0, 0, 1], [0, 0, 3], [0, 0, 8], [0, 2, 2]])
KEYS = ("exponential", "powered-exponential", "matern", "cauchy", "cardinal-sine", "low-parametric", "kernel",
        "gaussian+exponential")


def model_of(key: str, n_phases: int = 3, correlation: float = 0.5) -> ExcursionSet:
    """Return a model whose five fields have shapes of their own."""
    families = families_of(n_phases, key)
    rng = np.random.default_rng(2)
    values: dict[str, float] = {"correlation": correlation} if n_phases > 2 else {}
    for slot, one in zip(slots(n_phases), families, strict=True):
        shape = family(one).resembling(float(rng.uniform(1.0, 2.0)), 0.2, rng)
        values |= dict(zip((slot.key(p.name) for p in family(one).params), shape, strict=True))
    return with_fractions(excursion_set(tuple("abcd"[:n_phases]), values, families), [1 / n_phases] * n_phases)


def pair_shares(labels: NDArray[np.uint8], n_phases: int, step: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of pairs (i, j) at a step, symmetric."""
    first = labels[tuple(slice(None, n - d or None) for n, d in zip(labels.shape, step, strict=True))]
    second = labels[tuple(slice(d, None) for d in step)]
    counts = np.bincount(n_phases * first.ravel().astype(int) + second.ravel(), minlength=n_phases**2)
    shares = counts.reshape(n_phases, n_phases) / first.size
    return (shares + shares.T) / 2


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("shape", [(1, 160, 160), (32, 36, 40)])
def test_that_sections_and_volumes_have_the_exact_two_point_functions(key: str, shape: tuple[int, int, int]) -> None:
    model = model_of(key)
    drawn = np.array([[pair_shares(realise(model, shape, VOXEL, seed), 3, step) for step in STEPS]
                      for seed in range(36)])
    error = drawn.std(0, ddof=1) / np.sqrt(len(drawn))
    # 24 differences of 16 cases are looked at, with standard errors from 36 drawings: five of them.
    assert (np.abs(drawn.mean(0) - two_point(model, STEPS * 0.2)) < 5 * error + 2e-4).all()


@pytest.mark.parametrize("box", [(36, 40, 45), (35, 41, 44)])
def test_that_odd_and_even_boxes_carry_unit_variance(box: tuple[int, int, int]) -> None:
    model = model_of("matern", 2)
    shares = [np.bincount(realise(model, box, VOXEL, seed, periodic=True).ravel(), minlength=2) / np.prod(box)
              for seed in range(40)]
    error = np.std(shares, 0, ddof=1) / np.sqrt(40)
    assert (np.abs(np.mean(shares, 0) - 0.5) < 4 * error).all()


def test_that_the_preview_draws_the_same_structure() -> None:
    model = model_of("matern")
    cache = FieldCache((24, 28, 32), VOXEL, 5, model)
    moved = model.with_values({"nu_x": 2.0, "alpha_chi_y": 1.1})
    for one in (model, moved, model):
        np.testing.assert_array_equal(cache.update(one), realise(one, (24, 28, 32), VOXEL, 5, box=cache.box))
    cache.close()


def test_that_a_small_move_of_a_shape_deforms_the_structure() -> None:
    model = model_of("powered-exponential")
    moved = model.with_values({"beta_x": 0.97 * model.values()["beta_x"]})
    cache = FieldCache((1, 200, 200), VOXEL, 5, model)
    changed = (cache.update(model) != cache.update(moved)).mean()
    cache.close()
    assert 0 < changed < 0.1


@pytest.mark.parametrize("key", ["exponential", "low-parametric"])
def test_that_rough_fields_have_no_continuum_surface_and_a_voxel_surface(key: str) -> None:
    for value in phase_values(model_of(key), VOXEL):
        assert value.surface_continuum == np.inf
        assert value.sub_voxel_detail
        assert 0 < value.surface_voxel < 10


def test_that_the_continuum_surface_of_other_smooth_families_is_the_limit_of_fine_voxels() -> None:
    model = model_of("cauchy", 2)
    coarse, fine = (phase_values(model, (size,) * 3)[0] for size in (0.02, 0.005))
    assert abs(fine.surface_voxel / fine.surface_continuum - 1) < 0.01
    assert abs(fine.surface_voxel - fine.surface_continuum) < abs(coarse.surface_voxel - coarse.surface_continuum)
