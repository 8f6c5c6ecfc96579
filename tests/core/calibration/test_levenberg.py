"""Damped least squares on problems with known minima."""

import itertools

import numpy as np
import pytest
from scipy.optimize import least_squares

from morphstudio.core.calibration.levenberg import LevenbergMarquardt


def _rosenbrock(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]]), np.array([[-20 * x[0], 10.0], [-1.0, 0.0]])


def _run(x0: list[float], low: float = -5.0, high: float = 5.0, most: int = 300) -> LevenbergMarquardt:
    fit = LevenbergMarquardt(np.array(x0), np.full(2, low), np.full(2, high))
    while not fit.done and fit.iterations < most:
        fit.step(_rosenbrock)
    return fit


def test_that_it_finds_the_minimum_of_a_curved_valley() -> None:
    fit = _run([-1.2, 1.0])
    np.testing.assert_allclose(fit.x, [1, 1], atol=1e-3)
    assert fit.done


def test_that_it_stops_at_the_edge_of_the_box() -> None:
    fit = _run([-1.0, 0.0], high=0.5)
    expected = least_squares(lambda x: _rosenbrock(x)[0], [-1.0, 0.0], bounds=(-5, 0.5), xtol=1e-12).x
    np.testing.assert_allclose(fit.x, expected, atol=1e-3)


def test_that_the_cost_never_rises() -> None:
    fit = LevenbergMarquardt(np.array([-1.2, 1.0]), np.full(2, -5.0), np.full(2, 5.0))
    costs = []
    while not fit.done:
        fit.step(_rosenbrock)
        costs.append(fit.cost)
    assert all(b <= a for a, b in itertools.pairwise(costs))


def test_that_an_unseen_direction_does_not_break_it() -> None:
    def blind(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.array([x[0] - 2, 0.0]), np.array([[1.0, 0.0], [0.0, 0.0]])

    fit = LevenbergMarquardt(np.zeros(2), np.full(2, -9.0), np.full(2, 9.0))
    while not fit.done:
        fit.step(blind)
    assert fit.x[0] == pytest.approx(2, abs=1e-3)
    assert fit.x[1] == 0


def test_that_a_restored_state_continues_bit_for_bit() -> None:
    whole, part = _run([-1.2, 1.0], most=12), _run([-1.2, 1.0], most=5)
    resumed = LevenbergMarquardt.from_state(part.state_dict())
    while resumed.iterations < 12:
        resumed.step(_rosenbrock)
    np.testing.assert_array_equal(resumed.x, whole.x)
    assert resumed.damping == whole.damping
