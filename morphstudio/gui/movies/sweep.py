"""A sweep: slice after slice of a volume, each voxel a rectangle of one phase's colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.gui.movies.frame import BAR_SHARE, FramePainter
from morphstudio.gui.units import number
from morphstudio.gui.widgets.scale_bar import bar_for

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from morphstudio.gui.movies.plan import MoviePlan
    from morphstudio.gui.movies.stacks import Stack
    from morphstudio.gui.units import UnitController
    from morphstudio.gui.widgets.section import Section

_WORTH = 0.8  # a picture becomes this much smaller at most so that all voxels are equally large


class SweepFilm:
    """Frames of a sweep; what it shows and the unit are those of the moment it was made.

    Parameters
    ----------
    stack : Stack
        The volume.
    plan : MoviePlan
        How it is shown.
    units : UnitController
        Unit of scale bar and position.
    """

    def __init__(self, stack: Stack, plan: MoviePlan, units: UnitController) -> None:
        self._stack, self.plan = stack, plan
        first = stack.section(plan.axis, 0)
        self._factor = units.factor() if first.in_um else 1.0
        self._unit = units.unit_text() if first.in_um else "voxel"
        widest = self._text(stack.n_slices(plan.axis) - 1) if plan.position else ""
        self._painter = FramePainter(plan, first.names, first.colours, widest)
        place = self._painter.place
        self._shape, per_length = _fitted(first, max(place.width(), 1), max(place.height(), 1))
        self._bar = bar_for(units, per_length, BAR_SHARE * self._shape[1], in_um=first.in_um, confirmed=first.confirmed)

    def frame(self, at: int) -> QImage:
        """Return a frame, counted from 0."""
        number_ = self.plan.slice_at(at, self._stack.n_slices(self.plan.axis))
        section = self._stack.section(self.plan.axis, number_)
        text = self._text(number_) if self.plan.position else ""
        return self._painter.paint(enlarged(section, self._shape), self._bar, text)

    def close(self) -> None:
        """Let go of nothing: the volume belongs to others."""

    def _text(self, number_: int) -> str:
        middle = self._stack.middle_of(self.plan.axis, number_) * self._factor
        end = self._stack.middle_of(self.plan.axis, self._stack.n_slices(self.plan.axis)) * self._factor
        # As many decimals in all frames, or the text would jump.
        decimals = max(len(number(end, 3).partition(".")[2]), 0) if end < 1e6 else 0
        return f"{self.plan.axis} = {middle:.{decimals}f} {self._unit}"


def enlarged(section: Section, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a section in colour with ``shape`` rows and columns, each the colour of the voxel it lies in."""
    rows, columns = ((2 * np.arange(n) + 1) * size // (2 * n) for n, size in
                     zip(shape, section.indices.shape, strict=True))
    colours = np.array(section.colours, np.uint8)
    picture: NDArray[np.uint8] = colours[section.indices[np.ix_(rows, columns)]]
    return picture


def _fitted(section: Section, columns: int, rows: int) -> tuple[tuple[int, int], float]:
    """Return rows and columns of the largest picture of a section, and its pixels for one µm (or voxel)."""
    height, width = section.extent
    per_length = min(columns / width, rows / height)
    down, across = section.spacing
    if down == across:
        times = per_length * down
        if int(times) >= _WORTH * times:
            per_length = int(times) / down
    return (max(round(height * per_length), 1), max(round(width * per_length), 1)), per_length
