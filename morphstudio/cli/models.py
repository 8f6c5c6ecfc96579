"""Opens the model that a command names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from morphstudio.io.model_file import ModelFile

ORDER_HINT = "The order is MODEL.json IMAGE."


def open_model(path: str, hint: str = "Give the model file that calibrate writes.") -> ModelFile:
    """Read a model file.

    Raises
    ------
    InputError
        An image in its place, with ``hint``, or what
        :func:`~morphstudio.io.model_file.read_model` finds wrong.
    """
    from morphstudio.io.images import READABLE
    from morphstudio.io.model_file import read_model

    target = Path(path)
    if target.is_file() and target.suffix.casefold() in READABLE:
        raise InputError("model", f"{target.name} is an image, not a model.", hint)
    if target.is_dir():
        raise InputError("model", f"{path} is a folder, not a model.", hint)
    return read_model(target)


def is_model(path: str) -> bool:
    """Whether a file is a model, by what stands in it."""
    from morphstudio.io.model_file import read_model

    if Path(path).suffix.casefold() != ".json":
        return False
    try:
        read_model(path)
    except InputError:
        return False
    return True
