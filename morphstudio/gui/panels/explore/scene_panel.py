"""The block in 3D: coarse while a slider moves, fine at rest, then with surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.figure import KeyEntry
from morphstudio.gui.figures.scene_figure import SceneFigure
from morphstudio.gui.panels.explore.exploration import FINE_EDGE
from morphstudio.gui.panels.explore.phase_chip import PhaseChip
from morphstudio.gui.panels.explore.section_panel import time_taken
from morphstudio.gui.param_form.slider import STEPS, ThinSlider
from morphstudio.gui.scene3d.faces import plane_outlines
from morphstudio.gui.scene3d.surfaces import Surfaces, SurfacesPreview
from morphstudio.gui.scene3d.view import BlockView
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import ElidedLabel, text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.scale_bar import bar_for
from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration
    from morphstudio.gui.scene3d.solid import Part
    from morphstudio.gui.theme.tokens import RGB

_KEY = "explore3d.surfaces"
_PLANES_MS = 50  # section planes move in 3D no more often: each time the whole view is drawn
_CUTS = (("corner", "Corner"), ("x", "Plane x"), ("y", "Plane y"), ("z", "Plane z"))
_CAMERAS = (("corner", "From the corner"), ("x", "Along x"), ("y", "Along y"), ("z", "Along z, from above"))


class ScenePanel(Panel):
    """The block view with its controls: phases, cut, surfaces, camera, picture."""

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__("3D", "", (0, 0, 0, 0), parent)
        self._context, self._exploration = context, exploration
        self._indices: NDArray[np.uint8] | None = None
        self._phase_buttons: list[PhaseChip] = []
        self._laid_out_for: tuple[object, ...] = ()
        self._block_text = ""
        self._asked = 0  # generation of the surfaces awaited; 0 where none are
        self._chips = QHBoxLayout()
        self._chips.setSpacing(2)
        self.tools.addLayout(self._chips)
        self.surfaces = IconButton(context, "cube", "Smooth surfaces where the block is open", self._on_choice,
                                   checkable=True)
        self.surfaces.setChecked(True)
        self.cut = IconButton(context, "scissors", "Cut the block open: a corner, or a plane", self._on_choice,
                              checkable=True)
        self.cut.setChecked(True)
        self.view = BlockView(context.theme)
        self.view.set_scale_bar(self._scale_bar)
        self._planes_due = QTimer(self, interval=_PLANES_MS, singleShot=True)
        self._planes_due.timeout.connect(self._show_planes)
        reset = self._camera_button()
        for tool in (self.surfaces, self.cut, reset, FigureButton(context, self.figure)):
            self.add_tool(tool)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._footer())
        exploration.block_ready.connect(self._on_block)
        exploration.model_changed.connect(self._on_model)
        context.previews.answered.connect(self._on_answer)
        exploration.place.changed.connect(self._on_place)
        context.units.changed.connect(self._show_size)
        context.units.changed.connect(self._show_clip)
        context.units.changed.connect(self.view.render)
        context.session.changed.connect(lambda *_: self.view.render())
        self._on_model()
        self._show_controls()

    @property
    def visible_phases(self) -> tuple[bool, ...]:
        """Which phases are shown."""
        return tuple(button.isChecked() for button in self._phase_buttons)

    def phase_button(self, position: int) -> PhaseChip:
        """Return the button that shows or hides a phase."""
        return self._phase_buttons[position]

    def figure(self) -> SceneFigure | None:
        """Return what is shown as a figure; ``None`` where there is nothing yet."""
        if not self.view.extent:
            return None
        return SceneFigure("Structure in 3D", self.view, self._scale_bar, self._key)

    def view_state(self) -> dict[str, Any]:
        """Return camera, cut, surfaces and which phases are shown."""
        return {"camera": self.view.view_state(), "cut": self.cut.isChecked(), "surfaces": self.surfaces.isChecked(),
                "phases": self.visible_phases, "surface_of": self._shown.currentIndex(),
                "cut_kind": self.cut_kind.currentData(), "clip": self.clip.value()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show the block as it was seen."""
        self.cut.setChecked(bool(state.get("cut", True)))
        self.surfaces.setChecked(bool(state.get("surfaces", True)))
        self.cut_kind.setCurrentIndex(max(0, self.cut_kind.findData(state.get("cut_kind", "corner"))))
        self.clip.setValue(int(state.get("clip", STEPS // 2)))
        phases = state.get("phases", ())
        if len(phases) == len(self._phase_buttons):
            for button, visible in zip(self._phase_buttons, phases, strict=True):
                button.setChecked(bool(visible))
            self._shown.setCurrentIndex(min(max(int(state.get("surface_of", 0)), 0), len(phases) - 1))
        self._on_choice()
        self.view.restore_view(state.get("camera", {}))

    def _camera_button(self) -> IconButton:
        button = IconButton(self._context, "video-camera", "Where to look from")
        menu = QMenu(button)
        for preset, title in _CAMERAS:
            menu.addAction(title, lambda p=preset: self.view.reset_camera(p))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _footer(self) -> QWidget:
        footer = QWidget()
        footer.setFixedHeight(28)
        row = QHBoxLayout(footer)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        self._size, self._state = ElidedLabel("", "second"), ElidedLabel("", "second")
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cut_kind = ComboBox()
        for key, title in _CUTS:
            self.cut_kind.addItem(title, key)
        self.cut_kind.setAccessibleName("How the block is cut open")
        self.cut_kind.setToolTip("Cut away: one corner, or all that lies before a plane")
        self.cut_kind.currentIndexChanged.connect(self._on_choice)
        self.clip = ThinSlider(self._context.theme, (0.0, 0.5, 1.0))
        self.clip.setValue(STEPS // 2)
        self.clip.setAccessibleName("Where the plane cuts")
        self.clip.setToolTip("Where the plane cuts the block; the block before it is left out")
        self.clip.dragged.connect(lambda _at: self._on_clip())
        self.clip.settled.connect(self._ask_surfaces)
        self._clip_at = text_label("", "second")
        self._shown = ComboBox()
        self._shown.setIconSize(QSize(12, 12))
        self._shown.setAccessibleName("Phase whose surface the cut shows")
        self._shown.setToolTip("Phase whose surface the cut shows")
        self._shown.currentIndexChanged.connect(self._on_choice)
        row.addWidget(self._size, 3)
        for widget in (self.cut_kind, self.clip, self._clip_at, self._shown):
            row.addWidget(widget)
        row.addWidget(self._state, 2)
        return footer

    def _on_model(self) -> None:
        model, colours = self._exploration.model, self._exploration.colours
        if model is None or (model.phases, colours) == self._laid_out_for:
            return
        self._laid_out_for = (model.phases, colours)
        while (item := self._chips.takeAt(0)) is not None:
            item.widget().deleteLater()
        self._phase_buttons = []
        self._shown.blockSignals(True)
        self._shown.clear()
        for name, colour in zip(model.phases, colours, strict=True):
            self._add_phase(name, colour)
        roles = [phase.role for phase in self._context.session.document.model_phases(model)]
        preferred = roles.index("active material") if "active material" in roles else 0
        self._shown.setCurrentIndex(min(preferred, len(model.phases) - 1))
        self._shown.blockSignals(False)

    def _add_phase(self, name: str, colour: RGB) -> None:
        button = PhaseChip(self._context, name, colour)
        button.toggled.connect(self._on_choice)
        self._phase_buttons.append(button)
        self._chips.addWidget(button)
        self._shown.addItem(_swatch_icon(colour), name)

    def _on_block(self, indices: NDArray[np.uint8], seconds: float) -> None:
        first, self._indices = self._indices is None, indices
        if first:
            self._on_place()
        fine = indices.shape[0] >= FINE_EDGE
        # While a slider moves, surfaces would always belong to another structure.
        if self.view.n_surfaces and (not fine or self._exploration.is_moving):
            self.view.clear_surfaces()
        self._draw()
        word = "fine" if fine else "coarse, refining"
        self._block_text = f"{word}, {time_taken(seconds)}"
        self._show_state()
        self._show_size()
        self._ask_surfaces()

    @property
    def clip_axis(self) -> str:
        """Axis of the plane that cuts the block; empty where none does."""
        kind = str(self.cut_kind.currentData())
        return kind if self.cut.isChecked() and kind in AXES else ""

    @property
    def _corner(self) -> bool:
        """Whether one corner is cut away."""
        return self.cut.isChecked() and not self.clip_axis

    def _show_controls(self) -> None:
        """Show the controls that matter for how the block is cut."""
        one = self.surfaces.isChecked() and self._corner and all(self.visible_phases)
        self._shown.setVisible(one)
        self.cut_kind.setVisible(self.cut.isChecked())
        for widget in (self.clip, self._clip_at):
            widget.setVisible(bool(self.clip_axis))
        self._show_clip()

    def _show_clip(self) -> None:
        if not self.clip_axis:
            return
        units, exploration = self._context.units, self._exploration
        voxels = self._clipped_voxels(FINE_EDGE)
        at = voxels * exploration.voxel_size[AXES.index(self.clip_axis)]  # type: ignore[arg-type]
        self._clip_at.setText(f"{number(at * units.factor())} {units.unit_text()}" if exploration.in_um
                              else f"{at:g} voxels")

    def _clipped_voxels(self, edge: int) -> int:
        """Return where the plane cuts a block of ``edge`` voxels; at least one slice stays."""
        return min(max(round(self.clip.value() / STEPS * edge), 1), edge - 1)

    def _on_clip(self) -> None:
        self.view.clear_surfaces()
        self._asked = 0
        self._show_clip()
        self._draw()

    def _on_choice(self) -> None:
        self._show_controls()
        self._draw()
        self.view.clear_surfaces()
        self._show_state()
        self._ask_surfaces()

    def _part(self) -> tuple[NDArray[np.uint8], tuple[int, int, int]]:
        """Return what the plane leaves of the block, and the voxel that it begins with."""
        assert self._indices is not None
        if not self.clip_axis:
            return self._indices, (0, 0, 0)
        normal = AXES.index(self.clip_axis)  # type: ignore[arg-type]
        at = self._clipped_voxels(self._indices.shape[normal])
        # What stays lies behind the plane as seen from the first corner: low x, high y, low z.
        kept = slice(at, None) if self.clip_axis == "y" else slice(0, at)
        start = [0, 0, 0]
        start[normal] = kept.start or 0
        return self._indices[(slice(None),) * normal + (kept,)], (start[0], start[1], start[2])

    def _draw(self) -> None:
        if self._indices is None or len(self.visible_phases) != len(self._exploration.colours):
            return
        part, start = self._part()
        self.view.show_block(part, self._spacing(), self._exploration.colours, self.visible_phases,
                             cut=self._corner, whole=self._indices.shape, start=start)

    def _on_place(self) -> None:
        if not self._planes_due.isActive():
            self._planes_due.start()

    def _show_planes(self) -> None:
        """Draw where the section planes stand."""
        place, voxel = self._exploration.place, self._exploration.voxel_size
        if self._indices is None:
            return
        at = {axis: place.middle(axis) * voxel[AXES.index(axis)] for axis in place.shown}
        self.view.show_planes(plane_outlines(at, [FINE_EDGE * size for size in voxel]) if at else None)

    def _spacing(self) -> tuple[float, float, float]:
        assert self._indices is not None
        z, y, x = (s * FINE_EDGE / n for s, n in zip(self._exploration.voxel_size, self._indices.shape, strict=True))
        return z, y, x

    def _ask_surfaces(self) -> None:
        """Ask for what one can look into: the open corner, or all that is left where phases are hidden."""
        self._asked = 0
        if self._indices is None or not self.surfaces.isChecked() or self._indices.shape[0] < FINE_EDGE:
            return
        if self._exploration.is_moving:
            return
        visible, cut = self.visible_phases, self._corner
        hidden = not all(visible)
        if not hidden and not cut:
            return
        phases = tuple(k for k, on in enumerate(visible) if on) if hidden else (self._shown.currentIndex(),)
        if not phases:
            return
        part: Part = "corner" if not hidden else "rest" if cut else "whole"
        wanted = SurfacesPreview(self._part()[0], self._spacing(), phases, part)
        self._asked = self._context.previews.request(_KEY, wanted)

    def _on_answer(self, answer: PreviewAnswer) -> None:
        surfaces = answer.result
        if answer.key != _KEY or answer.generation != self._asked or self._exploration.is_moving:
            return
        # The model may have been closed since they were asked for.
        if isinstance(surfaces, Surfaces) and self._exploration.model is not None:
            self.view.show_surfaces(surfaces.parts, self._exploration.colours)
            self._show_state(surfaces.step)

    def _show_state(self, step: float = 1.0) -> None:
        """Say how fine the picture is; ``step`` is the surface's grid in voxels."""
        coarser = step > 1
        self._state.setText(f"{self._block_text} · surface at {step:.1f} voxels" if coarser else self._block_text)
        self._state.setToolTip("Drawn on a grid coarser than the block, so that the view turns smoothly. "
                               "The flat faces show every voxel." if coarser else "")

    def _show_size(self) -> None:
        if self._indices is None:
            return
        units = self._context.units
        side = FINE_EDGE * self._exploration.voxel_size[2]
        edge = f"{number(side * units.factor())} {units.unit_text()}" if self._exploration.in_um else f"{side:g} voxels"
        self._size.setText(f"{edge}, {self._indices.shape[0]}³ voxels")

    def _key(self) -> list[KeyEntry]:
        model = self._exploration.model
        phases = zip(model.phases, self._exploration.colours, self.visible_phases, strict=True) if model else ()
        return [KeyEntry("swatch", name, colour) for name, colour, shown in phases if shown]

    def _scale_bar(self, pixels: float, longest: float) -> tuple[float, str]:
        entry = self._context.session.active_image
        return bar_for(self._context.units, pixels, longest, in_um=self._exploration.in_um,
                       confirmed=entry is None or entry.voxel_confirmed)


def _swatch_icon(colour: RGB) -> QIcon:
    pixmap = QPixmap(24, 24)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_swatch(painter, QRectF(0, 0, 12, 12), colour)
    painter.end()
    return QIcon(pixmap)
