"""Opens the model that a command names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.core.errors import InputError
from morphstudio.core.phases import Phase, role_of

if TYPE_CHECKING:
    from morphstudio.core.phases import PhaseImage
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


def named_as_in_model(image: PhaseImage, source: ModelFile, model_name: str) -> PhaseImage:
    """Return the image with the model's names of its labels.

    Raises
    ------
    InputError
        Both have a name for a label, and another one.
    """
    names = dict(zip(source.labels, source.model.phases, strict=True))
    phases = []
    for phase in image.phases:
        ours, theirs = phase.name, names.get(phase.label, str(phase.label))
        if theirs in (ours, str(phase.label)):
            phases.append(phase)
        elif ours == str(phase.label):
            phases.append(Phase(phase.label, theirs, role_of(theirs)))
        else:
            given = ",".join(f"{label}={name}" for label, name in sorted(names.items()))
            raise InputError("phases", f"Label {phase.label} is {ours!r} in {image.name or 'the image'} and {theirs!r} "
                             f"in {model_name}.", f"If they mean the same, give --phases {given}.")
    return image.with_phases(tuple(phases))
