"""Pictures of the scene at any number of pixels, drawn beside the window; GUI thread only.

An actor belongs to one window. The picture has a window of its own, which is
never shown, and twins of the actors: they share points, triangles and pixels
with the originals, so that making them copies nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkTexture,
    vtkVolume,
)

from morphstudio.gui.scene3d.volume_actor import ray_caster

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.gui.scene3d.pose import Pose

FINER = 2  # each pixel is the mean of so many squared: smooth edges on every driver
STEPS = 2  # per voxel, of rays: at one, steep edges of a dense phase look combed
TILE = 2048  # pixels along a tile; a larger picture is put together from several


class PictureWindow:
    """Draws what another renderer shows, in a window that is never seen."""

    def __init__(self) -> None:
        self._window = vtkRenderWindow()
        self._window.SetOffScreenRendering(1)
        self._window.SetMultiSamples(0)
        self._window.SetLineSmoothing(False)
        self._renderer = vtkRenderer()
        self._renderer.SetAutomaticLightCreation(False)
        self._window.AddRenderer(self._renderer)
        self._twins: dict[Any, Any] = {}

    def picture(self, shown: Any, pose: Pose, size: tuple[int, int], ground: Sequence[float], *,
                finer: int = FINER, without: Sequence[Any] = (), stroke: float = 1.0,
                steps: int = STEPS) -> NDArray[np.uint8]:
        """Return what a renderer shows.

        Parameters
        ----------
        shown : vtkRenderer
            Holds actors and lights.
        pose : Pose
            Camera of the whole picture.
        size : (int, int)
            Columns and rows of the picture.
        ground : (r, g, b)
            Colour behind it, 0 … 1.
        finer : int
            Points along each pixel's edge that its colour is the mean of.
        without : sequence of vtkProp
            What is left out.
        stroke : float
            Pixels of a line that is one pixel wide in the window.
        steps : int
            Steps per voxel of the rays through a volume.

        Returns
        -------
        ndarray of uint8, shape (rows, columns, 3)
            The first row is the uppermost.
        """
        if any(isinstance(prop, vtkVolume) and prop.GetVisibility() for prop in shown.GetViewProps()):
            finer = 1  # a mist has no sharp edges, and its rays take most of the time
        self._take_over(shown, without)
        self._refine(stroke * finer, steps)
        self._renderer.SetBackground(*ground)
        columns, rows = size
        picture = np.empty((rows, columns, 3), np.uint8)
        # All tiles are of one size, or the driver would keep memory for each: the last ones lie over others.
        height, width = min(rows, TILE // finer), min(columns, TILE // finer)
        for top in _starts(rows, height):
            for left in _starts(columns, width):
                self._look(pose.part(height / rows, (2 * left + width - columns) / rows,
                                     (rows - 2 * top - height) / rows))
                drawn = self._drawn(width * finer, height * finer)
                picture[top : top + height, left : left + width] = _mean(drawn, finer)
        return picture

    def close(self) -> None:
        """Free what the driver holds."""
        self._renderer.RemoveAllViewProps()
        self._twins = {}
        self._window.Finalize()

    def _take_over(self, shown: Any, without: Sequence[Any]) -> None:
        """Make twins of new actors, let those of absent ones go, and copy how they look now."""
        props = [prop for prop in shown.GetViewProps() if isinstance(prop, (vtkActor, vtkVolume))]
        for gone in self._twins.keys() - set(props):
            self._renderer.RemoveViewProp(self._twins.pop(gone))
        for prop in props:
            if prop not in self._twins:
                self._twins[prop] = _twin(prop) if isinstance(prop, vtkActor) else self._volume_twin(prop)
                self._renderer.AddViewProp(self._twins[prop])
            twin = self._twins[prop]
            twin.SetPosition(prop.GetPosition())
            twin.SetVisibility(bool(prop.GetVisibility()) and prop not in without)
            twin.GetProperty().DeepCopy(prop.GetProperty())
        self._renderer.RemoveAllLights()
        for light in shown.GetLights():
            self._renderer.AddLight(light)

    def _refine(self, stroke: float, steps: int) -> None:
        for prop, twin in self._twins.items():
            if isinstance(prop, vtkActor):
                twin.GetProperty().SetLineWidth(max(prop.GetProperty().GetLineWidth() * stroke, 1.0))
            else:
                twin.GetMapper().SetSampleDistance(prop.GetMapper().GetSampleDistance() / steps)

    def _volume_twin(self, volume: vtkVolume) -> vtkVolume:
        twin = vtkVolume()
        mapper = ray_caster(self._window, twin.GetProperty())
        mapper.SetInputData(volume.GetMapper().GetInput())
        twin.SetMapper(mapper)
        return twin

    def _look(self, pose: Pose) -> None:
        camera = self._renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        camera.SetPosition(*pose.position)
        camera.SetFocalPoint(*pose.focus)
        camera.SetViewUp(*pose.up)
        camera.SetParallelScale(pose.scale)
        self._renderer.ResetCameraClippingRange()

    def _drawn(self, width: int, height: int) -> NDArray[np.uint8]:
        self._window.SetSize(width, height)
        self._window.Render()
        read = vtkUnsignedCharArray()
        self._window.GetPixelData(0, 0, width - 1, height - 1, 0, read, 0)
        pixels: NDArray[np.uint8] = vtk_to_numpy(read).reshape(height, width, 3)[::-1]
        return pixels


def _starts(whole: int, part: int) -> list[int]:
    """Return where parts begin that cover the whole, none of them reaching beyond it."""
    return [*range(0, whole - part, part), whole - part]


def _mean(pixels: NDArray[np.uint8], finer: int) -> NDArray[np.uint8]:
    """Return the means of squares of ``finer`` pixels, rounded."""
    if finer == 1:
        return pixels
    total = np.zeros((pixels.shape[0] // finer, pixels.shape[1] // finer, 3), np.uint16)
    for down in range(finer):
        for across in range(finer):
            total += pixels[down::finer, across::finer]
    half = finer * finer // 2
    return ((total + half) // (finer * finer)).astype(np.uint8)


def _twin(actor: vtkActor) -> vtkActor:
    """Return an actor for another window that shares the first one's data."""
    source = actor.GetMapper()
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(source.GetInput())
    mapper.SetScalarVisibility(source.GetScalarVisibility())
    twin = vtkActor()
    twin.SetMapper(mapper)
    picture = actor.GetTexture()
    if picture is not None:
        texture = vtkTexture()
        texture.SetInputData(picture.GetInput())
        texture.SetInterpolate(picture.GetInterpolate())
        texture.SetMipmap(picture.GetMipmap())
        texture.SetRepeat(picture.GetRepeat())
        texture.SetColorMode(picture.GetColorMode())
        twin.SetTexture(texture)
    return twin
