"""Calibration to one 2D image: exact, and by simulation to the same misfit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from algorithm_one import N_PARAMETERS, PAIRS, AlgorithmOne, two_point_curves
from measuring import Row
from published_models import VOXEL_SIZE, VOXEL_UM, row_d

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.records import CalibrationResult, ExactSettings
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.core.twopoint.exact import fractions, two_point

if TYPE_CHECKING:
    from morphstudio.core.models.excursion_set import ExcursionSet

LEARNING_RATES = (0.003, 0.01, 0.03, 0.1)
LIMIT_S = 120.0


def section(edge: int) -> PhaseImage:
    """Return a simulated section of row d, phases se, am, pore."""
    indices = realise(row_d(), (1, edge, edge), VOXEL_SIZE, 7)
    return phase_image(indices + 1, VOXEL_SIZE, {1: "se", 2: "am", 3: "pore"})


def run(image: PhaseImage, settings: ExactSettings, only_triage: bool = False) -> tuple[float, ExactCalibration]:
    """Step a calibration to its end, or to the end of the triage; return the seconds and it."""
    begun = time.perf_counter()
    calibration = ExactCalibration([image], settings)
    while not calibration.done:
        record = calibration.step()
        if only_triage and record.stage not in ("statistics", "triage"):
            break
    return time.perf_counter() - begun, calibration


def rows(small: bool) -> list[Row]:
    """One order, four starts; then Algorithm 1 until it is as close to the data (Eq. 26)."""
    image = section(128 if small else 512)
    settings = ExactSettings(order=(0, 1, 2), starts=4)
    run(section(96), ExactSettings(order=(0, 1, 2), starts=1))
    ours, calibration = run(image, settings)
    name = f"exact calibration, one order, 4 starts, {image.shape[2]}²"
    out = [Row(name, ours, "s", bar=10)]
    theirs, how = simulated(image, calibration.result(), limit=1.0 if small else LIMIT_S)
    return [*out, Row(name, ours, "s", "Algorithm 1 to the same misfit", theirs, note=how)]


def triage(small: bool) -> list[Row]:
    """All orders and signs from several starts, up to the choice of what is refined."""
    image = section(96 if small else 512)
    run(section(96), ExactSettings(order=(0, 1, 2), starts=1))
    settings = ExactSettings(starts=1 if small else ExactSettings().starts)
    spent, _ = run(image, settings, only_triage=True)
    out = [Row(f"triage of all orders and signs, {image.shape[2]}²", spent, "s", bar=60)]
    if not small:
        out.append(Row("all orders, refined, with standard errors", run(image, settings)[0], "s"))
    return out


def simulated(image: PhaseImage, result: CalibrationResult, limit: float) -> tuple[float, str]:
    """Return the seconds of the best learning rate, or ``limit`` where none arrives.

    The image's own curves stand for the data on both sides, Eq. 26 summed over
    six pairs and lags 0 … 100 judges both.
    """
    longest = min(100, image.shape[2] // 3)
    indices = torch.as_tensor(image.indices()[0]).long()
    phases = torch.nn.functional.one_hot(indices, 3).permute(2, 0, 1).double()[None]
    data = two_point_curves(phases, longest)[0]
    target = eq26(result.model, data)

    def good_enough(theta: torch.Tensor) -> bool:
        return eq26(model_of(theta), data) <= target

    arrived = {}
    for rate in LEARNING_RATES:
        spent = AlgorithmOne(data.float(), rate).seconds_until(good_enough, limit)
        if spent is not None:
            arrived[rate] = spent
    if not arrived:
        return limit, f"Algorithm 1 did not arrive within {limit:g} s at any of the rates {LEARNING_RATES}"
    best = min(arrived, key=arrived.__getitem__)
    return arrived[best], f"learning rate {best:g}, the fastest of {LEARNING_RATES}"


def model_of(theta: torch.Tensor) -> ExcursionSet:
    """Return the model of Algorithm 1's parameters."""
    values = theta.double().numpy()
    assert len(values) == N_PARAMETERS
    alphas = np.exp(values[[0, 1, 3, 4]]) / VOXEL_UM
    return row_d(alpha_chi_x=alphas[0], alpha_x=alphas[1], alpha_chi_y=alphas[2], alpha_y=alphas[3],
                 lambda_x=float(values[2]), lambda_y=float(values[5]), scale_z=1.0)


def eq26(model: ExcursionSet, data: torch.Tensor) -> float:
    """Return Σ over pairs and lags of (C_ij data − model)²."""
    lags = np.zeros((data.shape[1] - 1, 3))
    lags[:, 2] = VOXEL_UM * np.arange(1, len(lags) + 1)
    curves = np.concatenate([np.diag(fractions(model))[None], two_point(model, lags)])
    return float(sum(((curves[:, i, j] - data[row].numpy()) ** 2).sum() for row, (i, j) in enumerate(PAIRS)))
