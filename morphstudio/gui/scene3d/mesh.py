"""Triangles around a body of voxels, never more than a budget; runs in a worker process.

Where the voxel grid is affordable, ``vtkSurfaceNets3D`` places the surface
between the voxels and smooths it within them. Where it is not, the body is
averaged onto a grid whose surface the budget allows, and the contour that
encloses the same volume is drawn: as smooth, with less detail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.gui.scene3d.solid import wall_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.gui.scene3d.solid import Solid

BUDGET = 300_000
_LEAST_STEP = 1.25  # a grid barely coarser than the voxels would show their stairs
# Walls of a rough body fall with the grid at most so fast: the first guess is too fine rather than too coarse.
_STEEPEST = 3.0
_USUAL = 2.3
_ITERATIONS = 12
_REACH = 0.9  # edge of the box, in voxels, that smoothing may move a point in


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles with normals.

    Attributes
    ----------
    points, normals : ndarray of float32, shape (N, 3)
        Corners (x, y, z) in µm and outward unit normals.
    triangles : ndarray of int32, shape (M, 3)
        Corner numbers.
    step : float
        Grid that the surface was drawn on, in voxels.
    """

    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    triangles: NDArray[np.int32]
    step: float = 1.0

    def centres(self) -> NDArray[np.float32]:
        """Return the centres of the triangles, shape (M, 3)."""
        a, b, c = (self.points[self.triangles[:, k]] for k in range(3))
        centres: NDArray[np.float32] = (a + b + c) / np.float32(3)
        return centres

    def select(self, chosen: NDArray[np.bool_]) -> Mesh:
        """Return the chosen triangles and the points they need."""
        triangles = self.triangles[chosen]
        used = np.zeros(len(self.points), bool)
        used[triangles] = True
        number = np.cumsum(used, dtype=np.int32) - 1
        return Mesh(self.points[used], self.normals[used], number[triangles], self.step)


def mesh_of(solid: Solid, spacing: Sequence[float], budget: int = BUDGET) -> Mesh:
    """Return the boundary of a body.

    Parameters
    ----------
    solid : Solid
        The body.
    spacing : (float, float, float)
        Voxel size (z, y, x) in µm.
    budget : int
        Most triangles the surface may have.

    Returns
    -------
    Mesh
        In the block's coordinates.
    """
    size = np.asarray(spacing, float)
    walls = wall_count(solid)
    if 2 * walls <= budget:
        # Surface nets draw two triangles for each wall, no more.
        mesh = _surface_nets(solid, size)
        _pin(mesh.points, solid, size)
        mesh = _without_caps(_within(mesh, solid, size), solid, size)
        if len(mesh.triangles) <= budget:
            return mesh
    step = max(_LEAST_STEP, (2 * walls / budget) ** (1 / _STEEPEST))
    while True:
        share = averaged(solid.voxels, step)
        level = level_around(share, float(solid.voxels.mean()))
        expected = 2 * wall_count(solid, share >= level)
        if expected <= budget:
            mesh = _within(_contour(solid, share, level, size, step), solid, size)
            if len(mesh.triangles) <= budget:
                return mesh
            expected = len(mesh.triangles)
        step *= max(1.02, (expected / budget) ** (1 / _USUAL))


def averaged(voxels: NDArray[np.bool_], step: float) -> NDArray[np.float32]:
    """Return a body's share of each cell of a coarser grid.

    Parameters
    ----------
    voxels : ndarray of bool, shape (Z, Y, X)
        The body.
    step : float
        Edge of a cell in voxels; rounded so that whole cells fill the block.

    Returns
    -------
    ndarray of float32
        Weighted means over two cells along each axis, 0 … 1.
    """
    share = voxels.astype(np.float32)
    for axis, n in enumerate(voxels.shape):
        share = np.moveaxis(np.tensordot(_tents(n, max(1, round(n / step))), share, (1, axis)), 0, axis)
    return np.ascontiguousarray(share)


def level_around(share: NDArray[np.float32], volume: float) -> float:
    """Return the level of ``share`` whose contour encloses a volume, as a share of the block.

    With one half, thin parts would vanish.
    """
    # At two points of each cell, or a smooth body, steep at its boundary, would leave the level open.
    finer = np.concatenate([_quarter_away(share, 1), _quarter_away(share, -1)])
    # Below or above, the contour would follow the rounding of the means.
    return float(np.clip(np.quantile(finer, 1 - volume), 0.02, 0.98))


def _quarter_away(share: NDArray[np.float32], way: int) -> NDArray[np.float32]:
    """Return the values a quarter of a cell away from the centres along all axes."""
    for axis, n in enumerate(share.shape):
        beside = np.take(share, np.clip(np.arange(n) + way, 0, n - 1), axis)
        share = np.float32(0.75) * share + np.float32(0.25) * beside
    return share


def _tents(n: int, cells: int) -> NDArray[np.float32]:
    """Return the weights of ``n`` voxels in each cell: falling linearly to the neighbouring cells' centres."""
    centres = (np.arange(cells) + 0.5) * n / cells
    weights = np.clip(1 - np.abs(centres[:, None] - np.arange(n) - 0.5) * cells / n, 0, None)
    tents: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return tents


