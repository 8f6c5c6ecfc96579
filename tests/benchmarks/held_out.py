"""Fits models to one half of an image, in each of several ways, and judges them by both halves.

    .venv/bin/python tests/benchmarks/held_out.py simulated|section|volume [METHOD:FAMILY[/CUT] ...] [--seeds 0 1 2]

METHOD is exact, exact+combined (the quick preset), or monte-carlo, adversarial or combined: as published, with the
quick preset's windows and steps, from a drawn start with the phase order that Gaussian fields give. FAMILY is that of
the fields' covariances; CUT is free, layer or both. A run ends after ten minutes at the latest, with its best model.

For each half: misfit (Eq. 26 of the "Excursion sets" paper: Σ over pairs i ≤ j and lags 0 … 100 voxels of squared
differences, along the axes), mean over phases of |model/data − 1| of voxel surface and mean chord, mean over phases
and axes of the Wasserstein distance of the chord distributions over the mean chord; and the wall time of the fit.
Real images are taken from ../shared beside the checkout, or from MORPHSTUDIO_SHARED.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.problem import surface_and_chord
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.calibration.simulated.settings import SimulatedSettings, preset
from morphstudio.core.calibration.simulated.staged import StagedCalibration
from morphstudio.core.calibration.statistics import image_statistics
from morphstudio.core.descriptors.distances import wasserstein
from morphstudio.core.descriptors.measurement import measure
from morphstudio.core.fields.families import FAMILIES
from morphstudio.core.image_edits import cropped
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.core.twopoint.exact import two_point
from morphstudio.core.twopoint.image import directional
from morphstudio.io.images import open_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.core.descriptors.values import Measurement
    from morphstudio.core.models.excursion_set import ExcursionSet

SHARED = Path(os.environ.get("MORPHSTUDIO_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "data"
REAL = {
    "section": ("cathode_nmc_2d_3phase/nmc_sem_3phase_628x758.tif", 0.12),
    "volume": ("cathode_nmc_ct_3phase_3d/nmc_cal_3phase_301x301x251.tif", 0.398),
}
# "Virtual materials testing" paper, Table 1, BM03, without its stretch: inverse lengths per voxel.
BM03 = {"alpha_chi_x": 0.03, "alpha_chi_y": 3.29, "alpha_x": 0.26, "alpha_y": 0.19, "lambda_x": 1.98, "lambda_y": -0.30}
LONGEST = 100
LONGEST_RUN = 600.0  # seconds
REALISATIONS = 5
CHORDS = "chord_length_distribution"


@dataclass(frozen=True)
class Judgement:
    """How far a model, or the fitted half, is from the half that was not fitted."""

    misfit: float
    surface: float
    chord: float
    cdf: float

    def __str__(self) -> str:
        return f"{self.misfit:9.2e} {self.surface:8.1%} {self.chord:8.1%} {self.cdf:9.1%}"


def halves(image: PhaseImage) -> tuple[PhaseImage, PhaseImage]:
    """Return the left and the right half along x."""
    z, y, x = image.shape
    return cropped(image, ((0, z), (0, y), (0, x // 2))), cropped(image, ((0, z), (0, y), (x // 2, x)))


def load(name: str) -> PhaseImage:
    """Return one of the images."""
    if name == "simulated":
        values = {name: value / 0.2 if name.startswith("alpha") else value for name, value in BM03.items()}
        model = excursion_set(("se", "am", "pore"), values)
        labels = realise(model, (1, 1000, 2000), (0.2, 0.2, 0.2), 11) + np.uint8(1)
        return phase_image(labels, (0.2, 0.2, 0.2), {1: "se", 2: "am", 3: "pore"})
    file, size = REAL[name]
    if not (SHARED / file).exists():
        sys.exit(f"{SHARED / file} is not there: put the images there, or set MORPHSTUDIO_SHARED.")
    return open_image(SHARED / file, voxel_size_um=(size,) * 3, names={0: "pore", 1: "am", 2: "binder"})


def curves(image: PhaseImage) -> tuple[NDArray[np.float64], list[tuple[int, NDArray[np.float64]]]]:
    """Return for each open axis the two-point functions at lags 0 … 100 voxels, shape (L, K, K)."""
    longest = min(LONGEST, min(image.labels.shape[a] for a in image.open_axes) // 2)
    out = [(axis, directional(image.indices(), len(image.phases), axis, longest)) for axis in image.open_axes]
    return np.arange(longest + 1), out


def misfit(image: PhaseImage, model: ExcursionSet) -> float:
    """Return Eq. 26, the mean over the open axes."""
    lags, measured = curves(image)
    names = [p.name for p in image.phases]
    order = [model.phases.index(name) for name in names]
    rows, columns = np.triu_indices(len(names))
    total = []
    for axis, values in measured:
        vectors = np.zeros((len(lags), 3))
        vectors[:, axis] = lags * image.spacing[axis]
        exact = two_point(model, vectors)[:, order][:, :, order]
        total.append(float(((exact - values)[:, rows, columns] ** 2).sum()))
    return float(np.mean(total))


def chord_distance(data: Measurement, others: list[Measurement]) -> float:
    """Return the mean over phases and axes of the Wasserstein distance of chords over the data's mean chord."""
    found = []
    for phase in data.phases:
        for axis, curve in phase.distributions[CHORDS].items():
            gaps = [wasserstein(curve, other.phase(phase.label).distributions[CHORDS][axis]) for other in others]
            found.append(np.mean([g for g in gaps if g is not None]) / curve.mean)
    return float(np.mean(found))


