"""VTK props of the 3D view: textured faces, edges, surfaces. GUI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkTexture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.gui.scene3d.faces import Face
    from morphstudio.gui.scene3d.surfaces import Surface


class FaceActor:
    """One flat picture in space; a new picture replaces the pixels, not the geometry.

    The picture is a texture drawn without interpolation: each voxel is one
    square of one phase's colour, and no colour lies between two phases.
    """

    def __init__(self) -> None:
        self._image = vtkImageData()
        self._texture = vtkTexture()
        self._texture.SetInputData(self._image)
        self._texture.InterpolateOff()
        self._texture.MipmapOff()
        self._texture.RepeatOff()
        self._texture.SetColorModeToDirectScalars()
        self._mesh = vtkPolyData()
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(self._mesh)
        self.actor = vtkActor()
        self.actor.SetMapper(mapper)
        self.actor.SetTexture(self._texture)
        self.actor.GetProperty().LightingOff()
        self._corners: tuple[Any, ...] = ()
        self._kept: NDArray[np.uint8] | None = None

    def show(self, face: Face) -> None:
        """Show a face."""
        corners = (face.origin, face.u, face.v)
        if corners != self._corners:
            self._corners = corners
            self._place(*(np.array(c) for c in corners))
        rows, columns = face.rgba.shape[:2]
        self._kept = np.ascontiguousarray(face.rgba.reshape(-1, 4))
        self._image.SetDimensions(columns, rows, 1)
        self._image.GetPointData().SetScalars(numpy_to_vtk(self._kept, deep=False))
        self._image.Modified()
        self.actor.SetVisibility(bool(self._kept[:, 3].any()))

    def _place(self, origin: NDArray[np.float64], u: NDArray[np.float64], v: NDArray[np.float64]) -> None:
        corners = np.array([origin, origin + u, origin + u + v, origin + v])
        points = vtkPoints()
        points.SetData(numpy_to_vtk(corners, deep=True))
        cells = vtkCellArray()
        cells.InsertNextCell(4, (0, 1, 2, 3))
        self._mesh.SetPoints(points)
        self._mesh.SetPolys(cells)
        places = numpy_to_vtk(np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32), deep=True)
        self._mesh.GetPointData().SetTCoords(places)
        self._mesh.Modified()


def line_actor(lines: NDArray[np.float64], colour: Sequence[float]) -> vtkActor:
    """Return thin lines between pairs of points.

    Parameters
    ----------
    lines : ndarray, shape (N, 2, 3)
        End points (x, y, z).
    colour : (r, g, b)
        0 … 1.
    """
    mesh = vtkPolyData()
    points = vtkPoints()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(lines.reshape(-1, 3)), deep=True))
    mesh.SetPoints(points)
    cells = vtkCellArray()
    for number in range(len(lines)):
        cells.InsertNextCell(2, (2 * number, 2 * number + 1))
    mesh.SetLines(cells)
    actor = _actor(mesh)
    actor.GetProperty().SetColor(*colour)
    actor.GetProperty().SetLineWidth(1.0)
    actor.GetProperty().LightingOff()
    return actor


def surface_actor(surface: Surface, colour: Sequence[float]) -> vtkActor:
    """Return the lit surface of one phase."""
    mesh = vtkPolyData()
    points = vtkPoints()
    points.SetData(numpy_to_vtk(surface.points, deep=True))
    mesh.SetPoints(points)
    mesh.GetPointData().SetNormals(numpy_to_vtk(surface.normals, deep=True))
    cells = vtkCellArray()
    offsets = np.arange(0, 3 * len(surface.triangles) + 1, 3, dtype=np.int64)
    cells.SetData(numpy_to_vtkIdTypeArray(offsets, deep=True),
                  numpy_to_vtkIdTypeArray(surface.triangles.ravel().astype(np.int64), deep=True))
    mesh.SetPolys(cells)
    actor = _actor(mesh)
    look = actor.GetProperty()
    look.SetColor(*colour)
    look.SetAmbient(0.42)
    look.SetDiffuse(0.72)
    look.SetSpecular(0.12)
    look.SetSpecularPower(18)
    return actor


def _actor(mesh: vtkPolyData) -> vtkActor:
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(mesh)
    mapper.ScalarVisibilityOff()
    actor = vtkActor()
    actor.SetMapper(mapper)
    return actor
