"""Upper-tail probability of two correlated standard normal variables."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from scipy.special import roots_legendre
from torch import Tensor

# Nodes of the arc integral by the largest correlation in a group.
_NODES_BY_CORRELATION = ((0.35, 5), (0.75, 8), (0.9, 10))
# Nearer to 1 the integrand has a cusp, which is taken out in closed form.
_NODES_NEAR_ONE = 6


def normal_cdf(x: Tensor) -> Tensor:
    """Return Φ(x); several times faster than torch's own, which is not vectorised."""
    return torch.erfc(x * -(0.5**0.5)) / 2


def normal_pdf(x: Tensor) -> Tensor:
    """Return φ(x)."""
    density: Tensor = torch.exp(x * x / -2) / (2 * torch.pi) ** 0.5
    return density


@cache
def _arc_rule(n_nodes: int) -> tuple[tuple[float, float], ...]:
    t, w = roots_legendre(n_nodes)
    return tuple(zip(((t + 1) / 2).tolist(), (w / 2).tolist(), strict=True))


class _UpperOrthant(torch.autograd.Function):
    """P(U ≥ a, V ≥ b); the gradient is in closed form, not through the quadrature."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor, rho: Tensor) -> Tensor:
        ctx.save_for_backward(a, b, rho)
        out = normal_cdf(-a) * normal_cdf(-b)
        flat = rho.reshape(rho.shape[0], -1)[:, 0].abs()
        lower = -1.0
        for upper, n_nodes in _NODES_BY_CORRELATION:
            rows = torch.nonzero((flat > lower) & (flat <= upper)).ravel()
            if len(rows):
                out[rows] += _arc_integral(a[rows], b[rows], rho[rows], n_nodes)
            lower = upper
        rows = torch.nonzero(flat > lower).ravel()
        if len(rows):
            out[rows] = _near_one(a[rows], b[rows], rho[rows])
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        (grad,) = grads
        a, b, rho = ctx.saved_tensors
        by_a, by_b, density = upper_orthant_slopes(a, b, rho)
        grad_rho = (grad * density).reshape(len(rho), -1).sum(1).reshape(rho.shape)
        return grad * by_a, grad * by_b, grad_rho


def upper_orthant_slopes(a: Tensor, b: Tensor, rho: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the derivatives of :func:`upper_orthant` by a, b and ρ, each of the shape of ``a``."""
    root = torch.rsqrt((1 - rho) * (1 + rho))
    from_a = (b - rho * a) * root
    pdf_a = normal_pdf(a)
    by_a = -pdf_a * normal_cdf(-from_a)
    by_b = -normal_pdf(b) * normal_cdf((rho * b - a) * root)
    return by_a, by_b, pdf_a * normal_pdf(from_a) * root


def _arc_integral(a: Tensor, b: Tensor, rho: Tensor, n_nodes: int) -> Tensor:
    arc = torch.asin(rho)
    half_squares = (a * a + b * b) / 2
    product = a * b
    total = torch.zeros_like(product)
    term = torch.empty_like(product)
    for node, weight in _arc_rule(n_nodes):
        sine = torch.sin(arc * node)
        scale = 1 / ((1 - sine) * (1 + sine))
        torch.mul(product, sine, out=term)
        term.sub_(half_squares).mul_(scale).exp_()
        total.add_(term, alpha=weight)
    return total.mul_(arc / (2 * np.pi))


def _near_one(a: Tensor, b: Tensor, rho: Tensor) -> Tensor:
    """P(U ≥ a, V ≥ b) for ρ near 1: Q(max(a, b)) less an integral over √(1 − ρ²).

    With x = √(1 − r²) the integrand is exp(−(a−b)²/2x²) times a smooth function,
    whose first terms integrate in closed form; quadrature takes the rest.
    """
    squared_gap, product = (a - b) ** 2, a * b
    width2 = (1 - rho) * (1 + rho)
    width = torch.sqrt(width2)
    c, d = (4 - product) / 8, (12 - product) / 16
    series = 1 - c * (squared_gap - width2) * (1 - d * squared_gap / 5) / 3 + c * d * width2**2 / 5
    gap = torch.sqrt(squared_gap)
    total = width * torch.exp(-(squared_gap / width2 + product) / 2) * series
    # Where the product is far below 0 the tail is 0 and its factor infinite.
    tail = normal_cdf(-gap / width) * torch.exp(-torch.clamp(product, min=-160.0) / 2)
    total -= (2 * torch.pi) ** 0.5 * tail * gap * (1 - c * squared_gap * (1 - d * squared_gap / 5) / 3)
    for node, weight in _arc_rule(_NODES_NEAR_ONE):
        x2 = width2 * node**2
        root = torch.sqrt(1 - x2)
        # Both terms share a factor that would overflow on its own.
        bend = torch.exp(-(squared_gap / x2 + product) / 2 - product * x2 / (2 * (1 + root) ** 2)) / root
        plain = torch.exp(-(squared_gap / x2 + product) / 2) * (1 + c * x2 * (1 + d * x2))
        total += weight * width * (bend - plain)
    return normal_cdf(-torch.maximum(a, b)) - total / (2 * torch.pi)


def upper_orthant(a: Tensor, b: Tensor, rho: Tensor) -> Tensor:
    """Return P(U ≥ a, V ≥ b) for standard normals with correlation ``rho``.

    Parameters
    ----------
    a, b : Tensor of float64, shape (L, ...)
        Limits.
    rho : Tensor of float64, shape (L, 1, ...)
        Correlations in (−1, 1), one for each leading index.

    Returns
    -------
    Tensor, shape (L, ...)
        Q(a) Q(b) + (1/2π) ∫_0^{asin ρ} exp(−(a² + b² − 2ab sin t)/(2 cos² t)) dt
        by Gauss–Legendre quadrature; differentiable in all arguments.

    Notes
    -----
    Sources: Z. Drezner, G. O. Wesolowsky, J. Stat. Comput. Simul. 35 (1990)
    101; A. Genz, Stat. Comput. 14 (2004) 251 (expansion near ρ = 1).
    """
    result: Tensor = _UpperOrthant.apply(a, b, rho)  # type: ignore[no-untyped-call]
    return result
