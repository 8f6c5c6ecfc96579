"""A three-phase realisation against one inverse FFT of its grid, and against other generators."""

from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.fft
from measuring import Row, in_fresh_process, peak_bytes, seconds
from published_models import VOXEL_SIZE, VOXEL_UM, row_d

from morphstudio.core.fields.families import gaussian
from morphstudio.core.fields.spectral import Component, padded_box, sample, wrapped_length
from morphstudio.core.models.realisation import realise

WARM_UP = (16, 16, 16)


def rows(small: bool) -> list[Row]:
    """Time and weigh a row-d volume; ``small`` only shows that this script runs."""
    edge = 48 if small else 401
    shape = (edge, edge, edge)
    realise(row_d(), WARM_UP, VOXEL_SIZE, 1)
    ours = seconds(lambda: realise(row_d(), shape, VOXEL_SIZE, 1), repeats=3, warm_up=0)
    out = [
        Row(f"row d {edge}³", ours, "s", "irfftn, 2 workers", inverse_fft(edge), bar=8, judged="ratio"),
        Row(f"row d {edge}³, peak memory", in_fresh_process(volumes_needed, edge), "volumes", bar=3.25,
            note="float32 volumes of this grid, the result (0.25) included"),
    ]
    return out + other_generators(edge)


def inverse_fft(edge: int) -> float:
    """Return the seconds one single-precision inverse real FFT of the padded grid takes."""
    n = scipy.fft.next_fast_len(edge, real=True)
    rng = np.random.default_rng(0)
    spectrum = rng.standard_normal((n, n, n // 2 + 1), np.float32).astype(np.complex64)
    return seconds(lambda: scipy.fft.irfftn(spectrum, s=(n, n, n), workers=2), repeats=5)


def volumes_needed(edge: int) -> float:
    """Return the peak memory of a realisation in float32 volumes of its grid."""
    realise(row_d(), WARM_UP, VOXEL_SIZE, 1)
    return peak_bytes(lambda: realise(row_d(), (edge, edge, edge), VOXEL_SIZE, 1)) / (4 * edge**3)


def one_field(edge: int, alpha: float) -> float:
    """Return the seconds one Gaussian field takes with our sampler."""
    covariance = gaussian(alpha)
    shape = (edge, edge, edge)
    box = padded_box(shape, VOXEL_SIZE, (wrapped_length(covariance),) * 3)

    def draw() -> None:
        with ThreadPoolExecutor(2) as pool:
            for _ in sample((Component(0, covariance),), shape, VOXEL_SIZE, box, 1, pool):
                pass

    return seconds(draw, repeats=3)


def other_generators(edge: int) -> list[Row]:
    """Compare one field, ρ = exp(−(αh)²), with the generators that are installed."""
    alpha = 0.75
    ours = one_field(edge, alpha)
    out = []
    if importlib.util.find_spec("porespy") is not None:
        out.append(Row(f"one field {edge}³", ours, "s", "PoreSpy blobs", porespy_blobs(edge, alpha)))
    if importlib.util.find_spec("gstools") is not None:
        out += [Row(f"one field {edge}³", ours, "s", f"GSTools {method}", gstools_field(edge, alpha, method),
                    note="GSTools timed on 32³ points of the same box, scaled by the number of points")
                for method in ("RandMeth", "Fourier")]
    if not out:
        out.append(Row(f"one field {edge}³", ours, "s", note="pip install '.[compare]' adds GSTools and PoreSpy"))
    return out


def porespy_blobs(edge: int, alpha: float) -> float:
    """Return the seconds of PoreSpy's filtered noise of the same correlation."""
    import porespy

    # Filtering with a Gaussian of width s gives ρ = exp(−h²/4s²); blobs uses s = edge / (40 blobiness).
    width = 1 / (2 * alpha * VOXEL_UM)
    blobiness = edge / (40 * width)
    return seconds(lambda: porespy.generators.blobs((edge,) * 3, porosity=None, blobiness=blobiness, seed=1), repeats=1)


def gstools_field(edge: int, alpha: float, method: str) -> float:
    """Return the seconds GSTools would need for the grid: its cost is points times modes."""
    import gstools

    covariance = gstools.Gaussian(dim=3, var=1, len_scale=1 / alpha, rescale=1.0)
    if method == "Fourier":
        # Modes up to where the spectrum has fallen by 1e-6, at the spacing of a periodic box of this size.
        length = edge * VOXEL_UM
        modes = 2 * int(np.ceil(length * alpha * np.sqrt(np.log(1e6)) / np.pi))
        field = gstools.SRF(covariance, generator="Fourier", period=length, mode_no=modes, seed=1)
    else:
        field = gstools.SRF(covariance, generator="RandMeth", mode_no=1000, seed=1)
    part = 32
    axis = np.arange(part) * VOXEL_UM
    spent = seconds(lambda: field((axis, axis, axis), mesh_type="structured"), repeats=1, warm_up=0)
    return spent * (edge / part) ** 3