def judge(model: ExcursionSet, image: PhaseImage) -> Judgement:
    """Judge a model by an image."""
    statistics = image_statistics([image], ExactSettings())
    names = [p.name for p in image.phases]
    back = [model.phases.index(name) for name in names]
    surface, chord = (values[back] for values in surface_and_chord(model, statistics))
    shape = image.labels.shape if image.labels.shape[0] == 1 else tuple(min(n, 200) for n in image.labels.shape)
    drawn = []
    for seed in range(REALISATIONS):
        indices = realise(model, shape, image.spacing, 100 + seed)
        labels = np.array([image.phases[names.index(name)].label for name in model.phases], np.uint8)[indices]
        drawn.append(measure(replace(image, labels=labels), [CHORDS]))
    data = measure(image, [CHORDS])
    return Judgement(misfit(image, model), float(np.abs(surface / statistics.surface - 1).mean()),
                     float(np.abs(chord / statistics.chord - 1).mean()), chord_distance(data, drawn))


def judge_half(image: PhaseImage, other: PhaseImage) -> Judgement:
    """Judge the fitted half itself by the other one: what no model of it can be expected to beat."""
    (_, mine), (_, theirs) = curves(image), curves(other)
    rows, columns = np.triu_indices(len(image.phases))
    gaps = [a[:len(b)] - b[:len(a)] for (_, a), (_, b) in zip(mine, theirs, strict=True)]
    own, his = (image_statistics([one], ExactSettings()) for one in (image, other))
    misfit_of = float(np.mean([(gap[:, rows, columns] ** 2).sum() for gap in gaps]))
    return Judgement(misfit_of,
                     float(np.abs(own.surface / his.surface - 1).mean()),
                     float(np.abs(own.chord / his.chord - 1).mean()),
                     chord_distance(measure(other, [CHORDS]), [measure(image, [CHORDS])]))


def settings_for(run: str, seed: int, starts: int) -> ExactSettings | SimulatedSettings:
    """Return the settings that ``METHOD:FAMILY[/CUT]`` asks for."""
    method, _, rest = run.rpartition(":")
    family, _, cut = rest.partition("/")
    common = {"seed": seed, "starts": starts, "parameterisation": family, "cut": cut or "both"}
    if method in ("", "exact"):
        return ExactSettings(**common)
    if method == "exact+combined":
        return preset("quick", "combined", **common)
    return preset("quick", method, **common, exact_first="order", exact_term=False)


def fit(image: PhaseImage, settings: ExactSettings | SimulatedSettings) -> tuple[ExcursionSet, float]:
    """Return the best model within ten minutes, and the seconds it took."""
    began = time.perf_counter()
    calibration = (ExactCalibration if isinstance(settings, ExactSettings) else StagedCalibration)([image], settings)
    best = None
    while not calibration.done and time.perf_counter() - began < LONGEST_RUN:
        best = calibration.step().best or best
    if calibration.done:
        best = calibration.result().model
    if best is None:
        sys.exit("Nothing was fitted within ten minutes.")
    return best, time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", choices=("simulated", *REAL))
    parser.add_argument("runs", nargs="*", default=["exact:gaussian/free", "exact:gaussian", "exact:matern"],
                        help=f"METHOD:FAMILY[/CUT], families: {', '.join(FAMILIES)}")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--starts", type=int, default=4)
    chosen = parser.parse_args()
    fitted, held_out = halves(load(chosen.image))
    heads = f"{'misfit':>9s} {'surface':>8s} {'chord':>8s} {'chord CDF':>9s}"
    print(f"{chosen.image:34s} {'fitted half':>37s} | {'held-out half':>37s} |")
    print(f"{'run':29s} seed {heads} | {heads} | seconds, order", flush=True)
    print(f"{'the fitted half itself':34s} {'':37s} | {judge_half(fitted, held_out)} |", flush=True)
    for run in chosen.runs:
        for seed in chosen.seeds:
            model, seconds = fit(fitted, settings_for(run, seed, chosen.starts))
            print(f"{run:29s} {seed:4d} {judge(model, fitted)} | {judge(model, held_out)} | {seconds:.0f}, "
                  f"{' > '.join(model.phases)}{' in a layer' if model.is_layered else ''}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
