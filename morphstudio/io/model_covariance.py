"""The covariance of fitted parameters in a model file: names, scales and rows of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.calibration.ensemble import check_covariance
from morphstudio.core.calibration.records import ParameterCovariance
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import other_spelling
from morphstudio.core.parameters import check_names
from morphstudio.io.model_units import spellings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.parameters import Param

_KEYS = ("parameters", "scales", "matrix")
_DIGITS = 6  # of a number: more than the estimate of a covariance has


def covariance_content(covariance: ParameterCovariance, table: tuple[Param, ...]) -> dict[str, Any]:
    """Return the covariance as plain data; ``scales`` names the variable of each row, such as ``"log"``."""
    scales = {param.name: param.scale for param in table}
    return {"parameters": list(covariance.names), "scales": [scales[name] for name in covariance.names],
            "matrix": [[float(f"{value:.{_DIGITS}g}") for value in row] for row in covariance.matrix]}


def covariance_in(given: Any, table: tuple[Param, ...]) -> ParameterCovariance | None:
    """Return the covariance that a model file holds; ``None`` where it holds none.

    Raises
    ------
    InputError
        A wrong key, a parameter that the model does not have, another scale than the parameter's, or no covariance.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InputError("model.covariance", "'covariance' of the model file is not a table.",
                         'Write {"parameters": [...], "scales": [...], "matrix": [[...], ...]}, or leave it out.')
    check_names(given, _KEYS, "covariance")
    scale_of = {param.name: param.scale for param in table}
    names = _names(given.get("parameters"), scale_of)
    if "scales" in given and given["scales"] != [scale_of[name] for name in names]:
        raise InputError("covariance.scales", "The scales of the covariance are not those of its parameters.",
                         f"They are {', '.join(scale_of[name] for name in names)}.")
    try:
        matrix = np.array(given.get("matrix"), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError("covariance.matrix", "The covariance is not rows of numbers.",
                         "Take it from a calibration, or leave it out.") from error
    check_covariance(names, matrix)
    return ParameterCovariance(names, matrix)


def _names(given: Any, scale_of: Mapping[str, str]) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given) or not given:
        raise InputError("covariance.parameters", "The covariance names no parameters.",
                         'Write "parameters": ["lambda_x", ...], one for each row.')
    check_names(given, spellings(scale_of), "covariance.parameters")
    names = tuple(name if name in scale_of else other_spelling(name) for name in given)
    if len(set(names)) < len(names):
        raise InputError("covariance.parameters", "The covariance names a parameter twice.", "Keep one of them.")
    return names
