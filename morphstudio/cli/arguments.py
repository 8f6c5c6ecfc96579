"""What people type, as values: voxel sizes, phases, orders, parameter values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError
from morphstudio.core.phases import AXES, check_voxel_size

if TYPE_CHECKING:
    from morphstudio.core.phases import Axis, PhaseImage, VoxelSize

VoxelSizeOption = tuple[float, float, float] | Literal["voxel"]

VOXEL_SIZE_HINT = "Add --voxel-size 0.2 (µm), --voxel-size Z,Y,X, or --voxel-size voxel to work in voxels."


def voxel_size(text: str) -> VoxelSizeOption:
    """Read ``0.2``, ``0.3,0.2,0.2`` (z, y, x in µm) or ``voxel``.

    Raises
    ------
    InputError
        Anything else.
    """
    if text.strip().lower() == "voxel":
        return "voxel"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 3) or not all(math.isfinite(n) and n > 0 for n in numbers):
        raise InputError("voxel_size", f"--voxel-size {text} is not a voxel size.",
                         "Give one number above 0 in µm, three as Z,Y,X, or the word voxel.")
    return check_voxel_size(numbers * 3 if len(numbers) == 1 else numbers)


def phase_names(text: str) -> dict[int, str]:
    """Read ``0=pore,1=am,2=se``.

    Raises
    ------
    InputError
        Not of this form, or a label twice.
    """
    names: dict[int, str] = {}
    for part in text.split(","):
        label, equals, name = (piece.strip() for piece in part.partition("="))
        if not (label.isdecimal() and equals and name):
            raise InputError("phases", f"--phases has {part.strip()!r}.", "Give label=name pairs: 0=pore,1=am,2=se.")
        if int(label) in names:
            raise InputError("phases", f"--phases names label {label} twice.", "Give each label once.")
        names[int(label)] = name
    return names


def phase_order(text: str, image: PhaseImage) -> tuple[int, ...]:
    """Read ``1,2,0``, labels in the order of the cut, as positions in the image's phases.

    Raises
    ------
    InputError
        Not each label of the image once.
    """
    labels = [phase.label for phase in image.phases]
    parts = [part.strip() for part in text.split(",")]
    if sorted(parts) != sorted(str(label) for label in labels):
        raise InputError("phase_order", f"--phase-order {text} does not hold each label of the image once.",
                         f"Its labels are {', '.join(str(v) for v in labels)}: order these.")
    return tuple(labels.index(int(part)) for part in parts)


def parameter_values(pairs: list[str], option: str) -> dict[str, float]:
    """Read ``name=value`` pairs.

    Raises
    ------
    InputError
        Not of this form, not a number, or a name twice.
    """
    values: dict[str, float] = {}
    for pair in pairs:
        name, equals, text = (piece.strip() for piece in pair.partition("="))
        if not (name and equals):
            raise InputError("parameters", f"{option} {pair} is not of the form name=value.",
                             f"For example: {option} lambda_x=1.9")
        if name in values:
            raise InputError(f"parameters.{name}", f"{option} gives {name} twice.", "Give it once.")
        try:
            values[name] = float(text)
        except ValueError as error:
            raise InputError(f"parameters.{name}", f"{option} {name}={text} has no number.",
                             f"For example: {option} {name}=1.9") from error
    return values


def names(text: str) -> tuple[str, ...]:
    """Read a comma-separated list; empty parts are left out."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def axes(text: str) -> tuple[Axis, ...]:
    """Read ``z`` or ``z,y``.

    Raises
    ------
    InputError
        A letter that is no axis.
    """
    chosen = names(text)
    wrong = [name for name in chosen if name not in AXES]
    if wrong or not chosen:
        raise InputError("axes", f"--axis {text} is not an axis.", "Give z, y or x, or several with commas.")
    return tuple(axis for axis in AXES if axis in chosen)


def known_voxel_size(size: VoxelSize | None, option: VoxelSizeOption | None, where: str) -> VoxelSize | None:
    """Return the voxel size to work with: the option's, else the file's.

    Raises
    ------
    InputError
        Neither gives one.
    """
    if option == "voxel":
        return None
    if option is not None:
        return option
    if size is None:
        raise InputError("voxel_size", f"{where} does not say how large a voxel is.", VOXEL_SIZE_HINT)
    return size
