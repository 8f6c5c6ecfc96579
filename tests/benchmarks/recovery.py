"""Known parameters recovered from simulated images, with honest intervals.

    .venv/bin/python tests/benchmarks/recovery.py sections [--size 401]
    .venv/bin/python tests/benchmarks/recovery.py coverage [--size 200] [--volumes 20]

``sections`` calibrates rows a, d, g and BM03 to xy and xz sections of one
simulated volume and compares fractions and voxel surfaces with that volume.
``coverage`` calibrates row d to independent volumes and counts how often the
95 % intervals cover the truth, and how the standard errors compare with the
scatter of the estimates.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from published_rows import PHASES, VOXEL, measured_surface, model

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.core.twopoint.closed_form import phase_values

SEVEN = ("alpha_chi_x", "alpha_x", "lambda_x", "alpha_chi_y", "alpha_y", "lambda_y", "scale_z")
NAMES = dict(enumerate(PHASES, start=1))


def calibrate(images: list[PhaseImage], seed: int) -> CalibrationResult:
    """Return the outcome of a calibration of the seven published parameters."""
    calibration = ExactCalibration(images, ExactSettings(order=(0, 1, 2), free=SEVEN, seed=seed))
    while not calibration.done:
        calibration.step()
    return calibration.result()


def sections(size: int) -> None:
    for row in ("a", "d", "g", "BM03"):
        volume = realise(model(row), (size,) * 3, VOXEL, 1) + np.uint8(1)
        step = max(1, size // 20)
        cuts = [volume[z:z + 1] for z in range(step // 2, size, step)]
        cuts += [volume[:, y:y + 1] for y in range(step // 2, size, step)]
        images = [phase_image(cut, VOXEL, NAMES) for cut in cuts]
        began = time.perf_counter()
        result = calibrate(images, 0)
        seconds = time.perf_counter() - began
        fraction = np.bincount(volume.ravel(), minlength=4)[1:] / volume.size
        surface = measured_surface(volume - np.uint8(1))
        fitted = phase_values(result.model, VOXEL)
        print(f"row {row}: {len(images)} sections, {seconds:.1f} s, misfit {result.misfit:.2f}")
        for k, phase in enumerate(PHASES):
            print(f"  {phase:4} fraction {fitted[k].fraction:.4f} volume {fraction[k]:.4f} "
                  f"({fitted[k].fraction - fraction[k]:+.4f})   S_V {fitted[k].surface_voxel:.4f} volume "
                  f"{surface[k]:.4f} ({100 * (fitted[k].surface_voxel / surface[k] - 1):+.2f} %)")
        truth = model(row).values()
        for name, estimate in result.estimates.items():
            note = f"  weak: {estimate.reason}" if estimate.weak else ""
            print(f"  {name:12} {estimate.value:8.4f} ± {estimate.standard_error:.4f}  true {truth[name]:.4f}{note}")
        print(flush=True)


def coverage(size: int, volumes: int) -> None:
    truth = model("d").values()
    values: dict[str, list[float]] = {name: [] for name in SEVEN}
    errors: dict[str, list[float]] = {name: [] for name in SEVEN}
    hits: dict[str, list[bool]] = {name: [] for name in SEVEN}
    for seed in range(volumes):
        volume = realise(model("d"), (size,) * 3, VOXEL, 100 + seed) + np.uint8(1)
        result = calibrate([phase_image(volume, VOXEL, NAMES)], seed)
        for name, estimate in result.estimates.items():
            values[name].append(estimate.value)
            errors[name].append(estimate.standard_error)
            hits[name].append(estimate.interval[0] <= truth[name] <= estimate.interval[1])
    print(f"row d, {volumes} volumes of {size}³")
    for name in SEVEN:
        spread = float(np.std(values[name], ddof=1))
        print(f"  {name:12} true {truth[name]:.4f} mean {np.mean(values[name]):.4f} empirical sd {spread:.4f} "
              f"mean standard error {np.mean(errors[name]):.4f} (× {np.mean(errors[name]) / spread:.2f}) "
              f"covered {sum(hits[name])}/{volumes}")
    every = [hit for found in hits.values() for hit in found]
    print(f"  all: covered {sum(every)}/{len(every)} = {100 * np.mean(every):.1f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("sections", "coverage"))
    parser.add_argument("--size", type=int)
    parser.add_argument("--volumes", type=int, default=20)
    chosen = parser.parse_args()
    if chosen.what == "sections":
        sections(chosen.size or 401)
    else:
        coverage(chosen.size or 200, chosen.volumes)


if __name__ == "__main__":
    main()
