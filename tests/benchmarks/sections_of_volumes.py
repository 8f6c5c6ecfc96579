"""Sections drawn in 2D against sections cut from 3D realisations of the same model, in all two-point functions.

    .venv/bin/python tests/benchmarks/sections_of_volumes.py [FAMILY ...] [--volumes 24] [--sections 64]

A covariance that is one in the plane need not be one in space: a volume would then have other sections than those that
were drawn in 2D. For each family, and once more with a second phase in a layer: the largest standard error of a C_ij
along y and x at lags 1 … 32 voxels, the largest difference between the two in standard errors of the difference, and
that of either from the exact function.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.fields.families import family
from morphstudio.core.models.excursion_set import excursion_set, families_of, slots
from morphstudio.core.models.realisation import realise
from morphstudio.core.twopoint.exact import two_point, with_fractions
from morphstudio.core.twopoint.image import directional

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet

VOXEL = (0.1, 0.1, 0.1)
ALPHA = 2.5  # of the Gaussian covariance that fields resemble, 1/µm: a correlation length of 4 voxels
LONGEST = 32
CUBE, SECTION = 160, 512
FRACTIONS = (0.3, 0.2, 0.5)


def model_of(key: str, confinement: float) -> ExcursionSet:
    """Return a correlated three-phase model whose fields have shapes drawn around a Gaussian one."""
    families = families_of(3, key)
    values = {"correlation": 0.4, "confinement_y": confinement, "sigma_x": 1.3}
    for at, slot in enumerate(slots(3)):
        shape = family(key).resembling(ALPHA * (0.8 + 0.1 * at), VOXEL[0], np.random.default_rng([5, at]))
        values.update(zip((slot.key(p.name) for p in family(key).params), shape, strict=True))
    return with_fractions(excursion_set(("a", "b", "c"), values, families), FRACTIONS)


def curves(indices: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return C_ij along y and x at lags 1 … 32, shape (2, L, K, K)."""
    return np.stack([directional(indices, 3, axis, LONGEST)[1:] for axis in (1, 2)])


def estimate(model: ExcursionSet, shape: tuple[int, int, int], number: int, first: int) -> tuple[
        NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard error over independent realisations."""
    found = np.stack([curves(realise(model, shape, VOXEL, first + k)) for k in range(number)])
    return found.mean(0), found.std(0, ddof=1) / np.sqrt(number)


def exact(model: ExcursionSet) -> NDArray[np.float64]:
    """Return the exact C_ij at the same lags; the model is isotropic."""
    lags = np.zeros((LONGEST, 3))
    lags[:, 2] = np.arange(1, LONGEST + 1) * VOXEL[2]
    return np.stack([two_point(model, lags)] * 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=["kernel", "low-parametric", "gaussian"])
    parser.add_argument("--volumes", type=int, default=24)
    parser.add_argument("--sections", type=int, default=64)
    chosen = parser.parse_args()
    print(f"{'family':18s} {'layer':6s} largest se: section volume | largest z: against each other, section and volume "
          "against exact | seconds")
    agree = True
    for key in chosen.families:
        for confinement in (0.0, 0.5):
            began, model = time.perf_counter(), model_of(key, confinement)
            flat, flat_se = estimate(model, (1, SECTION, SECTION), chosen.sections, 1000)
            cut, cut_se = estimate(model, (CUBE, CUBE, CUBE), chosen.volumes, 5000)
            true = exact(model)
            apart = np.abs(flat - cut) / np.hypot(flat_se, cut_se)
            own = [float((np.abs(mean - true) / se).max()) for mean, se in ((flat, flat_se), (cut, cut_se))]
            agree &= bool(apart.max() < 4)
            print(f"{key:18s} {'yes' if confinement else 'no':6s} {flat_se.max():21.1e} {cut_se.max():.1e} | "
                  f"{apart.max():12.2f} {own[0]:8.2f} {own[1]:.2f} | {time.perf_counter() - began:.0f}", flush=True)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
