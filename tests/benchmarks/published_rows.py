"""Published parameter rows against their own realisations: fractions and voxel surfaces.

    .venv/bin/python tests/benchmarks/published_rows.py [--size 401] [--seeds 10]

For rows a, d and g of Tables 3 and 4 of the virtual-materials-testing paper:
the mean of the realisations beside the exact voxel values and the printed ones.
"""

from __future__ import annotations

import argparse

import numpy as np

from morphstudio.core.crofton import directions, weights
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.twopoint.closed_form import phase_values, surface_from_losses
from morphstudio.core.twopoint.pair_counts import pair_counts

PHASES = ("se", "am", "pore")
EDGE = 0.2
VOXEL = (EDGE, EDGE, EDGE)
# α_X̃, α_Ỹ, α_X, α_Y per voxel, ŝ, λ_X, λ_Y (Tables 1 and 3).
ROWS: dict[str, tuple[float, ...]] = {
    "a": (0.05, 0.41, 0.07, 0.43, 0.96, 2.16, -0.11),
    "d": (0.15, 1.18, 0.13, 0.50, 0.93, 1.90, -0.27),
    "g": (0.05, 1.11, 0.23, 0.21, 0.99, 2.38, -0.04),
    "BM03": (0.03, 3.29, 0.26, 0.19, 0.94, 1.98, -0.30),
}
# ε_SE, ε_AM and S_SE, S_AM in 1/µm, as printed in Table 4.
PRINTED = {"a": ((0.38, 0.54), (0.25, 0.92)), "d": ((0.43, 0.51), (0.84, 1.34)), "g": ((0.34, 0.57), (0.49, 1.24))}


def model(row: str) -> ExcursionSet:
    """Return a row's model, inverse lengths in 1/µm."""
    chi_x, chi_y, x, y, scale_z, lambda_x, lambda_y = ROWS[row]
    return excursion_set(PHASES, {
        "alpha_chi_x": chi_x / EDGE, "alpha_chi_y": chi_y / EDGE, "alpha_x": x / EDGE, "alpha_y": y / EDGE,
        "scale_z": scale_z, "lambda_x": lambda_x, "lambda_y": lambda_y})


def measured_surface(volume: np.ndarray) -> np.ndarray:
    """Return the voxel specific surface area of each phase, 1/µm, shape (3,)."""
    steps = np.array(directions())
    counts = pair_counts(volume, 3, steps, (1, 1, 1))[:, 0].astype(float)
    coverage = counts / counts.sum((1, 2), keepdims=True)
    loss = coverage.sum(2) - np.einsum("lii->li", coverage)
    return surface_from_losses(loss, steps * EDGE, weights(VOXEL))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=401)
    parser.add_argument("--seeds", type=int, default=10)
    chosen = parser.parse_args()
    for row, (printed_fraction, printed_surface) in PRINTED.items():
        fraction, surface = [], []
        for seed in range(chosen.seeds):
            volume = realise(model(row), (chosen.size,) * 3, VOXEL, seed)
            fraction.append(np.bincount(volume.ravel(), minlength=3) / volume.size)
            surface.append(measured_surface(volume))
        exact = phase_values(model(row), VOXEL)
        for k, phase in enumerate(PHASES):
            eps, s = np.array(fraction)[:, k], np.array(surface)[:, k]
            line = (f"row {row} {phase:4}  fraction {eps.mean():.4f} ± {eps.std(ddof=1):.4f} exact "
                    f"{exact[k].fraction:.4f}   S_V {s.mean():.4f} ± {s.std(ddof=1):.4f} exact "
                    f"{exact[k].surface_voxel:.4f} ({100 * (s.mean() / exact[k].surface_voxel - 1):+.2f} %)")
            if k < 2:
                line += (f"   printed {printed_fraction[k]:.2f} ({eps.mean() - printed_fraction[k]:+.4f}), "
                         f"{printed_surface[k]:.2f} ({100 * (s.mean() / printed_surface[k] - 1):+.1f} %)")
            print(line, flush=True)


if __name__ == "__main__":
    main()
