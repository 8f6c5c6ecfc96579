"""The line over the footer of the 3D view: that its voxels are larger than the image's, or that it is a piece only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.app.narrow import narrowest
from morphstudio.gui.panels.explore.exploration import FINE_EDGE
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel

if TYPE_CHECKING:
    from morphstudio.core.twopoint.values import PhaseValues
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration

_WHY_LARGER = ("With the image's own voxels the block would be a piece of a few grains; with larger ones detail finer "
               "than them is left out. Values and exports keep the image's voxels.")
_WHY_PIECE = "What is seen here of a phase may be far from its volume fraction, which the values tell exactly."


class BlockLine(QWidget):
    """One sentence with an icon, and the other choice of voxels; hidden where there is nothing to say."""

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._exploration = context, exploration
        self._values: tuple[PhaseValues, ...] = ()
        self.setObjectName("blockLine")
        self.setFixedHeight(METRICS.scene_footer)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(6)
        self.icon, self.text = IconLabel(context, "info", "text2", 14), ElidedLabel()
        self.choice = Button(context, "", "link", clicked=lambda: exploration.grid.set_own(not exploration.grid.is_own))
        row.addWidget(self.icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()
        exploration.values_ready.connect(self._take)
        exploration.block_ready.connect(lambda *_: self.show_block())
        context.units.changed.connect(self.show_block)

    def _take(self, values: tuple[PhaseValues, ...]) -> None:
        self._values = values
        self.show_block()

    def show_block(self) -> None:
        """Say what is to be said of the block that is shown."""
        grid = self._exploration.grid
        narrow = narrowest(self._values, (FINE_EDGE,) * 3, grid.voxel_size)
        piece = "" if narrow is None else f"{narrow[1]:.1f} mean chords of {narrow[0]} wide: a piece, not a sample"
        larger = self._larger()
        self.text.setText("; ".join(filter(None, (piece, larger))) if piece else larger[:1].upper() + larger[1:])
        self.text.explain(" ".join(filter(None, (_WHY_PIECE if piece else "", _WHY_LARGER if larger else ""))))
        set_state(self.text, role="warnText" if piece else "second")
        self.icon.set_icon(*(("warning", "warn") if piece else ("info", "text2")))
        self.choice.setText("Larger voxels" if grid.is_own else "Image's voxels")
        self.choice.setToolTip("Draw the block with voxels so large that it holds several grains" if grid.is_own
                               else "Draw the block with the image's own voxels: a smaller piece in full detail")
        self.choice.setVisible(grid.wider > 1)
        self.setVisible(bool(piece or larger))

    def _larger(self) -> str:
        """Return what the voxels are, where they are larger than the image's."""
        exploration = self._exploration
        size = exploration.grid.voxel_size
        # Of the block that is shown: another factor may already be asked for.
        factor = round(size[2] / exploration.voxel_size[2])
        if factor <= 1:
            return ""
        whose = "image" if self._context.session.active_image is not None else "model"
        if not exploration.in_um or self._context.units.unit == "voxel":
            return f"drawn with voxels {factor} × the {whose}'s"  # a voxel of so many voxels would say nothing
        is_cube = max(size) - min(size) < 1e-6 * max(size)
        of = f" of {self._context.units.format(size[0], digits=2)}," if is_cube else ""
        return f"voxels{of} {factor} × those of the {whose}"
