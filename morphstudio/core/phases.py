"""Segmented images: labels, voxel size, and what each label means."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Role = Literal["electrolyte", "active material", "binder", "pore", "solid", "other"]
Axis = Literal["z", "y", "x"]
AXES: tuple[Axis, Axis, Axis] = ("z", "y", "x")
MAX_PHASES = 4

VoxelSize = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of an image.

    Parameters
    ----------
    label : int
        Value in the label array, 0 … 255.
    name : str
        Short name, e.g. ``"am"``; unique within an image.
    role : Role
        What the phase is in the material; it chooses the colour.
    """

    label: int
    name: str
    role: Role = "other"


@dataclass(frozen=True, eq=False)
class PhaseImage:
    """A segmented section or volume.

    Parameters
    ----------
    labels : ndarray of uint8, shape (Z, Y, X)
        Axes z, y, x. A section has one axis of length 1: ``(1, Y, X)`` is an
        xy section, ``(Z, 1, X)`` an xz and ``(Z, Y, 1)`` a yz section.
    phases : tuple of Phase
        Each label that occurs, once, in ascending label order.
    voxel_size_um : (float, float, float) or None
        Edge lengths (z, y, x) in µm; ``None`` means unknown: lengths are then
        in voxels.
    name : str
        Where the image came from, for people.
    """

    labels: NDArray[np.uint8]
    phases: tuple[Phase, ...]
    voxel_size_um: VoxelSize | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.labels.ndim != 3 or self.labels.dtype != np.uint8:
            raise InputError("image", f"The image is {self.labels.dtype} with {self.labels.ndim} axes.",
                             "Labels are uint8 with axes z, y, x.")
        if self.voxel_size_um is not None:
            check_voxel_size(self.voxel_size_um)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along z, y, x."""
        z, y, x = self.labels.shape
        return z, y, x

    @property
    def spacing(self) -> VoxelSize:
        """Voxel size for computing: µm where known, else one voxel."""
        return self.voxel_size_um or (1.0, 1.0, 1.0)

    @property
    def length_unit(self) -> str:
        """``"um"`` where the voxel size is known, else ``"voxel"``."""
        return "um" if self.voxel_size_um else "voxel"

    @property
    def open_axes(self) -> tuple[int, ...]:
        """Axes longer than one voxel: three for a volume, two for a section."""
        return tuple(a for a, n in enumerate(self.labels.shape) if n > 1)

    @property
    def is_section(self) -> bool:
        """Whether the image is two-dimensional."""
        return len(self.open_axes) < 3

    @property
    def plane(self) -> str:
        """``"xy"``, ``"xz"`` or ``"yz"`` of a section; ``""`` for a volume."""
        if not self.is_section:
            return ""
        closed = next(a for a in range(3) if self.labels.shape[a] == 1)
        return {0: "xy", 1: "xz", 2: "yz"}[closed]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Voxels of each phase, in the order of ``phases``."""
        histogram = label_counts(self.labels)
        return histogram[[p.label for p in self.phases]].astype(np.int64)

    @cached_property
    def labels_sha256(self) -> str:
        """Checksum of the labels; computed once, it travels with the image."""
        return labels_checksum(self.labels)

    @property
    def fractions(self) -> NDArray[np.float64]:
        """Volume (or area) fraction of each phase, in the order of ``phases``."""
        return self.counts / self.labels.size

    def indices(self, order: Sequence[int] | None = None) -> NDArray[np.uint8]:
        """Return the image as phase indices 0 … K−1.

        Parameters
        ----------
        order : sequence of int, optional
            Positions in ``phases`` of the model's first, second, … phase;
            default: as listed.

        Returns
        -------
        ndarray of uint8, shape (Z, Y, X)
        """
        order = range(len(self.phases)) if order is None else order
        lookup = np.zeros(256, np.uint8)
        for index, position in enumerate(order):
            lookup[self.phases[position].label] = index
        return lookup[self.labels]

    def with_voxel_size(self, voxel_size_um: VoxelSize | None) -> PhaseImage:
        """Return the same labels with another voxel size."""
        return self._with_known(replace(self, voxel_size_um=voxel_size_um))

    def with_phases(self, phases: tuple[Phase, ...]) -> PhaseImage:
        """Return the same labels with other names or roles."""
        return self._with_known(replace(self, phases=phases))

    def rearranged(self, labels: NDArray[np.uint8], voxel_size_um: VoxelSize | None) -> PhaseImage:
        """Return the image with its voxels along other axes.

        Parameters
        ----------
        labels : ndarray of uint8, shape (Z, Y, X)
            The labels of this image, each voxel once, transposed or reshaped.
        voxel_size_um : (float, float, float) or None
            Edge lengths (z, y, x) after that.
        """
        return self._with_counts(replace(self, labels=labels, voxel_size_um=voxel_size_um))

    def _with_known(self, changed: PhaseImage) -> PhaseImage:
        """Hand on what is known of the same labels, each at its place."""
        if "labels_sha256" in self.__dict__:
            changed.__dict__["labels_sha256"] = self.labels_sha256
        return self._with_counts(changed)

    def _with_counts(self, changed: PhaseImage) -> PhaseImage:
        """Hand on what was counted: the same voxels need no second look."""
        counted: NDArray[np.int64] | None = self.__dict__.get("counts")
        if counted is not None and [p.label for p in changed.phases] == [p.label for p in self.phases]:
            changed.__dict__["counts"] = counted
        return changed


