"""Nested plain data with arrays, split into JSON text and arrays, and put together again."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# A dict with exactly one of these keys stands for something JSON lacks.
_ARRAY, _FLOAT, _BYTES, _PLAIN = "__array__", "__float__", "__bytes__", "__plain__"
_MARKS = frozenset({_ARRAY, _FLOAT, _BYTES, _PLAIN})
MAX_DEPTH = 100


def split(tree: Any) -> tuple[str, list[NDArray[Any]]]:
    """Return JSON text and the arrays that it refers to by number.

    Parameters
    ----------
    tree : nested dict, list, tuple, str, bytes, bool, int, float, None, ndarray
        Dict keys are strings. Tuples come back as lists. Floats keep every
        bit, integers every digit; NaN and infinity are allowed.

    Raises
    ------
    TypeError
        Anything else in the tree, or an array of objects.
    """
    arrays: list[NDArray[Any]] = []
    return json.dumps(_encode(tree, arrays, 0), ensure_ascii=False, allow_nan=False), arrays


def join(text: str, array: Callable[[int], NDArray[Any]]) -> Any:
    """Return the tree that :func:`split` took apart.

    Parameters
    ----------
    text : str
        The JSON text.
    array : callable
        Gives the array of a number.

    Raises
    ------
    ValueError
        Not the text of a tree.
    """
    try:
        return _decode(json.loads(text), array)
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("damaged content") from error


def _encode(value: Any, arrays: list[NDArray[Any]], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise TypeError("data nested too deeply to be saved")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if math.isfinite(number) else {_FLOAT: repr(number)}
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.ndarray):
        return _encode_array(value, arrays)
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    if isinstance(value, (list, tuple)):
        return [_encode(item, arrays, depth + 1) for item in value]
    if isinstance(value, dict):
        return _encode_dict(value, arrays, depth)
    raise TypeError(f"{type(value).__name__} cannot be saved")


def _encode_array(value: NDArray[Any], arrays: list[NDArray[Any]]) -> dict[str, int]:
    if value.dtype.hasobject or value.dtype.kind not in "biufcU":
        raise TypeError(f"an array of {value.dtype} cannot be saved")
    arrays.append(value)
    return {_ARRAY: len(arrays) - 1}


def _encode_dict(value: dict[Any, Any], arrays: list[NDArray[Any]], depth: int) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise TypeError("keys must be text to be saved")
    encoded = {key: _encode(item, arrays, depth + 1) for key, item in value.items()}
    return {_PLAIN: encoded} if len(value) == 1 and _MARKS & set(value) else encoded


def _decode(value: Any, array: Callable[[int], NDArray[Any]]) -> Any:
    if isinstance(value, list):
        return [_decode(item, array) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (mark, content), = value.items()
        if mark == _ARRAY:
            return array(content)
        if mark == _FLOAT:
            return float(content)
        if mark == _BYTES:
            return base64.b64decode(content, validate=True)
        if mark == _PLAIN:
            return {key: _decode(item, array) for key, item in content.items()}
    return {key: _decode(item, array) for key, item in value.items()}


def readable(value: Any) -> Any:
    """Return ``value`` as JSON for people holds it: what JSON lacks becomes null, a list or text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): readable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [readable(item) for item in value]
    if isinstance(value, np.ndarray):
        return readable(value.tolist())
    return str(value)
