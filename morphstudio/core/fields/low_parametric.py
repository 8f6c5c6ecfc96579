"""The thirteen-parameter covariance of the low-parametric cathode model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from morphstudio.core.fields.covariance import INVERSE_LENGTH, Family, sine_gap
from morphstudio.core.parameters import Param

if TYPE_CHECKING:
    from collections.abc import Sequence

_SLIDER = (0.05, 20.0)


def _share(number: int, default: float, what: str) -> Param:
    return Param(f"a_{number}", f"share {number}", "1", default, (0.0, 1.0), (0.0, 1.0), "logit",
                 f"Higher values give {what} more say in {{part}}.", "", "", name=f"a{number}", main=False)


def _rate(number: int, default: float, what: str) -> Param:
    return Param(f"a_{number}", f"rate {number}", "1/um", default, INVERSE_LENGTH, _SLIDER, "log",
                 f"Higher values make {what} of {{part}} finer.", "", "", name=f"a{number}", main=False)


def _exponent(number: int, what: str) -> Param:
    return Param(f"a_{number}", f"exponent {number}", "1", 1.8, (0.1, 2.0), (0.1, 2.0), "logit",
                 f"Lower values make {what} of {{part}} rougher.", "", "", name=f"a{number}", main=False)


class LowParametric(Family):
    r"""Eq. 38, read as a convex combination of covariances in 3D.

    ρ = a₁A + (1−a₁)[a₂(a₃B + (1−a₃)D) + (1−a₂)C] with A = sinc(a₄h) exp(−(a₅h)^a₁₁),
    B = exp(−(a₆h)^a₁₂), C = sinc(a₇h) exp(−(a₈h)^a₁₃), D = (1+(a₉h)²)^(−a₁₀) and
    sinc(x) = sin(x)/x.

    Notes
    -----
    As printed, ρ(0) is not 1 and the last term grows. Rates a₅, a₆, a₈ stand
    inside the power here, so that they are inverse lengths like the others:
    the printed α₅ is a₅^a₁₁. For exponents in (0, 2] every term is a covariance
    in 3D, and so is the mixture.
    """

    key, title = "low-parametric", "Low-parametric (13 each)"
    words = ("The published low-parametric model: thirteen numbers for each field. Its curves are well determined, "
             "its single numbers rarely are.")
    formula = ("ρ = a₁ A + (1 − a₁)[a₂ (a₃ B + (1 − a₃) D) + (1 − a₂) C]; "
               "A = sinc(a₄ h) exp(−(a₅ h)^a₁₁); B = exp(−(a₆ h)^a₁₂); "
               "C = sinc(a₇ h) exp(−(a₈ h)^a₁₃); D = (1 + (a₉ h)²)^−a₁₀")
    reference = "Excursion set models calibrated with GANs, Eq. 38"
    params = (
        _share(1, 0.1, "the first wave"), _share(2, 0.9, "the parts without a wave"),
        _share(3, 0.8, "the powered exponential"),
        _rate(4, 1.5, "the first wave"), _rate(5, 0.4, "the damping of the first wave"),
        _rate(6, 0.75, "the powered exponential"), _rate(7, 0.8, "the second wave"),
        _rate(8, 0.3, "the damping of the second wave"), _rate(9, 0.5, "the part with long memory"),
        Param("a_10", "decay 10", "1", 1.0, (0.1, 20.0), (0.2, 10.0), "log",
              "Higher values end the long-range correlation of {part} sooner.", "", "", name="a10", main=False),
        _exponent(11, "the first wave"), _exponent(12, "the powered exponential"), _exponent(13, "the second wave"))

    smoothest: ClassVar[dict[str, float]] = {"a1": 0.05, "a2": 0.92, "a3": 0.9, "a11": 1.9, "a12": 1.9, "a13": 1.9}

    def gap(self, h: Any, values: Any, xp: Any) -> Any:
        """Return 1 − ρ(h)."""
        a = [None, *(values[k] for k in range(13))]
        wave_a = _damped_wave(h, a[4], a[5], a[11], xp)
        powered = -xp.expm1(-((a[6] * h) ** a[12]))
        wave_c = _damped_wave(h, a[7], a[8], a[13], xp)
        cauchy = -xp.expm1(-a[10] * xp.log1p((a[9] * h) ** 2))
        inner = a[2] * (a[3] * powered + (1 - a[3]) * cauchy) + (1 - a[2]) * wave_c
        return a[1] * wave_a + (1 - a[1]) * inner

    def scale(self, values: Sequence[float]) -> float:
        """Return the longest of the parts' lengths."""
        return 1 / min(values[4], values[5], values[7], values[8])

    def curvature(self, values: Sequence[float]) -> float:
        """Return the parts' curvatures by share; infinite where a part that counts has an exponent below 2."""
        a = (0.0, *values)
        shares = (a[1], (1 - a[1]) * a[2] * a[3], (1 - a[1]) * (1 - a[2]), (1 - a[1]) * a[2] * (1 - a[3]))
        parts = (a[4] ** 2 / 6 + _power_curvature(a[5], a[11]), _power_curvature(a[6], a[12]),
                 a[7] ** 2 / 6 + _power_curvature(a[8], a[13]), a[10] * a[9] ** 2)
        return float(np.sum([share * part for share, part in zip(shares, parts, strict=True) if share > 0]))


def _damped_wave(h: Any, rate: Any, damping: Any, power: Any, xp: Any) -> Any:
    lost = -xp.expm1(-((damping * h) ** power))
    wave = sine_gap(rate * h, xp)
    return wave + lost - wave * lost


def _power_curvature(rate: float, power: float) -> float:
    return rate**2 if power == 2 else float("inf")
