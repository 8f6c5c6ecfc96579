"""The voxel of the block that the sections go through: one place, shared by sections and 3D view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from morphstudio.core.phases import AXES
from morphstudio.gui.widgets.section import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.phases import Axis

PLANE_NORMALS: dict[str, Axis] = {"xy": "z", "xz": "y", "yz": "x"}
PLANE_AXES: dict[Axis, tuple[Axis, Axis]] = {"z": ("y", "x"), "y": ("z", "x"), "x": ("z", "y")}


class BlockPlace(QObject):
    """Where the three planes stand, in voxels of the fine block.

    Signals
    -------
    changed :
        A plane stands elsewhere, or other planes are shown.
    """

    changed = Signal()

    def __init__(self, edge: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.edge = edge
        self._at: dict[Axis, int] = {"z": edge // 2, "y": edge // 2, "x": edge // 2}
        self._shown: tuple[Axis, ...] = ("z",)

    @property
    def shown(self) -> tuple[Axis, ...]:
        """Normals of the planes that are shown somewhere."""
        return self._shown

    def show(self, axes: tuple[Axis, ...]) -> None:
        """Say which planes are shown."""
        if axes != self._shown:
            self._shown = axes
            self.changed.emit()

    def at(self, axis: Axis) -> int:
        """Return the plane's slice, counted in fine voxels."""
        return self._at[axis]

    def middle(self, axis: Axis) -> float:
        """Return where the slice's middle is, in fine voxels."""
        return self._at[axis] + 0.5

    def move(self, **at: int) -> None:
        """Put planes elsewhere: ``move(z=12, x=40)``; slices beyond the block become its first or last."""
        new = {**self._at, **{axis: min(max(slice_, 0), self.edge - 1) for axis, slice_ in at.items()}}
        if new != self._at:
            self._at = new  # type: ignore[assignment]
            self.changed.emit()

    def step(self, axis: Axis, slices: int) -> None:
        """Go some slices on."""
        self.move(**{axis: self._at[axis] + slices})

    def slice_of(self, block: NDArray[np.uint8], axis: Axis) -> NDArray[np.uint8]:
        """Return the plane's pixels from a block of any number of voxels."""
        normal = AXES.index(axis)
        taken: NDArray[np.uint8] = block.take(self._at[axis] * block.shape[normal] // self.edge, axis=normal)
        return taken

    def section(self, block: NDArray[np.uint8], axis: Axis, voxel_size: Sequence[float], names: tuple[str, ...],
                colours: tuple[tuple[int, int, int], ...], *, in_um: bool) -> Section:
        """Return what a view of this plane shows; ``voxel_size`` (z, y, x) is the fine block's."""
        indices = self.slice_of(block, axis)
        rows, columns = (voxel_size[AXES.index(a)] * self.edge for a in PLANE_AXES[axis])
        return Section(indices, (rows / indices.shape[0], columns / indices.shape[1]), names, colours,
                       PLANE_AXES[axis], in_um=in_um)
