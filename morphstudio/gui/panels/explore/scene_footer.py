"""The line under the 3D view: size, how the block is cut open, how fine the picture is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.param_form.slider import STEPS, ThinSlider
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import short_number
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import WholeWords, text_label
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_LONGEST = 110  # of the slider: size and state are to be read beside it
_LEAST_WORDS, _LEAST_PHASE = 54, 64
ALL_PHASES = -1
_CUTS = (("corner", "Cut: corner"), ("x", "Cut: plane x"), ("y", "Cut: plane y"), ("z", "Cut: plane z"))


class SceneFooter(QWidget):
    """What the block is, and where it is cut.

    Signals
    -------
    chosen :
        Another kind of cut, or another phase for it.
    clipped :
        The cutting plane moves.
    clip_settled :
        It was let go.
    """

    chosen = Signal()
    clipped = Signal()
    clip_settled = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._units = context.units
        self.setFixedHeight(METRICS.scene_footer)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        self.size_line, self.state = WholeWords(), WholeWords()
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cut_kind = ComboBox()
        for key, title in _CUTS:
            self.cut_kind.addItem(title, key)
        self.cut_kind.setAccessibleName("How the block is cut open")
        self.cut_kind.setToolTip("Cut away: one corner, or all that lies before a plane")
        self.cut_kind.currentIndexChanged.connect(self.chosen)
        self.clip = ThinSlider(context.theme, (0.0, 0.5, 1.0))
        self.clip.setValue(STEPS // 2)
        self.clip.setMaximumWidth(_LONGEST)
        self.clip.setAccessibleName("Where the plane cuts")
        self.clip.setToolTip("Where the plane cuts the block; the block before it is left out")
        self.clip.dragged.connect(lambda _at: self.clipped.emit())
        self.clip.settled.connect(self.clip_settled)
        self.clip_at = text_label("", "second")
        self.phase = phase_box("Phase whose surface the cut shows")
        self.phase.setMinimumWidth(_LEAST_PHASE)  # a long name gives way to figures
        self.phase.currentIndexChanged.connect(self.chosen)
        row.addWidget(self.size_line, 3)
        for widget in (self.cut_kind, self.clip, self.clip_at, self.phase):
            row.addWidget(widget)
        row.addWidget(self.state, 2)

    @property
    def plane(self) -> str:
        """Axis of the plane chosen for the cut; empty for a corner."""
        kind = str(self.cut_kind.currentData())
        return kind if kind in AXES else ""

    def set_phases(self, names: Sequence[str], colours: Sequence[RGB], order: Sequence[int], preferred: int) -> None:
        """Offer other phases for the surface of the cut, in the order given."""
        fill_phases(self.phase, names, colours, order)
        with QSignalBlocker(self.phase):
            self.choose_phase(preferred)

    @property
    def chosen_phase(self) -> int:
        """Position in the model of the phase whose surface is shown; −1 before there is a model."""
        return -1 if self.phase.currentData() is None else int(self.phase.currentData())

    def choose_phase(self, position: int) -> None:
        """Show the surface of another phase."""
        self.phase.setCurrentIndex(self.phase.findData(position))

    def show_size(self, side: float, n_drawn: int, whose: str, *, in_um: bool) -> None:
        """Say how large the block is and of how many voxels it is drawn.

        Parameters
        ----------
        side : float
            Its edge in µm; in voxels of the image or model where a voxel's size is not known.
        n_drawn : int
            Voxels drawn along an edge.
        whose : str
            Whose voxels are counted: ``"image"`` or ``"model"``.
        in_um : bool
            Whether ``side`` is in µm.
        """
        if in_um and self._units.unit != "voxel":
            self.size_line.show_words(self._units.format(side), f", {n_drawn}³ voxels")
            return
        edge = short_number(self._units.convert(side) if in_um else side, 3)
        if edge == str(n_drawn):
            self.size_line.show_words(f"{n_drawn}³ voxels")
        else:  # two kinds of voxels
            self.size_line.show_words(f"{edge} {whose} voxels", f" wide, drawn as {n_drawn}³")

    def show_controls(self, *, cut: bool, phase: bool) -> None:
        """Show the controls that matter for how the block is cut."""
        # Beside a plane's slider the size may have to leave.
        self.size_line.setMinimumWidth(0 if cut and self.plane else _LEAST_WORDS)
        self.state.setMinimumWidth(_LEAST_WORDS)
        self.phase.setVisible(phase)
        self.cut_kind.setVisible(cut)
        for widget in (self.clip, self.clip_at):
            widget.setVisible(cut and bool(self.plane))

    def clipped_voxels(self, edge: int) -> int:
        """Return where the plane cuts a block of ``edge`` voxels; at least one slice stays."""
        return min(max(round(self.clip.value() / STEPS * edge), 1), edge - 1)


def phase_box(name: str) -> ComboBox:
    """Return a box for phases with their colours."""
    box = ComboBox()
    box.setIconSize(QSize(12, 12))
    box.setAccessibleName(name)
    box.setToolTip(name)
    return box


def fill_phases(box: ComboBox, names: Sequence[str], colours: Sequence[RGB], order: Sequence[int],
                first: str = "") -> None:
    """Offer phases in a box in the order given, after an entry for all of them where ``first`` names it.

    An entry's data are the phase's position in the model, −1 of the first one.
    """
    box.blockSignals(True)
    box.clear()
    if first:
        box.addItem(first, ALL_PHASES)
    for at in order:
        box.addItem(_swatch_icon(colours[at]), names[at], at)
    box.blockSignals(False)


def _swatch_icon(colour: RGB) -> QIcon:
    pixmap = QPixmap(24, 24)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_swatch(painter, QRectF(0, 0, 12, 12), colour)
    painter.end()
    return QIcon(pixmap)
