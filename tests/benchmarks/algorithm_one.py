"""Calibration by simulation, the published way: what the exact two-point functions are compared with.

Algorithm 1 of the "Excursion sets" paper: realisations on a window, phases made
differentiable by sigmoid(ν ·), two-point functions of each by FFT, Adam on the
summed squared differences. Here for three phases with Gaussian covariances in
the plane of one section; lengths in voxels.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import scipy.fft
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW, BATCH, LONGEST_LAG, STEEPNESS = 201, 32, 100, 10.0
PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
# α_X̃, α_X, λ_X, α_Ỹ, α_Y, λ_Y; the α as logarithms.
N_PARAMETERS = 6


def soft_phases(theta: torch.Tensor, generator: torch.Generator, batch: int = BATCH,
                window: int = WINDOW) -> torch.Tensor:
    """Return realisations with smooth phase boundaries, shape (batch, 3, window, window)."""
    free = torch.ones(batch, window, window)
    phases = []
    for log_chi, log_plain, threshold in (theta[:3], theta[3:]):
        squares = sum(gaussian_field(log_chi.exp(), generator, batch, window) ** 2 for _ in range(2))
        field = squares + gaussian_field(log_plain.exp(), generator, batch, window)
        inside = free * torch.sigmoid(STEEPNESS * (field - threshold))
        phases.append(inside)
        free = free - inside
    return torch.stack([*phases, free], 1)


def gaussian_field(alpha: torch.Tensor, generator: torch.Generator, batch: int, window: int) -> torch.Tensor:
    """Return fields with ρ(h) = exp(−(αh)²), cut from a larger periodic box."""
    n = scipy.fft.next_fast_len(int(1.5 * window), real=True)
    distance = torch.minimum(torch.arange(n), n - torch.arange(n)).float()
    line = torch.exp(-((alpha * distance) ** 2))
    spectrum = torch.fft.fft(line).real.clamp(min=1e-9)
    amplitude = (spectrum[:, None] * spectrum[None, : n // 2 + 1]).sqrt()
    noise = torch.fft.rfft2(torch.randn(batch, n, n, generator=generator))
    return torch.fft.irfft2(noise * amplitude, s=(n, n))[:, :window, :window]


def two_point_curves(phases: torch.Tensor, longest: int = LONGEST_LAG) -> torch.Tensor:
    """Return C_ij(0 … longest), mean over both axes, shape (batch, 6, longest + 1)."""
    height, width = phases.shape[-2:]
    return (_along_last(phases, longest, width) + _along_last(phases.transpose(-1, -2), longest, height)) / 2


def _along_last(phases: torch.Tensor, longest: int, n: int) -> torch.Tensor:
    size = scipy.fft.next_fast_len(n + longest + 1, real=True)
    modes = torch.fft.rfft(phases, n=size)
    curves = []
    for i, j in PAIRS:
        power = (modes[:, i].conj() * modes[:, j]).mean(1)
        curves.append(torch.fft.irfft(power, n=size)[:, : longest + 1])
    return torch.stack(curves, 1) / (n - torch.arange(longest + 1))


class AlgorithmOne:
    """Adam on simulated two-point functions.

    Parameters
    ----------
    data : Tensor, shape (6, L + 1)
        Two-point functions of the image.
    learning_rate : float
    seed : int
    """

    def __init__(self, data: torch.Tensor, learning_rate: float, seed: int = 0) -> None:
        self.data = data
        self.generator = torch.Generator().manual_seed(seed)
        start = torch.tensor([-1.5, -1.5, 2.0, -1.5, -1.5, 0.5])
        self.theta = (start + 0.3 * torch.randn(N_PARAMETERS, generator=self.generator)).requires_grad_(True)
        self.optimiser = torch.optim.Adam([self.theta], lr=learning_rate)

    def step(self) -> None:
        """Draw one batch and follow its gradient."""
        self.optimiser.zero_grad()
        curves = two_point_curves(soft_phases(self.theta, self.generator), self.data.shape[1] - 1)
        ((curves - self.data) ** 2).sum((1, 2)).mean().backward()
        self.optimiser.step()

    def seconds_until(self, good_enough: Callable[[torch.Tensor], bool], limit: float) -> float | None:
        """Return the seconds of stepping until ``good_enough(theta)``; ``None`` past ``limit``."""
        spent = 0.0
        while spent < limit:
            begun = time.perf_counter()
            for _ in range(5):
                self.step()
            spent += time.perf_counter() - begun
            if good_enough(self.theta.detach()):
                return spent
        return None
