"""The block in 3D: coarse while a slider moves, fine at rest, then with surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.core.phases import AXES
from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.figure import KeyEntry
from morphstudio.gui.figures.scene_figure import SceneFigure
from morphstudio.gui.panels.explore.block_line import BlockLine
from morphstudio.gui.panels.explore.exploration import FINE_EDGE
from morphstudio.gui.panels.explore.opacity_line import OpacityLine
from morphstudio.gui.panels.explore.phase_chip import PhaseChip
from morphstudio.gui.panels.explore.scene_footer import SceneFooter
from morphstudio.gui.panels.explore.scene_tools import FACES, SURFACES, VOLUME, CameraButton, LookButton
from morphstudio.gui.param_form.slider import STEPS
from morphstudio.gui.scene3d.faces import plane_outlines
from morphstudio.gui.scene3d.surfaces import Surfaces, SurfacesPreview
from morphstudio.gui.scene3d.view import BlockView
from morphstudio.gui.scene3d.volume import VolumePreview, flat_volume
from morphstudio.gui.units import counted
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.phases import label_order
from morphstudio.gui.widgets.scale_bar import bar_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.core.phases import VoxelSize
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration
    from morphstudio.gui.scene3d.solid import Part
    from morphstudio.gui.theme.tokens import RGB

_SURFACES, _VOLUME = "explore3d.surfaces", "explore3d.volume"
_SHORT = 0.1  # seconds; shorter times are told as that
_PLANES_MS = 50  # section planes move in 3D no more often: each time the whole view is drawn
_LATE_MS = 400  # a picture that takes longer is said to be under way


class ScenePanel(Panel):
    """The block view with its controls: phases, how it is drawn, cut, camera, figure."""

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__("3D", "", (0, 0, 0, 0), parent)
        self._context, self._exploration = context, exploration
        self._indices: NDArray[np.uint8] | None = None
        self._lit: NDArray[np.uint8] | None = None  # the part drawn, with light; None while that is awaited
        self._phase_buttons: list[PhaseChip] = []
        self._laid_out_for: tuple[object, ...] = ()
        self._labels: tuple[int, ...] = ()  # of the phases laid out
        self._lineage = -1
        self._seen: dict[int, dict[str, Any]] = {}  # how phases were seen, by document
        self._is_fine, self._took = False, ""
        self._problem = ""  # why the last block could not be drawn
        self._planes_of: VoxelSize | None = None  # the block's, that section planes are drawn for
        self._asked = 0  # generation of the surfaces or the light awaited; 0 where none are
        self._chips = QHBoxLayout()
        self._chips.setSpacing(2)
        self.tools.addLayout(self._chips)
        self.view = BlockView(context.theme)
        self.view.set_scale_bar(self._scale_bar)
        self.look = LookButton(context)
        self.cut = IconButton(context, "scissors", "Cut the block open: a corner, or a plane", self._on_choice,
                              checkable=True)
        self.cut.setChecked(True)
        self.picture = FigureButton(context, self.figure)
        for tool in (self.look, self.cut, CameraButton(context, self.view), self.picture):
            self.add_tool(tool)
        self.footer, self.opacity = SceneFooter(context), OpacityLine(context)
        self.block_line = BlockLine(context, exploration)
        for widget, stretch in ((self.view, 1), (self.opacity, 0), (self.block_line, 0), (self.footer, 0)):
            self.body.addWidget(widget, stretch)
        self._planes_due = QTimer(self, interval=_PLANES_MS, singleShot=True)
        self._planes_due.timeout.connect(self._show_planes)
        self._late = QTimer(self, interval=_LATE_MS, singleShot=True)
        self._late.timeout.connect(self._show_state)
        self._wire()
        self._on_model()
        self._show_controls()

    def _wire(self) -> None:
        context, exploration = self._context, self._exploration
        exploration.block_ready.connect(self._on_block)
        exploration.grid.asked.connect(self._on_asked)
        exploration.grid.failed.connect(self._on_failed)
        self.view.ready.connect(self._show_state)
        exploration.model_changed.connect(self._on_model)
        exploration.place.changed.connect(self._on_place)
        context.previews.answered.connect(self._on_answer)
        for show in (self._show_size, self._show_clip, self.view.render):
            context.units.changed.connect(show)
        context.session.changed.connect(lambda *_: self.view.render())
        self.view.volume_timed.connect(self._show_state)
        self.look.chosen.connect(self._on_choice)
        self.footer.chosen.connect(self._on_choice)
        self.footer.clipped.connect(self._on_clip)
        self.footer.clip_settled.connect(self._ask)
        self.opacity.changed.connect(self._draw)
        self.opacity.settled.connect(self._draw)

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
        """Return camera, cut, how the block is drawn and which phases are shown."""
        footer = self.footer
        return {"camera": self.view.view_state(), "cut": self.cut.isChecked(), "look": self.look.current,
                "phases": self.visible_phases, "opacity": self.opacity.view_state(),
                "surface_of": footer.chosen_phase, "cut_kind": footer.cut_kind.currentData(),
                "clip": footer.clip.value(), "own_voxels": self._exploration.grid.is_own}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show the block as it was seen."""
        footer = self.footer
        self.cut.setChecked(bool(state.get("cut", True)))
        # Before there was a third way, surfaces were there or not.
        self.look.set_current(str(state.get("look", SURFACES if state.get("surfaces", True) else FACES)))
        footer.cut_kind.setCurrentIndex(max(0, footer.cut_kind.findData(state.get("cut_kind", "corner"))))
        footer.clip.setValue(int(state.get("clip", STEPS // 2)))
        self._exploration.grid.set_own(bool(state.get("own_voxels", False)))
        phases = state.get("phases", ())
        if len(phases) == len(self._phase_buttons):
            for button, visible in zip(self._phase_buttons, phases, strict=True):
                button.setChecked(bool(visible))
            footer.choose_phase(min(max(int(state.get("surface_of", 0)), 0), len(phases) - 1))
            self.opacity.restore_view(state.get("opacity", {}))
        self._on_choice()
        self.view.restore_view(state.get("camera", {}))

    def _on_model(self) -> None:
        model, colours = self._exploration.model, self._exploration.colours
        lineage = self._context.session.lineage
        if model is None or (model.phases, colours, lineage) == self._laid_out_for:
            return
        self._note_seen()
        phases = self._context.session.document.model_phases(model)
        self._laid_out_for, self._lineage = (model.phases, colours, lineage), lineage
        self._labels = tuple(phase.label for phase in phases)
        while (item := self._chips.takeAt(0)) is not None:
            item.widget().deleteLater()
        self._phase_buttons = []
        for name, colour in zip(model.phases, colours, strict=True):
            self._add_phase(name, colour)
        order = label_order(self._context.session.document, model)
        for at in order:
            self._chips.addWidget(self._phase_buttons[at])
        roles = [phase.role for phase in phases]
        preferred = roles.index("active material") if "active material" in roles else 0
        for line in (self.footer, self.opacity):
            line.set_phases(model.phases, colours, order, min(preferred, len(model.phases) - 1))
        self._show_seen()
        self._show_controls()

    def _note_seen(self) -> None:
        """Note how each phase is seen, by its label: another model may have the phases in another order."""
        if not self._labels:
            return
        opacity = self.opacity.view_state()
        self._seen[self._lineage] = {
            "shown": dict(zip(self._labels, self.visible_phases, strict=True)),
            "opacity": dict(zip(self._labels, opacity["values"], strict=True)),
            "opacity_of": (None, *self._labels)[opacity["of"]],
            "surface_of": self._labels[self.footer.chosen_phase]}

    def _show_seen(self) -> None:
        """Show the phases as they were seen in this document, if they are the same."""
        seen = self._seen.get(self._lineage, {})
        if set(seen.get("shown", ())) != set(self._labels):
            return
        # Quietly: the block on the screen is still that of the model before.
        for label, button in zip(self._labels, self._phase_buttons, strict=True):
            with QSignalBlocker(button):
                button.setChecked(seen["shown"][label])
        with QSignalBlocker(self.footer.phase):
            self.footer.choose_phase(self._labels.index(seen["surface_of"]))
        of = (None, *self._labels).index(seen["opacity_of"])
        self.opacity.restore_view({"of": of, "values": [seen["opacity"][label] for label in self._labels]})

    def _add_phase(self, name: str, colour: RGB) -> None:
        button = PhaseChip(self._context, name, colour)
        button.toggled.connect(self._on_choice)
        self._phase_buttons.append(button)

    def _on_failed(self, problem: str) -> None:
        self._problem = problem
        self._late.stop()
        self._show_state()

    def _on_asked(self) -> None:
        self._problem = ""
        if not self._late.isActive():
            self._late.start()

    def _on_block(self, indices: NDArray[np.uint8], seconds: float) -> None:
        self._indices, self._lit = indices, None
        if self._planes_of != self._exploration.grid.voxel_size:
            self._planes_of = self._exploration.grid.voxel_size
            self._on_place()
        fine = indices.shape[0] >= FINE_EDGE
        # While a slider moves, surfaces would always belong to another structure.
        if self.view.n_surfaces and (not fine or self._exploration.is_moving):
            self.view.clear_surfaces()
        self._draw()
        self._is_fine, self._took = fine, f", {seconds:.1f} s" if seconds >= _SHORT else f", below {_SHORT} s"
        self._late.stop()
        if self._exploration.grid.is_awaited:
            self._late.start()
        self._show_state()
        self._show_size()
        self._ask()

    @property
    def clip_axis(self) -> str:
        """Axis of the plane that cuts the block; empty where none does."""
        return self.footer.plane if self.cut.isChecked() else ""

    @property
    def _corner(self) -> bool:
        """Whether one corner is cut away."""
        return self.cut.isChecked() and not self.clip_axis

    def _show_controls(self) -> None:
        """Show the controls that matter for how the block is cut."""
        one = self.look.current == SURFACES and self._corner and all(self.visible_phases)
        self.footer.show_controls(cut=self.cut.isChecked(), phase=one)
        self.opacity.setVisible(self.look.current == VOLUME)
        self.opacity.set_visible_phases(self.visible_phases)
        self._show_clip()

    def _show_clip(self) -> None:
        if not self.clip_axis:
            return
        units, exploration = self._context.units, self._exploration
        voxels = self.footer.clipped_voxels(FINE_EDGE)
        at = voxels * exploration.grid.voxel_size[AXES.index(self.clip_axis)]  # type: ignore[arg-type]
        self.footer.clip_at.setText(units.format(at) if exploration.in_um else f"{at:g} {counted(f'{at:g}')}")

    def _on_clip(self) -> None:
        self.view.clear_surfaces()
        self._asked, self._lit = 0, None
        self._show_clip()
        self._draw()

    def _on_choice(self) -> None:
        self._lit = None
        self._show_controls()
        self._draw()
        self.view.clear_surfaces()
        self._show_state()
        self._ask()

    def _part(self) -> tuple[NDArray[np.uint8], tuple[int, int, int]]:
        """Return what the plane leaves of the block, and the voxel that it begins with."""
        assert self._indices is not None
        if not self.clip_axis:
            return self._indices, (0, 0, 0)
        normal = AXES.index(self.clip_axis)  # type: ignore[arg-type]
        at = self.footer.clipped_voxels(self._indices.shape[normal])
        # What stays lies behind the plane as seen from the first corner: low x, high y, low z.
        kept = slice(at, None) if self.clip_axis == "y" else slice(0, at)
        start = [0, 0, 0]
        start[normal] = kept.start or 0
        return self._indices[(slice(None),) * normal + (kept,)], (start[0], start[1], start[2])

    def _draw(self) -> None:
        if self._indices is None or len(self.visible_phases) != len(self._exploration.colours):
            return
        part, start = self._part()
        self.view.hurry(on=self._exploration.is_moving or self.opacity.is_held or self.footer.clip.isSliderDown())
        if self.look.current == VOLUME:
            numbers = self._lit if self._lit is not None else flat_volume(part, cut=self._corner)
            self.view.show_volume(numbers, self._spacing(), self._exploration.colours, self.opacity.opacities,
                                  whole=self._indices.shape, start=start, cut=self._corner)
            return
        self.view.show_block(part, self._spacing(), self._exploration.colours, self.visible_phases,
                             cut=self._corner, whole=self._indices.shape, start=start)

    def _on_place(self) -> None:
        if not self._planes_due.isActive():
            self._planes_due.start()

    def _show_planes(self) -> None:
        """Draw where the section planes stand."""
        place, voxel = self._exploration.place, self._exploration.grid.voxel_size
        if self._indices is None:
            return
        at = {axis: place.middle(axis) * voxel[AXES.index(axis)] for axis in place.shown}
        self.view.show_planes(plane_outlines(at, [FINE_EDGE * size for size in voxel]) if at else None)

    def _spacing(self) -> tuple[float, float, float]:
        assert self._indices is not None
        size = self._exploration.grid.voxel_size
        z, y, x = (s * FINE_EDGE / n for s, n in zip(size, self._indices.shape, strict=True))
        return z, y, x

    def _ask(self) -> None:
        """Ask for what takes a while, once nothing moves: surfaces, or light on a volume."""
        self._asked = 0
        if self._indices is None or self._indices.shape[0] < FINE_EDGE or self._exploration.is_moving:
            return
        self.view.hurry(on=False)
        if self.look.current == SURFACES:
            self._ask_surfaces()
        elif self.look.current == VOLUME:
            wanted = VolumePreview(self._part()[0], len(self._phase_buttons), self._corner)
            self._asked = self._context.previews.request(_VOLUME, wanted)

    def _ask_surfaces(self) -> None:
        """Ask for what one can look into: the open corner, or all that is left where phases are hidden."""
        visible, cut = self.visible_phases, self._corner
        hidden = not all(visible)
        if not hidden and not cut:
            return
        phases = tuple(k for k, on in enumerate(visible) if on) if hidden else (self.footer.chosen_phase,)
        if not phases:
            return
        part: Part = "corner" if not hidden else "rest" if cut else "whole"
        wanted = SurfacesPreview(self._part()[0], self._spacing(), phases, part)
        self._asked = self._context.previews.request(_SURFACES, wanted)

    def _on_answer(self, answer: PreviewAnswer) -> None:
        # The model may have been closed since they were asked for.
        # Each key counts for itself, too: surfaces asked for earlier may have the number of the light awaited.
        wanted = _VOLUME if self.look.current == VOLUME else _SURFACES
        if (answer.key != wanted or answer.generation != self._asked or answer.result is None
                or self._exploration.is_moving or self._exploration.model is None):
            return
        if isinstance(answer.result, Surfaces):
            self.view.show_surfaces(answer.result.parts, self._exploration.colours)
            self._show_state(answer.result.step)
        else:
            self._lit = answer.result  # type: ignore[assignment]
            self._draw()

    def _show_state(self, step: float = 1.0) -> None:
        """Say how fine the picture is; ``step`` is the surface's grid in voxels."""
        state = self.footer.state
        volume = self.view.volume if self.look.current == VOLUME else None
        if self._problem and not self._exploration.grid.is_awaited:
            state.show_words("not drawn", "", f"The structure of these parameters could not be drawn. {self._problem}",
                             "errorText")
        elif not self.view.is_ready:
            state.show_words("")  # the place says what it waits for
        elif self._exploration.grid.is_awaited and not self._late.isActive() and self._indices is not None:
            state.show_words("drawing…", "", "The picture is still that of earlier parameters")
        elif not self._is_fine:
            state.show_words("coarse…" if self._took else "", "", "A finer block is on its way")
        elif step <= 1 and volume is not None and volume.is_coarse:
            state.show_words("drawn coarsely", "", f"A full picture of the volume would take {volume.seconds:.1f} s on "
                             "this computer; fewer rays are cast. Figures are drawn in full.")
        else:
            smoothed = (f"The surface is smoothed: it is drawn on a grid of {step:.1f} voxels, so that one sees its "
                        "shape and the view turns smoothly. The flat faces show every voxel.")
            state.show_words("✓ fine", self._took, smoothed if step > 1 else "", "okText")

    def _show_size(self) -> None:
        if self._indices is None:
            return
        side = FINE_EDGE * self._exploration.grid.voxel_size[2]
        whose = "image" if self._context.session.active_image is not None else "model"
        self.footer.show_size(side, self._indices.shape[0], whose, in_um=self._exploration.in_um)

    def _key(self) -> list[KeyEntry]:
        model = self._exploration.model
        if model is None:
            return []
        shown, colours = self.visible_phases, self._exploration.colours
        return [KeyEntry("swatch", model.phases[at], colours[at])
                for at in label_order(self._exploration.document, model) if shown[at]]

    def _scale_bar(self, pixels: float, longest: float) -> tuple[float, str]:
        entry = self._context.session.active_image
        return bar_for(self._context.units, pixels, longest, in_um=self._exploration.in_um,
                       confirmed=entry is None or entry.voxel_confirmed)
