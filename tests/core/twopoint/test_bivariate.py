"""The bivariate normal tail against an independent adaptive integral."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.special import ndtr

from morphstudio.core.twopoint.bivariate import upper_orthant


def _by_adaptive_integration(a: float, b: float, rho: float) -> float:
    def density(x: float) -> float:
        return float(np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * ndtr((rho * x - b) / np.sqrt(1 - rho * rho)))

    end = max(a, 0.0) + 12
    bend = min(max(b / rho, a), end)
    return quad(density, a, end, points=[bend], epsabs=1e-13, limit=400)[0]


@pytest.mark.parametrize("rho", [0.05, 0.3, 0.6, 0.8, 0.91, 0.99, 0.9999])
def test_that_the_tail_agrees_with_adaptive_integration(rho: float) -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=40) * 2.5
    b = np.where(rng.random(40) < 0.5, a + rng.normal(size=40) * 0.1 * np.sqrt(1 - rho), rng.normal(size=40) * 2)
    got = upper_orthant(torch.tensor(a)[None], torch.tensor(b)[None], torch.tensor([[rho]], dtype=torch.float64))[0]
    expected = [_by_adaptive_integration(x, y, rho) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(got.numpy(), expected, atol=2e-9)


@pytest.mark.parametrize("rho", [0.2, 0.7, 0.95])
def test_that_the_gradient_agrees_with_finite_differences(rho: float) -> None:
    a = torch.tensor([[0.3, -1.2, 2.0]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([[0.4, 0.7, -0.5]], dtype=torch.float64, requires_grad=True)
    r = torch.tensor([[rho]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(upper_orthant, (a, b, r), eps=1e-6, atol=1e-7)


def test_that_far_apart_limits_near_full_correlation_give_numbers() -> None:
    a = torch.tensor([[-30.0, 20.0, -25.0]], dtype=torch.float64)
    got = upper_orthant(a, -a, torch.tensor([[0.999]], dtype=torch.float64))[0].numpy()
    np.testing.assert_allclose(got, 0.0, atol=1e-12)
