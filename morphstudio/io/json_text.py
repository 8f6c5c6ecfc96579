"""JSON for people: indented, with a list of numbers on one line."""

from __future__ import annotations

import json
import re
from typing import Any

# A list of nothing but numbers and null, as json spreads it over lines. Strings cannot match: their quotes do not.
_NUMBER = r"(?:-?[\d.]+(?:[eE][+-]?\d+)?|null)"
_NUMBERS = re.compile(rf"\[\n\s+({_NUMBER}(?:,\n\s+{_NUMBER})*)\n\s+\]")


def json_text(content: Any) -> str:
    """Return plain data as JSON text, indented by two, each list of numbers on a line of its own.

    Raises
    ------
    ValueError
        NaN or infinity, which JSON lacks.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return _NUMBERS.sub(lambda found: "[" + re.sub(r",\n\s+", ", ", found[1]) + "]", text)
