"""The camera of the 3D view: stands where it is told, and fits the block into the view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from morphstudio.gui.scene3d.pose import CAMERAS, Pose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TURNS = range(0, 180, 5)  # degrees at which a turning block must have room; the other half is the same


class ViewCamera:
    """The parallel camera of one renderer.

    Parameters
    ----------
    renderer : vtkRenderer
        Whose camera it is.
    """

    def __init__(self, renderer: Any) -> None:
        self._renderer = renderer
        self._fitted = 0.0

    @property
    def pose(self) -> Pose:
        """Where it stands now."""
        camera = self._renderer.GetActiveCamera()
        return Pose(camera.GetPosition(), camera.GetFocalPoint(), camera.GetViewUp(), camera.GetParallelScale())

    @property
    def is_fitted(self) -> bool:
        """Whether nobody has zoomed since the block was fitted into the view."""
        return bool(abs(self._renderer.GetActiveCamera().GetParallelScale() - self._fitted) < 1e-9)

    def look_from(self, preset: str, extent: Sequence[float], share: float) -> None:
        """Look at a whole block from one of :data:`CAMERAS`; ``share`` is the view's width over its height."""
        position, up = CAMERAS[preset]
        camera = self._renderer.GetActiveCamera()
        camera.SetFocalPoint(0, 0, 0)
        camera.SetPosition(*position)
        camera.SetViewUp(*up)
        camera.ParallelProjectionOn()
        # About the block alone: section planes may still be those of a block of another size.
        bounds = [bound for side in reversed(extent) for bound in (0.0, side)]
        self._renderer.ResetCamera(*([bounds] if bounds else []))
        self.fit(extent, share)

    def fit(self, extent: Sequence[float], share: float) -> None:
        """Make a block of size (z, y, x) as large as the view lets it be, also where the view is narrow."""
        if extent:
            self._fitted = self.pose.fitted(extent, share)
            self._renderer.GetActiveCamera().SetParallelScale(self._fitted)

    def picture_pose(self, extent: Sequence[float], own: float, share: float, *, turning: bool) -> Pose:
        """Return the camera for a picture.

        Parameters
        ----------
        extent : (float, float, float)
            Size of the block (z, y, x) in µm; empty where there is none.
        own, share : float
            Width over height of the view and of the picture.
        turning : bool
            Whether the block must have room at every azimuth.
        """
        pose = self.pose
        if extent and self.is_fitted:
            poses = [pose.turned(angle) for angle in _TURNS] if turning else [pose]
            return replace(pose, scale=max(turned.fitted(extent, share) for turned in poses))
        # What the window shows is seen in the picture too, whatever its shape.
        return replace(pose, scale=pose.scale * max(1.0, own / share))

    def state(self, extent: Sequence[float]) -> dict[str, Any]:
        """Return where it stands, and for a block of which extent."""
        pose = self.pose
        return {"extent": extent, "position": pose.position, "focus": pose.focus, "up": pose.up,
                "scale": None if self.is_fitted else pose.scale}

    def put_back(self, state: Mapping[str, Any], share: float) -> None:
        """Stand where :meth:`state` says."""
        camera = self._renderer.GetActiveCamera()
        camera.SetPosition(*map(float, state["position"]))
        camera.SetFocalPoint(*map(float, state["focus"]))
        camera.SetViewUp(*map(float, state["up"]))
        if state["scale"] is None:
            self.fit(state["extent"], share)
        else:
            camera.SetParallelScale(float(state["scale"]))
        self._renderer.ResetCameraClippingRange()
