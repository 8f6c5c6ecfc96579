"""A second phase confined to a layer on the first: exact against drawn pairs, differences and the free limit."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.preview import FieldCache
from morphstudio.core.models.realisation import realise
from morphstudio.core.twopoint.crossings import crossing_rates
from morphstudio.core.twopoint.exact import fractions, two_point, two_point_jacobian, with_fractions

PHASES = ("am", "binder", "pore", "void")
LAGS = np.array([(0.0, 0.0, h) for h in (0.05, 0.3, 0.9, 2.0, 6.0)])
THREE = {"alpha_chi_x": 0.4, "alpha_x": 0.9, "lambda_x": 1.6, "sigma_x": 1.3, "alpha_chi_y": 1.1, "alpha_y": 0.6,
         "lambda_y": 0.8, "sigma_y": 0.8, "confinement_y": 0.7}
FOUR = {"alpha_chi_1": 0.4, "alpha_1": 0.9, "lambda_1": 2.2, "sigma_1": 1.3, "alpha_chi_2": 1.1, "alpha_2": 0.6,
        "lambda_2": 0.8, "alpha_chi_3": 0.7, "alpha_3": 0.5, "lambda_3": 1.5, "confinement_2": 0.5}
SHARED = {"correlation": 0.5, "alpha_chi_common": 0.7}
MODELS = [(3, THREE), (3, THREE | SHARED), (4, FOUR), (4, FOUR | SHARED), (3, THREE | {"nugget_x": 0.3}),
          (3, THREE | SHARED | {"degrees_of_freedom": 3})]


def _model(n_phases: int, values: dict[str, float]) -> ExcursionSet:
    return excursion_set(PHASES[:n_phases], values)


def _pairs(model: ExcursionSet, lag: float, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the two points directly, without fields on a grid, and count phases: an independent estimate of C_ij."""
    values, n = model.values(), int(model.common.degrees_of_freedom)

    def gauss(alpha: float, *shape: int, nugget: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        rho = (1 - nugget) * np.exp(-((alpha * lag) ** 2))
        here, other = rng.standard_normal(shape), rng.standard_normal(shape)
        return here, rho * here + np.sqrt(1 - rho**2) * other

    shared = gauss(values["alpha_chi_common"], n, count)
    gamma = model.common.correlation
    fields: list[list[NDArray[np.float64]]] = []
    for at, cut in enumerate(model.fields):
        own = gauss(model.squared(at).values[0], n, count)
        plain = gauss(model.plain(at).values[0], count, nugget=cut.nugget)
        fields.append([((np.sqrt(1 - gamma) * own[p] + np.sqrt(gamma) * shared[p]) ** 2).sum(0)
                       + cut.sigma * plain[p] for p in range(2)])
    labels = [_label(model, [field[p] for field in fields]) for p in range(2)]
    k = len(model.phases)
    both = np.bincount(labels[0] * k + labels[1], minlength=k * k).reshape(k, k) / count
    return np.asarray((both + both.T) / 2)


def _label(model: ExcursionSet, z: list[NDArray[np.float64]]) -> NDArray[np.int64]:
    out = np.full(z[0].shape, len(model.phases) - 1)
    for at in range(len(model.fields) - 1, -1, -1):
        out[z[at] >= model.fields[at].threshold] = at
        if at == 2:
            kept = out.copy()
        if at == 1:
            beyond = z[0] < model.lower
            out[beyond] = kept[beyond] if len(model.fields) > 2 else len(model.phases) - 1
    return out


@pytest.mark.parametrize(("n_phases", "values"), MODELS)
def test_against_drawn_pairs(n_phases: int, values: dict[str, float]) -> None:
    model, count, rng = _model(n_phases, values), 1_000_000, np.random.default_rng(7)
    found = two_point(model, LAGS)
    for row, lag in zip(found, LAGS[:, 2], strict=True):
        drawn = _pairs(model, float(lag), count, rng)
        error = np.sqrt(drawn * (1 - drawn) / count)
        assert (np.abs(row - drawn) < 4.5 * error + 2e-4).all()


@pytest.mark.parametrize(("n_phases", "values"), MODELS)
def test_slopes_are_those_of_the_values(n_phases: int, values: dict[str, float]) -> None:
    model = _model(n_phases, values)
    names = [p.name for p in model.table if p.scale not in ("integer", "sign")
             and (p.name not in ("correlation", "alpha_chi_common") or model.common.correlation > 0)]
    value, jacobian = two_point_jacobian(model, LAGS, names)
    np.testing.assert_allclose(value, two_point(model, LAGS), atol=1e-9)
    start = model.values()
    for column, name in enumerate(names):
        step = 1e-4
        if start[name] - step < next(p for p in model.table if p.name == name).domain[0]:
            continue  # no way down from a speckle of 0
        up, down = (two_point(model.with_values({name: start[name] + s}), LAGS) for s in (step, -step))
        np.testing.assert_allclose(jacobian[..., column], (up - down) / (2 * step), atol=3e-4)


def test_that_a_wide_layer_is_no_layer() -> None:
    for values in (THREE, THREE | SHARED):
        free = _model(3, {**values, "confinement_y": 0.0})
        wide = _model(3, {**values, "confinement_y": 0.01})
        np.testing.assert_allclose(two_point(wide, LAGS), two_point(free, LAGS), atol=2e-5)
        np.testing.assert_allclose(crossing_rates(wide), crossing_rates(free), rtol=1e-9)


@pytest.mark.parametrize(("n_phases", "values"), MODELS[:4])
def test_that_crossings_are_the_loss_at_short_lags(n_phases: int, values: dict[str, float]) -> None:
    model = _model(n_phases, values)
    short = np.array([(0.0, 0.0, 2e-3)])
    loss = fractions(model) - np.diag(two_point(model, short)[0])
    np.testing.assert_allclose(loss / short[0, 2], crossing_rates(model), rtol=5e-3)


def test_fractions_and_the_structure_that_is_drawn() -> None:
    model = with_fractions(_model(3, THREE), (0.5, 0.15, 0.35))
    np.testing.assert_allclose(fractions(model), (0.5, 0.15, 0.35), atol=1e-6)
    shape, spacing = (64, 128, 128), (0.2, 0.2, 0.2)
    drawn = realise(model, shape, spacing, seed=3)
    share = np.bincount(drawn.ravel(), minlength=3) / drawn.size
    np.testing.assert_allclose(share, fractions(model), atol=0.03)
    cache = FieldCache(shape, spacing, 3, model)
    assert (cache.update(model) == drawn).mean() > 0.9999  # they round alike but for ties
    cache.close()


@pytest.mark.parametrize("n_phases", [3, 4])
def test_that_confining_only_moves_voxels_of_the_second_phase(n_phases: int) -> None:
    values, name = (THREE, "confinement_y") if n_phases == 3 else (FOUR, "confinement_2")
    confined = _model(n_phases, values)
    free = confined.with_values({name: 0.0})
    shape, spacing = (1, 200, 200), (0.2, 0.2, 0.2)
    a, b = (realise(model, shape, spacing, seed=5) for model in (confined, free))
    changed = a != b
    assert changed.any()
    assert (b[changed] == 1).all()
    assert (a[changed] > 1).all()
    assert a.max() == n_phases - 1
