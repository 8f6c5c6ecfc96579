"""The three grades of a fit, and the one wording for them wherever a model is judged."""

from __future__ import annotations

from typing import Literal

Grade = Literal["fits", "partly", "no"]

GRADE_WORDS: dict[Grade, str] = {
    "fits": "The model fits",
    "partly": "The model fits in part",
    "no": "The model does not fit",
}