def check_voxel_size(size: Sequence[float]) -> VoxelSize:
    """Return (z, y, x) in µm as floats.

    Raises
    ------
    InputError
        Not three finite numbers above zero.
    """
    if len(size) != 3 or not all(np.isfinite(s) and s > 0 for s in size):
        raise InputError("voxel_size", f"The voxel size {tuple(size)} is not usable.",
                         "Give one number above 0 in µm, or three: z, y, x.")
    z, y, x = (float(s) for s in size)
    return z, y, x


def labels_checksum(labels: NDArray[np.uint8]) -> str:
    """Return the SHA-256 of labels and their shape."""
    digest = hashlib.sha256(str(labels.shape).encode("ascii"))
    digest.update(np.ascontiguousarray(labels).data)
    return digest.hexdigest()


def label_counts(labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return how often each label 0 … 255 occurs.

    Parameters
    ----------
    labels : ndarray of uint8
        Any shape.

    Returns
    -------
    ndarray of int64, shape (256,)
    """
    flat = labels.ravel(order="K")
    counts = np.zeros(256, np.int64)
    # bincount widens its input to eight bytes a voxel: piece by piece it stays small.
    for start in range(0, flat.size, 1 << 20):
        counts += np.bincount(flat[start:start + (1 << 20)], minlength=256)
    return counts


def phase_image(labels: NDArray[np.generic], voxel_size_um: VoxelSize | None = None,
                names: dict[int, str] | None = None, name: str = "") -> PhaseImage:
    """Build a :class:`PhaseImage` from any array of labels, checking it.

    Parameters
    ----------
    labels : ndarray, shape (Y, X) or (Z, Y, X)
        Integer or boolean labels; floats are accepted where all values are
        whole. Two to four different values within 0 … 255.
    voxel_size_um : (float, float, float), optional
        Edge lengths (z, y, x) in µm.
    names : dict of int to str, optional
        Phase name for each label; default: the label value as text.
    name : str, optional
        Name of the image.

    Raises
    ------
    InputError
        NaN, fractions, negative or too large labels, one label, or more than
        four labels.
    """
    array = np.asarray(labels)
    if array.ndim == 2:
        array = array[None]
    if array.ndim != 3 or array.size == 0 or sum(n > 1 for n in array.shape) < 2:
        raise InputError("image.shape", f"The image has shape {np.asarray(labels).shape}.",
                         "A section has two axes longer than one voxel, a volume three.")
    data = _as_labels(array)
    histogram = label_counts(data)
    found = np.flatnonzero(histogram)
    _check_label_count(len(found))
    chosen = names or {}
    unknown = [label for label in chosen if label not in found]
    if unknown:
        raise InputError("phases", f"No voxel of the image has label {unknown[0]}.",
                         f"Its labels are {', '.join(str(v) for v in found)}: name only these.")
    phases = tuple(Phase(int(v), chosen.get(int(v), str(v)), role_of(chosen.get(int(v), ""))) for v in found)
    if len({p.name for p in phases}) < len(phases):
        raise InputError("phases", "Two phases have the same name.", "Give each phase a name of its own.")
    image = PhaseImage(np.ascontiguousarray(data), phases, voxel_size_um, name)
    image.__dict__["counts"] = histogram[found]  # counted once is enough
    return image


def _as_labels(array: NDArray[np.generic]) -> NDArray[np.uint8]:
    if array.dtype == np.bool_ or array.dtype == np.uint8:
        return array.astype(np.uint8)
    if array.dtype.kind not in "iuf":
        raise InputError("image.dtype", f"The image holds {array.dtype} values.", "Labels are whole numbers 0 … 255.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InputError("image.labels", "The image holds NaN or infinite values.",
                         "Fill or crop them, then save whole-number labels.")
    low, high = array.min(), array.max()
    if low < 0 or high > 255:
        raise InputError("image.labels", f"Labels run from {low:g} to {high:g}.",
                         "Labels are whole numbers 0 … 255; a grey-scale image must be segmented first.")
    data = array.astype(np.uint8)
    if array.dtype.kind == "f" and not np.array_equal(data, array):
        raise InputError("image.labels", "The image holds fractional grey values, not labels.",
                         "Segment it first, for example in Fiji or ilastik, and open the result.")
    return data


def _check_label_count(found: int) -> None:
    if found == 1:
        raise InputError("image.labels", "The image holds one label only.",
                         "A model needs at least two phases: check the segmentation or the crop.")
    if found > MAX_PHASES:
        kind = "grey values" if found > 32 else "labels"
        raise InputError("image.labels",
                         f"The image holds {found} {kind}; MorphStudio models 2 to {MAX_PHASES} phases.",
                         "Segment it or merge labels first, for example in Fiji or ilastik, and open the result.")


_ROLE_WORDS: dict[Role, tuple[str, ...]] = {
    "electrolyte": ("se", "electrolyte", "solid electrolyte", "catholyte"),
    "active material": ("am", "nmc", "lco", "active", "active material", "cam"),
    "binder": ("cbd", "binder", "carbon-binder", "additive"),
    "pore": ("pore", "pores", "void", "p"),
    "solid": ("solid", "matrix", "grain"),
}


def known_role(phase: Phase) -> Role:
    """Return a phase's role; where nobody gave it one, the one that its name suggests."""
    return phase.role if phase.role != "other" else role_of(phase.name)


def role_of(name: str) -> Role:
    """Guess a phase's role from its name; ``"other"`` where nothing fits."""
    word = name.strip().lower()
    for role, words in _ROLE_WORDS.items():
        if word in words:
            return role
    return "other"
