"""Scale bar and triad inside the 3D view, drawn by Qt and laid over the scene by VTK.

The view is a window of its own, which no Qt widget can lie over. So Qt paints
small pictures, the same as for sections and figures, and VTK shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkPolyDataMapper2D, vtkTexture, vtkTexturedActor2D

from morphstudio.gui.scene3d.triad import TRIAD_EDGE, paint_triad
from morphstudio.gui.widgets.scale_bar import paint_scale_bar, scale_bar_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from morphstudio.gui.scene3d.pose import Pose
    from morphstudio.gui.theme.tokens import Tokens

# Pixels of one µm and of the longest bar wanted, to the bar's pixels and its text.
Bar = Callable[[float, float], tuple[float, str]]
BAR_SHARE, LONGEST_BAR = 0.25, 140.0  # as in sections
_BAR_HEIGHT, _LEAST = 46, 60


class CornerPicture:
    """A picture of pixels that stays where it is on the screen."""

    def __init__(self, renderer: Any) -> None:
        self._image = vtkImageData()
        self._texture = vtkTexture()
        self._texture.SetInputData(self._image)
        self._texture.InterpolateOff()
        self._texture.RepeatOff()
        self._texture.SetColorModeToDirectScalars()
        self._mesh = vtkPolyData()
        mapper = vtkPolyDataMapper2D()
        mapper.SetInputData(self._mesh)
        self.actor = vtkTexturedActor2D()
        self.actor.SetMapper(mapper)
        self.actor.SetTexture(self._texture)
        self._kept: NDArray[np.uint8] | None = None
        renderer.AddViewProp(self.actor)

    def show(self, picture: QImage, left: int, bottom: int) -> None:
        """Show a picture, its lower left corner so many device pixels from the view's."""
        plain = picture.convertToFormat(QImage.Format.Format_RGBA8888)
        width, height = plain.width(), plain.height()
        rows = np.frombuffer(plain.constBits(), np.uint8).reshape(height, plain.bytesPerLine())[:, : 4 * width]
        self._kept = rows[::-1].reshape(-1, 4).copy()
        self._image.SetDimensions(width, height, 1)
        self._image.GetPointData().SetScalars(numpy_to_vtk(self._kept, deep=False))
        self._image.Modified()
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
        points = vtkPoints()
        points.SetData(numpy_to_vtk(np.column_stack([corners, np.zeros(4)]), deep=True))
        cells = vtkCellArray()
        cells.InsertNextCell(4, (0, 1, 2, 3))
        self._mesh.SetPoints(points)
        self._mesh.SetPolys(cells)
        places = numpy_to_vtk((corners / (width, height)).astype(np.float32), deep=True)
        self._mesh.GetPointData().SetTCoords(places)
        self.actor.SetPosition(left, bottom)
        self.actor.SetVisibility(True)

    def hide(self) -> None:
        """Show nothing."""
        self.actor.SetVisibility(False)


class Overlay:
    """Keeps scale bar and triad true to the camera.

    Parameters
    ----------
    renderer : vtkRenderer
        What they are laid over.
    """

    def __init__(self, renderer: Any) -> None:
        self._renderer = renderer
        self._triad, self._bar = CornerPicture(renderer), CornerPicture(renderer)
        self._drawn: dict[str, tuple[object, ...]] = {}

    def follow(self, pose: Pose, tokens: Tokens, ratio: float, bar: Bar | None) -> None:
        """Draw what has changed.

        Parameters
        ----------
        pose : Pose
            The camera.
        tokens : Tokens
            Colours.
        ratio : float
            Device pixels of one of the window's.
        bar : callable, optional
            Chooses the scale bar; ``None`` for none.
        """
        columns, rows = self._renderer.GetSize()
        width, height = columns / ratio, rows / ratio
        self._show_triad(pose, tokens, ratio)
        if bar is None or min(width, height) < _LEAST:
            self._bar.hide()
            self._drawn.pop("bar", None)
            return
        length, text = bar(height / (2 * pose.scale), min(width * BAR_SHARE, LONGEST_BAR))
        if self._is_new("bar", (length, text, columns, ratio)):
            wide = scale_bar_width(length, text) + 8
            picture = _blank(wide, _BAR_HEIGHT, ratio)
            with QPainter(picture) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_scale_bar(painter, QPointF(0, _BAR_HEIGHT), length, text)
            self._bar.show(picture, columns - picture.width(), 0)

    def _show_triad(self, pose: Pose, tokens: Tokens, ratio: float) -> None:
        if self._is_new("triad", (pose.position, pose.focus, pose.up, tokens.name, ratio)):
            picture = _blank(TRIAD_EDGE, TRIAD_EDGE, ratio)
            with QPainter(picture) as painter:
                paint_triad(painter, QPointF(0, 0), pose, tokens)
            self._triad.show(picture, round(4 * ratio), round(2 * ratio))

    def _is_new(self, what: str, state: tuple[object, ...]) -> bool:
        if self._drawn.get(what) == state:
            return False
        self._drawn[what] = state
        return True


def _blank(width: float, height: float, ratio: float) -> QImage:
    picture = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture
