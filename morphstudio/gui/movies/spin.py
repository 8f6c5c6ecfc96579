"""A spin: the 3D view turns round the block's upright axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from morphstudio.gui.movies.frame import BAR_SHARE, FramePainter
from morphstudio.gui.widgets.scale_bar import bar_for

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from morphstudio.app.previews import BlockPreview
    from morphstudio.gui.movies.plan import MoviePlan
    from morphstudio.gui.scene3d.picture import PictureWindow
    from morphstudio.gui.scene3d.view import BlockView
    from morphstudio.gui.theme.tokens import RGB
    from morphstudio.gui.units import UnitController

_LONGEST_BAR = 140.0  # pixels of the window


@dataclass(frozen=True, eq=False, slots=True)
class Filmed:
    """The model's block as it is now.

    Parameters
    ----------
    view : BlockView
        Shows it in 3D.
    request : BlockPreview
        Draws it.
    names, colours : tuple
        Its phases.
    visible : tuple of bool
        Which of them the 3D view shows.
    in_um : bool
        Whether lengths are known in µm.
    confirmed : bool
        Whether a person has confirmed the voxel size; the scale bar says so otherwise.
    """

    view: BlockView
    request: BlockPreview
    names: tuple[str, ...]
    colours: tuple[RGB, ...]
    visible: tuple[bool, ...]
    in_um: bool
    confirmed: bool = True


class SpinFilm:
    """Frames of a spin. The scene is copied: what is changed in the window meanwhile changes no frame.

    Parameters
    ----------
    filmed : Filmed
        What the 3D view shows; it must be ready.
    plan : MoviePlan
        How it is shown.
    units : UnitController
        Unit of the scale bar.
    window : PictureWindow, optional
        Where it is drawn; default: a window of its own.
    """

    def __init__(self, filmed: Filmed, plan: MoviePlan, units: UnitController,
                 window: PictureWindow | None = None) -> None:
        from morphstudio.gui.scene3d.picture import PictureWindow

        self.plan = plan
        shown = [entry for entry, on in zip(zip(filmed.names, filmed.colours, strict=True), filmed.visible,
                                            strict=True) if on]
        self._painter = FramePainter(plan, [name for name, _ in shown], [colour for _, colour in shown])
        place = self._painter.place
        self._size = max(place.width(), 1), max(place.height(), 1)
        self._pose = filmed.view.pose(self._size[0] / self._size[1], turning=True)
        self._scene = filmed.view.still()
        self._window, self._owns_window = window or PictureWindow(), window is None
        ground = QColor(self._painter.ground)
        self._ground = ground.redF(), ground.greenF(), ground.blueF()
        longest = min(BAR_SHARE * self._size[0], _LONGEST_BAR * plan.scale)
        self._bar = bar_for(units, self._size[1] / (2 * self._pose.scale), longest, in_um=filmed.in_um,
                            confirmed=filmed.confirmed)

    def frame(self, at: int) -> QImage:
        """Return a frame, counted from 0."""
        pose = self._pose.turned(self.plan.angle(at) % 360)
        picture = self._window.picture(self._scene, pose, self._size, self._ground)
        return self._painter.paint(picture, self._bar, pose=pose)

    def close(self) -> None:
        """Free what the driver holds."""
        if self._owns_window:
            self._window.close()
        self._scene.RemoveAllViewProps()