def _surface_nets(solid: Solid, size: NDArray[np.float64]) -> Mesh:
    from vtkmodules.vtkFiltersCore import vtkPolyDataNormals, vtkSurfaceNets3D

    nets = vtkSurfaceNets3D()
    nets.SetInputData(_image(solid.padded(solid.voxels).astype(np.uint8), solid, size))
    nets.SetValue(0, 1)
    nets.SetBackgroundLabel(0)
    nets.SetOutputMeshTypeToTriangles()
    nets.SetNumberOfIterations(_ITERATIONS)
    # Without a limit, smoothing shrinks a single voxel to a point and opens a hole beside the flat faces.
    nets.AutomaticSmoothingConstraintsOff()
    nets.SetConstraintStrategyToConstraintBox()
    nets.GetSmoother().SetConstraintBox(*(_REACH * size[::-1]))
    nets.Update()
    if nets.GetOutput().GetNumberOfPoints() == 0:
        return _nothing(1.0)
    smooth = vtkPolyDataNormals()
    smooth.SetInputData(nets.GetOutput())
    smooth.SplittingOff()
    smooth.Update()
    return _arrays(smooth.GetOutput(), 1.0)


def _contour(solid: Solid, share: NDArray[np.float32], level: float, size: NDArray[np.float64], step: float) -> Mesh:
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

    edges = vtkFlyingEdges3D()
    edges.SetInputData(_image(solid.padded(share), solid, size))
    edges.SetValue(0, level)
    edges.ComputeNormalsOn()
    edges.ComputeScalarsOff()
    edges.Update()
    return _arrays(edges.GetOutput(), step)


def _image(values: NDArray[np.generic], solid: Solid, size: NDArray[np.float64]) -> Any:
    """Return padded values as an image whose cells fill the body's place in the block."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData

    edge = size * solid.voxels.shape / (np.array(values.shape) - 2)
    image = vtkImageData()
    image.SetDimensions(*values.shape[::-1])
    image.SetSpacing(*edge[::-1])
    # Values sit at the centres of cells; the first layer lies outside.
    image.SetOrigin(*(solid.origin * size - 0.5 * edge)[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(values).ravel(), deep=True))
    return image


def _arrays(mesh: Any, step: float) -> Mesh:
    from vtkmodules.util.numpy_support import vtk_to_numpy

    if mesh.GetNumberOfPolys() == 0:
        return _nothing(step)
    return Mesh(vtk_to_numpy(mesh.GetPoints().GetData()).astype(np.float32),
                vtk_to_numpy(mesh.GetPointData().GetNormals()).astype(np.float32),
                vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int32), step)


def _nothing(step: float) -> Mesh:
    nothing = np.empty((0, 3), np.float32)
    return Mesh(nothing, nothing, np.empty((0, 3), np.int32), step)


def _within(mesh: Mesh, solid: Solid, size: NDArray[np.float64]) -> Mesh:
    """Return the mesh ending at the sides of the body's array and of its notch, flush with the flat faces there."""
    low = (solid.origin * size)[::-1]
    high = ((np.array(solid.origin) + solid.voxels.shape) * size)[::-1]
    points = np.clip(mesh.points, low, high).astype(np.float32)
    mesh = Mesh(points, mesh.normals, mesh.triangles, mesh.step)
    if solid.notch is None or not len(mesh.points):
        return mesh
    begin, end = (np.array([getattr(s, at) for s in solid.notch])[::-1] * size[::-1] for at in ("start", "stop"))
    centres = mesh.centres()
    mesh = mesh.select(np.any((centres <= begin) | (centres >= end), axis=1))
    _push_out(mesh.points, begin, end, high)
    return mesh


def _pin(points: NDArray[np.float32], solid: Solid, size: NDArray[np.float64]) -> None:
    """Undo the smoothing where flat faces close the body, since these show whole voxels; changes ``points``."""
    corners = np.rint(points / size[::-1] - solid.origin[::-1])
    pinned = np.zeros(len(points), bool)
    for axis, n in enumerate(solid.voxels.shape):
        for end, side in ((0, 0), (-1, n)):
            if (axis, end) not in solid.closed:
                pinned |= corners[:, 2 - axis] == side
    if solid.notch is not None:
        begin, end_ = (np.array([getattr(s, at) for s in solid.notch])[::-1] for at in ("start", "stop"))
        inner = np.where(begin > 0, begin, end_)
        pinned |= ((corners >= begin) & (corners <= end_)).all(axis=1) & (corners == inner).any(axis=1)
    points[pinned] = (corners[pinned] + solid.origin[::-1]) * size[::-1]


def _without_caps(mesh: Mesh, solid: Solid, size: NDArray[np.float64]) -> Mesh:
    """Return the mesh without the triangles that lie in a side where a flat face closes the body."""
    cap = np.zeros(len(mesh.triangles), bool)
    for axis, n in enumerate(solid.voxels.shape):
        for end, side in ((0, 0), (-1, n)):
            if (axis, end) not in solid.closed:
                on = mesh.points[:, 2 - axis] == np.float32((solid.origin[axis] + side) * size[axis])
                a, b, c = (on[mesh.triangles[:, k]] for k in range(3))
                cap |= a & b & c
    return mesh.select(~cap)


def _push_out(points: NDArray[np.float32], begin: NDArray[np.float64], end: NDArray[np.float64],
              high: NDArray[np.float64]) -> None:
    """Move points inside the notch onto its nearest inner side; changes ``points``."""
    inner = np.where(begin > 0, begin, end)  # a side of the notch that is no side of the block
    inside = np.flatnonzero((((points > begin) | (begin <= 0)) & ((points < end) | (end >= high))).all(axis=1))
    nearest = np.abs(points[inside] - inner).argmin(axis=1)
    points[inside, nearest] = inner[nearest]
