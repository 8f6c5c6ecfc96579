"""The 3D view: a block of labels that follows the sliders, surfaces when they are ready."""

from __future__ import annotations

import logging
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from morphstudio.gui.scene3d.camera import ViewCamera

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from morphstudio.gui.scene3d.overlay import Bar
    from morphstudio.gui.scene3d.pose import Pose
    from morphstudio.gui.scene3d.surfaces import Surface
    from morphstudio.gui.scene3d.volume_actor import VolumeActor
    from morphstudio.gui.theme.controller import ThemeController
    from morphstudio.gui.theme.tokens import RGB

logger = logging.getLogger(__name__)
_LARGE = 2_000_000  # pixels of a picture whose window is not kept for the next one


class BlockView(QWidget):
    """Block, surfaces, edges and triad in one VTK window.

    The window is made when it is first shown and VTK is loaded beside the
    event loop; until then a line of text holds its place. Everything runs on
    the GUI thread and nothing is meshed here.

    Signals
    -------
    ready :
        The window has been made.
    volume_timed :
        Volumes turned out to be drawn coarsely here, or in full.
    """

    ready = Signal()
    volume_timed = Signal()
    _loaded = Signal()

    def __init__(self, theme: ThemeController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plotter: Any = None
        self._scene: Any = None
        self._overlay: Any = None
        self._camera: Any = None  # a ViewCamera once there is a window
        self._pictures: Any = None
        self._loading = False
        self._closed = False
        self._waiting: dict[str, tuple[Any, ...]] = {}  # what was asked for before there was a window
        self._plane_lines: NDArray[np.float64] | None = None
        self._bar: Bar | None = None
        self._hurried = False
        self._kept: dict[str, Any] = {}
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._placeholder = QLabel("Preparing the 3D view…")
        self._placeholder.setProperty("role", "second")
        self._placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(self._placeholder)
        self.setAccessibleName("3D view")
        self.setMinimumSize(160, 120)
        self._loaded.connect(self._make, Qt.ConnectionType.QueuedConnection)
        theme.changed.connect(self._restyle)

    @property
    def is_ready(self) -> bool:
        """Whether the VTK window exists."""
        return self._plotter is not None

    @property
    def plotter(self) -> Any:
        """The pyvista plotter; ``None`` until the window exists."""
        return self._plotter

    @property
    def extent(self) -> tuple[float, ...]:
        """Size (z, y, x) of the block in µm; empty where none is shown yet."""
        return self._scene.extent if self._scene is not None else ()

    @property
    def n_surfaces(self) -> int:
        """Number of surfaces shown."""
        return self._scene.n_surfaces if self._scene is not None else 0

    def show_block(self, indices: NDArray[np.uint8], spacing: Sequence[float], colours: Sequence[RGB],
                   visible: Sequence[bool] | None = None, *, cut: bool = True, whole: Sequence[int] | None = None,
                   start: Sequence[int] = (0, 0, 0)) -> None:
        """Show a block of phase indices.

        Parameters
        ----------
        indices : ndarray of uint8, shape (Z, Y, X)
            Phase index of each voxel.
        spacing : (float, float, float)
            Voxel size (z, y, x) in µm.
        colours : sequence of (r, g, b)
            Colour of each phase.
        visible : sequence of bool, optional
            Phases to show; default all.
        cut : bool
            Whether one octant is cut away.
        whole : (int, int, int), optional
            Voxels of the block that this is a part of, for edges and camera; default: it is all of it.
        start : (int, int, int)
            Voxel (z, y, x) of the whole block that the part begins with.
        """
        self._waiting.pop("show_volume", None)
        self._put("show_block", indices, tuple(spacing), tuple(colours), visible, cut, whole, tuple(start))

    def show_volume(self, numbers: NDArray[np.uint8], spacing: Sequence[float], colours: Sequence[RGB],
                    opacities: Sequence[float], *, whole: Sequence[int], start: Sequence[int] = (0, 0, 0),
                    cut: bool = True) -> None:
        """Show a block that one sees through, in place of faces and surfaces.

        Parameters
        ----------
        numbers : ndarray of uint8, shape (Z + 2, Y + 2, X + 2)
            Labels and light; see :mod:`morphstudio.gui.scene3d.volume`.
        spacing : (float, float, float)
            Voxel size (z, y, x) in µm.
        colours : sequence of (r, g, b)
            Colour of each phase.
        opacities : sequence of float
            Opacity of each phase, 0 … 1; a phase with 0 is left out.
        whole, start : (int, int, int)
            As for :meth:`show_block`.
        cut : bool
            Whether the edges are those of a block without its corner.
        """
        self._waiting.pop("show_block", None)
        self._waiting.pop("show_surfaces", None)
        self._put("show_volume", numbers, tuple(spacing), tuple(colours), tuple(opacities), cut, whole, tuple(start))

    def hurry(self, *, on: bool) -> None:
        """Cast fewer rays through volumes while something moves; afterwards draw in full."""
        if on != self._hurried:
            self._hurried = on
            if not on:
                self.render()

    @property
    def volume(self) -> VolumeActor | None:
        """The block that one sees through; ``None`` before there was one."""
        return self._scene.volume if self._scene is not None else None

    def show_planes(self, lines: NDArray[np.float64] | None) -> None:
        """Draw lines in the accent colour, such as the outlines of section planes.

        Parameters
        ----------
        lines : ndarray, shape (N, 2, 3), optional
            End points (x, y, z) in µm; ``None`` takes them away.
        """
        self._plane_lines = lines
        accent = QColor(self._theme.tokens.accent)
        self._put("show_planes", lines, (accent.redF(), accent.greenF(), accent.blueF()))

    def show_surfaces(self, surfaces: Sequence[Surface], colours: Sequence[RGB]) -> None:
        """Show surfaces that a worker has extracted, in place of the present ones."""
        self._put("show_surfaces", surfaces, colours)

    def clear_surfaces(self) -> None:
        """Take all surfaces away: they belong to another structure."""
        self._waiting.pop("show_surfaces", None)
        if self.n_surfaces:
            self._scene.clear_surfaces()
            self.render()

    def set_scale_bar(self, bar: Bar | None) -> None:
        """Choose the scale bar.

        Parameters
        ----------
        bar : callable, optional
            Takes the pixels of one µm and of the longest bar wanted, and gives
            the bar's pixels and its text; ``None`` for no bar.
        """
        self._bar = bar
        self.render()

    def _put(self, what: str, *given: Any) -> None:
        """Let the scene show something, now or once there is a window."""
        if self._scene is None:
            self._waiting[what] = given
            return
        before = self._scene.extent
        getattr(self._scene, what)(*given)
        if self._scene.extent != before:
            self.reset_camera()
            self._put_back()
        self.render()

    def reset_camera(self, preset: str = "corner") -> None:
        """Look at the whole block: from the corner that is cut away, or along ``"x"``, ``"y"`` or ``"z"``."""
        if self._camera is not None:
            self._camera.look_from(preset, self.extent, self._share())
            self.render()

    def view_state(self) -> dict[str, Any]:
        """Return where the camera stands, and for a block of which extent."""
        if not self.extent:
            return self._kept
        state: dict[str, Any] = self._camera.state(self.extent)
        return state

    def restore_view(self, state: dict[str, Any]) -> None:
        """Put the camera where :meth:`view_state` says, once a block of that extent is shown."""
        self._kept = state
        self._put_back()

    def _put_back(self) -> None:
        kept = self._kept
        if self.extent and tuple(kept.get("extent", ())) == self.extent:
            self._kept = {}
            self._camera.put_back(kept, self._share())
            self.render()

    def _share(self) -> float:
        return max(self.width(), 1) / max(self.height(), 1)

    def pose(self, share: float, *, turning: bool = False) -> Pose:
        """Return the camera for a picture that is ``share`` times as wide as it is high.

        Parameters
        ----------
        share : float
            Width of the picture over its height.
        turning : bool
            Whether the picture is one of a turn: then the block has room at every azimuth.
        """
        seen: Pose = self._camera.picture_pose(self.extent, self._share(), share, turning=turning)
        return seen

    def shape(self) -> float:
        """Return the width over the height of a picture that what is shown fills."""
        if self.extent and self._camera.is_fitted:
            across, up = self._camera.pose.outline(self.extent)
            return float(across / up)
        return self._share()

    def picture(self, width: int, height: int, *, azimuth: float = 0.0, turning: bool = False,
                background: str | None = None, planes: bool = True, stroke: float = 1.0) -> NDArray[np.uint8]:
        """Return what is shown, drawn at any size; window and camera stay as they are.

        Parameters
        ----------
        width, height : int
            Pixels of the picture.
        azimuth : float
            Degrees that the viewer goes round the block's upright axis.
        turning : bool
            Whether the picture is one of a turn: then all azimuths have one scale.
        background : str, optional
            ``#RRGGBB``; default: that of the window.
        planes : bool
            Whether the outlines of section planes are drawn.
        stroke : float
            Pixels of a line that is one pixel wide in the window.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            Red, green, blue; the first row is the uppermost.

        Raises
        ------
        RuntimeError
            The VTK window does not exist yet: see :attr:`is_ready`.
        """
        if self._plotter is None:
            raise RuntimeError("The 3D view is not ready.")
        from morphstudio.gui.scene3d.picture import PictureWindow

        if self._pictures is None:
            self._pictures = PictureWindow()
        ground = QColor(background or self._theme.tokens.scene)
        pose = self.pose(width / height, turning=turning).turned(azimuth)
        picture: NDArray[np.uint8] = self._pictures.picture(self._plotter.renderer, pose, (width, height),
                                         (ground.redF(), ground.greenF(), ground.blueF()),
                                         without=() if planes else self._scene.plane_props, stroke=stroke)
        if width * height > _LARGE:
            self._drop_pictures()
        return picture

    def _drop_pictures(self) -> None:
        if self._pictures is not None:
            self._pictures.close()
            self._pictures = None

    def still(self) -> Any:
        """Return a renderer with a copy of the scene that changes no more; outlines of planes are left out."""
        from morphstudio.gui.scene3d.still import still_of

        return still_of(self._plotter.renderer, without=self._scene.plane_props)

    def render(self) -> None:  # type: ignore[override]
        """Ask for one frame; several requests before the next paint make one."""
        if self._plotter is not None and self.isVisible():
            self._plotter.interactor.update()

    def shut(self) -> None:
        """Free the VTK window; the widget shows nothing from then on."""
        self._closed = True
        self._drop_pictures()
        if self._plotter is not None:
            plotter, self._plotter = self._plotter, None
            self._scene = self._overlay = self._camera = None
            plotter.render_window.RemoveObservers("StartEvent")
            plotter.render_window.RemoveObservers("EndEvent")
            plotter.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the VTK window when it is first needed."""
        super().showEvent(event)
        if self._plotter is None and not self._loading and not self._closed:
            self._loading = True
            threading.Thread(target=self._load, name="load-vtk", daemon=True).start()
        else:
            self.render()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the block into the new size, unless it was zoomed by hand."""
        super().resizeEvent(event)
        if self._camera is not None and self._camera.is_fitted:
            self._camera.fit(self.extent, self._share())
            self.render()

    def _load(self) -> None:
        """Import VTK on a thread of its own: it takes seconds and needs no window."""
        for name in ("pyvistaqt", "morphstudio.gui.scene3d.overlay", "morphstudio.gui.scene3d.scene"):
            import_module(name)
        try:
            self._loaded.emit()
        except RuntimeError:
            # The widget was deleted while VTK was loading.
            logger.debug("The 3D view went before it was ready.")

    def _make(self) -> None:
        if self._closed or self._plotter is not None:
            return
        from pyvistaqt import QtInteractor

        from morphstudio.gui.scene3d.overlay import Overlay
        from morphstudio.gui.scene3d.scene import BlockScene

        self._plotter = QtInteractor(self, auto_update=False, multi_samples=0, line_smoothing=False,
                                     point_smoothing=False, polygon_smoothing=False)
        self._stack.addWidget(self._plotter.interactor)
        self._stack.setCurrentWidget(self._plotter.interactor)
        self._plotter.enable_parallel_projection()
        self._plotter.camera_set = True  # or pyvista moves it to a place of its own when it is first asked for
        self._camera = ViewCamera(self._plotter.renderer)
        self._scene, self._overlay = BlockScene(self._plotter.renderer), Overlay(self._plotter.renderer)
        self._plotter.render_window.AddObserver("StartEvent", self._begin_frame)
        self._plotter.render_window.AddObserver("EndEvent", self._end_frame)
        self._restyle()
        waiting, self._waiting = self._waiting, {}
        for what, given in waiting.items():
            self._put(what, *given)
        self.reset_camera()
        self._put_back()
        self.ready.emit()

    def _begin_frame(self, *_: object) -> None:
        """Make scale bar, of a block, and triad those of the frame to be drawn; choose how fine a volume will be."""
        if self._plotter is None or self._overlay is None:
            return
        bar = self._bar if self.extent else None
        self._overlay.follow(self._camera.pose, self._theme.tokens, self.devicePixelRatioF(), bar)
        if self._scene.volume is not None:
            style = self._plotter.iren.interactor.GetInteractorStyle()
            self._scene.volume.begin_frame(turning=self._hurried or style.GetState() != 0)

    def _end_frame(self, *_: object) -> None:
        if self._scene is not None and self._scene.volume is not None:
            before = self._scene.volume.is_coarse
            self._scene.volume.end_frame()
            if self._scene.volume.is_coarse != before:
                self.volume_timed.emit()
                self.render()

    def _restyle(self) -> None:
        if self._plotter is not None:
            self._plotter.set_background(self._theme.tokens.scene)
            self.show_planes(self._plane_lines)
