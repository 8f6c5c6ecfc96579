"""Exact two-point functions with gradient against simulating them to the same error."""

from __future__ import annotations

import numpy as np
import torch
from algorithm_one import BATCH, soft_phases, two_point_curves
from measuring import Row, seconds
from published_models import VOXEL_UM, row_d

from morphstudio.core.twopoint.exact import two_point_jacobian

FREE = ("alpha_chi_x", "alpha_chi_y", "alpha_x", "alpha_y", "scale_z", "lambda_x", "lambda_y")
PRESCRIBED_ERROR = 2e-4


def rows(small: bool) -> list[Row]:
    """Six pairs × 101 lags, γ = 0 and γ > 0."""
    lags = np.zeros((5 if small else 101, 3))
    lags[:, 2] = VOXEL_UM * np.arange(1, len(lags) + 1)
    work = f"two-point functions and gradient, 6 pairs × {len(lags)} lags"
    # A calibration makes hundreds of these calls; the first few also fault memory in.
    repeats, warm_up = (1, 1) if small else (9, 6)
    plain, correlated = row_d(), row_d(correlation=0.5)
    independent = 1000 * seconds(lambda: two_point_jacobian(plain, lags, FREE), repeats, warm_up)
    common = 1000 * seconds(
        lambda: two_point_jacobian(correlated, lags, (*FREE, "correlation", "alpha_chi_common")), repeats, warm_up)
    simulated = 1000 * simulation(len(lags), 2 if small else BATCH)
    note = f"batches of {BATCH} windows of 201² with gradient, as many as give a standard error of {PRESCRIBED_ERROR:g}"
    return [
        Row(f"{work}, γ = 0", independent, "ms", bar=50),
        Row(f"{work}, γ = 0", independent, "ms", "simulation, equal error", simulated, bar=0.01, judged="ratio",
            note=note),
        Row(f"{work}, γ = 0.5", common, "ms", bar=250),
    ]


def simulation(n_lags: int, batch: int) -> float:
    """Return the seconds Algorithm 1's simulation needs for the prescribed standard error."""
    generator = torch.Generator().manual_seed(0)
    values = row_d().values()
    theta = torch.tensor([
        np.log(values["alpha_chi_x"] * VOXEL_UM), np.log(values["alpha_x"] * VOXEL_UM), values["lambda_x"],
        np.log(values["alpha_chi_y"] * VOXEL_UM), np.log(values["alpha_y"] * VOXEL_UM), values["lambda_y"],
    ], dtype=torch.float32).requires_grad_(True)
    curves: list[torch.Tensor] = []

    def one_batch() -> None:
        found = two_point_curves(soft_phases(theta, generator, batch), n_lags)
        found.sum().backward()
        curves.append(found.detach())

    per_batch = seconds(one_batch, repeats=1 if batch < BATCH else 5)
    spread = torch.cat(curves).std(0).square().mean().sqrt().item()
    return per_batch / batch * (spread / PRESCRIBED_ERROR) ** 2
