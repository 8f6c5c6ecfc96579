"""Frozen records as plain data and back: what project files hold instead of pickles."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "record"


def encode(value: object) -> Any:
    """Return ``value`` as dicts, lists, strings, numbers and arrays.

    Dataclasses become ``{"record": class name, field: ...}``, tuples lists and
    paths strings.

    Raises
    ------
    TypeError
        Something that has no plain form.
    """
    if value is None or isinstance(value, (bool, str, np.ndarray)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value)
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {_key(name): encode(item) for name, item in value.items()}
    if isinstance(value, PurePath):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {KIND: type(value).__name__, **{f.name: encode(getattr(value, f.name)) for f in fields(value)}}
    raise TypeError(f"{type(value).__name__} has no plain form.")


def decode(data: Any, kinds: Mapping[str, type]) -> Any:
    """Return what :func:`encode` was given; every list becomes a tuple.

    Parameters
    ----------
    data : object
        Plain data.
    kinds : mapping of str to type
        The dataclasses that may occur, by name. No other code is reached.

    Raises
    ------
    InputError
        An unknown record, or one that lacks or adds a field without default.
    """
    if isinstance(data, list):
        return tuple(decode(item, kinds) for item in data)
    if not isinstance(data, dict):
        return data
    if KIND not in data:
        return {name: decode(item, kinds) for name, item in data.items()}
    name = data[KIND]
    if name not in kinds:
        raise InputError("project", f"The file holds a record {name!r} that this version does not know.",
                         "Open it with the version that wrote it.")
    values = {key: decode(item, kinds) for key, item in data.items() if key != KIND}
    try:
        return kinds[name](**values)
    except TypeError as error:
        raise InputError("project", f"A record {name!r} in the file does not fit this version.",
                         "Open it with the version that wrote it.") from error


def _key(name: object) -> str:
    if not isinstance(name, str) or name == KIND:
        raise TypeError(f"{name!r} cannot be a key.")
    return name
