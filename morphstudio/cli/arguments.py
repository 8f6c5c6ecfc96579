"""What people type, as values: voxel sizes, phases, orders, parameter values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError
from morphstudio.core.phases import AXES, check_voxel_size
from morphstudio.io.images.units import split_unit

if TYPE_CHECKING:
    from morphstudio.core.image_edits import Box
    from morphstudio.core.phases import Axis, PhaseImage, VoxelSize

VoxelSizeOption = tuple[float, float, float] | Literal["voxel"]

VOXEL_SIZE_HINT = "Add --voxel-size 0.2 (µm), --voxel-size Z,Y,X, or --voxel-size voxel to work in voxels."


def voxel_size(text: str) -> VoxelSizeOption:
    """Read ``0.2``, ``0.3,0.2,0.2`` (z, y, x in µm), either with a unit (``120nm``), or ``voxel``.

    Raises
    ------
    InputError
        Anything else.
    """
    if text.strip().lower() == "voxel":
        return "voxel"
    numbers = _lengths_um(text)
    if len(numbers) not in (1, 3) or not all(math.isfinite(n) and n > 0 for n in numbers):
        point = f"Write the decimal with a point: {text.replace(',', '.')}." if len(numbers) == 2 else ""
        raise InputError("voxel_size", f"--voxel-size {text} is not a voxel size.",
                         point or "Give one number above 0 in µm or with its unit (120nm), three as Z,Y,X, or the "
                         "word voxel.")
    return check_voxel_size(numbers * 3 if len(numbers) == 1 else numbers)


def _lengths_um(text: str) -> list[float]:
    """Return the numbers in µm; a unit at the end alone is that of all. Empty where they cannot be read."""
    parts = [split_unit(part) for part in text.split(",")]
    units = [unit for _, unit in parts]
    if None in units and any(units[:-1]):
        return []
    try:
        # Dividing by a whole number of units per µm keeps 35 nm at 0.035 to the last digit.
        return [float(number) / (1.0 / (unit or units[-1] or 1.0)) for number, unit in parts]
    except ValueError:
        return []


def crop_box(text: str, shape: tuple[int, int, int]) -> Box:
    """Read ``z=0:125,y=10:``: first voxel, counted from 0, and the one after the last; what is left out is all.

    Raises
    ------
    InputError
        Not of this form, or an axis twice. Whether the box lies in the image is not checked here.
    """
    box = dict(zip(AXES, ((0, n) for n in shape), strict=True))
    given = set()
    for part in text.split(","):
        axis, equals, ends = (piece.strip() for piece in part.partition("="))
        start, colon, stop = (piece.strip() for piece in ends.partition(":"))
        if axis not in box or not equals or not colon or not all(end == "" or end.isdecimal() for end in (start, stop)):
            raise InputError("crop", f"--crop has {part.strip()!r}.",
                             "Give first voxel and the one after the last along an axis: z=0:125,y=10:290.")
        if axis in given:
            raise InputError("crop", f"--crop names the axis {axis} twice.", "Give each axis once.")
        given.add(axis)
        box[axis] = (int(start or 0), int(stop or box[axis][1]))
    return box["z"], box["y"], box["x"]


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
    """Read ``1,2,0`` or ``am,se,pore``, labels or names in the order of the cut, as positions in the image's phases.

    Raises
    ------
    InputError
        Not each phase of the image once.
    """
    # A label counts before a name that reads like one.
    positions = {phase.name: at for at, phase in enumerate(image.phases)}
    positions |= {str(phase.label): at for at, phase in enumerate(image.phases)}
    order = tuple(positions.get(part.strip(), -1) for part in text.split(","))
    if sorted(order) != list(range(len(image.phases))):
        known = ", ".join(str(p.label) if p.name == str(p.label) else f"{p.label} ({p.name})" for p in image.phases)
        raise InputError("phase_order", f"--phase-order {text} does not hold each phase of the image once.",
                         f"Its labels are {known}: order these.")
    return order


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
