"""The three grades of a fit, and the one wording for them wherever a model is judged.

However good a mean is: one fitted descriptor that is further off than
:data:`LARGEST_FITTED`, and not by chance, is no fit.
"""

from __future__ import annotations

from typing import Literal

Grade = Literal["fits", "partly", "no"]

GRADE_WORDS: dict[Grade, str] = {
    "fits": "The model fits",
    "partly": "The model fits in part",
    "no": "The model does not fit",
}

LARGEST_FITTED = 0.20
"""Relative difference of a single descriptor that calibration fits, above which a model does not fit."""
